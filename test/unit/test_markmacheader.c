// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
marks_the_start(void)
{
	struct rig *r = rig_new("MarkMACHeader", 1, 1);
	const struct packet *p;

	rig_push_hex(r, 0, "01 02");
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), PACKET_NO_HEADER);
	rig_expect_hex(r, 0, 0, "01 02");
	rig_free(r);
}

static void
marks_the_network_header_behind_it(void)
{
	struct rig *r = rig_new("MarkMACHeader(2, 14)", 1, 1);
	struct packet *p = rig_hex("01 02");

	packet_set_network(p, 1, 20);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 2);
	CU_ASSERT_EQUAL(packet_network_offset(p), 16);
	// Nothing is said about the transport header.
	CU_ASSERT_EQUAL(packet_transport_offset(p), 21);
	rig_free(r);
}

static void
leaves_the_network_header_otherwise(void)
{
	struct rig *r = rig_new("MarkMACHeader(OFFSET 1)", 1, 1);
	struct packet *p = rig_hex("01 02");

	packet_set_network(p, 4, 0);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 1);
	CU_ASSERT_EQUAL(packet_network_offset(p), 4);
	rig_free(r);
}

static void
places_beyond_all_buffers_are_none(void)
{
	struct rig *r = rig_new("MarkMACHeader(65535, 65535)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), PACKET_NO_HEADER);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("MarkMACHeader(3)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 3);
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_new("MarkMACHeader", 1, 1);

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "config", "5"), "");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 5);
	rig_free(r);
	ASSERT_ERRORS("MarkMACHeader(-1)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("MarkMACHeader(65536)", 1, 1, "OFFSET: out of range, bound 65535\n");
	ASSERT_ERRORS("MarkMACHeader(0, x)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("MarkMACHeader(0, 1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(markmacheader, UNIT_CASE(marks_the_start), UNIT_CASE(marks_the_network_header_behind_it),
	UNIT_CASE(leaves_the_network_header_otherwise),
	UNIT_CASE(places_beyond_all_buffers_are_none), UNIT_CASE(pulls), UNIT_CASE(arguments))
