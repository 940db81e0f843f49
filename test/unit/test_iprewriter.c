// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include <rte_tcp.h>

#include "elements/nat/rewriter.h"
#include "src/clock.h"
#include "src/element.h"
#include "test/unit/nat_rig.h"

#define NAT "IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop"

static void
rewrites_both_ways(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);

	nat_push_udp(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), RTE_BE32(0x14000002));
	nat_push_udp(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:10");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_DST_IP), RTE_BE32(0x0a000001));
	// Whatever the input, a known flow is rewritten.
	nat_push_udp(r, 1, "10.0.0.1:10 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	nat_push_udp(r, 0, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:10");
	nat_push_udp(r, 1, "20.0.0.2:21 > 1.0.0.1:1024");
	ASSERT_OUT(r, "outputs ''");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_DROPPED), 1);
	// TCP has its own table and the same sequence.
	nat_push_syn(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1025 > 20.0.0.2:20");
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1025");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:10");
	ASSERT_SORTED(r, "udp_table",
		"(10.0.0.1, 10, 20.0.0.2, 20) => (1.0.0.1, 1024, 20.0.0.2, 20) [*0 1] i0 exp300\n"
		"(20.0.0.2, 20, 1.0.0.1, 1024) => (20.0.0.2, 20, 10.0.0.1, 10) [0 *1] i0 exp300\n");
	ASSERT_SORTED(r, "tcp_table",
		"(10.0.0.1, 10, 20.0.0.2, 20) => (1.0.0.1, 1025, 20.0.0.2, 20) [*0 1] i0 exp300\n"
		"(20.0.0.2, 20, 1.0.0.1, 1025) => (20.0.0.2, 20, 10.0.0.1, 10) [0 *1] i0 exp300\n");
	ASSERT_READ(r, "patterns", "1.0.0.1 1024-65535 - - [2]\n<drop>\n");
	ASSERT_READ(r, "pattern0", "1.0.0.1 1024-65535 - - [2]\n");
	ASSERT_READ(r, "pattern1", "<drop>\n");
	ASSERT_READ(r, "table_size", "2");
	ASSERT_READ(r, "nmappings", "2");
	ASSERT_READ(r, "size", "2");
	ASSERT_READ(r, "capacity", "2147483647");
	ASSERT_READ(r, "mapping_failures", "0");
	rig_free(r);
}

static void
bytes_are_exact(void)
{
	struct rig *r = rig_new("IPRewriter(pattern 5.0.0.5 1024-1030# - - 0 0)", 1, 1);
	struct packet *p =
		rig_hex("45000020 00070000 40116ec4 0a000001 02000002 000a0014 000c2eef 61626364");

	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	rig_expect_hex(
		r, 0, 0, "45000020 00070000 401173c0 05000005 02000002 04000014 000c2ff5 61626364");
	// Without a checksum it stays so.
	rig_clear(r);
	p = rig_hex("45000020 00070000 40116ec4 0a000001 02000002 000a0014 000c0000 61626364");
	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	rig_expect_hex(
		r, 0, 0, "45000020 00070000 401173c0 05000005 02000002 04000014 000c0000 61626364");
	rig_free(r);
}

static void
ports_are_free_by_destination(void)
{
	struct rig *r = rig_new("IPRewriter(pattern 1.0.0.1 1024-1026# - - 0 1, drop)", 2, 2);

	nat_push_syn(r, 0, "10.0.0.1:1 > 10.0.0.4:1");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 10.0.0.4:1");
	nat_push_syn(r, 0, "10.0.0.1:1 > 10.0.0.8:2");
	ASSERT_OUT(r, "0 1.0.0.1:1025 > 10.0.0.8:2");
	nat_push_syn(r, 0, "10.0.0.1:1 > 10.0.0.4:3");
	ASSERT_OUT(r, "0 1.0.0.1:1026 > 10.0.0.4:3");
	nat_push_syn(r, 0, "10.0.0.1:2 > 10.0.0.8:2");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 10.0.0.8:2");
	nat_push_syn(r, 0, "10.0.0.1:3 > 10.0.0.8:2");
	ASSERT_OUT(r, "0 1.0.0.1:1026 > 10.0.0.8:2");
	for (unsigned i = 1; i <= 3; i++) {
		nat_push_syn(r, 0, "10.0.0.1:4 > 10.0.0.8:2");
		ASSERT_OUT(r, "outputs ''");
		CU_ASSERT_EQUAL(rig_drops(r, REWRITER_NO_MAPPING), i);
	}
	ASSERT_READ(r, "mapping_failures", "3");
	nat_push_syn(r, 0, "10.0.0.1:4 > 10.0.0.8:3");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 10.0.0.8:3");
	// One that goes makes room for another.
	rig_write(r, "clear", "");
	nat_push_syn(r, 0, "10.0.0.1:4 > 10.0.0.8:2");
	ASSERT_OUT(r, "0 1.0.0.1:1025 > 10.0.0.8:2");
	rig_free(r);
}

static void
own_port_first(void)
{
	struct rig *r = rig_new("IPRewriter(pattern 1.0.0.1 1024-65534 - - 0 1, drop)", 2, 2);

	nat_push_udp(r, 0, "10.0.0.1:2000 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:2000 > 20.0.0.2:20");
	srandom(1);
	nat_push_udp(r, 0, "10.0.0.2:2000 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:55226 > 20.0.0.2:20");
	rig_free(r);
	r = rig_new("IPRewriter(pattern 1.0.0.1 1024-65534? - - 0 1, drop)", 2, 2);
	srandom(1);
	nat_push_udp(r, 0, "10.0.0.1:2000 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:55226 > 20.0.0.2:20");
	ASSERT_READ(r, "pattern0", "1.0.0.1 1024-65534 - - [1]\n");
	rig_free(r);
	// Two values: bit 14.
	r = rig_new("IPRewriter(pattern 1.0.0.1 5-6? - - 0 1, drop)", 2, 2);
	srandom(1);
	nat_push_udp(r, 0, "10.0.0.1:2000 > 20.0.0.2:20");
	ASSERT_OUT(r, (1804289383 >> 14 & 1) != 0 ? "0 1.0.0.1:6 > 20.0.0.2:20"
						  : "0 1.0.0.1:5 > 20.0.0.2:20");
	rig_free(r);
}

static void
fields_of_patterns(void)
{
	struct rig *r =
		rig_new("IPRewriter(pattern - - 9.0.0.9 99 0 1, pattern 5.0.0.5 6.0.0.6 0 1,"
			"pattern 7.0.0.7 8.0.0.8 77 1 0, pattern 1.0.0.0/30# - 0 1,"
			"pattern 2.0.0.1-2.0.0.2# 40 - - 0 1, keep 1 0, pass 1, nochange,"
			"discard)",
			9, 2);

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 10.0.0.1:1 > 9.0.0.9:99");
	nat_push_udp(r, 0, "9.0.0.9:99 > 10.0.0.1:1");
	ASSERT_OUT(r, "1 20.0.0.1:20 > 10.0.0.1:1");
	nat_push_udp(r, 1, "10.0.0.1:2 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 5.0.0.5:2 > 6.0.0.6:20");
	nat_push_udp(r, 2, "10.0.0.1:3 > 20.0.0.1:20");
	ASSERT_OUT(r, "1 7.0.0.7:77 > 8.0.0.8:20");
	nat_push_udp(r, 3, "10.0.0.1:4 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 1.0.0.1:4 > 20.0.0.1:20");
	nat_push_udp(r, 3, "10.0.0.2:4 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 1.0.0.2:4 > 20.0.0.1:20");
	nat_push_udp(r, 3, "10.0.0.3:4 > 20.0.0.1:20");
	ASSERT_OUT(r, "outputs ''");
	// The range of addresses only lends its size to the port.
	nat_push_udp(r, 4, "10.0.0.1:5 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 2.0.0.1:40 > 20.0.0.1:20");
	nat_push_udp(r, 4, "10.0.0.2:5 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 2.0.0.1:41 > 20.0.0.1:20");
	nat_push_udp(r, 5, "10.0.0.1:6 > 20.0.0.1:20");
	ASSERT_OUT(r, "1 10.0.0.1:6 > 20.0.0.1:20");
	nat_push_udp(r, 0, "20.0.0.1:20 > 10.0.0.1:6");
	ASSERT_OUT(r, "0 20.0.0.1:20 > 10.0.0.1:6");
	nat_push_udp(r, 6, "10.0.0.1:7 > 20.0.0.1:20");
	ASSERT_OUT(r, "1 10.0.0.1:7 > 20.0.0.1:20");
	nat_push_udp(r, 7, "10.0.0.1:7 > 20.0.0.1:20");
	ASSERT_OUT(r, "0 10.0.0.1:7 > 20.0.0.1:20");
	nat_push_udp(r, 8, "10.0.0.1:7 > 20.0.0.1:20");
	ASSERT_OUT(r, "outputs ''");
	ASSERT_READ(r, "patterns",
		"- - 9.0.0.9 99 [1]\n5.0.0.5 6.0.0.6 [1]\n7.0.0.7 77 8.0.0.8 - [1]\n"
		"1.0.0.1-1.0.0.2 - [2]\n2.0.0.1 40-41 - - [2]\n<keep> [1]\n<nochange>\n<nochange>\n"
		"<drop>\n");
	rig_free(r);
}

static void
without_a_range_the_last_wins(void)
{
	struct rig *r = rig_new("IPRewriter(pattern 1.0.0.1 80 - - 0 1, drop)", 2, 2);

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	nat_push_udp(r, 0, "10.0.0.2:1 > 20.0.0.2:20");
	ASSERT_READ(r, "size", "1");
	nat_push_udp(r, 1, "20.0.0.2:20 > 1.0.0.1:80");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.2:1");
	rig_free(r);
}

static void
own_reply(void)
{
	struct rig *r = rig_new("IPRewriter(pattern 1.0.0.2 1024 - - 0 1)", 1, 2);

	nat_push_udp(r, 0, "1.0.0.2:1024 > 1.0.0.2:1024");
	ASSERT_OUT(r, "0 1.0.0.2:1024 > 1.0.0.2:1024");
	nat_push_udp(r, 0, "1.0.0.2:1024 > 1.0.0.2:1024");
	ASSERT_OUT(r, "1 1.0.0.2:1024 > 1.0.0.2:1024");
	ASSERT_READ(r, "size", "1");
	ASSERT_READ(r, "udp_table",
		"(1.0.0.2, 1024, 1.0.0.2, 1024) => (1.0.0.2, 1024, 1.0.0.2, 1024) [0 *1] i0 exp300\n");
	rig_write(r, "clear", "");
	ASSERT_READ(r, "size", "0");
	ASSERT_READ(r, "udp_table", "");
	rig_free(r);
}

// ---- packets that it cannot rewrite

static void
unhandled(void)
{
	struct rig *r = rig_new(NAT ", pass 1, keep 0 0)", 4, 2);
	static const char fragment[] =
		"45000020 00072001 40110000 0a000001 14000002 000a0014 000c0000"
		"61626364";
	struct packet *p;

	nat_push(r, 0, nat_ip(1, "10.0.0.1 > 20.0.0.2", "0800f7ff00000000"));
	nat_push(r, 3, nat_ip(17, "10.0.0.1 > 20.0.0.2", "00010002000700"));
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 2);
	nat_push(r, 2, nat_ip(17, "10.0.0.1 > 20.0.0.2", "00010002000700"));
	ASSERT_OUT(r, "1 10.0.0.1:1 > 20.0.0.2:2");
	nat_push(r, 2, nat_ip(1, "10.0.0.1 > 20.0.0.2", "0800f7ff00000000"));
	ASSERT_OUT(r, "1 10.0.0.1 > 20.0.0.2");
	p = rig_hex(fragment);
	packet_set_network(p, 0, 20);
	nat_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 3);
	// Without a header place; not IPv4; a header that is longer than the packet.
	nat_push(r, 0, rig_hex(fragment));
	p = rig_hex("65000020 00070000 40110000 0a000001 14000002 000a0014 000c0000 61626364");
	packet_set_network(p, 0, 20);
	nat_push(r, 0, p);
	p = rig_hex("49000020 00070000 40110000 0a000001 14000002 000a0014 000c0000 61626364");
	packet_set_network(p, 0, 20);
	nat_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 6);
	ASSERT_READ(r, "size", "0");
	rig_free(r);
}

static void
set_network(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
short_and_cut_up(void)
{
	static const char tcp[] = "4500002c 00070000 40060000 0a000001 14000002"
				  "000a0014 00000001 00000002 50100000 00000000 61626364";
	static const char udp[] =
		"46000024 00070000 40110000 0a000001 14000002 01010101 000a0014 000c2eef 61626364";
	struct rig *r = rig_new("IPRewriter(pattern 5.0.0.5 1024-1030# - - 0 0)", 1, 1);
	struct packet *p;

	for (unsigned size = 1; size <= 9; size++) {
		p = rig_segments("45000020 00070000 40116ec4 0a000001 02000002 000a0014 000c2eef"
				 "61626364",
			size);
		packet_set_network(p, 0, 20);
		nat_push(r, 0, p);
		rig_expect_hex(r, 0, 0,
			"45000020 00070000 401173c0 05000005 02000002 04000014 000c2ff5 61626364");
	}
	rig_free(r);
	rig_truncations(
		"IPRewriter(pattern 5.0.0.5 1024-1030# - - 0 0)", 1, 1, 0, tcp, set_network);
	rig_truncations(
		"IPRewriter(pattern 5.0.0.5 1024-1030# - - 0 0)", 1, 1, 0, udp, set_network);
	rig_truncations("IPRewriter(pass 0)", 1, 1, 0, udp, set_network);
}

// Of e, which gets one of two packets with the same bytes.
static void
share(const char *element, const char *whole, const char *want)
{
	struct packet *p;
	char config[200];
	struct rig *r;

	snprintf(config, sizeof(config),
		"RigIn(0) -> t :: Tee(2) -> e :: %s -> RigOut(0); t [1] -> RigOut(1);", element);
	r = rig_config(config);
	p = rig_hex(whole);
	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	ASSERT_TEXT(nat_ends(rig_packet(r, 0, 0)), want);
	rig_expect_hex(r, 1, 0, whole);
	rig_free(r);
	// And cut into segments.
	for (unsigned size = 1; size < 60; size += 7) {
		r = rig_new(element, 1, 1);
		p = rig_segments(whole, size);
		packet_set_network(p, 0, 20);
		rig_push(r, 0, p);
		ASSERT_TEXT(nat_ends(rig_packet(r, 0, 0)), want);
		rig_free(r);
	}
}

static void
clones_stay_apart(void)
{
#define ENDS "10.0.0.1:10 > 20.0.0.2:20"
	char udp[200], tcp[200], ping[200];

	snprintf(udp, sizeof(udp), "%s", nat_hex(nat_udp(ENDS)));
	snprintf(tcp, sizeof(tcp), "%s", nat_hex(nat_syn(ENDS)));
	snprintf(ping, sizeof(ping), "%s",
		nat_hex(nat_icmp("10.0.0.1 > 20.0.0.2", "08000000 12340001 61626364")));
	share("IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 0)", udp, "1.0.0.1:1024 > 20.0.0.2:20");
	share("IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 0)", tcp, "1.0.0.1:1024 > 20.0.0.2:20");
	share("TCPRewriter(pattern 1.0.0.1 1024-65535# - - 0 0)", tcp,
		"1.0.0.1:1024 > 20.0.0.2:20");
	share("UDPRewriter(pattern 1.0.0.1 1024-65535# - - 0 0)", udp,
		"1.0.0.1:1024 > 20.0.0.2:20");
	share("IPAddrRewriter(pattern 1.0.0.1 - 0 0)", udp, "1.0.0.1:10 > 20.0.0.2:20");
	share("IPAddrPairRewriter(pattern 1.0.0.1 2.0.0.2 0 0)", tcp, "1.0.0.1:10 > 2.0.0.2:20");
	share("ICMPPingRewriter(pattern 1.0.0.1 - 5-9# 0 0)", ping, "1.0.0.1 > 20.0.0.2");
}

static void
batches(void)
{
	struct rig *r = rig_new(NAT ", pass 1)", 3, 2);
	struct packet *pkts[6] = {
		nat_udp("10.0.0.1:10 > 20.0.0.2:20"),
		nat_syn("10.0.0.1:10 > 20.0.0.2:20"),
		nat_udp("10.0.0.1:10 > 20.0.0.2:20"),
		nat_udp("20.0.0.2:20 > 1.0.0.1:1024"),
		nat_udp("10.0.0.2:10 > 20.0.0.2:20"),
		nat_ip(50, "10.0.0.1 > 20.0.0.2", "00"),
	};
	char *order;

	rig_push_batch(r, 0, pkts, 6);
	ASSERT_TEXT(nat_ends(rig_packet(r, 0, 0)), "1.0.0.1:1024 > 20.0.0.2:20");
	ASSERT_TEXT(nat_ends(rig_packet(r, 0, 1)), "1.0.0.1:1025 > 20.0.0.2:20");
	ASSERT_TEXT(nat_ends(rig_packet(r, 0, 2)), "1.0.0.1:1024 > 20.0.0.2:20");
	ASSERT_TEXT(nat_ends(rig_packet(r, 1, 0)), "20.0.0.2:20 > 10.0.0.1:10");
	ASSERT_TEXT(nat_ends(rig_packet(r, 0, 3)), "1.0.0.1:1026 > 20.0.0.2:20");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 1);
	order = rig_order(r);
	CU_ASSERT_EQUAL(strlen(order), 9);
	free(order);
	rig_free(r);
}

// ---- annotations, lookup

static void
annotations(void)
{
	struct rig *r = rig_new(NAT ", DST_ANNO false, REPLY_ANNO PAINT)", 2, 2);
	struct packet *p = nat_udp("10.0.0.1:10 > 20.0.0.2:20");

	packet_set_anno_u8(p, ANNO_PAINT, 7);
	nat_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), 0);
	p = nat_udp("10.0.0.1:10 > 20.0.0.2:20");
	packet_set_anno_u8(p, ANNO_PAINT, 9);
	nat_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 9);
	nat_push_udp(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), ANNO_PAINT), 7);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_DST_IP), 0);
	rig_free(r);
}

static void
lookup(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);

	nat_push_udp(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	nat_push_syn(r, 0, "10.0.0.1:1000 > 20.0.0.2:80");
	ASSERT_TEXT(rig_read_param(r, "tcp_lookup", "10.0.0.1 1000 20.0.0.2 80"),
		"1.0.0.1 1025 20.0.0.2 80");
	ASSERT_TEXT(rig_read_param(r, "tcp_lookup", "20.0.0.2 80 1.0.0.1 1025"),
		"20.0.0.2 80 10.0.0.1 1000");
	ASSERT_TEXT(rig_read_param(r, "tcp_lookup", "10.0.0.1 10 20.0.0.2 20"), "");
	ASSERT_TEXT(rig_read_error(r, "tcp_lookup", "10.0.0.1 x 20.0.0.2"),
		"SPORT: parse error\nDPORT: required argument missing\n");
	rig_free(r);
}

// ---- specifications

static void
spec_errors(void)
{
	static const struct {
		const char *spec, *want;
	} cases[] = {
		{"", "empty argument"},
		{"pass 0 0", "syntax error, expected 'nochange [OUTPUT]'"},
		{"nochange x", "syntax error, expected 'nochange [OUTPUT]'"},
		{"pass 2", "output port out of range"},
		{"pass -1", "output port out of range"},
		{"drop 0", "syntax error, expected 'drop'"},
		{"discard x", "syntax error, expected 'discard'"},
		{"keep", "bad forward port"},
		{"keep x 1", "bad forward port"},
		{"keep 0", "bad reply port"},
		{"keep 0 y", "bad reply port"},
		{"keep 0 1 1", "bad reply port"},
		{"keep 0 2", "output port out of range"},
		{"pattern 1.0.0.1 5 - - 2 0", "output port out of range"},
		{"pattern 1.0.0.1 5 - - 0 x", "bad reply port"},
		{"pattern", "syntax error"},
		{"pattern 0 1", "syntax error"},
		{"pattern 1 2 3 4 5 0 1", "syntax error"},
		{"pattern nobody 0 1", "no such pattern 'nobody'"},
		{"pattern 0 0 1", "no such pattern '0'"},
		{"pattern 1.0.0 - 0 1", "bad source address"},
		{"pattern 1.0.0.1# - 0 1", "bad source address"},
		{"pattern 1.0.0.2-1.0.0.1 - 0 1", "bad source address"},
		{"pattern 1.0.0.1-x - 0 1", "bad source address"},
		{"pattern 0.0.0.0/8 - 0 1", "bad source address"},
		{"pattern 1.0.0.1 0 - - 0 1", "bad source port"},
		{"pattern 1.0.0.1 65536 - - 0 1", "bad source port"},
		{"pattern 1.0.0.1 5-4 - - 0 1", "bad source port"},
		{"pattern 1.0.0.1 5-65536 - - 0 1", "bad source port"},
		{"pattern 1.0.0.1 5-6## - - 0 1", "bad source port"},
		{"pattern 1.0.0.1 - x - 0 1", "bad destination address"},
		{"pattern 1.0.0.1 - - 0 0 1", "bad destination port"},
		{"pattern 1.0.0.1 - - 1-2 0 1", "bad destination port"},
		{"nobody", "unknown specification"},
		{"e", "element is not an IPMapper"},
		{"e 1", "syntax error, expected element name"},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		char spec[100], want[200];

		snprintf(spec, sizeof(spec), "IPRewriter(drop, %s%s)", cases[i].spec,
			*cases[i].spec == '\0' ? "," : "");
		snprintf(want, sizeof(want), "input spec 1: %s\n", cases[i].want);
		ASSERT_ERRORS(spec, 2, 2, want);
	}
	ASSERT_ERRORS("IPRewriter", 1, 1, "need 1 argument, one per input port\n");
	ASSERT_ERRORS("IPRewriter(drop)", 2, 1, "need 2 arguments, one per input port\n");
	ASSERT_ERRORS("IPRewriter(drop, drop)", 1, 1, "need 1 argument, one per input port\n");
	ASSERT_ERRORS("IPRewriter(drop, x, y)", 3, 1,
		"input spec 1: unknown specification\ninput spec 2: unknown specification\n");
}

static void
argument_errors(void)
{
	ASSERT_ERRORS("IPRewriter(drop, MAPPING_CAPACITY x)", 1, 1, "bad MAPPING_CAPACITY\n");
	ASSERT_ERRORS("IPRewriter(drop, CAPACITY -1)", 1, 1, "bad MAPPING_CAPACITY\n");
	ASSERT_ERRORS("IPRewriter(drop, CAPACITY 2147483648)", 1, 1, "bad MAPPING_CAPACITY\n");
	ASSERT_ERRORS("IPRewriter(TIMEOUT x, drop)", 1, 1, "TIMEOUT: parse error\n");
	ASSERT_ERRORS("IPRewriter(drop, DST_ANNO x)", 1, 1, "DST_ANNO: parse error\n");
	ASSERT_ERRORS("IPRewriter(drop, REPLY_ANNO 48)", 1, 1, "REPLY_ANNO: parse error\n");
	ASSERT_ERRORS(
		"IPRewriter(drop, REAP_TIME 5)", 1, 1, "REAP_TIME: warning: argument deprecated\n");
}

static void
writing_patterns(void)
{
	struct rig *r = rig_new("IPRewriter(pattern 1.0.0.2 1024-65534# - - 0 1,"
				"pattern 1.0.0.3 1024-65534# - - 0 1, drop)",
		3, 2);

	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	nat_push_syn(r, 0, "10.0.0.1:2 > 20.0.0.2:20");
	nat_push_syn(r, 1, "10.0.0.1:3 > 20.0.0.2:20");
	ASSERT_READ(r, "table_size", "3");
	ASSERT_TEXT(rig_write(r, "pattern0", "pattern 1.0.0.4 1024-65534# - - 0 1"), "");
	ASSERT_READ(r, "patterns", "1.0.0.4 1024-65534 - -\n1.0.0.3 1024-65534 - - [1]\n<drop>\n");
	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.4:1024 > 20.0.0.2:20");
	nat_push_syn(r, 2, "10.0.0.1:3 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.3:1024 > 20.0.0.2:20");
	ASSERT_TEXT(rig_write(r, "pattern0", "pattern 1.0.0.4 x - - 0 1"), "bad source port\n");
	ASSERT_READ(r, "pattern0", "1.0.0.4 1024-65534 - - [1]\n");
	ASSERT_TEXT(rig_write(r, "pattern0", "pass 1"), "");
	ASSERT_READ(r, "pattern0", "<nochange>\n");
	ASSERT_READ(r, "size", "1");
	rig_free(r);
	// A mapper is checked as one in the configuration is.
	r = rig_config(
		"RigIn(0) -> e :: IPRewriter(pass 0); e -> RigOut(0); Idle -> f :: UDPRewriter(m);"
		"f -> Discard; f [1] -> Discard;"
		"m :: RoundRobinIPMapper(1.0.0.1 - - - 0 0, 1.0.0.2 - - - 0 1)");
	ASSERT_TEXT(rig_write(r, "pattern0", "m"),
		"output port out of range in m :: RoundRobinIPMapper pattern 1\n");
	ASSERT_READ(r, "pattern0", "<nochange>\n");
	nat_push_udp(r, 0, ENDS);
	ASSERT_OUT(r, "0 " ENDS);
	rig_free(r);
}

// ---- time

static void
capacity_and_guarantee(void)
{
	struct rig *r = rig_new(NAT ", CAPACITY 3)", 2, 2);

	ASSERT_READ(r, "capacity", "3");
	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	rig_run_for(r, CLOCK_S);
	nat_push_syn(r, 0, "10.0.0.1:2 > 20.0.0.2:20");
	nat_push_udp(r, 0, "10.0.0.1:3 > 20.0.0.2:20");
	nat_push_syn(r, 0, "10.0.0.1:4 > 20.0.0.2:20");
	ASSERT_OUT(r, "outputs ''");
	ASSERT_READ(r, "mapping_failures", "1");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_NO_MAPPING), 1);
	ASSERT_READ(r, "size", "3");
	// The port of the refused one is gone all the same. The first one's guarantee ends.
	rig_run_for(r, 4 * CLOCK_S);
	nat_push_syn(r, 0, "10.0.0.1:4 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1028 > 20.0.0.2:20");
	ASSERT_READ(r, "size", "3");
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "outputs ''");
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1025");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:2");
	// Less capacity takes effect at once, even from those with a guarantee.
	ASSERT_TEXT(rig_write(r, "capacity", "1"), "");
	ASSERT_READ(r, "size", "1");
	ASSERT_READ(r, "table_size", "1");
	ASSERT_TEXT(rig_write(r, "capacity", "x"), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "capacity", "-1"), "bad MAPPING_CAPACITY\n");
	ASSERT_TEXT(rig_write(r, "capacity", "0"), "");
	ASSERT_READ(r, "size", "0");
	nat_push_syn(r, 0, "10.0.0.1:9 > 20.0.0.2:20");
	ASSERT_OUT(r, "outputs ''");
	rig_free(r);
}

static void
push_data(struct rig *r, const char *ends, uint8_t flags)
{
	nat_push(r, 0, nat_tcp((struct nat_tcp){.ends = ends, .flags = flags, .data = "x"}));
}

static void
the_newest_may_be_the_soonest(void)
{
	struct rig *r = rig_new(NAT ", CAPACITY 2, GUARANTEE 0)", 2, 2);

	push_data(r, "10.0.0.1:1 > 20.0.0.2:20", RTE_TCP_ACK_FLAG);
	push_data(r, "20.0.0.2:20 > 1.0.0.1:1024", RTE_TCP_ACK_FLAG);
	push_data(r, "10.0.0.1:2 > 20.0.0.2:20", RTE_TCP_ACK_FLAG);
	push_data(r, "20.0.0.2:20 > 1.0.0.1:1025", RTE_TCP_ACK_FLAG);
	ASSERT_SORTED(r, "tcp_table",
		"(10.0.0.1, 1, 20.0.0.2, 20) => (1.0.0.1, 1024, 20.0.0.2, 20) [*0 1] i0 exp86400\n"
		"(10.0.0.1, 2, 20.0.0.2, 20) => (1.0.0.1, 1025, 20.0.0.2, 20) [*0 1] i0 exp86400\n"
		"(20.0.0.2, 20, 1.0.0.1, 1024) => (20.0.0.2, 20, 10.0.0.1, 1) [0 *1] i0 exp86400\n"
		"(20.0.0.2, 20, 1.0.0.1, 1025) => (20.0.0.2, 20, 10.0.0.1, 2) [0 *1] i0 exp86400\n");
	nat_push_syn(r, 0, "10.0.0.1:3 > 20.0.0.2:20");
	ASSERT_OUT(r, "outputs ''");
	ASSERT_READ(r, "mapping_failures", "1");
	// One that has ended goes before a new one.
	push_data(r, "20.0.0.2:20 > 1.0.0.1:1025", RTE_TCP_RST_FLAG);
	nat_push_syn(r, 0, "10.0.0.1:3 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1027 > 20.0.0.2:20");
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1025");
	ASSERT_OUT(r, "outputs ''");
	rig_free(r);
}

static void
old_ones_are_reaped(void)
{
	struct rig *r = rig_new(NAT ", UDP_TIMEOUT 10, UDP_GUARANTEE 2, REAP_INTERVAL 4)", 2, 2);

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	rig_run_for(r, 3 * CLOCK_S);
	nat_push_udp(r, 0, "10.0.0.1:2 > 20.0.0.2:20");
	rig_run_for(r, 6500 * CLOCK_MS);
	// Guarantee and timeout overlap.
	ASSERT_SORTED(r, "udp_table",
		"(10.0.0.1, 1, 20.0.0.2, 20) => (1.0.0.1, 1024, 20.0.0.2, 20) [*0 1] i0 exp1\n"
		"(10.0.0.1, 2, 20.0.0.2, 20) => (1.0.0.1, 1025, 20.0.0.2, 20) [*0 1] i0 exp4\n"
		"(20.0.0.2, 20, 1.0.0.1, 1024) => (20.0.0.2, 20, 10.0.0.1, 1) [0 *1] i0 exp1\n"
		"(20.0.0.2, 20, 1.0.0.1, 1025) => (20.0.0.2, 20, 10.0.0.1, 2) [0 *1] i0 exp4\n");
	rig_run_for(r, 2 * CLOCK_S);
	// Past its time, but still there, and a packet revives it.
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "udp_table"), "exp4294966\n"));
	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "size", "2");
	rig_run_for(r, 4 * CLOCK_S);
	ASSERT_READ(r, "size", "1");
	rig_run_for(r, 8 * CLOCK_S);
	ASSERT_READ(r, "size", "0");
	rig_free(r);
}

static void
many_are_reaped(void)
{
	struct rig *r = rig_new(NAT ", UDP_TIMEOUT 1, UDP_GUARANTEE 0, REAP_INTERVAL 100)", 2, 2);
	char ends[64];

	for (unsigned i = 0; i < 10000; i++) {
		snprintf(ends, sizeof(ends), "10.0.%u.%u:1 > 20.0.0.2:20", i / 256, i % 256);
		nat_push_udp(r, 0, ends);
	}
	ASSERT_READ(r, "size", "10000");
	rig_clear(r);
	for (unsigned i = 0; i < 10000; i += 97) {
		snprintf(ends, sizeof(ends), "20.0.0.2:20 > 1.0.0.1:%u", 1024 + i);
		nat_push_udp(r, 1, ends);
		snprintf(ends, sizeof(ends), "1 20.0.0.2:20 > 10.0.%u.%u:1", i / 256, i % 256);
		ASSERT_OUT(r, ends);
	}
	rig_run_for(r, 101 * CLOCK_S);
	ASSERT_READ(r, "size", "0");
	nat_push_udp(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "outputs ''");
	rig_free(r);
}

// ---- sharing, hot swap

static void
shared_capacity(void)
{
	struct rig *r = rig_config(
		"e :: IPRewriter(pattern 1.0.0.1 1-9# - - 0 0, CAPACITY 2, GUARANTEE 0);"
		"f :: UDPRewriter(pattern 2.0.0.2 1-9# - - 0 0, MAPPING_CAPACITY e, GUARANTEE 0);"
		"RigIn(0) -> e -> RigOut(0); RigIn(1) -> f -> RigOut(1);");

	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1 > 20.0.0.2:20");
	rig_run_for(r, CLOCK_S);
	nat_push_syn(r, 1, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "1 2.0.0.2:1 > 20.0.0.2:20");
	ASSERT_READ(r, "size", "2");
	ASSERT_READ(r, "f.size", "2");
	ASSERT_READ(r, "table_size", "1");
	ASSERT_READ(r, "f.table_size", "1");
	ASSERT_READ(r, "f.capacity", "2");
	rig_run_for(r, CLOCK_S);
	nat_push_syn(r, 1, "10.0.0.1:2 > 20.0.0.2:20");
	ASSERT_OUT(r, "1 2.0.0.2:2 > 20.0.0.2:20");
	ASSERT_READ(r, "table_size", "0");
	ASSERT_READ(r, "f.table_size", "2");
	rig_write(r, "clear", "");
	ASSERT_READ(r, "f.table_size", "0");
	rig_free(r);
	r = rig_config(
		"f :: UDPRewriter(drop, MAPPING_CAPACITY e); e :: IPRewriter(drop, CAPACITY 7);"
		"RigIn(0) -> e -> RigOut(0); RigIn(1) -> f -> RigOut(1);");
	ASSERT_READ(r, "f.capacity", "7");
	rig_free(r);
}

#define SWAP(specs)              \
	"e :: IPRewriter(" specs \
	"); RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e [1] -> RigOut(1);"
#define OUT "pattern 1.0.0.1 1024-65535# - - 0 1"

static void
swap(struct rig *r, const char *config)
{
	char *errors = rig_swap(r, config);

	ASSERT_TEXT(errors, "");
	free(errors);
}

static void
mappings_survive(void)
{
	struct rig *r = rig_config(SWAP(OUT ", drop"));

	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	nat_push_udp(r, 0, "10.0.0.1:2 > 20.0.0.2:20");
	nat_push_udp(r, 1, "20.0.0.3:20 > 1.0.0.1:1025");
	swap(r, SWAP(OUT ", drop, CAPACITY 9"));
	nat_push_syn(r, 1, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:1");
	nat_push_udp(r, 0, "10.0.0.1:3 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1026 > 20.0.0.2:20");
	ASSERT_READ(r, "patterns", "1.0.0.1 1024-65535 - - [3]\n<drop>\n");
	ASSERT_READ(r, "capacity", "9");
	// One of two specifications is another: flows of the other one move.
	swap(r, SWAP(OUT ", pass 1"));
	nat_push_udp(r, 1, "20.0.0.2:20 > 1.0.0.1:1025");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:2");
	ASSERT_READ(r, "patterns", "1.0.0.1 1024-65535 - - [3]\n<nochange>\n");
	ASSERT_READ(r, "size", "3");
	// Less room.
	swap(r, SWAP(OUT ", pass 1, CAPACITY 1"));
	ASSERT_READ(r, "size", "1");
	swap(r, SWAP("pattern 1.0.0.1 1024-65534# - - 0 1, pass 1"));
	ASSERT_READ(r, "size", "0");
	rig_free(r);
}

static void
shared_mappings_survive(void)
{
#define PAIR(spec)                                                                  \
	"e :: IPRewriter(" OUT "); f :: TCPRewriter(" spec ", MAPPING_CAPACITY e);" \
	"RigIn(0) -> e -> RigOut(0); e [1] -> RigOut(1); RigIn(1) -> f -> RigOut(2);"
	struct rig *r = rig_config(PAIR("keep 0 0"));

	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	nat_push_syn(r, 1, "10.0.0.1:2 > 20.0.0.2:20");
	swap(r, PAIR("keep 0 0"));
	ASSERT_READ(r, "size", "2");
	ASSERT_READ(r, "table_size", "1");
	ASSERT_READ(r, "f.table_size", "1");
	nat_push_syn(r, 0, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:1");
	swap(r, PAIR("drop"));
	ASSERT_READ(r, "size", "1");
	ASSERT_READ(r, "table_size", "1");
	ASSERT_READ(r, "f.table_size", "0");
	rig_free(r);
}

static void
handlers_in_order(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);

	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "handlers"),
		"pattern1\trw\npattern0\trw\nclear\twb\ncapacity\trw\nsize\tr\npatterns\tr\n"
		"mapping_failures\tr\nnmappings\trD\ntable_size\tr\ntcp_lookup\tr+\n"
		"udp_mappings\trD\nudp_table\tr\ntcp_mappings\trD\ntcp_table\tr\n"));
	ASSERT_READ(r, "tcp_mappings", "");
	ASSERT_READ(r, "udp_mappings", "");
	rig_free(r);
}

// A flood of flows against a small table: what is guaranteed stays, and memory is bounded.
static void
flood(void)
{
	struct rig *r = rig_new(NAT ", CAPACITY 1000, UDP_TIMEOUT 60)", 2, 2);
	char ends[64];

	for (unsigned i = 0; i < 20000; i++) {
		snprintf(ends, sizeof(ends), "10.1.%u.%u:1 > 20.0.0.2:20", i / 256, i % 256);
		nat_push_udp(r, 0, ends);
	}
	ASSERT_READ(r, "size", "1000");
	ASSERT_READ(r, "mapping_failures", "19000");
	rig_clear(r);
	nat_push_udp(r, 0, "10.1.0.0:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	rig_run_for(r, 10 * CLOCK_S);
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(ends, sizeof(ends), "10.2.%u.%u:1 > 20.0.0.2:20", i / 256, i % 256);
		nat_push_udp(r, 0, ends);
	}
	ASSERT_READ(r, "size", "1000");
	ASSERT_READ(r, "mapping_failures", "21000");
	rig_free(r);
}

UNIT_SUITE(iprewriter, UNIT_CASE(rewrites_both_ways), UNIT_CASE(bytes_are_exact),
	UNIT_CASE(ports_are_free_by_destination), UNIT_CASE(own_port_first),
	UNIT_CASE(fields_of_patterns), UNIT_CASE(without_a_range_the_last_wins),
	UNIT_CASE(own_reply), UNIT_CASE(unhandled), UNIT_CASE(short_and_cut_up),
	UNIT_CASE(clones_stay_apart), UNIT_CASE(batches), UNIT_CASE(annotations), UNIT_CASE(lookup),
	UNIT_CASE(spec_errors), UNIT_CASE(argument_errors), UNIT_CASE(writing_patterns),
	UNIT_CASE(capacity_and_guarantee), UNIT_CASE(the_newest_may_be_the_soonest),
	UNIT_CASE(old_ones_are_reaped), UNIT_CASE(many_are_reaped), UNIT_CASE(shared_capacity),
	UNIT_CASE(mappings_survive), UNIT_CASE(shared_mappings_survive),
	UNIT_CASE(handlers_in_order), UNIT_CASE(flood))
