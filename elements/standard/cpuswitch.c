// SPDX-License-Identifier: BSD-3-Clause
// CPUSwitch: sends packets to the output of the lcore that brings them.

#include "src/element.h"

static void
cpuswitch_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_push(e, lcore_index % e->n_outputs, b);
}

static const struct element_class cpuswitch_class = {
	.name = "CPUSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.push = cpuswitch_push,
	.group = "standard",
	.brief = "sends packets to the output of the lcore that brings them",
	.manual =
		"Worker 0 pushes to output 0, worker 1 to output 1, and so on, and from the first one\n"
		"again if there are more lcores than outputs. Elements behind it that several lcores\n"
		"cannot share are refused all the same: which lcore comes to which output is not known\n"
		"when a configuration is checked.",
	.example = "Idle -> s :: CPUSwitch; s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(cpuswitch_class)
