// SPDX-License-Identifier: BSD-3-Clause
// TimestampAccum: adds up how old packets are.

#include <inttypes.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/strbuf.h"

struct timestampaccum_lcore {
	uint64_t n_packets;
	uint64_t ns; // signed in truth
};

struct timestampaccum {
	struct element element;
	uint64_t n_forgotten, ns_forgotten; // by reset_counts
};

static void
count_batch(struct timestampaccum *e, const struct batch *b)
{
	struct timestampaccum_lcore *l = element_lcore(&e->element);

	for (unsigned i = 0; i < b->n; i++)
		l->ns += (uint64_t)clock_now() - (uint64_t)packet_timestamp(b->pkt[i]);
	l->n_packets += b->n;
}

static void
timestampaccum_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	count_batch((struct timestampaccum *)e, b);
	element_push(e, 0, b);
}

static void
timestampaccum_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	count_batch((struct timestampaccum *)e, b);
}

static uint64_t
n_packets(const struct timestampaccum *e)
{
	return ELEMENT_SUM(&e->element, timestampaccum_lcore, n_packets) - e->n_forgotten;
}

static int64_t
sum_ns(const struct timestampaccum *e)
{
	return (int64_t)(ELEMENT_SUM(&e->element, timestampaccum_lcore, ns) - e->ns_forgotten);
}

static int
timestampaccum_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	const struct timestampaccum *old = (struct timestampaccum *)old_base;
	struct timestampaccum_lcore *l = element_lcore(base);

	(void)errh;
	l->n_packets += n_packets(old);
	l->ns += (uint64_t)sum_ns(old);
	return 0;
}

enum { COUNT, TIME, AVERAGE };

static int
read_value(const struct handler_read *call)
{
	const struct timestampaccum *e = (struct timestampaccum *)call->element;
	double seconds = (double)sum_ns(e) / CLOCK_S;
	uint64_t n = n_packets(e);

	if (call->row->number == COUNT)
		strbuf_addf(call->out, "%" PRIu64, n);
	else if (call->row->number == TIME)
		text_double(call->out, seconds);
	else
		text_double(call->out, n > 0 ? seconds / (double)n : 0);
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct timestampaccum *e = (struct timestampaccum *)call->element;

	e->n_forgotten += n_packets(e);
	e->ns_forgotten += (uint64_t)sum_ns(e);
	return 0;
}

static const struct handler timestampaccum_handlers[] = {
	{.name = "count",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = COUNT,
		.help = "packets"},
	{.name = "time",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = TIME,
		.help = "their ages together, seconds"},
	{.name = "average_time",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = AVERAGE,
		.help = "their average age, seconds; 0 without packets"},
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "begins anew"},
	HANDLERS_END,
};

static const struct element_class timestampaccum_class = {
	.name = "TimestampAccum",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct timestampaccum),
	.lcore_size = sizeof(struct timestampaccum_lcore),
	.push = timestampaccum_push,
	.pull = timestampaccum_pull,
	.take_state = timestampaccum_take_state,
	.handlers = timestampaccum_handlers,
	.group = "analysis",
	.brief = "adds up how old packets are",
	.manual = "Adds up the time between each packet's timestamp and now: with SetTimestamp in\n"
		  "front of a path and TimestampAccum behind it, the path's delay.",
	.example = "Idle -> SetTimestamp -> Queue -> Unqueue -> ta :: TimestampAccum -> Discard;",
};
ELEMENT_CLASS(timestampaccum_class)
