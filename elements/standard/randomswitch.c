// SPDX-License-Identifier: BSD-3-Clause
// RandomSwitch: sends each packet to an output drawn by lot.

#include <rte_random.h>

#include "src/element.h"

// Without a division: the upper half of the product is below n. One output comes up more often than
// another by less than n in 2^32.
static inline int16_t
draw(uint32_t n)
{
	return (int16_t)((rte_rand() >> 32) * n >> 32);
}

static void
randomswitch_push(struct element *e, unsigned port, struct batch *b)
{
	uint32_t n_outputs = e->n_outputs;
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		decision[i] = draw(n_outputs);
	element_split(e, b, decision);
}

static const struct element_class randomswitch_class = {
	.name = "RandomSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.push = randomswitch_push,
	.group = "standard",
	.brief = "sends each packet to an output drawn by lot",
	.manual = "All outputs are equally likely, and one packet says nothing about the next.\n"
		  "RandomSeed makes the draw the same in each run.",
	.example = "Idle -> rs :: RandomSwitch; rs [0] -> Discard; rs [1] -> Discard;",
};
ELEMENT_CLASS(randomswitch_class)
