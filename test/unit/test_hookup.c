// SPDX-License-Identifier: BSD-3-Clause
#include "src/hookup.h"

#include <stdlib.h>

#include "src/element.h"
#include "src/router.h"
#include "test/unit/rig.h"

#define ASSERT_CONFIG_ERRORS(config, want)                 \
	do {                                               \
		char *errors_ = rig_config_errors(config); \
                                                           \
		ASSERT_TEXT(errors_, want);                \
		free(errors_);                             \
	} while (0)

static void
ports_that_do_not_exist(void)
{
	ASSERT_CONFIG_ERRORS("i :: Idle -> d :: Discard; i [1] -> [1] d;",
		"config:1: 'd :: Discard' has no input 1\n");
	ASSERT_CONFIG_ERRORS("Idle -> p :: Null; p -> Discard; p [2] -> Discard;",
		"config:1: 'p :: Null' has no output 2\n");
}

static void
ports_left_open(void)
{
	ASSERT_CONFIG_ERRORS("Idle\n-> p :: Null;", "config:2: 'p :: Null' output 0 unused\n");
	ASSERT_CONFIG_ERRORS("s :: Switch; Idle -> s; s[32767] -> Discard;",
		"config:1: 's :: Switch' output 32767: no element has more than 32767 ports\n");
	ASSERT_CONFIG_ERRORS("p :: Null -> Discard;", "config:1: 'p :: Null' input 0 unused\n");
	// Ports beyond the least number may stay open, but not between used ones.
	ASSERT_CONFIG_ERRORS("InfiniteSource -> q :: Queue -> Discard;", "");
}

static void
push_meets_pull(void)
{
	ASSERT_CONFIG_ERRORS("p :: PushNull; Idle -> p -> u :: Unqueue -> Discard;",
		"'p :: PushNull' push output 0 connected to 'u :: Unqueue' pull input 0\n");
	ASSERT_CONFIG_ERRORS("q :: Queue; Idle -> q -> p :: PushNull -> Discard;",
		"'q :: Queue' pull output 0 connected to 'p :: PushNull' push input 0\n");
	ASSERT_CONFIG_ERRORS("q :: Queue; Idle -> q -> n :: Null -> p :: PushNull -> Discard;",
		"agnostic 'n :: Null' in mixed context: pull input 0, push output 0\n");
}

static void
active_ports_have_one_connection(void)
{
	ASSERT_CONFIG_ERRORS("i :: InfiniteSource; i -> Discard; i -> Discard;",
		"config:1: illegal reuse of 'i :: InfiniteSource' push output 0\n");
	ASSERT_CONFIG_ERRORS(
		"q :: Queue; Idle -> q; r :: Queue; Idle -> r; u :: Unqueue -> Discard;"
		"q -> u; r -> u;",
		"config:1: illegal reuse of 'u :: Unqueue' pull input 0\n");
	// Fan-in of pushes and fan-out of pulls are fine.
	ASSERT_CONFIG_ERRORS("d :: Discard; InfiniteSource -> d; InfiniteSource -> d;", "");
	ASSERT_CONFIG_ERRORS(
		"q :: Queue; Idle -> q; q -> Unqueue -> Discard; q -> Unqueue -> Discard;", "");
}

static void
agnostic_chains_take_over(void)
{
	struct rig *r =
		rig_config("RigIn -> a :: Null -> b :: Null -> q :: Queue -> c :: Null -> u :: "
			   "Unqueue -> d :: Null -> RigOut;");

	ASSERT_READ(r, "a.ports", "1 input\npush~\t-\tRigIn@1 [0]\n1 output\npush~\t-\t[0] b\n");
	ASSERT_READ(r, "c.ports", "1 input\npull~\t-\tq [0]\n1 output\npull~\t-\t[0] u\n");
	ASSERT_READ(r, "q.ports", "1 input\npush\t-\tb [0]\n1 output\npull\t-\t[0] c\n");
	rig_push_hex(r, 0, "01");
	rig_run(r, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
all_errors_at_once(void)
{
	ASSERT_CONFIG_ERRORS("Idle -> a :: Null;\nIdle -> b :: Null;",
		"config:1: 'a :: Null' output 0 unused\nconfig:2: 'b :: Null' output 0 unused\n");
	ASSERT_CONFIG_ERRORS("Idle -> a :: Strip(x) -> b :: Strip -> Discard;",
		"config:1: While configuring 'a :: Strip':\n  LENGTH: invalid number\n"
		"config:1: While configuring 'b :: Strip':\n  LENGTH: required argument missing\n");
}

// By connection; then what is not used, all inputs first.
static void
order_of_errors(void)
{
	ASSERT_CONFIG_ERRORS("a :: Null\nb :: Null\nIdle -> [1] b; a [1] -> c :: Discard; a [1] -> "
			     "[2] c;",
		"config:2: 'b :: Null' has no input 1\n"
		"config:1: 'a :: Null' has no output 1\n"
		"config:3: 'c :: Discard' has no input 2\n"
		"config:1: 'a :: Null' has no output 1\n");
	ASSERT_CONFIG_ERRORS(
		"a :: Null\nb :: Null\nd :: Discard i :: InfiniteSource; i -> d; i -> Discard;",
		"config:3: illegal reuse of 'i :: InfiniteSource' push output 0\n"
		"config:1: 'a :: Null' input 0 unused\n"
		"config:2: 'b :: Null' input 0 unused\n"
		"config:1: 'a :: Null' output 0 unused\n"
		"config:2: 'b :: Null' output 0 unused\n");
}

UNIT_SUITE(hookup, UNIT_CASE(ports_that_do_not_exist), UNIT_CASE(ports_left_open),
	UNIT_CASE(push_meets_pull), UNIT_CASE(active_ports_have_one_connection),
	UNIT_CASE(agnostic_chains_take_over), UNIT_CASE(all_errors_at_once),
	UNIT_CASE(order_of_errors))
