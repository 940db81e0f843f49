// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routehash.h"

#include <stdlib.h>

#include "src/mem.h"

enum { BUCKETS_LEAST = 16 };

void
route_hash_fini(struct route_hash *h)
{
	free(h->bucket);
	free(h->entry);
	*h = (struct route_hash){0};
}

static uint32_t *
bucket_of(const struct route_hash *h, uint64_t key)
{
	// Both halves must reach the low bits: prefixes differ in their high ones only.
	key ^= key >> 32;
	key *= UINT64_C(0x9e3779b97f4a7c15);
	return &h->bucket[(key >> 32) & (h->n_buckets - 1)];
}

uint32_t
route_hash_find(const struct route_hash *h, uint64_t key)
{
	uint32_t at;

	if (h->n_buckets == 0)
		return ROUTE_HASH_NONE;
	at = *bucket_of(h, key);
	while (at != ROUTE_HASH_NONE && h->entry[at].key != key)
		at = h->entry[at].next;
	return at;
}

static void
link_entry(struct route_hash *h, uint32_t number)
{
	uint32_t *bucket = bucket_of(h, h->entry[number].key);

	h->entry[number].next = *bucket;
	*bucket = number;
}

static void
grow_buckets(struct route_hash *h)
{
	size_t n_old = h->n_buckets, n = n_old > 0 ? 2 * n_old : BUCKETS_LEAST;
	uint32_t *old = h->bucket;

	h->bucket = mem_zalloc(n * sizeof(*h->bucket));
	h->n_buckets = n;
	for (size_t i = 0; i < n; i++)
		h->bucket[i] = ROUTE_HASH_NONE;
	for (size_t i = 0; i < n_old; i++) {
		for (uint32_t at = old[i], next; at != ROUTE_HASH_NONE; at = next) {
			next = h->entry[at].next;
			link_entry(h, at);
		}
	}
	free(old);
}

void
route_hash_insert(struct route_hash *h, uint64_t key, uint32_t number)
{
	while (number >= h->cap)
		h->entry = mem_grow(h->entry, h->cap, &h->cap, sizeof(*h->entry));
	if (h->n >= h->n_buckets)
		grow_buckets(h);
	h->entry[number].key = key;
	link_entry(h, number);
	h->n++;
}

void
route_hash_remove(struct route_hash *h, uint32_t number)
{
	uint32_t *at = bucket_of(h, h->entry[number].key);

	while (*at != number)
		at = &h->entry[*at].next;
	*at = h->entry[number].next;
	h->n--;
}
