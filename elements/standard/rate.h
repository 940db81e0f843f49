// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A moving average of what comes in a millisecond, as Click's counters and meters have it:
// avg += (cur - avg) / 16 each millisecond, with so many bits behind the point.

#include <stdint.h>

#include <rte_branch_prediction.h>

struct rate {
	uint64_t avg; // fixed point
	uint64_t cur; // in this millisecond
	int64_t epoch_ms;
};

// The clock has gone on to ms.
void rate_pass(struct rate *r, unsigned bits, int64_t ms);

static inline void
rate_update(struct rate *r, unsigned bits, uint64_t n, int64_t ms)
{
	if (unlikely(ms != r->epoch_ms))
		rate_pass(r, bits, ms);
	r->cur += n;
}

// Per second, with the same fixed point.
uint64_t rate_read(struct rate r, unsigned bits, int64_t ms);
