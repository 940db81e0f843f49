// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elements/nat/rewriter.h"
#include "test/unit/nat_rig.h"

#define NAT "ICMPPingRewriter(pattern 1.0.0.1 - 0-65535# 0 1, drop"

// Its type, identifier and sequence number: "08 1234 0001".
static const char *
echo(struct rig *r, unsigned output)
{
	static char text[32];
	uint8_t b[8] = {0};

	if (rig_count(r, output) != 1)
		return "none";
	packet_read(rig_packet(r, output, 0), 20, b, sizeof(b));
	snprintf(text, sizeof(text), "%02x %02x%02x %02x%02x", b[0], b[4], b[5], b[6], b[7]);
	return text;
}

static void
rewrites_identifiers(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);

	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "08000000 12340001 61626364"));
	ASSERT_OUT(r, "0 1.0.0.1 > 20.0.0.2");
	ASSERT_TEXT(echo(r, 0), "08 0000 0001");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), RTE_BE32(0x14000002));
	nat_push(r, 0, nat_icmp("10.0.0.2 > 20.0.0.2", "08000000 12340002 61626364"));
	ASSERT_OUT(r, "0 1.0.0.1 > 20.0.0.2");
	ASSERT_TEXT(echo(r, 0), "08 0001 0002");
	nat_push(r, 1, nat_icmp("20.0.0.2 > 1.0.0.1", "00000000 00000001 61626364"));
	ASSERT_OUT(r, "1 20.0.0.2 > 10.0.0.1");
	ASSERT_TEXT(echo(r, 1), "00 1234 0001");
	nat_push(r, 1, nat_icmp("20.0.0.2 > 1.0.0.1", "00000000 00010002 61626364"));
	ASSERT_OUT(r, "1 20.0.0.2 > 10.0.0.2");
	ASSERT_TEXT(echo(r, 1), "00 1234 0002");
	// The number behind the identifier is that of the bytes as they lie in memory.
	ASSERT_SORTED(r, "table",
		"(10.0.0.1, 20.0.0.2, 4660) => (1.0.0.1, 20.0.0.2, 0) [*0 1] i0 exp300\n"
		"(10.0.0.2, 20.0.0.2, 4660) => (1.0.0.1, 20.0.0.2, 1) [*0 1] i0 exp300\n"
		"(20.0.0.2, 1.0.0.1, 256) => (20.0.0.2, 10.0.0.1, 4916) [0 *1] i0 exp300\n"
		"(20.0.0.2, 1.0.0.1, 257) => (20.0.0.2, 10.0.0.2, 4916) [0 *1] i0 exp300\n");
	rig_free(r);
}

static void
own_identifier_first(void)
{
	struct rig *r = rig_new("ICMPPingRewriter(pattern 1.0.0.1 - 5-9 0 0)", 1, 1);

	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "08000000 00070001"));
	ASSERT_TEXT(echo(r, 0), "08 0007 0001");
	nat_push(r, 0, nat_icmp("10.0.0.2 > 20.0.0.3", "08000000 00070001"));
	ASSERT_TEXT(echo(r, 0), "08 0007 0001");
	// Five identifiers, five mappings for a destination, none lost.
	for (unsigned i = 2; i < 6; i++) {
		char ends[32];

		snprintf(ends, sizeof(ends), "10.0.0.%u > 20.0.0.2", i);
		nat_push(r, 0, nat_icmp(ends, i % 2 ? "08000000 00070001" : "08000000 00080001"));
		ASSERT_OUT(r, "0 1.0.0.1 > 20.0.0.2");
	}
	nat_push(r, 0, nat_icmp("10.0.0.9 > 20.0.0.2", "08000000 00090001"));
	ASSERT_OUT(r, "outputs ''");
	ASSERT_READ(r, "size", "6");
	ASSERT_READ(r, "mapping_failures", "1");
	rig_free(r);
}

static void
unhandled(void)
{
	struct rig *r = rig_new(NAT ", pass 1)", 3, 2);

	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "00000000 12340001"));
	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "03000000 12340001"));
	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "0800000012"));
	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:2");
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 4);
	nat_push(r, 2, nat_icmp("10.0.0.1 > 20.0.0.2", "00000000 12340001"));
	ASSERT_OUT(r, "1 10.0.0.1 > 20.0.0.2");
	// Six bytes are enough.
	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "080000001234"));
	ASSERT_OUT(r, "0 1.0.0.1 > 20.0.0.2");
	nat_push(r, 1, nat_icmp("10.0.0.9 > 20.0.0.2", "08000000 12340001"));
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_DROPPED), 1);
	rig_free(r);
}

static void
zeroes_have_a_checksum(void)
{
	struct rig *r = rig_new("ICMPPingRewriter(keep 0 1, DST_ANNO false)", 1, 2);

	nat_push(r, 0, nat_icmp("10.0.0.1 > 20.0.0.2", "08000000 00000000"));
	nat_push(r, 0, nat_icmp("20.0.0.2 > 10.0.0.1", "0000ffff 00000000"));
	rig_expect_hex(r, 1, 0, "4500001c 00070000 40015cd8 14000002 0a000001 0000ffff 00000000");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_DST_IP), 0);
	rig_free(r);
}

static void
set_network(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
cut_up(void)
{
	rig_truncations(NAT ")", 2, 2, 0,
		"45000020 00070000 40010000 0a000001 14000002 08000000 12340001 61626364",
		set_network);
}

static void
errors(void)
{
	ASSERT_ERRORS("ICMPPingRewriter(drop, TIMEOUT x)", 1, 1, "TIMEOUT: parse error\n");
	ASSERT_ERRORS(
		"ICMPPingRewriter(drop, nope)", 1, 1, "need 1 argument, one per input port\n");
}

UNIT_SUITE(icmppingrewriter, UNIT_CASE(rewrites_identifiers), UNIT_CASE(own_identifier_first),
	UNIT_CASE(unhandled), UNIT_CASE(zeroes_have_a_checksum), UNIT_CASE(cut_up),
	UNIT_CASE(errors))
