// SPDX-License-Identifier: BSD-3-Clause
// MarkIP6Header and StripIP6Header.

#include <stdlib.h>

#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

static void
marks(void)
{
	struct rig *r = rig_new("MarkIP6Header(14)", 1, 1);

	rig_push_hex(r, 0, "0000000000000000000000000000" IP6_UDP);
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 14);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 54);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new_pull("MarkIP6Header", 1, 1);
	rig_push_hex(r, 0, IP6_UDP);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
	rig_truncations("MarkIP6Header(3)", 1, 1, 0, "000000" IP6_UDP, NULL);
	ASSERT_ERRORS("MarkIP6Header(x)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("MarkIP6Header(65536)", 1, 1, "OFFSET: out of range, bound 65535\n");
	ASSERT_ERRORS("MarkIP6Header(1, 2)", 1, 1, "too many arguments\n");
}

static void
strips(void)
{
	struct rig *r = rig_config("RigIn -> MarkIP6Header(2) -> e :: StripIP6Header -> RigOut");

	rig_push_hex(r, 0, "eeee" IP6_UDP);
	rig_push(r, 0, rig_segments("eeee" IP6_UDP, 7));
	rig_push_hex(r, 0, "eeee60");
	rig_expect_hex(r, 0, 0, IP6_UDP_BODY);
	rig_expect_hex(r, 0, 1, IP6_UDP_BODY);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 1)), -40);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_config("RigIn -> MarkIP6Header -> Strip(48) -> e :: StripIP6Header -> RigOut");
	rig_push_hex(r, 0, IP6_UDP); // it was stripped already, and more
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new("StripIP6Header", 1, 1);
	rig_push_hex(r, 0, IP6_UDP);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("StripIP6Header", 1, 1, 0, IP6_UDP, ip6packet_mark);
	ASSERT_ERRORS("StripIP6Header(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(markip6header, UNIT_CASE(marks), UNIT_CASE(strips))
