// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/notifier.h"
#include "test/unit/sequence.h"

// n packets of len bytes that begin with the input's number.
static void
feed_long(struct rig *r, unsigned input, unsigned n, unsigned len)
{
	uint8_t *bytes = mem_zalloc(len);

	bytes[0] = (uint8_t)input;
	for (unsigned i = 0; i < n; i++)
		rig_push(r, input, packet_make(PACKET_HEADROOM, bytes, len));
	free(bytes);
}

static void
shares_bytes(void)
{
	struct rig *r = rig_new_pull("DRRSched(100)", 2, 1);

	feed_long(r, 0, 6, 100);
	feed_long(r, 1, 20, 25);
	// Input 0 has to wait: it gets its first quantum in the second round.
	ASSERT_TEXT(sequence_pull(r, 0, 12), "1 1 1 1 0 1 1 1 1 0 1 1");
	rig_free(r);
}

// What a long packet could not use is kept for the next round.
static void
deficit_is_kept(void)
{
	struct rig *r = rig_new_pull("DRRSched(60)", 2, 1);

	feed_long(r, 0, 3, 100);
	feed_long(r, 1, 9, 60);
	ASSERT_TEXT(sequence_pull(r, 0, 12), "1 - 1 0 1 - 1 0 1 0 1 -");
	ASSERT_READ(r, "config", "60");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 1);
	rig_free(r);
}

static void
many_at_once(void)
{
	struct rig *r = rig_new_pull("DRRSched", 2, 1);

	feed_long(r, 0, 4, 250);
	feed_long(r, 1, 4, 500);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 2), "1 0");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "0 1 0 0 1");
	// A look at each input: the packet that is left was too long.
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "1");
	rig_free(r);
}

static void
holds_a_packet_of_each_input(void)
{
	struct rig *r = rig_new_pull("DRRSched(10)", 3, 1);
	struct element *e = rig_element(r);

	feed_long(r, 0, 2, 100);
	feed_long(r, 2, 2, 100);
	ASSERT_TEXT(sequence_pull(r, 0, 3), "- - -");
	CU_ASSERT_EQUAL(e->class->held(e), 2);
	CU_ASSERT_TRUE(notifier_is_active(e->class->notifier(e, true, 0)));
	rig_free(r);
}

#define CONFIG(quantum)                                         \
	"e :: DRRSched(" quantum ") -> u :: Unqueue -> RigOut;" \
	"RigIn(0) -> a :: Queue -> e; RigIn(1) -> b :: Queue -> [1] e;"

static void
pullers_sleep(void)
{
	struct rig *r = rig_config(CONFIG("500"));
	struct element *e = rig_element(r);

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	CU_ASSERT_FALSE(notifier_is_active(e->class->notifier(e, true, 0)));
	sequence_feed(r, 1, 2);
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "1 1");
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

// Who stands behind another scheduler must see that it has woken.
static void
wakes_through_another_scheduler(void)
{
	struct rig *r = rig_config("e :: RoundRobinSched -> u :: Unqueue -> RigOut;"
				   "d :: DRRSched -> e; RigIn(0) -> Queue -> d;"
				   "RigIn(1) -> Queue -> [1] d; RigIn(2) -> Queue -> [1] e;");

	for (unsigned i = 0; i < 3; i++) {
		rig_run(r, 30);
		ASSERT_READ(r, "u.scheduled", "false");
		sequence_feed(r, i, 1);
		rig_run(r, 30);
	}
	ASSERT_TEXT(sequence_out(r, 0), "0 1 2");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("e :: DRRSched(10) -> RigOut; RigIn(0) -> PullNull -> e;"
				   "RigIn(1) -> PullNull -> [1] e; RigIn(2) -> PullNull -> [2] e;");
	char *errors;

	for (unsigned i = 0; i < 3; i++)
		feed_long(r, i, 1, 50);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "- -");
	errors = rig_swap(r, "e :: DRRSched(10) -> RigOut; RigIn(0) -> PullNull -> e;"
			     "RigIn(1) -> PullNull -> [1] e;");
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_TEXT(sequence_pull(r, 0, 5), "- - 1 0 -");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> e :: DRRSched(0) -> Discard;");

	ASSERT_TEXT(errors, "config:1: While configuring 'e :: DRRSched':\n  bad QUANTUM\n");
	free(errors);
	errors = rig_config_errors("Idle -> e :: DRRSched(x) -> Discard;");
	ASSERT_TEXT(errors,
		"config:1: While configuring 'e :: DRRSched':\n  QUANTUM: invalid number\n");
	free(errors);
}

UNIT_SUITE(drrsched, UNIT_CASE(shares_bytes), UNIT_CASE(deficit_is_kept), UNIT_CASE(many_at_once),
	UNIT_CASE(holds_a_packet_of_each_input), UNIT_CASE(pullers_sleep),
	UNIT_CASE(wakes_through_another_scheduler), UNIT_CASE(hot_swap), UNIT_CASE(arguments))
