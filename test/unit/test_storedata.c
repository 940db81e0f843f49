// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
overwrites(void)
{
	struct rig *r = rig_new("StoreData(2, \"ABCDEF\")", 1, 1);

	rig_push_hex(r, 0, "0102030405");
	rig_push_hex(r, 0, "0102");
	rig_push_hex(r, 0, "010203040506070809");
	rig_push(r, 0, rig_segments("0102030405", 1));
	rig_expect_hex(r, 0, 0, "0102414243");
	rig_expect_hex(r, 0, 1, "0102");
	rig_expect_hex(r, 0, 2, "010241424344454609");
	rig_expect_hex(r, 0, 3, "0102414243");
	rig_free(r);
	r = rig_new("StoreData(4294967295, \"ABCDEF\")", 1, 1);
	rig_push_hex(r, 0, "0102");
	rig_expect_hex(r, 0, 0, "0102");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("StoreData(OFFSET 0, DATA \\<ff>)", 1, 1);

	rig_push_hex(r, 0, "0102");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "ff02");
	rig_free(r);
}

static void
copies_stay_what_they_were(void)
{
	struct rig *r = rig_config("RigIn(0) -> t :: Tee; t [0] -> RigOut(0);"
				   "t [1] -> e :: StoreData(0, \\<ff>) -> RigOut(1);");

	rig_push_hex(r, 0, "0102");
	rig_expect_hex(r, 0, 0, "0102");
	rig_expect_hex(r, 1, 0, "ff02");
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_new("StoreData(0, \\<ff>)", 1, 1);
	struct packet *p = rig_hex("01"), *clone = packet_clone(p);
	struct hoard h;

	hoard_take(&h);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "drop_reasons", "1\tno memory\n");
	hoard_release(&h);
	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 0, "ff");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("StoreData", 1, 1,
		"OFFSET: required argument missing\nDATA: required argument missing\n");
	ASSERT_ERRORS("StoreData(x, y)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("StoreData(-1, y)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("StoreData(1, y, z)", 1, 1, "too many arguments\n");
}

static void
any_length(void)
{
	rig_truncations("StoreData(2, \\<aabbcc>)", 1, 1, 0, "010203040506", NULL);
}

UNIT_SUITE(storedata, UNIT_CASE(overwrites), UNIT_CASE(pulls),
	UNIT_CASE(copies_stay_what_they_were), UNIT_CASE(no_memory), UNIT_CASE(arguments),
	UNIT_CASE(any_length))
