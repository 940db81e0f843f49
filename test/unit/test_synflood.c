// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "test/unit/flowpacket.h"
#include "test/unit/rig.h"

static void
counts_up(void)
{
	struct rig *r = rig_new("SYNFlood(10.0.0.1, 10.0.1.1, 65534, 443, LIMIT 4)", 0, 1);
	static const uint16_t ports[] = {65534, 65535, 1, 2};

	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	CU_ASSERT_TRUE(rig_stopped(r));
	for (unsigned i = 0; i < 4; i++) {
		const struct packet *p = rig_packet(r, 0, i);
		struct flowpacket f = flowpacket_read(p);

		CU_ASSERT_EQUAL(f.src, 0x0a000001u + (i > 1));
		CU_ASSERT_EQUAL(f.dst, 0x0a000101u);
		CU_ASSERT_EQUAL(f.sport, ports[i]);
		CU_ASSERT_EQUAL(f.dport, 443);
		CU_ASSERT_EQUAL(f.flags, FLOW_SYN);
		CU_ASSERT_EQUAL(packet_length(p), 60);
		CU_ASSERT_EQUAL(packet_network_offset(p), 0);
		CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
		CU_ASSERT_EQUAL(packet_data(p)[59], 0);
	}
	ASSERT_READ(r, "count", "4");
	rig_free(r);
}

static void
stops_and_goes(void)
{
	struct rig *r = rig_new(
		"SYNFlood(10.0.0.1, 10.0.1.1, ACTIVE false, STOP false, LEN 200, LIMIT 40)", 0, 1);

	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 20);
	CU_ASSERT_EQUAL(rig_count(r, 0), 40);
	CU_ASSERT_FALSE(rig_stopped(r));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 39)), 200);
	flowpacket_read(rig_packet(r, 0, 39));
	ASSERT_READ(r, "active", "true");
	ASSERT_TEXT(rig_write(r, "active", "x"), "expected boolean\n");
	rig_free(r);
	r = rig_new("SYNFlood(10.0.0.1, 10.0.1.1, BURST 1)", 0, 1);
	rig_run(r, 2);
	CU_ASSERT(rig_count(r, 0) > 0);
	ASSERT_TEXT(rig_write(r, "stop", ""), "");
	rig_clear(r);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

// Whoever takes a batch may change it.
static void
behind_a_dropper(void)
{
	struct rig *r = rig_config("e :: SYNFlood(10.0.0.1, 10.0.1.1, LIMIT 100)"
				   "-> CheckLength(10) -> RigOut(0);");

	rig_run(r, 20);
	ASSERT_READ(r, "count", "100");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SYNFlood(10.0.0.1)", 0, 1, "DSTIP: required argument missing\n");
	ASSERT_ERRORS("SYNFlood(1.0.0.1, 1.0.0.2, LEN 39)", 0, 1, "LEN: out of range, bound 40\n");
	ASSERT_ERRORS(
		"SYNFlood(1.0.0.1, 1.0.0.2, BURST 0)", 0, 1, "BURST: out of range, bound 1\n");
}

UNIT_SUITE(synflood, UNIT_CASE(counts_up), UNIT_CASE(stops_and_goes), UNIT_CASE(behind_a_dropper),
	UNIT_CASE(arguments))
