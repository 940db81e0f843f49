// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/flowheap.h"

#include <errno.h>
#include <stdbool.h>

#include <rte_common.h>

#include "elements/nat/flow.h"
#include "elements/nat/reserve.h"

enum { CHILDREN = 4 };

int
flow_heap_init(struct flow_heap *h, uint32_t max)
{
	*h = (struct flow_heap){.max = max, .v = reserve_map(max * sizeof(*h->v))};
	return h->v == NULL ? -ENOMEM : 0;
}

void
flow_heap_fini(struct flow_heap *h)
{
	reserve_unmap(h->v, h->max * sizeof(*h->v));
	*h = (struct flow_heap){0};
}

void
flow_heap_fill(struct flow_heap *h, uint32_t n)
{
	reserve_fill(h->v, RTE_MIN(n, h->max) * sizeof(*h->v));
}

static bool
is_before(const struct flow_heap_node *a, const struct flow_heap_node *b)
{
	if (a->expiry_ms != b->expiry_ms)
		return a->expiry_ms < b->expiry_ms;
	return (int32_t)(a->order - b->order) < 0;
}

static void
place(struct flow_heap *h, struct flow *flows, uint32_t slot, struct flow_heap_node node)
{
	h->v[slot] = node;
	flows[node.flow].heap_slot = slot;
}

static void
sift_up(struct flow_heap *h, struct flow *flows, uint32_t slot, struct flow_heap_node node)
{
	while (slot > 0) {
		uint32_t parent = (slot - 1) / CHILDREN;

		if (!is_before(&node, &h->v[parent]))
			break;
		place(h, flows, slot, h->v[parent]);
		slot = parent;
	}
	place(h, flows, slot, node);
}

static void
sift_down(struct flow_heap *h, struct flow *flows, uint32_t slot, struct flow_heap_node node)
{
	for (;;) {
		uint32_t child = slot * CHILDREN + 1, end = RTE_MIN(child + CHILDREN, h->n);
		uint32_t best = child;

		if (child >= h->n)
			break;
		while (++child < end) {
			if (is_before(&h->v[child], &h->v[best]))
				best = child;
		}
		if (!is_before(&h->v[best], &node))
			break;
		place(h, flows, slot, h->v[best]);
		slot = best;
	}
	place(h, flows, slot, node);
}

static struct flow_heap_node
node_of(struct flow_heap *h, const struct flow *flows, uint32_t flow)
{
	return (struct flow_heap_node){
		.expiry_ms = flows[flow].expiry_ms, .flow = flow, .order = h->order++};
}

void
flow_heap_add(struct flow_heap *h, struct flow *flows, uint32_t flow)
{
	sift_up(h, flows, h->n++, node_of(h, flows, flow));
}

void
flow_heap_remove(struct flow_heap *h, struct flow *flows, uint32_t flow)
{
	uint32_t slot = flows[flow].heap_slot;
	struct flow_heap_node last = h->v[--h->n];

	if (slot == h->n)
		return;
	if (is_before(&last, &h->v[slot]))
		sift_up(h, flows, slot, last);
	else
		sift_down(h, flows, slot, last);
}

void
flow_heap_advance(struct flow_heap *h, struct flow *flows, uint32_t flow)
{
	uint32_t slot = flows[flow].heap_slot;

	if (flows[flow].expiry_ms < h->v[slot].expiry_ms)
		sift_up(h, flows, slot, node_of(h, flows, flow));
}

int64_t
flow_heap_bound(const struct flow_heap *h)
{
	return h->n > 0 ? h->v[0].expiry_ms : INT64_MAX;
}

uint32_t
flow_heap_first(struct flow_heap *h, struct flow *flows, uint32_t *budget)
{
	uint32_t best = 0;

	while (h->n > 0) {
		uint32_t top = h->v[0].flow;

		if (flows[top].expiry_ms == h->v[0].expiry_ms)
			return top;
		if (best == 0 || flows[top].expiry_ms < flows[best].expiry_ms)
			best = top;
		if (*budget == 0)
			break;
		--*budget;
		sift_down(h, flows, 0, node_of(h, flows, top));
	}
	return best;
}
