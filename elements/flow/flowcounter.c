// SPDX-License-Identifier: BSD-3-Clause
// FlowCounter: counts flows and how many packets they have.

#include <inttypes.h>
#include <string.h>

#include "elements/flow/flowmanager.h"
#include "elements/measure/histogram.h"
#include "src/strbuf.h"

struct flowcounter_lcore {
	struct histogram sizes; // of flows that have ended
	uint64_t n_begun, n_ended;
};

struct flowcounter {
	struct element element;
	struct flow_slot slot; // uint64_t: packets
};

enum { NO_FLOW };

static void
flowcounter_push(struct element *base, unsigned port, struct batch *b)
{
	struct flowcounter_lcore *l = element_lcore(base);
	uint64_t *n = flow_slot_here(&((struct flowcounter *)base)->slot);

	(void)port;
	if (unlikely(n == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	l->n_begun += *n == 0;
	*n += b->n;
	element_push(base, 0, b);
}

static void
flow_ends(struct element *base, void *slot)
{
	struct flowcounter_lcore *l = element_lcore(base);
	const uint64_t *n = slot;

	if (*n == 0)
		return;
	l->n_ended++;
	histogram_add(&l->sizes, *n);
}

// ---- life

static int
flowcounter_attach(struct element *base, struct errh *errh)
{
	struct flowcounter *e = (struct flowcounter *)base;

	return flow_slot_attach(&e->slot, base, sizeof(uint64_t), flow_ends, errh);
}

static int
flowcounter_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	const struct flowcounter *e = (struct flowcounter *)base;
	const struct flowcounter *old = (struct flowcounter *)old_base;
	struct flowcounter_lcore *l = element_lcore(base);

	(void)errh;
	histogram_take(base, old_base);
	l->n_begun += ELEMENT_SUM(old_base, flowcounter_lcore, n_begun);
	// Flows that do not go over have ended here.
	l->n_ended += flow_slot_moves(&e->slot, &old->slot)
			      ? ELEMENT_SUM(old_base, flowcounter_lcore, n_ended)
			      : ELEMENT_SUM(old_base, flowcounter_lcore, n_begun);
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	uint64_t begun = ELEMENT_SUM(call->element, flowcounter_lcore, n_begun);
	uint64_t ended = ELEMENT_SUM(call->element, flowcounter_lcore, n_ended);

	strbuf_addf(call->out, "%" PRIu64, call->row->number ? begun - ended : begun);
	return 0;
}

static void
flowcounter_add_handlers(struct element *e)
{
	for (const struct handler *row = histogram_handlers; row->name != NULL; row++) {
		if (strcmp(row->name, "count") != 0)
			element_add_handler(e, row->name, row, row->number);
	}
}

static const struct handler flowcounter_handlers[] = {
	{.name = "count",
		.read = read_count,
		.flags = HANDLER_LIVE,
		.help = "flows that have begun"},
	{.name = "open",
		.read = read_count,
		.flags = HANDLER_LIVE,
		.number = 1,
		.help = "of these, flows that have not ended"},
	HANDLERS_END,
};

static const char *const flowcounter_drops[] = {[NO_FLOW] = "no flow", NULL};

static const struct element_class flowcounter_class = {
	.name = "FlowCounter",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowcounter),
	.lcore_size = sizeof(struct flowcounter_lcore),
	.push = flowcounter_push,
	.attach = flowcounter_attach,
	.take_state = flowcounter_take_state,
	.handlers = flowcounter_handlers,
	.add_handlers = flowcounter_add_handlers,
	.drops = flowcounter_drops,
	.group = "flow",
	.brief = "counts flows and how many packets they have",
	.manual =
		"Needs a FlowIPManager in front. The sizes, in packets, are those of flows that have\n"
		"ended: their packets stayed away for the manager's TIMEOUT, or an element closed\n"
		"them.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> c :: FlowCounter -> Discard;",
};
ELEMENT_CLASS(flowcounter_class)
