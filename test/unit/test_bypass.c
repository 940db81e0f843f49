// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
pushes(void)
{
	struct rig *r = rig_new("Bypass", 2, 2);

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 1, "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	ASSERT_READ(r, "active", "true");
	rig_push_hex(r, 0, "03");
	rig_push_hex(r, 1, "04");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 1, 0, "03");
	rig_expect_hex(r, 0, 2, "04");
	ASSERT_TEXT(rig_write(r, "active", "0"), "");
	rig_push_hex(r, 0, "05");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r =
		rig_config("e :: Bypass(ACTIVE false); RigIn(0) -> e; RigIn(1) -> [1] e;"
			   "e [0] -> PullNull -> RigOut(0); e [1] -> PullNull -> RigOut(1);");

	for (unsigned i = 0; i < 4; i++) {
		rig_push_hex(r, 0, "00");
		rig_push_hex(r, 1, "11");
	}
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 1), 1);
	rig_expect_hex(r, 0, 0, "00");
	rig_expect_hex(r, 1, 0, "00");
	rig_write(r, "active", "true");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 1), 1);
	rig_expect_hex(r, 0, 1, "11");
	rig_expect_hex(r, 1, 1, "00");
	rig_free(r);
}

static void
the_second_port_may_be_missing(void)
{
	struct rig *r = rig_new("Bypass(true, INLINE true)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	r = rig_new_pull("Bypass(true)", 1, 1);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_free(r);
}

// Around a counter, as it is used.
static void
a_detour(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Bypass -> RigOut(0);"
				   "e [1] -> c :: Counter -> [1] e;");

	rig_push_hex(r, 0, "01");
	rig_write(r, "active", "true");
	rig_push_hex(r, 0, "02");
	rig_push_hex(r, 0, "03");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "c.count", "2");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("Bypass", 1, 1);

	ASSERT_READ(r, "handlers",
		"active\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "active", "2"), "syntax error\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Bypass(x)", 1, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("Bypass(INLINE 3)", 1, 1, "INLINE: parse error\n");
	ASSERT_ERRORS("Bypass(true, false)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(bypass, UNIT_CASE(pushes), UNIT_CASE(pulls), UNIT_CASE(the_second_port_may_be_missing),
	UNIT_CASE(a_detour), UNIT_CASE(handlers), UNIT_CASE(arguments))
