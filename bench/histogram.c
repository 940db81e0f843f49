// SPDX-License-Identifier: BSD-3-Clause
#include "bench/histogram.h"

#include <math.h>
#include <string.h>

void
histogram_clear(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

uint64_t
histogram_bucket_end(unsigned bucket)
{
	unsigned shift;

	if (bucket < 2 * HISTOGRAM_PARTS)
		return bucket;
	shift = bucket / HISTOGRAM_PARTS - 1;
	return ((uint64_t)(bucket - shift * HISTOGRAM_PARTS + 1) << shift) - 1;
}

uint64_t
histogram_quantile(const struct histogram *h, double share)
{
	uint64_t wanted = (uint64_t)ceil(share * (double)h->n), seen = 0, end;

	if (h->n == 0)
		return 0;
	if (wanted == 0)
		return h->min;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen < wanted)
			continue;
		end = histogram_bucket_end(i);
		return i == HISTOGRAM_BUCKETS - 1 || end > h->max ? h->max : end;
	}
	return h->max;
}

double
histogram_mean(const struct histogram *h)
{
	return h->n == 0 ? 0 : h->sum / (double)h->n;
}
