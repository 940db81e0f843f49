// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
copies_and_pastes(void)
{
	struct rig *r = rig_new("Clipboard(0/2, 4/1)", 2, 2);

	rig_push_hex(r, 0, "010203040506");
	rig_push_hex(r, 1, "a1a2a3a4a5");
	rig_push(r, 1, rig_segments("b1b2b3b4b5b6", 1));
	rig_expect_hex(r, 0, 0, "010203040506");
	rig_expect_hex(r, 1, 0, "0102a3a405");
	rig_expect_hex(r, 1, 1, "0102b3b405b6");
	// Too short: neither changes.
	rig_push_hex(r, 0, "11121314");
	rig_push_hex(r, 1, "c1c2c3c4");
	rig_push_hex(r, 1, "c1c2c3c4c5");
	rig_expect_hex(r, 1, 2, "c1c2c3c4");
	rig_expect_hex(r, 1, 3, "0102c3c405");
	rig_push(r, 0, rig_segments("2122232425", 2));
	rig_push_hex(r, 1, "c1c2c3c4c5");
	rig_expect_hex(r, 1, 4, "2122c3c425");
	rig_free(r);
}

static void
nothing_copied_is_zeroes(void)
{
	struct rig *r = rig_new("Clipboard(1/1)", 2, 2);

	rig_push_hex(r, 1, "a1a2a3");
	rig_expect_hex(r, 1, 0, "a100a3");
	rig_free(r);
	r = rig_new("Clipboard", 2, 2);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 1, "a1");
	rig_expect_hex(r, 0, 0, "01");
	rig_expect_hex(r, 1, 0, "a1");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r =
		rig_config("e :: Clipboard(0/1); RigIn(0) -> e; RigIn(1) -> [1] e;"
			   "e [0] -> PullNull -> RigOut(0); e [1] -> PullNull -> RigOut(1);");

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 1, "a1a2");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 1), 1);
	rig_expect_hex(r, 1, 0, "01a2");
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_new("Clipboard(0/1)", 2, 2);
	struct packet *p = rig_hex("01"), *clone = packet_clone(p);
	struct hoard h;

	hoard_take(&h);
	rig_push(r, 1, p);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	ASSERT_READ(r, "drop_reasons", "1\tno memory\n");
	hoard_release(&h);
	rig_push(r, 0, clone);
	rig_free(r);
}

static void
configures_live(void)
{
	struct rig *r = rig_new("Clipboard(0/1)", 2, 2);

	rig_push_hex(r, 0, "0102");
	ASSERT_TEXT(
		rig_write(r, "config", "1"), "range 0: expected '/' between offset and length\n");
	rig_push_hex(r, 1, "a1a2");
	rig_expect_hex(r, 1, 0, "01a2");
	ASSERT_TEXT(rig_write(r, "config", "1/1"), "");
	rig_push_hex(r, 0, "0102");
	rig_push_hex(r, 1, "a1a2");
	rig_expect_hex(r, 1, 1, "a102");
	rig_free(r);
}

static void
a_hot_swap_keeps_it(void)
{
	const char *same = "RigIn(0) -> e :: Clipboard(0/1) -> RigOut(0);"
			   "RigIn(1) -> [1] e [1] -> RigOut(1);";
	const char *other = "RigIn(0) -> e :: Clipboard(1/1) -> RigOut(0);"
			    "RigIn(1) -> [1] e [1] -> RigOut(1);";
	struct rig *r = rig_config(same);
	char *errors;

	rig_push_hex(r, 0, "0102");
	errors = rig_swap(r, same);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 1, "a1a2");
	rig_expect_hex(r, 1, 0, "01a2");
	errors = rig_swap(r, other);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	rig_push_hex(r, 1, "a1a2");
	rig_expect_hex(r, 1, 0, "a100");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS(
		"Clipboard(0/1, x)", 2, 2, "range 1: expected '/' between offset and length\n");
	ASSERT_ERRORS("Clipboard(a/1, 1/, /1, -1/2, 1/2/3)", 2, 2,
		"range 0: invalid offset or length\nrange 1: invalid offset or length\n"
		"range 2: invalid offset or length\nrange 3: invalid offset or length\n"
		"range 4: invalid offset or length\n");
	ASSERT_ERRORS("Clipboard(65535/1)", 2, 2, "range 0: invalid offset or length\n");
	ASSERT_ERRORS(
		"Clipboard(4294967295/4294967295)", 2, 2, "range 0: invalid offset or length\n");
}

static void
any_length(void)
{
	rig_truncations("Clipboard(1/2, 4/1)", 2, 2, 0, "010203040506", NULL);
	rig_truncations("Clipboard(1/2, 4/1)", 2, 2, 1, "010203040506", NULL);
}

UNIT_SUITE(clipboard, UNIT_CASE(copies_and_pastes), UNIT_CASE(nothing_copied_is_zeroes),
	UNIT_CASE(pulls), UNIT_CASE(no_memory), UNIT_CASE(configures_live),
	UNIT_CASE(a_hot_swap_keeps_it), UNIT_CASE(arguments), UNIT_CASE(any_length))
