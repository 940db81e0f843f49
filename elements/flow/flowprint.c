// SPDX-License-Identifier: BSD-3-Clause
// FlowPrint: prints a line for each run of packets of a flow.

#include <inttypes.h>

#include "elements/flow/flowmanager.h"
#include "src/chatter.h"

struct flowprint {
	struct element element;
	char *label;
	struct flow_slot slot; // uint64_t: packets
};

enum { NO_FLOW };

static void
flowprint_push(struct element *base, unsigned port, struct batch *b)
{
	const struct flowprint *e = (struct flowprint *)base;
	uint64_t *n = flow_slot_here(&e->slot);

	(void)port;
	if (unlikely(n == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	chatter("%s: flow %u: %u packets behind %" PRIu64,
		e->label != NULL ? e->label : element_name(base), flow_number_here(&e->slot), b->n,
		*n);
	*n += b->n;
	element_push(base, 0, b);
}

static int
flowprint_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(
		&((struct flowprint *)base)->slot, base, sizeof(uint64_t), NULL, errh);
}

static const struct arg flowprint_args[] = {
	ARG(flowprint, label, "LABEL", ARG_OPTIONAL,
		.help = "what lines begin with; else the element's name"),
	ARGS_END,
};

static const char *const flowprint_drops[] = {[NO_FLOW] = "no flow", NULL};

static const struct element_class flowprint_class = {
	.name = "FlowPrint",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowprint),
	.push = flowprint_push,
	.attach = flowprint_attach,
	.args = flowprint_args,
	.drops = flowprint_drops,
	.group = "flow",
	.brief = "prints a line for each run of packets of a flow",
	.manual =
		"The line has the number of the flow, how many packets follow each other, and how\n"
		"many have come before. Needs a FlowIPManager in front.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> FlowPrint(flows) -> Discard;",
};
ELEMENT_CLASS(flowprint_class)
