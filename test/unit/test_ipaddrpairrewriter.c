// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "elements/nat/rewriter.h"
#include "test/unit/nat_rig.h"

static void
rewrites_pairs(void)
{
	struct rig *r = rig_new("IPAddrPairRewriter(pattern 3.0.0.1-3.0.0.255# - 0 0,"
				"pattern 5.0.0.5 6.0.0.6 1 0, drop)",
		3, 2);

	nat_push_udp(r, 0, "1.0.0.1:1 > 9.9.9.9:2");
	ASSERT_OUT(r, "0 3.0.0.1:1 > 9.9.9.9:2");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), RTE_BE32(0x09090909));
	nat_push_syn(r, 0, "1.0.0.2:1 > 9.9.9.8:2");
	ASSERT_OUT(r, "0 3.0.0.2:1 > 9.9.9.8:2");
	nat_push_udp(r, 0, "1.0.0.1:1 > 9.9.9.7:2");
	ASSERT_OUT(r, "0 3.0.0.3:1 > 9.9.9.7:2");
	nat_push_udp(r, 0, "9.9.9.7:2 > 3.0.0.3:1");
	ASSERT_OUT(r, "0 9.9.9.7:2 > 1.0.0.1:1");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), RTE_BE32(0x01000001));
	nat_push(r, 1, nat_icmp("1.0.0.9 > 9.9.9.9", "0800000012340000"));
	ASSERT_OUT(r, "1 5.0.0.5 > 6.0.0.6");
	nat_push(r, 2, nat_icmp("6.0.0.6 > 5.0.0.5", "0000000012340000"));
	ASSERT_OUT(r, "0 9.9.9.9 > 1.0.0.9");
	nat_push(r, 2, nat_icmp("6.0.0.6 > 5.0.0.6", "0000000012340000"));
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_DROPPED), 1);
	ASSERT_SORTED(r, "table",
		"(1.0.0.1, 9.9.9.7) => (3.0.0.3, 9.9.9.7) [*0 0] i0 exp7200\n"
		"(1.0.0.1, 9.9.9.9) => (3.0.0.1, 9.9.9.9) [*0 0] i0 exp7200\n"
		"(1.0.0.2, 9.9.9.8) => (3.0.0.2, 9.9.9.8) [*0 0] i0 exp7200\n"
		"(1.0.0.9, 9.9.9.9) => (5.0.0.5, 6.0.0.6) [*1 0] i1 exp7200\n"
		"(6.0.0.6, 5.0.0.5) => (9.9.9.9, 1.0.0.9) [1 *0] i1 exp7200\n"
		"(9.9.9.7, 3.0.0.3) => (9.9.9.7, 1.0.0.1) [0 *0] i0 exp7200\n"
		"(9.9.9.8, 3.0.0.2) => (9.9.9.8, 1.0.0.2) [0 *0] i0 exp7200\n"
		"(9.9.9.9, 3.0.0.1) => (9.9.9.9, 1.0.0.1) [0 *0] i0 exp7200\n");
	rig_free(r);
}

static void
ports_cannot_be_mapped(void)
{
	struct rig *r = rig_new("IPAddrPairRewriter(pattern 1.0.0.1 5 - - 0 0)", 1, 1);

	nat_push_udp(r, 0, "1.0.0.1:10 > 9.9.9.9:20");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_NO_MAPPING), 1);
	rig_free(r);
}

static void
set_network(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
cut_up(void)
{
	rig_truncations("IPAddrPairRewriter(pattern 1.0.0.1 2.0.0.2 0 0)", 1, 1, 0,
		"45000030 00070000 40110000 0a000001 14000002 000a0014 00180001 00000002",
		set_network);
}

static void
errors(void)
{
	ASSERT_ERRORS("IPAddrPairRewriter(drop, TIMEOUT x)", 1, 1, "TIMEOUT: parse error\n");
	ASSERT_ERRORS(
		"IPAddrPairRewriter(drop, nope)", 1, 1, "need 1 argument, one per input port\n");
}

UNIT_SUITE(ipaddrpairrewriter, UNIT_CASE(rewrites_pairs), UNIT_CASE(ports_cannot_be_mapped),
	UNIT_CASE(cut_up), UNIT_CASE(errors))
