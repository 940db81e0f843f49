// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/queue/gaprate.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/sequence.h"

// The moment, counted from the beginning of the test's first second.
static void
go_to(int64_t ns)
{
	clock_jump(INT64_C(1000000000) * CLOCK_S + ns);
}

static void
evenly(void)
{
	struct rig *r = rig_new_pull("Shaper(1000)", 1, 1);

	sequence_feed(r, 0, 4000);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 -");
	go_to(999 * CLOCK_US);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	go_to(1000 * CLOCK_US);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 -");
	// What was not pulled in time can be made up for.
	go_to(5 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 4);
	// Greedy pullers get no more than others.
	for (int64_t at = 5; at < 2000; at++) {
		go_to(at * CLOCK_MS + CLOCK_MS / 2);
		rig_pull(r, 0, 64);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 1998);
	rig_free(r);
}

// In simulated time each reading of the clock adds a nanosecond.
static void
one_look_at_the_clock_for_a_pull(void)
{
	static const char *const elements[] = {
		"Shaper(1000000)", "BandwidthShaper(8Mbps)", "DelayShaper(0)", "CoDel(QUEUES q)"};

	for (unsigned i = 0; i < 4; i++) {
		char *config = mem_printf(
			"RigIn -> q :: Queue -> e :: %s -> PullNull -> RigOut;", elements[i]);
		struct rig *r = rig_config(config);
		int64_t before;

		sequence_feed(r, 0, 20);
		rig_pull(r, 0, 1);
		clock_jump(clock_steady() + 100 * CLOCK_MS);
		before = clock_steady();
		CU_ASSERT_EQUAL(rig_pull(r, 0, 10), 10);
		CU_ASSERT_TRUE(clock_steady() - before <= 3);
		rig_free(r);
		free(config);
	}
}

static void
the_rest_at_output_1(void)
{
	struct rig *r = rig_config("RigIn -> PullNull -> e :: Shaper(1000); e [0] -> RigOut(0);"
				   "e [1] -> RigOut(1);");

	sequence_give(r, 0, "1 2 3 4 5");
	ASSERT_TEXT(sequence_pull(r, 1, 1), "-");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "1 -");
	ASSERT_TEXT(sequence_pull_batch(r, 1, 2), "2 3");
	go_to(CLOCK_MS);
	ASSERT_TEXT(sequence_pull(r, 1, 1), "-");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "4 -");
	ASSERT_TEXT(sequence_pull(r, 1, 2), "5 -");
	rig_free(r);
}

static void
bytes(void)
{
	struct rig *r = rig_config("RigIn -> PullNull -> e :: BandwidthShaper(100kBps);"
				   "e [0] -> RigOut(0); e [1] -> RigOut(1);");

	for (unsigned i = 0; i < 40; i++)
		rig_push(r, 0, packet_alloc(PACKET_HEADROOM, 1000));
	// Each takes 10 ms.
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	go_to(9 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 0);
	go_to(10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	go_to(100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 9);
	rig_free(r);
}

static void
rate_can_be_changed(void)
{
	struct rig *r = rig_new_pull("Shaper(1000)", 1, 1);

	sequence_feed(r, 0, 100);
	go_to(500 * CLOCK_MS);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 -");
	ASSERT_TEXT(rig_write(r, "rate", "100"), "");
	ASSERT_READ(r, "rate", "100");
	ASSERT_READ(r, "config", "100");
	// Counted as if it had been 100 all the time.
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 -");
	go_to(509 * CLOCK_MS);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	go_to(510 * CLOCK_MS);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 -");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 -");
	ASSERT_TEXT(rig_write(r, "rate", "x"), "RATE: invalid number\n");
	ASSERT_READ(r, "handlers",
		"reset\tw\nrate\trw\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new_pull("BandwidthShaper(1MBps)", 1, 1);
	ASSERT_READ(r, "rate", "8Mbps");
	ASSERT_TEXT(rig_write(r, "rate", "800bps"), "");
	ASSERT_READ(r, "config", "0.8kbps");
	rig_free(r);
}

static void
rate_0_lets_nothing_pass(void)
{
	struct rig *r = rig_new_pull("Shaper(0)", 1, 1);

	sequence_feed(r, 0, 2);
	for (int64_t at = 0; at < 3000; at += 100) {
		go_to(at * CLOCK_MS);
		CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	}
	rig_free(r);
}

static void
hot_swap(void)
{
#define CONFIG "RigIn -> q :: Queue -> e :: Shaper(1000) -> RigOut;"
	struct rig *r = rig_config(CONFIG);
	char *errors;

	sequence_feed(r, 0, 10);
	go_to(2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	errors = rig_swap(r, CONFIG);
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	go_to(3 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	rig_free(r);
#undef CONFIG
}

static void
assert_config(const char *file, int line, const char *config, const char *want)
{
	char *errors = rig_config_errors(config);

	unit_assert_text(file, line, errors, want);
	free(errors);
}

#define ASSERT_CONFIG(config, want) assert_config(__FILE__, __LINE__, config, want)

static void
arguments(void)
{
	ASSERT_CONFIG("Idle -> e :: Shaper -> Discard;",
		"config:1: While configuring 'e :: Shaper':\n  RATE: required argument missing\n");
	// Reported, but no reason not to run.
	ASSERT_CONFIG("Idle -> e :: Shaper(4096000001) -> Discard;",
		"config:1: While configuring 'e :: Shaper':\n"
		"  rate too large; lowered to 4096000000\n");
	ASSERT_CONFIG("Idle -> e :: BandwidthShaper(100Gbps) -> Discard;",
		"config:1: While configuring 'e :: BandwidthShaper':\n"
		"  rate too large; lowered to 4096000000\n");
	ASSERT_CONFIG("Idle -> e :: BandwidthShaper(x) -> Discard;",
		"config:1: While configuring 'e :: BandwidthShaper':\n  RATE: parse error\n");
}

// The extremes of the arithmetic.
static void
gap_rates(void)
{
	struct gaprate g;
	int64_t sec = 5 * CLOCK_S;

	gaprate_init(&g, GAPRATE_MAX);
	CU_ASSERT_EQUAL(g.gap, 1);
	CU_ASSERT_TRUE(gaprate_allows(&g, sec + 999999 * CLOCK_US));
	gaprate_count(&g, UINT32_MAX);
	CU_ASSERT_FALSE(gaprate_allows(&g, sec + 999999 * CLOCK_US));
	gaprate_init(&g, 1);
	CU_ASSERT_TRUE(gaprate_allows(&g, sec));
	gaprate_count(&g, 1);
	CU_ASSERT_FALSE(gaprate_allows(&g, sec + 999999 * CLOCK_US));
	CU_ASSERT_TRUE(gaprate_allows(&g, sec + CLOCK_S));
	// In the second half of a second the unit of that second counts as gone.
	gaprate_init(&g, 1);
	CU_ASSERT_FALSE(gaprate_allows(&g, sec + 600000 * CLOCK_US));
	CU_ASSERT_TRUE(gaprate_allows(&g, sec + CLOCK_S));
}

UNIT_SUITE(shaper, UNIT_CASE(evenly), UNIT_CASE(one_look_at_the_clock_for_a_pull),
	UNIT_CASE(the_rest_at_output_1), UNIT_CASE(bytes), UNIT_CASE(rate_can_be_changed),
	UNIT_CASE(rate_0_lets_nothing_pass), UNIT_CASE(hot_swap), UNIT_CASE(arguments),
	UNIT_CASE(gap_rates))
