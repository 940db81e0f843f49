// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/iproute/routehash.h"
#include "test/unit/unit.h"

static void
empty(void)
{
	struct route_hash h = {0};

	CU_ASSERT_EQUAL(route_hash_find(&h, 0), ROUTE_HASH_NONE);
	CU_ASSERT_EQUAL(route_hash_find(&h, UINT64_MAX), ROUTE_HASH_NONE);
	route_hash_fini(&h);
}

static void
finds(void)
{
	struct route_hash h = {0};

	route_hash_insert(&h, 0, 3);
	route_hash_insert(&h, UINT64_MAX, 0);
	route_hash_insert(&h, UINT64_C(1) << 32, 100);
	CU_ASSERT_EQUAL(route_hash_find(&h, 0), 3);
	CU_ASSERT_EQUAL(route_hash_find(&h, UINT64_MAX), 0);
	CU_ASSERT_EQUAL(route_hash_find(&h, UINT64_C(1) << 32), 100);
	CU_ASSERT_EQUAL(route_hash_find(&h, 1), ROUTE_HASH_NONE);
	route_hash_remove(&h, 3);
	CU_ASSERT_EQUAL(route_hash_find(&h, 0), ROUTE_HASH_NONE);
	CU_ASSERT_EQUAL(route_hash_find(&h, UINT64_MAX), 0);
	// The number can stand for another key now.
	route_hash_insert(&h, 77, 3);
	CU_ASSERT_EQUAL(route_hash_find(&h, 77), 3);
	CU_ASSERT_EQUAL(h.n, 3);
	route_hash_fini(&h);
	CU_ASSERT_EQUAL(route_hash_find(&h, 77), ROUTE_HASH_NONE);
}

// Keys that differ in their high, middle or low bits only, removed in another order.
static void
many(void)
{
	for (unsigned shift = 0; shift <= 48; shift += 8) {
		struct route_hash h = {0};
		unsigned wrong = 0, n = 10000;

		for (unsigned i = 0; i < n; i++)
			route_hash_insert(&h, (uint64_t)i << shift, n - 1 - i);
		for (unsigned i = 0; i < n; i++)
			wrong += route_hash_find(&h, (uint64_t)i << shift) != n - 1 - i;
		for (unsigned i = 0; i < n; i += 3)
			route_hash_remove(&h, i);
		for (unsigned i = 0; i < n; i++)
			wrong += route_hash_find(&h, (uint64_t)(n - 1 - i) << shift) !=
				 (i % 3 == 0 ? ROUTE_HASH_NONE : i);
		CU_ASSERT_EQUAL(wrong, 0);
		CU_ASSERT_EQUAL(h.n, n - (n + 2) / 3);
		route_hash_fini(&h);
	}
}

// Chains stay short for the prefixes of one length.
static void
spreads(void)
{
	struct route_hash h = {0};
	unsigned longest = 0;

	for (uint32_t i = 0; i < 60000; i++)
		route_hash_insert(&h, (uint64_t)(i << 8) << 32 | 0xffffff00, i);
	for (size_t i = 0; i < h.n_buckets; i++) {
		unsigned len = 0;

		for (uint32_t at = h.bucket[i]; at != ROUTE_HASH_NONE; at = h.entry[at].next)
			len++;
		longest = len > longest ? len : longest;
	}
	CU_ASSERT_TRUE(longest <= 10);
	route_hash_fini(&h);
}

UNIT_SUITE(routehash, UNIT_CASE(empty), UNIT_CASE(finds), UNIT_CASE(many), UNIT_CASE(spreads))
