// SPDX-License-Identifier: BSD-3-Clause
// SetTimestampDelta: turns packets' timestamps into differences.

#include <string.h>

#include "elements/ip/batchclock.h"
#include "src/element.h"
#include "src/strbuf.h"

enum delta_type { DELTA_RANGE, DELTA_NOW, DELTA_FIRST };

struct settimestampdelta {
	struct element element;
	enum delta_type type;
	int64_t first_ns; // the first timestamp seen; 0: none
	struct word want_type;
	struct batch_clock clock;
};

// Wraps around, as hostile timestamps may.
static inline int64_t
difference(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline void
settimestampdelta_packet(struct settimestampdelta *e, struct packet *p)
{
	int64_t ns = packet_timestamp(p);

	if (ns == 0)
		return;
	switch (e->type) {
	case DELTA_RANGE:
		if (e->first_ns == 0)
			e->first_ns = ns;
		ns = difference(ns, e->first_ns);
		break;
	case DELTA_NOW:
		ns = difference(batch_clock_now(&e->clock), ns);
		break;
	case DELTA_FIRST:
		ns = difference(ns, (int64_t)packet_anno_u64(p, ANNO_FIRST_TIMESTAMP));
		break;
	}
	packet_set_timestamp(p, ns);
}

ELEMENT_CHANGE(change, settimestampdelta, settimestampdelta_packet)

static void
settimestampdelta_push(struct element *base, unsigned port, struct batch *b)
{
	batch_clock_begin(&((struct settimestampdelta *)base)->clock);
	change_push(base, port, b);
}

static void
settimestampdelta_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	batch_clock_begin(&((struct settimestampdelta *)base)->clock);
	change_pull(base, port, b, max);
}

static int
settimestampdelta_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	static const char *const types[] = {"RANGE", "NOW", "FIRST"};
	struct settimestampdelta *e = (struct settimestampdelta *)base;

	(void)args;
	for (unsigned i = 0; i < RTE_DIM(types); i++) {
		if (strcmp(e->want_type.text, types[i]) == 0) {
			e->type = (enum delta_type)i;
			return 0;
		}
	}
	return errh_error(errh, "bad TYPE");
}

static int
settimestampdelta_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct settimestampdelta *)base)->first_ns = ((struct settimestampdelta *)old)->first_ns;
	return 0;
}

static int
read_first(const struct handler_read *call)
{
	text_timestamp(call->out, ((struct settimestampdelta *)call->element)->first_ns);
	strbuf_addc(call->out, '\n');
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	((struct settimestampdelta *)call->element)->first_ns = 0;
	return 0;
}

static const struct arg settimestampdelta_args[] = {
	ARG(settimestampdelta, want_type, "TYPE", ARG_KEYWORD, .def = "RANGE",
		.help = "RANGE: since the first packet; NOW: how long ago; FIRST: since the\n"
			"FIRST_TIMESTAMP annotation"),
	ARGS_END,
};

static const struct handler settimestampdelta_handlers[] = {
	{.name = "first", .read = read_first, .help = "the first timestamp seen"},
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "the next packet is the first"},
	HANDLERS_END,
};

static const struct element_class settimestampdelta_class = {
	.name = "SetTimestampDelta",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct settimestampdelta),
	.push = settimestampdelta_push,
	.pull = settimestampdelta_pull,
	.configure = settimestampdelta_configure,
	.take_state = settimestampdelta_take_state,
	.args = settimestampdelta_args,
	.handlers = settimestampdelta_handlers,
	.group = "analysis",
	.brief = "turns packets' timestamps into differences",
	.manual =
		"Replaces each packet's timestamp by the time since the first packet's, by its age,\n"
		"or by the time since its FIRST_TIMESTAMP annotation. Packets without a timestamp\n"
		"stay as they are.",
	.example = "Idle -> SetTimestampDelta(TYPE NOW) -> Discard;",
};
ELEMENT_CLASS(settimestampdelta_class)
