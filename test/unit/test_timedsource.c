// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
sends_at_intervals(void)
{
	struct rig *r = rig_config("e :: TimedSource(0.1s, \\<0102>) -> RigOut(0);");

	rig_run_for(r, 99 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "0102");
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 28);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) >= 1000000000 * CLOCK_S);
	// No drift.
	rig_run_for(r, 100 * 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 101);
	ASSERT_READ(r, "count", "101");
	rig_free(r);
}

static void
half_a_second_by_default(void)
{
	struct rig *r = rig_config("e :: TimedSource -> RigOut(0);");

	rig_run_for(r, 1600 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 69);
	ASSERT_READ(r, "interval", "500ms");
	rig_free(r);
}

static void
stops_one_interval_after_the_limit(void)
{
	struct rig *r = rig_config("e :: TimedSource(10ms, LIMIT 2, STOP true) -> RigOut(0);");

	rig_run_for(r, 25 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = rig_config("e :: TimedSource(10ms, LIMIT 0, STOP true) -> RigOut(0);");
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, 15 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = rig_config("e :: TimedSource(10ms, LIMIT 1) -> RigOut(0);");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	// Begins again at once.
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "count", "1");
	rig_free(r);
}

static void
activating_sends_at_once(void)
{
	struct rig *r = rig_config("e :: TimedSource(10ms, ACTIVE false) -> RigOut(0);");

	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	// Inactive, a reset starts nothing.
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
values_can_be_written(void)
{
	struct rig *r = rig_config("e :: TimedSource(1s) -> RigOut(0);");

	ASSERT_TEXT(rig_write(r, "data", "AB"), "");
	ASSERT_READ(r, "data", "AB");
	ASSERT_TEXT(rig_write(r, "interval", "20ms"), "");
	ASSERT_READ(r, "interval", "20ms");
	ASSERT_TEXT(rig_write(r, "headroom", "100"), "");
	ASSERT_READ(r, "headroom", "100");
	ASSERT_TEXT(rig_write(r, "limit", "2"), "");
	ASSERT_READ(r, "limit", "2");
	// The interval that runs is still the old one.
	rig_run_for(r, 900 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 200 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, "4142");
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 100);
	rig_free(r);
}

static void
goes_on_when_memory_is_back(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config("e :: TimedSource(10ms) -> RigOut(0);");

	hoard_take(&hoard);
	rig_run_for(r, 35 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "count", "0");
	hoard_release(&hoard);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
interval_0_does_not_hang(void)
{
	struct rig *r = rig_config("e :: TimedSource(0) -> RigOut(0);");

	rig_run(r, 2);
	CU_ASSERT_TRUE(rig_count(r, 0) > 0);
	rig_free(r);
}

static void
hot_swap_leaves_the_rhythm(void)
{
	struct rig *r = rig_config("e :: TimedSource(10ms) -> RigOut(0);");
	char *errors;

	rig_run_for(r, 18 * CLOCK_MS);
	errors = rig_swap(r, "e :: TimedSource(10ms, \\<01>) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	rig_run_for(r, 3 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "01");
	// Another interval begins now, and none that is not wanted.
	errors = rig_swap(r, "e :: TimedSource(2ms) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	rig_run_for(r, 3 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	errors = rig_swap(r, "e :: TimedSource(2ms, ACTIVE false) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	rig_run_for(r, 9 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config("e :: TimedSource -> RigOut(0);");

	ASSERT_READ(r, "handlers",
		"reset\twb\nheadroom\trw.\ncount\tr\nactive\trw.c\ninterval\trw.\nlimit\trw.\n"
		"data\trw%.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "interval", "0"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "interval", "-1"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "interval", "x"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "bad active\n");
	ASSERT_TEXT(rig_write(r, "headroom", "-1"), "bad headroom\n");
	ASSERT_TEXT(rig_write(r, "headroom", "2049"), "bad headroom\n");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "expected integer\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("TimedSource(x)", 0, 1, "INTERVAL: parse error\n");
	ASSERT_ERRORS("TimedSource(-1)", 0, 1, "INTERVAL: parse error\n");
	ASSERT_ERRORS("TimedSource(1, x, 2)", 0, 1, "too many arguments\n");
	ASSERT_ERRORS("TimedSource(LIMIT x)", 0, 1, "LIMIT: invalid number\n");
	ASSERT_ERRORS("TimedSource(ACTIVE x)", 0, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("TimedSource(STOP x)", 0, 1, "STOP: parse error\n");
	ASSERT_ERRORS("TimedSource(HEADROOM 2049)", 0, 1, "HEADROOM: out of range, bound 2048\n");
}

UNIT_SUITE(timedsource, UNIT_CASE(sends_at_intervals), UNIT_CASE(half_a_second_by_default),
	UNIT_CASE(stops_one_interval_after_the_limit), UNIT_CASE(activating_sends_at_once),
	UNIT_CASE(values_can_be_written), UNIT_CASE(goes_on_when_memory_is_back),
	UNIT_CASE(interval_0_does_not_hang), UNIT_CASE(hot_swap_leaves_the_rhythm),
	UNIT_CASE(handlers), UNIT_CASE(arguments))
