// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

enum { HELD_AT_END };

static void
push_n(struct rig *r, unsigned n)
{
	struct packet *pkts[64];

	for (unsigned i = 0; i < n; i++)
		pkts[i] = rig_hex("61");
	rig_push_batch(r, 0, pkts, n);
}

static void
waits_for_enough(void)
{
	struct rig *r = rig_new("MinBatch(4)", 1, 1);

	push_n(r, 3);
	rig_run_for(r, 100 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_n(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	push_n(r, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 9);
	push_n(r, 1);
	rig_free(r); // one is held
}

static void
fills_whole_batches(void)
{
	struct rig *r = rig_new("MinBatch(64)", 1, 1);

	push_n(r, 60);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_n(r, 60);
	CU_ASSERT_EQUAL(rig_count(r, 0), 64);
	push_n(r, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 128);
	rig_free(r);
}

static void
does_not_wait_too_long(void)
{
	struct rig *r = rig_new("MinBatch(4, 10)", 1, 1);

	push_n(r, 1);
	rig_run_for(r, 9 * CLOCK_MS);
	push_n(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	push_n(r, 1);
	push_n(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	push_n(r, 1);
	rig_run_for(r, 9 * CLOCK_MS); // the timer of the batch before is off
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	rig_free(r);
}

// The rest of a batch that filled what was held does not wait for good.
static void
what_is_left_over_waits_as_well(void)
{
	struct rig *r = rig_new("MinBatch(32, 10)", 1, 1);

	push_n(r, 31);
	rig_run_for(r, 5 * CLOCK_MS);
	push_n(r, 40);
	CU_ASSERT_EQUAL(rig_count(r, 0), 64);
	rig_run_for(r, 9 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 64);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 71);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: MinBatch(4, 10) -> RigOut(0);");
	char *errors;

	push_n(r, 2);
	errors = rig_swap(r, "RigIn(0) -> e :: MinBatch(5, 10) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 11 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("MinBatch(0)", 1, 1, "BURST: out of range, bound 1\n");
	ASSERT_ERRORS("MinBatch(65)", 1, 1, "BURST: out of range, bound 64\n");
	ASSERT_ERRORS("MinBatch(1, -2)", 1, 1, "TIMER: out of range, bound -1\n");
}

UNIT_SUITE(minbatch, UNIT_CASE(waits_for_enough), UNIT_CASE(fills_whole_batches),
	UNIT_CASE(does_not_wait_too_long), UNIT_CASE(what_is_left_over_waits_as_well),
	UNIT_CASE(hot_swap), UNIT_CASE(configuration_errors))
