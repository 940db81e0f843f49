// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/lcores_rig.h"
#include "test/unit/sequence.h"

static void
output_of_the_lcore(void)
{
	struct router *r = lcores_rig("StaticThreadSched(a 0, b 1, c 2);"
				      "a :: InfiniteSource(LIMIT 5) -> s :: CPUSwitch;"
				      "b :: InfiniteSource(LIMIT 6) -> s;"
				      "c :: InfiniteSource(LIMIT 7) -> s;"
				      "s [0] -> n0 :: Counter -> Discard;"
				      "s [1] -> n1 :: Counter -> Discard;",
		3);

	for (unsigned i = 0; i < 3; i++)
		lcores_rig_run(i, 3);
	ASSERT_LCORES_READ(r, "n0.count", "12");
	ASSERT_LCORES_READ(r, "n1.count", "6");
	lcores_rig_free(r);
}

static void
one_thread_uses_output_0(void)
{
	struct rig *r = rig_new("CPUSwitch", 1, 2);

	sequence_feed(r, 0, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_free(r);
	ASSERT_ERRORS("CPUSwitch(1)", 1, 2, "too many arguments\n");
}

UNIT_SUITE(cpuswitch, UNIT_CASE(output_of_the_lcore), UNIT_CASE(one_thread_uses_output_0))
