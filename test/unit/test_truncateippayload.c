// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define IP(proto) "45000050 00070000 40" proto "0000 01000001 02000002 "
#define WORDS                                                                               \
	"00010203 04050607 08090a0b 50111213 14151617 18191a1b 1c1d1e1f 20212223 24252627 " \
	"28292a2b 2c2d2e2f 30313233"

enum { WHOLE = 20 + 48 };

// The length that is left of a packet.
static unsigned
left(const char *config, const char *hex, unsigned segment)
{
	struct rig *r = rig_new(config, 1, 1);
	struct packet *p = segment > 0 ? rig_segments(hex, segment) : rig_hex(hex);
	unsigned len, before = packet_length(p);

	rig_push(r, 0, ippacket_marked(p));
	len = packet_length(rig_packet(r, 0, 0));
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), before - len);
	rig_free(r);
	return len;
}

static void
headers(void)
{
	static const struct {
		const char *hex;
		unsigned kept;
	} cases[] = {
		{IP("06") WORDS, 40},
		{IP("06") "00010203 04050607 08090a0b 80111213 " WORDS, 20 + 32},
		{IP("06") "00010203 04050607 08090a0b 40111213 " WORDS, 40},
		{IP("06") "00010203 04050607 08090a0b", 32},
		{IP("11") WORDS, 28},
		{IP("01") WORDS, 28},
		{IP("01") "0d" WORDS, 40},
		{IP("01") "0e" WORDS, 40},
		{IP("01") "0d000000 000000", 27},
		{IP("2f") WORDS, 20},
		{"46000050 00070000 40110000 01000001 02000002 01010101" WORDS, 32},
		{"44000050 00070000 40110000 01000001 02000002" WORDS, 20},
		{"45000050 00070000 40", 9},
	};

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		CU_ASSERT_EQUAL(left("TruncateIPPayload", cases[i].hex, 0), cases[i].kept);
		CU_ASSERT_EQUAL(left("TruncateIPPayload", cases[i].hex, 3), cases[i].kept);
	}
	CU_ASSERT_EQUAL(left("TruncateIPPayload(7)", cases[0].hex, 0), 47);
	CU_ASSERT_EQUAL(left("TruncateIPPayload(7, false)", cases[0].hex, 0), 27);
	CU_ASSERT_EQUAL(left("TruncateIPPayload(28)", cases[0].hex, 0), WHOLE);
	CU_ASSERT_EQUAL(left("TruncateIPPayload(65535)", cases[0].hex, 0), WHOLE);
}

static void
elsewhere(void)
{
	struct rig *r = rig_new("TruncateIPPayload(5)", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, WORDS);
	rig_expect_hex(r, 0, 0, "0001020304");
	// Behind an Ethernet header, and with the header stripped.
	p = rig_hex("0000000000000000000000000800" IP("11") WORDS);
	packet_set_network(p, 14, 20);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 1000);
	rig_push(r, 0, p);
	p = rig_packet(r, 0, 1);
	CU_ASSERT_EQUAL(packet_length(p), 14 + 28 + 5);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 1035);
	p = ippacket_marked(rig_hex(IP("11") WORDS));
	packet_pull(p, 30);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 2, "0a0b50");
	p = ippacket_marked(rig_hex(IP("11") WORDS));
	packet_pull(p, 40);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 3, "");
	rig_free(r);
	r = rig_new("TruncateIPPayload(5, EXTRA_LENGTH false)", 1, 1);
	rig_push_hex(r, 0, WORDS);
	rig_expect_hex(r, 0, 0, "0001020304");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 0);
	rig_free(r);
	rig_truncations("TruncateIPPayload", 1, 1, 0, IP("06") WORDS, ippacket_mark);
	rig_truncations("TruncateIPPayload", 1, 1, 0, IP("01") "0d" WORDS, ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("TruncateIPPayload(2)", 1, 1);

	rig_push_hex(r, 0, "01020304");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, "0102");
	rig_free(r);
	ASSERT_ERRORS("TruncateIPPayload(65536)", 1, 1, "LENGTH: out of range, bound 65535\n");
	ASSERT_ERRORS("TruncateIPPayload(1, x, EXTRA_LENGTH z)", 1, 1,
		"TRANSPORT: parse error\nEXTRA_LENGTH: parse error\n");
	ASSERT_ERRORS("TruncateIPPayload(1, true, true)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(
	truncateippayload, UNIT_CASE(headers), UNIT_CASE(elsewhere), UNIT_CASE(pull_and_arguments))
