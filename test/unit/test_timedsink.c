// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
a_packet_at_a_time(void)
{
	struct rig *r = rig_config("InfiniteSource -> Queue(5) -> e :: TimedSink(10ms);");

	rig_run_for(r, 9 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 101);
	ASSERT_TEXT(rig_write(r, "interval", "0.1s"), "");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 111);
	rig_free(r);
}

static void
nothing_to_pull(void)
{
	struct rig *r = rig_config("Idle -> e :: TimedSink;");

	ASSERT_READ(r, "interval", "500ms");
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "interval", "0"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "interval", "x"), "bad interval\n");
	ASSERT_READ(r, "handlers",
		"interval\trw.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("InfiniteSource -> q :: Queue(5) -> e :: TimedSink(10ms);");
	char *errors;

	rig_run_for(r, 15 * CLOCK_MS);
	errors = rig_swap(r, "InfiniteSource -> q :: Queue(5) -> e :: TimedSink(10ms);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, 6 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("TimedSink(x)", 1, 0, "INTERVAL: parse error\n");
	ASSERT_ERRORS("TimedSink(1, 2)", 1, 0, "too many arguments\n");
}

UNIT_SUITE(timedsink, UNIT_CASE(a_packet_at_a_time), UNIT_CASE(nothing_to_pull),
	UNIT_CASE(hot_swap), UNIT_CASE(arguments))
