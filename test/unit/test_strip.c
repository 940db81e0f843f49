// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
removes_the_front(void)
{
	struct rig *r = rig_new("Strip(2)", 1, 1);

	rig_push_hex(r, 0, "01 02 03 04");
	rig_expect_hex(r, 0, 0, "03 04");
	// The bytes are still there for Unstrip.
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[-1], 2);
	rig_free(r);
}

static void
shorter_packets_become_empty(void)
{
	struct rig *r = rig_new("Strip(LENGTH 14)", 1, 1);

	rig_push_hex(r, 0, "01 02 03");
	rig_push(r, 0, rig_segments("0102030405060708090a0b0c0d0e0f10", 3));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 0);
	rig_expect_hex(r, 0, 1, "0f10");
	// Only the first one is told of.
	rig_push_hex(r, 0, "");
	ASSERT_TEXT(rig_chatter(r), "Packet::pull 14 > length 3\n");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Strip(1)", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_push_hex(r, 0, "01 02");
	rig_push_hex(r, 0, "03 04");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 2);
	rig_expect_hex(r, 0, 0, "02");
	rig_expect_hex(r, 0, 1, "04");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Strip", 1, 1, "LENGTH: required argument missing\n");
	ASSERT_ERRORS("Strip(x)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("Strip(-1)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("Strip(1, 2)", 1, 1, "too many arguments\n");
}

static void
any_length(void)
{
	rig_truncations("Strip(3)", 1, 1, 0, "0102030405", NULL);
}

UNIT_SUITE(strip, UNIT_CASE(removes_the_front), UNIT_CASE(shorter_packets_become_empty),
	UNIT_CASE(pulls), UNIT_CASE(arguments), UNIT_CASE(any_length))
