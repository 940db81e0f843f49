// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

static unsigned
n_after(struct rig *r, int64_t ns)
{
	rig_run_for(r, ns);
	return rig_count(r, 0);
}

static void
at_intervals(void)
{
	struct rig *r = rig_config("RigIn -> Queue -> e :: TimedUnqueue(10ms, 3) -> RigOut;");

	sequence_feed(r, 0, 400);
	CU_ASSERT_EQUAL(n_after(r, CLOCK_MS), 3);
	CU_ASSERT_EQUAL(n_after(r, 8 * CLOCK_MS), 3);
	CU_ASSERT_EQUAL(n_after(r, 2 * CLOCK_MS), 6);
	// They do not drift.
	CU_ASSERT_EQUAL(n_after(r, 990 * CLOCK_MS), 303);
	rig_free(r);
}

static void
burster(void)
{
	struct rig *r = rig_config("RigIn -> Queue -> e :: Burster(10ms) -> RigOut;");

	sequence_feed(r, 0, 400);
	CU_ASSERT_EQUAL(n_after(r, 5 * CLOCK_MS), 8);
	CU_ASSERT_EQUAL(n_after(r, 10 * CLOCK_MS), 16);
	rig_free(r);
	r = rig_config("RigIn -> Queue -> e :: TimedUnqueue(10ms) -> RigOut;");
	sequence_feed(r, 0, 400);
	CU_ASSERT_EQUAL(n_after(r, 25 * CLOCK_MS), 3);
	rig_free(r);
	r = rig_config("RigIn -> Queue -> e :: Burster(10ms, 200) -> RigOut;");
	sequence_feed(r, 0, 400);
	CU_ASSERT_EQUAL(n_after(r, 5 * CLOCK_MS), 200);
	rig_free(r);
}

// It sleeps while nothing comes, and then begins a period of its own.
static void
sleeps_while_there_is_nothing(void)
{
	struct rig *r = rig_config("RigIn -> QuickNoteQueue -> e :: TimedUnqueue(10ms) -> RigOut;");

	rig_run_for(r, 5 * CLOCK_MS);
	sequence_give(r, 0, "1 2 3");
	CU_ASSERT_EQUAL(n_after(r, CLOCK_MS), 1);
	CU_ASSERT_EQUAL(n_after(r, 8 * CLOCK_MS), 1);
	CU_ASSERT_EQUAL(n_after(r, 2 * CLOCK_MS), 2);
	// Packets that come meanwhile do not wake it.
	sequence_give(r, 0, "4");
	CU_ASSERT_EQUAL(n_after(r, 8 * CLOCK_MS), 2);
	CU_ASSERT_EQUAL(n_after(r, 20 * CLOCK_MS), 4);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: TimedUnqueue(10ms) -> RigOut;");
	char *errors;

	sequence_feed(r, 0, 5);
	CU_ASSERT_EQUAL(n_after(r, 5 * CLOCK_MS), 1);
	errors = rig_swap(r, "RigIn -> q :: Queue -> e :: TimedUnqueue(10ms) -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(n_after(r, 4 * CLOCK_MS), 1);
	CU_ASSERT_EQUAL(n_after(r, 2 * CLOCK_MS), 2);
	CU_ASSERT_EQUAL(n_after(r, 10 * CLOCK_MS), 3);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_unqueue("TimedUnqueue(10ms)", 1, 1);

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("TimedUnqueue", 1, 1, "INTERVAL: required argument missing\n");
	ASSERT_ERRORS("TimedUnqueue(x)", 1, 1, "INTERVAL: parse error\n");
	ASSERT_ERRORS("TimedUnqueue(1s, 0)", 1, 1, "bad BURST\n");
	ASSERT_ERRORS("Burster(1s, x)", 1, 1, "BURST: invalid number\n");
}

UNIT_SUITE(timedunqueue, UNIT_CASE(at_intervals), UNIT_CASE(burster),
	UNIT_CASE(sleeps_while_there_is_nothing), UNIT_CASE(hot_swap), UNIT_CASE(handlers))
