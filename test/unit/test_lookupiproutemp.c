// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

static void
push_to(struct rig *r, uint32_t addr)
{
	struct packet *p = rig_hex("01");

	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(addr));
	rig_push(r, 0, p);
}

static void
routes(void)
{
	struct rig *r =
		rig_new("LookupIPRouteMP(10/8 0, 10.1/16 5.6.7.8 1, 10/8 1, 1.2.3.4 - 1)", 1, 2);

	push_to(r, 0x0a020304);
	push_to(r, 0x0a010304);
	push_to(r, 0x01020304);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 1, 0), ANNO_DST_IP), rte_cpu_to_be_32(0x05060708));
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 1, 1), ANNO_DST_IP), rte_cpu_to_be_32(0x01020304));
	for (unsigned i = 0; i < 7; i++)
		push_to(r, 0x0b000000);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 7);
	ASSERT_TEXT(rig_chatter(r), "LookupIPRouteMP: no route for 11.0.0.0\n"
				    "LookupIPRouteMP: no route for 11.0.0.0\n"
				    "LookupIPRouteMP: no route for 11.0.0.0\n"
				    "LookupIPRouteMP: no route for 11.0.0.0\n"
				    "LookupIPRouteMP: no route for 11.0.0.0\n");
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_new("LookupIPRouteMP", 1, 1);

	push_to(r, 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	ASSERT_ERRORS("LookupIPRouteMP(10/8 0, 10/8 x, 10/8, 10/8 -1)", 1, 1,
		"argument 2 should be `DADDR/MASK [GATEWAY] OUTPUT'\n"
		"argument 3 should be `DADDR/MASK [GATEWAY] OUTPUT'\n"
		"argument 4 should be `DADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_ERRORS("LookupIPRouteMP(10/8 0, 11/8 2)", 1, 2, "need 3 or more output ports\n");
	ASSERT_ERRORS("LookupIPRouteMP(10/8 99999999999)", 1, 2,
		"need 2147483648 or more output ports\n");
}

UNIT_SUITE(lookupiproutemp, UNIT_CASE(routes), UNIT_CASE(arguments))
