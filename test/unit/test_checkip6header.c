// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

#define FROM(src) "60000000 0004113f" src IP6_B "aaaaaaaa"
#define ONES "ffffffff ffffffff ffffffff ffffffff"

static void
good_packets_are_marked(void)
{
	struct rig *r = rig_new("CheckIP6Header", 1, 2);
	struct packet *p;

	rig_push_hex(r, 0, IP6_UDP);
	rig_push_hex(r, 0, "60000000 0000113f" IP6_A IP6_B); // without data
	rig_push_hex(r, 0, FROM("00000000 00000000 00000000 00000000"));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	p = rig_packet(r, 0, 0);
	rig_expect_hex(r, 0, 0, IP6_UDP);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 40);
	CU_ASSERT_EQUAL(packet_anno_u64(p, ANNO_DST_IP6), 0);
	ASSERT_READ(r, "drops", "0");
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
offset_and_trim(void)
{
	struct rig *r = rig_new("CheckIP6Header(OFFSET 2)", 1, 1);

	rig_push_hex(r, 0, "eeee" IP6_UDP "ffff");
	rig_expect_hex(r, 0, 0, "eeee" IP6_UDP);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 2);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 42);
	// The cut may fall anywhere.
	for (unsigned size = 1; size < 60; size++)
		rig_push(r, 0, rig_segments("eeee" IP6_UDP "ffffffff", size));
	CU_ASSERT_EQUAL(rig_count(r, 0), 60);
	for (unsigned i = 1; i < rig_count(r, 0); i++)
		rig_expect_hex(r, 0, i, "eeee" IP6_UDP);
	rig_free(r);
}

// The header lies in front of the data.
static void
negative_offset(void)
{
	struct rig *r = rig_config("RigIn -> Strip(4) -> e :: CheckIP6Header(OFFSET -4) -> RigOut;"
				   "e [1] -> RigOut(1)");
	struct packet *p;

	rig_push_hex(r, 0, IP6_UDP "ff");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), -4);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 48);
	p = packet_make(0, "12345678", 8);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
bad_packets(void)
{
	struct rig *r = rig_new("CheckIP6Header(2001:db8::1 ::, OFFSET 0)", 1, 2);

	rig_push_hex(r, 0, "60000000 0000113f" IP6_A "20010db8 00000000 00000000 000000"); // 39
	rig_push_hex(r, 0, "50000000 0004113f" IP6_B IP6_B "aaaaaaaa");
	rig_push_hex(r, 0, "60000000 0005113f" IP6_B IP6_B "aaaaaaaa");
	rig_push_hex(r, 0, "60000000 ffff113f" IP6_B IP6_B "aaaaaaaa");
	rig_push_hex(r, 0, FROM(IP6_A));
	rig_push_hex(r, 0, FROM("00000000 00000000 00000000 00000000"));
	rig_push_hex(r, 0, FROM(ONES));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 7);
	rig_expect_hex(r, 1, 4, FROM(IP6_A));
	CU_ASSERT_FALSE(packet_has_network(rig_packet(r, 1, 4)));
	ASSERT_READ(r, "drops", "7");
	ASSERT_TEXT(rig_chatter(r), "IP6 header check failed\n");
	// The same last six bits as a bad one.
	rig_push_hex(r, 0, FROM(IP6_B));
	rig_push_hex(r, 0, FROM("ffffffff ffffffff ffffffff fffffffe"));
	rig_push_hex(r, 0, FROM("00000000 00000000 00000000 00000040"));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
drops_by_reason(void)
{
	struct rig *r = rig_new("CheckIP6Header", 1, 1);

	rig_push_hex(r, 0, "");
	rig_push_hex(r, 0, "50000000 0004113f" IP6_B IP6_B "aaaaaaaa");
	rig_push_hex(r, 0, "60000000 0005113f" IP6_B IP6_B "aaaaaaaa");
	rig_push_hex(r, 0, FROM(ONES));
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(rig_drops(r, i), 1);
	ASSERT_READ(r, "drops", "4");
	rig_free(r);
}

static void
pull(void)
{
	struct rig *r = rig_new_pull("CheckIP6Header", 1, 2);

	rig_push_hex(r, 0, IP6_UDP);
	rig_push_hex(r, 0, "60");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
truncations(void)
{
	rig_truncations("CheckIP6Header(OFFSET 1)", 1, 2, 0, "00" IP6_UDP, NULL);
	rig_truncations("CheckIP6Header(OFFSET 2147483647)", 1, 2, 0, "60", NULL);
	rig_truncations("CheckIP6Header(OFFSET -2147483648)", 1, 2, 0, "60", NULL);
}

static void
names(void)
{
	struct rig *r = rig_config("AddressInfo(evil 2001:db8::1); RigIn"
				   " -> e :: CheckIP6Header(evil) -> RigOut; e [1] -> RigOut(1)");

	rig_push_hex(r, 0, FROM(IP6_A));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn -> e :: CheckIP6Header -> RigOut");
	char *errors;

	rig_push_hex(r, 0, "");
	errors = rig_swap(r, "RigIn -> e :: CheckIP6Header(OFFSET 14) -> RigOut");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("CheckIP6Header(::1 2::zz)", 1, 1, "expects IP6ADDRESS -a \n");
	ASSERT_ERRORS("CheckIP6Header(1.2.3.4)", 1, 1, "expects IP6ADDRESS -a \n");
	ASSERT_ERRORS("CheckIP6Header(, x)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("CheckIP6Header(::, 1, 2)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckIP6Header(BAD 2)", 1, 1, "BAD: unknown argument\n");
}

UNIT_SUITE(checkip6header, UNIT_CASE(good_packets_are_marked), UNIT_CASE(offset_and_trim),
	UNIT_CASE(negative_offset), UNIT_CASE(bad_packets), UNIT_CASE(drops_by_reason),
	UNIT_CASE(pull), UNIT_CASE(truncations), UNIT_CASE(names), UNIT_CASE(hot_swap),
	UNIT_CASE(arguments))
