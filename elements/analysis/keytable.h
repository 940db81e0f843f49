// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A hash table from keys of a fixed size to places in arrays that its owner has, 0 to capacity - 1.
// All memory is there from the beginning (and untouched until it is needed), so that adding
// allocates nothing and a flood of keys meets a bound. Linear probing; the hash has a random seed.

#include <stdbool.h>
#include <stdint.h>

#include <rte_prefetch.h>

enum { KEY_TABLE_SIZE_MAX = 16 };
#define KEY_TABLE_NONE UINT32_MAX

struct key_table {
	uint32_t key_size;
	uint32_t capacity;
	uint32_t n; // keys
	uint32_t seed;
	uint32_t mask; // of slots
	uint32_t *slots; // owned; place plus one; 0: empty
	uint8_t *keys; // owned; by place
	uint32_t *slot_of; // owned; by place: its slot plus one; 0: not used
	uint32_t *free; // owned; places that were used before
	uint32_t n_free, n_used; // places below n_used are used or in free
};

void key_table_init(struct key_table *t, uint32_t key_size, uint32_t capacity);
void key_table_fini(struct key_table *t); // a zeroed one is fine
// Forgets all keys.
void key_table_clear(struct key_table *t);

// The place of a key; KEY_TABLE_NONE.
uint32_t key_table_find(const struct key_table *t, const void *key);
// The same for a key that is not there, which is added. KEY_TABLE_NONE: full.
uint32_t key_table_add(struct key_table *t, const void *key);
void key_table_remove(struct key_table *t, uint32_t place);

// For many keys at once: hash them all and fetch their slots, then fetch the keys that stand there,
// then find them.
uint32_t key_table_hash(const struct key_table *t, const void *key);
uint32_t key_table_find_hashed(const struct key_table *t, const void *key, uint32_t hash);

static inline void
key_table_prefetch_slot(const struct key_table *t, uint32_t hash)
{
	rte_prefetch0(&t->slots[hash & t->mask]);
}

// The place that a key with this hash probably has; KEY_TABLE_NONE: it is not there.
static inline uint32_t
key_table_prefetch_key(const struct key_table *t, uint32_t hash)
{
	uint32_t place = t->slots[hash & t->mask] - 1;

	if (place != KEY_TABLE_NONE)
		rte_prefetch0(t->keys + (uint64_t)place * t->key_size);
	return place;
}

// For walks: for (place = 0; place < t->n_used; place++) if (key_table_has(t, place)) ...
static inline bool
key_table_has(const struct key_table *t, uint32_t place)
{
	return t->slot_of[place] != 0;
}

static inline const void *
key_table_key(const struct key_table *t, uint32_t place)
{
	return t->keys + (uint64_t)place * t->key_size;
}
