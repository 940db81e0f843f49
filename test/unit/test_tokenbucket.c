// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/tokenbucket.h"
#include "test/unit/unit.h"

// Takes single tokens until there are none left.
static unsigned
take_all(struct tokenbucket *tb)
{
	unsigned n = 0;

	for (; tokenbucket_contains(tb, 1); n++)
		tokenbucket_remove(tb, 1);
	return n;
}

static void
first_refill_fills(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 1000, 50);
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 1));
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, 0));
	tokenbucket_refill(&tb, 1);
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, 50));
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 51));
	CU_ASSERT_EQUAL(take_all(&tb), 50);
	CU_ASSERT_EQUAL(take_all(&tb), 0);
}

static void
fills_with_time(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 10, 2);
	tokenbucket_refill(&tb, 5000);
	CU_ASSERT_EQUAL(take_all(&tb), 2);
	// A tenth of a second for a token, and 1 ms since fractions are cut.
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 1), 101);
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 2), 201);
	tokenbucket_refill(&tb, 5100);
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 1));
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 1), 1);
	tokenbucket_refill(&tb, 5101);
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, 1));
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 1), 0);
	// It never holds more than its capacity.
	tokenbucket_refill(&tb, 100000);
	CU_ASSERT_EQUAL(take_all(&tb), 2);
}

static void
the_same_moment_adds_nothing(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 1000, 10);
	tokenbucket_refill(&tb, 7);
	take_all(&tb);
	tokenbucket_refill(&tb, 7);
	tokenbucket_refill(&tb, 6);
	CU_ASSERT_EQUAL(take_all(&tb), 0);
	tokenbucket_refill(&tb, 10);
	CU_ASSERT_EQUAL(take_all(&tb), 3);
}

static void
rate_0_never_fills(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 0, 2);
	tokenbucket_set(&tb, 1);
	tokenbucket_refill(&tb, 5);
	tokenbucket_refill(&tb, INT64_C(1) << 50);
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, 1));
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 2));
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 2), TOKENBUCKET_NEVER);
}

static void
capacity_0_stays_empty(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 1000, 0);
	tokenbucket_refill(&tb, 1);
	tokenbucket_refill(&tb, 100000);
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 1));
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 1), TOKENBUCKET_NEVER);
}

static void
holds_at_least_a_millisecond(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 5000001, 10);
	tokenbucket_refill(&tb, 1);
	CU_ASSERT_EQUAL(take_all(&tb), 5001);
	tokenbucket_refill(&tb, 2);
	CU_ASSERT_EQUAL(take_all(&tb), 5000);
}

static void
numbers_beyond_it(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 100, 3);
	tokenbucket_refill(&tb, 1);
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, UINT32_MAX));
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, 4), TOKENBUCKET_NEVER);
	CU_ASSERT_EQUAL(tokenbucket_wait_ms(&tb, UINT32_MAX), TOKENBUCKET_NEVER);
	tokenbucket_remove(&tb, 2);
	CU_ASSERT_EQUAL(take_all(&tb), 1);
	tokenbucket_set(&tb, UINT32_MAX);
	CU_ASSERT_EQUAL(take_all(&tb), 3);
	tokenbucket_set(&tb, 2);
	tokenbucket_remove(&tb, UINT32_MAX);
	CU_ASSERT_EQUAL(tb.level, 0);
}

static void
extremes(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, UINT32_MAX, UINT32_MAX);
	tokenbucket_refill(&tb, 1);
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, UINT32_MAX));
	tokenbucket_remove(&tb, UINT32_MAX);
	tokenbucket_refill(&tb, 2);
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, 4294967));
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 4294968));
	// So slow that a millisecond brings less than the smallest fraction: that much
	// nevertheless.
	tokenbucket_init(&tb, 1, UINT32_MAX);
	CU_ASSERT_EQUAL(tb.fill, 1);
	CU_ASSERT_EQUAL(tb.full_ms, UINT32_MAX);
}

static void
change_keeps_the_tokens(void)
{
	struct tokenbucket tb;

	tokenbucket_init(&tb, 100, 10);
	tokenbucket_refill(&tb, 1);
	tokenbucket_remove(&tb, 4);
	tokenbucket_change(&tb, 200, 100);
	CU_ASSERT_TRUE(tokenbucket_contains(&tb, 5));
	CU_ASSERT_FALSE(tokenbucket_contains(&tb, 7));
	tokenbucket_change(&tb, 200, 3);
	CU_ASSERT_EQUAL(take_all(&tb), 3);
}

UNIT_SUITE(tokenbucket, UNIT_CASE(first_refill_fills), UNIT_CASE(fills_with_time),
	UNIT_CASE(the_same_moment_adds_nothing), UNIT_CASE(rate_0_never_fills),
	UNIT_CASE(capacity_0_stays_empty), UNIT_CASE(holds_at_least_a_millisecond),
	UNIT_CASE(numbers_beyond_it), UNIT_CASE(extremes), UNIT_CASE(change_keeps_the_tokens))
