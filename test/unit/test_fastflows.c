// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define ADDRESSES "2:0:0:0:0:1, 10.0.0.1, 2:0:0:0:0:2, 10.0.0.2"
#define UDP(rate, limit, length, flows, size) \
	"FastUDPFlows(" rate ", " limit ", " length ", " ADDRESSES ", " flows ", " size ")"
#define TCP(rate, limit, length, flows, size) \
	"FastTCPFlows(" rate ", " limit ", " length ", " ADDRESSES ", " flows ", " size ")"

// A copy of packet i without its Ethernet header, which must be right.
static struct packet *
ip_packet(struct rig *r, unsigned i, uint32_t len)
{
	struct packet *p = rig_packet(r, 0, i);

	CU_ASSERT_EQUAL(packet_length(p), len);
	CU_ASSERT_EQUAL(memcmp(packet_data(p), "\2\0\0\0\0\2\2\0\0\0\0\1\x08\0\x45", 15), 0);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), 14);
	packet_pull(p, 14);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	return p;
}

static void
udp(void)
{
	struct rig *r = rig_new_pull(UDP("0", "10", "100", "1", "3"), 0, 1);
	uint32_t ports[10];

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 4);
	ASSERT_READ(r, "rate", "0");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 6);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	for (unsigned i = 0; i < 10; i++) {
		struct packet *p = ip_packet(r, i, 100);

		CU_ASSERT_TRUE(ippacket_segment_is_right(p, 66));
		packet_read(p, 20, &ports[i], 4);
		CU_ASSERT_EQUAL(packet_data(p)[25], 66);
	}
	// New ports after every third packet.
	for (unsigned i = 1; i < 10; i++)
		CU_ASSERT_EQUAL(ports[i] == ports[i - 1], i % 3 != 0);
	ASSERT_READ(r, "count", "10");
	CU_ASSERT_TRUE(atoi(rig_read(r, "rate")) > 1000);
	ASSERT_TEXT(rig_write(r, "limit", "11"), "");
	ASSERT_TEXT(rig_write(r, "length", "60"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_TRUE(ippacket_segment_is_right(ip_packet(r, 10, 60), 26));
	ASSERT_READ(r, "length", "60");
	rig_free(r);
	r = rig_new_pull("FastUDPFlows(0, -1, 60, " ADDRESSES ", 100, 0, false)", 0, 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 64);
	CU_ASSERT_EQUAL(packet_data(ip_packet(r, 0, 60))[26], 0);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[27], 0);
	rig_free(r);
}

static void
tcp(void)
{
	struct rig *r = rig_new_pull(TCP("0", "9", "100", "1", "4"), 0, 1);
	static const struct {
		uint32_t len, seq;
		uint8_t flags;
	} want[] = {{54, 0, 2}, {100, 1, 0x18}, {100, 47, 0x18}, {54, 93, 0x11}};
	uint32_t seq;

	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 10);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	for (unsigned i = 0; i < 10; i++) {
		// Behind the limit the third flow is closed.
		uint32_t len = i == 9 ? 54 : want[i % 4].len;
		struct packet *p = ip_packet(r, i, len);

		CU_ASSERT_TRUE(ippacket_segment_is_right(p, len - 34));
		packet_read(p, 24, &seq, 4);
		CU_ASSERT_EQUAL(rte_be_to_cpu_32(seq), i == 9 ? 1 : want[i % 4].seq);
		CU_ASSERT_EQUAL(packet_data(p)[33], i == 9 ? 0x11 : want[i % 4].flags);
	}
	ASSERT_READ(r, "count", "10");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 10);
	rig_free(r);
	// Each open flow is closed once.
	r = rig_new_pull(TCP("0", "500", "60", "50", "1000"), 0, 1);
	for (unsigned i = 0; i < 9; i++)
		rig_pull(r, 0, 64);
	CU_ASSERT_EQUAL(rig_count(r, 0), 550);
	rig_free(r);
}

static void
rates(void)
{
	struct rig *r = rig_new_pull(UDP("1000", "-1", "60", "5", "5"), 0, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 10);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	ASSERT_TEXT(rig_write(r, "rate", "0"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 64);
	ASSERT_READ(r, "rate", "0");
	ASSERT_TEXT(rig_write(r, "rate", "-1"), "rate parameter must be integer >= 0\n");
	ASSERT_TEXT(rig_write(r, "rate", "1000001"), "rate too large; max is 1000000\n");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "limit parameter must be integer >= 0\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "active parameter must be boolean\n");
	ASSERT_TEXT(rig_write(r, "length", "59"), "length parameter must be integer >= 60\n");
	ASSERT_READ(r, "handlers",
		"length\trw\nactive\twc\nlimit\tw\nreset\twb\nrate\trw\ncount\tr\nhandlers\tr.\n"
		"ports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("e :: FastUDPFlows -> Unqueue -> Discard");

	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "RATE: required argument missing\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "FLOWSIZE: required argument missing\n"));
	free(errors);
	errors = rig_config_errors(
		"e :: " UDP("1000001", "1", "60", "1", "1") " -> Unqueue -> Discard");
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "rate too large; max is 1000000\n"));
	free(errors);
	errors = rig_config_errors(
		"e :: " UDP("1", "x", "65536", "0", "y") " -> Unqueue -> Discard");
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "LIMIT: invalid number\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "LENGTH: out of range, bound 65535\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "FLOWS: out of range, bound 1\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "FLOWSIZE: invalid number\n"));
	free(errors);
	// Too small ones are only warned of.
	errors = rig_config_errors("e :: " TCP(
		"1", "1", "59", "1", "2") " -> Unqueue -> Discard; Idle -> Strip -> Discard");
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "packet length < 60, defaulting to 60"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "flow size < 3, defaulting to 3"));
	free(errors);
}

UNIT_SUITE(fastflows, UNIT_CASE(udp), UNIT_CASE(tcp), UNIT_CASE(rates), UNIT_CASE(arguments))
