// SPDX-License-Identifier: BSD-3-Clause
#include "bench/pace.h"

#include <math.h>

#include "src/gaps.h"
#include "test/unit/unit.h"

static const double hz = 2.1e9;

// Frames sent in so many cycles, if it is looked at every `step` cycles.
static uint64_t
frames_in(double rate, unsigned burst, uint64_t begin, uint64_t cycles, uint64_t step)
{
	struct pace p;
	uint64_t n = 0;

	pace_start(&p, hz, rate, burst, begin);
	for (uint64_t now = begin; now < begin + cycles; now += step)
		n += pace_due(&p, now, burst);
	CU_ASSERT_EQUAL(p.n_skipped, 0);
	return n;
}

// The mean rate is exact, however odd, wherever the TSC stands.
static void
exact(void)
{
	static const double rates[] = {
		1000, 14880, 333333.333, 1e6, 1.234567e6, 8.5e6, 14.880952e6};

	for (unsigned i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		uint64_t cycles = (uint64_t)(hz * 2);
		double n = (double)frames_in(rates[i], 32, UINT64_C(1) << 62, cycles, 1009);

		CU_ASSERT_TRUE(fabs(n - 2 * rates[i]) <= 33 + 1e-5 * n);
	}
}

// At low rates frames go one by one, at high rates in bursts that collect for 10 us at most.
static void
bursts(void)
{
	struct pace p;

	pace_start(&p, hz, 50000, 32, 0);
	CU_ASSERT_EQUAL(pace_due(&p, 0, 32), 1);
	CU_ASSERT_EQUAL(pace_due(&p, 1, 32), 0);
	CU_ASSERT_EQUAL(pace_due(&p, 42000, 32), 1); // 20 us
	pace_start(&p, hz, 1e6, 32, 0);
	CU_ASSERT_EQUAL(pace_due(&p, 0, 32), 0);
	CU_ASSERT_EQUAL(pace_due(&p, 18899, 32), 0);
	CU_ASSERT_EQUAL(pace_due(&p, 18900, 32), 10); // 9 us after the first one was due
}

// After a stall at most what is due in 100 us, and a burst, is made up for; the rest is counted.
static void
stall(void)
{
	struct pace p;
	uint64_t n = 0;

	pace_start(&p, hz, 1e6, 32, 0);
	for (unsigned i = 0; i < 100; i++)
		n += pace_due(&p, (uint64_t)(hz / 10), 32);
	CU_ASSERT_EQUAL(p.n_skipped, 100001 - 132);
	CU_ASSERT_TRUE(n > 132 - 10 && n <= 132); // the last ones still collect
	CU_ASSERT_EQUAL(pace_due(&p, (uint64_t)(hz / 10), 32), 0);
}

static void
gap_in_loop(void)
{
	struct gaps g;

	gaps_start(&g, 1000);
	CU_ASSERT_FALSE(gaps_look(&g, 1099, 100));
	CU_ASSERT_TRUE(gaps_look(&g, 1199, 100));
	CU_ASSERT_FALSE(gaps_look(&g, 1250, 100));
	CU_ASSERT_TRUE(gaps_look(&g, 1750, 100));
	CU_ASSERT_EQUAL(g.n, 2);
	CU_ASSERT_EQUAL(g.total, 600);
	CU_ASSERT_EQUAL(g.longest, 500);
	g.last = 0; // it rested
	CU_ASSERT_FALSE(gaps_look(&g, 9000, 100));
	CU_ASSERT_TRUE(gaps_look(&g, 9100, 100));
	CU_ASSERT_EQUAL(g.n, 3);
}

UNIT_SUITE(pace, UNIT_CASE(exact), UNIT_CASE(bursts), UNIT_CASE(stall), UNIT_CASE(gap_in_loop))
