// SPDX-License-Identifier: BSD-3-Clause
// AdjustTimestamp: moves packets' timestamps by a constant.

#include "src/element.h"
#include "src/strbuf.h"

struct adjusttimestamp {
	struct element element;
	struct timespan delta;
	bool first; // of the FIRST_TIMESTAMP annotation instead
	bool all; // those that are not set too
};

// The place of a sum that has none: the nearest time.
static inline int64_t
moved(int64_t ns, int64_t delta)
{
	int64_t sum;

	if (unlikely(__builtin_add_overflow(ns, delta, &sum)))
		return delta < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

static inline void
adjusttimestamp_packet(const struct adjusttimestamp *e, struct packet *p)
{
	int64_t ns =
		e->first ? (int64_t)packet_anno_u64(p, ANNO_FIRST_TIMESTAMP) : packet_timestamp(p);

	if (ns == 0 && !e->all)
		return;
	ns = moved(ns, e->delta.ns);
	if (e->first)
		packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)ns);
	else
		packet_set_timestamp(p, ns);
}

ELEMENT_CHANGE(adjusttimestamp, adjusttimestamp, adjusttimestamp_packet)

static int
read_time(const struct handler_read *call)
{
	text_timestamp(call->out, ((struct adjusttimestamp *)call->element)->delta.ns);
	return 0;
}

static const struct arg adjusttimestamp_args[] = {
	ARG(adjusttimestamp, delta, "TIME", ARG_OPTIONAL, .def = "0", .min = INT64_MIN,
		.max = INT64_MAX, .help = "what to add; may be negative"),
	ARG(adjusttimestamp, first, "FIRST", ARG_KEYWORD, .def = "false",
		.help = "changes the FIRST_TIMESTAMP annotation instead"),
	ARG(adjusttimestamp, all, "ALL", ARG_KEYWORD, .def = "false",
		.help = "true: also timestamps that are not set"),
	ARGS_END,
};

static const struct handler adjusttimestamp_handlers[] = {
	{.name = "time",
		.read = read_time,
		.write = handler_write_field,
		.flags = HANDLER_CALM,
		.type = &arg_timespan,
		.offset = offsetof(struct adjusttimestamp, delta),
		.help = "what is added, seconds"},
	HANDLERS_END,
};

static const struct element_class adjusttimestamp_class = {
	.name = "AdjustTimestamp",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct adjusttimestamp),
	.push = adjusttimestamp_push,
	.pull = adjusttimestamp_pull,
	.decide = adjusttimestamp_decide,
	.args = adjusttimestamp_args,
	.handlers = adjusttimestamp_handlers,
	.group = "analysis",
	.brief = "moves packets' timestamps by a constant",
	.manual =
		"Adds TIME to each packet's timestamp. A packet without a timestamp keeps it that\n"
		"way unless ALL is set.",
	.example = "Idle -> AdjustTimestamp(-1.5) -> AdjustTimestamp(10, FIRST true) -> Discard;",
};
ELEMENT_CLASS(adjusttimestamp_class)
