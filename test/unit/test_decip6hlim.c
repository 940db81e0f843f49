// SPDX-License-Identifier: BSD-3-Clause
// DecIP6HLIM and SetIP6DSCP.

#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

#define HLIM(n) IP6_UDP_HEAD(n) IP6_UDP_BODY

static void
takes_one(void)
{
	struct rig *r = rig_new("DecIP6HLIM", 1, 2);

	rig_push(r, 0, ip6packet_marked(rig_hex(HLIM("ff"))));
	rig_push(r, 0, ip6packet_marked(rig_segments(HLIM("02"), 3)));
	rig_push(r, 0, ip6packet_marked(rig_hex(HLIM("01"))));
	rig_push(r, 0, ip6packet_marked(rig_hex(HLIM("00"))));
	rig_expect_hex(r, 0, 0, HLIM("fe"));
	rig_expect_hex(r, 0, 1, HLIM("01"));
	rig_expect_hex(r, 1, 0, HLIM("01"));
	rig_expect_hex(r, 1, 1, HLIM("00"));
	ASSERT_READ(r, "drops", "2");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
drops(void)
{
	struct rig *r = rig_config("RigIn -> e :: DecIP6HLIM -> RigOut");
	char *errors;

	rig_push(r, 0, ip6packet_marked(rig_hex(HLIM("01"))));
	rig_push_hex(r, 0, HLIM("40")); // no header place
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_READ(r, "drops", "1");
	errors = rig_swap(r, "RigIn -> e :: DecIP6HLIM -> RigOut");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
shared_packets(void)
{
	static struct hoard hoard;
	struct rig *r =
		rig_config("RigIn(0) -> e :: DecIP6HLIM -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = ip6packet_marked(rig_hex(HLIM("40")));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, HLIM("3f"));
	rig_expect_hex(r, 1, 0, HLIM("40"));
	p = ip6packet_marked(rig_hex(HLIM("40")));
	rig_push(r, 1, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_free(r);
}

static void
pull(void)
{
	struct rig *r = rig_new_pull("DecIP6HLIM", 1, 2);

	rig_push(r, 0, ip6packet_marked(rig_hex(HLIM("40"))));
	rig_push(r, 0, ip6packet_marked(rig_hex(HLIM("01"))));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, HLIM("3f"));
	rig_expect_hex(r, 1, 0, HLIM("01"));
	rig_free(r);
	rig_truncations("DecIP6HLIM", 1, 2, 0, IP6_UDP, ip6packet_mark);
	ASSERT_ERRORS("DecIP6HLIM(1)", 1, 1, "too many arguments\n");
}

static void
dscp(void)
{
	struct rig *r = rig_new("SetIP6DSCP(46)", 1, 1);

	rig_push(r, 0, ip6packet_marked(rig_hex("6fffffff 0000113f" IP6_A IP6_B)));
	rig_push(r, 0, ip6packet_marked(rig_segments("60012345 0000113f" IP6_A IP6_B, 1)));
	rig_expect_hex(r, 0, 0, "6bbfffff 0000113f" IP6_A IP6_B);
	rig_expect_hex(r, 0, 1, "6b812345 0000113f" IP6_A IP6_B);
	ASSERT_READ(r, "dscp", "46");
	ASSERT_TEXT(rig_write(r, "dscp", "0"), "");
	rig_push(r, 0, ip6packet_marked(rig_hex("6fffffff 0000113f" IP6_A IP6_B)));
	rig_expect_hex(r, 0, 2, "603fffff 0000113f" IP6_A IP6_B);
	ASSERT_READ(r, "config", "0");
	ASSERT_TEXT(rig_write(r, "dscp", "64"), "diffserv code point out of range\n");
	rig_push_hex(r, 0, IP6_UDP);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new_pull("SetIP6DSCP(DSCP 63)", 1, 1);
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6_UDP)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_free(r);
	rig_truncations("SetIP6DSCP(1)", 1, 1, 0, IP6_UDP, ip6packet_mark);
	ASSERT_ERRORS("SetIP6DSCP", 1, 1, "DSCP: required argument missing\n");
	ASSERT_ERRORS("SetIP6DSCP(64)", 1, 1, "diffserv code point out of range\n");
	ASSERT_ERRORS("SetIP6DSCP(x)", 1, 1, "DSCP: invalid number\n");
}

UNIT_SUITE(decip6hlim, UNIT_CASE(takes_one), UNIT_CASE(drops), UNIT_CASE(shared_packets),
	UNIT_CASE(pull), UNIT_CASE(dscp))
