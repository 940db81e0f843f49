// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/sequence.h"

static void
stops_at_full_queues(void)
{
	struct rig *r = rig_config("RigIn -> a :: Queue -> e :: Unqueue2(BURST 0, QUIET true)"
				   " -> t :: Tee; t [0] -> b :: Queue(5) -> PullNull -> RigOut(0);"
				   "t [1] -> c :: SimpleQueue(3) -> PullNull -> RigOut(1);");

	sequence_feed(r, 0, 10);
	rig_run(r, 5);
	ASSERT_READ(r, "b.length", "3");
	ASSERT_READ(r, "c.length", "3");
	ASSERT_READ(r, "packets", "3 packets\n");
	CU_ASSERT_EQUAL(rig_pull(r, 1, 2), 2);
	rig_run(r, 5);
	ASSERT_READ(r, "b.length", "5");
	ASSERT_READ(r, "c.drops", "0");
	ASSERT_READ(r, "a.length", "5");
	rig_free(r);
}

static void
named_queues(void)
{
	struct rig *r = rig_config("RigIn -> e :: Unqueue2(2, QUEUES b, QUIET true) -> Discard;"
				   "RigIn(1) -> b :: Queue(4) -> PullNull -> RigOut(1);");

	sequence_feed(r, 1, 3);
	sequence_feed(r, 0, 5);
	rig_run(r, 1);
	ASSERT_READ(r, "packets", "5 packets\n");
	sequence_feed(r, 1, 1);
	sequence_feed(r, 0, 5);
	rig_run(r, 1);
	ASSERT_READ(r, "packets", "5 packets\n");
	CU_ASSERT_EQUAL(rig_pull(r, 1, 1), 1);
	rig_run(r, 1);
	ASSERT_READ(r, "packets", "10 packets\n");
	rig_free(r);
}

static void
sleeps(void)
{
	struct rig *r = rig_config("RigIn -> Queue -> e :: Unqueue2(QUIET true) -> RigOut;");

	rig_run(r, 30);
	ASSERT_READ(r, "scheduled", "false");
	sequence_feed(r, 0, 2);
	rig_run(r, 30);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Unqueue2(QUEUES nope)", 1, 1, "bad QUEUES\n");
	ASSERT_ERRORS("Unqueue2(QUEUES e)", 1, 1, "bad QUEUES\n");
	ASSERT_ERRORS("Unqueue2(x)", 1, 1, "BURST: invalid number\n");
	// It runs all the same.
	ASSERT_ERRORS("Unqueue2", 1, 1, "Unqueue2 is deprecated; use Unqueue\n");
	ASSERT_ERRORS("Unqueue2(QUIET true)", 1, 1, "");
}

UNIT_SUITE(unqueue2, UNIT_CASE(stops_at_full_queues), UNIT_CASE(named_queues), UNIT_CASE(sleeps),
	UNIT_CASE(arguments))
