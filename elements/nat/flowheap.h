// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Flows by the time at which they expire: a heap with four children a node. Most packets put the
// expiry of their flow off; the heap is not told. A node's time may be earlier than that of its
// flow, never later, and is put right when it comes to the top.

#include <stdint.h>

struct flow;

struct flow_heap_node {
	int64_t expiry_ms;
	uint32_t flow; // number
	uint32_t order; // of equal times, the one that was put in first comes first
};

struct flow_heap {
	struct flow_heap_node *v; // owned
	uint32_t n;
	uint32_t order;
	uint32_t max;
};

// For max flows. 0 or -ENOMEM.
int flow_heap_init(struct flow_heap *h, uint32_t max);
void flow_heap_fini(struct flow_heap *h); // zeroed is fine
void flow_heap_fill(struct flow_heap *h, uint32_t n);

// flows is the array that numbers count in; each flow's heap_slot is kept right.
void flow_heap_add(struct flow_heap *h, struct flow *flows, uint32_t flow);
void flow_heap_remove(struct flow_heap *h, struct flow *flows, uint32_t flow);
// The flow now expires earlier than it did.
void flow_heap_advance(struct flow_heap *h, struct flow *flows, uint32_t flow);
// The flow that expires first; 0: none. Looks at no more than *budget flows, and counts it down;
// when it is used up, the answer is the first of those that were looked at.
uint32_t flow_heap_first(struct flow_heap *h, struct flow *flows, uint32_t *budget);
// The time of the top node: no flow expires before. INT64_MAX: none.
int64_t flow_heap_bound(const struct flow_heap *h);
