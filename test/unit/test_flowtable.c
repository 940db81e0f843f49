// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/flowtable.h"

#include <stdlib.h>

#include "src/mem.h"
#include "test/unit/unit.h"

static bool
has(const struct flow_table *t, uint32_t hash, uint32_t ref)
{
	const struct flow_bucket *b = flow_table_bucket(t, hash);

	for (; b != NULL; b = flow_bucket_next(t, b)) {
		for (uint32_t hits = flow_bucket_match(b, hash); hits != 0; hits &= hits - 1) {
			if (b->ref[__builtin_ctz(hits)] == ref)
				return true;
		}
	}
	return false;
}

static uint32_t
hash_of(uint32_t ref)
{
	return ref * 2654435761u ^ ref >> 3;
}

static void
grows_and_shrinks(void)
{
	enum { N = 50000 };
	struct flow_table t;
	unsigned n_missing = 0, n_wrong = 0;

	CU_ASSERT_EQUAL_FATAL(flow_table_init(&t, N), 0);
	for (uint32_t ref = 1; ref <= N; ref++)
		n_wrong += !flow_table_insert(&t, hash_of(ref), ref);
	CU_ASSERT_EQUAL(t.n, N);
	CU_ASSERT_TRUE(t.n_buckets >= N / 5);
	for (uint32_t ref = 1; ref <= N; ref++)
		n_missing += !has(&t, hash_of(ref), ref);
	for (uint32_t ref = 2; ref <= N; ref += 2)
		flow_table_remove(&t, hash_of(ref), ref);
	for (uint32_t ref = 1; ref <= N; ref++)
		n_wrong += has(&t, hash_of(ref), ref) != (ref % 2 == 1);
	for (uint32_t ref = 1; ref <= N; ref += 2)
		flow_table_remove(&t, hash_of(ref), ref);
	CU_ASSERT_EQUAL(n_missing, 0);
	CU_ASSERT_EQUAL(n_wrong, 0);
	CU_ASSERT_EQUAL(t.n, 0);
	flow_table_fini(&t);
	flow_table_fini(&t);
}

// All in one bucket: it is continued until there is no room, and what was in it comes back.
static void
equal_hashes(void)
{
	struct flow_table t;
	uint32_t n = 0;

	CU_ASSERT_EQUAL_FATAL(flow_table_init(&t, 1000), 0);
	flow_table_fill(&t, 1000);
	while (n < 10000 && flow_table_insert(&t, 5, n + 1))
		n++;
	CU_ASSERT_TRUE(n >= 1000 && n < 10000);
	CU_ASSERT_EQUAL(t.n, n);
	CU_ASSERT_TRUE(has(&t, 5, 1));
	CU_ASSERT_TRUE(has(&t, 5, n));
	CU_ASSERT_FALSE(has(&t, 5, n + 1));
	for (uint32_t i = n; i > 0; i--)
		flow_table_remove(&t, 5, i);
	for (uint32_t i = 1; i <= n; i++)
		CU_ASSERT_TRUE(flow_table_insert(&t, 5, i));
	for (uint32_t i = 1; i <= n; i++)
		flow_table_remove(&t, 5, i);
	CU_ASSERT_EQUAL(t.n, 0);
	flow_table_fini(&t);
}

UNIT_SUITE(flowtable, UNIT_CASE(grows_and_shrinks), UNIT_CASE(equal_hashes))
