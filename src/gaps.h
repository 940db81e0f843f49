// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Gaps in a loop that never waits: told from the TSC at each look, they are the times in which the
// machine ran somebody else. Virtual CPUs stand still for up to 100 ms, and no statistic of the
// guest tells of it.

#include <stdbool.h>
#include <stdint.h>

struct gaps {
	uint64_t last; // TSC of the last look; 0: what is between then and the next look is no gap
	uint64_t n, total, longest; // cycles
};

static inline void
gaps_start(struct gaps *g, uint64_t now)
{
	*g = (struct gaps){.last = now};
}

static inline void
gaps_add(struct gaps *g, uint64_t cycles)
{
	g->n++;
	g->total += cycles;
	if (cycles > g->longest)
		g->longest = cycles;
}

// True: since the last look there was a gap, of more than threshold cycles.
static inline bool
gaps_look(struct gaps *g, uint64_t now, uint64_t threshold)
{
	uint64_t step = now - g->last, before = g->last;

	g->last = now;
	if (__builtin_expect(step < threshold || before == 0, 1))
		return false;
	gaps_add(g, step);
	return true;
}
