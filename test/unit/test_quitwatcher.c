// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

// Sources that never rest keep time from being jumped over.
static void
run_over(struct rig *r, int64_t ns)
{
	rig_run(r, 5);
	clock_jump(clock_steady() + ns);
	rig_run(r, 5);
}

static void
stops_when_a_task_ends(void)
{
	struct rig *r = rig_config("a :: RatedSource(RATE 1000) -> Discard;"
				   "b :: InfiniteSource(ACTIVE false) -> Discard;"
				   "e :: QuitWatcher(c/q); c :: { q :: InfiniteSource(LIMIT 1000)"
				   "-> Discard };");

	rig_run(r, 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, 30 * CLOCK_MS);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	// One of several is enough.
	r = rig_config("a :: InfiniteSource -> Discard; b :: InfiniteSource(LIMIT 1) -> Discard;"
		       "e :: QuitWatcher(a, b);");
	run_over(r, 30 * CLOCK_MS);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
goes_on_while_all_run(void)
{
	struct rig *r = rig_config("RigIn(0) -> SimpleQueue -> a :: Discard; e :: QuitWatcher(a);");

	run_over(r, 100 * CLOCK_MS);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "a.active", "false"), "");
	run_over(r, 20 * CLOCK_MS);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("QuitWatcher(x)", 0, 0, "no element named 'x'\n");
	ASSERT_ERRORS("QuitWatcher(e)", 0, 0, "no 'e.scheduled' read handler\n");
}

UNIT_SUITE(quitwatcher, UNIT_CASE(stops_when_a_task_ends), UNIT_CASE(goes_on_while_all_run),
	UNIT_CASE(arguments))
