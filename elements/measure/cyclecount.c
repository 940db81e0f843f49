// SPDX-License-Identifier: BSD-3-Clause
// SetCycleCount, CycleCountAccum, RoundTripCycleCount: how many cycles paths take.

#include <inttypes.h>

#include <rte_cycles.h>

#include "src/element.h"
#include "src/strbuf.h"

static inline void
set_packet(const struct element *e, struct packet *p)
{
	(void)e;
	packet_set_anno_u64(p, ANNO_PERFCTR, rte_rdtsc());
}

ELEMENT_CHANGE(setcyclecount, element, set_packet)

// ---- those that count

struct cycles_lcore {
	uint64_t n_packets, cycles, n_zero;
};

struct cycles {
	struct element element;
	struct cycles_lcore forgotten; // by reset_counts
};

static void
add_batch(struct element *e, const struct batch *b)
{
	struct cycles_lcore *l = element_lcore(e);
	uint64_t now = rte_rdtsc();

	for (unsigned i = 0; i < b->n; i++) {
		uint64_t then = packet_anno_u64(b->pkt[i], ANNO_PERFCTR);

		if (likely(then != 0)) {
			l->n_packets++;
			l->cycles += now - then;
		} else {
			l->n_zero++;
		}
	}
}

static void
cyclecountaccum_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	add_batch(e, b);
	element_push(e, 0, b);
}

static void
cyclecountaccum_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	add_batch(e, b);
}

static void
roundtripcyclecount_push(struct element *e, unsigned port, struct batch *b)
{
	struct cycles_lcore *l = element_lcore(e);
	uint64_t start = rte_rdtsc();

	(void)port;
	l->n_packets += b->n;
	element_push(e, 0, b);
	l->cycles += rte_rdtsc() - start;
}

static void
roundtripcyclecount_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct cycles_lcore *l = element_lcore(e);
	uint64_t start = rte_rdtsc();

	(void)port;
	element_pull(e, 0, b, max);
	l->cycles += rte_rdtsc() - start;
	l->n_packets += b->n;
}

// ---- life and handlers

static struct cycles_lcore
sum_lcores(const struct element *base)
{
	const struct cycles *e = (const struct cycles *)base;

	return (struct cycles_lcore){
		.n_packets = ELEMENT_SUM(base, cycles_lcore, n_packets) - e->forgotten.n_packets,
		.cycles = ELEMENT_SUM(base, cycles_lcore, cycles) - e->forgotten.cycles,
		.n_zero = ELEMENT_SUM(base, cycles_lcore, n_zero) - e->forgotten.n_zero,
	};
}

static int
cycles_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct cycles_lcore *l = element_lcore(base), sum = sum_lcores(old);

	(void)errh;
	l->n_packets += sum.n_packets;
	l->cycles += sum.cycles;
	l->n_zero += sum.n_zero;
	return 0;
}

enum { COUNT, CYCLES, ZERO_COUNT, CYCLES_PP };

static int
read_value(const struct handler_read *call)
{
	struct cycles_lcore sum = sum_lcores(call->element);

	switch (call->row->number) {
	case COUNT:
		strbuf_addf(call->out, "%" PRIu64, sum.n_packets);
		break;
	case CYCLES:
		strbuf_addf(call->out, "%" PRIu64, sum.cycles);
		break;
	case ZERO_COUNT:
		strbuf_addf(call->out, "%" PRIu64, sum.n_zero);
		break;
	case CYCLES_PP:
		strbuf_addf(
			call->out, "%" PRIu64, sum.n_packets > 0 ? sum.cycles / sum.n_packets : 0);
		break;
	}
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct cycles *e = (struct cycles *)call->element;
	struct cycles_lcore sum = sum_lcores(call->element);

	e->forgotten.n_packets += sum.n_packets;
	e->forgotten.cycles += sum.cycles;
	e->forgotten.n_zero += sum.n_zero;
	return 0;
}

#define VALUE(handler_name, which, text)                                                          \
	{                                                                                         \
		.name = handler_name, .read = read_value, .flags = HANDLER_LIVE, .number = which, \
		.help = text                                                                      \
	}
#define RESET                                                                                 \
	{                                                                                     \
		.name = "reset_counts", .write = write_reset_counts, .flags = HANDLER_BUTTON, \
		.help = "begins anew"                                                         \
	}

static const struct handler cyclecountaccum_handlers[] = {
	VALUE("count", COUNT, "packets with a cycle count"),
	VALUE("cycles", CYCLES, "cycles since their SetCycleCount, together"),
	VALUE("zero_count", ZERO_COUNT, "packets without a cycle count"),
	VALUE("cycles_pp", CYCLES_PP, "cycles of a packet on average"),
	RESET,
	HANDLERS_END,
};

static const struct handler roundtripcyclecount_handlers[] = {
	VALUE("packets", COUNT, "packets"),
	VALUE("count", COUNT, "same as packets"),
	VALUE("cycles", CYCLES, "cycles until they had been dealt with"),
	RESET,
	HANDLERS_END,
};

static const struct element_class setcyclecount_class = {
	.name = "SetCycleCount",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.push = setcyclecount_push,
	.pull = setcyclecount_pull,
	.decide = setcyclecount_decide,
	.writes = "PERFCTR",
	.group = "measure",
	.brief = "notes the cycle counter in packets",
	.manual = "The processor's time-stamp counter goes into the PERFCTR annotation, for a\n"
		  "CycleCountAccum behind it.",
	.example = "Idle -> SetCycleCount -> Paint(1) -> c :: CycleCountAccum -> Discard;",
};
ELEMENT_CLASS(setcyclecount_class)

static const struct element_class cyclecountaccum_class = {
	.name = "CycleCountAccum",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct cycles),
	.lcore_size = sizeof(struct cycles_lcore),
	.push = cyclecountaccum_push,
	.pull = cyclecountaccum_pull,
	.take_state = cycles_take_state,
	.handlers = cyclecountaccum_handlers,
	.reads = "PERFCTR",
	.group = "measure",
	.brief = "adds up the cycles since SetCycleCount",
	.manual =
		"The packets of a batch share the time that the batch took, so each one's cycles\n"
		"are those of the whole way, not of its own work alone.",
	.example = "Idle -> SetCycleCount -> Paint(1) -> c :: CycleCountAccum -> Discard;",
};
ELEMENT_CLASS(cyclecountaccum_class)

static const struct element_class roundtripcyclecount_class = {
	.name = "RoundTripCycleCount",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct cycles),
	.lcore_size = sizeof(struct cycles_lcore),
	.push = roundtripcyclecount_push,
	.pull = roundtripcyclecount_pull,
	.take_state = cycles_take_state,
	.handlers = roundtripcyclecount_handlers,
	.group = "measure",
	.brief = "adds up the cycles that the rest of the path takes",
	.manual = "Counts from the push until everything downstream is done with the packets, or\n"
		  "from the pull until the packets are there.",
	.example = "InfiniteSource(LIMIT 5) -> c :: RoundTripCycleCount -> Discard;",
};
ELEMENT_CLASS(roundtripcyclecount_class)
