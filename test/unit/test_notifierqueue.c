// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/notifier.h"
#include "test/unit/rig.h"

static bool
empty_is_active(struct rig *r)
{
	struct element *e = rig_element(r);

	return notifier_is_active(e->class->notifier(e, true, 0));
}

static void
sleeps_at_the_tenth_failed_pull(void)
{
	struct rig *r = rig_new_queue("NotifierQueue", 1, 1);

	CU_ASSERT_TRUE(empty_is_active(r));
	for (unsigned i = 0; i < 9; i++)
		rig_pull(r, 0, 1);
	CU_ASSERT_TRUE(empty_is_active(r));
	rig_pull(r, 0, 1);
	CU_ASSERT_FALSE(empty_is_active(r));
	rig_push_hex(r, 0, "01");
	CU_ASSERT_TRUE(empty_is_active(r));
	// A packet lets it count from the start.
	rig_pull(r, 0, 1);
	for (unsigned i = 0; i < 9; i++)
		rig_pull(r, 0, 1);
	CU_ASSERT_TRUE(empty_is_active(r));
	rig_push_hex(r, 0, "01");
	rig_pull(r, 0, 1);
	for (unsigned i = 0; i < 9; i++)
		rig_pull(r, 0, 1);
	CU_ASSERT_TRUE(empty_is_active(r));
	rig_pull(r, 0, 1);
	CU_ASSERT_FALSE(empty_is_active(r));
	rig_free(r);
}

static void
pullers_sleep_until_a_packet_comes(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: NotifierQueue -> u :: Unqueue -> RigOut(0);");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_push_hex(r, 0, "01");
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 30);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

// Sources are not told that it is full.
static void
sources_do_not_sleep(void)
{
	struct rig *r = rig_config(
		"s :: InfiniteSource(LIMIT 5) -> e :: NotifierQueue(2) -> PullNull -> RigOut(0);");
	struct element *e = rig_element(r);

	CU_ASSERT_PTR_NULL(e->class->notifier(e, false, 0));
	rig_run(r, 3);
	ASSERT_READ(r, "length", "2");
	ASSERT_READ(r, "drops", "3");
	ASSERT_TEXT(rig_chatter(r), "e :: NotifierQueue: overflow\n");
	ASSERT_READ(r, "class", "NotifierQueue");
	rig_free(r);
}

UNIT_SUITE(notifierqueue, UNIT_CASE(sleeps_at_the_tenth_failed_pull),
	UNIT_CASE(pullers_sleep_until_a_packet_comes), UNIT_CASE(sources_do_not_sleep))
