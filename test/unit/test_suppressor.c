// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/errh.h"
#include "test/unit/rig.h"

static void
suppresses_ports(void)
{
	struct rig *r = rig_new("Suppressor(whatever, SEE)", 3, 3);

	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, i, "01");
	ASSERT_TEXT(rig_write(r, "active1", "false"), "");
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, i, "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_count(r, 2), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "active0", "true");
	ASSERT_READ(r, "active1", "false");
	ASSERT_TEXT(rig_write(r, "active1", "x"), "type mismatch\n");
	ASSERT_READ(r, "active1", "false");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "active1", "true");
	rig_push_hex(r, 1, "03");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "handlers",
		"reset\twb\nactive2\trwc\nactive1\trwc\nactive0\trwc\nhandlers\tr.\nports\tr.\n"
		"config\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Suppressor", 1, 1);

	rig_push_hex(r, 0, "01");
	ASSERT_TEXT(rig_write(r, "active0", "false"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	ASSERT_TEXT(rig_write(r, "active0", "true"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_free(r);
}

static void
no_ports_are_fine(void)
{
	struct rig *r = rig_new("Suppressor", 0, 0);

	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_free(r);
}

static void
state_moves_to_a_new_router(void)
{
	struct rig *r = rig_config("e :: Suppressor; f :: Suppressor;"
				   "RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e [1] -> RigOut(1);"
				   "RigIn(2) -> f -> RigOut(2);");
	struct element *f = rig_find(r, "f");
	struct errh errh;

	errh_init_silent(&errh);
	ASSERT_TEXT(rig_write(r, "active0", "false"), "");
	CU_ASSERT_EQUAL(f->class->take_state(f, rig_element(r), &errh), 0);
	ASSERT_READ(r, "f.active0", "false");
	rig_free(r);
}

UNIT_SUITE(suppressor, UNIT_CASE(suppresses_ports), UNIT_CASE(pulls), UNIT_CASE(no_ports_are_fine),
	UNIT_CASE(state_moves_to_a_new_router))
