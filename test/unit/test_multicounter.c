// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/rig.h"

static void
counts_by_port(void)
{
	struct rig *r = rig_new("MultiCounter", 3, 3);
	struct packet *p[] = {rig_hex("0102"), rig_hex(""), rig_segments("0102030405", 2)};

	ASSERT_READ(r, "count", "0,0,0");
	rig_push_batch(r, 1, p, 3);
	rig_push_hex(r, 2, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_expect_hex(r, 2, 0, "01");
	ASSERT_READ(r, "count", "0,3,1");
	ASSERT_READ(r, "byte_count", "0,7,1");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0,0,0");
	rig_push_hex(r, 0, "0102");
	ASSERT_READ(r, "count", "1,0,0");
	ASSERT_READ(r, "byte_count", "2,0,0");
	rig_free(r);
	ASSERT_ERRORS("MultiCounter(1)", 1, 1, "too many arguments\n");
}

// The numbers are Counter's: see its test.
static void
measures_rates(void)
{
	struct rig *r = rig_new("MultiCounter", 2, 2);

	for (unsigned i = 0; i < 4; i++)
		rig_push_hex(r, 1, "01020304");
	ASSERT_READ(r, "rate", "0,0");
	rig_run_for(r, CLOCK_MS);
	ASSERT_READ(r, "rate", "0,250");
	ASSERT_READ(r, "byte_rate", "0,1000");
	rig_free(r);
}

static void
sums_lcores(void)
{
	struct router *r = lcores_rig("StaticThreadSched(a 0, b 1);"
				      "a :: InfiniteSource(LIMIT 5) -> [0] m :: MultiCounter;"
				      "b :: InfiniteSource(LIMIT 6) -> [0] m;"
				      "m [0] -> Discard; Idle -> [1] m [1] -> Discard;",
		2);

	lcores_rig_run(0, 8);
	lcores_rig_run(1, 8);
	ASSERT_LCORES_READ(r, "m.count", "11,0");
	lcores_rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("e :: MultiCounter; RigIn(2) -> [0] e [0] -> RigOut(0);"
				   "Idle -> [1] e [1] -> RigOut(1);");
	char *errors;

	rig_push_hex(r, 2, "0102");
	errors = rig_swap(r, "e :: MultiCounter; RigIn(2) -> [0] e [0] -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 2, "01");
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "byte_count", "3");
	rig_free(r);
}

UNIT_SUITE(multicounter, UNIT_CASE(counts_by_port), UNIT_CASE(measures_rates),
	UNIT_CASE(sums_lcores), UNIT_CASE(hot_swap))
