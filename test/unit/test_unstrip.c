// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
brings_back_what_was_stripped(void)
{
	struct rig *r = rig_config("RigIn(0) -> Strip(3) -> e :: Unstrip(2) -> RigOut(0);");

	rig_push_hex(r, 0, "01 02 03 04");
	rig_expect_hex(r, 0, 0, "02 03 04");
	rig_free(r);
}

static void
brings_it_back_to_copies_too(void)
{
	struct rig *r = rig_config("RigIn(0) -> Strip(2) -> t :: Tee; t [0] -> RigOut(0);"
				   "t [1] -> e :: Unstrip(2) -> RigOut(1);");

	rig_push_hex(r, 0, "01 02 03 04");
	rig_expect_hex(r, 0, 0, "03 04");
	rig_expect_hex(r, 1, 0, "01 02 03 04");
	rig_free(r);
}

static void
makes_room_where_there_is_none(void)
{
	struct rig *r = rig_new("Unstrip(200)", 1, 1);
	struct packet *p = rig_hex("01 02");

	packet_set_anno_u8(p, ANNO_PAINT, 3);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 202);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[200], 1);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[201], 2);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 3);
	rig_push(r, 0, rig_segments("0102030405", 2));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 205);
	rig_free(r);
}

static void
drops_what_cannot_grow(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("Unstrip(200)", 1, 1);
	struct packet *p = rig_hex("01");

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "drop_reasons", "1\tno memory or too long\n");
	rig_free(r);
	r = rig_new("Unstrip(4294967295)", 1, 1);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Unstrip(LENGTH 1)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 2);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Unstrip", 1, 1, "LENGTH: required argument missing\n");
	ASSERT_ERRORS("Unstrip(-1)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("Unstrip(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(unstrip, UNIT_CASE(brings_back_what_was_stripped),
	UNIT_CASE(brings_it_back_to_copies_too), UNIT_CASE(makes_room_where_there_is_none),
	UNIT_CASE(drops_what_cannot_grow), UNIT_CASE(pulls), UNIT_CASE(arguments))
