// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/flowpacket.h"
#include "test/unit/ippacket.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/rig.h"

// IPLoadBalancer and those around it.

#define SERVERS "DST 10.0.0.1, DST 10.0.0.2, DST 10.0.0.3, VIP 1.0.0.9"

// A packet from 1.0.0.1 and a port to 1.0.0.9, port 80; checksums are right. flags: TCP, 0: UDP.
static struct packet *
make(uint16_t port, uint8_t flags)
{
	uint8_t bytes[44] = {0x45, 0, 0, 44, 0, 1, 0, 0, 64, flags != 0 ? 6 : 17, 0, 0, 1, 0, 0, 1,
		1, 0, 0, 9, (uint8_t)(port >> 8), (uint8_t)port, 0, 80};
	uint32_t at = flags != 0 ? 36 : 26;
	struct packet *p;
	uint16_t sum;

	if (flags != 0) {
		bytes[32] = 0x50;
		bytes[33] = flags;
	} else {
		bytes[25] = 24;
	}
	p = packet_make(64, bytes, sizeof(bytes));
	sum = (uint16_t)~ippacket_sum(p, 0, 20, 0);
	packet_data_rw(p)[10] = (uint8_t)(sum >> 8);
	packet_data_rw(p)[11] = (uint8_t)sum;
	sum = (uint16_t)~ippacket_sum(p, 20, 24, ippacket_sum(p, 12, 8, 24u + bytes[9]));
	packet_data_rw(p)[at] = (uint8_t)(sum >> 8);
	packet_data_rw(p)[at + 1] = (uint8_t)sum;
	ippacket_mark(p);
	return p;
}

enum { SYN = 2, ACK = 16, FIN = 1 };

static unsigned
server(struct rig *r, unsigned i)
{
	return packet_data(rig_packet(r, 0, i))[19];
}

static void
in_turn(void)
{
	struct rig *r = rig_new("IPLoadBalancer(" SERVERS ")", 1, 1);

	for (uint16_t i = 0; i < 4; i++)
		rig_push(r, 0, make(i, i & 1 ? ACK : 0));
	for (unsigned i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(server(r, i), i % 3 + 1);
		CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, i)));
		CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, i), 24));
	}
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 0, 1), ANNO_DST_IP), rte_cpu_to_be_32(0x0a000002));
	ASSERT_READ(r, "load_packets", "0 0 0"); // nobody needs it
	rig_push_hex(r, 0, "4500");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

// An update that comes to 0 must not look like no checksum, and none stays none.
static void
checksums_of_udp(void)
{
	struct rig *r = rig_new("IPLoadBalancer(DST 10.0.0.1, VIP 1.0.0.9)", 1, 1);
	struct packet *p = make(1, 0), *clone = packet_clone(p);
	uint32_t sum;

	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_data(clone)[19], 9); // somebody else's bytes stay
	rig_push(r, 0, clone);
	sum = (uint32_t)(packet_data(rig_packet(r, 0, 0))[26] << 8 |
			 packet_data(rig_packet(r, 0, 0))[27]);
	rig_push(r, 0, make((uint16_t)((1 + sum) % 65535), 0));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[26], 0xff);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[27], 0xff);
	p = make(1, 0);
	memset(packet_data_rw(p) + 26, 0, 2);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 3))[26], 0);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 3))[27], 0);
	rig_free(r);
}

static void
hashes_keep_flows(void)
{
	static const char *const modes[] = {"hash", "chash", "hash_ip", "hash_agg"};
	unsigned seen;

	for (unsigned m = 0; m < 4; m++) {
		char conf[128];
		struct rig *r;

		snprintf(conf, sizeof(conf), "IPLoadBalancer(" SERVERS ", LB_MODE %s)", modes[m]);
		r = rig_new(conf, 1, 1);
		seen = 0;
		for (uint16_t i = 0; i < 64; i++) {
			struct packet *p = make(i / 2, ACK);

			packet_set_anno_u32(p, ANNO_AGGREGATE, i / 2);
			rig_push(r, 0, p);
			seen |= 1u << server(r, i);
			if (i & 1)
				CU_ASSERT_EQUAL(server(r, i), server(r, i - 1u));
		}
		CU_ASSERT_EQUAL(seen, m == 2 ? 1u << server(r, 0) : 14);
		rig_free(r);
	}
}

static void
looks_at_loads(void)
{
	struct rig *r = rig_new("IPLoadBalancer(" SERVERS ", LB_MODE least)", 1, 1);

	for (uint16_t i = 0; i < 4; i++)
		rig_push(r, 0, make(i, SYN));
	ASSERT_READ(r, "load", "2 1 1");
	ASSERT_READ(r, "load_conn", "2 1 1");
	ASSERT_READ(r, "load_packets", "2 1 1");
	ASSERT_READ(r, "load_bytes", "88 44 44");
	rig_push(r, 0, make(9, FIN));
	CU_ASSERT_EQUAL(server(r, 4), 2);
	ASSERT_READ(r, "load", "2 0 1");
	ASSERT_TEXT(rig_write(r, "load", "0:5, 1:6"), "");
	ASSERT_READ(r, "load", "5 6 1");
	ASSERT_TEXT(rig_write(r, "load", "3:1"), "expected SERVER:LOAD, ...\n");
	ASSERT_TEXT(rig_write(r, "load", "3"), "expected SERVER:LOAD, ...\n");
	rig_free(r);
	r = rig_new("IPLoadBalancer(" SERVERS ", LB_MODE pow2, LST_MODE packets)", 1, 1);
	for (uint16_t i = 0; i < 300; i++)
		rig_push(r, 0, make(i, 0));
	for (unsigned i = 0; i < 3; i++) {
		const char *loads = rig_read(r, "load");
		char *end = NULL;
		long n = 0;

		for (unsigned k = 0; k <= i; k++, loads = end)
			n = strtol(loads, &end, 10);
		CU_ASSERT_TRUE(n >= 90 && n <= 110);
	}
	rig_free(r);
}

static void
servers_come_and_go(void)
{
	struct rig *r = rig_new("IPLoadBalancer(" SERVERS ", NSERVER 2)", 1, 1);

	ASSERT_READ(r, "nb_active_servers", "2");
	ASSERT_READ(r, "nb_total_servers", "3");
	for (uint16_t i = 0; i < 3; i++)
		rig_push(r, 0, make(i, 0));
	CU_ASSERT_EQUAL(server(r, 2), 1);
	ASSERT_TEXT(rig_write(r, "add_server", ""), "");
	ASSERT_TEXT(rig_write(r, "add_server", ""), "no spare server\n");
	for (uint16_t i = 0; i < 3; i++)
		rig_push(r, 0, make(i, 0));
	CU_ASSERT_EQUAL(server(r, 3) + server(r, 4) + server(r, 5), 6);
	ASSERT_TEXT(rig_write(r, "remove_server", ""), "");
	ASSERT_TEXT(rig_write(r, "remove_server", ""), "");
	ASSERT_TEXT(rig_write(r, "remove_server", ""), "only one server is left\n");
	ASSERT_READ(r, "nb_active_servers", "1");
	for (uint16_t i = 0; i < 2; i++)
		rig_push(r, 0, make(i, 0));
	CU_ASSERT_EQUAL(server(r, 6), server(r, 7));
	rig_free(r);
}

static void
flows_stay(void)
{
	struct rig *r = rig_new(
		"FlowIPLoadBalancer(" SERVERS ", CAPACITY 2, TIMEOUT 10, NONSYN false)", 1, 1);
	struct packet *fragment = make(1, 0);

	rig_push(r, 0, make(1, SYN));
	rig_push(r, 0, make(2, SYN));
	rig_push(r, 0, make(1, ACK));
	rig_push(r, 0, make(2, ACK));
	CU_ASSERT_EQUAL(server(r, 0), 1);
	CU_ASSERT_EQUAL(server(r, 1), 2);
	CU_ASSERT_EQUAL(server(r, 2), 1);
	CU_ASSERT_EQUAL(server(r, 3), 2);
	ASSERT_READ(r, "count", "2");
	rig_push(r, 0, make(3, ACK));
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_push(r, 0, make(3, SYN));
	CU_ASSERT_EQUAL(rig_drops(r, 3), 1);
	rig_run_for(r, 9 * CLOCK_S);
	rig_push(r, 0, make(1, ACK));
	rig_run_for(r, 2 * CLOCK_S);
	// The second one was idle and makes room.
	rig_push(r, 0, make(3, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	ASSERT_READ(r, "count", "2");
	rig_push(r, 0, make(2, ACK));
	CU_ASSERT_EQUAL(rig_drops(r, 2), 2);
	rig_push(r, 0, make(1, ACK));
	CU_ASSERT_EQUAL(server(r, 6), 1);
	packet_data_rw(fragment)[6] = 0x20; // more fragments: its ports do not count
	rig_push(r, 0, fragment);
	CU_ASSERT_EQUAL(rig_drops(r, 3), 2);
	rig_free(r);
	rig_truncations("FlowIPLoadBalancer(" SERVERS ")", 1, 1, 0,
		"46000030 00010000 40060000 01000001 01000009 00000000"
		"00010050 00000000 00000000 50020000 00000000 01020304",
		ippacket_mark);
}

static void
flows_survive_a_hot_swap(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> e :: FlowIPLoadBalancer(" SERVERS ") -> RigOut(0);");
	char *errors;

	rig_push(r, 0, make(1, SYN));
	rig_push(r, 0, make(2, SYN));
	errors = rig_swap(r, "RigIn(0) -> e :: FlowIPLoadBalancer(" SERVERS ") -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	rig_push(r, 0, make(2, ACK));
	CU_ASSERT_EQUAL(server(r, 0), 2);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
}

static void
reverse_side(void)
{
	struct rig *r = rig_config("lb :: IPLoadBalancer(" SERVERS "); Idle -> lb -> Discard;"
				   "RigIn(0) -> e :: IPLoadBalancerReverse(lb) -> RigOut(0);");

	rig_push(r, 0, make(1, ACK));
	rig_push(r, 0, make(1, 0));
	for (unsigned i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, i))[15], 9);
		CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, i)));
		CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, i), 24));
	}
	rig_push_hex(r, 0, "45");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	flowpacket_truncations("lb :: IPLoadBalancer(" SERVERS "); Idle -> lb -> Discard;"
			       "RigIn(0) -> e :: IPLoadBalancerReverse(lb) -> RigOut(0);",
		1);
	flowpacket_truncations("RigIn(0) -> e :: IPLoadBalancer(" SERVERS ") -> RigOut(0);", 1);
}

static void
pulled(void)
{
	struct rig *r = rig_new_pull("FlowIPLoadBalancer(" SERVERS ")", 1, 1);

	rig_push(r, 0, make(1, SYN));
	rig_push(r, 0, make(2, SYN));
	rig_push_hex(r, 0, "45");
	rig_push(r, 0, make(1, ACK));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 3);
	CU_ASSERT_EQUAL(server(r, 0), 1);
	CU_ASSERT_EQUAL(server(r, 1), 2);
	CU_ASSERT_EQUAL(server(r, 2), 1);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
}

static void
frames(void)
{
	struct rig *r = rig_new("L2LoadBalancer(DST 2:0:0:0:0:1, DST 2:0:0:0:0:2)", 1, 1);

	rig_push_hex(r, 0, "ffffffffffff 020000000009 0806");
	rig_push(r, 0, rig_segments("ffffffffffff 020000000009 0806", 4));
	rig_expect_hex(r, 0, 0, "020000000001 020000000009 0806");
	rig_expect_hex(r, 0, 1, "020000000002 020000000009 0806");
	rig_push_hex(r, 0, "ffffffffff");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new_pull("L2LoadBalancer(DST 2:0:0:0:0:1, LB_MODE hash)", 1, 1);
	rig_push_hex(r, 0, "ffffffffffff");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "020000000001");
	rig_free(r);
}

#define L2(servers) "RigIn(0) -> e :: L2LoadBalancer(" servers ", LB_MODE least) -> RigOut(0);"

// Loads stay with their servers.
static void
loads_over_a_hot_swap(void)
{
	struct rig *r = rig_config(L2("DST 2:0:0:0:0:1, DST 2:0:0:0:0:2"));

	rig_push_hex(r, 0, "ffffffffffff");
	ASSERT_READ(r, "load_packets", "1 0");
	free(rig_swap(r, L2("DST 2:0:0:0:0:1, DST 2:0:0:0:0:2")));
	ASSERT_READ(r, "load_packets", "1 0");
	free(rig_swap(r, L2("DST 2:0:0:0:0:3, DST 2:0:0:0:0:2")));
	ASSERT_READ(r, "load_packets", "0 0");
	rig_free(r);
	flowpacket_truncations(L2("DST 2:0:0:0:0:1"), 1);
}

#define SWITCH(mode) \
	"RigIn(0) -> e :: FlowSwitch(LB_MODE " mode "); e [0] -> RigOut(0); e [1] -> RigOut(1);"

static void
outputs(void)
{
	unsigned n;
	struct rig *r = rig_new("IPRRSwitch", 1, 3);
	struct packet *p[] = {make(1, SYN), make(2, SYN), make(1, ACK), make(3, 0), make(2, ACK),
		make(4, 0), rig_hex("45")};

	rig_push_batch(r, 0, p, 7);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "flow_count", "4");
	rig_free(r);
	r = rig_new("FlowRoundRobinSwitch(MAX 1)", 1, 2);
	rig_push(r, 0, make(1, 0));
	rig_push(r, 0, make(2, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("FlowSwitch(LB_MODE least, CAPACITY 3)", 1, 2);
	for (uint16_t i = 0; i < 4; i++)
		rig_push(r, 0, make(i, SYN));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_READ(r, "load", "2 1");
	rig_free(r);
	r = rig_new("FlowMinLoadSwitch(MAX 2)", 1, 3);
	for (unsigned i = 0; i < 4; i++)
		rig_push(r, 0, make(1, 0));
	rig_push(r, 0, make(2, 0));
	rig_push(r, 0, make(3, 0));
	rig_push(r, 0, make(1, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(rig_count(r, 2), 0);
	ASSERT_READ(r, "load", "5 2 0");
	ASSERT_READ(r, "flow_count", "3");
	rig_free(r);
	r = rig_config(SWITCH("pow2"));
	for (uint16_t i = 0; i < 8; i++)
		rig_push(r, 0, make(i, SYN));
	n = rig_count(r, 0);
	free(rig_swap(r, SWITCH("rr")));
	ASSERT_READ(r, "flow_count", "8");
	for (uint16_t i = 0; i < 8; i++)
		rig_push(r, 0, make(i, ACK));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2 * n);
	CU_ASSERT_EQUAL(rig_count(r, 1), 16 - 2 * n);
	rig_free(r);
	flowpacket_truncations(SWITCH("hash"), 1);
}

static void
arguments(void)
{
	ASSERT_ERRORS("IPLoadBalancer", 1, 1,
		"DST: required argument missing\nVIP: required argument missing\n");
	ASSERT_ERRORS(
		"IPLoadBalancer(DST x, DST 1.0.0.1, VIP 1.0.0.2)", 1, 1, "DST: parse error\n");
	ASSERT_ERRORS("IPLoadBalancer(" SERVERS ", LB_MODE x, LST_MODE cpu)", 1, 1,
		"LB_MODE: unknown mode 'x', expected one of rr, hash, chash, hash_ip, hash_agg, "
		"least, pow2\nLST_MODE: unknown mode 'cpu', expected one of conn, packets, bytes\n");
	ASSERT_ERRORS("IPLoadBalancer(" SERVERS ", NSERVER 4)", 1, 1,
		"NSERVER: there are only 3 servers\n");
	ASSERT_ERRORS("FlowIPLoadBalancer(" SERVERS ", CAPACITY 0)", 1, 1,
		"CAPACITY: out of range, bound 1\n");
	ASSERT_ERRORS("IPLoadBalancerReverse(e)", 1, 1,
		"LB must be an IPLoadBalancer or FlowIPLoadBalancer\n");
	ASSERT_ERRORS("L2LoadBalancer(DST 1.0.0.1)", 1, 1, "DST: parse error\n");
	ASSERT_ERRORS("IPRRSwitch(MAX 3)", 1, 2, "MAX: there are only 2 outputs\n");
	ASSERT_ERRORS("FlowSwitch(LB_MODE awrr)", 1, 1,
		"LB_MODE: unknown mode 'awrr', expected one of rr, hash, chash, hash_ip, hash_agg, "
		"least, pow2\n");
}

UNIT_SUITE(balance, UNIT_CASE(in_turn), UNIT_CASE(checksums_of_udp), UNIT_CASE(hashes_keep_flows),
	UNIT_CASE(looks_at_loads), UNIT_CASE(servers_come_and_go), UNIT_CASE(flows_stay),
	UNIT_CASE(flows_survive_a_hot_swap), UNIT_CASE(reverse_side), UNIT_CASE(pulled),
	UNIT_CASE(frames), UNIT_CASE(loads_over_a_hot_swap), UNIT_CASE(outputs),
	UNIT_CASE(arguments))
