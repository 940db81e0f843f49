// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/sequence.h"

static void
assert_order(const char *file, int line, struct rig *r, const char *want)
{
	char *order = rig_order(r);

	unit_assert_text(file, line, order, want);
	free(order);
	rig_clear(r);
}

#define ASSERT_ORDER(r, want) assert_order(__FILE__, __LINE__, r, want)

static void
in_proportion(void)
{
	struct rig *r = rig_new("StrideSwitch(4, 2, 1)", 1, 3);
	struct packet *p[7];

	sequence_feed(r, 0, 7);
	ASSERT_ORDER(r, "0 0 1 0 0 1 2");
	// In a batch every output gets its share of it at once.
	for (unsigned i = 0; i < 7; i++)
		p[i] = rig_hex(i % 2 ? "01" : "00");
	rig_push_batch(r, 0, p, 7);
	ASSERT_ORDER(r, "0 0 0 0 1 1 2");
	rig_free(r);
}

// Where the branches meet again, in their order.
static void
order_is_kept(void)
{
	struct rig *r = rig_config("RigIn -> e :: StrideSwitch(2, 1); n :: Null -> RigOut;"
				   "e [0] -> n; e [1] -> n;");
	struct packet *p[5];

	for (unsigned i = 0; i < 5; i++) {
		const char *const hex[] = {"00", "01", "02", "03", "04"};

		p[i] = rig_hex(hex[i]);
	}
	rig_push_batch(r, 0, p, 5);
	ASSERT_TEXT(sequence_out(r, 0), "0 1 2 3 4");
	rig_free(r);
}

static void
no_tickets(void)
{
	struct rig *r = rig_new("StrideSwitch(0, 0)", 1, 2);

	sequence_feed(r, 0, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	ASSERT_TEXT(rig_write(r, "tickets1", "1"), "");
	sequence_feed(r, 0, 3);
	ASSERT_ORDER(r, "1 1 1");
	ASSERT_READ(r, "config", "0, 1");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("StrideSwitch(1)", 1, 2, "need 2 arguments, one per output port\n");
	ASSERT_ERRORS(
		"StrideSwitch(1, x)", 1, 2, "argument 1 should be number of tickets (integer)\n");
	ASSERT_ERRORS("StrideSwitch(1, -3)", 1, 2, "argument 1 (number of tickets) must be >= 0\n");
	ASSERT_ERRORS("StrideSwitch(1, 99999999999)", 1, 2,
		"warning: output 1's tickets reduced to 32768\n");
}

UNIT_SUITE(strideswitch, UNIT_CASE(in_proportion), UNIT_CASE(order_is_kept), UNIT_CASE(no_tickets),
	UNIT_CASE(arguments))
