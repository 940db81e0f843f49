// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
takes_turns(void)
{
	struct rig *r = rig_new("RoundRobinSwitch", 1, 3);
	char *order;

	for (unsigned i = 0; i < 7; i++)
		rig_push_hex(r, 0, "01");
	order = rig_order(r);
	ASSERT_TEXT(order, "0 1 2 0 1 2 0");
	free(order);
	rig_free(r);
}

static void
takes_turns_within_a_batch(void)
{
	struct rig *r = rig_new("RoundRobinSwitch", 1, 3);
	struct packet *p[64];

	for (unsigned i = 0; i < 64; i++) {
		uint8_t byte = (uint8_t)i;

		p[i] = packet_make(0, &byte, 1);
	}
	rig_push_hex(r, 0, "ff");
	rig_push_batch(r, 0, p, 64);
	CU_ASSERT_EQUAL(rig_count(r, 0), 22);
	CU_ASSERT_EQUAL(rig_count(r, 1), 22);
	CU_ASSERT_EQUAL(rig_count(r, 2), 21);
	rig_expect_hex(r, 1, 0, "00");
	rig_expect_hex(r, 2, 0, "01");
	rig_expect_hex(r, 0, 1, "02");
	rig_expect_hex(r, 1, 21, "3f");
	// The turn goes on behind the batch.
	rig_push_hex(r, 0, "fe");
	rig_expect_hex(r, 2, 21, "fe");
	rig_free(r);
}

static void
keeps_the_order_where_outputs_meet(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: RoundRobinSwitch; o :: RigOut(0);"
				   "e [0] -> Paint(1) -> o; e [1] -> Paint(2) -> o;");
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03"), rig_hex("04")};

	rig_push_batch(r, 0, p, 4);
	for (unsigned i = 0; i < 4; i++) {
		CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, i), p[i]);
		CU_ASSERT_EQUAL(packet_anno_u8(p[i], ANNO_PAINT), 1 + i % 2);
	}
	rig_free(r);
}

static void
one_output(void)
{
	struct rig *r = rig_new("RoundRobinSwitch", 1, 1);

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("RoundRobinSwitch(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(roundrobinswitch, UNIT_CASE(takes_turns), UNIT_CASE(takes_turns_within_a_batch),
	UNIT_CASE(keeps_the_order_where_outputs_meet), UNIT_CASE(one_output))
