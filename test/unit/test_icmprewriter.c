// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "test/unit/nat_rig.h"

enum { NOT_ICMP, UNMAPPED, NO_MEMORY };

#define NAT                                                                              \
	"rw :: IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop, REPLY_ANNO PAINT);" \
	"ping :: ICMPPingRewriter(pattern 1.0.0.1 - 5-99# 0 1, drop);"                   \
	"RigIn(0) -> rw; Idle -> [1] rw; rw -> RigOut(0); rw [1] -> RigOut(1);"          \
	"RigIn(1) -> ping; Idle -> [1] ping; ping -> RigOut(2); ping [1] -> RigOut(3);"  \
	"RigIn(2) -> e :: ICMPRewriter(rw ping) -> RigOut(4); e [1] -> RigOut(5)"

// An error about a packet, of which it quotes at most n bytes.
static struct packet *
error_about(struct packet *p, uint32_t n, const char *ends, const char *type)
{
	uint8_t header[28] = {0x45, 0, 0, 0, 0, 7, 0, 0, 64, 1}, bytes[256];
	uint32_t len = RTE_MIN(n, packet_length(p)) + sizeof(header);
	struct rte_ipv4_hdr *ip = (void *)header;
	uint16_t sum;

	nat_read_addrs(ends, &ip->src_addr, &ip->dst_addr);
	ip->total_length = rte_cpu_to_be_16((uint16_t)len);
	checksum_set_ip(ip, sizeof(*ip));
	header[20] = (uint8_t)strtoul(type, NULL, 16);
	packet_take(p, packet_length(p) + 28 - len);
	packet_push(&p, sizeof(header));
	packet_write(&p, 0, header, sizeof(header));
	packet_read(p, 0, bytes, len);
	sum = checksum_finish(checksum_add(0, bytes + 20, len - 20));
	packet_write(&p, 22, &sum, sizeof(sum));
	packet_set_network(p, 0, sizeof(*ip));
	return p;
}

// What the error at an output is about.
static const char *
about(struct rig *r, unsigned output)
{
	struct packet *p = rig_packet(r, output, 0);
	uint8_t bytes[256];

	if (p == NULL)
		return "none";
	packet_read(p, 0, bytes, packet_length(p));
	return nat_ends_of(bytes + 28, packet_length(p) - 28);
}

static void
errors_come_back(void)
{
	struct rig *r = rig_config(NAT);
	struct packet *p = nat_udp("10.0.0.1:10 > 20.0.0.2:20");

	packet_set_anno_u8(p, ANNO_PAINT, 4);
	nat_push(r, 0, p);
	nat_push_syn(r, 0, "10.0.0.2:10 > 20.0.0.2:20");
	nat_push(r, 2,
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 100, "9.9.9.9 > 1.0.0.1", "03"));
	ASSERT_OUT(r, "4 9.9.9.9 > 10.0.0.1");
	ASSERT_TEXT(about(r, 4), "10.0.0.1:10 > 20.0.0.2:20");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 4, 0), ANNO_DST_IP), RTE_BE32(0x0a000001));
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 4, 0), ANNO_PAINT), 0);
	nat_push(r, 2,
		error_about(nat_syn("1.0.0.1:1025 > 20.0.0.2:20"), 100, "9.9.9.9 > 1.0.0.1", "0b"));
	ASSERT_OUT(r, "4 9.9.9.9 > 10.0.0.2");
	ASSERT_TEXT(about(r, 4), "10.0.0.2:10 > 20.0.0.2:20");
	// Eight bytes of the quoted packet are enough, and more than 18 is a checksum.
	for (uint32_t n = 28; n < 40; n++) {
		nat_push(r, 2,
			error_about(nat_syn("1.0.0.1:1025 > 20.0.0.2:20"), n, "9.9.9.9 > 1.0.0.1",
				"04"));
		ASSERT_OUT(r, "4 9.9.9.9 > 10.0.0.2");
	}
	// The error is for somebody else.
	nat_push(r, 2,
		error_about(nat_syn("1.0.0.1:1025 > 20.0.0.2:20"), 40, "9.9.9.9 > 7.7.7.7", "05"));
	ASSERT_OUT(r, "4 9.9.9.9 > 7.7.7.7");
	ASSERT_TEXT(about(r, 4), "10.0.0.2:10 > 20.0.0.2:20");
	rig_free(r);
}

static void
errors_about_pings(void)
{
	struct rig *r = rig_config(NAT);

	nat_push(r, 1, nat_icmp("10.0.0.1 > 20.0.0.2", "08000000 12340001 61626364"));
	ASSERT_OUT(r, "2 1.0.0.1 > 20.0.0.2");
	nat_push(r, 2,
		error_about(nat_icmp("1.0.0.1 > 20.0.0.2", "08000000 00050001 61626364"), 99,
			"9.9.9.9 > 1.0.0.1", "0c"));
	ASSERT_OUT(r, "4 9.9.9.9 > 10.0.0.1");
	ASSERT_TEXT(about(r, 4), "10.0.0.1 > 20.0.0.2");
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 4, 0))[52], 0x12);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 4, 0))[53], 0x34);
	nat_push(r, 2,
		error_about(nat_icmp("1.0.0.1 > 20.0.0.2", "08000000 00060001 61626364"), 99,
			"9.9.9.9 > 1.0.0.1", "0c"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1");
	rig_free(r);
}

static void
unmapped(void)
{
	struct rig *r = rig_config(NAT);

	nat_push_udp(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	nat_push(r, 2,
		error_about(nat_udp("1.0.0.1:1025 > 20.0.0.2:20"), 99, "9.9.9.9 > 1.0.0.1", "03"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1");
	nat_push(r, 2,
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 99, "9.9.9.9 > 1.0.0.1", "08"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1");
	nat_push(r, 2,
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 19, "9.9.9.9 > 1.0.0.1", "03"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1");
	nat_push(r, 2,
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 27, "9.9.9.9 > 1.0.0.1", "03"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1");
	nat_push(r, 2,
		nat_icmp("9.9.9.9 > 1.0.0.1",
			"03000000 00000000 4400001c 00000000 40110000 01000001 14000002"
			"0400001400080000"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1");
	nat_push_udp(r, 2, "9.9.9.9:1 > 1.0.0.1:2");
	CU_ASSERT_EQUAL(rig_drops(r, NOT_ICMP), 1);
	nat_push(r, 2, rig_hex("45"));
	CU_ASSERT_EQUAL(rig_drops(r, NOT_ICMP), 2);
	nat_push(r, 2, nat_icmp("9.9.9.9 > 1.0.0.1", "0800"));
	ASSERT_OUT(r, "5 9.9.9.9 > 1.0.0.1 (bad sum)");
	rig_free(r);
}

#define OFFSETS                                                               \
	"rw :: IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop);"        \
	"a :: IPAddrRewriter(pattern 2.0.0.2 - 0 1, drop);"                   \
	"p :: IPAddrPairRewriter(pattern 3.0.0.3 4.0.0.4 0 0);"               \
	"RigIn(0) -> rw; Idle -> [1] rw; rw -> RigOut(0); rw [1] -> Discard;" \
	"RigIn(1) -> a; Idle -> [1] a; a -> RigOut(1); a [1] -> Discard;"     \
	"RigIn(2) -> p -> RigOut(2);"                                         \
	"RigIn(3) -> e :: ICMPRewriter(rw:0 a:1 p:2, DST_ANNO false);"        \
	"e -> RigOut(3); e [1] -> RigOut(4); e [2] -> RigOut(5);"

static void
offsets(void)
{
	struct rig *r = rig_config(OFFSETS);

	nat_push_udp(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	nat_push_udp(r, 1, "10.0.0.1:10 > 20.0.0.2:20");
	nat_push_udp(r, 2, "10.0.0.1:10 > 20.0.0.2:20");
	nat_push(r, 3,
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 99, "9.9.9.9 > 1.0.0.1", "03"));
	ASSERT_OUT(r, "4 9.9.9.9 > 10.0.0.1");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 4, 0), ANNO_DST_IP), 0);
	// What a mapping of addresses says nothing of stays as it is.
	nat_push(r, 3,
		error_about(nat_udp("2.0.0.2:10 > 20.0.0.2:20"), 99, "9.9.9.9 > 2.0.0.2", "03"));
	ASSERT_OUT(r, "5 9.9.9.9 > 10.0.0.1");
	ASSERT_TEXT(about(r, 5), "10.0.0.1:10 > 20.0.0.2:20");
	nat_push(r, 3,
		error_about(nat_udp("3.0.0.3:10 > 4.0.0.4:20"), 99, "9.9.9.9 > 3.0.0.3", "03"));
	ASSERT_OUT(r, "5 9.9.9.9 > 10.0.0.1");
	ASSERT_TEXT(about(r, 5), "10.0.0.1:10 > 20.0.0.2:20");
	// Output 1 is one of a map: what is unmapped does not go there.
	nat_push(r, 3,
		error_about(nat_udp("1.0.0.1:1 > 20.0.0.2:20"), 99, "9.9.9.9 > 1.0.0.1", "03"));
	CU_ASSERT_EQUAL(rig_drops(r, UNMAPPED), 1);
	rig_free(r);
}

// Each of a batch finds its own map, the first one that knows it.
static void
batches(void)
{
	struct rig *r = rig_config(OFFSETS);
	struct packet *batch[6];

	nat_push_udp(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	nat_push_udp(r, 1, "10.0.0.2:10 > 20.0.0.2:20");
	nat_push_udp(r, 2, "10.0.0.3:10 > 20.0.0.2:20");
	rig_clear(r);
	batch[0] = error_about(nat_udp("3.0.0.3:10 > 4.0.0.4:20"), 99, "9.9.9.0 > 3.0.0.3", "03");
	batch[1] = nat_udp("9.9.9.1:1 > 1.0.0.1:2");
	batch[2] =
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 99, "9.9.9.2 > 1.0.0.1", "03");
	batch[3] = error_about(nat_udp("1.0.0.1:9 > 20.0.0.2:20"), 99, "9.9.9.3 > 1.0.0.1", "03");
	batch[4] = error_about(nat_udp("2.0.0.2:10 > 20.0.0.2:20"), 99, "9.9.9.4 > 2.0.0.2", "03");
	batch[5] =
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 99, "9.9.9.5 > 1.0.0.1", "03");
	rig_push_batch(r, 3, batch, 6);
	CU_ASSERT_EQUAL(rig_drops(r, NOT_ICMP), 1);
	CU_ASSERT_EQUAL(rig_drops(r, UNMAPPED), 1);
	CU_ASSERT_EQUAL(rig_count(r, 4), 2);
	ASSERT_TEXT(nat_ends(rig_packet(r, 4, 0)), "9.9.9.2 > 10.0.0.1");
	ASSERT_TEXT(nat_ends(rig_packet(r, 4, 1)), "9.9.9.5 > 10.0.0.1");
	CU_ASSERT_EQUAL(rig_count(r, 5), 2);
	ASSERT_TEXT(nat_ends(rig_packet(r, 5, 0)), "9.9.9.0 > 10.0.0.3");
	ASSERT_TEXT(nat_ends(rig_packet(r, 5, 1)), "9.9.9.4 > 10.0.0.2");
	rig_free(r);
}

static void
cut_up(void)
{
	const char *whole = nat_hex(
		error_about(nat_udp("1.0.0.1:1024 > 20.0.0.2:20"), 99, "9.9.9.9 > 1.0.0.1", "03"));
	struct rig *r = rig_config(NAT);
	struct packet *p;
	char hex[300];

	nat_push_udp(r, 0, "10.0.0.1:10 > 20.0.0.2:20");
	for (size_t n = 2; n <= strlen(whole); n += 2) {
		snprintf(hex, n + 1, "%s", whole);
		p = rig_hex(hex);
		packet_set_network(p, 0, 20);
		nat_push(r, 2, p);
		p = rig_segments(hex, 1);
		packet_set_network(p, 0, 20);
		nat_push(r, 2, p);
	}
	ASSERT_OUT(r, "4 9.9.9.9 > 10.0.0.1");
	ASSERT_TEXT(about(r, 4), "10.0.0.1:10 > 20.0.0.2:20");
	rig_free(r);
}

static void
reply_anno(void)
{
	struct rig *r = rig_config(
		"rw :: IPRewriter(keep 0 0, REPLY_ANNO PAINT); RigIn(0) -> rw -> RigOut(0);"
		"RigIn(1) -> e :: ICMPRewriter(rw, REPLY_ANNO PAINT) -> RigOut(1)");
	struct packet *p = nat_udp("10.0.0.1:10 > 20.0.0.2:20");

	packet_set_anno_u8(p, ANNO_PAINT, 4);
	nat_push(r, 0, p);
	nat_push(r, 1,
		error_about(nat_udp("10.0.0.1:10 > 20.0.0.2:20"), 99, "9.9.9.9 > 10.0.0.1", "03"));
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), ANNO_PAINT), 4);
	// A packet of the reply direction caused this one.
	nat_push(r, 1,
		error_about(nat_udp("20.0.0.2:20 > 10.0.0.1:10"), 99, "9.9.9.9 > 20.0.0.2", "03"));
	ASSERT_OUT(r, "1 9.9.9.9 > 20.0.0.2");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), ANNO_PAINT), 0);
	rig_free(r);
}

static void
argument_errors(void)
{
	static const struct {
		const char *maps, *want;
	} cases[] = {
		{"", "MAPS: required argument missing"},
		{"\"\"", "\"\" not an IP rewriter"},
		{"x", "x not an IP rewriter"},
		{"rw e", "e not an IP rewriter"},
		{"rw:x", "rw:x not an IP rewriter"},
		{"rw:1", "rw:1 port offset requires more than 2 outputs"},
		{"rw:99999999999", "rw:99999999999 port offset requires more than 2 outputs"},
	};

	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		char config[300], want[200], *text;

		snprintf(config, sizeof(config),
			"rw :: IPRewriter(drop); Idle -> rw -> Discard; rw [1] -> Discard;\n"
			"Idle -> e :: ICMPRewriter(%s); e -> Discard; e [1] -> Discard",
			cases[i].maps);
		snprintf(want, sizeof(want),
			"config:2: While configuring 'e :: ICMPRewriter':\n  %s\n", cases[i].want);
		text = rig_config_errors(config);
		ASSERT_TEXT(text, want);
		free(text);
	}
}

UNIT_SUITE(icmprewriter, UNIT_CASE(errors_come_back), UNIT_CASE(errors_about_pings),
	UNIT_CASE(unmapped), UNIT_CASE(offsets), UNIT_CASE(batches), UNIT_CASE(cut_up),
	UNIT_CASE(reply_anno), UNIT_CASE(argument_errors))
