// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/rig.h"

static void
encapsulates(void)
{
	struct rig *r = rig_new("GTPEncap(0x01020304)", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "45aabb");
	rig_expect_hex(r, 0, 0, "30ff0003 01020304 45aabb");
	rig_free(r);
	r = rig_new_pull("GTPEncap(0)", 1, 1);
	p = rig_hex("45");
	packet_set_anno_u32(p, ANNO_AGGREGATE, 7);
	rig_push(r, 0, p);
	rig_push(r, 0, rig_segments("45aabb", 1));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	rig_expect_hex(r, 0, 0, "30ff0001 00000007 45");
	rig_expect_hex(r, 0, 1, "30ff0003 00000000 45aabb");
	rig_free(r);
}

static void
decapsulates(void)
{
	static const char with_extensions[] =
		"34ff0010 00000008 00000085 01000140 0201aaaa bbbbbb00 46";
	struct rig *r = rig_new("GTPDecap", 1, 1);

	rig_push_hex(r, 0, "30ff0003 01020304 45aabb");
	rig_expect_hex(r, 0, 0, "45aabb");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_AGGREGATE), 0x01020304);
	// With a sequence number: four bytes more, and no extension whatever they say.
	rig_push_hex(r, 0, "32ff0005 00000007 11220085 45");
	rig_expect_hex(r, 0, 1, "45");
	// One of 4 bytes, another one of 8.
	rig_push_hex(r, 0, with_extensions);
	rig_expect_hex(r, 0, 2, "46");
	rig_push(r, 0, rig_segments(with_extensions, 3));
	rig_expect_hex(r, 0, 3, "46");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 3), ANNO_AGGREGATE), 8);
	rig_free(r);
	rig_truncations("GTPDecap", 1, 1, 0, with_extensions, NULL);
}

static void
drops(void)
{
	struct rig *r = rig_new("GTPDecap", 1, 1);

	rig_push_hex(r, 0, "30ff0003 010203");
	rig_push_hex(r, 0, "32ff0003 01020304 000000");
	rig_push_hex(r, 0, "34ff0003 01020304 00000085"); // the extension is missing,
	rig_push_hex(r, 0, "34ff0003 01020304 00000085 00000000"); // has no length,
	rig_push_hex(r, 0, "34ff0003 01020304 00000085 02000000"); // is too long
	CU_ASSERT_EQUAL(rig_drops(r, 0), 5);
	rig_push_hex(r, 0, "48ff0003 01020304"); // version 2
	rig_push_hex(r, 0, "20ff0003 01020304"); // GTP'
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	rig_push_hex(r, 0, "32010004 00000000 00010000"); // an echo request
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("GTPEncap", 1, 1, "TEID: required argument missing\n");
	ASSERT_ERRORS("GTPEncap(x)", 1, 1, "TEID: invalid number\n");
	ASSERT_ERRORS("GTPDecap(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(gtp, UNIT_CASE(encapsulates), UNIT_CASE(decapsulates), UNIT_CASE(drops),
	UNIT_CASE(arguments))
