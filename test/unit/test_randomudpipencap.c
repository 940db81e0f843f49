// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "src/element.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// How many of 10000 packets had each destination port from 1 on.
static void
count_ports(const char *element, unsigned *n, unsigned n_ports)
{
	struct rig *r = rig_new(element, 1, 1);

	memset(n, 0, n_ports * sizeof(*n));
	for (unsigned i = 0; i < 10000; i++) {
		uint8_t port[2];

		rig_push_hex(r, 0, "616263");
		packet_read(rig_packet(r, 0, 0), 22, port, 2);
		if (port[0] == 0 && port[1] >= 1 && port[1] <= n_ports)
			n[port[1] - 1]++;
		rig_clear(r);
	}
	rig_free(r);
}

static void
chooses(void)
{
	unsigned n[4];

	count_ports("RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 1, 1.0.0.1 9 1.0.0.2 2)", n, 2);
	CU_ASSERT_EQUAL(n[0] + n[1], 10000);
	CU_ASSERT_TRUE(n[0] > 4500 && n[0] < 5500);
	count_ports("RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 1 0.5, 1.0.0.1 9 1.0.0.2 2 1.5, "
		    "1.0.0.1 9 1.0.0.2 3 0, 1.0.0.1 9 1.0.0.2 4 2)",
		n, 4);
	CU_ASSERT_TRUE(n[0] > 1000 && n[0] < 1500);
	CU_ASSERT_TRUE(n[1] > 3300 && n[1] < 4200);
	CU_ASSERT_TRUE(n[2] <= 1);
	CU_ASSERT_TRUE(n[3] > 4500 && n[3] < 5500);
	CU_ASSERT_EQUAL(n[0] + n[1] + n[2] + n[3], 10000);
}

static void
makes_headers(void)
{
	struct rig *r = rig_new("RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 53 1 true 77)", 1, 1);
	const struct packet *p;

	rig_push_hex(r, 0, "616263");
	rig_push(r, 0, rig_segments("616263", 1));
	rig_expect_hex(
		r, 0, 0, "4500001f 00000000 fa11becb 01000001 01000002 00090035000b3935 616263");
	p = rig_packet(r, 0, 1);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, 11));
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_AGGREGATE), 77);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	rig_free(r);
	r = rig_new_pull("RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 53 1 false)", 1, 1);
	rig_push_hex(r, 0, "616263");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(memcmp(packet_data(rig_packet(r, 0, 0)) + 26, "\0\0", 2), 0);
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("RandomUDPIPEncap()", 1, 1, "no flows given\n");
	ASSERT_ERRORS("RandomUDPIPEncap(1.0.0.1 9 1.0.0.2)", 1, 1,
		"argument 1 should be 'SRC SPORT DST DPORT [PROB [CHECKSUM [AGGREGATE]]]'\n");
	ASSERT_ERRORS("RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 5, x 9 y 5)", 1, 1,
		"SRC: parse error\nDST: parse error\n");
	ASSERT_ERRORS(
		"RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 5 -1)", 1, 1, "PROB: must not be negative\n");
	ASSERT_ERRORS(
		"RandomUDPIPEncap(1.0.0.1 9 1.0.0.2 5 0)", 1, 1, "no flow has a PROB above 0\n");
}

UNIT_SUITE(randomudpipencap, UNIT_CASE(chooses), UNIT_CASE(makes_headers),
	UNIT_CASE(configuration_errors))
