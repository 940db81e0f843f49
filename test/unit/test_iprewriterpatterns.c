// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/nat_rig.h"

#define PORTS "RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e; RigIn(2) -> f -> RigOut(1);"

static void
names_and_numbers(void)
{
	struct rig *r = rig_config(
		"e :: IPRewriter(pattern out 0 0, pattern 1 0 0); f :: UDPRewriter(pattern out 0 0);"
		"IPRewriterPatterns(, out 1.0.0.1 10-20# - -, b 2.0.0.2 -);" PORTS);

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:10 > 20.0.0.2:20");
	// The sequence is shared.
	nat_push_udp(r, 2, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "1 1.0.0.1:11 > 20.0.0.2:20");
	nat_push_udp(r, 1, "10.0.0.1:2 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 2.0.0.2:2 > 20.0.0.2:20");
	nat_push_udp(r, 0, "10.0.0.1:3 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:12 > 20.0.0.2:20");
	ASSERT_READ(r, "patterns", "1.0.0.1 10-20 - - [2]\n2.0.0.2 - [1]\n");
	rig_free(r);
}

static void
scopes(void)
{
	struct rig *r = rig_config(
		"elementclass Nat { IPRewriterPatterns(out 2.0.0.2 10-20# - -);"
		"  input -> rw :: IPRewriter(pattern out 0 0) -> output; };"
		"elementclass Plain { input -> rw :: IPRewriter(pattern out 0 0) -> output; };"
		"IPRewriterPatterns(out 1.0.0.1 10-20# - -);"
		"e :: IPRewriter(drop); Idle -> e -> Discard;"
		"RigIn(0) -> Nat -> RigOut(0); RigIn(1) -> Plain -> RigOut(1)");

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 2.0.0.2:10 > 20.0.0.2:20");
	nat_push_udp(r, 1, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "1 1.0.0.1:10 > 20.0.0.2:20");
	rig_free(r);
}

static void
sequences_survive(void)
{
	static const char config[] = "e :: IPRewriter(pattern out 0 0); p :: IPRewriterPatterns("
				     "out 1.0.0.1 10-20# - -);"
				     "RigIn(0) -> e -> RigOut(0);";
	struct rig *r = rig_config(config);
	char *errors;

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	nat_push_udp(r, 0, "10.0.0.1:2 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:11 > 20.0.0.2:20");
	nat_push_udp(r, 0, "20.0.0.2:20 > 1.0.0.1:10");
	ASSERT_OUT(r, "0 20.0.0.2:20 > 10.0.0.1:1");
	rig_free(r);
}

static void
errors(void)
{
	ASSERT_ERRORS("IPRewriterPatterns(a 1.0.0.1 -, a 1.0.0.2 -)", 0, 0,
		"pattern 'a' already defined\n");
	ASSERT_ERRORS("IPRewriterPatterns(17 1.0.0.1 -)", 0, 0, "pattern '17' already defined\n");
	ASSERT_ERRORS("IPRewriterPatterns(a, b 1.0.0.1, c 1 2 3 4 5)", 0, 0,
		"syntax error\nsyntax error\nsyntax error\n");
	ASSERT_ERRORS("IPRewriterPatterns(a x -, b - x)", 0, 0,
		"bad source address\nbad destination address\n");
	ASSERT_ERRORS("IPRewriterPatterns()", 0, 0, "");
}

UNIT_SUITE(iprewriterpatterns, UNIT_CASE(names_and_numbers), UNIT_CASE(scopes),
	UNIT_CASE(sequences_survive), UNIT_CASE(errors))
