// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
stores(void)
{
	struct rig *r = rig_new("StoreTimestamp(1)", 1, 1);
	struct packet *p = rig_hex("ffffffffffffffffffff");

	packet_set_timestamp(p, 0x0102030405060708);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, "ff 08 07 06 05 04 03 02 01 ff");
	rig_push_hex(r, 0, "ff");
	rig_expect_hex(r, 0, 1, "ff 00 00 00 00 00 00 00 00");
	rig_push(r, 0, rig_segments("ffffffffffffffffffff", 3));
	rig_expect_hex(r, 0, 2, "ff 0000000000000000 ff");
	rig_free(r);
	r = rig_new_pull("StoreTimestamp(TAIL true)", 1, 1);
	rig_push_hex(r, 0, "ff");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "ff 0000000000000000");
	rig_free(r);
}

static void
limits(void)
{
	struct rig *r = rig_new("StoreTimestamp(4294967295)", 1, 1);

	rig_push_hex(r, 0, "ff");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new("StoreTimestamp(65527)", 1, 1);
	rig_push_hex(r, 0, "ff");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 65535);
	rig_free(r);
}

static void
arguments(void)
{
	const char *error = "supply exactly one of 'OFFSET' and 'TAIL'\n";

	ASSERT_ERRORS("StoreTimestamp", 1, 1, error);
	ASSERT_ERRORS("StoreTimestamp(1, TAIL true)", 1, 1, error);
	ASSERT_ERRORS("StoreTimestamp(x)", 1, 1, "OFFSET: invalid number\n");
}

UNIT_SUITE(storetimestamp, UNIT_CASE(stores), UNIT_CASE(limits), UNIT_CASE(arguments))
