// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Finds numbers by 32-bit hashes: a hash table of buckets of one cache line each. It grows a bucket
// at a time as it fills (linear hashing: W. Litwin, VLDB 1980), so that an insertion never has to
// wait for the whole table. A full bucket is continued in an overflow bucket.
//
// Several numbers may have one hash: the owner compares what they stand for.

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

enum { FLOW_BUCKET_SLOTS = 7 };

struct flow_bucket {
	uint32_t hash[FLOW_BUCKET_SLOTS];
	uint32_t n; // slots used, the first ones
	uint32_t ref[FLOW_BUCKET_SLOTS]; // never 0 where used
	uint32_t next; // overflow bucket; 0: none
};

static_assert(sizeof(struct flow_bucket) == 64, "a bucket is a cache line");

struct flow_table {
	struct flow_bucket *buckets; // owned
	struct flow_bucket *overflow; // owned; from number 1
	uint32_t n_buckets; // in use
	uint32_t low_mask; // of the buckets that are split already: 2 * low_mask + 1
	uint32_t n; // numbers
	uint32_t max_buckets;
	uint32_t max_overflow;
	uint32_t n_overflow; // ever used
	uint32_t free_overflow; // a list by next
};

// For max numbers. 0 or -ENOMEM.
int flow_table_init(struct flow_table *t, uint32_t max);
void flow_table_fini(struct flow_table *t); // zeroed is fine
// Takes the memory for n numbers now.
void flow_table_fill(struct flow_table *t, uint32_t n);
// false: full, which cannot be with fewer than max numbers unless hashes are alike.
bool flow_table_insert(struct flow_table *t, uint32_t hash, uint32_t ref);
// The pair must be there.
void flow_table_remove(struct flow_table *t, uint32_t hash, uint32_t ref);

static inline struct flow_bucket *
flow_table_bucket(const struct flow_table *t, uint32_t hash)
{
	uint32_t i = hash & (2 * t->low_mask + 1);

	if (i >= t->n_buckets)
		i = hash & t->low_mask;
	return &t->buckets[i];
}

static inline void
flow_table_prefetch(const struct flow_table *t, uint32_t hash)
{
	rte_prefetch0(flow_table_bucket(t, hash));
}

// Bit i: slot i has this hash.
static inline uint32_t
flow_bucket_match(const struct flow_bucket *b, uint32_t hash)
{
	uint32_t hits = 0;

	for (uint32_t i = 0; i < FLOW_BUCKET_SLOTS; i++)
		hits |= (uint32_t)(b->hash[i] == hash) << i;
	return hits & ((UINT32_C(1) << b->n) - 1);
}

static inline const struct flow_bucket *
flow_bucket_next(const struct flow_table *t, const struct flow_bucket *b)
{
	return b->next != 0 ? &t->overflow[b->next] : NULL;
}
