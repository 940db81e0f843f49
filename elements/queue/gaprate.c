// SPDX-License-Identifier: BSD-3-Clause
#include "elements/queue/gaprate.h"

#include "src/clock.h"

enum { PARTS_OF_US = 4096 };

static uint32_t
parts_of_second(int64_t now_ns)
{
	return (uint32_t)(now_ns % CLOCK_S / CLOCK_US) * PARTS_OF_US;
}

// As if units had gone at the rate since the second began.
static void
begin(struct gaprate *g, int64_t now_ns)
{
	uint32_t parts = parts_of_second(now_ns);

	g->sec = now_ns / CLOCK_S;
	g->count = (int64_t)(parts / g->gap) + (parts % g->gap > g->gap / 2);
}

static void
set_gap(struct gaprate *g, uint32_t rate)
{
	g->rate = rate;
	g->gap = rate > 0 ? GAPRATE_MAX / rate : GAPRATE_MAX + 1;
}

void
gaprate_init(struct gaprate *g, uint32_t rate)
{
	set_gap(g, rate);
	gaprate_reset(g);
}

void
gaprate_set_rate(struct gaprate *g, uint32_t rate, int64_t now_ns)
{
	if (rate == g->rate)
		return;
	set_gap(g, rate);
	if (g->sec >= 0)
		begin(g, now_ns);
}

void
gaprate_reset(struct gaprate *g)
{
	g->sec = -1;
	g->count = 0;
}

bool
gaprate_allows(struct gaprate *g, int64_t now_ns)
{
	int64_t sec = now_ns / CLOCK_S;

	if (g->rate == 0)
		return false;
	if (g->sec < 0) {
		begin(g, now_ns);
	} else if (sec != g->sec) {
		g->sec = sec;
		if (g->count > 0)
			g->count -= g->rate;
	}
	return (int64_t)(parts_of_second(now_ns) / g->gap) >= g->count;
}
