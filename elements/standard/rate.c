// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/rate.h"

enum { SHIFT = 4, GAP_MAX = 100 };

static void
step(struct rate *r, unsigned bits)
{
	int64_t target = (int64_t)(r->cur << bits), avg = (int64_t)r->avg;

	r->avg = (uint64_t)(avg + ((target + (1 << (SHIFT - 1)) - avg) >> SHIFT));
	r->cur = 0;
}

void
rate_pass(struct rate *r, unsigned bits, int64_t ms)
{
	int64_t gap = ms - r->epoch_ms - 1;

	step(r, bits);
	if (gap >= GAP_MAX)
		r->avg = 0;
	else
		for (; gap > 0; gap--)
			step(r, bits);
	r->epoch_ms = ms;
}

uint64_t
rate_read(struct rate r, unsigned bits, int64_t ms)
{
	rate_update(&r, bits, 0, ms);
	return r.avg * 1000;
}
