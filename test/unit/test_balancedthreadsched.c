// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/timer.h"
#include "test/unit/lcores_rig.h"

static void
cost(struct router *r, const char *name, uint32_t cycles)
{
	router_find(r, name)->info->tasks->cost = cycles;
}

static unsigned
home(struct router *r, const char *name)
{
	return router_find(r, name)->info->tasks->home->index;
}

static void
look(struct router *r, int64_t after)
{
	(void)r;
	clock_jump(clock_steady() + after);
	lcores_rig_run(2, 1);
}

#define FOUR                                                              \
	"a :: InfiniteSource -> Discard; b :: InfiniteSource -> Discard;" \
	"c :: InfiniteSource -> Discard; d :: InfiniteSource -> Discard;" \
	"StaticThreadSched(a 0, b 0, c 0, d 0);"

static void
moves_from_busy_to_idle(void)
{
	struct router *r = lcores_rig(FOUR "s :: BalancedThreadSched(100)", 2);

	cost(r, "a", 100);
	cost(r, "b", 110);
	cost(r, "c", 120);
	cost(r, "d", 130);
	look(r, 9 * CLOCK_MS);
	CU_ASSERT_EQUAL(home(r, "a") + home(r, "b") + home(r, "c") + home(r, "d"), 0);
	look(r, 2 * CLOCK_MS);
	// The cheap ones first, up to the average.
	CU_ASSERT_EQUAL(home(r, "a"), 1);
	CU_ASSERT_EQUAL(home(r, "b"), 1);
	CU_ASSERT_EQUAL(home(r, "c"), 0);
	CU_ASSERT_EQUAL(home(r, "d"), 0);
	// Balanced: nothing moves. Then one has become dear.
	look(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(home(r, "a"), 1);
	cost(r, "d", 400);
	look(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(home(r, "c"), 1);
	CU_ASSERT_EQUAL(home(r, "d"), 0);
	lcores_rig_free(r);
}

static void
dear_ones_first(void)
{
	struct router *r = lcores_rig(FOUR "SortedTaskSched(100, INCREASING false)", 2);

	cost(r, "a", 100);
	cost(r, "b", 100);
	cost(r, "c", 100);
	cost(r, "d", 300);
	look(r, 11 * CLOCK_MS);
	CU_ASSERT_EQUAL(home(r, "d"), 1);
	CU_ASSERT_EQUAL(home(r, "a") + home(r, "b") + home(r, "c"), 0);
	lcores_rig_free(r);
}

static void
safety_comes_first(void)
{
	struct router *r = lcores_rig("a :: InfiniteSource -> n :: IPReassembler -> Discard;"
				      "b :: InfiniteSource -> n; StaticThreadSched(a 0, b 0);"
				      "BalancedThreadSched",
		2);

	cost(r, "a", 100);
	cost(r, "b", 100);
	look(r, 11 * CLOCK_MS);
	CU_ASSERT_EQUAL(home(r, "a") + home(r, "b"), 0);
	lcores_rig_free(r);
}

static void
runs_are_timed(void)
{
	struct router *r = lcores_rig("a :: InfiniteSource(BURST 64) -> Discard", 1);

	lcores_rig_run(0, 2);
	CU_ASSERT(router_find(r, "a")->info->tasks->cost > 0);
	lcores_rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("BalancedThreadSched(0)", 0, 0, "INTERVAL: out of range, bound 1\n");
	ASSERT_ERRORS("BalancedThreadSched(5, x)", 0, 0, "INCREASING: parse error\n");
	ASSERT_ERRORS("BalancedThreadSched(5, true, 1)", 0, 0, "too many arguments\n");
}

UNIT_SUITE(balancedthreadsched, UNIT_CASE(moves_from_busy_to_idle), UNIT_CASE(dear_ones_first),
	UNIT_CASE(safety_comes_first), UNIT_CASE(runs_are_timed), UNIT_CASE(arguments))
