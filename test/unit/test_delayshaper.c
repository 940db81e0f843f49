// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/notifier.h"
#include "test/unit/sequence.h"

#define CONFIG(delay)                                                                        \
	"RigIn -> SetTimestamp -> q :: Queue -> e :: DelayShaper(" delay ") -> u :: Unqueue" \
	" -> RigOut;"

static bool
is_awake(struct rig *r)
{
	return notifier_is_active(rig_element(r)->class->notifier(rig_element(r), true, 0));
}

static void
who_pulls_sleeps(void)
{
	struct rig *r = rig_config(CONFIG("10ms"));

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	CU_ASSERT_FALSE(is_awake(r));
	sequence_give(r, 0, "1 2");
	CU_ASSERT_TRUE(is_awake(r));
	rig_run_for(r, 9 * CLOCK_MS);
	CU_ASSERT_FALSE(is_awake(r));
	ASSERT_READ(r, "u.scheduled", "false");
	ASSERT_TEXT(sequence_out(r, 0), "");
	rig_run_for(r, 2 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "1 2");
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

static void
timestamp_is_the_time_of_leaving(void)
{
	struct rig *r = rig_config(CONFIG("10ms"));
	int64_t start = clock_now(), ns;

	sequence_give(r, 0, "1");
	rig_run_for(r, 20 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ns = packet_timestamp(rig_packet(r, 0, 0));
	CU_ASSERT_TRUE(ns >= start + 10 * CLOCK_MS && ns < start + 10 * CLOCK_MS + CLOCK_US);
	rig_free(r);
}

static void
without_a_timestamp(void)
{
	struct rig *r = rig_new_pull("DelayShaper(10ms)", 1, 1);

	sequence_feed(r, 0, 2);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "- -");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 1);
	clock_jump(clock_steady() + 10 * CLOCK_MS);
	// The second is stamped now.
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0");
	clock_jump(clock_steady() + 10 * CLOCK_MS);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0");
	rig_free(r);
}

static void
delay_can_be_changed(void)
{
	struct rig *r = rig_config(CONFIG("10ms"));

	ASSERT_READ(r, "delay", "10ms");
	ASSERT_TEXT(rig_write(r, "delay", "0"), "");
	sequence_give(r, 0, "1");
	rig_run_for(r, CLOCK_US);
	ASSERT_TEXT(sequence_out(r, 0), "1");
	ASSERT_TEXT(rig_write(r, "delay", "x"), "delay must be a timestamp\n");
	ASSERT_READ(r, "handlers",
		"delay\trw.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(CONFIG("10ms"));
	char *errors;

	sequence_give(r, 0, "1 2");
	rig_run_for(r, CLOCK_MS);
	errors = rig_swap(r, CONFIG("10ms"));
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, 8 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "");
	rig_run_for(r, 2 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "1 2");
	sequence_give(r, 0, "3"); // held at the end
	rig_run_for(r, CLOCK_MS);
	rig_free(r);
}

// In front of a scheduler, whose puller must be woken by the timer.
static void
behind_a_scheduler(void)
{
	struct rig *r = rig_config("RigIn(0) -> Queue -> e :: DelayShaper(5ms) -> s :: PrioSched"
				   " -> u :: Unqueue -> RigOut; RigIn(1) -> Queue -> [1] s;");

	sequence_give(r, 0, "1");
	sequence_give(r, 1, "2");
	rig_run_for(r, CLOCK_MS);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_run_for(r, 5 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "2 1");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> e :: DelayShaper -> Discard;");

	ASSERT_TEXT(errors, "config:1: While configuring 'e :: DelayShaper':\n"
			    "  DELAY: required argument missing\n");
	free(errors);
}

UNIT_SUITE(delayshaper, UNIT_CASE(who_pulls_sleeps), UNIT_CASE(timestamp_is_the_time_of_leaving),
	UNIT_CASE(without_a_timestamp), UNIT_CASE(delay_can_be_changed), UNIT_CASE(hot_swap),
	UNIT_CASE(behind_a_scheduler), UNIT_CASE(arguments))
