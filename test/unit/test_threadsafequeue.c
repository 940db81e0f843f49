// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
is_a_queue(void)
{
	struct rig *r = rig_config(
		"s :: InfiniteSource(LIMIT 9) -> e :: ThreadSafeQueue(4) -> PullNull -> RigOut(0);");

	rig_run(r, 3);
	ASSERT_READ(r, "class", "ThreadSafeQueue");
	ASSERT_READ(r, "length", "4");
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "handlers",
		"reset\twb\nreset_counts\twb\ndrops\tr\ncapacity\trw.\nhighwater_length\tr\n"
		"length\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 4);
	rig_free(r);
}

static void
overflows(void)
{
	struct rig *r = rig_new_queue("ThreadSafeQueue(1)", 1, 2);

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	rig_expect_hex(r, 1, 0, "02");
	ASSERT_TEXT(rig_chatter(r), "e :: ThreadSafeQueue: overflow\n");
	rig_free(r);
}

UNIT_SUITE(threadsafequeue, UNIT_CASE(is_a_queue), UNIT_CASE(overflows))
