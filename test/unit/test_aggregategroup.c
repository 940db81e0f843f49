// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
push(struct rig *r, uint32_t aggregate, uint8_t byte)
{
	struct packet *p = packet_make(64, &byte, 1);

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	rig_push(r, 0, p);
}

static void
expect(struct rig *r, const char *want)
{
	struct strbuf order = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, 0); i++)
		strbuf_addc(&order, (char)packet_data(rig_packet(r, 0, i))[0]);
	ASSERT_TEXT(strbuf_text(&order), want);
	strbuf_fini(&order);
}

static void
groups(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: AggregateGroup(10) -> s :: BatchStats"
				   " -> RigOut(0);");
	static const char letters[] = "abcabcaab";

	for (unsigned i = 0; letters[i] != '\0'; i++)
		push(r, (uint32_t)(letters[i] - 'a') * 0x10000, (uint8_t)('0' + i));
	ASSERT_READ(r, "length", "9");
	rig_run_for(r, 9 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	expect(r, "036714825");
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "s.dump", "2: 1\n3: 1\n4: 1\n");
	rig_clear(r);
	push(r, 0x10000, 'x');
	rig_run_for(r, 11 * CLOCK_MS);
	expect(r, "x");
	rig_free(r);
}

static void
bounded(void)
{
	struct rig *r = rig_new("AggregateGroup(1000, CAPACITY 4)", 1, 1);

	push(r, 1, 'a');
	push(r, 2, 'b');
	push(r, 1, 'c');
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push(r, 2, 'd');
	expect(r, "acbd");
	push(r, 2, 'e');
	rig_free(r); // the one that is left is a drop
	// More of one aggregate than a batch holds.
	r = rig_new("AggregateGroup(1, CAPACITY 200)", 1, 1);
	for (unsigned i = 0; i < 150; i++)
		push(r, i & 1, (uint8_t)('0' + (i & 1)));
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 150);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 74))[0], '0');
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 75))[0], '1');
	rig_free(r);
}

// What it emits may come back to it.
static void
loops(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: AggregateGroup(1, CAPACITY 2)"
				   "-> c :: CheckPaint(5); c [0] -> RigOut(0);"
				   "c [1] -> Paint(5) -> e;");

	push(r, 1, 'a');
	push(r, 1, 'b');
	expect(r, "ab");
	ASSERT_READ(r, "length", "0");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: AggregateGroup(10) -> RigOut(0);");
	char *errors;

	push(r, 1, 'a');
	push(r, 2, 'b');
	push(r, 1, 'c');
	errors = rig_swap(r, "RigIn(0) -> e :: AggregateGroup(20, CAPACITY 3) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "length", "2"); // one less than would make them go
	rig_run_for(r, 21 * CLOCK_MS);
	expect(r, "ab");
	rig_free(r);
	ASSERT_ERRORS("AggregateGroup(0)", 1, 1, "TIMER: out of range, bound 1\n");
	ASSERT_ERRORS("AggregateGroup(CAPACITY 1)", 1, 1, "CAPACITY: out of range, bound 2\n");
}

UNIT_SUITE(aggregategroup, UNIT_CASE(groups), UNIT_CASE(bounded), UNIT_CASE(loops),
	UNIT_CASE(hot_swap))
