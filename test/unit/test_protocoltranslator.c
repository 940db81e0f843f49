// SPDX-License-Identifier: BSD-3-Clause
// ProtocolTranslator64 and ProtocolTranslator46.

#include <stdio.h>

#include "test/unit/hoard.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

enum { BAD_HEADER, NOT_MAPPED, IS_FRAGMENT, UNSUPPORTED, TOO_SHORT, NO_MEMORY };

#define MAPPED(addr) "00000000 00000000 0000ffff" addr
#define ADDRS4 "01000001 02000002"
#define ADDRS6 MAPPED("01000001") MAPPED("02000002")
#define UDP4 "45000020 00004000 401137cb" ADDRS4 "03e807d0 000c2c55 61626364"
#define UDP6(hlim) "60000000 000c11" hlim ADDRS6 "03e807d0 000c2c55 61626364"

// The packet that comes out; the checksums are right.
static void
expect(const char *element, const char *hex, unsigned segment, const char *want)
{
	struct rig *r = rig_new(element, 1, 1);
	struct packet *in = segment > 0 ? rig_segments(hex, segment) : rig_hex(hex);

	packet_set_anno_u8(in, ANNO_PAINT, 5);
	rig_push(r, 0, in);
	rig_expect_hex(r, 0, 0, want);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 0);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
}

// Both ways use the same sums of addresses, so that checksums of UDP and TCP stay.
static void
udp(void)
{
	expect("ProtocolTranslator64", UDP6("40"), 0, UDP4);
	expect("ProtocolTranslator64", UDP6("40") "ffff", 11, UDP4);
	expect("ProtocolTranslator46", UDP4, 0, UDP6("81"));
	expect("ProtocolTranslator46", UDP4 "ffff", 7, UDP6("81"));
	// A wrong checksum is made right, and one that was not there.
	expect("ProtocolTranslator46",
		"45000020 00000000 ff110000" ADDRS4 "03e807d0 000c0000 61626364", 0, UDP6("40"));
	// Options go.
	expect("ProtocolTranslator46",
		"46000024 00000000 ff110000" ADDRS4 "01010101 03e807d0 000c0000 61626364", 0,
		UDP6("40"));
}

static void
tcp(void)
{
	struct rig *r = rig_new_pull("ProtocolTranslator64", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0,
		"60000000 00170640" ADDRS6 "000a0014 00000001 00000002 50102000 dead0000 616263");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, 23));
	rig_free(r);
	r = rig_new_pull("ProtocolTranslator46", 1, 1);
	rig_push_hex(r, 0,
		"4500002b 00000000 ff060000" ADDRS4
		"000a0014 00000001 00000002 50102000 dead0000 616263");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, 0)));
	rig_free(r);
}

// ---- ICMP: type, code and word of a message in, and out ("" if it is dropped).

struct message {
	const char *in, *out;
};

static void
translate(const char *element, bool to_4, const struct message *m)
{
	struct rig *r = rig_new(element, 1, 1);
	char hex[256], got[32] = "";
	uint8_t b[8];

	snprintf(hex, sizeof(hex), "%s%.4s0000%s616263",
		to_4 ? "60000000 000b3a40" ADDRS6 : "4500001f 00000000 ff010000" ADDRS4, m->in,
		m->in + 5);
	rig_push_hex(r, 0, hex);
	if (rig_count(r, 0) == 1) {
		struct packet *p = rig_packet(r, 0, 0);

		packet_read(p, to_4 ? 20 : 40, b, sizeof(b));
		snprintf(got, sizeof(got), "%02x%02x %02x%02x%02x%02x", b[0], b[1], b[4], b[5],
			b[6], b[7]);
		if (to_4) {
			CU_ASSERT_TRUE(ippacket_header_is_right(p));
			CU_ASSERT_EQUAL(ippacket_sum(p, 20, 11, 0), 0xffff);
		} else {
			CU_ASSERT_TRUE(ip6packet_is_right(p));
		}
	} else {
		CU_ASSERT_EQUAL(rig_drops(r, UNSUPPORTED), 1);
	}
	ASSERT_TEXT(got, m->out);
	rig_free(r);
}

static void
icmp_to_4(void)
{
	static const struct message v[] = {
		{"8000 00010002", "0800 00010002"},
		{"8100 00010002", "0000 00010002"},
		{"0100 00000000", "0300 00000000"},
		{"0101 00000000", "030a 00000000"},
		{"0102 00000000", "0305 00000000"},
		{"0103 00000000", "0301 00000000"},
		{"0104 00000000", "0303 00000000"},
		{"0105 00000000", ""},
		{"0200 000005dc", "0304 000005c8"},
		{"0200 00000000", "0304 00000000"},
		{"0200 ffffffff", "0304 0000ffff"},
		{"0300 00000000", "0b00 00000000"},
		{"0301 00000000", "0b01 00000000"},
		{"0400 00000000", "0c00 00000000"},
		{"0400 00000004", "0c00 02000000"},
		{"0400 00000007", "0c00 08000000"},
		{"0400 00000006", "0c00 09000000"},
		{"0400 00000008", "0c00 0c000000"},
		{"0400 00000018", "0c00 ff000000"},
		{"0400 00000020", "0c00 ff000000"},
		{"0401 00000006", "0302 00000000"},
		{"0402 00000028", "0c00 ff000000"},
		{"0403 00000000", ""},
		{"8700 00000000", ""},
	};

	for (size_t i = 0; i < RTE_DIM(v); i++)
		translate("ProtocolTranslator64", true, &v[i]);
}

static void
icmp_to_6(void)
{
	static const struct message v[] = {
		{"0800 00010002", "8000 00010002"},
		{"0000 00010002", "8100 00010002"},
		{"0300 00000000", "0100 00000000"},
		{"0301 00000000", "0100 00000000"},
		{"0302 00000000", "0401 00000006"},
		{"0303 00000000", "0104 00000000"},
		{"0304 00000000", "0200 00000000"},
		{"0304 000005c8", "0200 000005dc"},
		{"0305 00000000", "0102 00000000"},
		{"0306 00000000", "0100 00000000"},
		{"0309 00000000", "0101 00000000"},
		{"030a 00000000", "0101 00000000"},
		{"030c 00000000", "0100 00000000"},
		{"03ff 00000000", "0100 00000000"},
		{"0b01 00000000", "0301 00000000"},
		{"0c00 00000000", "0400 00000000"},
		{"0c00 02000000", "0400 00000004"},
		{"0c00 08000000", "0400 00000007"},
		{"0c00 09000000", "0400 00000006"},
		{"0c00 0c000000", "0400 00000008"},
		{"0c00 10000000", "0400 00000018"},
		{"0c00 11000000", "0400 ffffffff"},
		{"0500 00000000", ""},
		{"0d00 00000000", ""},
	};

	for (size_t i = 0; i < RTE_DIM(v); i++)
		translate("ProtocolTranslator46", false, &v[i]);
}

static void
is_dropped(const char *element, const char *hex, unsigned reason)
{
	struct rig *r = rig_new(element, 1, 1);

	rig_push_hex(r, 0, hex);
	CU_ASSERT_EQUAL(rig_drops(r, reason), 1);
	rig_free(r);
}

static void
drops(void)
{
	static const char six[] = "ProtocolTranslator64", four[] = "ProtocolTranslator46";

	is_dropped(six, "50000000 00001140" ADDRS6, BAD_HEADER);
	is_dropped(six, "60000000 00091140" ADDRS6 "0000000000000000", BAD_HEADER);
	is_dropped(
		six, "60000000 00081140" IP6_A MAPPED("01020304") "0000000000000000", NOT_MAPPED);
	is_dropped(
		six, "60000000 00081140" MAPPED("01020304") IP6_A "0000000000000000", NOT_MAPPED);
	is_dropped(six, "60000000 00080040" ADDRS6 "1100000000000000", UNSUPPORTED);
	is_dropped(six, "60000000 00080140" ADDRS6 "0800000000000000", UNSUPPORTED);
	is_dropped(six, "60000000 00071140" ADDRS6 "0000000000000000", TOO_SHORT);
	is_dropped(six, "60000000 00130640" ADDRS6 "00000000000000000000000000000000000000",
		TOO_SHORT);
	is_dropped(four, "65000014 00000000 ff110000" ADDRS4, BAD_HEADER);
	is_dropped(four, "44000014 00000000 ff110000" ADDRS4, BAD_HEADER);
	is_dropped(four, "45000013 00000000 ff110000" ADDRS4, BAD_HEADER);
	is_dropped(four, "45000015 00000000 ff110000" ADDRS4, BAD_HEADER);
	is_dropped(four, "4500001c 00002000 ff110000" ADDRS4 "0000000000000000", IS_FRAGMENT);
	is_dropped(four, "4500001c 00000001 ff110000" ADDRS4 "0000000000000000", IS_FRAGMENT);
	is_dropped(four, "4500001c 00000000 ff3a0000" ADDRS4 "8000000000000000", UNSUPPORTED);
	is_dropped(four, "4500001c 00000000 ff2f0000" ADDRS4 "0000000000000000", UNSUPPORTED);
	is_dropped(four, "4500001b 00000000 ff110000" ADDRS4 "00000000000000", TOO_SHORT);
}

static void
limits(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config(
		"RigIn(0) -> e :: ProtocolTranslator64 -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = rig_hex(UDP6("40"));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, UDP4);
	rig_expect_hex(r, 1, 0, UDP6("40")); // the other one's bytes are untouched
	p = rig_hex(UDP6("40"));
	rig_push(r, 1, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, NO_MEMORY), 1);
	rig_free(r);
	rig_truncations("ProtocolTranslator64", 1, 1, 0, UDP6("40"), NULL);
	rig_truncations("ProtocolTranslator46", 1, 1, 0,
		"4600002c 00000000 ff060000" ADDRS4
		"01010101 0000000000000000000000000000000000000000",
		NULL);
	ASSERT_ERRORS("ProtocolTranslator64(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("ProtocolTranslator46(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(protocoltranslator, UNIT_CASE(udp), UNIT_CASE(tcp), UNIT_CASE(icmp_to_4),
	UNIT_CASE(icmp_to_6), UNIT_CASE(drops), UNIT_CASE(limits))
