// SPDX-License-Identifier: BSD-3-Clause
#include "bench/histogram.h"

#include <math.h>
#include <stdlib.h>

#include "src/mem.h"
#include "test/unit/unit.h"

static struct histogram *
create(void)
{
	struct histogram *h = mem_zalloc(sizeof(*h));

	histogram_clear(h);
	return h;
}

static void
empty(void)
{
	struct histogram *h = create();

	CU_ASSERT_EQUAL(histogram_quantile(h, 0.5), 0);
	CU_ASSERT_EQUAL(histogram_mean(h), 0);
	CU_ASSERT_EQUAL(h->min, UINT64_MAX);
	free(h);
}

// Buckets follow each other without a hole, and none is wider than 1/64 of its values.
static void
buckets(void)
{
	CU_ASSERT_EQUAL(histogram_bucket(0), 0);
	CU_ASSERT_EQUAL(histogram_bucket(63), 63);
	for (unsigned b = 0; b + 1 < HISTOGRAM_BUCKETS; b++) {
		uint64_t end = histogram_bucket_end(b), next = histogram_bucket_end(b + 1);

		CU_ASSERT_EQUAL_FATAL(histogram_bucket(end), b);
		CU_ASSERT_EQUAL_FATAL(histogram_bucket(end + 1), b + 1);
		CU_ASSERT_TRUE_FATAL((double)(next - end - 1) <= (double)(end + 1) / 64);
	}
	CU_ASSERT_EQUAL(histogram_bucket(UINT64_C(1) << 40), HISTOGRAM_BUCKETS - 1);
	CU_ASSERT_EQUAL(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
}

static void
quantiles(void)
{
	struct histogram *h = create();

	for (uint64_t v = 1; v <= 1000; v++)
		histogram_add(h, v);
	CU_ASSERT_EQUAL(h->n, 1000);
	CU_ASSERT_EQUAL(h->min, 1);
	CU_ASSERT_EQUAL(h->max, 1000);
	CU_ASSERT_TRUE(fabs(histogram_mean(h) - 500.5) < 1e-9);
	CU_ASSERT_EQUAL(histogram_quantile(h, 0), 1);
	CU_ASSERT_EQUAL(histogram_quantile(h, 0.05), 50);
	for (unsigned p = 10; p <= 99; p++) {
		uint64_t exact = p * 10, found = histogram_quantile(h, p / 100.0);

		CU_ASSERT_TRUE(found >= exact && (double)(found - exact) <= (double)exact / 64);
	}
	CU_ASSERT_EQUAL(histogram_quantile(h, 1), 1000);
	free(h);
}

// One slow frame among many is not lost.
static void
outlier(void)
{
	struct histogram *h = create();

	for (unsigned i = 0; i < 9999; i++)
		histogram_add(h, 100);
	histogram_add(h, UINT64_C(1) << 50);
	CU_ASSERT_TRUE(histogram_quantile(h, 0.9999) <= 101);
	CU_ASSERT_EQUAL(histogram_quantile(h, 1), UINT64_C(1) << 50);
	free(h);
}

UNIT_SUITE(
	histogram, UNIT_CASE(empty), UNIT_CASE(buckets), UNIT_CASE(quantiles), UNIT_CASE(outlier))
