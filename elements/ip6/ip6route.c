// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/ip6route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ip6/address.h"
#include "src/mem.h"

enum { BUCKETS_LEAST = 16 };

void
ip6_routes_fini(struct ip6_routes *t)
{
	free(t->slot);
	free(t->bucket);
	free(t->change);
	*t = (struct ip6_routes){0};
}

// ---- slots by prefix

static uint32_t *
bucket_of(const struct ip6_routes *t, const struct ip6_prefix *prefix)
{
	uint64_t half[2], key;

	memcpy(half, &prefix->addr, sizeof(half));
	key = (half[0] * UINT64_C(0x9e3779b97f4a7c15)) ^ (half[1] + prefix->len);
	key = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	return &t->bucket[(key >> 32) & (t->n_buckets - 1)];
}

static void
link_slot(struct ip6_routes *t, uint32_t slot)
{
	uint32_t *bucket = bucket_of(t, &t->slot[slot].route.prefix);

	t->slot[slot].next = *bucket;
	*bucket = slot;
}

static void
unlink_slot(struct ip6_routes *t, uint32_t slot)
{
	uint32_t *at = bucket_of(t, &t->slot[slot].route.prefix);

	while (*at != slot)
		at = &t->slot[*at].next;
	*at = t->slot[slot].next;
}

static void
grow_buckets(struct ip6_routes *t)
{
	t->n_buckets = t->n_buckets > 0 ? 2 * t->n_buckets : BUCKETS_LEAST;
	t->bucket = mem_realloc(t->bucket, t->n_buckets * sizeof(*t->bucket));
	for (size_t i = 0; i < t->n_buckets; i++)
		t->bucket[i] = IP6_NO_SLOT;
	for (uint32_t i = 0; i < t->n_slots; i++) {
		if (t->slot[i].route.port >= 0)
			link_slot(t, i);
	}
}

uint32_t
ip6_routes_find(const struct ip6_routes *t, const struct ip6_prefix *prefix)
{
	uint32_t at;

	if (t->n_buckets == 0)
		return IP6_NO_SLOT;
	at = *bucket_of(t, prefix);
	while (at != IP6_NO_SLOT &&
		(t->slot[at].route.prefix.len != prefix->len ||
			!ip6_equal(&t->slot[at].route.prefix.addr, &prefix->addr)))
		at = t->slot[at].next;
	return at;
}

// ---- changes

// Puts a route, or none, into a slot.
static void
fill_slot(struct ip6_routes *t, uint32_t slot, const struct ip6_route *r)
{
	struct ip6_route *at = &t->slot[slot].route;

	if (at->port >= 0) {
		unlink_slot(t, slot);
		t->n_routes--;
	}
	*at = *r;
	if (at->port >= 0) {
		link_slot(t, slot);
		t->n_routes++;
	} else if (slot < t->lowest_free) {
		t->lowest_free = slot;
	}
}

static void
change_slot(struct ip6_routes *t, uint32_t slot, const struct ip6_route *after)
{
	t->change = mem_grow(t->change, t->n_changes, &t->change_cap, sizeof(*t->change));
	t->change[t->n_changes++] = (struct ip6_route_change){
		.slot = slot, .before = t->slot[slot].route, .after = *after};
	fill_slot(t, slot, after);
}

static uint32_t
free_slot(struct ip6_routes *t)
{
	while (t->lowest_free < t->n_slots && t->slot[t->lowest_free].route.port >= 0)
		t->lowest_free++;
	if (t->lowest_free == t->n_slots) {
		t->slot = mem_grow(t->slot, t->n_slots, &t->slot_cap, sizeof(*t->slot));
		t->slot[t->n_slots++].route = (struct ip6_route){.port = -1};
		if (t->n_slots > t->n_buckets)
			grow_buckets(t);
	}
	return (uint32_t)t->lowest_free;
}

int
ip6_routes_set(struct ip6_routes *t, const struct ip6_route *r)
{
	uint32_t slot = ip6_routes_find(t, &r->prefix);

	if (slot == IP6_NO_SLOT && t->n_routes >= IP6_ROUTES_MAX)
		return -ENOMEM;
	change_slot(t, slot != IP6_NO_SLOT ? slot : free_slot(t), r);
	return 0;
}

void
ip6_routes_remove(struct ip6_routes *t, const struct ip6_prefix *prefix)
{
	static const struct ip6_route none = {.port = -1};
	uint32_t slot = ip6_routes_find(t, prefix);

	if (slot != IP6_NO_SLOT)
		change_slot(t, slot, &none);
}

void
ip6_routes_commit(struct ip6_routes *t)
{
	free(t->change);
	t->change = NULL;
	t->n_changes = t->change_cap = 0;
}

// A slot that the transaction has added stays, free.
void
ip6_routes_undo(struct ip6_routes *t)
{
	while (t->n_changes > 0) {
		const struct ip6_route_change *c = &t->change[--t->n_changes];

		fill_slot(t, c->slot, &c->before);
	}
	ip6_routes_commit(t);
}
