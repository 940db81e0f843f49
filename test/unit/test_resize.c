// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
removes(void)
{
	struct rig *r = rig_new("Resize(-2, -1)", 1, 1);

	rig_push_hex(r, 0, "0102030405");
	rig_push_hex(r, 0, "010203");
	rig_push_hex(r, 0, "0102");
	rig_push(r, 0, rig_segments("0102030405", 1));
	rig_expect_hex(r, 0, 0, "0304");
	rig_expect_hex(r, 0, 1, "");
	rig_expect_hex(r, 0, 2, "");
	rig_expect_hex(r, 0, 3, "0304");
	rig_free(r);
	r = rig_new("Resize(-2147483648, -2147483648)", 1, 1);
	rig_push_hex(r, 0, "0102030405");
	rig_expect_hex(r, 0, 0, "");
	rig_free(r);
}

static void
adds(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> e :: Resize(HEAD 3, TAIL 200) -> Strip(3) -> Truncate(2) -> RigOut(0);");

	rig_push_hex(r, 0, "0102");
	rig_expect_hex(r, 0, 0, "0102");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 200);
	rig_free(r);
	r = rig_new("Resize(14)", 1, 1);
	rig_push_hex(r, 0, "0102");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 16);
	rig_free(r);
}

static void
removes_in_front_what_it_adds_behind(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> e :: Resize(-1, 1) -> StoreData(1, \\<ff>) -> PullNull -> RigOut(0);");

	rig_push_hex(r, 0, "0102");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "02ff");
	rig_free(r);
}

static void
too_much_is_dropped(void)
{
	struct rig *r = rig_new("Resize(0, 65536)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "drop_reasons", "1\tno memory or too long\n");
	ASSERT_TEXT(rig_write(r, "tail", "2147483647"), "");
	rig_push_hex(r, 0, "01");
	ASSERT_TEXT(rig_write(r, "tail", "0"), "");
	ASSERT_TEXT(rig_write(r, "head", "2147483647"), "");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_new("Resize(1000)", 1, 1);
	struct packet *p = rig_hex("01");
	struct hoard h;

	hoard_take(&h);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	hoard_release(&h);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("Resize(-1, 5)", 1, 1);

	ASSERT_READ(r, "handlers",
		"tail\trw\nhead\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "head", "-1");
	ASSERT_READ(r, "tail", "5");
	ASSERT_TEXT(rig_write(r, "head", "0"), "");
	ASSERT_TEXT(rig_write(r, "tail", "-1"), "");
	rig_push_hex(r, 0, "010203");
	rig_expect_hex(r, 0, 0, "0102");
	ASSERT_TEXT(rig_write(r, "head", "x"), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "tail", ""), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "config", "-1"), "");
	ASSERT_READ(r, "tail", "0");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Resize(x)", 1, 1, "HEAD: invalid number\n");
	ASSERT_ERRORS("Resize(0, 2147483648)", 1, 1, "TAIL: out of range, bound 2147483647\n");
	ASSERT_ERRORS("Resize(1, 2, 3)", 1, 1, "too many arguments\n");
}

static void
any_length(void)
{
	rig_truncations("Resize(-2, -3)", 1, 1, 0, "010203040506", NULL);
	rig_truncations("Resize(2, 3)", 1, 1, 0, "010203", NULL);
}

UNIT_SUITE(resize, UNIT_CASE(removes), UNIT_CASE(adds),
	UNIT_CASE(removes_in_front_what_it_adds_behind), UNIT_CASE(too_much_is_dropped),
	UNIT_CASE(no_memory), UNIT_CASE(handlers), UNIT_CASE(arguments), UNIT_CASE(any_length))
