// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
push_n(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, "01");
}

static void
pulls_and_pushes(void)
{
	struct rig *r = rig_new_unqueue("Unqueue", 1, 1);
	struct packet *p[] = {rig_hex("01"), rig_hex("02")};

	rig_push_batch(r, 0, p, 2);
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, 1), p[1]);
	ASSERT_READ(r, "count", "2");
	// Nobody tells it that nothing is there.
	ASSERT_READ(r, "scheduled", "true");
	rig_free(r);
}

static void
one_burst_in_a_run(void)
{
	struct rig *r = rig_new_unqueue("Unqueue", 1, 1);

	// A round of the driver is 128 runs.
	push_n(r, 200);
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 128);
	rig_free(r);
	r = rig_new_unqueue("Unqueue(BURST 2)", 1, 1);
	push_n(r, 300);
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 256);
	rig_free(r);
	r = rig_new_unqueue("Unqueue(-1)", 1, 1);
	ASSERT_READ(r, "burst", "2147483647");
	push_n(r, 300);
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 300);
	rig_free(r);
}

static void
limit(void)
{
	struct rig *r = rig_new_unqueue("Unqueue(BURST 3, LIMIT 4)", 1, 1);

	push_n(r, 20);
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_READ(r, "limit", "4");
	ASSERT_TEXT(rig_write(r, "limit", "6"), "");
	ASSERT_READ(r, "scheduled", "true");
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 12);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_TEXT(rig_write(r, "limit", "-1"), "");
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 20);
	rig_free(r);
	r = rig_new_unqueue("Unqueue(LIMIT 0)", 1, 1);
	ASSERT_READ(r, "scheduled", "false");
	push_n(r, 1);
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
can_be_switched_off(void)
{
	struct rig *r = rig_new_unqueue("Unqueue(ACTIVE false)", 1, 1);

	push_n(r, 3);
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "active", "false");
	// Other writes do not start it.
	ASSERT_TEXT(rig_write(r, "limit", "2"), "");
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	ASSERT_READ(r, "scheduled", "true");
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

// What is called downstream finds the packet counted, and may end it.
static void
calls_from_downstream(void)
{
	struct rig *r = rig_config("RigIn(0) -> q :: Queue -> e :: Unqueue"
				   " -> Counter(COUNT_CALL 3 e.active false) -> RigOut(0);");

	push_n(r, 5);
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "q.length", "2");
	ASSERT_READ(r, "scheduled", "false");
	rig_free(r);
}

static void
sleeps_while_there_is_nothing(void)
{
	struct rig *r = rig_config("RigIn(0) -> q :: Queue -> e :: Unqueue(BURST 4) -> RigOut(0);");

	rig_run(r, 20);
	ASSERT_READ(r, "scheduled", "false");
	push_n(r, 6);
	rig_run(r, 20);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	ASSERT_READ(r, "scheduled", "false");
	rig_free(r);
}

static void
burst_0_pulls_nothing(void)
{
	struct rig *r;

	ASSERT_ERRORS("Unqueue(0)", 1, 1, "warning: BURST size 0, no packets will be pulled\n");
	r = rig_new_unqueue("Unqueue(0)", 1, 1);
	push_n(r, 2);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "burst", "5"), "");
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
count_moves_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> PullNull -> e :: Unqueue -> RigOut(0);"
				   "RigIn(1) -> PullNull -> new :: Unqueue -> RigOut(1);");
	struct element *new = rig_find(r, "new");

	push_n(r, 2);
	rig_run(r, 2);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	ASSERT_READ(r, "new.count", "2");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_unqueue("Unqueue", 1, 1);

	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\nreset_counts\twUb\nreset\twb\nlimit\trw\n"
		"burst\trw\ncount\tr\nactive\trwc\nhandlers\tr.\nports\tr.\nconfig\tr.\n"
		"class\tr.\nname\tr.\n");
	ASSERT_READ(r, "burst", "1");
	ASSERT_READ(r, "limit", "-1");
	ASSERT_TEXT(rig_write(r, "burst", "-5"), "");
	ASSERT_READ(r, "burst", "2147483647");
	ASSERT_TEXT(rig_write(r, "burst", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "syntax error\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Unqueue(x)", 1, 1, "BURST: invalid number\n");
	ASSERT_ERRORS("Unqueue(1, 2)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Unqueue(ACTIVE x)", 1, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("Unqueue(LIMIT x)", 1, 1, "LIMIT: invalid number\n");
}

UNIT_SUITE(unqueue, UNIT_CASE(pulls_and_pushes), UNIT_CASE(one_burst_in_a_run), UNIT_CASE(limit),
	UNIT_CASE(can_be_switched_off), UNIT_CASE(calls_from_downstream),
	UNIT_CASE(sleeps_while_there_is_nothing), UNIT_CASE(burst_0_pulls_nothing),
	UNIT_CASE(count_moves_to_a_new_one), UNIT_CASE(handlers), UNIT_CASE(arguments))
