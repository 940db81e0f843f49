// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static struct packet *
of_aggregate(uint32_t aggregate, const char *hex)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	return p;
}

static void
counts_packets(void)
{
	static const char config[] = "RigIn(0) -> e :: AggregateCounterVector(3) -> RigOut(0);";
	struct rig *r = rig_config(config);
	struct packet *p = of_aggregate(2, "00");
	char *errors;

	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, 4);
	rig_push(r, 0, of_aggregate(1, "00"));
	rig_push(r, 0, of_aggregate(5, "00")); // the same two bits
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "dump", "1 2\n2 5\n");
	ASSERT_READ(r, "count", "7");
	ASSERT_TEXT(rig_read_param(r, "count", "1"), "2");
	ASSERT_TEXT(rig_read_param(r, "count", "0"), "0");
	ASSERT_TEXT(rig_read_error(r, "count", "4"), "expected an index, 0 to 3\n");
	ASSERT_TEXT(rig_read_error(r, "count", "x"), "expected an index, 0 to 3\n");
	ASSERT_TEXT(rig_write(r, "stop", ""), "");
	ASSERT_READ(r, "active", "false");
	rig_push(r, 0, of_aggregate(1, "00"));
	ASSERT_READ(r, "count", "7");
	ASSERT_TEXT(rig_write(r, "active", "x"), "expected boolean\n");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_push(r, 0, of_aggregate(1, "00"));
	ASSERT_READ(r, "count", "8");
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "dump", "1 3\n2 5\n");
	rig_push(r, 0, of_aggregate(0, "00"));
	ASSERT_READ(r, "dump", "0 1\n1 3\n2 5\n");
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	ASSERT_READ(r, "dump", "");
	rig_free(r);
}

static void
counts_bytes(void)
{
	struct rig *r = rig_new("AggregateCounterVector(0, BYTES true, ACTIVE false)", 1, 1);
	struct packet *p = of_aggregate(9, "0000");

	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	rig_push(r, 0, p);
	ASSERT_READ(r, "dump", "0 102\n");
	rig_free(r);
	r = rig_new_pull("AggregateCounterVector(1, IP_BYTES true, EXTRA_LENGTH false,"
			 " MULTIPACKET false)",
		1, 1);
	p = of_aggregate(1, "ffff 4500");
	packet_set_network(p, 2, 20);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	rig_push(r, 0, p);
	rig_push(r, 0, of_aggregate(0, "000000"));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	ASSERT_READ(r, "dump", "0 3\n1 2\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("AggregateCounterVector", 1, 1, "MASK: required argument missing\n");
	ASSERT_ERRORS("AggregateCounterVector(5)", 1, 1, "MASK must be a power of 2, minus 1\n");
	ASSERT_ERRORS(
		"AggregateCounterVector(0x1fffff)", 1, 1, "MASK: out of range, bound 1048575\n");
}

UNIT_SUITE(aggregatecountervector, UNIT_CASE(counts_packets), UNIT_CASE(counts_bytes),
	UNIT_CASE(arguments))
