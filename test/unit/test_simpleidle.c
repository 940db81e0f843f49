// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
drops_and_gives_nothing(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: SimpleIdle; e [0] -> PullNull -> RigOut(0);");

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	ASSERT_READ(r, "drop_reasons", "1\tnobody wants it\n");
	rig_free(r);
}

static void
who_pulls_does_not_sleep(void)
{
	struct rig *r = rig_config("e :: SimpleIdle -> u :: Unqueue -> RigOut(0);"
				   "Idle -> v :: Unqueue -> RigOut(1);");

	rig_run(r, 3);
	ASSERT_READ(r, "u.scheduled", "true");
	ASSERT_READ(r, "v.scheduled", "false");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SimpleIdle(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(simpleidle, UNIT_CASE(drops_and_gives_nothing), UNIT_CASE(who_pulls_does_not_sleep),
	UNIT_CASE(arguments))
