// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/sequence.h"

static void
give_batch(struct rig *r, unsigned from, unsigned n)
{
	static const char *const hex[] = {
		"00", "01", "02", "03", "04", "05", "06", "07", "08", "09"};
	struct packet *p[10];

	for (unsigned i = 0; i < n; i++)
		p[i] = rig_hex(hex[from + i]);
	rig_push_batch(r, 0, p, n);
}

static void
oldest_make_room(void)
{
	struct rig *r = rig_new_queue("FrontDropQueue(3)", 1, 2);

	sequence_give(r, 0, "1 2 3 4 5");
	ASSERT_TEXT(rig_chatter(r), "e :: FrontDropQueue: overflow\n");
	ASSERT_READ(r, "length", "3");
	ASSERT_READ(r, "drops", "2");
	ASSERT_READ(r, "highwater_length", "3");
	ASSERT_TEXT(sequence_out(r, 1), "1 2");
	ASSERT_TEXT(sequence_pull(r, 0, 4), "3 4 5 -");
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new_queue("FrontDropQueue(4)", 1, 2);

	give_batch(r, 0, 3);
	give_batch(r, 3, 3);
	ASSERT_TEXT(sequence_out(r, 1), "0 1");
	// More than it can hold: all that was there goes, and the first of the new ones.
	give_batch(r, 0, 10);
	ASSERT_TEXT(sequence_out(r, 1), "2 3 4 5 0 1 2 3 4 5");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "6 7 8 9");
	ASSERT_READ(r, "drops", "12");
	rig_free(r);
}

static void
or_they_are_dropped(void)
{
	struct rig *r = rig_new_queue("FrontDropQueue(1)", 1, 1);

	sequence_give(r, 0, "1 2 3");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "3 -");
	rig_free(r);
	r = rig_new_queue("FrontDropQueue(0)", 1, 1);
	sequence_give(r, 0, "1 2 3");
	give_batch(r, 0, 10);
	ASSERT_READ(r, "drops", "13");
	ASSERT_READ(r, "length", "0");
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	rig_free(r);
}

static void
newest_stay_when_it_shrinks(void)
{
	struct rig *r = rig_new_queue("FrontDropQueue(5)", 1, 1);

	sequence_give(r, 0, "1 2 3 4 5");
	ASSERT_TEXT(rig_write(r, "capacity", "2"), "");
	ASSERT_READ(r, "length", "2");
	ASSERT_READ(r, "drops", "0");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 3);
	ASSERT_TEXT(sequence_pull(r, 0, 3), "4 5 -");
	rig_free(r);
}

static void
pullers_sleep(void)
{
	struct rig *r = rig_config("RigIn -> e :: FrontDropQueue(3) -> u :: Unqueue -> RigOut;");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	give_batch(r, 0, 5);
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "2 3 4");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn -> e :: Queue(5) -> PullNull -> RigOut;");
	char *errors;

	sequence_give(r, 0, "1 2 3 4 5");
	errors = rig_swap(r, "RigIn -> e :: FrontDropQueue(3) -> PullNull -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "3 4 5 -");
	sequence_give(r, 0, "6 7 8");
	errors = rig_swap(r, "RigIn -> e :: Queue(2) -> PullNull -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(sequence_pull(r, 0, 3), "6 7 -");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_queue("FrontDropQueue(5)", 1, 2);

	sequence_give(r, 0, "1 2");
	ASSERT_READ(r, "handlers",
		"reset\twb\nreset_counts\twb\ndrops\tr\ncapacity\trw.\nhighwater_length\tr\n"
		"length\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_TEXT(sequence_out(r, 1), "1 2");
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
	ASSERT_ERRORS("FrontDropQueue(x)", 1, 1, "CAPACITY: invalid number\n");
}

UNIT_SUITE(frontdropqueue, UNIT_CASE(oldest_make_room), UNIT_CASE(batches),
	UNIT_CASE(or_they_are_dropped), UNIT_CASE(newest_stay_when_it_shrinks),
	UNIT_CASE(pullers_sleep), UNIT_CASE(hot_swap), UNIT_CASE(handlers))
