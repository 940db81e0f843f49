// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

static void
push(struct rig *r, uint32_t aggregate, const char *hex, int64_t ns)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	packet_set_timestamp(p, ns);
	rig_push(r, 0, p);
}

static void
lasts(void)
{
	struct rig *r = rig_new("AggregateLast(STOP_AFTER_CLEAR true, CAPACITY 2)", 1, 2);
	const struct packet *p;

	push(r, 1, "01", 10);
	push(r, 2, "0202", 20);
	push(r, 1, "010101", 30);
	push(r, 1, "0101", 40);
	push(r, 3, "03", 50);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_expect_hex(r, 1, 0, "01");
	rig_expect_hex(r, 1, 1, "010101");
	rig_expect_hex(r, 1, 2, "03");
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run(r, 5);
	CU_ASSERT_TRUE(rig_stopped(r));
	CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, "0101");
	rig_expect_hex(r, 0, 1, "0202");
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_PACKETS), 2);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 4);
	CU_ASSERT_EQUAL(packet_anno_u64(p, ANNO_FIRST_TIMESTAMP), 10);
	CU_ASSERT_EQUAL(packet_timestamp(p), 40);
	rig_free(r);
}

// What is held is part of the balance, moves to a new router, and is dropped at the end.
static void
holds(void)
{
	struct rig *r = rig_config("RigIn -> e :: AggregateLast -> RigOut;");
	char *errors;

	push(r, 1, "01", 10);
	push(r, 1, "02", 10);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	errors = rig_swap(r, "RigIn -> e :: AggregateLast -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	// Before the next packet.
	push(r, 1, "03", 10);
	rig_expect_hex(r, 0, 0, "02");
	rig_free(r);
}

static void
listens(void)
{
	struct rig *r = rig_config("RigIn -> f :: AggregateIPAddrPair(TIMEOUT 10, REAP 20)"
				   "-> e :: AggregateLast(NOTIFIER f) -> RigOut(0);");
	int64_t seconds[] = {1, 2, 15, 100};

	for (unsigned i = 0; i < RTE_DIM(seconds); i++) {
		struct packet *p = rig_hex("45000014 00000000 40060000 01010101 02020202");

		packet_set_network(p, 0, 20);
		packet_set_timestamp(p, seconds[i] * 1000000000);
		rig_push(r, 0, p);
	}
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 2000000000);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 1)), 15000000000);
	rig_free(r);
	ASSERT_ERRORS("AggregateLast(STOP_AFTER_CLEAR x)", 1, 1, "STOP_AFTER_CLEAR: parse error\n");
}

static void
push_pair(struct rig *r, unsigned number, int64_t seconds)
{
	char *hex = mem_printf("45000014 00000000 40060000 0a00%04x 02020202", number);
	struct packet *p = rig_hex(hex);

	packet_set_network(p, 0, 20);
	packet_set_timestamp(p, seconds * 1000000000);
	rig_push(r, 0, p);
	free(hex);
}

// What the first of many packets calls on its way out ends another aggregate meanwhile.
static void
called_while_it_emits(void)
{
	struct rig *r = rig_config("RigIn -> f :: AggregateIPAddrPair(TIMEOUT 10, REAP 20)"
				   "-> e :: AggregateLast(NOTIFIER f)"
				   "-> AggregateCounter(COUNT_CALL 1 e.clear) -> RigOut(0);");
	enum { PAIRS = 2 * BATCH_MAX + 88 };

	for (unsigned i = 0; i < PAIRS; i++)
		push_pair(r, i, 1);
	push_pair(r, PAIRS, 12);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_pair(r, PAIRS, 21);
	CU_ASSERT_EQUAL(rig_count(r, 0), PAIRS + 1);
	for (unsigned i = 0; i < rig_count(r, 0); i++) {
		rte_be32_t src = 0;

		packet_read(rig_packet(r, 0, i), 12, &src, sizeof(src));
		if (rte_be_to_cpu_32(src) != 0x0a000000 + i)
			CU_FAIL("wrong packet");
	}
	rig_free(r);
}

UNIT_SUITE(aggregatelast, UNIT_CASE(lasts), UNIT_CASE(holds), UNIT_CASE(listens),
	UNIT_CASE(called_while_it_emits))
