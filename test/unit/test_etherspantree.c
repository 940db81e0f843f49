// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/rig.h"

// A bridge's surroundings: two ports.
#define BRIDGE(x)                                                            \
	"i" x " :: Suppressor; o" x " :: Suppressor; s" x " :: EtherSwitch;" \
	"Idle -> i" x " -> s" x " -> o" x " -> Discard;"                     \
	"Idle -> [1] i" x " [1] -> [1] s" x " [1] -> [1] o" x " [1] -> Discard;"

#define ONE BRIDGE("a") "e :: EtherSpanTree(2:0:0:0:0:1, ia, oa, sa);"

#define HELLO(root, cost, bridge, port, age, flags)                            \
	"0180c2000000 " bridge "0026 424203 0000 00 00" flags "dead" root cost \
	"dead" bridge port age "1400 0200 0f00 0000000000000000"
#define MAC1 "020000000001"
#define MAC2 "020000000002"
#define MAC0 "020000000000"

static void
says_hello(void)
{
	struct rig *r =
		rig_config(ONE "RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e [1] -> RigOut(1);");

	ASSERT_READ(r, "ia.active0", "false");
	ASSERT_READ(r, "oa.active1", "false");
	rig_run_for(r, 2 * CLOCK_S - CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	rig_expect_hex(r, 0, 0, HELLO(MAC1, "00000000", MAC1, "0000", "0000", "00"));
	rig_expect_hex(r, 1, 0, HELLO(MAC1, "00000000", MAC1, "0001", "0000", "00"));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 60);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	ASSERT_READ(
		r, "msgs", "0 LISTEN -\n1 LISTEN -\nbest dead020000000001 0 dead020000000001 0\n");
	// 15 s later it learns, 15 s after that it forwards. The start counts as a hello.
	rig_run_for(r, 14 * CLOCK_S);
	ASSERT_READ(r, "ia.active0", "false");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "ia.active0", "true");
	ASSERT_READ(r, "oa.active0", "false");
	rig_run_for(r, 14 * CLOCK_S);
	ASSERT_READ(r, "oa.active0", "false");
	rig_run_for(r, 2 * CLOCK_S);
	ASSERT_READ(r, "oa.active0", "true");
	ASSERT_READ(r, "oa.active1", "true");
	CU_ASSERT_EQUAL(rig_count(r, 0), 17);
	rig_free(r);
}

static void
follows_a_root(void)
{
	struct rig *r =
		rig_config(ONE "RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e [1] -> RigOut(1);");

	// A better root behind port 1, which is 4 s old; a worse bridge at port 0.
	rig_push_hex(r, 1, HELLO(MAC0, "00000005", MAC2, "0007", "0400", "00"));
	rig_push_hex(r, 0, HELLO(MAC2, "00000000", MAC2, "0001", "0000", "00"));
	rig_run_for(r, 2 * CLOCK_S + CLOCK_MS);
	ASSERT_READ(r, "msgs",
		"0 LISTEN dead020000000002 0 dead020000000002 1\n"
		"1 LISTEN dead020000000000 5 dead020000000002 7\n"
		"best dead020000000000 6 dead020000000002 7\n");
	rig_expect_hex(r, 0, 0, HELLO(MAC0, "00000006", MAC1, "0000", "0600", "00"));
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	// A better way at port 0: port 1 hears of a bridge that is worse placed than this one.
	rig_push_hex(r, 0, HELLO(MAC0, "00000000", MAC0, "0001", "0000", "00"));
	ASSERT_READ(r, "msgs",
		"0 LISTEN dead020000000000 0 dead020000000000 1\n"
		"1 LISTEN dead020000000000 5 dead020000000002 7\n"
		"best dead020000000000 1 dead020000000000 1\n");
	// As good a way as ours, by a bridge with a lower id: not needed here.
	rig_push_hex(r, 1, HELLO(MAC0, "00000001", MAC0, "0002", "0000", "00"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "msgs"), "1 BLOCK"));
	// Worse news are no news.
	rig_push_hex(r, 1, HELLO(MAC0, "00000002", MAC0, "0002", "0000", "00"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "msgs"), "1 BLOCK dead020000000000 1"));
	// Too old to be believed.
	rig_push_hex(r, 1, HELLO(MAC0, "00000000", MAC0, "0002", "1400", "00"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "msgs"), "1 BLOCK dead020000000000 1"));
	// All are silent: 20 s later it is the root.
	rig_run_for(r, 25 * CLOCK_S);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "msgs"), "best dead020000000001 0"));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 6);
	rig_free(r);
}

static void
topology_changes(void)
{
	struct rig *r =
		rig_config(ONE "RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e [1] -> RigOut(1);");
	unsigned n;

	// A notification is acknowledged once, and told to all while this bridge is the root.
	rig_push_hex(r, 0, "0180c2000000 " MAC2 "0007 424203 0000 00 80");
	rig_run_for(r, 2 * CLOCK_S + CLOCK_MS);
	rig_expect_hex(r, 0, 0, HELLO(MAC1, "00000000", MAC1, "0000", "0000", "81"));
	rig_expect_hex(r, 1, 0, HELLO(MAC1, "00000000", MAC1, "0001", "0000", "01"));
	rig_run_for(r, 2 * CLOCK_S);
	rig_expect_hex(r, 0, 1, HELLO(MAC1, "00000000", MAC1, "0000", "0000", "01"));
	// With a root elsewhere, what is heard goes on towards it until it is acknowledged.
	rig_push_hex(r, 1, HELLO(MAC0, "00000000", MAC0, "0001", "0000", "00"));
	rig_push_hex(r, 0, "0180c2000000 " MAC2 "0007 424203 0000 00 80");
	rig_clear(r);
	rig_run_for(r, 2 * CLOCK_S);
	rig_expect_hex(r, 1, 0,
		"0180c2000000 " MAC1 "0007 424203 0000 00 80 00000000000000000000000000000000"
		"00000000000000000000000000000000000000000000 00");
	rig_run_for(r, 2 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_push_hex(r, 1, HELLO(MAC0, "00000000", MAC0, "0001", "0000", "81"));
	n = rig_count(r, 0);
	rig_run_for(r, 2 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	// The root's word is passed on.
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, n))[21], 1);
	rig_free(r);
}

#define PAIR(rest)                                                                   \
	BRIDGE("a")                                                                  \
	BRIDGE("b")                                                                  \
	"a :: EtherSpanTree(2:0:0:0:0:1, ia, oa, sa);"                               \
	"b :: EtherSpanTree(2:0:0:0:0:2, ib, ob, sb);"                               \
	"a -> w :: Switch -> b; w [1] -> Discard; a [1] -> DebugBridge(l) -> [1] b;" \
	"b -> a; b [1] -> [1] a;" rest

// Two bridges with two links between them: one link must rest.
static void
breaks_a_loop(void)
{
	struct rig *r = rig_config(PAIR("e :: Idle -> Discard"));
	char *errors;

	rig_run_for(r, 40 * CLOCK_S);
	ASSERT_READ(r, "oa.active0", "true");
	ASSERT_READ(r, "oa.active1", "true");
	ASSERT_READ(r, "ob.active0", "true");
	ASSERT_READ(r, "ob.active1", "false");
	ASSERT_READ(r, "ib.active1", "false");
	ASSERT_READ(r, "b.msgs",
		"0 FORWARD dead020000000001 0 dead020000000001 0\n"
		"1 BLOCK dead020000000001 0 dead020000000001 1\n"
		"best dead020000000001 1 dead020000000001 0\n");
	// A hot swap keeps the tree, and puts right what a suppressor took from elsewhere.
	errors = rig_swap(r, PAIR("e :: Idle -> Discard"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "ob.active0", "true");
	ASSERT_TEXT(rig_write(r, "ob.active1", "true"), "");
	rig_run_for(r, 2 * CLOCK_S + CLOCK_MS);
	ASSERT_READ(r, "ob.active1", "false");
	// The first link breaks: the second one takes its place.
	ASSERT_TEXT(rig_write(r, "w.switch", "1"), "");
	rig_run_for(r, 15 * CLOCK_S);
	ASSERT_READ(r, "ob.active1", "false");
	rig_run_for(r, 45 * CLOCK_S);
	ASSERT_READ(r, "ob.active1", "true");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "l: dead020000000001 0 dead020000000001 1 "
						      "flags 00 age 0/256 of 5120/256 s\n"));
	rig_free(r);
}

static void
bad_frames(void)
{
	struct rig *r =
		rig_config(ONE "RigIn(0) -> e -> Discard; RigIn(1) -> [1] e [1] -> Discard;");
	static const char *const bad[] = {"", "0180c2000001" MAC2 "0026 424203 0000 00 00",
		"0180c2000000" MAC2 "0026 424204 0000 00 80",
		"0180c2000000" MAC2 "0026 424203 0001 00 80",
		"0180c2000000" MAC2 "0026 424203 0000 01 80",
		"0180c2000000" MAC2 "0006 424203 0000 00 80",
		"0180c2000000" MAC2 "0026 424203 0000 00 01",
		"0180c2000000" MAC2 "0026 424203 0000 00 00 00"};

	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		rig_push_hex(r, 0, bad[i]);
		rig_push(r, 0, rig_segments(bad[i], 4));
	}
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2 * RTE_DIM(bad));
	rig_push(r, 1, rig_segments(HELLO(MAC0, "00000005", MAC2, "0007", "0400", "00"), 3));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "msgs"), "best dead020000000000 6"));
	rig_free(r);
	rig_truncations(
		"DebugBridge", 1, 1, 0, HELLO(MAC0, "00000005", MAC2, "0007", "0400", "00"), NULL);
}

static void
debugs(void)
{
	struct rig *r = rig_new("DebugBridge", 1, 1);

	rig_push_hex(r, 0, HELLO(MAC0, "00000005", MAC2, "0007", "0480", "81"));
	rig_push_hex(r, 0, "0180c2000000" MAC2 "0007 424203 0000 00 80");
	rig_push_hex(r, 0, "00");
	ASSERT_TEXT(rig_chatter(r),
		"dead020000000000 5 dead020000000002 7 flags 81 age 1152/256 of 5120/256 s\n"
		"topology change notification\nno BPDU\n");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
	r = rig_new_pull("DebugBridge(x)", 1, 1);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	ASSERT_TEXT(rig_chatter(r), "x: no BPDU\n");
	rig_free(r);
	ASSERT_ERRORS("DebugBridge(a, b)", 1, 1, "too many arguments\n");
}

static void
expect_error(const char *args, const char *want)
{
	char config[1000], *errors;

	snprintf(config, sizeof(config),
		BRIDGE("a") "q :: Suppressor; Idle -> q -> Discard;"
			    "e :: EtherSpanTree(%s); Idle -> e -> Discard; Idle -> [1] e [1] -> Discard",
		args);
	errors = rig_config_errors(config);
	if (strstr(errors, want) == NULL)
		ASSERT_TEXT(errors, want);
	free(errors);
}

static void
arguments(void)
{
	expect_error("", "ADDR: required argument missing\n");
	expect_error("x, ia, oa, sa", "ADDR: parse error\n");
	expect_error("1:2:3:4:5:6, nil, oa, sa", "INPUT_SUPPRESSOR: does not name an element\n");
	expect_error("1:2:3:4:5:6, sa, oa, sa",
		"INPUT_SUPPRESSOR: element type mismatch, expected Suppressor\n");
	expect_error("1:2:3:4:5:6, ia, sa, sa",
		"OUTPUT_SUPPRESSOR: element type mismatch, expected Suppressor\n");
	expect_error("1:2:3:4:5:6, q, oa, sa", "INPUT_SUPPRESSOR: has 1 ports, 2 wanted\n");
	expect_error(
		"1:2:3:4:5:6, ia, oa, ia", "SWITCH: element type mismatch, expected EtherSwitch\n");
	expect_error("1:2:3:4:5:6, ia, oa, sa, 5", "too many arguments\n");
}

UNIT_SUITE(etherspantree, UNIT_CASE(says_hello), UNIT_CASE(follows_a_root),
	UNIT_CASE(topology_changes), UNIT_CASE(breaks_a_loop), UNIT_CASE(bad_frames),
	UNIT_CASE(debugs), UNIT_CASE(arguments))
