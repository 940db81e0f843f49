// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/router.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/sequence.h"

// Two lcores push, a third one passes on, and nobody else comes behind it.
static void
hands_packets_over(void)
{
	struct router *r =
		lcores_rig("StaticThreadSched(a 0, b 1, p 2);"
			   "a :: InfiniteSource(\\<00>, LIMIT 6) -> p :: Pipeliner(4, 2);"
			   "b :: InfiniteSource(\\<01>, LIMIT 3) -> [1] p;"
			   "p -> c :: Classifier(0/00, 0/01);"
			   "c [0] -> n0 :: Counter -> Discard;"
			   "c [1] -> n1 :: Counter -> Discard;",
			3);

	lcores_rig_run(0, 8);
	lcores_rig_run(1, 8);
	ASSERT_LCORES_READ(r, "p.dropped", "2");
	ASSERT_LCORES_READ(r, "p.count", "7");
	ASSERT_LCORES_READ(r, "p.highwater", "4");
	ASSERT_LCORES_READ(r, "n0.count", "0");
	lcores_rig_run(2, 3);
	ASSERT_LCORES_READ(r, "n0.count", "4");
	ASSERT_LCORES_READ(r, "n1.count", "3");
	CU_ASSERT_EQUAL(router_find(r, "c")->info->push_lcores, 4);
	lcores_rig_free(r);
}

static void
falls_asleep_and_wakes(void)
{
	struct router *r = lcores_rig("StaticThreadSched(a 0, p 1);"
				      "a :: InfiniteSource(LIMIT 3) -> p :: Pipeliner(8, 0)"
				      " -> n :: Counter -> Discard;",
		2);

	lcores_rig_run(1, 3);
	ASSERT_LCORES_READ(r, "p.scheduled", "true");
	lcores_rig_run(1, 3);
	ASSERT_LCORES_READ(r, "p.scheduled", "false");
	lcores_rig_run(0, 4);
	ASSERT_LCORES_READ(r, "p.scheduled", "true");
	lcores_rig_run(1, 2);
	ASSERT_LCORES_READ(r, "n.count", "3");
	lcores_rig_run(1, 8);
	ASSERT_LCORES_READ(r, "p.scheduled", "false");
	lcores_rig_free(r);
	r = lcores_rig("Idle -> p :: Pipeliner(8, ALWAYS_UP true) -> Discard;", 1);
	lcores_rig_run(0, 20);
	ASSERT_LCORES_READ(r, "p.scheduled", "true");
	lcores_rig_free(r);
}

static void
own_lcore_goes_straight_through(void)
{
	struct rig *r = rig_config("RigIn -> e :: Pipeliner(NOUSELESS true) -> RigOut;");

	sequence_give(r, 0, "1 2 3");
	ASSERT_TEXT(sequence_out(r, 0), "1 2 3");
	ASSERT_READ(r, "count", "3");
	ASSERT_TEXT(rig_write(r, "active", "x"), "invalid argument\n");
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	sequence_give(r, 0, "4");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_READ(r, "active", "false");
	rig_free(r);
}

static struct rig *
waiting_rig(void)
{
	return rig_config("RigIn -> e :: Pipeliner(4, DIRECT_TRAVERSAL false, NOUSELESS true)"
			  " -> RigOut;");
}

static void
own_lcore_waits_as_well(void)
{
	struct rig *r = waiting_rig();

	sequence_give(r, 0, "1 2 3 4 5 6");
	ASSERT_TEXT(sequence_out(r, 0), "");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 4);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_TEXT(rig_chatter(r),
		"e: Dropped 1 packets : could not push packets fast enough !\n"
		"e: Dropped 1 packets : could not push packets fast enough !\n");
	rig_run(r, 1);
	ASSERT_TEXT(sequence_out(r, 0), "1 2 3 4");
	sequence_give(r, 0, "7"); // still there at the end
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = waiting_rig();
	char *errors;

	sequence_give(r, 0, "1 2 3");
	errors = rig_swap(r, "RigIn -> e :: Pipeliner(8, DIRECT_TRAVERSAL false, NOUSELESS true)"
			     " -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "count", "3");
	rig_run(r, 1);
	ASSERT_TEXT(sequence_out(r, 0), "1 2 3");
	rig_free(r);
}

static void
refuses(void)
{
	ASSERT_ERRORS("Pipeliner(3)", 1, 1, "Pipeliner ring size must be at least 4\n");
	ASSERT_ERRORS("Pipeliner(x)", 1, 1, "CAPACITY: invalid number\n");
	ASSERT_ERRORS("Pipeliner(8, x)", 1, 1, "BURST: invalid number\n");
	ASSERT_ERRORS("Pipeliner(8, 1, x)", 1, 1, "BLOCKING: parse error\n");
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 0, p 0);"
			     "a :: InfiniteSource -> p :: Pipeliner -> Discard;",
		2,
		"config:1: While initializing 'p :: Pipeliner':\n"
		"  warning: Useless Pipeliner element ! Packets come from the thread 0 that serves "
		"it.\n");
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 0, b 1, p 0);"
			     "a :: InfiniteSource -> p :: Pipeliner(BLOCKING true,"
			     " DIRECT_TRAVERSAL false) -> Discard; b :: InfiniteSource -> p;",
		2,
		"config:1: While initializing 'p :: Pipeliner':\n"
		"  Possible deadlock ! Pipeliner is served by thread 0, and the same thread can push "
		"packets to it. Either unset BLOCKING mode, or fix the path.\n");
}

UNIT_SUITE(pipeliner, UNIT_CASE(hands_packets_over), UNIT_CASE(falls_asleep_and_wakes),
	UNIT_CASE(own_lcore_goes_straight_through), UNIT_CASE(own_lcore_waits_as_well),
	UNIT_CASE(hot_swap), UNIT_CASE(refuses))
