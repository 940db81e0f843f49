// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define COMBO "IPOutputCombo(1, 1.0.0.1, 40)"
#define PLAIN "4500001c 00010000 401166ce 0a000001 0a000002 0102030405060708"
#define DECREMENTED "4500001c 00010000 3f1167ce 0a000001 0a000002 0102030405060708"
#define N_OUTPUTS 5

static const struct {
	const char *hex;
	uint8_t paint, fix;
	enum packet_type type;
} packets[] = {
	{PLAIN, 0, 0, PACKET_HOST},
	{PLAIN, 1, 0, PACKET_OTHERHOST},
	{PLAIN, 1, 0, PACKET_BROADCAST},
	{PLAIN, 0, 0, PACKET_MULTICAST},
	{PLAIN, 2, 1, PACKET_HOST},
	{PLAIN, 1, 9, PACKET_HOST},
	{"4500001c 00010000 0111a5ce 0a000001 0a000002 0102030405060708", 1, 1, PACKET_HOST},
	{"4500001c 00010000 0011a6ce 0a000001 0a000002 0102030405060708", 0, 0, PACKET_HOST},
	// Record route with room, full, and with a bad pointer.
	{"4700001c 00010000 401159c7 0a000001 0a000002 07070400 00000000", 0, 0, PACKET_HOST},
	{"4700001c 00010000 401159c7 0a000001 0a000002 07070400 00000000", 1, 1, PACKET_HOST},
	{"4700001c 00010000 401155c7 0a000001 0a000002 07070800 00000000", 0, 0, PACKET_HOST},
	{"4700001c 00010000 40115bc7 0a000001 0a000002 07070200 00000000", 1, 1, PACKET_HOST},
	{"4600001c 00010000 401163cc 0a000001 0a000002 01010101 00000000", 0, 0, PACKET_HOST},
	// Exactly the MTU, and one more.
	{"45000028 00010000 401166c2 0a000001 0a000002 0102030405060708090a0b0c0d0e0f1011121314", 0,
		0, PACKET_HOST},
	{"45000029 00010000 401166c1 0a000001 0a000002 "
	 "0102030405060708090a0b0c0d0e0f101112131415",
		1, 0, PACKET_HOST},
	{"45000029 00010000 0111a5c1 0a000001 0a000002 "
	 "0102030405060708090a0b0c0d0e0f101112131415",
		0, 0, PACKET_HOST},
};

static struct packet *
make(unsigned i, unsigned segment)
{
	struct packet *p =
		segment > 0 ? rig_segments(packets[i].hex, segment) : rig_hex(packets[i].hex);

	ippacket_mark(p);
	packet_set_anno_u8(p, ANNO_PAINT, packets[i].paint);
	packet_set_anno_u8(p, ANNO_FIX_IP_SRC, packets[i].fix);
	packet_set_type(p, packets[i].type);
	return p;
}

static bool
are_equal(struct rig *r, unsigned output, unsigned i)
{
	struct packet *p = rig_packet(r, output, i), *q = rig_packet(r, output + N_OUTPUTS, i);
	uint8_t x[100], y[100];

	return packet_length(p) == packet_length(q) && packet_read(p, 0, x, packet_length(p)) &&
	       packet_read(q, 0, y, packet_length(q)) && memcmp(x, y, packet_length(p)) == 0 &&
	       memcmp(packet_meta(p)->anno, packet_meta(q)->anno, PACKET_ANNO_SIZE) == 0;
}

// It does what the elements do that it stands for.
static void
equals_its_parts(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> t :: Tee; t [0] -> e :: " COMBO " -> RigOut(0);"
		"e [1] -> RigOut(1); e [2] -> RigOut(2); e [3] -> RigOut(3); e [4] -> RigOut(4);"
		"t [1] -> DropBroadcasts -> p :: PaintTee(1) -> o :: IPGWOptions(1.0.0.1)"
		" -> FixIPSrc(1.0.0.1) -> d :: DecIPTTL -> l :: CheckLength(40) -> RigOut(5);"
		"p [1] -> RigOut(6); o [1] -> RigOut(7); d [1] -> RigOut(8); l [1] -> RigOut(9);");
	static const unsigned counts[N_OUTPUTS] = {9, 6, 1, 3, 1};

	for (unsigned segment = 0; segment <= 3; segment += 3) {
		struct packet *some[RTE_DIM(packets)];

		for (unsigned i = 0; i < RTE_DIM(packets); i++)
			some[i] = make(i, segment);
		rig_push_batch(r, 0, some, RTE_DIM(packets));
	}
	for (unsigned output = 0; output < N_OUTPUTS; output++) {
		CU_ASSERT_EQUAL(rig_count(r, output), 2 * counts[output]);
		CU_ASSERT_EQUAL(rig_count(r, output + N_OUTPUTS), 2 * counts[output]);
		for (unsigned i = 0; i < rig_count(r, output); i++)
			CU_ASSERT_TRUE(are_equal(r, output, i));
	}
	rig_expect_hex(r, 0, 0, DECREMENTED);
	for (unsigned i = 0; i < rig_count(r, 0); i++)
		CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, i)));
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 2, 0), ANNO_ICMP_PARAMPROB), 22);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 4);
	rig_free(r);
}

static void
keeps_the_order(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> e :: " COMBO " -> o :: RigOut(0); e [1] -> Paint(99) -> o;"
			   "e [2] -> Discard; e [3] -> Discard; e [4] -> Discard;");
	struct packet *some[2] = {make(1, 0), make(1, 0)};

	rig_push_batch(r, 0, some, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(
			packet_anno_u8(rig_packet(r, 0, i), ANNO_PAINT), i % 2 == 0 ? 99 : 1);
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new(COMBO, 1, 5);
	struct packet *p, *clone;

	rig_push_hex(r, 0, "");
	rig_push(r, 0, ippacket_marked(rig_hex("47000014 00010000 40110000 0a000001 0a000002")));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	p = make(0, 0);
	clone = packet_clone(p);
	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, PLAIN);
	rig_expect_hex(r, 0, 0, DECREMENTED);
	clone = packet_clone(p);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_push(r, 0, p);
	// The copy for the redirect is as the packet came.
	rig_push(r, 0, make(1, 0));
	rig_expect_hex(r, 1, 0, PLAIN);
	rig_free(r);
	rig_truncations(COMBO, 1, 5, 0, PLAIN, ippacket_mark);
	rig_truncations(COMBO, 1, 5, 0, packets[8].hex, ippacket_mark);
}

static void
arguments(void)
{
	ASSERT_ERRORS("IPOutputCombo", 1, 5,
		"COLOR: required argument missing\nIPADDR: required argument missing\n"
		"MTU: required argument missing\n");
	ASSERT_ERRORS("IPOutputCombo(x, y, z)", 1, 5,
		"COLOR: invalid number\nIPADDR: parse error\nMTU: invalid number\n");
	ASSERT_ERRORS("IPOutputCombo(1, 1.2.3.4, 5, 6)", 1, 5, "too many arguments\n");
}

UNIT_SUITE(ipoutputcombo, UNIT_CASE(equals_its_parts), UNIT_CASE(keeps_the_order), UNIT_CASE(drops),
	UNIT_CASE(arguments))
