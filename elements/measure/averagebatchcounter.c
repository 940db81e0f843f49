// SPDX-License-Identifier: BSD-3-Clause
// AverageBatchCounter: counts batches, and how large they are on average.

#include <inttypes.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct averagebatchcounter_lcore {
	uint64_t n_batches, n_packets, n_bytes;
};

struct averagebatchcounter {
	struct element element;
	uint32_t interval_ms;
	bool length_stats;
	struct timer timer;
	struct averagebatchcounter_lcore tick; // sums at the latest tick
};

static inline void
count_batch(const struct averagebatchcounter *e, const struct batch *b)
{
	struct averagebatchcounter_lcore *l = element_lcore(&e->element);
	uint64_t bytes = 0;

	if (b->n == 0)
		return;
	l->n_batches++;
	l->n_packets += b->n;
	for (unsigned i = 0; e->length_stats && i < b->n; i++)
		bytes += packet_length(b->pkt[i]);
	l->n_bytes += bytes;
}

static void
averagebatchcounter_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	count_batch((struct averagebatchcounter *)e, b);
	element_push(e, 0, b);
}

static void
averagebatchcounter_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	count_batch((struct averagebatchcounter *)e, b);
}

static struct averagebatchcounter_lcore
sum_lcores(const struct element *e)
{
	return (struct averagebatchcounter_lcore){
		.n_batches = ELEMENT_SUM(e, averagebatchcounter_lcore, n_batches),
		.n_packets = ELEMENT_SUM(e, averagebatchcounter_lcore, n_packets),
		.n_bytes = ELEMENT_SUM(e, averagebatchcounter_lcore, n_bytes),
	};
}

static void
tick(struct timer *timer)
{
	struct averagebatchcounter *e = (struct averagebatchcounter *)timer->element;

	e->tick = sum_lcores(&e->element);
	timer_reschedule_after(timer, e->interval_ms * CLOCK_MS);
}

// ---- life

static int
averagebatchcounter_initialize(struct element *base, struct errh *errh)
{
	struct averagebatchcounter *e = (struct averagebatchcounter *)base;

	(void)errh;
	timer_init(&e->timer, base, tick, element_home(base));
	timer_schedule_after(&e->timer, e->interval_ms * CLOCK_MS);
	return 0;
}

static void
averagebatchcounter_cleanup(struct element *base)
{
	timer_unschedule(&((struct averagebatchcounter *)base)->timer);
}

static int
averagebatchcounter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct averagebatchcounter_lcore *l = element_lcore(base), sum = sum_lcores(old);

	(void)errh;
	l->n_batches += sum.n_batches;
	l->n_packets += sum.n_packets;
	l->n_bytes += sum.n_bytes;
	((struct averagebatchcounter *)base)->tick = ((struct averagebatchcounter *)old)->tick;
	return 0;
}

// ---- handlers

enum { AVERAGE, PACKETS, BATCHES, FRAME_LEN, TOTAL = 4 };

static void
print_ratio(struct strbuf *out, uint64_t n, uint64_t of)
{
	text_double(out, of > 0 ? (double)n / (double)of : 0);
}

static int
read_value(const struct handler_read *call)
{
	const struct averagebatchcounter *e = (struct averagebatchcounter *)call->element;
	struct averagebatchcounter_lcore n = sum_lcores(&e->element);

	if (!(call->row->number & TOTAL)) {
		n.n_batches -= e->tick.n_batches;
		n.n_packets -= e->tick.n_packets;
		n.n_bytes -= e->tick.n_bytes;
	}
	switch (call->row->number & ~(uintptr_t)TOTAL) {
	case AVERAGE:
		print_ratio(call->out, n.n_packets, n.n_batches);
		break;
	case PACKETS:
		strbuf_addf(call->out, "%" PRIu64, n.n_packets);
		break;
	case BATCHES:
		strbuf_addf(call->out, "%" PRIu64, n.n_batches);
		break;
	case FRAME_LEN:
		print_ratio(call->out, n.n_bytes, n.n_packets);
		break;
	}
	return 0;
}

static const struct arg averagebatchcounter_args[] = {
	ARG(averagebatchcounter, interval_ms, "INTERVAL", ARG_OPTIONAL, .def = "1000", .min = 1,
		.max = INT32_MAX, .help = "milliseconds between two ticks"),
	ARG(averagebatchcounter, length_stats, "LENGTH_STATS", ARG_KEYWORD, .def = "false",
		.help = "true: packets' lengths are counted as well"),
	ARGS_END,
};

#define VALUE(handler_name, which, text)                                                      \
	{.name = handler_name,                                                                \
		.read = read_value,                                                           \
		.number = which,                                                              \
		.help = text " since the latest tick"},                                       \
	{                                                                                     \
		.name = handler_name "_total", .read = read_value, .number = (which) | TOTAL, \
		.flags = HANDLER_LIVE, .help = text " in all"                                 \
	}

static const struct handler averagebatchcounter_handlers[] = {
	VALUE("average", AVERAGE, "packets of a batch"),
	VALUE("count_packets", PACKETS, "packets"),
	VALUE("count_batches", BATCHES, "batches"),
	VALUE("average_frame_len", FRAME_LEN, "with LENGTH_STATS: bytes of a packet"),
	HANDLERS_END,
};

static const struct element_class averagebatchcounter_class = {
	.name = "AverageBatchCounter",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct averagebatchcounter),
	.lcore_size = sizeof(struct averagebatchcounter_lcore),
	.push = averagebatchcounter_push,
	.pull = averagebatchcounter_pull,
	.initialize = averagebatchcounter_initialize,
	.cleanup = averagebatchcounter_cleanup,
	.take_state = averagebatchcounter_take_state,
	.args = averagebatchcounter_args,
	.handlers = averagebatchcounter_handlers,
	.group = "measure",
	.brief = "counts batches, and how large they are on average",
	.manual = "Each value can be had in all, and since the latest tick of its timer. Lengths\n"
		  "are those of the packets; no AggregateLength is needed in front.",
	.example = "InfiniteSource(LIMIT 5) -> AverageBatchCounter(100) -> Discard;",
};
ELEMENT_CLASS(averagebatchcounter_class)
