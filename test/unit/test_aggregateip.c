// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

#define IP "45b80040 12344001 40060000 01020304 05060708"
#define UDP "45b80040 12340000 40110000 01020304 05060708 0050abcd 001c1234 99aabbcc"
#define TCP IP "0050abcd 01234567 89abcdef 50120800 11112222 aabbccdd"

static void
prepare(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static struct packet *
packet(const char *hex)
{
	struct packet *p = rig_hex(hex);

	prepare(p);
	packet_set_anno_u32(p, ANNO_AGGREGATE, 3);
	return p;
}

// -1: the packet does not have the field.
static void
expect(const char *field, const char *hex, int64_t want)
{
	char *element = mem_printf("AggregateIP(%s)", field);
	struct rig *r = rig_new(element, 1, 2);
	int64_t got = -1;

	rig_push(r, 0, packet(hex));
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 1);
	if (rig_count(r, 0) == 1)
		got = packet_anno_u32(rig_packet(r, 0, 0), ANNO_AGGREGATE);
	if (got != want)
		CU_FAIL("wrong aggregate");
	CU_ASSERT_EQUAL(got, want);
	rig_free(r);
	free(element);
}

#define FIRST                                                                               \
	"45b80040 12340000 40060000 01020304 05060708 0050abcd 01234567 89abcdef 50120800 " \
	"11112222 aabbccdd"

static void
fields(void)
{
	expect("ip vers", FIRST, 4);
	expect("ip hl", FIRST, 5);
	expect("ip tos", FIRST, 0xb8);
	expect("ip dscp", FIRST, 0xb8 >> 2);
	expect("ip id", FIRST, 0x1234);
	expect("ip mf", FIRST, 0);
	expect("ip ttl", FIRST, 64);
	expect("ip proto", FIRST, 6);
	expect("ip src", FIRST, 0x01020304);
	expect("ip dst", FIRST, 0x05060708);
	expect("ip dst/24", FIRST, 0x050607);
	expect("ip dst / 8", FIRST, 5);
	expect("ip dst & 0xff", FIRST, 8);
	expect("ip dst & 0xff00", FIRST, 7);
	expect("ip dst[1]", FIRST, 6);
	expect("ip dst[1:2]", FIRST, 0x0607);
	expect("ip dst[1-3]", FIRST, 0x060708);
	expect("ip dst{0-7}", FIRST, 5);
	expect("ip[8]", FIRST, 64);
	expect("ip {0:4}", FIRST, 4);
	expect("ip sport", FIRST, 80);
	expect("transp dport", FIRST, 0xabcd);
	expect("transp[0:2]", FIRST, 80);
	expect("tcp seq", FIRST, 0x01234567);
	expect("tcp ackno", FIRST, 0x89abcdef);
	expect("tcp flags", FIRST, 0x12);
	expect("tcp syn", FIRST, 1);
	expect("tcp fin", FIRST, 0);
	expect("tcp win", FIRST, 0x800);
	expect("tcp{110}", FIRST, 1);
	expect("ip proto 6 [0:2]", FIRST, 80);
	expect("ip proto tcp[0]", FIRST, 0);
	expect("data[0]", FIRST, 0xaa);
	expect("data[0:4]", FIRST, 0xaabbccdd);
	expect("udp sport", FIRST, -1);
	expect("udp sport", UDP, 80);
	expect("udp len", UDP, 0x1c);
	expect("data[1]", UDP, 0xaa);
	expect("icmp type", UDP, -1);
	expect("ip proto 17 [0]", UDP, 0);
	expect("tcp sport", IP, -1);
	expect("tcp sport", TCP, -1); // not the first fragment
	expect("ip src", TCP, 0x01020304);
	expect("ip src/8, INCREMENTAL true", FIRST, 3 << 8 | 1);
	expect("ip src/8, UNSHIFT_IP_ADDR true", FIRST, 0x01000000);
	expect("ip ttl, UNSHIFT_IP_ADDR true", FIRST, 64);
}

static void
without_a_header(void)
{
	struct rig *r = rig_new_pull("AggregateIP(ip src)", 1, 1);

	rig_push_hex(r, 0, FIRST);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("AggregateIP(ip dst)", 1, 2, 0, FIRST, prepare);
	rig_truncations("AggregateIP(tcp urp)", 1, 2, 0, FIRST, prepare);
	rig_truncations("AggregateIP(data[0])", 1, 2, 0, FIRST, prepare);
}

static void
handlers(void)
{
	struct rig *r = rig_new("AggregateIP(tcp seq/8)", 1, 1);

	ASSERT_READ(r, "header", "tcp");
	ASSERT_READ(r, "bit_offset", "32");
	ASSERT_READ(r, "bit_length", "8");
	ASSERT_READ(r, "field", "tcp seq/8");
	rig_free(r);
	r = rig_new("AggregateIP(ip proto 47[0])", 1, 1);
	ASSERT_READ(r, "header", "ip proto 47");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("AggregateIP", 1, 1, "FIELD: required argument missing\n");
	ASSERT_ERRORS("AggregateIP(what)", 1, 1, "unknown header 'what'\n");
	ASSERT_ERRORS("AggregateIP(ip what)", 1, 1, "unknown field 'what'\n");
	ASSERT_ERRORS("AggregateIP(tcp src)", 1, 1, "unknown field 'src'\n");
	ASSERT_ERRORS("AggregateIP(ip)", 1, 1, "field missing\n");
	ASSERT_ERRORS("AggregateIP(ip src x)", 1, 1, "garbage after field specification\n");
	ASSERT_ERRORS("AggregateIP(ip[0:5])", 1, 1, "field length too large, max 32\n");
	ASSERT_ERRORS("AggregateIP(ip[2:4])", 1, 1,
		"field specification does not fit within a single word\n");
	ASSERT_ERRORS("AggregateIP(ip[4294967295:4294967295])", 1, 1, "bad field range\n");
	ASSERT_ERRORS("AggregateIP(ip src[4])", 1, 1, "bad field range\n");
	ASSERT_ERRORS("AggregateIP(ip src[3-1])", 1, 1, "bad field range\n");
	ASSERT_ERRORS("AggregateIP(ip src/33)", 1, 1, "bad field length\n");
	ASSERT_ERRORS("AggregateIP(ip src & 5)", 1, 1, "bad field mask\n");
	ASSERT_ERRORS("AggregateIP(ip ttl & 0x100)", 1, 1, "bad field mask\n");
	ASSERT_ERRORS("AggregateIP(ip src, INCREMENTAL true)", 1, 1,
		"'INCREMENTAL' is incompatible with field length 32\n");
}

UNIT_SUITE(aggregateip, UNIT_CASE(fields), UNIT_CASE(without_a_header), UNIT_CASE(handlers),
	UNIT_CASE(arguments))
