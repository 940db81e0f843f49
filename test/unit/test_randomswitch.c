// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
all_outputs_are_equally_likely(void)
{
	struct rig *r = rig_new("RandomSwitch", 1, 3);
	unsigned n;

	for (unsigned i = 0; i < 6000; i++)
		rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1) + rig_count(r, 2), 6000);
	for (unsigned i = 0; i < 3; i++) {
		n = rig_count(r, i);
		// Ten standard deviations.
		CU_ASSERT_TRUE(n > 2000 - 365 && n < 2000 + 365);
	}
	rig_free(r);
}

static void
batches_are_split(void)
{
	struct rig *r = rig_new("RandomSwitch", 1, 2);
	struct packet *p[BATCH_MAX];
	unsigned n;

	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < BATCH_MAX; i++)
			p[i] = rig_hex("01");
		rig_push_batch(r, 0, p, BATCH_MAX);
	}
	n = rig_count(r, 0);
	CU_ASSERT_EQUAL(n + rig_count(r, 1), 640);
	CU_ASSERT_TRUE(n > 320 - 127 && n < 320 + 127);
	rig_free(r);
}

static void
one_output(void)
{
	struct rig *r = rig_new("RandomSwitch", 1, 1);

	for (unsigned i = 0; i < 10; i++)
		rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RandomSwitch(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("RandomSwitch(N 1)", 1, 1, "N: unknown argument\n");
}

UNIT_SUITE(randomswitch, UNIT_CASE(all_outputs_are_equally_likely), UNIT_CASE(batches_are_split),
	UNIT_CASE(one_output), UNIT_CASE(arguments))
