// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

#define CONFIG(element) "InfiniteSource(LENGTH 100) -> q :: Queue -> e :: " element " -> RigOut;"

static unsigned
n_after(struct rig *r, int64_t ns)
{
	unsigned n;

	rig_run_for(r, ns);
	n = rig_count(r, 0);
	rig_clear(r);
	return n;
}

static void
assert_n(int line, unsigned got, unsigned want)
{
	char text[2][16];

	snprintf(text[0], sizeof(text[0]), "%u", got);
	snprintf(text[1], sizeof(text[1]), "%u", want);
	unit_assert_text(__FILE__, line, text[0], text[1]);
}

#define ASSERT_N(got, want) assert_n(__LINE__, got, want)

static void
packets_at_a_rate(void)
{
	struct rig *r = rig_config(CONFIG("RatedUnqueue(100)"));

	// What 20 ms bring, then one each 10 ms.
	ASSERT_N(n_after(r, 5 * CLOCK_MS), 2);
	ASSERT_N(n_after(r, 4 * CLOCK_MS), 0);
	ASSERT_N(n_after(r, 3 * CLOCK_MS), 1);
	ASSERT_N(n_after(r, 10 * CLOCK_S), 1000);
	ASSERT_READ(r, "rate", "100");
	ASSERT_READ(r, "config", "100");
	rig_free(r);
}

static void
burst(void)
{
	struct rig *r = rig_config(CONFIG("RatedUnqueue(100, BURST_SIZE 7)"));

	ASSERT_N(n_after(r, 5 * CLOCK_MS), 7);
	ASSERT_N(n_after(r, CLOCK_S), 100);
	rig_free(r);
	r = rig_config(CONFIG("RatedUnqueue(1000, BURST_DURATION 50ms)"));
	ASSERT_N(n_after(r, CLOCK_MS / 2), 50);
	rig_free(r);
	// At least one.
	r = rig_config(CONFIG("RatedUnqueue(10)"));
	ASSERT_N(n_after(r, 90 * CLOCK_MS), 1);
	ASSERT_N(n_after(r, 20 * CLOCK_MS), 1);
	rig_free(r);
}

static void
rate_0_lets_nothing_pass(void)
{
	struct rig *r = rig_config(CONFIG("RatedUnqueue(0)"));

	ASSERT_N(n_after(r, 10 * CLOCK_S), 0);
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "rate", "1000"), "");
	// Nothing was saved up meanwhile.
	ASSERT_N(n_after(r, CLOCK_S), 999);
	rig_free(r);
}

static void
rate_can_be_changed(void)
{
	struct rig *r = rig_config(CONFIG("RatedUnqueue(100)"));

	n_after(r, CLOCK_S);
	ASSERT_TEXT(rig_write(r, "rate", "1000"), "");
	ASSERT_READ(r, "config", "1000");
	ASSERT_N(n_after(r, CLOCK_S), 999);
	ASSERT_TEXT(rig_write(r, "rate", "x"), "RATE: invalid number\n");
	ASSERT_READ(r, "rate", "1000");
	rig_free(r);
}

static void
bytes_at_a_rate(void)
{
	struct rig *r = rig_config(CONFIG("BandwidthRatedUnqueue(100kBps)"));
	unsigned first = n_after(r, CLOCK_MS / 2);

	// 2000 bytes of burst: packets go while 131072 are left, the last one takes it below.
	CU_ASSERT_EQUAL(first, 21);
	ASSERT_N(n_after(r, 5 * CLOCK_S), 5000);
	ASSERT_READ(r, "rate", "800kbps");
	ASSERT_READ(r, "config", "800kbps");
	ASSERT_TEXT(rig_write(r, "rate", "1MBps"), "");
	ASSERT_N(n_after(r, CLOCK_S / 2), 4990);
	rig_free(r);
	r = rig_config(CONFIG("BandwidthRatedUnqueue(1kBps, BURST_BYTES 1000)"));
	ASSERT_N(n_after(r, CLOCK_MS / 2), 11);
	rig_free(r);
}

static void
can_be_switched_off(void)
{
	struct rig *r = rig_config(CONFIG("RatedUnqueue(100)"));

	n_after(r, CLOCK_S);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	ASSERT_READ(r, "active", "false");
	ASSERT_N(n_after(r, CLOCK_S), 0);
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	// It makes up for two packets; the next one takes 11 ms.
	ASSERT_N(n_after(r, CLOCK_S), 101);
	ASSERT_TEXT(rig_write(r, "active", "2"), "expected boolean\n");
	rig_free(r);
}

static void
sleeps_while_there_is_nothing(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: RatedUnqueue(1000) -> RigOut;");

	rig_run(r, 30);
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_READ(
		r, "calls", "10 calls to run_task()\n9 empty runs\n0 pushes\n10 failed pulls\n");
	sequence_feed(r, 0, 3);
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
tokens_survive_a_hot_swap(void)
{
	struct rig *r = rig_config(CONFIG("RatedUnqueue(10, BURST_SIZE 50)"));
	char *errors;

	ASSERT_N(n_after(r, CLOCK_MS), 50);
	errors = rig_swap(r, CONFIG("RatedUnqueue(10, BURST_SIZE 50)"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_N(n_after(r, CLOCK_MS), 0);
	ASSERT_N(n_after(r, CLOCK_S), 10);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_unqueue("RatedUnqueue(5)", 1, 1);

	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\nactive\trwc\nrate\trw\ncalls\tr\n"
		"handlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new_unqueue("BandwidthRatedUnqueue(5kBps)", 1, 1);
	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\nactive\trwc\nrate\trw\ncalls\tr\n"
		"handlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RatedUnqueue", 1, 1, "RATE: required argument missing\n");
	ASSERT_ERRORS("RatedUnqueue(x)", 1, 1, "RATE: invalid number\n");
	ASSERT_ERRORS("RatedUnqueue(5, BURST_SIZE x)", 1, 1, "BURST_SIZE: invalid number\n");
	ASSERT_ERRORS("RatedUnqueue(5, BURST_DURATION x)", 1, 1, "BURST_DURATION: parse error\n");
	ASSERT_ERRORS("RatedUnqueue(5, BURST_SIZE 1, BURST_DURATION 5)", 1, 1,
		"cannot specify both BURST_DURATION and BURST_SIZE\n");
	ASSERT_ERRORS("RatedUnqueue(5, BURST_BYTES 1)", 1, 1, "BURST_BYTES: unknown argument\n");
	ASSERT_ERRORS("BandwidthRatedUnqueue(x)", 1, 1, "RATE: parse error\n");
	ASSERT_ERRORS("BandwidthRatedUnqueue(5Bps, BURST_BYTES 1, BURST_DURATION 5)", 1, 1,
		"cannot specify both BURST_DURATION and BURST_SIZE\n");
	ASSERT_ERRORS("BandwidthRatedUnqueue(5Bps, BURST_SIZE 1)", 1, 1,
		"BURST_SIZE: unknown argument\n");
}

UNIT_SUITE(ratedunqueue, UNIT_CASE(packets_at_a_rate), UNIT_CASE(burst),
	UNIT_CASE(rate_0_lets_nothing_pass), UNIT_CASE(rate_can_be_changed),
	UNIT_CASE(bytes_at_a_rate), UNIT_CASE(can_be_switched_off),
	UNIT_CASE(sleeps_while_there_is_nothing), UNIT_CASE(tokens_survive_a_hot_swap),
	UNIT_CASE(handlers), UNIT_CASE(arguments))
