// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
push_n(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, "0102030405");
}

static void
counts_from_first_to_last(void)
{
	struct rig *r = rig_new("AverageCounter", 1, 1);

	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "byte_count", "0");
	ASSERT_READ(r, "rate", "0");
	push_n(r, 1);
	// No time has passed: as if it were 1 ms.
	ASSERT_READ(r, "rate", "1000");
	ASSERT_READ(r, "byte_rate", "5000");
	rig_run_for(r, 200 * CLOCK_MS);
	push_n(r, 2);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "byte_count", "15");
	ASSERT_READ(r, "rate", "15");
	ASSERT_READ(r, "byte_rate", "75");
	// The time after the last packet does not count.
	rig_run_for(r, CLOCK_S);
	ASSERT_READ(r, "rate", "15");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
prints_fractions(void)
{
	struct rig *r = rig_new("AverageCounter", 1, 1);

	push_n(r, 1);
	rig_run_for(r, 3000 * CLOCK_MS);
	push_n(r, 1);
	ASSERT_READ(r, "rate", "0.666666666667");
	rig_free(r);
}

static void
ignores_the_start(void)
{
	struct rig *r = rig_new("AverageCounter(2)", 1, 1);

	push_n(r, 3);
	rig_run_for(r, 1000 * CLOCK_MS);
	push_n(r, 3);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "rate", "0");
	ASSERT_READ(r, "byte_rate", "0");
	rig_run_for(r, 1500 * CLOCK_MS);
	push_n(r, 4);
	ASSERT_READ(r, "count", "4");
	ASSERT_READ(r, "byte_count", "20");
	ASSERT_READ(r, "rate", "8");
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	rig_free(r);
}

static void
starts_anew_after_a_reset(void)
{
	struct rig *r = rig_new("AverageCounter(IGNORE 1)", 1, 1);

	push_n(r, 1);
	rig_run_for(r, 1500 * CLOCK_MS);
	push_n(r, 7);
	ASSERT_READ(r, "count", "7");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "byte_count", "0");
	ASSERT_READ(r, "rate", "0");
	// IGNORE begins again, too.
	push_n(r, 1);
	ASSERT_READ(r, "count", "0");
	rig_run_for(r, 1250 * CLOCK_MS);
	push_n(r, 5);
	ASSERT_READ(r, "count", "5");
	ASSERT_READ(r, "rate", "20");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("AverageCounter", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	ASSERT_READ(r, "rate", "0");
	push_n(r, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
}

static void
state_moves_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: AverageCounter -> RigOut(0);"
				   "RigIn(1) -> new :: AverageCounter -> RigOut(1);");
	struct element *new = rig_find(r, "new");

	push_n(r, 2);
	rig_run_for(r, 100 * CLOCK_MS);
	push_n(r, 2);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	ASSERT_READ(r, "new.count", "4");
	ASSERT_READ(r, "new.byte_count", "20");
	ASSERT_READ(r, "new.rate", "40");
	rig_free(r);
}

// Each packet comes with 20 bytes of preamble and gap, and 4 of a checksum unless it is there.
static void
bits_on_the_link(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> e :: AverageCounter -> a :: AverageCounterMP(0, false)"
			   " -> AverageCounterIMP -> RigOut(0);");

	for (unsigned i = 0; i < 2; i++)
		rig_push_hex(r, 0, "01020304 05060708 090a");
	ASSERT_READ(r, "bit_count", "160");
	ASSERT_READ(r, "link_count", "544");
	ASSERT_READ(r, "a.link_count", "480");
	ASSERT_READ(r, "bit_rate", "160000");
	ASSERT_READ(r, "link_rate", "544000");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("AverageCounter", 1, 1);

	ASSERT_READ(r, "handlers",
		"reset\twb\nlink_rate\tr\nbit_rate\tr\nlink_count\tr\nbit_count\tr\nbyte_rate\tr\nrate\tr\nbyte_count\tr\ncount\tr\n"
		"handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("AverageCounter(x)", 1, 1, "IGNORE: invalid number\n");
	ASSERT_ERRORS("AverageCounter(-1)", 1, 1, "IGNORE: invalid number\n");
	ASSERT_ERRORS("AverageCounter(1, 2)", 1, 1, "LINK_FCS: parse error\n");
	ASSERT_ERRORS("AverageCounter(1, true, 3)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(averagecounter, UNIT_CASE(counts_from_first_to_last), UNIT_CASE(prints_fractions),
	UNIT_CASE(ignores_the_start), UNIT_CASE(starts_anew_after_a_reset),
	UNIT_CASE(bits_on_the_link), UNIT_CASE(pulls), UNIT_CASE(state_moves_to_a_new_one),
	UNIT_CASE(handlers))
