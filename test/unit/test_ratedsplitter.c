// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

static void
excess_goes_elsewhere(void)
{
	struct rig *r = rig_new("RatedSplitter(100)", 1, 2);

	sequence_give(r, 0, "1 2 3 4");
	ASSERT_TEXT(sequence_out(r, 0), "1 2");
	ASSERT_TEXT(sequence_out(r, 1), "3 4");
	clock_jump(clock_steady() + 11 * CLOCK_MS);
	sequence_give(r, 0, "5 6");
	ASSERT_TEXT(sequence_out(r, 0), "5");
	ASSERT_TEXT(sequence_out(r, 1), "6");
	// No more is saved than the burst.
	clock_jump(clock_steady() + 10 * CLOCK_S);
	sequence_give(r, 0, "7 8 9");
	ASSERT_TEXT(sequence_out(r, 0), "7 8");
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new("RatedSplitter(100, BURST_SIZE 5)", 1, 2);
	struct packet *p[8];

	for (unsigned i = 0; i < 8; i++)
		p[i] = rig_hex("01");
	rig_push_batch(r, 0, p, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_free(r);
}

static void
or_is_dropped(void)
{
	struct rig *r = rig_new("RatedSplitter(100)", 1, 1);

	sequence_feed(r, 0, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	ASSERT_TEXT(rig_write(r, "rate", "0"), "");
	ASSERT_READ(r, "config", "0");
	clock_jump(clock_steady() + 10 * CLOCK_S);
	sequence_feed(r, 0, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
bytes(void)
{
	struct rig *r = rig_new("BandwidthRatedSplitter(1000Bps, BURST_BYTES 4)", 1, 2);

	// Four bytes above what must be left; then the fifth takes the bucket below.
	sequence_feed(r, 0, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	ASSERT_READ(r, "rate", "8kbps");
	rig_clear(r);
	// A long packet may take more than there is, and is paid for later.
	clock_jump(clock_steady() + 2 * CLOCK_MS);
	rig_push(r, 0, packet_alloc(PACKET_HEADROOM, 1000));
	sequence_feed(r, 0, 1);
	clock_jump(clock_steady() + 990 * CLOCK_MS);
	sequence_feed(r, 0, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	clock_jump(clock_steady() + 20 * CLOCK_MS);
	sequence_feed(r, 0, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("RatedSplitter(5)", 1, 1);
	char *errors;

	ASSERT_READ(r, "handlers",
		"rate\trw\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "rate", "x"), "RATE: invalid number\n");
	rig_free(r);
	// Tokens move to a successor.
	r = rig_config("RigIn -> e :: RatedSplitter(10) -> RigOut;");
	sequence_feed(r, 0, 1);
	errors = rig_swap(r, "RigIn -> e :: RatedSplitter(10) -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	sequence_feed(r, 0, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RatedSplitter", 1, 1, "RATE: required argument missing\n");
	ASSERT_ERRORS("RatedSplitter(-1)", 1, 1, "RATE: invalid number\n");
	ASSERT_ERRORS("RatedSplitter(5, BURST_SIZE 1, BURST_DURATION 5)", 1, 1,
		"cannot specify both BURST_DURATION and BURST_SIZE\n");
	ASSERT_ERRORS("BandwidthRatedSplitter(x)", 1, 1, "RATE: parse error\n");
	ASSERT_ERRORS("BandwidthRatedSplitter(5GBps)", 1, 1,
		"RATE: out of range, bound 4294.967295MBps\n");
	// The longest time that there is.
	ASSERT_ERRORS("RatedSplitter(5, BURST_DURATION 9223372036.854775807)", 1, 1, "");
}

UNIT_SUITE(ratedsplitter, UNIT_CASE(excess_goes_elsewhere), UNIT_CASE(batches),
	UNIT_CASE(or_is_dropped), UNIT_CASE(bytes), UNIT_CASE(handlers), UNIT_CASE(arguments))
