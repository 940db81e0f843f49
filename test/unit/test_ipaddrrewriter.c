// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "elements/nat/rewriter.h"
#include "test/unit/nat_rig.h"

#define NAT "IPAddrRewriter(pattern 3.0.0.1-3.0.0.2# - 0 1, drop"

static void
rewrites_sources(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);

	nat_push_udp(r, 0, "1.0.0.1:10 > 9.9.9.9:20");
	ASSERT_OUT(r, "0 3.0.0.1:10 > 9.9.9.9:20");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), 0);
	nat_push_syn(r, 0, "1.0.0.2:10 > 9.9.9.9:20");
	ASSERT_OUT(r, "0 3.0.0.2:10 > 9.9.9.9:20");
	nat_push_syn(r, 0, "1.0.0.1:11 > 8.8.8.8:20");
	ASSERT_OUT(r, "0 3.0.0.1:11 > 8.8.8.8:20");
	nat_push_udp(r, 1, "7.7.7.7:1 > 3.0.0.2:2");
	ASSERT_OUT(r, "1 7.7.7.7:1 > 1.0.0.2:2");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_DST_IP), RTE_BE32(0x01000002));
	nat_push(r, 1, nat_icmp("7.7.7.7 > 3.0.0.1", "0000000000000000"));
	ASSERT_OUT(r, "1 7.7.7.7 > 1.0.0.1");
	nat_push(r, 0, nat_ip(99, "1.0.0.1 > 3.3.3.3", ""));
	ASSERT_OUT(r, "0 3.0.0.1 > 3.3.3.3");
	nat_push_udp(r, 0, "1.0.0.3:10 > 9.9.9.9:20");
	ASSERT_OUT(r, "outputs ''");
	nat_push_udp(r, 1, "7.7.7.7:1 > 3.0.0.3:2");
	ASSERT_OUT(r, "outputs ''");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_NO_MAPPING), 1);
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_DROPPED), 1);
	ASSERT_SORTED(r, "table",
		"0.0.0.0 => 0.0.0.0 [0 *1] i0 exp7200\n0.0.0.0 => 0.0.0.0 [0 *1] i0 exp7200\n"
		"1.0.0.1 => 3.0.0.1 [*0 1] i0 exp7200\n1.0.0.2 => 3.0.0.2 [*0 1] i0 exp7200\n");
	ASSERT_READ(r, "patterns", "3.0.0.1-3.0.0.2 - [2]\n<drop>\n");
	rig_free(r);
}

static void
fragments(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);
	struct packet *p;

	p = rig_hex("45000020 00070001 40115dbb 01000001 09090909 000a0014 000c2eef 61626364");
	packet_set_network(p, 0, 20);
	nat_push(r, 0, p);
	// Only the IP header is another.
	rig_expect_hex(
		r, 0, 0, "45000020 00070001 40115bbb 03000001 09090909 000a0014 000c2eef 61626364");
	rig_free(r);
}

static void
bad_patterns_map_nothing(void)
{
	struct rig *r =
		rig_new("IPAddrRewriter(pattern 3.0.0.1 4.0.0.4 0 0, pattern 1.0.0.1 5 - - 0 0,"
			"keep 0 0)",
			3, 1);

	nat_push_udp(r, 0, "1.0.0.1:10 > 9.9.9.9:20");
	ASSERT_OUT(r, "outputs ''");
	nat_push_udp(r, 1, "1.0.0.1:10 > 9.9.9.9:20");
	ASSERT_OUT(r, "outputs ''");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_NO_MAPPING), 2);
	ASSERT_READ(r, "mapping_failures", "0");
	nat_push_udp(r, 2, "1.0.0.1:10 > 9.9.9.9:20");
	ASSERT_OUT(r, "0 1.0.0.1:10 > 9.9.9.9:20");
	rig_free(r);
}

static void
reply_anno(void)
{
	struct rig *r = rig_new(NAT ", REPLY_ANNO 20)", 2, 2);
	struct packet *p = nat_udp("1.0.0.1:10 > 9.9.9.9:20");

	packet_set_anno_u8(p, 20, 3);
	nat_push(r, 0, p);
	nat_push_udp(r, 1, "9.9.9.9:20 > 3.0.0.1:10");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), 20), 3);
	rig_free(r);
}

static void
set_network(struct packet *p)
{
	packet_set_network(p, 0, 24);
}

static void
cut_up(void)
{
	rig_truncations(NAT ")", 2, 2, 0,
		"46000030 00070000 40060000 0a000001 14000002 01010101 000a0014 00180001 00000002"
		"50100000 00000000",
		set_network);
	ASSERT_ERRORS("IPAddrRewriter(drop, DST_ANNO true)", 1, 1,
		"need 1 argument, one per input port\n");
}

UNIT_SUITE(ipaddrrewriter, UNIT_CASE(rewrites_sources), UNIT_CASE(fragments),
	UNIT_CASE(bad_patterns_map_nothing), UNIT_CASE(reply_anno), UNIT_CASE(cut_up))
