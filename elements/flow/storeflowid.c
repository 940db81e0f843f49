// SPDX-License-Identifier: BSD-3-Clause
// StoreFlowID: writes the number of its flow into each packet.

#include <rte_byteorder.h>
#include <rte_random.h>

#include "elements/flow/flowmanager.h"

struct flow_id {
	uint32_t id;
	bool chosen;
};

struct storeflowid {
	struct element element;
	uint32_t offset;
	bool random;
	struct flow_slot slot; // struct flow_id
};

enum { NO_FLOW, TOO_SHORT };

static void
storeflowid_push(struct element *base, unsigned port, struct batch *b)
{
	const struct storeflowid *e = (struct storeflowid *)base;
	struct flow_id *flow = flow_slot_here(&e->slot);
	rte_be32_t id;
	unsigned n = 0;

	(void)port;
	if (unlikely(flow == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	if (unlikely(!flow->chosen)) {
		flow->id = e->random ? (uint32_t)rte_rand() : flow_number_here(&e->slot);
		flow->chosen = true;
	}
	id = rte_cpu_to_be_32(flow->id);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (likely(packet_write(&p, e->offset, &id, sizeof(id))))
			b->pkt[n++] = p;
		else
			element_drop(base, TOO_SHORT, p);
	}
	b->n = (uint16_t)n;
	element_push(base, 0, b);
}

static int
storeflowid_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(
		&((struct storeflowid *)base)->slot, base, sizeof(struct flow_id), NULL, errh);
}

static const struct arg storeflowid_args[] = {
	ARG(storeflowid, offset, "OFFSET", ARG_MANDATORY, .min = 0, .max = UINT16_MAX,
		.help = "place of the number, 4 bytes in network order, in the packet"),
	ARG(storeflowid, random, "RANDOM", ARG_KEYWORD, .def = "false",
		.help = "true: random numbers; else those of the flow manager"),
	ARGS_END,
};

static const char *const storeflowid_drops[] = {
	[NO_FLOW] = "no flow", [TOO_SHORT] = "too short, or no memory", NULL};

static const struct element_class storeflowid_class = {
	.name = "StoreFlowID",
	.ports = "1/1",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct storeflowid),
	.push = storeflowid_push,
	.attach = storeflowid_attach,
	.args = storeflowid_args,
	.drops = storeflowid_drops,
	.group = "flow",
	.brief = "writes the number of its flow into each packet",
	.manual = "No two flows have the same number at the same time, unless RANDOM is true.\n"
		  "Checksums are not changed. Needs a FlowIPManager in front.",
	.example = "Idle -> CheckIPHeader(14) -> FlowIPManager -> StoreFlowID(42) -> Discard;",
};
ELEMENT_CLASS(storeflowid_class)
