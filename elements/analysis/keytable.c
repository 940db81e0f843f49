// SPDX-License-Identifier: BSD-3-Clause
#include "elements/analysis/keytable.h"

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_jhash.h>
#include <rte_random.h>

#include "src/mem.h"

void
key_table_init(struct key_table *t, uint32_t key_size, uint32_t capacity)
{
	uint32_t n_slots = rte_align32pow2(capacity + capacity / 2 + 1);

	*t = (struct key_table){
		.key_size = key_size,
		.capacity = capacity,
		.seed = (uint32_t)rte_rand(),
		.mask = n_slots - 1,
		.slots = mem_zalloc((size_t)n_slots * sizeof(*t->slots)),
		.keys = mem_zalloc((size_t)capacity * key_size),
		.slot_of = mem_zalloc((size_t)capacity * sizeof(*t->slot_of)),
		.free = mem_zalloc((size_t)capacity * sizeof(*t->free)),
	};
}

void
key_table_fini(struct key_table *t)
{
	free(t->slots);
	free(t->keys);
	free(t->slot_of);
	free(t->free);
	*t = (struct key_table){0};
}

void
key_table_clear(struct key_table *t)
{
	for (uint32_t i = 0; i < t->n_used; i++) {
		if (t->slot_of[i] != 0)
			t->slots[t->slot_of[i] - 1] = 0;
		t->slot_of[i] = 0;
	}
	t->n = t->n_free = t->n_used = 0;
}

uint32_t
key_table_hash(const struct key_table *t, const void *key)
{
	return rte_jhash(key, t->key_size, t->seed);
}

static uint32_t
home_slot(const struct key_table *t, const void *key)
{
	return key_table_hash(t, key) & t->mask;
}

// The slot where the key is, or the empty one where it would be.
static uint32_t
find_slot(const struct key_table *t, const void *key, uint32_t hash)
{
	uint32_t slot = hash & t->mask;

	while (t->slots[slot] != 0 &&
		memcmp(key_table_key(t, t->slots[slot] - 1), key, t->key_size) != 0)
		slot = (slot + 1) & t->mask;
	return slot;
}

uint32_t
key_table_find(const struct key_table *t, const void *key)
{
	return key_table_find_hashed(t, key, key_table_hash(t, key));
}

uint32_t
key_table_find_hashed(const struct key_table *t, const void *key, uint32_t hash)
{
	return t->slots[find_slot(t, key, hash)] - 1;
}

uint32_t
key_table_add(struct key_table *t, const void *key)
{
	uint32_t slot, place;

	if (t->n == t->capacity)
		return KEY_TABLE_NONE;
	place = t->n_free > 0 ? t->free[--t->n_free] : t->n_used++;
	slot = find_slot(t, key, key_table_hash(t, key));
	memcpy(t->keys + (uint64_t)place * t->key_size, key, t->key_size);
	t->slots[slot] = place + 1;
	t->slot_of[place] = slot + 1;
	t->n++;
	return place;
}

// Keys behind the gap move into it, unless that would be in front of their home.
void
key_table_remove(struct key_table *t, uint32_t place)
{
	uint32_t gap = t->slot_of[place] - 1, slot = gap, next;

	t->slot_of[place] = 0;
	t->free[t->n_free++] = place;
	t->n--;
	for (;;) {
		slot = (slot + 1) & t->mask;
		if (t->slots[slot] == 0)
			break;
		next = home_slot(t, key_table_key(t, t->slots[slot] - 1));
		if (((slot - next) & t->mask) < ((slot - gap) & t->mask))
			continue;
		t->slots[gap] = t->slots[slot];
		t->slot_of[t->slots[gap] - 1] = gap + 1;
		gap = slot;
	}
	t->slots[gap] = 0;
}
