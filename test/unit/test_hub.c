// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
expect_order(struct rig *r, const char *want)
{
	char *order = rig_order(r);

	ASSERT_TEXT(order, want);
	free(order);
	rig_clear(r);
}

static void
copies(void)
{
	struct rig *r = rig_new("Hub", 4, 4);
	struct packet *some[2] = {rig_hex("01"), rig_segments("0203", 1)};

	rig_push_batch(r, 1, some, 2);
	for (unsigned i = 0; i < 4; i++) {
		if (i == 1)
			continue;
		rig_expect_hex(r, i, 0, "01");
		rig_expect_hex(r, i, 1, "0203");
	}
	expect_order(r, "0 0 2 2 3 3");
	rig_push_hex(r, 3, "01");
	expect_order(r, "0 1 2");
	rig_push_hex(r, 0, "01");
	expect_order(r, "1 2 3");
	rig_free(r);
	r = rig_new("Hub", 2, 2);
	rig_push_hex(r, 1, "01");
	rig_push_hex(r, 0, "01");
	expect_order(r, "0 1");
	rig_free(r);
}

// Where the outputs meet again.
static void
keeps_packets_together(void)
{
	struct rig *r = rig_config("h :: Hub; RigIn(0) -> h; Idle -> [1] h; Idle -> [2] h;"
				   "h [0] -> Discard; h [1] -> Paint(1) -> o :: RigOut(0);"
				   "h [2] -> Paint(2) -> o");
	struct packet *some[2] = {rig_hex("01"), rig_hex("02")};

	rig_push_batch(r, 0, some, 2);
	rig_expect_hex(r, 0, 0, "01");
	rig_expect_hex(r, 0, 1, "01");
	rig_expect_hex(r, 0, 2, "02");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 1), ANNO_PAINT), 2);
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("Hub", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	// Without memory the packet itself still goes to the last output.
	r = rig_new("Hub", 3, 3);
	p = rig_hex("01");
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	expect_order(r, "2");
	rig_free(r);
	ASSERT_ERRORS("Hub(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(hub, UNIT_CASE(copies), UNIT_CASE(keeps_packets_together), UNIT_CASE(drops))
