// SPDX-License-Identifier: BSD-3-Clause
// TimeRange: remembers the first and the last timestamp of the packets that pass.

#include "src/element.h"
#include "src/strbuf.h"

struct timerange {
	struct element element;
	bool simple; // in the order in which they come
	int64_t first_ns, last_ns; // first 0: none yet
};

static inline void
timerange_packet(struct timerange *e, struct packet *p)
{
	int64_t ns = packet_timestamp(p);

	if (unlikely(e->first_ns == 0))
		e->first_ns = e->last_ns = ns;
	else if (e->simple)
		e->last_ns = ns;
	else if (ns < e->first_ns)
		e->first_ns = ns;
	else if (ns > e->last_ns)
		e->last_ns = ns;
}

ELEMENT_CHANGE(timerange, timerange, timerange_packet)

static int
timerange_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct timerange *e = (struct timerange *)base, *old = (struct timerange *)old_base;

	(void)errh;
	e->first_ns = old->first_ns;
	e->last_ns = old->last_ns;
	return 0;
}

enum { FIRST, LAST, RANGE, INTERVAL };

static int
read_value(const struct handler_read *call)
{
	const struct timerange *e = (struct timerange *)call->element;
	unsigned what = (unsigned)call->row->number;

	if (what == FIRST || what == RANGE)
		text_timestamp(call->out, e->first_ns);
	if (what == RANGE)
		strbuf_addc(call->out, ' ');
	if (what == LAST || what == RANGE)
		text_timestamp(call->out, e->last_ns);
	if (what == INTERVAL)
		text_timestamp(call->out, (int64_t)((uint64_t)e->last_ns - (uint64_t)e->first_ns));
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct timerange *e = (struct timerange *)call->element;

	e->first_ns = e->last_ns = 0;
	return 0;
}

static const struct arg timerange_args[] = {
	ARG(timerange, simple, "SIMPLE", ARG_KEYWORD, .def = "false",
		.help = "true: those of the first and the latest packet, whatever they are"),
	ARGS_END,
};

static const struct handler timerange_handlers[] = {
	{.name = "first", .read = read_value, .number = FIRST, .help = "the earliest timestamp"},
	{.name = "last", .read = read_value, .number = LAST, .help = "the latest timestamp"},
	{.name = "range", .read = read_value, .number = RANGE, .help = "both"},
	{.name = "interval",
		.read = read_value,
		.number = INTERVAL,
		.help = "the time between them, seconds"},
	{.name = "reset", .write = write_reset, .flags = HANDLER_BUTTON, .help = "forgets both"},
	HANDLERS_END,
};

static const struct element_class timerange_class = {
	.name = "TimeRange",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct timerange),
	.push = timerange_push,
	.pull = timerange_pull,
	.decide = timerange_decide,
	.take_state = timerange_take_state,
	.args = timerange_args,
	.handlers = timerange_handlers,
	.group = "analysis",
	.brief = "remembers the first and the last timestamp of packets",
	.manual =
		"Keeps the earliest and the latest timestamp among the packets that pass, for its\n"
		"handlers.",
	.example = "Idle -> tr :: TimeRange -> Discard;",
};
ELEMENT_CLASS(timerange_class)
