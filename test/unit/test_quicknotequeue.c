// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/notifier.h"
#include "test/unit/sequence.h"

static bool
is_awake(struct rig *r, bool empty)
{
	struct element *e = rig_element(r);

	return notifier_is_active(e->class->notifier(e, empty, 0));
}

static void
sleeps_when_it_is_empty(void)
{
	struct rig *r = rig_new_queue("QuickNoteQueue(4)", 1, 1);

	CU_ASSERT_TRUE(is_awake(r, true));
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	CU_ASSERT_FALSE(is_awake(r, true));
	sequence_give(r, 0, "1 2");
	CU_ASSERT_TRUE(is_awake(r, true));
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	CU_ASSERT_TRUE(is_awake(r, true));
	ASSERT_TEXT(sequence_pull(r, 0, 1), "2");
	CU_ASSERT_FALSE(is_awake(r, true));
	sequence_give(r, 0, "3 4");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "3 4");
	CU_ASSERT_FALSE(is_awake(r, true));
	ASSERT_READ(r, "class", "QuickNoteQueue");
	rig_free(r);
}

static void
tells_when_it_is_full(void)
{
	struct rig *r = rig_config("s :: InfiniteSource(LIMIT 10) -> e :: QuickNoteQueue(4)"
				   " -> PullNull -> RigOut(0);");

	rig_run(r, 3);
	ASSERT_READ(r, "length", "4");
	ASSERT_READ(r, "s.scheduled", "false");
	CU_ASSERT_FALSE(is_awake(r, false));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 4);
	rig_run(r, 3);
	ASSERT_READ(r, "length", "4");
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
pullers_run_once(void)
{
	struct rig *r = rig_config("RigIn -> e :: QuickNoteQueue -> u :: RatedUnqueue(1000000)"
				   " -> RigOut;");

	sequence_feed(r, 0, 3);
	rig_run(r, 1);
	ASSERT_READ(
		r, "u.calls", "4 calls to run_task()\n0 empty runs\n3 pushes\n1 failed pulls\n");
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

UNIT_SUITE(quicknotequeue, UNIT_CASE(sleeps_when_it_is_empty), UNIT_CASE(tells_when_it_is_full),
	UNIT_CASE(pullers_run_once))
