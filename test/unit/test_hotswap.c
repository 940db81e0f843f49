// SPDX-License-Identifier: BSD-3-Clause
#include "src/hotswap.h"

#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"
#include "test/unit/rig.h"

static void
swap(struct rig *r, const char *config)
{
	char *errors = rig_swap(r, config);

	ASSERT_TEXT(errors, "");
	free(errors);
}

static void
state_moves_by_name(void)
{
	struct rig *r =
		rig_config("RigIn -> c :: Counter -> q :: Queue(10) -> RigOut;"
			   "RigIn(1) -> d :: Discard; RigIn(2) -> o :: Counter -> Discard;");

	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "0102");
	rig_push_hex(r, 1, "03");
	rig_push_hex(r, 2, "04");
	swap(r, "RigIn -> c :: Counter -> q :: Queue(5) -> p :: Paint(1) -> RigOut;"
		"RigIn(1) -> d :: Discard; RigIn(2) -> new :: Counter -> Discard;");
	ASSERT_READ(r, "c.count", "3");
	ASSERT_READ(r, "c.byte_count", "6");
	ASSERT_READ(r, "q.length", "3");
	ASSERT_READ(r, "d.count", "1");
	ASSERT_READ(r, "d.drop_reasons", "1\tdiscarded\n");
	ASSERT_READ(r, "new.count", "0");
	rig_push_hex(r, 0, "05");
	ASSERT_READ(r, "c.count", "4");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 10), 4);
	rig_expect_hex(r, 0, 0, "0102");
	rig_expect_hex(r, 0, 3, "05");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 1);
	CU_ASSERT_EQUAL(atoi(rig_read(r, ".generation")), 1);
	rig_free(r);
}

static void
what_does_not_fit_is_counted(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue(10) -> RigOut;");

	for (unsigned i = 0; i < 10; i++)
		rig_push_hex(r, 0, "01");
	swap(r, "RigIn -> q :: Queue(4) -> RigOut;");
	ASSERT_TEXT(rig_chatter(r),
		"config:1: While hot-swapping state into 'q :: Queue':\n"
		"  warning: some packets lost (old length 10, new capacity 4)\n");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 10), 4);
	rig_free(r); // the balance has the other 6
}

// Another class of the same name is another element.
static void
classes_must_agree(void)
{
	struct rig *r = rig_config("RigIn -> c :: Counter -> q :: Queue(10) -> RigOut;");

	rig_push_hex(r, 0, "01");
	swap(r, "RigIn -> c :: AverageCounter -> q :: SimpleQueue(10) -> RigOut;");
	ASSERT_READ(r, "c.count", "0");
	ASSERT_READ(r, "q.length", "1"); // of one family
	CU_ASSERT_EQUAL(rig_pull(r, 0, 10), 1);
	rig_free(r);
}

static void
errors_leave_the_old_one_running(void)
{
	struct rig *r = rig_config("RigIn -> c :: Counter -> RigOut;");
	char *errors = rig_swap(r, "RigIn -> c :: Counter(x) -> q :: Queue(y) -> RigOut;");

	ASSERT_TEXT(errors, "config:1: While configuring 'c :: Counter':\n"
			    "  too many arguments\n"
			    "config:1: While configuring 'q :: Queue':\n"
			    "  CAPACITY: invalid number\n");
	free(errors);
	errors = rig_swap(r, "RigIn -> ");
	CU_ASSERT_STRING_NOT_EQUAL(errors, "");
	free(errors);
	// Fails when all others are initialized and wait.
	errors = rig_swap(r, "RigIn -> c :: Counter -> RigOut; t :: TimedSource(1) -> Discard;"
			     "InfiniteSource(END_CALL nobody.stop) -> Discard;");
	ASSERT_TEXT(errors, "config:1: While initializing 'InfiniteSource@6 :: InfiniteSource':\n"
			    "  no element named 'nobody'\n");
	free(errors);
	rig_push_hex(r, 0, "01");
	rig_run_for(r, 3 * CLOCK_S);
	ASSERT_READ(r, "c.count", "1");
	CU_ASSERT_EQUAL(atoi(rig_read(r, ".generation")), 0);
	rig_free(r);
}

static void
work_goes_over(void)
{
	struct rig *r = rig_config("s :: InfiniteSource(LIMIT 5) -> a :: Counter -> Discard;"
				   "t :: TimedSource(1) -> b :: Counter -> Discard;");

	rig_run_for(r, CLOCK_S * 5 / 2);
	ASSERT_READ(r, "a.count", "5");
	ASSERT_READ(r, "b.count", "2");
	// Neither the tasks nor the timers of the old one run any more.
	swap(r, "s :: Idle -> a :: Counter -> Discard; t :: TimedSource(10) -> b :: Counter -> Discard;"
		"n :: InfiniteSource(LIMIT 7) -> m :: Counter -> Discard;");
	rig_run_for(r, 9 * CLOCK_S);
	ASSERT_READ(r, "a.count", "5");
	ASSERT_READ(r, "b.count", "2");
	ASSERT_READ(r, "m.count", "7");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "b.count", "3");
	rig_free(r);
}

// What a router does at its start it does beside the old one; what it is to do later waits.
static void
tasks_wait_for_the_swap(void)
{
	struct rig *r = rig_config("Idle -> c :: Counter -> Discard;");

	swap(r, "s :: InfiniteSource(LIMIT 3) -> c :: Counter -> Discard;"
		"u :: RatedSource(RATE 10, LIMIT 2) -> c;");
	ASSERT_READ(r, "c.count", "0");
	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "c.count", "5");
	rig_free(r);
}

static void
many_times(void)
{
	struct rig *r = rig_config("s :: InfiniteSource -> c :: Counter -> q :: Queue(64)"
				   "-> u :: Unqueue -> d :: Discard;");
	char *config;

	for (unsigned i = 0; i < 200; i++) {
		rig_run(r, 3);
		config =
			mem_printf("s :: InfiniteSource(LIMIT %u) -> c :: Counter -> q :: Queue(%u)"
				   "-> u :: Unqueue(BURST %u) -> d :: Discard;",
				i % 7 == 0 ? 10 : 100000, 64 + i % 3, 1 + i % 5);
		swap(r, config);
		free(config);
	}
	rig_run(r, 10);
	CU_ASSERT_EQUAL(atoi(rig_read(r, ".generation")), 200);
	rig_free(r); // the balance
}

UNIT_SUITE(hotswap, UNIT_CASE(state_moves_by_name), UNIT_CASE(what_does_not_fit_is_counted),
	UNIT_CASE(classes_must_agree), UNIT_CASE(errors_leave_the_old_one_running),
	UNIT_CASE(work_goes_over), UNIT_CASE(tasks_wait_for_the_swap), UNIT_CASE(many_times))
