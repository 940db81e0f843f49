// SPDX-License-Identifier: BSD-3-Clause
// IP6Encap and UDPIP6Encap.

#include "elements/ip6/address.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

static const struct ip6_addr b_addr = {{0x20, 1, 0xd, 0xb8, [15] = 2}};

static struct packet *
for_b(struct packet *p)
{
	ip6_set_anno(p, b_addr.bytes);
	return p;
}

static bool
is_for_b(struct rig *r, unsigned i)
{
	struct ip6_addr a = ip6_anno(rig_packet(r, 0, i));

	return ip6_equal(&a, &b_addr);
}

static void
ip(void)
{
	struct rig *r = rig_new("IP6Encap(udp, 2001:db8::1, 2001:db8::2)", 1, 1);

	rig_push_hex(r, 0, IP6_UDP_BODY);
	rig_push_hex(r, 0, "");
	rig_push(r, 0, rig_segments(IP6_UDP_BODY, 5));
	rig_expect_hex(r, 0, 0, "60000000 000c11fa" IP6_A IP6_B IP6_UDP_BODY);
	rig_expect_hex(r, 0, 1, "60000000 000011fa" IP6_A IP6_B);
	rig_expect_hex(r, 0, 2, "60000000 000c11fa" IP6_A IP6_B IP6_UDP_BODY);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 40);
	CU_ASSERT_TRUE(is_for_b(r, 0));
	ASSERT_READ(r, "src", "2001:db8::1");
	ASSERT_READ(r, "dst", "2001:db8::2");
	ASSERT_READ(r, "handlers",
		"dst\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "src", "2001:db8::2"), "");
	ASSERT_TEXT(rig_write(r, "dst", "DST_ANNO"), "");
	ASSERT_READ(r, "dst", "DST_ANNO");
	rig_clear(r);
	rig_push(r, 0, for_b(rig_hex("")));
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, "60000000 000011fa" IP6_B IP6_B);
	rig_expect_hex(r, 0, 1, "60000000 000011fa" IP6_B "00000000000000000000000000000000");
	rig_free(r);
	r = rig_new_pull("IP6Encap(58, ::, DST_ANNO, HLIM 1, CLASS 0xb9)", 1, 1);
	rig_push(r, 0, for_b(rig_hex("01")));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "6b900000 00013a01 00000000000000000000000000000000" IP6_B "01");
	rig_free(r);
}

static void
ip_arguments(void)
{
	ASSERT_ERRORS("IP6Encap", 1, 1,
		"PROTO: required argument missing\nSRC: required argument missing\n"
		"DST: required argument missing\n");
	ASSERT_ERRORS("IP6Encap(foo, ::1, ::2)", 1, 1, "bad IP protocol\n");
	ASSERT_ERRORS("IP6Encap(256, ::1, ::2)", 1, 1, "bad IP protocol\n");
	ASSERT_ERRORS("IP6Encap(6, 1, ::2)", 1, 1, "SRC: parse error\n");
	ASSERT_ERRORS(
		"IP6Encap(6, ::1, x)", 1, 1, "DST argument should be IP address or 'DST_ANNO'\n");
	ASSERT_ERRORS("IP6Encap(6, ::1, ::2, HLIM 256)", 1, 1, "HLIM: out of range, bound 255\n");
	ASSERT_ERRORS("IP6Encap(6, ::1, ::2, CLASS -1)", 1, 1, "CLASS: invalid number\n");
}

static void
too_long(void)
{
	struct rig *r = rig_new("IP6Encap(6, ::1, ::2)", 1, 1);

	rig_push(r, 0, packet_alloc(64, 65500));
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new("UDPIP6Encap(::1, 1, ::2, 2)", 1, 1);
	rig_push(r, 0, packet_alloc(64, 65535));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
udp(void)
{
	struct rig *r = rig_new("UDPIP6Encap(2001:db8::1, 1000, 2001:db8::2, 2000)", 1, 1);

	rig_push_hex(r, 0, "61626364");
	rig_push(r, 0, rig_segments("6162636465", 2));
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, IP6_UDP);
	rig_expect_hex(r, 0, 1, "60000000 000d11ff" IP6_A IP6_B "03e807d0 000d6ee0 6162636465");
	for (unsigned i = 0; i < 3; i++)
		CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, i)));
	CU_ASSERT_TRUE(is_for_b(r, 2));
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 40);
	ASSERT_READ(r, "src", "2001:db8::1");
	ASSERT_READ(r, "sport", "1000");
	ASSERT_READ(r, "dst", "2001:db8::2");
	ASSERT_READ(r, "dport", "2000");
	ASSERT_READ(r, "handlers",
		"dport\trw\ndst\trw\nsport\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\n"
		"class\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "dst", "DST_ANNO"), "");
	ASSERT_TEXT(rig_write(r, "dport", "7"), "");
	rig_clear(r);
	rig_push(r, 0, for_b(rig_hex("61626364")));
	CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, 0)));
	ASSERT_READ(r, "config", "2001:db8::1, 1000, DST_ANNO, 7");
	rig_free(r);
}

// The data makes the sum come out as 0.
static void
zero_checksum(void)
{
	struct rig *r = rig_new_pull("UDPIP6Encap(2001:db8::1, 1000, 2001:db8::2, 2000)", 1, 1);

	rig_push_hex(r, 0, "61623747");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "60000000 000c11ff" IP6_A IP6_B "03e807d0 000cffff 61623747");
	rig_free(r);
}

static void
udp_arguments(void)
{
	ASSERT_ERRORS("UDPIP6Encap", 1, 1,
		"SRC: required argument missing\nSPORT: required argument missing\n"
		"DST: required argument missing\nDPORT: required argument missing\n");
	ASSERT_ERRORS("UDPIP6Encap(::1, 1, x, 2)", 1, 1, "bad DST\n");
	ASSERT_ERRORS("UDPIP6Encap(x, 1, ::2, 2)", 1, 1, "SRC: parse error\n");
	ASSERT_ERRORS("UDPIP6Encap(::1, domain, ::2, 2, 3)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(ip6encap, UNIT_CASE(ip), UNIT_CASE(ip_arguments), UNIT_CASE(too_long), UNIT_CASE(udp),
	UNIT_CASE(zero_checksum), UNIT_CASE(udp_arguments))
