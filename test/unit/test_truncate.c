// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static uint32_t
extra(struct rig *r, unsigned i)
{
	return packet_anno_u32(rig_packet(r, 0, i), ANNO_EXTRA_LENGTH);
}

static void
cuts_and_notes(void)
{
	struct rig *r = rig_new("Truncate(3)", 1, 1);
	struct packet *p = rig_hex("01 02 03 04 05");

	rig_push_hex(r, 0, "01 02 03 04 05");
	rig_expect_hex(r, 0, 0, "01 02 03");
	CU_ASSERT_EQUAL(extra(r, 0), 2);
	rig_push_hex(r, 0, "01 02 03");
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 1, "01 02 03");
	rig_expect_hex(r, 0, 2, "01");
	CU_ASSERT_EQUAL(extra(r, 1) + extra(r, 2), 0);
	// It is added to what is there.
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 10);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(extra(r, 4), 12);
	rig_free(r);
}

static void
need_not_note(void)
{
	struct rig *r = rig_new("Truncate(0, EXTRA_LENGTH false)", 1, 1);

	rig_push_hex(r, 0, "01 02");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(extra(r, 0), 0);
	rig_free(r);
}

static void
cuts_segments(void)
{
	struct rig *r = rig_new("Truncate(5)", 1, 1);

	rig_push(r, 0, rig_segments("0102030405060708090a", 2));
	rig_push(r, 0, rig_segments("0102030405060708090a", 5));
	rig_expect_hex(r, 0, 0, "0102030405");
	rig_expect_hex(r, 0, 1, "0102030405");
	CU_ASSERT_EQUAL(extra(r, 0), 5);
	rig_free(r);
	rig_truncations("Truncate(4)", 1, 1, 0, "01020304050607", NULL);
}

static void
leaves_copies_whole(void)
{
	struct rig *r = rig_config("RigIn(0) -> t :: Tee; t [0] -> e :: Truncate(1) -> RigOut(0);"
				   "t [1] -> RigOut(1);");

	rig_push_hex(r, 0, "01 02 03");
	rig_expect_hex(r, 0, 0, "01");
	rig_expect_hex(r, 1, 0, "01 02 03");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_EXTRA_LENGTH), 0);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Truncate(1)", 1, 1);

	rig_push_hex(r, 0, "01 02");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, "01");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("Truncate(2)", 1, 1);

	ASSERT_READ(r, "handlers",
		"nbytes\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "nbytes", "2");
	ASSERT_TEXT(rig_write(r, "nbytes", "1"), "");
	rig_push_hex(r, 0, "01 02");
	rig_expect_hex(r, 0, 0, "01");
	ASSERT_TEXT(rig_write(r, "nbytes", "-1"), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "config", "0"), "");
	ASSERT_READ(r, "nbytes", "0");
	rig_free(r);
	ASSERT_ERRORS("Truncate", 1, 1, "LENGTH: required argument missing\n");
	ASSERT_ERRORS("Truncate(-1)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("Truncate(1, EXTRA_LENGTH 2)", 1, 1, "EXTRA_LENGTH: parse error\n");
	ASSERT_ERRORS("Truncate(1, 2)", 1, 1, "too many arguments\n");
}

static void
frame_checksum(void)
{
	struct rig *r = rig_new("TruncateFCS", 1, 1);

	rig_push_hex(r, 0, "01 02030405");
	rig_push(r, 0, rig_segments("0102 03040506", 1));
	rig_push_hex(r, 0, "010203");
	rig_expect_hex(r, 0, 0, "01");
	rig_expect_hex(r, 0, 1, "0102");
	rig_expect_hex(r, 0, 2, "010203");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 4);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 2), ANNO_EXTRA_LENGTH), 0);
	rig_free(r);
	r = rig_new_pull("TruncateFCS(EXTRA_LENGTH false)", 1, 1);
	rig_push_hex(r, 0, "01 02030405");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 0);
	rig_free(r);
	ASSERT_ERRORS("TruncateFCS(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(truncate, UNIT_CASE(cuts_and_notes), UNIT_CASE(need_not_note), UNIT_CASE(cuts_segments),
	UNIT_CASE(leaves_copies_whole), UNIT_CASE(pulls), UNIT_CASE(handlers),
	UNIT_CASE(frame_checksum))
