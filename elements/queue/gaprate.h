// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A rate without bursts: within each second, the n-th unit may go when n units' time has passed.
// With the arithmetic of Click's, so that packets go at the same moments.

#include <stdbool.h>
#include <stdint.h>

#define GAPRATE_MAX UINT32_C(4096000000)

struct gaprate {
	uint32_t rate; // units per second, at most GAPRATE_MAX; 0: nothing goes
	uint32_t gap; // between two units, in 1/4096 us
	int64_t sec; // second that is being counted; -1: none yet
	int64_t count; // units that went in it, and what is too many of those before
};

void gaprate_init(struct gaprate *g, uint32_t rate);
// Changes the rate; the past is forgotten.
void gaprate_set_rate(struct gaprate *g, uint32_t rate, int64_t now_ns);
// Begins to count anew.
void gaprate_reset(struct gaprate *g);
// Whether a unit may go; now_ns is the time of day.
bool gaprate_allows(struct gaprate *g, int64_t now_ns);

// So many went.
static inline void
gaprate_count(struct gaprate *g, uint32_t n)
{
	g->count += n;
}
