// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define GOOD "4500001c 00010000 401166ce 0a000001 0a000002 00000000 00000000"
#define OPTIONS "4600001c 00010000 401163cd 0a000001 0a000002 01010100 aaaaaaaa"

static void
good_packets_are_marked(void)
{
	struct rig *r = rig_new("CheckIPHeader", 1, 2);
	struct packet *p;

	rig_push_hex(r, 0, GOOD);
	rig_push_hex(r, 0, OPTIONS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	p = rig_packet(r, 0, 0);
	rig_expect_hex(r, 0, 0, GOOD);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x0a000002));
	rig_expect_hex(r, 0, 1, OPTIONS);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 1)), 24);
	ASSERT_READ(r, "drops", "0");
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
offset_and_trim(void)
{
	struct rig *r = rig_new("CheckIPHeader(OFFSET 2)", 1, 1);

	rig_push_hex(r, 0, "eeee" GOOD "ffff");
	rig_expect_hex(r, 0, 0, "eeee" GOOD);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 2);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 22);
	// In segments; the cut may fall anywhere.
	for (unsigned size = 1; size < 40; size++)
		rig_push(r, 0, rig_segments("eeee" OPTIONS "ffffffff", size));
	CU_ASSERT_EQUAL(rig_count(r, 0), 40);
	for (unsigned i = 1; i < rig_count(r, 0); i++) {
		rig_expect_hex(r, 0, i, "eeee" OPTIONS);
		CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, i)), 26);
	}
	rig_free(r);
}

// One bad packet for each reason, in the order in which they are looked for.
static const char *const bad[] = {
	"45000013 00010000 401166ce 0a000001 0a0000", // 19 bytes
	"5500001c 00010000 401166ce 0a000001 0a000002 00000000 00000000",
	"4400001c 00010000 401166ce 0a000001 0a000002 00000000 00000000",
	"4500001d 00010000 401166ce 0a000001 0a000002 00000000 00000000",
	"4500001c 00010000 401166cf 0a000001 0a000002 00000000 00000000",
	"45000018 00000000 40116cce 01020304 0a000002 aaaaaaaa",
};

static void
reasons(void)
{
	struct rig *r = rig_new("CheckIPHeader(BADSRC 1.2.3.4, DETAILS true, VERBOSE true)", 1, 2);

	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		for (unsigned n = 0; n <= i; n++)
			rig_push_hex(r, 0, bad[i]);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 21);
	// They leave as they came.
	rig_expect_hex(r, 1, 0, bad[0]);
	rig_expect_hex(r, 1, 20, bad[5]);
	CU_ASSERT_FALSE(packet_has_network(rig_packet(r, 1, 20)));
	ASSERT_READ(r, "drops", "21");
	ASSERT_READ(r, "drop_details",
		"1\ttiny packet\n2\tbad IP version\n3\tbad IP header length\n4\tbad IP length\n"
		"5\tbad IP checksum\n6\tbad source address\n");
	ASSERT_READ(r, "handlers",
		"drop_details\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\n"
		"name\tr.\n");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_chatter(r);
	rig_push_hex(r, 0, bad[1]);
	ASSERT_TEXT(rig_chatter(r), "e: IP header check failed: bad IP version\n");
	rig_push_hex(r, 0, bad[5]);
	ASSERT_TEXT(rig_chatter(r), "e: IP header check failed: bad source address\n");
	rig_free(r);
}

static void
drops_and_tells_once(void)
{
	struct rig *r = rig_new("CheckIPHeader", 1, 1);

	for (unsigned i = 0; i < RTE_DIM(bad) - 1; i++)
		rig_push_hex(r, 0, bad[i]);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "drops", "5");
	for (unsigned i = 0; i < RTE_DIM(bad) - 1; i++)
		CU_ASSERT_EQUAL(rig_drops(r, i), 1);
	ASSERT_TEXT(rig_chatter(r), "e: IP header check failed: tiny packet\n");
	// 1.2.3.4 is a good source unless it is said to be bad.
	rig_push_hex(r, 0, bad[5]);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
header_lengths(void)
{
	struct rig *r = rig_new("CheckIPHeader(CHECKSUM false, DETAILS true)", 1, 2);

	// Options that the datagram's length does not hold, or that the packet has not.
	rig_push_hex(r, 0, "46000014 00010000 40110000 0a000001 0a000002 01010100");
	rig_push_hex(r, 0, "4600001c 00010000 40110000 0a000001 0a000002 010101");
	rig_push_hex(r, 0, "45000013 00010000 40110000 0a000001 0a000002 010101");
	ASSERT_READ(r, "drop_details",
		"0\ttiny packet\n0\tbad IP version\n0\tbad IP header length\n3\tbad IP length\n"
		"0\tbad IP checksum\n0\tbad source address\n");
	rig_push_hex(r, 0, "4500001c 00010000 40110000 0a000001 0a000002 00000000 00000000");
	rig_push_hex(r, 0, "46000018 00010000 40110000 0a000001 0a000002 01010100");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("CheckIPHeader(DETAILS true)", 1, 2);
	rig_push_hex(r, 0, "46000018 00010000 40110000 0a000001 0a000002 01010100");
	ASSERT_READ(r, "drop_details",
		"0\ttiny packet\n0\tbad IP version\n0\tbad IP header length\n0\tbad IP length\n"
		"1\tbad IP checksum\n0\tbad source address\n");
	rig_free(r);
}

#define BROADCAST_SRC "45000018 00000000 401165d5 0a0000ff 0a000002 aaaaaaaa"
#define BROADCAST_SRC_TO_ME "45000018 00000000 401165d6 0a0000ff 0a000001 aaaaaaaa"
#define OTHER_255_SRC "45000018 00000000 401165d0 050505ff 0a000002 aaaaaaaa"
#define ZERO_SRC "45000018 00000000 401170d4 00000000 0a000002 aaaaaaaa"
#define ONES_SRC "45000018 00000000 401170d4 ffffffff 0a000002 aaaaaaaa"

static void
bad_sources(void)
{
	struct rig *r =
		rig_new("CheckIPHeader(INTERFACES 10.0.0.1/24 11.0.0.1/255.0.0.0, GOODDST 9.9.9.9, "
			"BADSRC 1.2.3.4 1.2.3.5)",
			1, 2);

	rig_push_hex(r, 0, BROADCAST_SRC);
	rig_push_hex(r, 0, ZERO_SRC);
	rig_push_hex(r, 0, ONES_SRC);
	rig_push_hex(r, 0, bad[5]);
	CU_ASSERT_EQUAL(rig_count(r, 1), 4);
	rig_push_hex(r, 0, BROADCAST_SRC_TO_ME);
	rig_push_hex(r, 0, OTHER_255_SRC);
	rig_push_hex(r, 0, "45000018 00000000 401164be 01020304 09090909 aaaaaaaa");
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	CU_ASSERT_EQUAL(rig_count(r, 1), 4);
	rig_free(r);
	// Without INTERFACES no source is bad.
	r = rig_new("CheckIPHeader", 1, 2);
	rig_push_hex(r, 0, ZERO_SRC);
	rig_push_hex(r, 0, ONES_SRC);
	rig_push_hex(r, 0, BROADCAST_SRC);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
second_class_ignores_the_checksum(void)
{
	struct rig *r = rig_new("CheckIPHeader2", 1, 2);

	rig_push_hex(r, 0, bad[4]);
	rig_push_hex(r, 0, bad[3]);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	r = rig_new("CheckIPHeader2(CHECKSUM true)", 1, 2);
	rig_push_hex(r, 0, bad[4]);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

// Header places must not cost a copy, even of a packet that somebody else sees.
static void
leaves_shared_bytes_alone(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: CheckIPHeader -> RigOut(0);"
				   "RigIn(1) -> RigOut(1);");
	struct packet *p = rig_hex(GOOD "ffff");

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	CU_ASSERT_PTR_EQUAL(packet_data(rig_packet(r, 0, 0)), packet_data(rig_packet(r, 1, 0)));
	rig_expect_hex(r, 0, 0, GOOD);
	rig_expect_hex(r, 1, 0, GOOD "ffff");
	rig_free(r);
}

static void
order_and_pull(void)
{
	struct rig *r = rig_new("CheckIPHeader", 1, 2);
	struct packet *p[] = {rig_hex(GOOD), rig_hex(bad[1]), rig_hex(bad[2]), rig_hex(GOOD)};
	char *order;

	rig_push_batch(r, 0, p, 4);
	order = rig_order(r);
	ASSERT_TEXT(order, "0 1 1 0");
	free(order);
	rig_free(r);
	r = rig_new_pull("CheckIPHeader", 1, 2);
	rig_push_hex(r, 0, GOOD);
	rig_push_hex(r, 0, bad[1]);
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
truncations(void)
{
	rig_truncations("CheckIPHeader", 1, 2, 0, GOOD, NULL);
	rig_truncations("CheckIPHeader(2, CHECKSUM false)", 1, 2, 0, "0000" OPTIONS, NULL);
	rig_truncations("CheckIPHeader(4294967295)", 1, 1, 0, GOOD, NULL);
}

static void
arguments(void)
{
	ASSERT_ERRORS("CheckIPHeader(1 2)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("CheckIPHeader(14, 10.0.0.1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckIPHeader(INTERFACES 10.0.0.1/33)", 1, 1, "INTERFACES: parse error\n");
	ASSERT_ERRORS("CheckIPHeader(BADSRC x)", 1, 1, "BADSRC: parse error\n");
	ASSERT_ERRORS("CheckIPHeader(GOODDST 1.2.3)", 1, 1, "GOODDST: parse error\n");
	ASSERT_ERRORS("CheckIPHeader(CHECKSUM 2)", 1, 1, "CHECKSUM: parse error\n");
	ASSERT_ERRORS("CheckIPHeader(VERBOSE maybe)", 1, 1, "VERBOSE: parse error\n");
	ASSERT_ERRORS("CheckIPHeader(DETAILS 5)", 1, 1, "DETAILS: parse error\n");
	ASSERT_ERRORS("CheckIPHeader2(FOO 1)", 1, 1, "FOO: unknown argument\n");
	CU_ASSERT_STRING_EQUAL(element_class_find("CheckIPHeader2")->group, "ip");
}

UNIT_SUITE(checkipheader, UNIT_CASE(good_packets_are_marked), UNIT_CASE(offset_and_trim),
	UNIT_CASE(reasons), UNIT_CASE(drops_and_tells_once), UNIT_CASE(header_lengths),
	UNIT_CASE(bad_sources), UNIT_CASE(second_class_ignores_the_checksum),
	UNIT_CASE(leaves_shared_bytes_alone), UNIT_CASE(order_and_pull), UNIT_CASE(truncations),
	UNIT_CASE(arguments))
