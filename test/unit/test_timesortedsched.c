// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/sequence.h"

// A packet whose number is also its timestamp.
static void
give(struct rig *r, unsigned input, unsigned number)
{
	char hex[3] = {(char)('0' + number / 10), (char)('0' + number % 10), 0};
	struct packet *p = rig_hex(hex);

	packet_set_timestamp(p, (int64_t)number);
	rig_push(r, input, p);
}

static void
by_time(void)
{
	struct rig *r = rig_new_pull("TimeSortedSched", 3, 1);

	give(r, 0, 1);
	give(r, 0, 4);
	give(r, 1, 2);
	give(r, 1, 3);
	give(r, 1, 7);
	give(r, 2, 5);
	ASSERT_TEXT(sequence_pull(r, 0, 7), "1 2 3 4 5 7 -");
	ASSERT_READ(r, "well_ordered", "true");
	give(r, 0, 6);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "6");
	ASSERT_READ(r, "well_ordered", "false");
	rig_free(r);
}

static void
more_of_each_input(void)
{
	struct rig *r = rig_new_pull("TimeSortedSched", 1, 1);

	give(r, 0, 3);
	give(r, 0, 1);
	give(r, 0, 2);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "3 1 2");
	ASSERT_READ(r, "well_ordered", "false");
	rig_free(r);
	r = rig_new_pull("TimeSortedSched(BUFFER 3)", 1, 1);
	give(r, 0, 3);
	give(r, 0, 1);
	give(r, 0, 2);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "1 2 3");
	ASSERT_READ(r, "well_ordered", "true");
	rig_free(r);
}

static void
without_timestamps_in_order(void)
{
	struct rig *r = rig_new_pull("TimeSortedSched(BUFFER 8)", 1, 1);

	sequence_give(r, 0, "5 3 9 1 7");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "5 3 9 1 7");
	ASSERT_READ(r, "well_ordered", "true");
	rig_free(r);
}

static void
stops_the_driver(void)
{
	struct rig *r = rig_config("e :: TimeSortedSched(STOP true) -> u :: Unqueue -> RigOut;"
				   "InfiniteSource(LIMIT 3) -> Queue -> e; Idle -> [1] e;");

	rig_run(r, 30);
	CU_ASSERT_TRUE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
pullers_sleep(void)
{
	struct rig *r = rig_config("e :: TimeSortedSched -> u :: Unqueue -> RigOut;"
				   "RigIn(0) -> Queue -> e; RigIn(1) -> Queue -> [1] e;");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	give(r, 1, 5);
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "5");
	ASSERT_READ(r, "u.scheduled", "false");
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("e :: TimeSortedSched(BUFFER 4) -> RigOut;"
				   "RigIn(0) -> q :: Queue -> e;");
	char *errors;

	for (unsigned i = 1; i <= 5; i++)
		give(r, 0, i);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 3);
	errors = rig_swap(
		r, "e :: TimeSortedSched(BUFFER 2) -> RigOut; RigIn(0) -> q :: Queue -> e;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "2 3 5 -");
	rig_free(r);
	// And what is held at the end.
	r = rig_new_pull("TimeSortedSched(BUFFER 4)", 1, 1);
	give(r, 0, 1);
	give(r, 0, 2);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	rig_free(r);
}

// As many places as before, but what is held is of other inputs than there is room for.
static void
hot_swap_to_other_inputs(void)
{
	struct rig *r = rig_config("e :: TimeSortedSched(BUFFER 4) -> RigOut;"
				   "RigIn(0) -> q :: Queue -> e;");
	char *errors;

	for (unsigned i = 1; i <= 5; i++)
		give(r, 0, i);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	errors = rig_swap(r, "e :: TimeSortedSched -> RigOut; RigIn(0) -> q :: Queue -> e;"
			     "RigIn(1) -> Queue -> [1] e; RigIn(2) -> Queue -> [2] e;"
			     "RigIn(3) -> Queue -> [3] e;");
	ASSERT_TEXT(errors, "");
	free(errors);
	for (unsigned i = 1; i <= 3; i++)
		give(r, i, 5 + i);
	ASSERT_TEXT(sequence_pull(r, 0, 8), "2 3 4 5 6 7 8 -");
	rig_free(r);
	// The inputs that held them are gone.
	r = rig_config("e :: TimeSortedSched(BUFFER 2) -> RigOut; Idle -> e;"
		       "RigIn(0) -> q :: Queue -> [1] e;");
	for (unsigned i = 1; i <= 3; i++)
		give(r, 0, i);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	errors = rig_swap(
		r, "e :: TimeSortedSched(BUFFER 1) -> RigOut; RigIn(0) -> q :: Queue -> e;");
	ASSERT_TEXT(errors, "");
	free(errors);
	give(r, 0, 4);
	give(r, 0, 5);
	ASSERT_TEXT(sequence_pull(r, 0, 5), "2 3 4 5 -");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> e :: TimeSortedSched(BUFFER 0) -> Discard;");

	ASSERT_TEXT(errors, "config:1: While configuring 'e :: TimeSortedSched':\n"
			    "  BUFFER must be at least 1\n");
	free(errors);
	errors = rig_config_errors("e :: TimeSortedSched(BUFFER 1000000) -> Discard;"
				   "Idle -> e; Idle -> [1] e;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: TimeSortedSched':\n"
			    "  BUFFER is too large: all inputs together hold up to 1048576\n");
	free(errors);
}

UNIT_SUITE(timesortedsched, UNIT_CASE(by_time), UNIT_CASE(more_of_each_input),
	UNIT_CASE(without_timestamps_in_order), UNIT_CASE(stops_the_driver),
	UNIT_CASE(pullers_sleep), UNIT_CASE(hot_swap), UNIT_CASE(hot_swap_to_other_inputs),
	UNIT_CASE(arguments))
