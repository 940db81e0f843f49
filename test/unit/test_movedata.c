// SPDX-License-Identifier: BSD-3-Clause
// StoreAnno, MoveData, EnsureHeadroom.
#include "src/element.h"
#include "test/unit/rig.h"

static void
expect_moved(const char *element, const char *hex, const char *want)
{
	for (unsigned size = 0; size < 4; size++) {
		struct rig *r = rig_new(element, 1, 1);

		rig_push(r, 0, size == 0 ? rig_hex(hex) : rig_segments(hex, size));
		rig_expect_hex(r, 0, 0, want);
		rig_free(r);
	}
}

static void
moves(void)
{
	expect_moved("MoveData(0, 2, 3)", "0102030405", "0304050405");
	expect_moved("MoveData(1, 0, 3)", "0102030405", "0101020305");
	expect_moved("MoveData(2, 2, 3)", "0102030405", "0102030405");
	expect_moved("MoveData(0, 0, 0)", "", "");
	// No room, or nothing to move.
	expect_moved("MoveData(3, 0, 3)", "0102030405", "0102030405");
	expect_moved("MoveData(0, 3, 3)", "0102030405", "0102030405");
	expect_moved("MoveData(0, 4000000000, 3)", "0102030405", "0102030405");
	expect_moved("MoveData(3, 0, 3, GROW true)", "0102030405", "010203010203");
	expect_moved("MoveData(5, 3, 2, GROW true)", "0102030405", "01020304050405");
	expect_moved("MoveData(6, 3, 2, GROW true)", "0102030405", "0102030405");
	ASSERT_ERRORS("MoveData(1, 2)", 1, 1, "LENGTH: required argument missing\n");
	ASSERT_ERRORS("MoveData(1, 2, 2049)", 1, 1, "LENGTH: out of range, bound 2048\n");
	ASSERT_ERRORS("MoveData(65535, 2, 1)", 1, 1, "DST_OFFSET: out of range, bound 63487\n");
}

// The clone keeps its bytes.
static void
leaves_clones_alone(void)
{
	struct rig *r = rig_config("RigIn(0) -> t :: Tee -> e :: MoveData(0, 1, 1) -> RigOut(0);"
				   "t[1] -> StoreAnno(0, PAINT) -> RigOut(1);");

	rig_push_hex(r, 0, "0102");
	rig_expect_hex(r, 0, 0, "0202");
	rig_expect_hex(r, 1, 0, "0002");
	rig_free(r);
}

static void
expect_stored(const char *element, const char *hex, const char *want)
{
	struct rig *r = rig_new(element, 1, 1);
	struct packet *p = rig_segments(hex, 2);

	for (unsigned i = 0; i < PACKET_ANNO_SIZE; i++)
		packet_set_anno_u8(p, i, (uint8_t)(0x40 + i));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, want);
	rig_free(r);
}

static void
stores(void)
{
	expect_stored("StoreAnno(1, PAINT)", "010203", "015003");
	expect_stored("StoreAnno(0, VLAN_TCI)", "010203", "545503");
	expect_stored("StoreAnno(1, EXTRA_LENGTH)", "0102030405", "015c5d5e5f");
	expect_stored("StoreAnno(0, 47)", "01", "6f");
	// Too short, unless it may grow.
	expect_stored("StoreAnno(2, EXTRA_LENGTH)", "0102030405", "0102030405");
	expect_stored("StoreAnno(2, EXTRA_LENGTH, GROW true)", "0102030405", "01025c5d5e5f");
	expect_stored("StoreAnno(4, PAINT, GROW true)", "0102", "0102000050");
	ASSERT_ERRORS("StoreAnno(1)", 1, 1, "ANNO: required argument missing\n");
	ASSERT_ERRORS("StoreAnno(1, NOSUCH)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("StoreAnno(1, 48)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("StoreAnno(65535, PAINT)", 1, 1, "OFFSET: out of range, bound 65527\n");
}

static void
ensures_headroom(void)
{
	enum { NO_MEMORY, REPLACED };
	struct rig *r = rig_new("EnsureHeadroom(100)", 1, 1);
	struct packet *p = packet_make(60, "abc", 3);

	packet_set_network(p, 1, 1);
	packet_set_anno_u8(p, ANNO_PAINT, 5);
	rig_push(r, 0, p);
	rig_push(r, 0, packet_make(200, "abc", 3));
	rig_expect_hex(r, 0, 0, "616263");
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 100);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 1);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 5);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 1)), 200);
	CU_ASSERT_EQUAL(rig_drops(r, REPLACED), 1);
	rig_free(r);
	r = rig_new_pull("EnsureHeadroom(100, FORCE_SHRINK true)", 1, 1);
	rig_push(r, 0, packet_make(200, "abc", 3));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 100);
	rig_free(r);
	ASSERT_ERRORS("EnsureHeadroom()", 1, 1, "HEADROOM: required argument missing\n");
	ASSERT_ERRORS("EnsureHeadroom(2049)", 1, 1, "HEADROOM: out of range, bound 2048\n");
}

static void
any_length(void)
{
	rig_truncations("MoveData(0, 2, 3)", 1, 1, 0, "0102030405", NULL);
	rig_truncations("MoveData(4, 1, 3, GROW true)", 1, 1, 0, "0102030405", NULL);
	rig_truncations("StoreAnno(2, EXTRA_LENGTH)", 1, 1, 0, "010203040506", NULL);
	rig_truncations("StoreAnno(2, PAINT, GROW true)", 1, 1, 0, "01020304", NULL);
	rig_truncations("EnsureHeadroom(200)", 1, 1, 0, "01020304", NULL);
}

UNIT_SUITE(movedata, UNIT_CASE(moves), UNIT_CASE(leaves_clones_alone), UNIT_CASE(stores),
	UNIT_CASE(ensures_headroom), UNIT_CASE(any_length))
