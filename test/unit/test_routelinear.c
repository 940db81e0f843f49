// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/route_pair.h"

static void
lookup_of_batches(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {0};
	uint32_t dst[BATCH_MAX], found[BATCH_MAX];

	for (uint32_t n_routes = 1; n_routes <= 40; n_routes++) {
		unsigned wrong = 0;

		change(&p, n_routes << 24, 8, (int32_t)n_routes);
		publish(&p);
		for (unsigned n = 0; n <= BATCH_MAX; n++) {
			for (unsigned i = 0; i < n; i++) {
				dst[i] = (i * 7 + n) % 50 << 24 | i;
				found[i] = 12345;
			}
			route_engine_lookup(p.e, dst, found, n);
			for (unsigned i = 0; i < n; i++)
				wrong += p.e->target[found[i]].decision !=
					 naive_lookup(&p.t, dst[i]).decision;
		}
		CU_ASSERT_EQUAL(wrong, 0);
	}
	pair_fini(&p);
	rig_free(r);
}

// ---- masks that are none of prefixes

// As Click searches: the first that matches, then later ones whose mask covers the best one's.
static int
naive_odd(const struct route_table *t, uint32_t dst)
{
	uint32_t *order = route_table_order(t), best = 0;
	int port = -1;

	for (size_t i = 0; i < t->n_routes; i++) {
		const struct route_slot *s = &t->slot[order[i]];

		if ((dst & s->mask) != s->addr || (port >= 0 && (s->mask & best) != best))
			continue;
		best = s->mask;
		port = route_table_route(t, order[i]).port;
	}
	free(order);
	return port;
}

static void
odd_masks(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	unsigned seed = 5, wrong = 0;

	for (unsigned specific = 0; specific < 2; specific++) {
		struct pair p = {
			.t = {.reuse = ROUTE_REUSE_LOWEST, .specific_first = specific != 0}};

		for (unsigned round = 0; round < 400; round++) {
			// Four bits that may be masked, anywhere.
			uint32_t mask =
				((unsigned)rand_r(&seed) & 3) | ((unsigned)rand_r(&seed) & 3) << 30;
			struct route route = {.addr = (uint32_t)rand_r(&seed) * 3 & mask,
				.mask = mask,
				.port = rand_r(&seed) % 100};

			if (rand_r(&seed) % 3 == 0)
				route_table_remove(&p.t, &route);
			else
				route_table_add(&p.t, &route, true, false);
			publish(&p);
			for (uint32_t i = 0; i < 16; i++) {
				uint32_t dst = (i & 3) | i >> 2 << 30;

				wrong += engine_lookup(p.e, dst).decision != naive_odd(&p.t, dst);
			}
		}
		CU_ASSERT_TRUE(p.t.n_odd > 0);
		pair_fini(&p);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	rig_free(r);
}

static void
odd_masks_come_and_go(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct pair p = {.t = {.reuse = ROUTE_REUSE_LOWEST}};
	struct route odd = {.addr = 10u << 24 | 5, .mask = 0xff0000ff, .port = 77};

	for (unsigned i = 0; i < 40; i++)
		change(&p, i << 24, 8, 1);
	publish(&p);
	CU_ASSERT_PTR_NOT_NULL(p.e->fib);
	route_table_add(&p.t, &odd, false, false);
	publish(&p);
	CU_ASSERT_PTR_NULL(p.e->fib);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 10u << 24 | 0x010205).decision, 77);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 10u << 24 | 0x010206).decision, 1);
	CU_ASSERT_EQUAL(route_engine_bytes(&p.t), 0);
	route_table_remove(&p.t, &odd);
	publish(&p);
	CU_ASSERT_PTR_NOT_NULL(p.e->fib);
	CU_ASSERT_EQUAL(engine_lookup(p.e, 10u << 24 | 0x010205).decision, 1);
	pair_fini(&p);
	rig_free(r);
}

UNIT_SUITE(routelinear, UNIT_CASE(lookup_of_batches), UNIT_CASE(odd_masks),
	UNIT_CASE(odd_masks_come_and_go))
