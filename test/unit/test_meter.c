// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

// n packets of len bytes in each of so many milliseconds.
static void
flow(struct rig *r, unsigned ms, unsigned n, unsigned len)
{
	for (unsigned i = 0; i < ms; i++) {
		clock_jump((clock_steady() / CLOCK_MS + 1) * CLOCK_MS);
		for (unsigned k = 0; k < n; k++)
			rig_push(r, 0, packet_alloc(PACKET_HEADROOM, len));
	}
}

static void
output_follows_the_rate(void)
{
	struct rig *r = rig_new("Meter(1000, 3000)", 1, 3);

	flow(r, 1, 1, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	flow(r, 200, 2, 10);
	ASSERT_READ(r, "rate", "1993.164");
	rig_clear(r);
	flow(r, 1, 3, 10);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	flow(r, 200, 5, 10);
	rig_clear(r);
	flow(r, 1, 4, 10);
	CU_ASSERT_EQUAL(rig_count(r, 2), 4);
	// All is forgotten after a tenth of a second.
	clock_jump(clock_steady() + 200 * CLOCK_MS);
	ASSERT_READ(r, "rate", "0");
	rig_clear(r);
	flow(r, 1, 1, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_READ(r, "meters", "1000\n3000\n");
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new("Meter(1000)", 1, 2);
	struct packet *p[8];

	for (unsigned i = 0; i < 8; i++)
		p[i] = rig_hex("01");
	rig_push_batch(r, 0, p, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	flow(r, 50, 3, 1);
	rig_clear(r);
	for (unsigned i = 0; i < 8; i++)
		p[i] = rig_hex("01");
	rig_push_batch(r, 0, p, 8);
	CU_ASSERT_EQUAL(rig_count(r, 1), 8);
	rig_free(r);
}

static void
bytes(void)
{
	struct rig *r = rig_new("BandwidthMeter(1MBps)", 1, 2);

	flow(r, 200, 1, 900);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	flow(r, 200, 1, 1100);
	rig_clear(r);
	flow(r, 1, 1, 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "meters", "1000000\n");
	ASSERT_READ(r, "handlers",
		"meters\tr\nrate\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	// Far beyond what Click takes.
	r = rig_new("BandwidthMeter(10Gbps)", 1, 2);
	ASSERT_READ(r, "meters", "1250000000\n");
	rig_free(r);
}

static void
hot_swap(void)
{
#define CONFIG "RigIn -> e :: Meter(1000); e [0] -> RigOut(0); e [1] -> RigOut(1);"
	struct rig *r = rig_config(CONFIG);
	char *errors;

	flow(r, 100, 5, 1);
	errors = rig_swap(r, CONFIG);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	sequence_feed(r, 0, 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
#undef CONFIG
}

static void
arguments(void)
{
	ASSERT_ERRORS("Meter", 1, 2, "too few arguments to Meter(rate, ...)\n");
	ASSERT_ERRORS(
		"BandwidthMeter", 1, 2, "too few arguments to BandwidthMeter(bandwidth, ...)\n");
	ASSERT_ERRORS(
		"Meter(1)", 1, 3, "need 2 arguments, one less than the number of output ports\n");
	ASSERT_ERRORS("Meter(x)", 1, 2, "argument 1 syntax error\n");
	ASSERT_ERRORS("BandwidthMeter(1kbps, y)", 1, 3, "argument 2 syntax error\n");
	ASSERT_ERRORS("Meter(5, 5)", 1, 3, "rate 2 must be > rate 1\n");
	ASSERT_ERRORS("Meter(9999999999999999)", 1, 2, "rate 1 too large (max 1125899906842624)\n");
	ASSERT_ERRORS("BandwidthMeter(5000)", 1, 2,
		"warning: no units for bandwidth argument 1, assuming Bps\n");
	ASSERT_ERRORS("Meter(5000)", 1, 2, "");
}

UNIT_SUITE(meter, UNIT_CASE(output_follows_the_rate), UNIT_CASE(batches), UNIT_CASE(bytes),
	UNIT_CASE(hot_swap), UNIT_CASE(arguments))
