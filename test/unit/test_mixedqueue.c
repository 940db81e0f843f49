// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/notifier.h"
#include "src/storage.h"
#include "test/unit/sequence.h"

static void
two_ways_in(void)
{
	struct rig *r = rig_new_queue("MixedQueue(10)", 2, 1);

	sequence_give(r, 0, "1 2");
	sequence_give(r, 1, "3 4");
	sequence_give(r, 0, "5");
	ASSERT_READ(r, "length", "5");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "4 3");
	sequence_give(r, 1, "6");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "6 1 2 5");
	ASSERT_READ(r, "highwater_length", "5");
	ASSERT_READ(r, "length", "0");
	rig_free(r);
}

static void
when_it_is_full(void)
{
	struct rig *r = rig_new_queue("MixedQueue(3)", 2, 2);

	sequence_give(r, 0, "1 2 3 4");
	ASSERT_TEXT(rig_chatter(r), "e :: MixedQueue: overflow\n");
	ASSERT_TEXT(sequence_out(r, 1), "4");
	// The one that would leave last makes room.
	sequence_give(r, 1, "5 6");
	ASSERT_TEXT(sequence_out(r, 1), "3 2");
	ASSERT_READ(r, "drops", "3");
	ASSERT_READ(r, "length", "3");
	ASSERT_TEXT(sequence_pull(r, 0, 4), "6 5 1 -");
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new_queue("MixedQueue(3)", 2, 2);
	struct packet *p[5];

	for (unsigned i = 0; i < 5; i++)
		p[i] = rig_hex((const char *const[]){"00", "01", "02", "03", "04"}[i]);
	rig_push_batch(r, 0, p, 5);
	ASSERT_TEXT(sequence_out(r, 1), "3 4");
	for (unsigned i = 0; i < 5; i++)
		p[i] = rig_hex((const char *const[]){"10", "11", "12", "13", "14"}[i]);
	rig_push_batch(r, 1, p, 5);
	ASSERT_TEXT(sequence_out(r, 1), "2 1 0 16 17");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 2), "20 19");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 2), "18");
	rig_free(r);
}

static void
capacity_0_drops_all(void)
{
	struct rig *r = rig_new_queue("MixedQueue(0)", 2, 1);

	sequence_give(r, 0, "1 2");
	sequence_give(r, 1, "3");
	ASSERT_READ(r, "drops", "3");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	rig_free(r);
}

static void
capacity_can_be_changed(void)
{
	struct rig *r = rig_new_queue("MixedQueue(4)", 2, 1);
	const struct element *e = rig_element(r);

	sequence_give(r, 0, "1 2");
	sequence_give(r, 1, "3 4");
	ASSERT_TEXT(rig_write(r, "capacity", "3"), "");
	ASSERT_READ(r, "length", "3");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	CU_ASSERT_EQUAL(e->class->storage->capacity(e), 3);
	ASSERT_TEXT(rig_write(r, "capacity", "9"), "");
	CU_ASSERT_EQUAL(e->class->storage->length(e), 3);
	sequence_give(r, 0, "5 6");
	ASSERT_TEXT(sequence_pull(r, 0, 6), "4 3 1 5 6 -");
	rig_free(r);
}

// Through the ends of the ring, both ways.
static void
many(void)
{
	struct rig *r = rig_new_queue("MixedQueue(7)", 2, 1);

	for (unsigned i = 0; i < 50; i++) {
		sequence_feed(r, 1, 3);
		sequence_feed(r, 0, 2);
		ASSERT_TEXT(sequence_pull(r, 0, 5), "1 1 1 0 0");
		sequence_feed(r, 0, 4);
		ASSERT_TEXT(sequence_pull(r, 0, 4), "0 0 0 0");
	}
	rig_free(r);
}

static void
pullers_sleep(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: MixedQueue -> u :: Unqueue -> RigOut;"
				   "RigIn(1) -> [1] e;");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	sequence_feed(r, 1, 1);
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "1");
	ASSERT_READ(r, "u.scheduled", "false");
	CU_ASSERT_PTR_NULL(rig_element(r)->class->notifier(rig_element(r), false, 0));
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: MixedQueue(5) -> PullNull -> RigOut;"
				   "RigIn(1) -> [1] e;");
	char *errors;

	sequence_give(r, 0, "1 2");
	sequence_give(r, 1, "3");
	errors = rig_swap(r, "RigIn(0) -> e :: Queue(5) -> PullNull -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	sequence_give(r, 0, "4");
	errors = rig_swap(r, "RigIn(0) -> e :: MixedQueue(3) -> PullNull -> RigOut;"
			     "Idle -> [1] e;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "3 1 2 -");
	sequence_give(r, 0, "5");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_queue("MixedQueue", 2, 2);

	ASSERT_READ(r, "capacity", "1000");
	sequence_give(r, 0, "1 2");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_TEXT(sequence_out(r, 1), "1 2");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "highwater_length", "0");
	ASSERT_READ(r, "handlers",
		"reset\twb\nreset_counts\twb\ndrops\tr\ncapacity\trw.\nhighwater_length\tr\n"
		"length\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("MixedQueue(x)", 2, 1, "CAPACITY: invalid number\n");
}

UNIT_SUITE(mixedqueue, UNIT_CASE(two_ways_in), UNIT_CASE(when_it_is_full), UNIT_CASE(batches),
	UNIT_CASE(capacity_0_drops_all), UNIT_CASE(capacity_can_be_changed), UNIT_CASE(many),
	UNIT_CASE(pullers_sleep), UNIT_CASE(hot_swap), UNIT_CASE(handlers))
