// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define MACS "020000000002 020000000001"
#define UDP_FRAME(sport) \
	MACS "0800 45000020 00070000 40110000 0a000001 02000002" sport "0014000c0000 61626364"
// 10.0.0.1 to 10.0.0.2, a frame of 14 bytes in network 42
#define VXLAN_FRONT "45000032 00004000 fa110000 0a000001 0a000002 c0de12b5001e0000"
#define VXLAN_PACKET VXLAN_FRONT "08000000 00002a00" MACS "0806"

static uint16_t
source_port(struct rig *r, unsigned i)
{
	uint8_t port[2];

	CU_ASSERT_TRUE_FATAL(packet_read(rig_packet(r, 0, i), 20, port, 2));
	return (uint16_t)(port[0] << 8 | port[1]);
}

static void
encapsulates(void)
{
	struct rig *r = rig_new("VXLANEncap(42, 10.0.0.1, 10.0.0.2, SPORT 49374)", 1, 1);

	rig_push_hex(r, 0, MACS "0806");
	// The sum of the header's other words is 9347.
	rig_expect_hex(r, 0, 0,
		"45000032 00004000 fa116cb8 0a000001 0a000002 c0de12b5001e0000"
		"08000000 00002a00" MACS "0806");
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 0)));
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 20);
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), rte_cpu_to_be_32(0x0a000002));
	rig_push(r, 0, rig_segments(MACS "0806", 4));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 50);
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 1)));
	ASSERT_READ(r, "vni", "42");
	ASSERT_READ(r, "dst", "10.0.0.2");
	ASSERT_TEXT(rig_write(r, "vni", "16777215"), "");
	ASSERT_TEXT(rig_write(r, "dst", "DST_ANNO"), "");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 2,
		"45000024 00024000 fa1176c6 0a000001 00000000 c0de12b500100000 08000000 ffffff00");
	rig_free(r);
}

// One port for a flow, others for others; all of the dynamic range.
static void
flows_have_ports(void)
{
	struct rig *r = rig_new_pull("VXLANEncap(1, 1.0.0.1, 1.0.0.2, DPORT 8472)", 1, 1);

	rig_push_hex(r, 0, UDP_FRAME("0001"));
	rig_push_hex(r, 0, UDP_FRAME("0001"));
	rig_push_hex(r, 0, UDP_FRAME("0002"));
	rig_push(r, 0, rig_segments(UDP_FRAME("0001"), 5));
	rig_push_hex(r, 0,
		MACS "86dd 60000000 00003b40 00000000000000000000000000000001"
		     "00000000000000000000000000000002");
	rig_push_hex(r, 0, MACS "86dd 60000000");
	rig_push_hex(r, 0, MACS "8100 0001 0800");
	rig_push_hex(r, 0, "0102");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 16), 8);
	for (unsigned i = 0; i < 8; i++)
		CU_ASSERT_TRUE(source_port(r, i) >= 49152);
	CU_ASSERT_EQUAL(source_port(r, 0), source_port(r, 1));
	CU_ASSERT_EQUAL(source_port(r, 0), source_port(r, 3));
	CU_ASSERT_NOT_EQUAL(source_port(r, 0), source_port(r, 2));
	rig_free(r);
	rig_truncations("VXLANEncap(1, 1.0.0.1, 1.0.0.2)", 1, 1, 0, UDP_FRAME("0001"), NULL);
}

static void
no_room(void)
{
	struct rig *r = rig_new("VXLANEncap(42, 10.0.0.1, 10.0.0.2)", 1, 1);

	rig_push(r, 0, packet_alloc(PACKET_HEADROOM, 65535 - 35));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_push(r, 0, packet_alloc(PACKET_HEADROOM, 65535 - 36));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 65535);
	rig_free(r);
}

static void
decapsulates(void)
{
	struct rig *r = rig_new("VXLANDecap", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(VXLAN_PACKET)));
	rig_push(r, 0, ippacket_marked(rig_segments(VXLAN_PACKET, 7)));
	rig_expect_hex(r, 0, 0, MACS "0806");
	rig_expect_hex(r, 0, 1, MACS "0806");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_AGGREGATE), 42);
	CU_ASSERT_FALSE(packet_has_network(rig_packet(r, 0, 0)));
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
	r = rig_new("VXLANDecap(43, ANNO 24)", 1, 1);
	rig_push(r, 0, ippacket_marked(rig_hex(VXLAN_PACKET)));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, ippacket_marked(rig_hex(VXLAN_FRONT "08000000 00002b00" MACS "0806")));
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), 24), 43);
	rig_free(r);
	rig_truncations("VXLANDecap(42)", 1, 2, 0, VXLAN_PACKET, ippacket_mark);
}

static void
lets_others_be(void)
{
	struct rig *r = rig_new("VXLANDecap(PORT 4789)", 1, 2);

	rig_push_hex(r, 0, VXLAN_PACKET); // without header places
	rig_push(r, 0, ippacket_marked(rig_hex(VXLAN_FRONT "00000000 00002a00" MACS "0806")));
	rig_push(r, 0,
		ippacket_marked(rig_hex("45000024 00004000 fa060000 0a000001 0a000002"
					"c0de12b500100000 08000000 00002a00")));
	rig_push(r, 0,
		ippacket_marked(rig_hex("45000024 00002000 fa110000 0a000001 0a000002"
					"c0de12b500100000 08000000 00002a00")));
	rig_push(r, 0,
		ippacket_marked(rig_hex("45000024 00000000 fa110000 0a000001 0a000002"
					"c0de12b600100000 08000000 00002a00")));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 5);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("VXLANEncap", 1, 1,
		"VNI: required argument missing\nSRC: required argument missing\n"
		"DST: required argument missing\n");
	ASSERT_ERRORS("VXLANEncap(16777216, 1.0.0.1, x)", 1, 1,
		"VNI: out of range, bound 16777215\nbad DST\n");
	ASSERT_ERRORS("VXLANEncap(1, x, 1.0.0.1)", 1, 1, "SRC: parse error\n");
	ASSERT_ERRORS("VXLANDecap(x)", 1, 1, "VNI: invalid number\n");
	ASSERT_ERRORS("VXLANDecap(16777216)", 1, 1, "VNI: out of range, bound 16777215\n");
	ASSERT_ERRORS("VXLANDecap(ANNO 46)", 1, 1, "ANNO: parse error\n");
}

UNIT_SUITE(vxlan, UNIT_CASE(encapsulates), UNIT_CASE(flows_have_ports), UNIT_CASE(no_room),
	UNIT_CASE(decapsulates), UNIT_CASE(lets_others_be), UNIT_CASE(arguments))
