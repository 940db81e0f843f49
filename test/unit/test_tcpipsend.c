// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define ERROR "expected 'SRC SPORT DST DPORT SEQ ACK FLAGS [COUNT] [STOP]'\n"

static void
sends(void)
{
	struct rig *r = rig_new("TCPIPSend", 0, 1);
	uint32_t raw = rte_cpu_to_be_32(0x0a000001);
	char text[80];

	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "send", "10.0.0.1 1000 10.0.0.2 80 1 2 0x12"), "");
	snprintf(text, sizeof(text), "%u 1000 10.0.0.2 80 1 2 18 99", raw);
	ASSERT_TEXT(rig_write(r, "send", text), "");
	ASSERT_TEXT(rig_write(r, "send", "10.0.0.1 1000 10.0.0.2 80 1 2 0 0"), "");
	rig_run(r, 20);
	CU_ASSERT_EQUAL(rig_count(r, 0), 100);
	for (unsigned i = 0; i < 100; i++) {
		struct packet *p = rig_packet(r, 0, i);

		rig_expect_hex(r, 0, i,
			"45000028 00004000 ff0667cd 0a000001 0a000002 03e80050 00000001 00000002 "
			"50127d78 1a1d0000");
		CU_ASSERT_TRUE(ippacket_header_is_right(p));
		CU_ASSERT_TRUE(ippacket_segment_is_right(p, 20));
		CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	}
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "send", "10.0.0.1 1 10.0.0.2 2 1 2 2 1 true"), "");
	rig_run(r, 20);
	CU_ASSERT_EQUAL(rig_count(r, 0), 101);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
errors(void)
{
	static const char *const bad[] = {"", "10.0.0.1 1000 10.0.0.2 80 1 2",
		"10.0.0.1 1000 10.0.0.2 80 1 2 3 4 true 5", "x 1000 10.0.0.2 80 1 2 3",
		"10.0.0.1 65536 10.0.0.2 80 1 2 3", "10.0.0.1 1000 x 80 1 2 3",
		"10.0.0.1 1000 10.0.0.2 x 1 2 3", "10.0.0.1 1000 10.0.0.2 80 4294967296 2 3",
		"10.0.0.1 1000 10.0.0.2 80 1 -1 3", "10.0.0.1 1000 10.0.0.2 80 1 2 256",
		"10.0.0.1 1000 10.0.0.2 80 1 2 3 x", "10.0.0.1 1000 10.0.0.2 80 1 2 3 4 5"};
	struct rig *r = rig_new("TCPIPSend", 0, 1);

	for (unsigned i = 0; i < RTE_DIM(bad); i++)
		ASSERT_TEXT(rig_write(r, "send", bad[i]), ERROR);
	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	// What was not sent yet ends with the element.
	ASSERT_TEXT(rig_write(r, "send", "10.0.0.1 1000 10.0.0.2 80 1 2 3 1000"), "");
	ASSERT_READ(r, "handlers",
		"send\tw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("TCPIPSend(1)", 0, 1, "too many arguments\n");
}

UNIT_SUITE(tcpipsend, UNIT_CASE(sends), UNIT_CASE(errors))
