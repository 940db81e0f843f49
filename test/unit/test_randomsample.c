// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
push_n(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, "01");
}

static void
certain_ones(void)
{
	struct rig *r = rig_new("RandomSample(1)", 1, 1);

	push_n(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1000);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
	r = rig_new("RandomSample(DROP 1)", 1, 1);
	push_n(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "drops", "1000");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1000);
	ASSERT_READ(r, "drop_reasons", "1000\tnot in the sample\n");
	rig_free(r);
}

static void
some_pass(void)
{
	struct rig *r = rig_new("RandomSample(SAMPLE 0.25)", 1, 2);
	unsigned n;

	push_n(r, 4000);
	n = rig_count(r, 0);
	CU_ASSERT_EQUAL(n + rig_count(r, 1), 4000);
	// Ten standard deviations.
	CU_ASSERT_TRUE(n > 1000 - 274 && n < 1000 + 274);
	CU_ASSERT_EQUAL((unsigned)atoi(rig_read(r, "drops")), 4000 - n);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_free(r);
}

static void
inactive_all_pass(void)
{
	struct rig *r = rig_new("RandomSample(0, ACTIVE false)", 1, 1);

	push_n(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	push_n(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	ASSERT_READ(r, "drops", "10");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("RandomSample(0)", 1, 1);

	push_n(r, 5);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 0);
	ASSERT_READ(r, "drops", "5");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("RandomSample(0.25)", 1, 1);

	ASSERT_READ(r, "handlers",
		"drop_prob\trw\ndrops\tr\nactive\trwc\nsampling_prob\trw\n"
		"handlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "sampling_prob", "0.25");
	ASSERT_READ(r, "drop_prob", "0.75");
	ASSERT_READ(r, "config", "SAMPLE 0.25, ACTIVE true");
	ASSERT_TEXT(rig_write(r, "drop_prob", "1"), "");
	ASSERT_READ(r, "sampling_prob", "0");
	ASSERT_TEXT(rig_write(r, "sampling_prob", "0.5"), "");
	ASSERT_READ(r, "drop_prob", "0.5");
	ASSERT_TEXT(rig_write(r, "sampling_prob", "1.1"),
		"Must be given a number between 0.0 and 1.0\n");
	ASSERT_TEXT(rig_write(r, "drop_prob", "x"), "Must be given a number between 0.0 and 1.0\n");
	ASSERT_TEXT(
		rig_write(r, "drop_prob", "-1"), "Must be given a number between 0.0 and 1.0\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "expected boolean\n");
	ASSERT_TEXT(rig_write(r, "config", "DROP 0.5, ACTIVE false"), "");
	ASSERT_READ(r, "config", "SAMPLE 0.5, ACTIVE false");
	// A configuration that fails leaves the probability.
	ASSERT_TEXT(rig_write(r, "config", "ACTIVE false"),
		"sampling probability must be between 0 and 1\n");
	ASSERT_READ(r, "sampling_prob", "0.5");
	rig_free(r);
}

static void
state_moves_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: RandomSample(0) -> RigOut(0);"
				   "RigIn(1) -> new :: RandomSample(0) -> RigOut(1);");
	struct element *new = rig_find(r, "new");

	push_n(r, 3);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	ASSERT_READ(r, "new.drops", "3");
	rig_free(r);
}

static void
arguments(void)
{
	const char *range = "sampling probability must be between 0 and 1\n";

	ASSERT_ERRORS("RandomSample", 1, 1, range);
	ASSERT_ERRORS("RandomSample(1.01)", 1, 1, range);
	ASSERT_ERRORS("RandomSample(DROP 2)", 1, 1, range);
	ASSERT_ERRORS("RandomSample(-0.5)", 1, 1, "P: parse error\n");
	ASSERT_ERRORS("RandomSample(x)", 1, 1, "P: parse error\n");
	ASSERT_ERRORS("RandomSample(SAMPLE 0.5, DROP 0.5)", 1, 1,
		"give at most one of SAMPLE and DROP\n");
	ASSERT_ERRORS("RandomSample(0.5, DROP 0.5)", 1, 1, "give at most one of SAMPLE and DROP\n");
	ASSERT_ERRORS("RandomSample(0.5, ACTIVE x)", 1, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("RandomSample(0.5, 1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(randomsample, UNIT_CASE(certain_ones), UNIT_CASE(some_pass),
	UNIT_CASE(inactive_all_pass), UNIT_CASE(pulls), UNIT_CASE(handlers),
	UNIT_CASE(state_moves_to_a_new_one), UNIT_CASE(arguments))
