// SPDX-License-Identifier: BSD-3-Clause
#include "bench/pace.h"

#include <time.h>

#include <rte_cycles.h>

enum {
	FRACTION_BITS = 16, // leaves 48 bits of cycles: 39 hours at 2 GHz
	BURST_COLLECT_US = 10,
	BEHIND_MAX_US = 100,
	CALIBRATE_MS = 50,
	SAMPLES = 8,
};

// ---- the frequency of the TSC

uint64_t
pace_clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

// A pair of readings of the same moment: of several tries, the one that took least time.
static void
read_both(uint64_t *tsc, uint64_t *ns)
{
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t before = rte_rdtsc_precise(), at = pace_clock_ns(),
			 after = rte_rdtsc_precise();

		if (after - before < best) {
			best = after - before;
			*tsc = before + best / 2;
			*ns = at;
		}
	}
}

double
pace_measure_tsc_hz(void)
{
	struct timespec sleep = {.tv_nsec = CALIBRATE_MS * 1000000};
	uint64_t tsc0 = 0, ns0 = 0, tsc1 = 0, ns1 = 0;

	read_both(&tsc0, &ns0);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &sleep, NULL);
	read_both(&tsc1, &ns1);
	return (double)(tsc1 - tsc0) * 1e9 / (double)(ns1 - ns0);
}

// ---- the schedule

static uint64_t
clamp(double v, uint64_t low, uint64_t high)
{
	return v <= (double)low ? low : v >= (double)high ? high : (uint64_t)v;
}

void
pace_start(struct pace *p, double tsc_hz, double rate, unsigned burst_max, uint64_t now)
{
	uint64_t burst = clamp(rate * BURST_COLLECT_US / 1e6, 1, burst_max);

	*p = (struct pace){.origin = now};
	p->interval = (uint64_t)(tsc_hz / rate * (1 << FRACTION_BITS) + 0.5);
	p->lead = (burst - 1) * p->interval;
	p->n_keep = burst_max + (uint64_t)(rate * BEHIND_MAX_US / 1e6);
}

unsigned
pace_due(struct pace *p, uint64_t now, unsigned max)
{
	uint64_t at = (now - p->origin) << FRACTION_BITS, due, late;

	if (at < p->next + p->lead)
		return 0;
	due = (at - p->next) / p->interval + 1;
	if (due > p->n_keep) {
		late = due - p->n_keep;
		p->n_skipped += late;
		p->next += late * p->interval;
		due = p->n_keep;
	}
	if (due > max)
		due = max;
	p->next += due * p->interval;
	return (unsigned)due;
}
