// SPDX-License-Identifier: BSD-3-Clause
#include <limits.h>
#include <stdlib.h>

#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "test/unit/rig.h"

// The thread that the router's schedulers want an element on; -2: none has an opinion.
static int
thread(struct rig *r, const char *element)
{
	struct element *e = rig_find(r, element);
	int wanted = INT_MIN;

	for (struct thread_sched *s = e->router->thread_scheds; s != NULL && wanted == INT_MIN;
		s = s->next)
		wanted = s->thread(s, e);
	return wanted == INT_MIN ? -2 : wanted;
}

static void
places_elements(void)
{
	struct rig *r =
		rig_config("s :: InfiniteSource(LIMIT 1) -> Discard; t :: InfiniteSource(LIMIT 1) "
			   "-> Discard; u :: Idle; e :: StaticThreadSched(s -1, t -1, t 0)");

	CU_ASSERT_EQUAL(thread(r, "s"), -1);
	CU_ASSERT_EQUAL(thread(r, "t"), 0);
	CU_ASSERT_EQUAL(thread(r, "u"), -2);
	ASSERT_READ(r, "s.home_thread", "-1");
	ASSERT_READ(r, "t.home_thread", "0");
	rig_run(r, 10);
	ASSERT_READ(r, "s.count", "0");
	ASSERT_READ(r, "t.count", "1");
	CU_ASSERT_PTR_NULL(element_home(rig_find(r, "s")));
	CU_ASSERT_PTR_EQUAL(element_home(rig_find(r, "t")), lcores_control());
	rig_free(r);
}

static void
compounds_and_stacks(void)
{
	struct rig *r = rig_config("e :: StaticThreadSched(c 0, d -1); "
				   "c :: { x :: Idle; y :: Idle; StaticThreadSched(x -1); "
				   "z :: { w :: Idle } }; d :: Idle;"
				   "StaticThreadSched(c/z -1)");

	CU_ASSERT_EQUAL(thread(r, "c/x"), -1);
	CU_ASSERT_EQUAL(thread(r, "c/y"), 0);
	CU_ASSERT_EQUAL(thread(r, "c/z/w"), -1);
	CU_ASSERT_EQUAL(thread(r, "d"), -1);
	rig_free(r);
}

static void
errors(void)
{
	char *text;

	ASSERT_ERRORS("StaticThreadSched(foo 0)", 0, 0, "'foo/' does not name an element\n");
	ASSERT_ERRORS("StaticThreadSched(e 5, e -2)", 0, 0,
		"warning: thread preference 5 out of range\n"
		"warning: thread preference -2 out of range\n");
	ASSERT_ERRORS("StaticThreadSched(e 0, , e 0)", 0, 0,
		"ELEMENT: required argument missing\nTHREAD: required argument missing\n");
	ASSERT_ERRORS("StaticThreadSched(e)", 0, 0, "THREAD: required argument missing\n");
	ASSERT_ERRORS("StaticThreadSched(e x)", 0, 0, "THREAD: invalid number\n");
	ASSERT_ERRORS("StaticThreadSched(e 0 1)", 0, 0, "too many arguments\n");
	text = rig_config_errors("c :: { StaticThreadSched(foo 0) }");
	ASSERT_TEXT(text,
		"config:1: While configuring 'c/StaticThreadSched@1 :: StaticThreadSched':\n"
		"  'c/foo/' does not name an element\n");
	free(text);
}

static void
out_of_range(void)
{
	struct rig *r = rig_config("e :: StaticThreadSched(a 7, b -7); a :: Idle; b :: Idle");

	CU_ASSERT_EQUAL(thread(r, "a"), 0);
	CU_ASSERT_EQUAL(thread(r, "b"), -1);
	rig_free(r);
}

UNIT_SUITE(staticthreadsched, UNIT_CASE(places_elements), UNIT_CASE(compounds_and_stacks),
	UNIT_CASE(errors), UNIT_CASE(out_of_range))
