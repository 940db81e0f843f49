// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/rig.h"

static void
adds_and_averages(void)
{
	struct rig *r = rig_config("RigIn(0) -> a :: Counter -> s :: Strip(1) -> b :: Counter"
				   " -> c :: Counter -> RigOut(0);"
				   "e :: HandlerAggregate(ELEMENT a, ELEMENT b, ELEMENT c);");

	rig_push_hex(r, 0, "010203");
	rig_push_hex(r, 0, "01");
	ASSERT_TEXT(rig_read_param(r, "add", "count"), "6");
	ASSERT_TEXT(rig_read_param(r, "avg", "count"), "2");
	ASSERT_TEXT(rig_read_param(r, "add", "byte_count"), "8");
	ASSERT_TEXT(rig_read_param(r, "avg", "byte_count"), "2.66666666667");
	ASSERT_TEXT(rig_write(r, "write", "reset"), "");
	ASSERT_TEXT(rig_read_param(r, "add", "count"), "0");
	ASSERT_TEXT(rig_write(r, "write", "count_call 3 a.reset"), "");
	ASSERT_READ(r, "b.count_call", "3");
	ASSERT_READ(r, "c.count_call", "3");
	rig_free(r);
}

static void
errors(void)
{
	struct rig *r = rig_config("RigIn(0) -> a :: Counter -> RigOut(0);"
				   "e :: HandlerAggregate(ELEMENT a);");

	ASSERT_TEXT(rig_read_error(r, "add", ""), "expected the name of a handler\n");
	ASSERT_TEXT(rig_read_error(r, "add", "nosuch"), "no 'a.nosuch' read handler\n");
	ASSERT_TEXT(rig_read_error(r, "avg", "class"), "'a.class' is not a number\n");
	ASSERT_TEXT(rig_write(r, "write", ""), "expected the name of a handler\n");
	ASSERT_TEXT(rig_write(r, "write", "count 1"), "no 'a.count' write handler\n");
	rig_free(r);
	ASSERT_ERRORS("HandlerAggregate", 0, 0, "ELEMENT: required argument missing\n");
	ASSERT_ERRORS("HandlerAggregate(ELEMENT x, ELEMENT y)", 0, 0,
		"no element named 'x'\nno element named 'y'\n");
}

UNIT_SUITE(handleraggregate, UNIT_CASE(adds_and_averages), UNIT_CASE(errors))
