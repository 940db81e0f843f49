// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/sequence.h"

static void
first_input_first(const char *element)
{
	struct rig *r = rig_new_pull(element, 3, 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	sequence_feed(r, 1, 2);
	sequence_feed(r, 2, 2);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	sequence_feed(r, 0, 2);
	ASSERT_TEXT(sequence_pull(r, 0, 6), "0 0 1 2 2 -");
	// Many at once are chosen one by one as well.
	sequence_feed(r, 2, 3);
	sequence_feed(r, 0, 2);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 4), "0 0 2 2");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "2");
	rig_free(r);
}

static void
both(void)
{
	first_input_first("PrioSched");
	first_input_first("SimplePrioSched");
}

// A queue that sleeps is not tried, and its packet wakes who pulls.
static void
pullers_sleep(void)
{
	struct rig *r = rig_config("e :: PrioSched -> u :: Unqueue -> RigOut;"
				   "RigIn(0) -> a :: Queue -> e; RigIn(1) -> b :: Queue -> [1] e;");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	sequence_feed(r, 1, 2);
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 30);
	sequence_feed(r, 0, 1);
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "1 1 0");
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

static void
nobody_upstream(void)
{
	struct rig *r = rig_config("Idle -> e :: PrioSched -> u :: Unqueue -> RigOut;");

	rig_run(r, 3);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> e :: PrioSched(1) -> Discard;");

	ASSERT_TEXT(errors, "config:1: While configuring 'e :: PrioSched':\n"
			    "  too many arguments\n");
	free(errors);
}

UNIT_SUITE(priosched, UNIT_CASE(both), UNIT_CASE(pullers_sleep), UNIT_CASE(nobody_upstream),
	UNIT_CASE(arguments))
