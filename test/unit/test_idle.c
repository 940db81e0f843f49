// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
drops_what_it_gets(void)
{
	struct rig *r = rig_new("Idle", 2, 0);

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 1, "02");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_READ(r, "drop_reasons", "2\tnobody wants it\n");
	rig_free(r);
}

static void
gives_nothing(void)
{
	struct rig *r = rig_config("e :: Idle -> PullNull -> RigOut(0); e [1] -> RigOut(1);");

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	ASSERT_READ(r, "ports",
		"0 inputs\n2 outputs\npull~\t-\t[0] PullNull@2\npush~\t-\t[0] RigOut@4\n");
	rig_free(r);
}

// Its inputs and outputs have nothing to do with each other.
static void
may_be_push_and_pull(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Idle -> PullNull -> RigOut(0);");

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
who_pulls_sleeps_for_good(void)
{
	struct rig *r = rig_config("e :: Idle -> u :: Unqueue -> RigOut(0);");

	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 3);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

// Nothing that takes packets lies behind: as Click has it, the source never begins.
static void
who_pushes_sleeps_as_well(void)
{
	struct rig *r = rig_config("s :: InfiniteSource(LIMIT 3) -> e :: Idle;");

	rig_run(r, 3);
	ASSERT_READ(r, "s.count", "0");
	ASSERT_READ(r, "s.scheduled", "false");
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_config("e :: Idle;");

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("Idle(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Idle(FOO 1)", 1, 1, "FOO: unknown argument\n");
}

UNIT_SUITE(idle, UNIT_CASE(drops_what_it_gets), UNIT_CASE(gives_nothing),
	UNIT_CASE(may_be_push_and_pull), UNIT_CASE(who_pulls_sleeps_for_good),
	UNIT_CASE(who_pushes_sleeps_as_well), UNIT_CASE(arguments))
