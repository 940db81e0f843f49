// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static void
encapsulates(void)
{
	struct rig *r = rig_new("GREEncap(0x0800)", 1, 1);

	rig_push_hex(r, 0, "45010203");
	rig_expect_hex(r, 0, 0, "00000800 45010203");
	rig_push(r, 0, rig_segments("45010203", 1));
	rig_expect_hex(r, 0, 1, "00000800 45010203");
	rig_free(r);
	r = rig_new("GREEncap(0x6558, CHECKSUM true)", 1, 1);
	rig_push_hex(r, 0, "0102030405");
	// 8000 + 6558 + 0102 + 0304 + 0500 = ee5e
	rig_expect_hex(r, 0, 0, "80006558 11a10000 0102030405");
	CU_ASSERT_EQUAL(ippacket_sum(rig_packet(r, 0, 0), 0, 13, 0), 0xffff);
	rig_free(r);
	r = rig_new_pull("GREEncap(0x0800)", 1, 1);
	rig_push_hex(r, 0, "45");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, "0000080045");
	rig_free(r);
}

static void
strips(void)
{
	struct rig *r = rig_new("StripGREHeader", 1, 1);

	rig_push_hex(r, 0, "00000800 45010203");
	rig_push_hex(r, 0, "80000800 11111111 45");
	rig_push_hex(r, 0, "b0000800 11111111 22222222 33333333 46");
	rig_push(r, 0, rig_segments("b0000800 11111111 22222222 33333333 46", 3));
	rig_expect_hex(r, 0, 0, "45010203");
	rig_expect_hex(r, 0, 1, "45");
	rig_expect_hex(r, 0, 2, "46");
	rig_expect_hex(r, 0, 3, "46");
	rig_push_hex(r, 0, "000008");
	rig_push_hex(r, 0, "b0000800 11111111 22222222 333333");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_push_hex(r, 0, "00010800 45");
	rig_push_hex(r, 0, "40000800 00000000");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	rig_free(r);
	rig_truncations("StripGREHeader", 1, 1, 0, "b0000800 11111111 22222222 33333333 46", NULL);
}

static void
checks(void)
{
	struct rig *r = rig_new("CheckGREHeader(1, DETAILS true)", 1, 2);

	rig_push_hex(r, 0, "ff 80006558 11a10000 0102030405");
	rig_push(r, 0, rig_segments("ff 80006558 11a10000 0102030405", 2));
	rig_push_hex(r, 0, "ff 00000800");
	rig_push_hex(r, 0, "ff 20000800 00000007 45");
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_READ(r, "drops", "0");
	rig_push_hex(r, 0, "ff 80006558 11a10000 0102030406");
	ASSERT_TEXT(rig_chatter(r), "GRE header check failed: bad GRE checksum\n");
	rig_push_hex(r, 0, "ff 000008");
	rig_push_hex(r, 0, "ff 20000800 000000");
	rig_push_hex(r, 0, "ff 00020800");
	rig_push_hex(r, 0, "ff 40000800 00000000");
	CU_ASSERT_EQUAL(rig_count(r, 1), 5);
	ASSERT_READ(r, "drops", "5");
	ASSERT_READ(r, "drop_details",
		"2\tbad packet length\n1\tbad GRE version\n1\tsource routing\n1\tbad GRE "
		"checksum\n");
	rig_free(r);
	r = rig_new("CheckGREHeader(CHECKSUM false)", 1, 1);
	rig_push_hex(r, 0, "80006558 00000000 0102030406");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_push_hex(r, 0, "8000");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("CheckGREHeader", 1, 2, 0, "80006558 11a10000 0102030405", NULL);
}

static void
arguments(void)
{
	ASSERT_ERRORS("GREEncap", 1, 1, "PROTOCOL: required argument missing\n");
	ASSERT_ERRORS("GREEncap(x)", 1, 1, "PROTOCOL: invalid number\n");
	ASSERT_ERRORS("GREEncap(1, CHECKSUM x)", 1, 1, "CHECKSUM: parse error\n");
	ASSERT_ERRORS("StripGREHeader(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckGREHeader(x)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("CheckGREHeader(CHECKSUM x)", 1, 1, "CHECKSUM: parse error\n");
}

UNIT_SUITE(gre, UNIT_CASE(encapsulates), UNIT_CASE(strips), UNIT_CASE(checks), UNIT_CASE(arguments))
