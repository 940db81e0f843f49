// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define WRONG "4500001c 00010000 4011abcd 0a000001 0a000002 00000000 00000000"
#define RIGHT "4500001c 00010000 401166ce 0a000001 0a000002 00000000 00000000"
#define OPTIONS_WRONG "4600001c 00010000 40110000 0a000001 0a000002 01010100 aaaaaaaa"
#define OPTIONS_RIGHT "4600001c 00010000 401163cd 0a000001 0a000002 01010100 aaaaaaaa"

static void
sets(void)
{
	struct rig *r = rig_new("SetIPChecksum", 1, 1);
	struct packet *p = rig_hex("eeee" WRONG);

	rig_push_hex(r, 0, WRONG);
	rig_push_hex(r, 0, OPTIONS_WRONG);
	rig_push(r, 0, rig_segments(OPTIONS_WRONG, 3));
	packet_set_network(p, 2, 20);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, RIGHT);
	rig_expect_hex(r, 0, 1, OPTIONS_RIGHT);
	rig_expect_hex(r, 0, 2, OPTIONS_RIGHT);
	rig_expect_hex(r, 0, 3, "eeee" RIGHT);
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
bad_packets(void)
{
	struct rig *r = rig_new("SetIPChecksum", 1, 1);

	rig_push_hex(r, 0, "4400001c 00010000 40110000 0a000001 0a000002");
	rig_push_hex(r, 0, "4600001c 00010000 40110000 0a000001 0a000002");
	rig_push_hex(r, 0, "4500001c 00010000 40110000 0a000001 0a0000");
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "drops", "4");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 4);
	ASSERT_TEXT(rig_chatter(r), "SetIPChecksum: bad input packet\n");
	rig_free(r);
	rig_truncations("SetIPChecksum", 1, 1, 0, OPTIONS_WRONG, NULL);
}

static void
shared_packets(void)
{
	static struct hoard hoard;
	struct rig *r =
		rig_config("RigIn(0) -> e :: SetIPChecksum -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = rig_hex(WRONG), *q = rig_hex(WRONG);

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 1, packet_clone(q));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, RIGHT);
	rig_expect_hex(r, 1, 0, WRONG);
	hoard_take(&hoard);
	rig_push(r, 0, q);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("SetIPChecksum", 1, 1);

	rig_push_hex(r, 0, WRONG);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, RIGHT);
	rig_free(r);
	ASSERT_ERRORS("SetIPChecksum(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(setipchecksum, UNIT_CASE(sets), UNIT_CASE(bad_packets), UNIT_CASE(shared_packets),
	UNIT_CASE(pull_and_arguments))
