// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
push(struct rig *r, unsigned input, uint32_t aggregate, uint32_t number)
{
	struct packet *p = rig_hex("00");

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	packet_set_anno_u32(p, ANNO_PACKET_NUMBER, number);
	rig_push(r, input, p);
}

static void
numbers(void)
{
	struct rig *r = rig_new("AggregatePacketCounter", 2, 2);

	for (uint32_t i = 5; i > 0; i--)
		push(r, 0, 1, i);
	push(r, 1, 1, 2);
	push(r, 1, 1, 4);
	push(r, 0, 1, 4);
	push(r, 1, 2, 7);
	push(r, 1, 0, 7);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	CU_ASSERT_EQUAL(rig_count(r, 1), 4);
	ASSERT_READ(r, "count", "9");
	ASSERT_TEXT(rig_read_param(r, "received", "1"), "1\n2\n3\n4\n5\n");
	ASSERT_TEXT(rig_read_param(r, "undelivered", "1"), "1\n3\n4\n5\n");
	ASSERT_TEXT(rig_read_param(r, "undelivered", "2"), "");
	ASSERT_TEXT(rig_read_error(r, "received", "x"), "argument should be aggregate number\n");
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	ASSERT_TEXT(rig_read_param(r, "received", "1"), "");
	push(r, 0, 1, 1);
	ASSERT_TEXT(rig_read_param(r, "undelivered", "1"), "1\n");
	rig_free(r);
	CU_ASSERT_TRUE(true);
}

static void
limits(void)
{
	struct rig *r = rig_new_pull("AggregatePacketCounter(CAPACITY 1, ANNO NONE)", 1, 1);

	push(r, 0, 1, 1);
	push(r, 0, 1, 2);
	push(r, 0, 2, 2);
	rig_pull(r, 0, 8);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "overflows", "1");
	ASSERT_TEXT(rig_read_param(r, "received", "1"), "0\n");
	ASSERT_TEXT(rig_read_error(r, "undelivered", "1"), "needs two ports\n");
	rig_free(r);
	ASSERT_ERRORS("AggregatePacketCounter(ANNO what)", 1, 1, "bad ANNO\n");
	r = rig_new("AggregatePacketCounter(ANNO 24)", 1, 1);
	push(r, 0, 5, 9);
	ASSERT_TEXT(rig_read_param(r, "received", "5"), "0\n");
	rig_free(r);
}

UNIT_SUITE(aggregatepacketcounter, UNIT_CASE(numbers), UNIT_CASE(limits))
