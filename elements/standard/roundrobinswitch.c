// SPDX-License-Identifier: BSD-3-Clause
// RoundRobinSwitch: sends packets to its outputs in turn.

#include <stdatomic.h>

#include "src/element.h"

struct roundrobinswitch {
	struct element element;
	_Atomic uint32_t next; // output of the next packet; any lcore
};

// Claims the outputs of n packets; returns the first one's.
static uint32_t
claim(struct roundrobinswitch *e, uint32_t n)
{
	uint32_t n_outputs = e->element.n_outputs;
	uint32_t first = atomic_load_explicit(&e->next, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(&e->next, &first, (first + n) % n_outputs,
		memory_order_relaxed, memory_order_relaxed))
		;
	return first;
}

static void
roundrobinswitch_push(struct element *base, unsigned port, struct batch *b)
{
	uint32_t output = claim((struct roundrobinswitch *)base, b->n);
	uint32_t n_outputs = base->n_outputs;
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		decision[i] = (int16_t)output;
		if (++output == n_outputs)
			output = 0;
	}
	element_split(base, b, decision);
}

static const struct element_class roundrobinswitch_class = {
	.name = "RoundRobinSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct roundrobinswitch),
	.push = roundrobinswitch_push,
	.group = "standard",
	.brief = "sends packets to its outputs in turn",
	.manual = "The first packet leaves by output 0, the next by output 1 and so on. Several\n"
		  "lcores share one turn.",
	.example = "Idle -> rr :: RoundRobinSwitch; rr [0] -> Discard; rr [1] -> Discard;",
};
ELEMENT_CLASS(roundrobinswitch_class)
