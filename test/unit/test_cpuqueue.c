// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/router.h"
#include "src/storage.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/sequence.h"

static void
holds_packets(void)
{
	struct rig *r = rig_config("RigIn -> e :: CPUQueue(4); e [0] -> RigOut(0);"
				   "e [1] -> RigOut(1);");

	sequence_give(r, 0, "1 2 3 4 5 6");
	ASSERT_READ(r, "drops", "2");
	ASSERT_READ(r, "capacity", "4");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 4);
	ASSERT_TEXT(sequence_pull(r, 1, 1), "1");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 64), "2 3 4");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	ASSERT_TEXT(rig_chatter(r), "");
	sequence_give(r, 0, "7"); // still there at the end
	ASSERT_READ(r, "handlers",
		"drops\tr\ncapacity\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

// Two lcores push, a third takes a packet from each in turn.
static void
a_queue_for_each_lcore(void)
{
	struct router *r = lcores_rig("StaticThreadSched(a 0, b 1, u 2);"
				      "a :: InfiniteSource(\\<00>, LIMIT 6) -> q :: CPUQueue(4);"
				      "b :: InfiniteSource(\\<01>, LIMIT 3) -> q;"
				      "q -> u :: Unqueue -> c :: Classifier(0/00, 0/01);"
				      "c [0] -> n0 :: Counter -> Discard;"
				      "c [1] -> n1 :: Counter -> Discard;",
		3);

	lcores_rig_run(0, 3);
	lcores_rig_run(1, 3);
	ASSERT_LCORES_READ(r, "q.drops", "2");
	CU_ASSERT_EQUAL(router_find(r, "q")->class->storage->capacity(router_find(r, "q")), 8);
	CU_ASSERT_EQUAL(router_find(r, "q")->class->storage->length(router_find(r, "q")), 7);
	CU_ASSERT_EQUAL(lcores_rig_write(r, "u.limit", "4")[0], '\0');
	lcores_rig_run(2, 3);
	ASSERT_LCORES_READ(r, "n0.count", "2");
	ASSERT_LCORES_READ(r, "n1.count", "2");
	CU_ASSERT_EQUAL(lcores_rig_write(r, "u.limit", "-1")[0], '\0');
	lcores_rig_run(2, 20);
	ASSERT_LCORES_READ(r, "n0.count", "4");
	ASSERT_LCORES_READ(r, "n1.count", "3");
	lcores_rig_free(r);
}

// Elements that look for queues find it.
static void
can_be_asked_for_its_length(void)
{
	struct rig *r = rig_config("RigIn -> r :: RED(1, 5, 0.1) -> e :: CPUQueue(4) -> RigOut;");

	sequence_give(r, 0, "1 2 3");
	ASSERT_READ(r, "r.queues", "e\n");
	ASSERT_READ(r, "r.stats", "3 current queue\n0.184 avg queue\n0 drops\n");
	CU_ASSERT_EQUAL(rig_element(r)->class->storage->capacity(rig_element(r)), 4);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "1 2 3 -");
	CU_ASSERT_EQUAL(rig_element(r)->class->storage->length(rig_element(r)), 0);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn -> e :: CPUQueue(4) -> RigOut;");
	char *errors;

	sequence_give(r, 0, "1 2 3");
	errors = rig_swap(r, "RigIn -> e :: CPUQueue(2) -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(sequence_pull(r, 0, 3), "1 2 -");
	rig_free(r);
}

static void
capacity_0_drops_all(void)
{
	struct rig *r = rig_config("RigIn -> e :: CPUQueue(0) -> RigOut;");

	sequence_give(r, 0, "1 2 3");
	ASSERT_READ(r, "drops", "3");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> e :: CPUQueue(x) -> Discard;");

	ASSERT_TEXT(errors, "config:1: While configuring 'e :: CPUQueue':\n"
			    "  CAPACITY: invalid number\n");
	free(errors);
}

UNIT_SUITE(cpuqueue, UNIT_CASE(holds_packets), UNIT_CASE(a_queue_for_each_lcore),
	UNIT_CASE(can_be_asked_for_its_length), UNIT_CASE(hot_swap),
	UNIT_CASE(capacity_0_drops_all), UNIT_CASE(arguments))
