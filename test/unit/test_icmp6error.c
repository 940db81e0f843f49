// SPDX-License-Identifier: BSD-3-Clause
// ICMP6Error and IP6Fragmenter.

#include <stdlib.h>

#include "elements/ip6/address.h"
#include "src/strbuf.h"
#include "test/unit/hoard.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

enum { ANSWERED, NO_HEADER, IS_ERROR, BAD_DESTINATION, BAD_SOURCE, NO_MEMORY };

#define IP6_R "20010db8 00000000 00000000 00000009"
#define ANSWER(len, icmp) "60000000" len "3aff" IP6_R IP6_A icmp IP6_UDP

static void
expect_answer(const char *element, const char *want)
{
	struct rig *r = rig_new(element, 1, 1);
	struct packet *in[] = {rig_hex(IP6_UDP), rig_segments(IP6_UDP, 7)};

	for (unsigned i = 0; i < 2; i++) {
		packet_set_anno_u8(in[i], ANNO_ICMP_PARAMPROB, 40);
		rig_push(r, 0, ip6packet_marked(in[i]));
		rig_expect_hex(r, 0, i, want);
		CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, i)));
	}
	CU_ASSERT_EQUAL(rig_drops(r, ANSWERED), 2);
	rig_free(r);
}

static void
answers(void)
{
	struct rig *r;
	struct packet *p;
	struct ip6_addr a;

	expect_answer("ICMP6Error(2001:db8::9, 1, 4)", ANSWER("003c", "0104311b 00000000"));
	expect_answer("ICMP6Error(2001:db8::9, 3, 0)", ANSWER("003c", "03002f1f 00000000"));
	expect_answer("ICMP6Error(2001:db8::9, 2, 0)", ANSWER("003c", "02002a43 000005dc"));
	expect_answer(
		"ICMP6Error(2001:db8::9, 2, 0, PMTU 1280)", ANSWER("003c", "02002b1f 00000500"));
	expect_answer("ICMP6Error(2001:db8::9, 4, 0)", ANSWER("003c", "04002df7 00000028"));
	expect_answer("ICMP6Error(2001:db8::9, 4, 1)", ANSWER("003c", "04012e1e 00000000"));
	r = rig_new("ICMP6Error(2001:db8::9, 1, 0)", 1, 1);
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6_UDP)));
	p = rig_packet(r, 0, 0);
	a = ip6_anno(p);
	CU_ASSERT_EQUAL(a.bytes[15], 1);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_FIX_IP_SRC), 1);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 40);
	CU_ASSERT_EQUAL(packet_timestamp(p), 0);
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
redirects(void)
{
	struct rig *r = rig_config("RigIn(0) -> ICMP6Error(2001:db8::9, 137, 0) -> RigOut(0);"
				   "RigIn(1) -> ICMP6Error(2001:db8::9, 137, 1) -> RigOut(1)");
	static const struct ip6_addr target = {{0xfe, 0x80, [15] = 7}};

	for (unsigned i = 0; i < 2; i++) {
		struct packet *p = ip6packet_marked(rig_hex(IP6_UDP));

		ip6_set_anno(p, target.bytes);
		rig_push(r, i, p);
		CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, i, 0)));
	}
	rig_expect_hex(r, 0, 0,
		ANSWER("005c", "89007cbb 00000000 fe800000 00000000 00000000 00000007" IP6_B));
	rig_expect_hex(r, 1, 0,
		ANSWER("005c", "8901a8fd 00000000 00000000 00000000 00000000 00000000"
			       "00000000 00000000 00000000 00000000"));
	rig_free(r);
}

// Only so much of a long packet is quoted.
static void
quotes(void)
{
	struct rig *r = rig_new("ICMP6Error(2001:db8::9, 1, 0)", 1, 1);

	for (unsigned data = 527; data <= 530; data++) {
		struct packet *p = rig_hex("60000000 0000113f" IP6_A IP6_B);

		packet_put(&p, data);
		rig_push(r, 0, ip6packet_marked(p));
	}
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 48 + 567);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 48 + 568);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 2)), 48 + 568);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 3)), 48 + 568);
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, i)));
	rig_free(r);
}

// The reason for which nothing is answered to a packet, -1 if something is.
static int
silence(const char *hex, enum packet_type type)
{
	struct rig *r = rig_new("ICMP6Error(2001:db8::9, 1, 0)", 1, 1);
	struct packet *p = ip6packet_marked(rig_hex(hex));
	int reason = -1;

	packet_set_type(p, type);
	rig_push(r, 0, p);
	for (int i = NO_HEADER; i <= NO_MEMORY; i++)
		reason = rig_drops(r, (unsigned)i) > 0 ? i : reason;
	CU_ASSERT_EQUAL(rig_count(r, 0), reason < 0);
	rig_free(r);
	return reason;
}

#define TO_B(next) "60000000 0000" next "3f" IP6_A IP6_B
#define EXT(next) next "00000000000000"

static void
keeps_silent(void)
{
	CU_ASSERT_EQUAL(silence(IP6_UDP, PACKET_HOST), -1);
	CU_ASSERT_EQUAL(silence(IP6_UDP, PACKET_BROADCAST), BAD_DESTINATION);
	CU_ASSERT_EQUAL(silence(IP6_UDP, PACKET_MULTICAST), BAD_DESTINATION);
	CU_ASSERT_EQUAL(silence(IP6_UDP, PACKET_OTHERHOST), -1);
	CU_ASSERT_EQUAL(silence("60000000 0000113f" IP6_A "ff020000 00000000 00000000 00000001",
				PACKET_HOST),
		BAD_DESTINATION);
	CU_ASSERT_EQUAL(
		silence("60000000 0000113f ff020000 00000000 00000000 00000001" IP6_B, PACKET_HOST),
		BAD_SOURCE);
	CU_ASSERT_EQUAL(
		silence("60000000 0000113f 00000000 00000000 00000000 00000000" IP6_B, PACKET_HOST),
		BAD_SOURCE);
	CU_ASSERT_EQUAL(silence("60000000 0000113f" IP6_A "20010db8", PACKET_HOST), NO_HEADER);
}

static void
no_answer_to_errors(void)
{
	CU_ASSERT_EQUAL(silence(TO_B("3a") "0100", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("3a") "7f00", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("3a") "8900", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("3a") "8000", PACKET_HOST), -1);
	CU_ASSERT_EQUAL(silence(TO_B("3a"), PACKET_HOST), IS_ERROR); // cannot tell
	// Behind extension headers: options, routing, destination options, fragment, AH of 12.
	CU_ASSERT_EQUAL(silence(TO_B("00") EXT("3a") "01", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("00") EXT("3a") "80", PACKET_HOST), -1);
	CU_ASSERT_EQUAL(
		silence(TO_B("00") EXT("2b") EXT("3c") EXT("3a") "01", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("33") "3a010000 00000000 00000000 01", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("2c") "3a000001 00000000 01", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("2c") "3a000009 00000000 01", PACKET_HOST), -1);
	// Cut off in the chain, or too many of them.
	CU_ASSERT_EQUAL(silence(TO_B("00") "11010000 00000000", PACKET_HOST), IS_ERROR);
	CU_ASSERT_EQUAL(silence(TO_B("00") "11", PACKET_HOST), IS_ERROR);
#define EIGHT EXT("00") EXT("00") EXT("00") EXT("00") EXT("00") EXT("00") EXT("00")
	CU_ASSERT_EQUAL(silence(TO_B("00") EIGHT EXT("11"), PACKET_HOST), -1);
	CU_ASSERT_EQUAL(silence(TO_B("00") EIGHT EXT("00") EXT("11"), PACKET_HOST), IS_ERROR);
}

static void
limits(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new_pull("ICMP6Error(2001:db8::9, 1, 0)", 1, 1);

	rig_push(r, 0, ip6packet_marked(rig_hex(IP6_UDP)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6_UDP)));
	hoard_take(&hoard);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, NO_MEMORY), 1);
	rig_free(r);
	rig_truncations("ICMP6Error(2001:db8::9, 1, 0)", 1, 1, 0,
		TO_B("00") EXT("2b") EXT("3c") EXT("3a") "8000", ip6packet_mark);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ICMP6Error", 1, 1,
		"SRC: required argument missing\nTYPE: required argument missing\n"
		"CODE: required argument missing\n");
	ASSERT_ERRORS("ICMP6Error(x, 1, 0)", 1, 1, "SRC: parse error\n");
	ASSERT_ERRORS("ICMP6Error(::1, x, 0)", 1, 1, "TYPE: invalid number\n");
	ASSERT_ERRORS("ICMP6Error(::, 1, 0)", 1, 1, "not configured -a\n");
	ASSERT_ERRORS("ICMP6Error(::1, -1, 0)", 1, 1, "not configured -a\n");
	ASSERT_ERRORS("ICMP6Error(::1, 1, -1)", 1, 1, "not configured -a\n");
	ASSERT_ERRORS("ICMP6Error(::1, 1, 256)", 1, 1, "CODE: out of range, bound 255\n");
	ASSERT_ERRORS(
		"ICMP6Error(::1, 0, 0)", 1, 1, "ICMP6 type 0 is not an error or redirect type\n");
	ASSERT_ERRORS(
		"ICMP6Error(::1, 5, 0)", 1, 1, "ICMP6 type 5 is not an error or redirect type\n");
	ASSERT_ERRORS("ICMP6Error(::1, 136, 0)", 1, 1,
		"ICMP6 type 136 is not an error or redirect type\n");
	ASSERT_ERRORS("ICMP6Error(::1, 393, 0)", 1, 1,
		"ICMP6 type 393 is not an error or redirect type\n");
}

static void
fragmenter(void)
{
	struct rig *r = rig_new("IP6Fragmenter(4)", 1, 2);
	struct packet *p[] = {rig_hex("01020304"), rig_hex("0102030405"), rig_hex("")};
	char *errors;

	rig_push_batch(r, 0, p, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 1, 0, "0102030405");
	ASSERT_READ(r, "drops", "1");
	ASSERT_READ(r, "fragments", "0");
	rig_push(r, 0, rig_segments("0102030405", 1));
	rig_expect_hex(r, 1, 1, "0102030405");
	ASSERT_READ(r, "handlers",
		"fragments\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_config("RigIn -> e :: IP6Fragmenter(4) -> RigOut");
	rig_push_hex(r, 0, "0102030405");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	errors = rig_swap(r, "RigIn -> e :: IP6Fragmenter(5) -> RigOut");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "1");
	rig_push_hex(r, 0, "0102030405");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	ASSERT_ERRORS("IP6Fragmenter", 1, 1, "MTU: required argument missing\n");
	ASSERT_ERRORS("IP6Fragmenter(-1)", 1, 1, "MTU: invalid number\n");
	ASSERT_ERRORS("IP6Fragmenter(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(icmp6error, UNIT_CASE(answers), UNIT_CASE(redirects), UNIT_CASE(quotes),
	UNIT_CASE(keeps_silent), UNIT_CASE(no_answer_to_errors), UNIT_CASE(limits),
	UNIT_CASE(arguments), UNIT_CASE(fragmenter))
