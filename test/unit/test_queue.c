// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/errh.h"
#include "src/notifier.h"
#include "test/unit/rig.h"

static bool
full_is_active(struct rig *r, const char *name)
{
	struct element *e = rig_find(r, name);

	return notifier_is_active(e->class->notifier(e, false, 0));
}

static void
sources_sleep_while_it_is_full(void)
{
	struct rig *r = rig_config(
		"s :: InfiniteSource(LIMIT 10) -> e :: Queue(4) -> PullNull -> RigOut(0);");

	rig_run(r, 3);
	ASSERT_READ(r, "length", "4");
	CU_ASSERT_FALSE(full_is_active(r, "e"));
	ASSERT_READ(r, "s.scheduled", "false");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_TRUE(full_is_active(r, "e"));
	rig_run(r, 3);
	ASSERT_READ(r, "length", "4");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 4);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 4);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "s.count", "10");
	rig_free(r);
}

// A burst that is longer than the room is still pushed whole.
static void
bursts_may_overflow(void)
{
	struct rig *r = rig_config("s :: InfiniteSource(LIMIT 10, BURST 5) -> e :: Queue(4)"
				   " -> PullNull -> RigOut(0);");

	rig_run(r, 3);
	ASSERT_READ(r, "length", "4");
	ASSERT_READ(r, "drops", "1");
	ASSERT_READ(r, "s.count", "5");
	ASSERT_TEXT(rig_chatter(r), "e :: Queue: overflow\n");
	rig_free(r);
}

// The example of growth and shrinking.
static void
capacity_wakes_sources(void)
{
	struct rig *r =
		rig_config("s :: InfiniteSource -> e :: Queue(1000) -> PullNull -> RigOut(0);");

	rig_run(r, 20);
	ASSERT_READ(r, "length", "1000");
	ASSERT_TEXT(rig_write(r, "capacity", "10"), "");
	ASSERT_READ(r, "length", "10");
	ASSERT_READ(r, "s.scheduled", "false");
	rig_run(r, 20);
	ASSERT_READ(r, "s.count", "1000");
	ASSERT_TEXT(rig_write(r, "capacity", "1000"), "");
	ASSERT_READ(r, "s.scheduled", "true");
	rig_run(r, 20);
	ASSERT_READ(r, "s.count", "1990");
	ASSERT_READ(r, "length", "1000");
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

// Shrunk below its length before it was full: sources must not run on and fill nothing.
static void
shrinking_puts_sources_to_sleep(void)
{
	struct rig *r = rig_config(
		"s :: InfiniteSource(LIMIT 5) -> e :: Queue(10) -> PullNull -> RigOut(0);");

	rig_run(r, 3);
	CU_ASSERT_TRUE(full_is_active(r, "e"));
	ASSERT_TEXT(rig_write(r, "capacity", "3"), "");
	CU_ASSERT_FALSE(full_is_active(r, "e"));
	ASSERT_TEXT(rig_write(r, "s.limit", "9"), "");
	rig_run(r, 3);
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "s.count", "5");
	rig_free(r);
}

static void
capacity_0_lets_sources_run(void)
{
	struct rig *r = rig_config(
		"s :: InfiniteSource(LIMIT 5, STOP true) -> e :: Queue(0) -> PullNull -> RigOut(0);");

	rig_run(r, 3);
	ASSERT_READ(r, "drops", "5");
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
pullers_sleep_while_it_is_empty(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Queue -> u :: Unqueue -> RigOut(0);");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_push_hex(r, 0, "01");
	rig_run(r, 30);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

// A signal comes from both sides of what lies between.
static void
signals_go_through_other_elements(void)
{
	struct rig *r = rig_config("s :: InfiniteSource -> Null -> e :: Queue(3) -> Paint(1)"
				   " -> Null -> u :: Unqueue(ACTIVE false) -> RigOut(0);");

	rig_run(r, 5);
	ASSERT_READ(r, "s.count", "3");
	ASSERT_READ(r, "s.scheduled", "false");
	rig_write(r, "u.limit", "2");
	rig_write(r, "u.active", "true");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "s.count", "5");
	rig_free(r);
}

// A source that can push to two queues runs while one has room.
static void
either_of_two_queues(void)
{
	struct rig *r = rig_config("s :: InfiniteSource(LIMIT 9) -> t :: Tee;"
				   "t [0] -> e :: Queue(2) -> PullNull -> RigOut(0);"
				   "t [1] -> big :: Queue(5) -> PullNull -> RigOut(1);");

	rig_run(r, 5);
	ASSERT_READ(r, "length", "2");
	ASSERT_READ(r, "drops", "3");
	ASSERT_READ(r, "big.length", "5");
	ASSERT_READ(r, "s.count", "5");
	rig_free(r);
}

static void
hot_swap_keeps_the_signals(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Queue(8) -> PullNull -> RigOut(0);"
				   "s :: InfiniteSource(LIMIT 3, ACTIVE false) -> new :: Queue(2)"
				   " -> u :: Unqueue(LIMIT 0) -> RigOut(1);");
	struct element *new = rig_find(r, "new");
	struct errh errh;

	errh_init_silent(&errh);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), &errh), 0);
	CU_ASSERT_FALSE(full_is_active(r, "new"));
	CU_ASSERT_EQUAL(errh.n_warnings, 0);
	rig_free(r);
}

static void
hot_swap_goes_on_counting(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Queue(2) -> PullNull -> RigOut(0);");
	char *errors;

	for (unsigned i = 0; i < 5; i++)
		rig_push_hex(r, 0, "01");
	ASSERT_READ(r, "drops", "3");
	errors = rig_swap(r, "RigIn(0) -> e :: Queue(3) -> PullNull -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "3");
	rig_chatter(r);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "01");
	ASSERT_READ(r, "drops", "4");
	ASSERT_TEXT(rig_chatter(r), ""); // that it overflows is known
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
has_two_names(void)
{
	struct rig *r = rig_new_queue("FullNoteQueue(7)", 1, 1);

	ASSERT_READ(r, "class", "Queue");
	ASSERT_READ(r, "capacity", "7");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_queue("Queue", 1, 1);

	ASSERT_READ(r, "handlers",
		"reset\twb\nreset_counts\twb\ndrops\tr\ncapacity\trw.\nhighwater_length\tr\n"
		"length\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(
		r, "ports", "1 input\npush\t-\tRigIn@2 [0]\n1 output\npull\t-\t[0] PullNull@3\n");
	rig_free(r);
}

UNIT_SUITE(queue, UNIT_CASE(sources_sleep_while_it_is_full), UNIT_CASE(bursts_may_overflow),
	UNIT_CASE(capacity_wakes_sources), UNIT_CASE(shrinking_puts_sources_to_sleep),
	UNIT_CASE(capacity_0_lets_sources_run), UNIT_CASE(pullers_sleep_while_it_is_empty),
	UNIT_CASE(signals_go_through_other_elements), UNIT_CASE(either_of_two_queues),
	UNIT_CASE(hot_swap_keeps_the_signals), UNIT_CASE(hot_swap_goes_on_counting),
	UNIT_CASE(has_two_names), UNIT_CASE(handlers))
