// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static struct rig *
pull_rig(const char *discard)
{
	char config[100];

	snprintf(config, sizeof(config), "RigIn(0) -> PullNull -> e :: %s;", discard);
	return rig_config(config);
}

static void
push_n(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, "01");
}

static void
counts_what_is_pushed(void)
{
	struct rig *r = rig_new("Discard", 1, 0);
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03")};

	ASSERT_READ(r, "count", "0");
	rig_push_batch(r, 0, p, 3);
	ASSERT_READ(r, "count", "3");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	push_n(r, 2);
	ASSERT_READ(r, "count", "2");
	// Counters are never taken back.
	CU_ASSERT_EQUAL(rig_drops(r, 0), 5);
	ASSERT_READ(r, "handlers",
		"reset_counts\twb\ncount\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\n"
		"name\tr.\n");
	rig_free(r);
}

static void
pulls_one_at_a_time(void)
{
	struct rig *r = rig_config("RigIn(0) -> q :: Queue -> e :: Discard;"
				   "s :: InfiniteSource(LIMIT 3, BURST 3) -> q;");

	rig_run(r, 1);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "q.length", "0");
	rig_free(r);
	// A run of the task takes one packet: this many in a round of the driver.
	r = pull_rig("Discard");
	push_n(r, 200);
	rig_run(r, 1);
	ASSERT_READ(r, "count", "128");
	rig_free(r);
	r = pull_rig("Discard(BURST 3)");
	push_n(r, 500);
	rig_run(r, 1);
	ASSERT_READ(r, "count", "384");
	rig_free(r);
	r = pull_rig("Discard(BURST 0)");
	push_n(r, 500);
	rig_run(r, 1);
	ASSERT_READ(r, "count", "500");
	rig_free(r);
}

static void
sleeps_while_there_is_nothing(void)
{
	struct rig *r = rig_config("RigIn(0) -> q :: Queue -> e :: Discard;");

	ASSERT_READ(r, "scheduled", "true");
	rig_run(r, 20);
	ASSERT_READ(r, "scheduled", "false");
	push_n(r, 2);
	ASSERT_READ(r, "scheduled", "true");
	rig_run(r, 1);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
	// Nobody tells it that there is nothing: it looks again and again.
	r = pull_rig("Discard");
	rig_run(r, 20);
	ASSERT_READ(r, "scheduled", "true");
	rig_free(r);
}

static void
can_be_switched_off(void)
{
	struct rig *r = pull_rig("Discard(ACTIVE false)");

	push_n(r, 3);
	rig_run(r, 3);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 3);
	ASSERT_READ(r, "count", "3");
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	ASSERT_READ(r, "scheduled", "false");
	push_n(r, 3);
	rig_run(r, 3);
	ASSERT_READ(r, "count", "3");
	ASSERT_TEXT(rig_write(r, "active", "x"), "syntax error\n");
	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\nactive\trwc\nreset_counts\twb\n"
		"count\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
count_moves_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Discard; RigIn(1) -> new :: Discard;");
	struct element *new = rig_find(r, "new");

	push_n(r, 4);
	rig_write(r, "reset_counts", "");
	push_n(r, 3);
	element_take_drops(new, rig_element(r));
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	ASSERT_READ(r, "new.count", "3");
	rig_push_hex(r, 1, "01");
	ASSERT_READ(r, "new.count", "4");
	rig_write(r, "new.reset_counts", "");
	ASSERT_READ(r, "new.count", "0");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Discard(ACTIVE false)", 1, 0, "ACTIVE is meaningless in push context\n");
	ASSERT_ERRORS("Discard(BURST 5)", 1, 0, "");
	ASSERT_ERRORS("Discard(BURST -1)", 1, 0, "BURST: invalid number\n");
	ASSERT_ERRORS("Discard(ACTIVE x)", 1, 0, "ACTIVE: parse error\n");
	ASSERT_ERRORS("Discard(true)", 1, 0, "too many arguments\n");
}

UNIT_SUITE(discard, UNIT_CASE(counts_what_is_pushed), UNIT_CASE(pulls_one_at_a_time),
	UNIT_CASE(sleeps_while_there_is_nothing), UNIT_CASE(can_be_switched_off),
	UNIT_CASE(count_moves_to_a_new_one), UNIT_CASE(arguments))
