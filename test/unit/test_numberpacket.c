// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static void
numbers(void)
{
	struct rig *r = rig_new("NumberPacket(2, NET_ORDER true)", 1, 1);
	struct packet *p[] = {rig_hex("ffffffffffffffffffffff"), rig_hex("ff"),
		rig_segments("ffffffffffffffffffffff", 3)};

	ASSERT_READ(r, "count", "0");
	rig_push_batch(r, 0, p, 3);
	rig_expect_hex(r, 0, 0, "ffff 0000000000000000 ff");
	rig_expect_hex(r, 0, 1, "ff00 0000000000000001");
	rig_expect_hex(r, 0, 2, "ffff 0000000000000002 ff");
	ASSERT_READ(r, "count", "3");
	rig_free(r);
	r = rig_new_pull("NumberPacket(0)", 1, 1);
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 2);
	rig_expect_hex(r, 0, 2, "0200000000000000");
	rig_free(r);
}

static void
ip_grows(void)
{
	struct rig *r = rig_new("NumberPacket", 1, 1);

	rig_push(r, 0,
		ippacket_marked(rig_hex("45000018 00000000 401178d3 01000001 01000002 01020304")));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 48);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[3], 48);
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 0)));
	rig_free(r);
	rig_truncations("NumberPacket(10)", 1, 1, 0,
		"45000018 00000000 401178d3 01000001 01000002 01020304", ippacket_mark);
}

static void
checks(void)
{
	struct rig *r = rig_new("CheckNumberPacket(0, 3, NET_ORDER true)", 1, 2);

	rig_push_hex(r, 0, "0000000000000001");
	rig_push_hex(r, 0, "0000000000000001 ff");
	rig_push(r, 0, rig_segments("0000000000000002", 3));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "dump", "0: 0\n1: 2\n2: 1\n");
	ASSERT_READ(r, "max", "[1] : 2");
	ASSERT_READ(r, "min", "[0] : 0");
	rig_push_hex(r, 0, "00000000000000");
	rig_push_hex(r, 0, "0000000000000003");
	rig_push_hex(r, 0, "ffffffffffffffff");
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	ASSERT_TEXT(rig_chatter(r), "e :: CheckNumberPacket: 3 out of scope (count is 3)\n");
	ASSERT_TEXT(rig_write(r, "count", "4"), "");
	rig_push_hex(r, 0, "0000000000000003");
	ASSERT_READ(r, "dump", "0: 0\n1: 2\n2: 1\n3: 1\n");
	ASSERT_TEXT(rig_write(r, "count", "-1"), "count must be 0 to 67108864\n");
	ASSERT_READ(r, "count", "4");
	rig_free(r);
	r = rig_new("CheckNumberPacket", 1, 1);
	ASSERT_READ(r, "max", "[-1] : 0");
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("CheckNumberPacket(2, 9)", 1, 1, 0, "00000000000000000000", NULL);
}

static void
arguments(void)
{
	ASSERT_ERRORS("NumberPacket(-1)", 1, 1, "Offset must be >= 0\n");
	ASSERT_ERRORS("NumberPacket(65528)", 1, 1, "Offset must be <= 65527\n");
	ASSERT_ERRORS("NumberPacket(x)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("NumberPacket(NET_ORDER x)", 1, 1, "NET_ORDER: parse error\n");
	ASSERT_ERRORS("CheckNumberPacket(-1)", 1, 1, "Offset must be >= 0\n");
	ASSERT_ERRORS(
		"CheckNumberPacket(0, 67108865)", 1, 1, "COUNT: out of range, bound 67108864\n");
}

UNIT_SUITE(numberpacket, UNIT_CASE(numbers), UNIT_CASE(ip_grows), UNIT_CASE(checks),
	UNIT_CASE(arguments))
