// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
one_input_passes(void)
{
	struct rig *r = rig_new("InputSwitch", 3, 1);

	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, i, i == 0 ? "00" : i == 1 ? "01" : "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "00");
	ASSERT_READ(r, "drop_reasons", "2\tnot the chosen input\n");
	ASSERT_TEXT(rig_write(r, "switch", "2"), "");
	rig_push_hex(r, 0, "00");
	rig_push_hex(r, 2, "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 1, "02");
	rig_free(r);
	r = rig_new("InputSwitch(-1)", 1, 1);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "switch", "-1");
	rig_free(r);
}

static void
both_names_of_the_argument(void)
{
	struct rig *r = rig_new("InputSwitch(OUTPUT 1)", 2, 1);

	ASSERT_READ(r, "switch", "1");
	rig_free(r);
	r = rig_new("InputSwitch(INPUT 1)", 2, 1);
	ASSERT_READ(r, "switch", "1");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("InputSwitch(1)", 2, 1);

	ASSERT_READ(r, "handlers",
		"switch\trw\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "config", "1");
	ASSERT_TEXT(rig_write(r, "switch", "2"), "");
	ASSERT_READ(r, "switch", "-1");
	ASSERT_READ(r, "config", "-1");
	ASSERT_TEXT(rig_write(r, "switch", "x"), "InputSwitch input must be integer\n");
	ASSERT_TEXT(rig_write(r, "switch", "2147483648"), "InputSwitch input must be integer\n");
	ASSERT_TEXT(rig_write(r, "config", "2"), "input must be < 2\n");
	ASSERT_TEXT(rig_write(r, "config", "0"), "");
	ASSERT_READ(r, "switch", "0");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("InputSwitch(2)", 2, 1, "input must be < 2\n");
	ASSERT_ERRORS("InputSwitch(x)", 1, 1, "INPUT: invalid number\n");
	ASSERT_ERRORS("InputSwitch(0, 1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(inputswitch, UNIT_CASE(one_input_passes), UNIT_CASE(both_names_of_the_argument),
	UNIT_CASE(handlers), UNIT_CASE(arguments))
