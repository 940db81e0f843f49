// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

static void
keeps_packets_back(void)
{
	struct rig *r = rig_config("RigIn -> SetTimestamp -> q :: Queue -> e :: DelayUnqueue(10ms)"
				   " -> RigOut;");
	int64_t start = clock_now();

	sequence_give(r, 0, "1 2");
	rig_run_for(r, 4 * CLOCK_MS);
	sequence_give(r, 0, "3");
	rig_run_for(r, 5 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 1);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	// The time at which it was to leave.
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) >= start + 10 * CLOCK_MS);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 1)) < start + 10 * CLOCK_MS + CLOCK_US);
	rig_run_for(r, 4 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "1 2 3");
	ASSERT_READ(r, "scheduled", "false");
	rig_free(r);
}

static void
leaves_at_the_exact_time(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: DelayUnqueue(10ms)"
				   " -> SetTimestamp -> RigOut;");
	struct packet *p = rig_hex("01");
	int64_t at = clock_now() + 3 * CLOCK_MS;

	packet_set_timestamp(p, at - 10 * CLOCK_MS);
	rig_push(r, 0, p);
	rig_run_for(r, 5 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) >= at);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) < at + CLOCK_US);
	rig_free(r);
}

static void
without_a_timestamp_from_the_pull_on(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: DelayUnqueue(10ms) -> RigOut;");

	sequence_give(r, 0, "1 2");
	// One after the other: the second is pulled when the first has left.
	rig_run_for(r, 11 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "1");
	rig_run_for(r, 10 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "2");
	rig_free(r);
}

static void
many_at_once(void)
{
	struct rig *r = rig_config("RigIn -> SetTimestamp -> q :: Queue -> e :: DelayUnqueue(1ms)"
				   " -> RigOut;");

	sequence_feed(r, 0, 200);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 200);
	rig_free(r);
}

static void
delay_can_be_changed(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: DelayUnqueue(10ms) -> RigOut;");

	ASSERT_READ(r, "delay", "10ms");
	ASSERT_TEXT(rig_write(r, "delay", "1s"), "");
	ASSERT_READ(r, "delay", "1.000000s");
	sequence_give(r, 0, "1");
	rig_run_for(r, 999 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "");
	rig_run_for(r, 2 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "1");
	ASSERT_TEXT(rig_write(r, "delay", "x"), "expected time in seconds\n");
	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\ndelay\trw\nhandlers\tr.\nports\tr.\n"
		"config\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: DelayUnqueue(10ms) -> RigOut;");
	char *errors;

	sequence_give(r, 0, "1 2");
	rig_run_for(r, CLOCK_MS);
	errors = rig_swap(r, "RigIn -> q :: Queue -> e :: DelayUnqueue(20ms) -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 1);
	rig_run_for(r, 10 * CLOCK_MS);
	ASSERT_TEXT(sequence_out(r, 0), "1");
	// One that is held at the end.
	rig_run_for(r, CLOCK_MS);
	rig_free(r);
}

// Longer than the clock goes.
static void
for_good(void)
{
	struct rig *r = rig_config(
		"RigIn -> q :: Queue -> e :: DelayUnqueue(9223372036.854775807) -> RigOut;");

	sequence_give(r, 0, "1");
	rig_run_for(r, CLOCK_S);
	ASSERT_TEXT(sequence_out(r, 0), "");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("DelayUnqueue", 1, 1, "DELAY: required argument missing\n");
	ASSERT_ERRORS("DelayUnqueue(x)", 1, 1, "DELAY: parse error\n");
}

UNIT_SUITE(delayunqueue, UNIT_CASE(keeps_packets_back), UNIT_CASE(leaves_at_the_exact_time),
	UNIT_CASE(without_a_timestamp_from_the_pull_on), UNIT_CASE(many_at_once),
	UNIT_CASE(delay_can_be_changed), UNIT_CASE(hot_swap), UNIT_CASE(for_good),
	UNIT_CASE(arguments))
