// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Finds small numbers (places in an array of the owner) by 64-bit keys. Made for route tables:
// rte_hash would need EAL memory, which elements do not have yet while they are configured.

#include <stddef.h>
#include <stdint.h>

#define ROUTE_HASH_NONE UINT32_MAX

struct route_hash_entry {
	uint64_t key;
	uint32_t next; // in the bucket; ROUTE_HASH_NONE at the end
};

struct route_hash { // starts zeroed
	uint32_t *bucket; // owned; first entry of each
	size_t n_buckets; // a power of two, or 0
	struct route_hash_entry *entry; // owned; by number
	size_t cap;
	size_t n; // keys present
};

void route_hash_fini(struct route_hash *h);
// The number of a key, ROUTE_HASH_NONE if it is not there.
uint32_t route_hash_find(const struct route_hash *h, uint64_t key);
// Neither the key nor the number may be present.
void route_hash_insert(struct route_hash *h, uint64_t key, uint32_t number);
// The number must be present.
void route_hash_remove(struct route_hash *h, uint32_t number);
