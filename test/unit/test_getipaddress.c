// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

#define PACKET "4500001c 00010000 401166ce 0a000001 0b000002 00000000 00000000"

static uint32_t
anno(struct rig *r, unsigned i, unsigned off)
{
	return rte_be_to_cpu_32(packet_anno_u32(rig_packet(r, 0, i), off));
}

static void
by_offset(void)
{
	struct rig *r = rig_new("GetIPAddress(16)", 1, 1);

	rig_push_hex(r, 0, PACKET);
	rig_push(r, 0, rig_segments(PACKET, 7));
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0x0b000002);
	CU_ASSERT_EQUAL(anno(r, 1, ANNO_DST_IP), 0x0b000002);
	rig_expect_hex(r, 0, 1, PACKET);
	rig_free(r);
	r = rig_new("GetIPAddress(12, 20)", 1, 1);
	rig_push_hex(r, 0, PACKET);
	CU_ASSERT_EQUAL(anno(r, 0, 20), 0x0a000001);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0);
	rig_free(r);
	r = rig_new("GetIPAddress(0)", 1, 1);
	rig_push_hex(r, 0, PACKET);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0x4500001c);
	rig_free(r);
}

static void
by_header(void)
{
	struct rig *r = rig_config("RigIn -> MarkIPHeader(2) -> e :: GetIPAddress(IP src)"
				   " -> GetIPAddress(ANNO 20, IP dst) -> RigOut");

	rig_push_hex(r, 0, "ffff" PACKET);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0x0a000001);
	CU_ASSERT_EQUAL(anno(r, 0, 20), 0x0b000002);
	rig_free(r);
	// Without a header place.
	r = rig_new("GetIPAddress(IP dst)", 1, 1);
	rig_push_hex(r, 0, PACKET);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0);
	rig_free(r);
}

static void
short_packets_keep_the_annotation(void)
{
	struct rig *r = rig_new("GetIPAddress(16)", 1, 1);
	struct packet *p = rig_hex("4500001c 00010000 401166ce 0a000001 0b0000");

	packet_set_anno_u32(p, ANNO_DST_IP, 77);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), 77);
	rig_free(r);
	rig_truncations("GetIPAddress(2147483647)", 1, 1, 0, PACKET, NULL);
	rig_truncations("GetIPAddress(16)", 1, 1, 0, PACKET, NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("GetIPAddress(12)", 1, 1);

	rig_push_hex(r, 0, PACKET);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0x0a000001);
	rig_free(r);
	ASSERT_ERRORS("GetIPAddress", 1, 1, "set one of OFFSET, IP\n");
	ASSERT_ERRORS("GetIPAddress(-1)", 1, 1, "set one of OFFSET, IP\n");
	ASSERT_ERRORS("GetIPAddress(16, IP src)", 1, 1, "set one of OFFSET, IP\n");
	ASSERT_ERRORS("GetIPAddress(IP both)", 1, 1, "bad IP\n");
	ASSERT_ERRORS("GetIPAddress(16, 45)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("GetIPAddress(16, PAINT)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("GetIPAddress(x)", 1, 1, "OFFSET: invalid number\n");
}

UNIT_SUITE(getipaddress, UNIT_CASE(by_offset), UNIT_CASE(by_header),
	UNIT_CASE(short_packets_keep_the_annotation), UNIT_CASE(pull_and_arguments))
