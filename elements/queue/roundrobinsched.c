// SPDX-License-Identifier: BSD-3-Clause
// RoundRobinSched, SimpleRoundRobinSched: take packets from their inputs in turn.

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
