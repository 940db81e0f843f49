// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/spinlock.h"

#include <stdlib.h>

#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/sequence.h"

static void
packets_pass(void)
{
	struct rig *r = rig_config("SpinlockInfo(l, \"other one\"); RigIn -> SpinlockAcquire(l)"
				   " -> e :: Paint(3) -> SpinlockRelease(l)"
				   " -> SpinlockPush(\"other one\") -> RigOut;");
	struct packet *p[3] = {rig_hex("01"), rig_hex("02"), rig_hex("03")};

	rig_push_batch(r, 0, p, 3);
	sequence_feed(r, 0, 1);
	ASSERT_TEXT(sequence_out(r, 0), "1 2 3 0");
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
in_a_pull_path(void)
{
	struct rig *r = rig_config("SpinlockInfo(l); RigIn -> Queue -> a :: SpinlockAcquire(l)"
				   " -> Paint(3) -> SpinlockRelease(l) -> RigOut;");
	struct spinlock *lock = spinlock_find(rig_find(r, "a"), "l");

	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	sequence_give(r, 0, "1 2 3");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "1 2 3");
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_FALSE(spinlock_release(lock, 1));
	rig_free(r);
}

static void
releasing_what_was_not_taken(void)
{
	struct rig *r = rig_config("SpinlockInfo(l); RigIn -> e :: SpinlockRelease(l) -> RigOut;");

	sequence_give(r, 0, "1 2");
	ASSERT_TEXT(sequence_out(r, 0), "1 2");
	ASSERT_TEXT(rig_chatter(r), "e :: SpinlockRelease: released a lock that was not taken\n");
	rig_free(r);
}

// One lcore has the lock and another wants it.
static void
one_at_a_time(void)
{
	struct router *r = lcores_rig("SpinlockInfo(l); StaticThreadSched(s 0, t 1);"
				      "s :: InfiniteSource(LIMIT 3) -> a :: SpinlockAcquire(l)"
				      " -> c :: Counter -> Discard;"
				      "t :: InfiniteSource(LIMIT 3) -> b :: SpinlockPush(l)"
				      " -> d :: Counter -> Discard;",
		2);
	struct spinlock *lock = spinlock_find(router_find(r, "a"), "l");

	lcores_rig_become(1);
	CU_ASSERT_TRUE(spinlock_acquire(lock, 1));
	CU_ASSERT_TRUE(spinlock_acquire(lock, 2));
	lcores_rig_become(0);
	CU_ASSERT_FALSE(spinlock_acquire(lock, 1));
	CU_ASSERT_FALSE(spinlock_release(lock, 1));
	lcores_rig_become(1);
	CU_ASSERT_TRUE(spinlock_release(lock, 2));
	CU_ASSERT_TRUE(spinlock_release(lock, 1));
	CU_ASSERT_FALSE(spinlock_release(lock, 1));
	lcores_rig_become(0);
	CU_ASSERT_TRUE(spinlock_acquire(lock, 1));
	CU_ASSERT_TRUE(spinlock_release(lock, 9));
	// Nobody releases what a takes; it is free at the end of each run.
	lcores_rig_run(0, 1);
	lcores_rig_run(1, 1);
	ASSERT_LCORES_READ(r, "c.count", "3");
	ASSERT_LCORES_READ(r, "d.count", "3");
	lcores_rig_free(r);
}

static void
packets_of_who_gets_no_lock_are_dropped(void)
{
	struct router *r = lcores_rig("SpinlockInfo(l); StaticThreadSched(s 0, t 0);"
				      "s :: InfiniteSource(LIMIT 1) -> a :: SpinlockAcquire(l)"
				      " -> c :: Counter -> Discard;"
				      "t :: InfiniteSource(LIMIT 1) -> b :: SpinlockPush(l)"
				      " -> c;",
		2);
	struct spinlock *lock = spinlock_find(router_find(r, "a"), "l");

	lcores_rig_become(1);
	CU_ASSERT_TRUE(spinlock_acquire(lock, 1));
	lcores_rig_run(0, 2);
	ASSERT_LCORES_READ(r, "c.count", "0");
	ASSERT_LCORES_READ(r, "a.drop_reasons", "1\tlock kept by another lcore\n");
	ASSERT_LCORES_READ(r, "b.drop_reasons", "1\tlock kept by another lcore\n");
	lcores_rig_become(1);
	CU_ASSERT_TRUE(spinlock_release(lock, 1));
	lcore_flush_all(lcore_self);
	lcores_rig_free(r);
}

static void
names_have_a_scope(void)
{
	struct rig *r =
		rig_config("SpinlockInfo(l, m);"
			   "elementclass C { SpinlockInfo(l); input -> n :: Null -> output }"
			   "RigIn -> c :: C -> e :: Null -> RigOut;");
	const struct element *in = rig_find(r, "c/n"), *out = rig_element(r);

	CU_ASSERT_PTR_NOT_NULL(spinlock_find(in, "l"));
	CU_ASSERT_PTR_NOT_NULL(spinlock_find(out, "l"));
	CU_ASSERT_PTR_NOT_EQUAL(spinlock_find(in, "l"), spinlock_find(out, "l"));
	CU_ASSERT_PTR_EQUAL(spinlock_find(in, "m"), spinlock_find(out, "m"));
	CU_ASSERT_PTR_NULL(spinlock_find(in, "k"));
	rig_free(r);
}

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("SpinlockAcquire(l)", 1, 1, "cannot locate spinlock l\n");
	ASSERT_ERRORS("SpinlockRelease(l)", 1, 1, "cannot locate spinlock l\n");
	ASSERT_ERRORS("SpinlockPush(l)", 1, 1, "cannot locate spinlock l\n");
	ASSERT_ERRORS("SpinlockPush", 1, 1, "LOCK: required argument missing\n");
	errors = rig_config_errors("SpinlockInfo(a b, c); Idle -> SpinlockPush(c) -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'SpinlockInfo@1 :: SpinlockInfo':\n"
			    "  bad NAME\n");
	free(errors);
}

static void
around_a_path(void)
{
	struct rig *r = rig_config("SpinlockInfo(l); RigIn(0) -> e :: PathSpinlock(l) -> RigOut(0);"
				   "RigIn(1) -> Queue -> p :: PathSpinlock(l) -> RigOut(1);");
	struct spinlock *lock = spinlock_find(rig_find(r, "e"), "l");

	sequence_give(r, 0, "1 2");
	ASSERT_TEXT(sequence_out(r, 0), "1 2");
	sequence_give(r, 1, "3 4");
	ASSERT_TEXT(sequence_pull_batch(r, 1, 64), "3 4");
	CU_ASSERT_FALSE(spinlock_release(lock, 1));
	rig_free(r);
	ASSERT_ERRORS("PathSpinlock(x)", 1, 1, "cannot locate spinlock x\n");
}

UNIT_SUITE(spinlock, UNIT_CASE(around_a_path), UNIT_CASE(packets_pass), UNIT_CASE(in_a_pull_path),
	UNIT_CASE(releasing_what_was_not_taken), UNIT_CASE(one_at_a_time),
	UNIT_CASE(packets_of_who_gets_no_lock_are_dropped), UNIT_CASE(names_have_a_scope),
	UNIT_CASE(arguments))
