// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/sequence.h"

static void
in_turn(const char *element)
{
	struct rig *r = rig_new_pull(element, 3, 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "- -");
	sequence_feed(r, 0, 4);
	sequence_feed(r, 1, 1);
	sequence_feed(r, 2, 3);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "0 1 2 0");
	// Behind the last one that gave something.
	ASSERT_TEXT(sequence_pull(r, 0, 5), "2 0 2 0 -");
	sequence_feed(r, 0, 3);
	sequence_feed(r, 1, 3);
	sequence_feed(r, 2, 3);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 5), "1 2 0 1 2");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0 1 2 0");
	rig_free(r);
}

static void
both(void)
{
	in_turn("RoundRobinSched");
	in_turn("SimpleRoundRobinSched");
}

static void
pullers_sleep(void)
{
	struct rig *r = rig_config("e :: RoundRobinSched -> u :: Unqueue(BURST 8) -> RigOut;"
				   "RigIn(0) -> Queue -> e; RigIn(1) -> Queue -> [1] e;");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	sequence_feed(r, 1, 2);
	sequence_feed(r, 0, 3);
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "0 1 0 1 0");
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

// One inside the other, and a greedy puller: halves of halves.
static void
nested(void)
{
	struct rig *r = rig_config("e :: RoundRobinSched -> RigOut;"
				   "f :: RoundRobinSched -> [1] e; RigIn(0) -> Queue -> e;"
				   "RigIn(1) -> Queue -> f; RigIn(2) -> Queue -> [1] f;");

	for (unsigned i = 0; i < 3; i++)
		sequence_feed(r, i, 10);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 8), "0 1 0 2 0 1 0 2");
	rig_free(r);
}

static void
several_in_a_row(void)
{
	struct rig *r = rig_new_pull("RoundRobinMultiSched(2)", 3, 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "- -");
	sequence_feed(r, 0, 5);
	sequence_feed(r, 1, 1);
	sequence_feed(r, 2, 3);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "0 0 1 2");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 4), "2 0 0 2");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "");
	rig_free(r);
	r = rig_new_pull("RRMultiSched(4, MAX 3)", 2, 1);
	sequence_feed(r, 0, 6);
	sequence_feed(r, 1, 2);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0 0 0");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0 1 1");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0 0");
	rig_free(r);
	r = rig_config("e :: RoundRobinMultiSched(2) -> u :: Unqueue(BURST 8) -> RigOut;"
		       "RigIn(0) -> Queue -> e; RigIn(1) -> Queue -> [1] e;");
	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	sequence_feed(r, 1, 2);
	sequence_feed(r, 0, 3);
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "0 0 1 1 0");
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

UNIT_SUITE(roundrobinsched, UNIT_CASE(several_in_a_row), UNIT_CASE(both), UNIT_CASE(pullers_sleep),
	UNIT_CASE(nested))
