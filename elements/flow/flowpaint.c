// SPDX-License-Identifier: BSD-3-Clause
// FlowPaint: paints all packets of a flow alike.

#include "elements/flow/flowmanager.h"

struct flowpaint {
	struct element element;
	uint8_t color;
	struct flow_slot slot; // uint16_t: the flow's color plus one; 0: none yet
};

enum { NO_FLOW };

static void
flowpaint_push(struct element *base, unsigned port, struct batch *b)
{
	const struct flowpaint *e = (struct flowpaint *)base;
	uint16_t *color = flow_slot_here(&e->slot);

	(void)port;
	if (unlikely(color == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	if (unlikely(*color == 0))
		*color = (uint16_t)(e->color + 1);
	for (unsigned i = 0; i < b->n; i++)
		packet_set_anno_u8(b->pkt[i], ANNO_PAINT, (uint8_t)(*color - 1));
	element_push(base, 0, b);
}

static int
flowpaint_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(
		&((struct flowpaint *)base)->slot, base, sizeof(uint16_t), NULL, errh);
}

static const struct arg flowpaint_args[] = {
	ARG(flowpaint, color, "COLOR", ARG_MANDATORY, .help = "color of new flows, 0 to 255"),
	ARGS_END,
};

static const struct handler flowpaint_handlers[] = {
	HANDLER_FIELD_RW("color", flowpaint, color, 0, .help = "color of flows from now on"),
	HANDLERS_END,
};

static const char *const flowpaint_drops[] = {[NO_FLOW] = "no flow", NULL};

static const struct element_class flowpaint_class = {
	.name = "FlowPaint",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowpaint),
	.push = flowpaint_push,
	.attach = flowpaint_attach,
	.args = flowpaint_args,
	.handlers = flowpaint_handlers,
	.drops = flowpaint_drops,
	.writes = "PAINT",
	.group = "flow",
	.brief = "paints all packets of a flow alike",
	.manual =
		"The color is what COLOR was when the flow began; writing `color` changes that of\n"
		"later flows. Needs a FlowIPManager in front.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> FlowPaint(3) -> Discard;",
};
ELEMENT_CLASS(flowpaint_class)
