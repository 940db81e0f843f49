// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

#define SOURCE(rate, limit, length, more)            \
	"FastUDPSource(" rate ", " limit ", " length \
	", 2:0:0:0:0:1, 10.0.0.1, 1000, 2:0:0:0:0:2, 10.0.0.2, domain" more ")"

static void
makes_one_flow(void)
{
	struct rig *r = rig_new_pull(SOURCE("0", "5", "100", ""), 0, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 3), 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	for (unsigned i = 0; i < 5; i++) {
		struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_length(p), 100);
		CU_ASSERT_EQUAL(
			memcmp(packet_data(p), "\2\0\0\0\0\2\2\0\0\0\0\1\x08\0\x45", 15), 0);
		CU_ASSERT_EQUAL(
			memcmp(packet_data(p) + 26, "\12\0\0\1\12\0\0\2\3\350\0\65", 12), 0);
		CU_ASSERT_EQUAL(packet_data(p)[22], 250);
		packet_pull(p, 14);
		CU_ASSERT_TRUE(ippacket_header_is_right(p));
		CU_ASSERT_TRUE(ippacket_segment_is_right(p, 66));
	}
	ASSERT_READ(r, "count", "5");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 5);
	ASSERT_TEXT(rig_write(r, "limit", "6"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	rig_free(r);
}

static void
keeps_the_rate(void)
{
	struct rig *r = rig_new_pull(SOURCE("1000", "-1", "60", ", false"), 0, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 10);
	// No checksum.
	CU_ASSERT_EQUAL(memcmp(packet_data(rig_packet(r, 0, 0)) + 40, "\0\0", 2), 0);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	ASSERT_TEXT(rig_write(r, "rate", "0"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 64);
	ASSERT_READ(r, "handlers",
		"active\twc\nlimit\tw\nreset\twb\nrate\trw\ncount\tr\n"
		"handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
moves_ports_on(void)
{
	struct rig *r = rig_new_pull(
		"FastUDPSource(0, 5, 60, 2:0:0:0:0:1, 10.0.0.1, 65535, 2:0:0:0:0:2, 10.0.0.2, 7,\n"
		"true, 2)",
		0, 1);
	static const char *const ports[] = {
		"\377\377\0\7", "\377\377\0\7", "\0\0\0\10", "\0\0\0\10", "\0\1\0\11"};

	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 5);
	for (unsigned i = 0; i < 5; i++) {
		struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(memcmp(packet_data(p) + 34, ports[i], 4), 0);
		packet_pull(p, 14);
		CU_ASSERT_TRUE(ippacket_segment_is_right(p, 26));
	}
	rig_free(r);
}

static void
makes_ip6(void)
{
	struct rig *r = rig_new_pull(
		"FastUDPSourceIP6(0, 3, 60, 2:0:0:0:0:1, 2001:db8::1, 1000, 2:0:0:0:0:2,\n"
		"2001:db8::2, 2000, true, 2)",
		0, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 3);
	for (unsigned i = 0; i < 3; i++) {
		struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_length(p), 62);
		CU_ASSERT_EQUAL(packet_network_offset(p), 14);
		CU_ASSERT_EQUAL(packet_transport_offset(p), 54);
		packet_pull(p, 14);
		CU_ASSERT_TRUE(ip6packet_is_right(p));
	}
	rig_expect_hex(r, 0, 0, "60000000 000811fa " IP6_A IP6_B "03e807d0 000898b1");
	rig_expect_hex(r, 0, 2, "60000000 000811fa " IP6_A IP6_B "03e907d1 000898af");
	ASSERT_READ(r, "count", "3");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "limit parameter must be integer >= 0\n");
	rig_free(r);
	ASSERT_ERRORS("FastUDPSourceIP6(0, 3, 60, 2:0:0:0:0:1, 1.2.3.4, 1, 2:0:0:0:0:2, ::1, 2)", 0,
		1, "SRCIP6: parse error\n");
}

static void
arguments(void)
{
	ASSERT_ERRORS(SOURCE("0", "1", "59", ""), 0, 1,
		"warning: packet length < 60, defaulting to 60\n");
	ASSERT_ERRORS(SOURCE("1000001", "1", "60", ""), 0, 1, "rate too large; max is 1000000\n");
	ASSERT_ERRORS(SOURCE("0", "1", "60", ", true, 0, false, 1"), 0, 1, "too many arguments\n");
	ASSERT_ERRORS(SOURCE("x", "1", "60", ""), 0, 1, "RATE: invalid number\n");
	ASSERT_ERRORS("FastUDPSource(0, 1, 60, 2:0:0:0:0:1, 10.0.0.1, 70000, 2:0:0:0:0:2, 10.0.0.2,"
		      "no-such-service)",
		0, 1, "SPORT: out of range, bound 65535\nDPORT: parse error\n");
}

UNIT_SUITE(fastudpsource, UNIT_CASE(makes_one_flow), UNIT_CASE(keeps_the_rate),
	UNIT_CASE(moves_ports_on), UNIT_CASE(makes_ip6), UNIT_CASE(arguments))
