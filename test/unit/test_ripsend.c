// SPDX-License-Identifier: BSD-3-Clause
#include "src/clock.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static void
sends(void)
{
	struct rig *r = rig_new("RIPSend(10.0.0.1, 224.0.0.9, 10.1.2.3/16, 5)", 0, 1);
	struct packet *p;

	rig_run_for(r, 3 * CLOCK_S - CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, 32));
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0xe0000009));
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	rig_expect_hex(r, 0, 0,
		"45000034 00000000 c81108af 0a000001 e0000009 02080208 0020fb88 02020000 00020000 "
		"0a010000 ffff0000 0a000001 00000005");
	rig_run_for(r, 30 * CLOCK_S - 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 60 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[5], 2);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RIPSend", 0, 1,
		"SRC: required argument missing\nDST: required argument missing\n"
		"PREFIX: required argument missing\nMETRIC: required argument missing\n");
	ASSERT_ERRORS("RIPSend(a, b, c, d)", 0, 1,
		"SRC: parse error\nDST: parse error\nPREFIX: parse error\nMETRIC: invalid number\n");
	ASSERT_ERRORS("RIPSend(1.2.3.4, 1.2.3.4, 1.2.3.4, 1, 2)", 0, 1, "too many arguments\n");
}

UNIT_SUITE(ripsend, UNIT_CASE(sends), UNIT_CASE(arguments))
