// SPDX-License-Identifier: BSD-3-Clause
// RoundRobinSched, SimpleRoundRobinSched, RoundRobinMultiSched: take packets from their inputs in
// turn.

#include <stdatomic.h>

#include "elements/queue/sched.h"

struct roundrobinsched {
	struct sched sched;
	// Input to try first. Several lcores that pull at once may disturb the turn, nothing else.
	_Atomic uint32_t next;
};

static inline struct packet *
next_packet(struct roundrobinsched *e, bool ask)
{
	unsigned n = e->sched.element.n_inputs;
	unsigned input = atomic_load_explicit(&e->next, memory_order_relaxed);
	struct packet *p = NULL;

	for (unsigned i = 0; p == NULL && i < n; i++) {
		if (!ask || sched_input_is_active(&e->sched, input))
			p = element_pull_one(&e->sched.element, input);
		if (++input == n)
			input = 0;
	}
	// Once round it is where it was.
	atomic_store_explicit(&e->next, input, memory_order_relaxed);
	return p;
}

static inline struct packet *
roundrobinsched_packet(struct roundrobinsched *e, unsigned port)
{
	(void)port;
	return next_packet(e, true);
}

static inline struct packet *
simpleroundrobinsched_packet(struct roundrobinsched *e, unsigned port)
{
	(void)port;
	return next_packet(e, false);
}

ELEMENT_PULL_EACH(roundrobinsched, roundrobinsched, roundrobinsched_packet)
ELEMENT_PULL_EACH(simpleroundrobinsched, roundrobinsched, simpleroundrobinsched_packet)

// ---- several from one input

struct roundrobinmultisched {
	struct sched sched;
	uint32_t n; // packets in a row from one input
	uint32_t max; // packets of one pull; 0: no limit
	uint32_t next; // input to try first
	uint32_t taken; // in a row from it
};

// A batch may be made of several inputs' packets.
static void
roundrobinmultisched_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct roundrobinmultisched *e = (struct roundrobinmultisched *)base;
	unsigned most = RTE_MIN(max, (unsigned)BATCH_MAX), n = 0;
	struct batch part;

	(void)port;
	if (e->max > 0)
		most = RTE_MIN(most, e->max);
	for (unsigned tried = 0; n < most && tried < base->n_inputs;) {
		unsigned want = RTE_MIN(most - n, e->n - e->taken);

		part.n = 0;
		if (sched_input_is_active(&e->sched, e->next))
			element_pull(base, e->next, &part, want);
		for (unsigned i = 0; i < part.n; i++)
			b->pkt[n++] = part.pkt[i];
		e->taken += part.n;
		tried = part.n > 0 ? 0 : tried + 1;
		if (part.n == 0 || e->taken == e->n) {
			e->taken = 0;
			if (++e->next == base->n_inputs)
				e->next = 0;
		}
	}
	b->n = (uint16_t)n;
}

static const struct arg roundrobinmultisched_args[] = {
	ARG(roundrobinmultisched, n, "N", ARG_OPTIONAL, .def = "1", .min = 1, .max = UINT32_MAX,
		.help = "packets to take from an input before the next one's turn"),
	ARG(roundrobinmultisched, max, "MAX", ARG_OPTIONAL, .def = "0",
		.help = "packets of one pull; 0: as many as are wanted"),
	ARGS_END,
};

static const struct element_class roundrobinmultisched_class = {
	.name = "RoundRobinMultiSched",
	.aliases = "RRMultiSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct roundrobinmultisched),
	.pull = roundrobinmultisched_pull,
	.initialize = sched_initialize,
	.cleanup = sched_cleanup,
	.args = roundrobinmultisched_args,
	.group = "queue",
	.brief = "takes several packets from each of its inputs in turn",
	.manual =
		"As RoundRobinSched, but an input gives up to N packets before the next one's turn,\n"
		"so that batches stay together. An input that has none left loses its turn.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> rr :: RoundRobinMultiSched(4) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] rr;",
};
ELEMENT_CLASS(roundrobinmultisched_class)

static const struct element_class roundrobinsched_class = {
	.name = "RoundRobinSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct roundrobinsched),
	.pull = roundrobinsched_pull,
	.initialize = sched_initialize,
	.cleanup = sched_cleanup,
	.group = "queue",
	.brief = "takes packets from its inputs in turn",
	.manual =
		"Each packet is looked for from the input on that follows the one which gave the\n"
		"last packet. Inputs whose queues sleep because they are empty are not tried.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> rr :: RoundRobinSched -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] rr;",
};
ELEMENT_CLASS(roundrobinsched_class)

static const struct element_class simpleroundrobinsched_class = {
	.name = "SimpleRoundRobinSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct roundrobinsched),
	.pull = simpleroundrobinsched_pull,
	.group = "queue",
	.brief = "the same as RoundRobinSched, but tries every input",
	.manual = "It does not ask whether an input sleeps. Use RoundRobinSched unless that is\n"
		  "known to cost more than it saves.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> rr :: SimpleRoundRobinSched -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] rr;",
};
ELEMENT_CLASS(simpleroundrobinsched_class)
