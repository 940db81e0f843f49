// SPDX-License-Identifier: BSD-3-Clause
#include "bench/arrivals.h"

#include <stdlib.h>

#include "src/mem.h"
#include "test/unit/unit.h"

static struct arrivals *
create(void)
{
	struct arrivals *a = mem_zalloc(sizeof(*a));

	memset(a, 0xff, sizeof(*a));
	arrivals_clear(a);
	return a;
}

// number, number, ...: as they arrive, each sent at ten times its number.
static void
add_all(struct arrivals *a, const uint32_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		arrivals_add(a, numbers[i], numbers[i] * UINT64_C(10));
}
#define ADD(a, ...) \
	add_all(a, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static void
in_order(void)
{
	struct arrivals *a = create();

	for (uint32_t i = 0; i < 3 * ARRIVALS_WINDOW; i++)
		CU_ASSERT_TRUE_FATAL(arrivals_add(a, i, i));
	CU_ASSERT_EQUAL(a->n, 3 * ARRIVALS_WINDOW);
	CU_ASSERT_EQUAL(a->next, 3 * ARRIVALS_WINDOW);
	CU_ASSERT_EQUAL(a->n_duplicates + a->n_reordered + a->n_old + a->extent + a->hole_stamp, 0);
	free(a);
}

static void
lost(void)
{
	struct arrivals *a = create();

	ADD(a, 0, 1, 4, 5, 9);
	CU_ASSERT_EQUAL(a->n, 5);
	CU_ASSERT_EQUAL(a->next, 10);
	CU_ASSERT_EQUAL(a->n_duplicates + a->n_reordered, 0);
	CU_ASSERT_EQUAL(a->hole_stamp, 90);
	free(a);
}

static void
again(void)
{
	struct arrivals *a = create();

	ADD(a, 0, 1, 1, 2, 0, 0, 3);
	CU_ASSERT_EQUAL(a->n, 4);
	CU_ASSERT_EQUAL(a->n_duplicates, 3);
	CU_ASSERT_EQUAL(a->n_reordered, 0);
	free(a);
}

static void
out_of_order(void)
{
	struct arrivals *a = create();

	// 1 is late by one, 2 is in order, 3 is late by three, and comes again.
	ADD(a, 0, 2, 1, 4, 5, 6, 3, 3, 7);
	CU_ASSERT_EQUAL(a->n, 8);
	CU_ASSERT_EQUAL(a->n_reordered, 2);
	CU_ASSERT_EQUAL(a->n_duplicates, 1);
	CU_ASSERT_EQUAL(a->extent, 4);
	CU_ASSERT_EQUAL(a->next, 8);
	free(a);
}

// The first frame that comes is not the first one sent.
static void
begins_late(void)
{
	struct arrivals *a = create();

	ADD(a, 100, 99, 100);
	CU_ASSERT_EQUAL(a->n, 2);
	CU_ASSERT_EQUAL(a->n_reordered, 1);
	CU_ASSERT_EQUAL(a->n_duplicates, 1);
	CU_ASSERT_EQUAL(a->hole_stamp, 1000);
	free(a);
}

// What was remembered of numbers a window ago is forgotten, in steps and in leaps.
static void
window(void)
{
	const uint32_t w = ARRIVALS_WINDOW;
	struct arrivals *a = create();

	ADD(a, 0, 1, 2, w, w + 1);
	CU_ASSERT_EQUAL(a->n_duplicates + a->n_reordered, 0);
	ADD(a, 2); // the oldest one that is remembered
	CU_ASSERT_EQUAL(a->n_duplicates, 1);
	ADD(a, 1); // older: it may have been here
	CU_ASSERT_EQUAL(a->n_duplicates, 1);
	CU_ASSERT_EQUAL(a->n_reordered, 1);
	CU_ASSERT_EQUAL(a->n_old, 1);
	ADD(a, 10 * w + 7, 9 * w + 8); // a leap over everything
	CU_ASSERT_EQUAL(a->n_duplicates, 1);
	CU_ASSERT_EQUAL(a->n_reordered, 2);
	ADD(a, 10 * w + 7, 9 * w + 8);
	CU_ASSERT_EQUAL(a->n_duplicates, 3);
	CU_ASSERT_EQUAL(a->next, 10 * w + 8);
	free(a);
}

// Numbers have 32 bits.
static void
wraps(void)
{
	struct arrivals *a = create();

	a->next = UINT32_MAX - 1;
	ADD(a, UINT32_MAX - 1, UINT32_MAX, 0, 2, 1, UINT32_MAX);
	CU_ASSERT_EQUAL(a->n, 5);
	CU_ASSERT_EQUAL(a->n_reordered, 1);
	CU_ASSERT_EQUAL(a->n_duplicates, 1);
	CU_ASSERT_EQUAL(a->next, 3);
	free(a);
}

UNIT_SUITE(arrivals, UNIT_CASE(in_order), UNIT_CASE(lost), UNIT_CASE(again),
	UNIT_CASE(out_of_order), UNIT_CASE(begins_late), UNIT_CASE(window), UNIT_CASE(wraps))
