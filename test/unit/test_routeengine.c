// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/route_pair.h"

static void
few_routes_are_searched(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};

	CU_ASSERT_EQUAL(route_engine_bytes(&p.t), 0);
	publish(&p);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 1).decision, -1);
	for (uint32_t i = 1; i <= ROUTE_ENGINE_FEW; i++) {
		change(&p, i << 24, 8, (int32_t)i);
		publish(&p);
		CU_ASSERT_PTR_NULL(p.e->fib);
		CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 20), 0);
	}
	CU_ASSERT_EQUAL(route_engine_bytes(&p.t), 0);
	change(&p, 100u << 24, 8, 7);
	CU_ASSERT_TRUE(route_engine_bytes(&p.t) >= 16 << 20);
	publish(&p);
	CU_ASSERT_PTR_NOT_NULL(p.e->fib);
	CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 20), 0);
	// It is kept while the number goes up and down a little.
	for (uint32_t i = 1; i <= ROUTE_ENGINE_FEW / 2; i++) {
		change(&p, i << 24, 8, -1);
		publish(&p);
		CU_ASSERT_PTR_NOT_NULL(p.e->fib);
	}
	CU_ASSERT_EQUAL(p.n_in_place, ROUTE_ENGINE_FEW / 2);
	change(&p, 100u << 24, 8, -1);
	publish(&p);
	CU_ASSERT_PTR_NULL(p.e->fib);
	CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 20), 0);
	pair_fini(&p);
	rig_free(r);
}

// Prefixes of all lengths in a small space, so that they overlap; few next hops, so that many have
// that of the prefix around them.
static void
random_changes(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	unsigned seed = 1, wrong = 0;

	for (unsigned round = 0; round < 3000; round++) {
		for (unsigned n = 1 + (unsigned)rand_r(&seed) % 3; n > 0; n--) {
			unsigned len = (unsigned)rand_r(&seed) % 33;
			uint32_t addr = 10u << 24 | ((unsigned)rand_r(&seed) & 0x0300ff);

			change(&p, addr, len, rand_r(&seed) % 4 - 1);
		}
		if (rand_r(&seed) % 8 == 0)
			route_table_undo(&p.t);
		publish(&p);
		for (unsigned i = 0; i < 30; i++)
			wrong +=
				!agree(p.e, &p.t, 10u << 24 | ((unsigned)rand_r(&seed) & 0x0301ff));
		if (round % 100 == 0)
			wrong += count_disagreements(p.e, &p.t, 100);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_PTR_NOT_NULL(p.e->fib);
	CU_ASSERT_TRUE(p.n_in_place > 2500);
	pair_fini(&p);
	rig_free(r);
}

// The default route changes without the big table, and in both engines.
static void
default_route(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};

	for (unsigned n = 0; n < 40; n++) {
		change(&p, n << 24, 8, 1);
		change(&p, 0, 0, 5);
		publish(&p);
		CU_ASSERT_EQUAL(engine_lookup(p.e, UINT32_MAX).decision, 5);
		CU_ASSERT_EQUAL(engine_lookup(p.e, n << 24 | 5).decision, 1);
		change(&p, 0, 0, 6);
		publish(&p);
		CU_ASSERT_EQUAL(engine_lookup(p.e, UINT32_MAX).decision, 6);
		change(&p, 0, 0, -1);
		publish(&p);
		CU_ASSERT_EQUAL(engine_lookup(p.e, UINT32_MAX).decision, -1);
		CU_ASSERT_EQUAL(engine_lookup(p.e, n << 24 | 5).decision, 1);
	}
	pair_fini(&p);
	rig_free(r);
}

// A next hop whose number is used again must not be found by the routes that had it before.
static void
next_hops_are_used_again(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	unsigned seed = 3, wrong = 0;

	for (unsigned i = 0; i < 2000; i++) {
		change(&p, (unsigned)rand_r(&seed) % 40 << 24, 8, rand_r(&seed) % 200);
		if (i % 3 == 0)
			change(&p, (unsigned)rand_r(&seed) % 40 << 24, 8, -1);
		publish(&p);
		for (unsigned k = 0; k < 40; k++)
			wrong += !agree(p.e, &p.t, k << 24);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_TRUE(p.t.hops.n < 60);
	pair_fini(&p);
	rig_free(r);
}

// Without memory for the table: searched one by one, up to a limit.
static void
no_memory(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	struct route_engine *huge;
	struct route_table t = {0};

	// 2 million groups of 1 KiB do not fit into the rig's memory.
	for (unsigned i = 0; i < 300000; i++) {
		struct route route = {
			.addr = i << 8 | 1, .mask = UINT32_MAX, .port = (int32_t)i % 9};

		route_table_add(&t, &route, false, false);
	}
	route_table_commit(&t);
	huge = route_engine_create(&t, NULL);
	CU_ASSERT_PTR_NULL(huge->fib);
	CU_ASSERT_TRUE(route_engine_is_overloaded(huge, &t));
	CU_ASSERT_TRUE(agree(huge, &t, 77u << 8 | 1));
	CU_ASSERT_TRUE(agree(huge, &t, 77u << 8 | 2));
	CU_ASSERT_EQUAL(huge->retry_at, 600000);
	// It is not tried again at once: twenty routes are searched too.
	for (unsigned i = 0; i < 20; i++)
		change(&p, i << 24, 8, 3);
	p.e = huge;
	publish(&p);
	CU_ASSERT_PTR_NULL(p.e->fib);
	CU_ASSERT_FALSE(route_engine_is_overloaded(p.e, &p.t));
	CU_ASSERT_EQUAL(count_disagreements(p.e, &p.t, 20), 0);
	pair_fini(&p);
	route_table_fini(&t);
	rig_free(r);
}

UNIT_SUITE(routeengine, UNIT_CASE(few_routes_are_searched), UNIT_CASE(random_changes),
	UNIT_CASE(default_route), UNIT_CASE(next_hops_are_used_again), UNIT_CASE(no_memory))
