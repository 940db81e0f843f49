// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routetable.h"

#include <errno.h>
#include <stdlib.h>

#include "src/mem.h"

static const uint32_t mask_24 = 0xffffff00;

static uint64_t
key_of(uint32_t addr, uint32_t mask)
{
	return (uint64_t)addr << 32 | mask;
}

void
route_table_fini(struct route_table *t)
{
	route_hash_fini(&t->hash);
	route_hops_fini(&t->hops);
	free(t->slot);
	free(t->dead);
	free(t->change);
	*t = (struct route_table){.reuse = t->reuse, .specific_first = t->specific_first};
}

void
route_table_clear(struct route_table *t)
{
	route_table_fini(t);
}

uint32_t
route_table_find(const struct route_table *t, uint32_t addr, uint32_t mask)
{
	return route_hash_find(&t->hash, key_of(addr, mask));
}

static struct route
make_route(const struct route_table *t, uint32_t addr, uint32_t mask, uint32_t hop)
{
	const struct route_hop *h = &t->hops.v[hop];

	return (struct route){
		.addr = addr, .mask = mask, .gw = h->gw, .port = h->port, .label = h->label};
}

struct route
route_table_route(const struct route_table *t, size_t slot)
{
	const struct route_slot *s = &t->slot[slot];

	return make_route(t, s->addr, s->mask, s->hop);
}

static int
compare_slots(const void *a_v, const void *b_v, void *table)
{
	const struct route_table *t = table;
	uint32_t a = *(const uint32_t *)a_v, b = *(const uint32_t *)b_v;
	int bits = __builtin_popcount(t->slot[b].mask) - __builtin_popcount(t->slot[a].mask);

	return bits != 0 ? bits : a < b ? -1 : 1;
}

uint32_t *
route_table_order(const struct route_table *t)
{
	uint32_t *order = mem_zalloc(t->n_routes * sizeof(*order));
	size_t n = 0;

	for (size_t i = 0; i < t->n_slots; i++) {
		if (t->slot[i].hop != ROUTE_HOP_NONE)
			order[n++] = (uint32_t)i;
	}
	if (t->specific_first)
		qsort_r(order, n, sizeof(*order), compare_slots, (void *)(uintptr_t)t);
	return order;
}

// ---- slots

static uint32_t
append_slot(struct route_table *t)
{
	t->slot = mem_grow(t->slot, t->n_slots, &t->slot_cap, sizeof(*t->slot));
	return (uint32_t)t->n_slots++;
}

static uint32_t
take_slot(struct route_table *t, bool *appended)
{
	*appended = t->n_routes == t->n_slots;
	if (*appended)
		return append_slot(t);
	if (t->reuse == ROUTE_REUSE_LAST_FREED)
		return t->dead[--t->n_dead];
	while (t->slot[t->lowest_dead].hop != ROUTE_HOP_NONE)
		t->lowest_dead++;
	return (uint32_t)t->lowest_dead;
}

static void
give_slot(struct route_table *t, uint32_t slot)
{
	t->slot[slot].hop = ROUTE_HOP_NONE;
	if (t->reuse == ROUTE_REUSE_LOWEST) {
		if (slot < t->lowest_dead)
			t->lowest_dead = slot;
		return;
	}
	t->dead = mem_grow(t->dead, t->n_dead, &t->dead_cap, sizeof(*t->dead));
	t->dead[t->n_dead++] = slot;
}

static void
count_route(struct route_table *t, uint32_t mask, size_t by)
{
	t->n_routes += by;
	if (!route_mask_is_prefix(mask))
		t->n_odd += by;
	else if (mask > mask_24)
		t->n_long += by;
}

static void
fill_slot(struct route_table *t, uint32_t slot, const struct route_slot *s)
{
	t->slot[slot] = *s;
	route_hash_insert(&t->hash, key_of(s->addr, s->mask), slot);
	count_route(t, s->mask, 1);
}

static void
empty_slot(struct route_table *t, uint32_t slot)
{
	route_hash_remove(&t->hash, slot);
	count_route(t, t->slot[slot].mask, (size_t)-1);
}

// ---- changes

static struct route_change *
new_change(struct route_table *t, uint32_t slot)
{
	const struct route_slot *s = &t->slot[slot];
	struct route_change *c;

	t->change = mem_grow(t->change, t->n_changes, &t->change_cap, sizeof(*t->change));
	c = &t->change[t->n_changes++];
	*c = (struct route_change){
		.slot = slot,
		.addr = s->addr,
		.mask = s->mask,
		.old_hop = s->hop,
		.new_hop = s->hop,
		.old_by_handler = s->by_handler,
	};
	return c;
}

static void
replace_route(struct route_table *t, uint32_t slot, uint32_t hop, bool by_handler)
{
	new_change(t, slot)->new_hop = hop;
	t->slot[slot].hop = hop;
	t->slot[slot].by_handler = by_handler;
}

static void
new_route(struct route_table *t, const struct route *r, uint32_t hop, bool by_handler)
{
	struct route_slot s = {
		.addr = r->addr, .mask = r->mask, .hop = hop, .by_handler = by_handler};
	struct route_change *c;
	bool appended;
	uint32_t slot = take_slot(t, &appended);

	fill_slot(t, slot, &s);
	c = new_change(t, slot);
	c->old_hop = ROUTE_HOP_NONE;
	c->appended = appended;
}

int
route_table_add(struct route_table *t, const struct route *r, bool replace, bool by_handler)
{
	uint32_t slot = route_table_find(t, r->addr, r->mask), hop;

	if (slot != ROUTE_HASH_NONE && !replace)
		return -EEXIST;
	if (slot == ROUTE_HASH_NONE && t->n_routes >= ROUTE_TABLE_MAX)
		return -ENOMEM;
	hop = route_hops_get(&t->hops, r->gw, r->port, r->label);
	if (hop == ROUTE_HOP_NONE)
		return -ENOMEM;
	if (slot != ROUTE_HASH_NONE)
		replace_route(t, slot, hop, by_handler);
	else
		new_route(t, r, hop, by_handler);
	return 0;
}

int
route_table_remove(struct route_table *t, const struct route *r)
{
	uint32_t slot = route_table_find(t, r->addr, r->mask);
	const struct route_hop *hop;

	if (slot == ROUTE_HASH_NONE)
		return -ENOENT;
	hop = &t->hops.v[t->slot[slot].hop];
	if (r->port >= 0 && (hop->port != r->port || hop->gw.be != r->gw.be))
		return -ENOENT;
	new_change(t, slot)->new_hop = ROUTE_HOP_NONE;
	empty_slot(t, slot);
	give_slot(t, slot);
	return 0;
}

// ---- transactions

bool
route_table_newest(const struct route_table *t, struct route *r)
{
	for (size_t i = t->n_changes; i-- > 0;) {
		const struct route_change *c = &t->change[i];

		if (c->new_hop == ROUTE_HOP_NONE)
			continue;
		*r = make_route(t, c->addr, c->mask, c->new_hop);
		return true;
	}
	return false;
}

void
route_table_commit(struct route_table *t)
{
	for (size_t i = 0; i < t->n_changes; i++) {
		if (t->change[i].old_hop != ROUTE_HOP_NONE)
			route_hops_put(&t->hops, t->change[i].old_hop);
	}
	free(t->change);
	t->change = NULL;
	t->n_changes = t->change_cap = 0;
}

static void
undo_new(struct route_table *t, const struct route_change *c)
{
	empty_slot(t, c->slot);
	if (c->appended)
		t->n_slots--;
	else
		give_slot(t, c->slot);
}

static void
undo_removal(struct route_table *t, const struct route_change *c)
{
	struct route_slot s = {.addr = c->addr,
		.mask = c->mask,
		.hop = c->old_hop,
		.by_handler = c->old_by_handler};

	// Later changes are undone already, so that it is the last freed one again.
	if (t->reuse == ROUTE_REUSE_LAST_FREED)
		t->n_dead--;
	fill_slot(t, c->slot, &s);
}

void
route_table_undo(struct route_table *t)
{
	while (t->n_changes > 0) {
		const struct route_change *c = &t->change[--t->n_changes];

		if (c->old_hop == ROUTE_HOP_NONE) {
			undo_new(t, c);
		} else if (c->new_hop == ROUTE_HOP_NONE) {
			undo_removal(t, c);
		} else {
			t->slot[c->slot].hop = c->old_hop;
			t->slot[c->slot].by_handler = c->old_by_handler;
		}
		if (c->new_hop != ROUTE_HOP_NONE)
			route_hops_put(&t->hops, c->new_hop);
	}
}
