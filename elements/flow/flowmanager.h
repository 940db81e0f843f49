// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What elements behind a FlowIPManager know about flows. The manager finds out the flow of each
// packet, and pushes packets of one flow that follow each other as one batch; meanwhile each flow
// element has a slot of its own in the flow's block, zeroed when the flow begins. Each lcore has
// its own flows, and all of them live in memory that is there from the beginning.

#include <stdbool.h>
#include <stdint.h>

#include "elements/analysis/keytable.h"
#include "elements/balance/flowpins.h"
#include "src/element.h"
#include "src/timer.h"

struct flow_manager_lcore {
	uint8_t *current; // block of the flow whose packets are being pushed; NULL: none
	bool closing; // it ends behind this push
	uint32_t current_place;
	struct key_table table; // flow_pins_key
	uint8_t *blocks; // owned; by place
	uint32_t *seen_s; // owned; by place: latest packet
	uint32_t hand; // place that the sweep looks at next
	struct timer timer; // the sweep
};

// The share of a flow element; begins with zeros in each flow.
struct flow_slot {
	struct element *manager; // borrowed
	uint32_t offset; // in the block
};

// A flow with this slot ends: it was idle for too long, or closed. On the flow's lcore.
typedef void flow_release_fn(struct element *e, void *slot);

// At attach: gets a slot of the manager in front of e. release may be NULL. Reports an error if
// there is none, or if packets are stored in between.
int flow_slot_attach(struct flow_slot *slot, struct element *e, uint32_t size,
	flow_release_fn *release, struct errh *errh);

// In push: the slot of the flow that the batch belongs to. NULL: the packets did not come straight
// from the manager.
static inline void *
flow_slot_here(const struct flow_slot *slot)
{
	const struct flow_manager_lcore *l = element_lcore(slot->manager);

	return unlikely(l->current == NULL) ? NULL : l->current + slot->offset;
}

// The number of that flow, which no other has at the same time.
static inline uint32_t
flow_number_here(const struct flow_slot *slot)
{
	const struct flow_manager_lcore *l = element_lcore(slot->manager);

	return lcore_index << 24 | l->current_place;
}

// Outside a push of the manager's, for packets that were held back: makes the flow with this slot
// the one whose packets are being pushed, until flow_leave().
struct flow_visit {
	uint8_t *current;
	uint32_t place;
	bool closing;
};
void flow_enter(const struct flow_slot *slot, void *here, struct flow_visit *outer);
void flow_leave(const struct flow_slot *slot, const struct flow_visit *outer);

// The flow ends behind this push; its next packet begins another one.
static inline void
flow_close_here(const struct flow_slot *slot)
{
	struct flow_manager_lcore *l = element_lcore(slot->manager);

	l->closing = true;
}

// Hot swap: whether the flows of old's manager, with what old's slot holds, go over to e's.
bool flow_slot_moves(const struct flow_slot *slot, const struct flow_slot *old);
// All slots of an element, of every lcore's flows; lcores are paused.
void flow_slot_each(
	const struct flow_slot *slot, void (*fn)(void *slot, unsigned lcore, void *arg), void *arg);
