// SPDX-License-Identifier: BSD-3-Clause
// ExactCPUSwitch: gives each lcore that brings packets an output of its own.

#include "src/element.h"
#include "src/lcore.h"

struct exactcpuswitch {
	struct element element;
	uint16_t output[LCORES_MAX + 1]; // by lcore; written while lcores are paused
};

static void
exactcpuswitch_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_push(e, ((struct exactcpuswitch *)e)->output[lcore_index], b);
}

static void
number_lcores(struct element *base)
{
	struct exactcpuswitch *e = (struct exactcpuswitch *)base;
	uint64_t lcores = base->info->push_lcores;
	unsigned n = 0;

	// The others come here only when control pushes while they are held.
	for (unsigned i = 0; i <= LCORES_MAX; i++) {
		e->output[i] = (uint16_t)(n % base->n_outputs);
		n += i < 64 && (lcores >> i & 1) != 0;
	}
}

static int
exactcpuswitch_initialize(struct element *e, struct errh *errh)
{
	(void)errh;
	number_lcores(e);
	return 0;
}

static const struct element_class exactcpuswitch_class = {
	.name = "ExactCPUSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct exactcpuswitch),
	.push = exactcpuswitch_push,
	.initialize = exactcpuswitch_initialize,
	.lcores_changed = number_lcores,
	.group = "standard",
	.brief = "gives each lcore that brings packets an output of its own",
	.manual =
		"Of the lcores that can push packets here, the one with the lowest number uses output\n"
		"0, the next one output 1 and so on, and from the first one again if there are more\n"
		"lcores than outputs. Unlike with CPUSwitch no output stays empty because its lcore\n"
		"never comes here. The outputs are given out anew when tasks move to other lcores.",
	.example = "Idle -> s :: ExactCPUSwitch; s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(exactcpuswitch_class)
