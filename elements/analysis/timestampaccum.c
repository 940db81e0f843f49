// SPDX-License-Identifier: BSD-3-Clause
// TimestampAccum, TimestampAccumMP: add up how old packets are.

#include <inttypes.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/strbuf.h"

struct timestampaccum_lcore {
	uint64_t n_packets;
	uint64_t ns; // signed in truth
	bool has_extremes; // since the start or a reset
	int64_t min_ns, max_ns;
};

struct timestampaccum {
	struct element element;
	uint64_t n_forgotten, ns_forgotten; // by reset_counts
};

static void
count_batch(struct timestampaccum *e, const struct batch *b)
{
	struct timestampaccum_lcore *l = element_lcore(&e->element);
	uint64_t now = b->n > 0 ? (uint64_t)clock_now() : 0;

	for (unsigned i = 0; i < b->n; i++) {
		uint64_t age = now - (uint64_t)packet_timestamp(b->pkt[i]);

		l->ns += age;
		if (unlikely(!l->has_extremes)) {
			l->has_extremes = true;
			l->min_ns = l->max_ns = (int64_t)age;
		}
		l->min_ns = RTE_MIN(l->min_ns, (int64_t)age);
		l->max_ns = RTE_MAX(l->max_ns, (int64_t)age);
	}
	l->n_packets += b->n;
}

static void
timestampaccum_push(struct element *e, unsigned port, struct batch *b)
{
	count_batch((struct timestampaccum *)e, b);
	element_push(e, port, b);
}

static void
timestampaccum_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	element_pull(e, port, b, max);
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

static struct timestampaccum_lcore *
lcore_state(struct element *e, unsigned lcore)
{
	return (struct timestampaccum_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

static int
timestampaccum_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	const struct timestampaccum *old = (struct timestampaccum *)old_base;

	(void)errh;
	for (unsigned i = 0; i < lcores_n(); i++)
		*lcore_state(base, i) = *lcore_state(old_base, i);
	((struct timestampaccum *)base)->n_forgotten = old->n_forgotten;
	((struct timestampaccum *)base)->ns_forgotten = old->ns_forgotten;
	return 0;
}

enum { COUNT, TIME, AVERAGE, MIN, MAX };

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

// Of all lcores, in seconds; 0 without packets.
static int
read_extreme(const struct handler_read *call)
{
	bool min = call->row->number == MIN, any = false;
	int64_t best = 0;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct timestampaccum_lcore *l = lcore_state(call->element, i);

		if (!l->has_extremes)
			continue;
		if (!any || (min ? l->min_ns < best : l->max_ns > best))
			best = min ? l->min_ns : l->max_ns;
		any = true;
	}
	text_double(call->out, (double)best / CLOCK_S);
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct timestampaccum *e = (struct timestampaccum *)call->element;

	for (unsigned i = 0; i < lcores_n(); i++)
		lcore_state(call->element, i)->has_extremes = false;

	e->n_forgotten += n_packets(e);
	e->ns_forgotten += (uint64_t)sum_ns(e);
	return 0;
}

#define VALUE(handler_name, which, text)                                                          \
	{                                                                                         \
		.name = handler_name, .read = read_value, .flags = HANDLER_LIVE, .number = which, \
		.help = text                                                                      \
	}
#define EXTREME(handler_name, which, text)                                                \
	{                                                                                 \
		.name = handler_name, .read = read_extreme, .number = which, .help = text \
	}
#define VALUES                                                                                 \
	VALUE("count", COUNT, "packets"), VALUE("time", TIME, "their ages together, seconds"), \
		VALUE("average_time", AVERAGE, "their average age, seconds; 0 without packets")
#define RESET                                                                                 \
	{                                                                                     \
		.name = "reset_counts", .write = write_reset_counts, .flags = HANDLER_BUTTON, \
		.help = "begins anew"                                                         \
	}

static const struct handler timestampaccum_handlers[] = {VALUES, RESET, HANDLERS_END};

static const struct handler timestampaccummp_handlers[] = {
	VALUES,
	EXTREME("min", MIN, "age of the youngest packet, seconds"),
	EXTREME("max", MAX, "age of the oldest packet, seconds"),
	VALUE("mp_count", COUNT, "same as count"),
	VALUE("mp_time", TIME, "same as time"),
	VALUE("mp_average_time", AVERAGE, "same as average_time"),
	EXTREME("mp_min", MIN, "same as min"),
	EXTREME("mp_max", MAX, "same as max"),
	RESET,
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

static const struct element_class timestampaccummp_class = {
	.name = "TimestampAccumMP",
	.ports = "1-/=",
	.processing = "a/a",
	.flow = "#/#",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct timestampaccum),
	.lcore_size = sizeof(struct timestampaccum_lcore),
	.push = timestampaccum_push,
	.pull = timestampaccum_pull,
	.take_state = timestampaccum_take_state,
	.handlers = timestampaccummp_handlers,
	.group = "analysis",
	.brief = "adds up how old packets are, and tells the extremes",
	.manual =
		"As TimestampAccum, on any number of paths at once. Each lcore counts for itself,\n"
		"and every handler tells about all of them.",
	.example = "Idle -> SetTimestamp -> Queue -> Unqueue -> ta :: TimestampAccumMP -> Discard;",
};
ELEMENT_CLASS(timestampaccummp_class)
