// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/lcores_rig.h"
#include "test/unit/sequence.h"

// Lcore 1 never comes here.
static void
counts_the_lcores_that_come(void)
{
	struct router *r = lcores_rig("StaticThreadSched(a 0, x 1, b 2, c 3);"
				      "a :: InfiniteSource(LIMIT 5) -> s :: ExactCPUSwitch;"
				      "b :: InfiniteSource(LIMIT 6) -> s;"
				      "c :: InfiniteSource(LIMIT 7) -> s;"
				      "x :: InfiniteSource(LIMIT 1) -> Discard;"
				      "s [0] -> n0 :: Counter -> Discard;"
				      "s [1] -> n1 :: Counter -> Discard;",
		4);

	for (unsigned i = 0; i < 4; i++)
		lcores_rig_run(i, 8);
	ASSERT_LCORES_READ(r, "n0.count", "12");
	ASSERT_LCORES_READ(r, "n1.count", "6");
	ASSERT_TEXT(lcores_rig_write(r, "b.home_thread", "0"), "");
	lcores_rig_free(r);
}

static void
one_thread_uses_output_0(void)
{
	struct rig *r = rig_new("ExactCPUSwitch", 1, 2);

	sequence_feed(r, 0, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_free(r);
	ASSERT_ERRORS("ExactCPUSwitch(1)", 1, 2, "too many arguments\n");
}

UNIT_SUITE(
	exactcpuswitch, UNIT_CASE(counts_the_lcores_that_come), UNIT_CASE(one_thread_uses_output_0))
