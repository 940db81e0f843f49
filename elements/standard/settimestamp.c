// SPDX-License-Identifier: BSD-3-Clause
// SetTimestamp: stamps packets with the time.

#include "src/clock.h"
#include "src/element.h"

struct settimestamp {
	struct element element;
	struct moment timestamp;
	bool has_timestamp; // else the time of arrival
	bool first; // sets the FIRST_TIMESTAMP annotation
	bool delta;
};

// Packets of one batch arrive together.
static void
stamp_batch(const struct settimestamp *e, struct batch *b)
{
	bool first = e->first;
	int64_t ns;

	if (b->n == 0)
		return;
	ns = e->has_timestamp ? e->timestamp.ns : clock_now();
	for (unsigned i = 0; i < b->n; i++) {
		if (first)
			packet_set_anno_u64(b->pkt[i], ANNO_FIRST_TIMESTAMP, (uint64_t)ns);
		else
			packet_set_timestamp(b->pkt[i], ns);
	}
}

static void
settimestamp_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	stamp_batch((struct settimestamp *)e, b);
	element_push(e, 0, b);
}

static void
settimestamp_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	stamp_batch((struct settimestamp *)e, b);
}

static int
settimestamp_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	if (((struct settimestamp *)base)->delta)
		return errh_error(errh, "use SetTimestampDelta instead of DELTA");
	return 0;
}

static const struct arg settimestamp_args[] = {
	ARG(settimestamp, timestamp, "TIMESTAMP", ARG_OPTIONAL,
		.given = ARG_GIVEN(settimestamp, has_timestamp),
		.help = "seconds since 1970; the time of arrival if not given"),
	ARG(settimestamp, first, "FIRST", ARG_KEYWORD, .def = "false",
		.help = "sets the FIRST_TIMESTAMP annotation instead"),
	ARG(settimestamp, delta, "DELTA", ARG_KEYWORD, .def = "false",
		.help = "not supported any more, see SetTimestampDelta"),
	ARGS_END,
};

static const struct element_class settimestamp_class = {
	.name = "SetTimestamp",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct settimestamp),
	.push = settimestamp_push,
	.pull = settimestamp_pull,
	.configure = settimestamp_configure,
	.args = settimestamp_args,
	.group = "standard",
	.brief = "stamps packets with the time",
	.manual =
		"Sets each packet's timestamp to TIMESTAMP or to the present time. The packets of\n"
		"one burst get the same time.",
	.example = "Idle -> SetTimestamp -> SetTimestamp(1.5, FIRST true) -> Discard;",
};
ELEMENT_CLASS(settimestamp_class)
