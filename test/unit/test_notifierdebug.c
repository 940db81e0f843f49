// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
shows_the_full_signal(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: NotifierDebug -> Queue(1) -> RigOut(0);");

	ASSERT_READ(r, "signal", "nonfull*");
	rig_push_hex(r, 0, "01");
	ASSERT_READ(r, "signal", "nonfull");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_READ(r, "signal", "nonfull*");
	rig_free(r);
}

static void
shows_the_empty_signal(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> QuickNoteQueue -> e :: NotifierDebug -> RigOut(0);");

	rig_push_hex(r, 0, "01");
	ASSERT_READ(r, "signal", "empty*");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_READ(r, "signal", "empty");
	rig_free(r);
	r = rig_config("SimpleIdle -> e :: NotifierDebug -> PullNull -> RigOut(0);");
	ASSERT_READ(r, "signal", "busy*");
	ASSERT_READ(r, "handlers",
		"signal\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("NotifierDebug(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(notifierdebug, UNIT_CASE(shows_the_full_signal), UNIT_CASE(shows_the_empty_signal),
	UNIT_CASE(arguments))
