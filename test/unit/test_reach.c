// SPDX-License-Identifier: BSD-3-Clause
#include "src/reach.h"

#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"

// "own/push/pull" as bits.
static void
assert_reach(const char *file, int line, struct router *r, const char *name, const char *want)
{
	const struct element *e = router_find(r, name);
	struct strbuf sb = STRBUF_INIT;

	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	strbuf_addf(&sb, "%s %llx/%llx/%llx", name, (unsigned long long)e->info->own_lcores,
		(unsigned long long)e->info->push_lcores, (unsigned long long)e->info->pull_lcores);
	unit_assert_text(file, line, strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

#define ASSERT_REACH(r, name, want) assert_reach(__FILE__, __LINE__, r, name, name " " want)

static void
pushers_reach_what_is_downstream(void)
{
	struct router *r = lcores_rig_prepared(
		"s :: InfiniteSource -> a :: Null -> t :: Tee; t [0] -> b :: Discard;"
		"t [1] -> c :: Counter -> d :: Discard; i :: Idle -> x :: Discard",
		2, NULL);

	ASSERT_REACH(r, "s", "1/0/0");
	ASSERT_REACH(r, "a", "0/1/0");
	ASSERT_REACH(r, "t", "0/1/0");
	ASSERT_REACH(r, "b", "0/1/0");
	ASSERT_REACH(r, "c", "0/1/0");
	ASSERT_REACH(r, "d", "0/1/0");
	// Nobody runs there.
	ASSERT_REACH(r, "i", "0/0/0");
	ASSERT_REACH(r, "x", "0/0/0");
	lcores_rig_free(r);
}

static void
queues_are_where_lcores_change(void)
{
	struct router *r = lcores_rig_prepared("StaticThreadSched(s 0, u 1);"
					       "s :: InfiniteSource -> a :: Null -> q :: Queue;"
					       "q [1] -> o :: Discard;"
					       "q -> b :: Null -> u :: Unqueue -> d :: Discard",
		2, NULL);

	ASSERT_REACH(r, "s", "1/0/0");
	ASSERT_REACH(r, "a", "0/1/0");
	ASSERT_REACH(r, "q", "0/1/2");
	// What overflows is pushed by who found the queue full.
	ASSERT_REACH(r, "o", "0/1/0");
	ASSERT_REACH(r, "b", "0/0/2");
	ASSERT_REACH(r, "u", "2/0/0");
	ASSERT_REACH(r, "d", "0/2/0");
	lcores_rig_free(r);
}

// A puller that goes through an element with a push output runs what lies behind that.
static void
pullers_push_too(void)
{
	struct router *r = lcores_rig_prepared("StaticThreadSched(s 0, u 1);"
					       "s :: InfiniteSource -> q :: Queue -> t :: PullTee;"
					       "t [0] -> u :: Unqueue -> d :: Discard;"
					       "t [1] -> side :: Counter -> e :: Discard",
		2, NULL);

	ASSERT_REACH(r, "t", "0/0/2");
	ASSERT_REACH(r, "side", "0/2/0");
	ASSERT_REACH(r, "e", "0/2/0");
	ASSERT_REACH(r, "q", "0/1/2");
	lcores_rig_free(r);
}

static void
several_lcores_in_one_element(void)
{
	struct router *r =
		lcores_rig_prepared("StaticThreadSched(s0 0, s1 1, u 1);"
				    "s0 :: InfiniteSource -> n :: Null -> q :: Queue;"
				    "s1 :: InfiniteSource -> n; q -> u :: Unqueue -> Discard",
			2, NULL);

	ASSERT_REACH(r, "n", "0/3/0");
	ASSERT_REACH(r, "q", "0/3/2");
	lcores_rig_free(r);
}

static void
loops_end(void)
{
	struct router *r = lcores_rig_prepared(
		"s :: InfiniteSource -> a :: Null -> b :: Switch -> a; b [1] -> c :: Discard", 1,
		NULL);

	ASSERT_REACH(r, "a", "0/1/0");
	ASSERT_REACH(r, "b", "0/1/0");
	ASSERT_REACH(r, "c", "0/1/0");
	// Computed anew, nothing is left of the first time.
	router_find(r, "s")->info->tasks->home = lcores_control();
	reach_compute(r);
	ASSERT_REACH(r, "a", "0/2/0");
	ASSERT_REACH(r, "c", "0/2/0");
	lcores_rig_free(r);
}

// An element without a wish of its own lives where packets reach it.
static void
home_follows_reach(void)
{
	struct router *r =
		lcores_rig_prepared("StaticThreadSched(s 1); s :: InfiniteSource -> n :: Null -> "
				    "Discard; i :: Idle -> j :: Discard",
			2, NULL);

	CU_ASSERT_PTR_EQUAL(element_home(router_find(r, "n")), lcores_at(1));
	CU_ASSERT_PTR_EQUAL(element_home(router_find(r, "i")), lcores_at(0));
	CU_ASSERT_PTR_NULL(element_home_fixed(router_find(r, "n")));
	CU_ASSERT_PTR_EQUAL(element_home_fixed(router_find(r, "s")), lcores_at(1));
	lcores_rig_free(r);
}

// One that only one lcore may run.
static inline void
reachplain_packet(struct element *e, struct packet *p)
{
	(void)e;
	(void)p;
}
ELEMENT_CHANGE(reachplain, element, reachplain_packet)

static const struct element_class reachplain_class = {.name = "ReachPlain",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct element),
	.push = reachplain_push,
	.pull = reachplain_pull,
	.decide = reachplain_decide,
	.group = "test",
	.brief = "an element with plain state",
	.example = "Idle -> ReachPlain -> Discard;"};
ELEMENT_CLASS(reachplain_class)

static void
unsafe_graphs_are_refused(void)
{
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 0, b 1, c 1);\n"
			     "a :: InfiniteSource\n-> m :: ReachPlain -> Discard;\n"
			     "b :: InfiniteSource -> m; c :: InfiniteSource -> Discard;",
		2,
		"config:3: 'm :: ReachPlain' cannot be run by several lcores (0, 1), which "
		"come from 'a', 'b', 'c'\n"
		"config:3: put a Queue and an Unqueue in front of it, or place its sources on one "
		"thread with StaticThreadSched\n");
	// One thread, one lcore, or a queue between them: all is well.
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 1, b 1); m :: ReachPlain -> Discard;"
			     "a :: InfiniteSource -> m; b :: InfiniteSource -> m",
		2, "");
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 0, b 0); m :: ReachPlain -> Discard;"
			     "a :: InfiniteSource -> m; b :: InfiniteSource -> m",
		1, "");
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 0, b 1, u 1); m :: ReachPlain -> Discard;"
			     "a :: InfiniteSource -> q :: Queue -> u :: Unqueue -> m;"
			     "b :: InfiniteSource -> q",
		2, "");
	// Stateless ones take any number.
	ASSERT_LCORES_ERRORS("StaticThreadSched(a 0, b 1); m :: Null -> Discard;"
			     "a :: InfiniteSource -> m; b :: InfiniteSource -> m",
		2, "");
}

// Two errors, two reports.
static void
every_unsafe_element_is_named(void)
{
	char *errors =
		lcores_rig_errors("StaticThreadSched(a 0, b 1);\n"
				  "a :: InfiniteSource -> m :: ReachPlain -> n :: ReachPlain\n"
				  "-> Discard; b :: InfiniteSource -> m",
			2);

	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "'m :: ReachPlain' cannot be run by several "
					      "lcores (0, 1), which come from 'a', 'b'\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "'n :: ReachPlain' cannot be run by several "
					      "lcores (0, 1), which come from 'a', 'b'\n"));
	free(errors);
}

static bool
splits_runs(struct router *r, const char *name)
{
	return router_find(r, name)->split_runs;
}

static void
order_where_branches_meet(void)
{
	struct router *r = lcores_rig_prepared(
		"d :: Discard;"
		"Idle -> a :: Switch; a [0] -> d; a [1] -> d;"
		"Idle -> b :: Switch; b [0] -> Discard; b [1] -> Discard;"
		"Idle -> c :: Switch; c [0] -> Null -> e :: Discard; c [1] -> Counter -> Null -> e;"
		"Idle -> one :: Switch -> d;"
		"Idle -> loop :: Switch; loop [0] -> loop; loop [1] -> Discard",
		1, NULL);

	CU_ASSERT_TRUE(splits_runs(r, "a"));
	CU_ASSERT_FALSE(splits_runs(r, "b"));
	CU_ASSERT_TRUE(splits_runs(r, "c"));
	CU_ASSERT_FALSE(splits_runs(r, "one"));
	// What output 0 brings back can leave by output 1, where other packets of it went.
	CU_ASSERT_TRUE(splits_runs(r, "loop"));
	lcores_rig_free(r);
}

// Behind a Queue, behind an answer, and out of elements that keep flows together, order is nobody's
// business. A Queue itself is a meeting point.
static void
order_that_nobody_needs(void)
{
	struct router *r = lcores_rig_prepared(
		"d :: Discard;"
		"Idle -> q :: Switch; q [0] -> Queue -> Unqueue -> d; q [1] -> Queue -> Unqueue -> d;"
		"Idle -> m :: Switch; m [0] -> mq :: Queue -> Unqueue -> d; m [1] -> mq;"
		"Idle -> a :: Switch; a [0] -> ad :: Discard;"
		"a [1] -> ICMPError(1.0.0.1, timeexceeded) -> ad;"
		"Idle -> s :: StaticIPLookup(1.0.0.0/8 0, 0/0 1); s [0] -> d; s [1] -> d",
		1, NULL);

	CU_ASSERT_FALSE(splits_runs(r, "q"));
	CU_ASSERT_TRUE(splits_runs(r, "m"));
	CU_ASSERT_FALSE(splits_runs(r, "a"));
	CU_ASSERT_FALSE(splits_runs(r, "s"));
	lcores_rig_free(r);
}

static void
who_looks_at_bytes(void)
{
	struct router *r = lcores_rig_prepared(
		"a :: Idle -> Counter -> Queue -> Unqueue -> l :: Paint(1) -> l2 :: Tee -> Discard;"
		"l2 [1] -> Strip(14) -> l;"
		"b :: Idle -> t :: Tee -> Discard; t [1] -> Queue -> Unqueue -> EtherMirror -> Discard",
		1, NULL);

	CU_ASSERT_FALSE(reach_reads_data(router_find(r, "a")));
	CU_ASSERT_TRUE(reach_reads_data(router_find(r, "b")));
	lcores_rig_free(r);
}

UNIT_SUITE(reach, UNIT_CASE(pushers_reach_what_is_downstream),
	UNIT_CASE(queues_are_where_lcores_change), UNIT_CASE(pullers_push_too),
	UNIT_CASE(several_lcores_in_one_element), UNIT_CASE(loops_end),
	UNIT_CASE(home_follows_reach), UNIT_CASE(unsafe_graphs_are_refused),
	UNIT_CASE(every_unsafe_element_is_named), UNIT_CASE(order_where_branches_meet),
	UNIT_CASE(order_that_nobody_needs), UNIT_CASE(who_looks_at_bytes))
