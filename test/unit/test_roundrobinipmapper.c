// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/lcores_rig.h"
#include "test/unit/nat_rig.h"

#define THREE "e :: IPRewriter(m); m :: RoundRobinIPMapper(- - - - 0 0, - - - - 1 0, - - - - 2 0);"
#define PORTS "RigIn(0) -> e -> RigOut(0); e [1] -> RigOut(1); e [2] -> RigOut(2);"

static void
in_turn(void)
{
	static const char outputs[] = "01201";
	struct rig *r = rig_config(THREE PORTS);
	char ends[64], want[80];

	for (unsigned known = 0; known < 2; known++) {
		for (unsigned i = 0; i < 5; i++) {
			snprintf(ends, sizeof(ends), "10.0.0.1:%u > 20.0.0.2:20", i);
			snprintf(want, sizeof(want), "%c %s", outputs[i], ends);
			nat_push_udp(r, 0, ends);
			ASSERT_OUT(r, want);
		}
	}
	ASSERT_READ(r, "patterns", "<mapper> [5]\n");
	rig_free(r);
}

static void
full_ranges_are_passed_over(void)
{
	struct rig *r =
		rig_config("m :: RoundRobinIPMapper(1.0.0.1 5-6# - - 0 0, p 1 0);"
			   "IPRewriterPatterns(p 2.0.0.2 7-8# - -);"
			   "e :: TCPRewriter(m); RigIn(0) -> e -> RigOut(0); e [1] -> RigOut(1);");
	static const char *const want[] = {"0 1.0.0.1:5 > 20.0.0.2:20", "1 2.0.0.2:7 > 20.0.0.2:20",
		"0 1.0.0.1:6 > 20.0.0.2:20", "1 2.0.0.2:8 > 20.0.0.2:20", "outputs ''"};
	char ends[64];

	for (unsigned i = 0; i < 5; i++) {
		snprintf(ends, sizeof(ends), "10.0.0.1:%u > 20.0.0.2:20", 100 + i);
		nat_push_syn(r, 0, ends);
		ASSERT_OUT(r, want[i]);
	}
	ASSERT_READ(r, "mapping_failures", "1");
	rig_free(r);
}

static void
swapped(void)
{
	struct rig *r = rig_config(THREE PORTS);
	char *text;

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	text = rig_swap(r, THREE PORTS);
	ASSERT_TEXT(text, "");
	free(text);
	nat_push_udp(r, 0, "10.0.0.1:2 > 20.0.0.2:20");
	ASSERT_OUT(r, "1 10.0.0.1:2 > 20.0.0.2:20");
	ASSERT_READ(r, "patterns", "<mapper> [2]\n");
	rig_free(r);
}

// The first lcore is the only one here.
static void
by_lcore(void)
{
	struct rig *r =
		rig_config("e :: UDPRewriter(m);"
			   "m :: ThreadIPMapper(1.0.0.1 5-6# - - 0 0, 1.0.0.2 - - - 1 0);" PORTS);
	static const char *const want[] = {
		"0 1.0.0.1:5 > 20.0.0.2:20", "0 1.0.0.1:6 > 20.0.0.2:20", "outputs ''"};
	char ends[64];

	for (unsigned i = 0; i < 3; i++) {
		snprintf(ends, sizeof(ends), "10.0.0.1:%u > 20.0.0.2:20", 100 + i);
		nat_push_udp(r, 0, ends);
		ASSERT_OUT(r, want[i]);
	}
	rig_free(r);
	ASSERT_ERRORS("ThreadIPMapper", 0, 0, "no patterns given\n");
}

static void
on_two_lcores(void)
{
	struct router *r = lcores_rig(
		"StaticThreadSched(a 0, b 1);"
		"a :: InfiniteSource(LIMIT 2) -> UDPIPEncap(1.0.0.1, 1, 2.0.0.2, 2)"
		"-> e :: UDPRewriter(m); e [0] -> c :: Counter -> Discard;"
		"e [1] -> d :: Counter -> Discard;"
		"m :: ThreadIPMapper(9.0.0.1 5-6# - - 0 0, 9.0.0.2 5-6# - - 1 0);"
		"b :: InfiniteSource(LIMIT 3) -> UDPIPEncap(1.0.0.3, 1, 2.0.0.2, 2) -> e;",
		2);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	lcores_rig_run(0, 4);
	lcores_rig_run(1, 4);
	ASSERT_LCORES_READ(r, "c.count", "2");
	ASSERT_LCORES_READ(r, "d.count", "3");
	lcores_rig_free(r);
}

static void
errors(void)
{
	char *text;

	ASSERT_ERRORS("RoundRobinIPMapper", 0, 0, "no patterns given\n");
	ASSERT_ERRORS("RoundRobinIPMapper(x - 0 0, - - 0, - - x 0)", 0, 0,
		"bad source address\nbad forward port\nbad forward port\n");
	ASSERT_ERRORS("RoundRobinIPMapper(- - 0 0)", 0, 0, "warning: only one pattern given\n");
	text = rig_config_errors("m :: RoundRobinIPMapper(- - 0 0, - - 0 1, - - 3 0);\n"
				 "Idle -> e :: IPRewriter(m) -> Discard;");
	ASSERT_TEXT(text, "config:2: While initializing 'e :: IPRewriter':\n"
			  "  output port out of range in m :: RoundRobinIPMapper pattern 1\n"
			  "  output port out of range in m :: RoundRobinIPMapper pattern 2\n");
	free(text);
}

UNIT_SUITE(roundrobinipmapper, UNIT_CASE(in_turn), UNIT_CASE(full_ranges_are_passed_over),
	UNIT_CASE(swapped), UNIT_CASE(by_lcore), UNIT_CASE(on_two_lcores), UNIT_CASE(errors))
