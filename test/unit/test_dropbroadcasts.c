// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static struct packet *
typed(const char *hex, enum packet_type type)
{
	struct packet *p = rig_hex(hex);

	packet_set_type(p, type);
	return p;
}

static void
drops_broadcasts_and_multicasts(void)
{
	struct rig *r = rig_new("DropBroadcasts", 1, 1);
	struct packet *p[] = {typed("01", PACKET_HOST), typed("02", PACKET_BROADCAST),
		typed("03", PACKET_MULTICAST), typed("04", PACKET_OTHERHOST),
		typed("05", PACKET_OUTGOING), rig_hex("06")};

	ASSERT_READ(r, "drops", "0");
	rig_push_batch(r, 0, p, 6);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_expect_hex(r, 0, 1, "04");
	ASSERT_READ(r, "drops", "2");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	// Said once.
	ASSERT_TEXT(rig_chatter(r), "DropBroadcasts: dropped a packet\n");
	rig_push(r, 0, typed("02", PACKET_BROADCAST));
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
sends_them_to_output_1(void)
{
	struct rig *r = rig_new("DropBroadcasts", 1, 2);

	rig_push(r, 0, typed("01", PACKET_MULTICAST));
	rig_expect_hex(r, 1, 0, "01");
	ASSERT_READ(r, "drops", "1");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("DropBroadcasts", 1, 1);

	rig_push(r, 0, typed("01", PACKET_BROADCAST));
	rig_push(r, 0, typed("02", PACKET_HOST));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
state_moves_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: DropBroadcasts -> RigOut(0);"
				   "RigIn(1) -> new :: DropBroadcasts -> RigOut(1);");
	struct element *new = rig_find(r, "new");

	rig_push(r, 0, typed("01", PACKET_BROADCAST));
	rig_chatter(r);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	rig_push(r, 1, typed("01", PACKET_BROADCAST));
	ASSERT_READ(r, "new.drops", "2");
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("DropBroadcasts", 1, 1);

	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("DropBroadcasts(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(dropbroadcasts, UNIT_CASE(drops_broadcasts_and_multicasts),
	UNIT_CASE(sends_them_to_output_1), UNIT_CASE(pulls), UNIT_CASE(state_moves_to_a_new_one),
	UNIT_CASE(handlers))
