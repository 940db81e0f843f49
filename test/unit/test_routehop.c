// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routehop.h"
#include "test/unit/unit.h"

static struct ip_addr
gateway(uint32_t be)
{
	return (struct ip_addr){.be = be};
}

static void
shares(void)
{
	struct route_hops h = {0};
	uint32_t a = route_hops_get(&h, gateway(1), 0, 0), b = route_hops_get(&h, gateway(0), 1, 0);

	CU_ASSERT_NOT_EQUAL(a, ROUTE_HOP_NONE);
	CU_ASSERT_NOT_EQUAL(b, ROUTE_HOP_NONE);
	CU_ASSERT_NOT_EQUAL(a, b);
	CU_ASSERT_EQUAL(route_hops_get(&h, gateway(1), 0, 0), a);
	CU_ASSERT_EQUAL(h.v[a].gw.be, 1);
	CU_ASSERT_EQUAL(h.v[b].port, 1);
	route_hops_fini(&h);
}

static void
gives_numbers_again(void)
{
	struct route_hops h = {0};
	uint32_t a = route_hops_get(&h, gateway(1), 0, 0), b = route_hops_get(&h, gateway(2), 0, 0),
		 c;

	route_hops_get(&h, gateway(1), 0, 0);
	route_hops_put(&h, a);
	c = route_hops_get(&h, gateway(3), 0, 0);
	CU_ASSERT_TRUE(c != a && c != b); // a is still in use
	route_hops_put(&h, a);
	route_hops_put(&h, b);
	CU_ASSERT_EQUAL(route_hops_get(&h, gateway(4), 0, 0), b);
	CU_ASSERT_EQUAL(route_hops_get(&h, gateway(1), 0, 0), a);
	CU_ASSERT_EQUAL(h.v[a].n_refs, 1);
	CU_ASSERT_EQUAL(route_hops_get(&h, gateway(2), 0, 0), 4);
	route_hops_fini(&h);
}

UNIT_SUITE(routehop, UNIT_CASE(shares), UNIT_CASE(gives_numbers_again))
