// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A log-linear histogram: each power of two is cut into 64 equal parts, so that every value is kept
// with a relative error below 1/64, in 17 KiB, for values up to 2^40.

#include <stdint.h>

enum {
	HISTOGRAM_PART_BITS = 6,
	HISTOGRAM_VALUE_BITS = 40,
	HISTOGRAM_PARTS = 1 << HISTOGRAM_PART_BITS,
	HISTOGRAM_BUCKETS = (HISTOGRAM_VALUE_BITS - HISTOGRAM_PART_BITS + 1) * HISTOGRAM_PARTS,
};

struct histogram {
	uint64_t n;
	uint64_t min, max; // exact; min is UINT64_MAX while there is no value
	double sum;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_clear(struct histogram *h);

// The bucket of a value: values below 64 have one each.
static inline unsigned
histogram_bucket(uint64_t v)
{
	unsigned shift;

	if (v < HISTOGRAM_PARTS)
		return (unsigned)v;
	if (v >> HISTOGRAM_VALUE_BITS != 0)
		return HISTOGRAM_BUCKETS - 1;
	shift = 63 - HISTOGRAM_PART_BITS - (unsigned)__builtin_clzll(v);
	return shift * HISTOGRAM_PARTS + (unsigned)(v >> shift);
}

static inline void
histogram_add(struct histogram *h, uint64_t v)
{
	h->n++;
	h->sum += (double)v;
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	h->buckets[histogram_bucket(v)]++;
}

// The largest value of a bucket.
uint64_t histogram_bucket_end(unsigned bucket);

// The smallest value that at least this share (0 to 1) of all values do not exceed, rounded up to
// the end of its bucket. 0 if there are no values.
uint64_t histogram_quantile(const struct histogram *h, double share);
double histogram_mean(const struct histogram *h);
