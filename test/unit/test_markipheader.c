// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

#define OPTIONS "4600001c 00010000 401163cd 0a000001 0a000002 01010100 aaaaaaaa"

static void
marks_places(void)
{
	struct rig *r = rig_new("MarkIPHeader(OFFSET 14)", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "0000000000000000000000000800" OPTIONS);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), 14);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 38);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), 0);
	rig_expect_hex(r, 0, 0, "0000000000000000000000000800" OPTIONS);
	rig_free(r);
	r = rig_new("MarkIPHeader", 1, 1);
	rig_push_hex(r, 0, OPTIONS);
	rig_push_hex(r, 0, "ff");
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 24);
	// Nothing is checked.
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 1)), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 1)), 60);
	rig_free(r);
}

static void
finds_headers_that_were_stripped(void)
{
	struct rig *r = rig_config("RigIn -> Strip(20) -> e :: MarkIPHeader(-20) -> RigOut");

	rig_push_hex(r, 0, OPTIONS);
	rig_expect_hex(r, 0, 0, "01010100 aaaaaaaa");
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), -20);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 4);
	rig_free(r);
}

static void
short_packets(void)
{
	struct rig *r = rig_new("MarkIPHeader(3)", 1, 1);

	rig_push_hex(r, 0, "010203");
	rig_push(r, 0, rig_segments("01020346", 1));
	// A place without bytes, which readers find too short.
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 3);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 3);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 1)), 27);
	rig_free(r);
	r = rig_new("MarkIPHeader(-2147483648)", 1, 1);
	rig_push_hex(r, 0, OPTIONS);
	CU_ASSERT_FALSE(packet_has_network(rig_packet(r, 0, 0)));
	rig_free(r);
	r = rig_new("MarkIPHeader(2147483647)", 1, 1);
	rig_push_hex(r, 0, OPTIONS);
	CU_ASSERT_FALSE(packet_has_network(rig_packet(r, 0, 0)));
	rig_free(r);
	rig_truncations("MarkIPHeader(14)", 1, 1, 0, OPTIONS, NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("MarkIPHeader", 1, 1);

	rig_push_hex(r, 0, OPTIONS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 24);
	rig_free(r);
	ASSERT_ERRORS("MarkIPHeader(x)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("MarkIPHeader(0, 1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(markipheader, UNIT_CASE(marks_places), UNIT_CASE(finds_headers_that_were_stripped),
	UNIT_CASE(short_packets), UNIT_CASE(pull_and_arguments))
