// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
push(struct rig *r, uint32_t aggregate)
{
	struct packet *p = rig_hex("00");

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	rig_push(r, 0, p);
}

static void
sends(void)
{
	static const uint32_t aggregates[] = {0, 1, 4, 5, 6, 9, 10, 11, 50, UINT32_MAX};
	struct rig *r =
		rig_new("AggregateFilter(1 5-10, drop 0, allow 1-20 4294967295, 2 40 50-60)", 1, 3);
	char *order;

	for (unsigned i = 0; i < RTE_DIM(aggregates); i++)
		push(r, aggregates[i]);
	order = rig_order(r);
	ASSERT_TEXT(order, "0 0 1 1 1 1 0 2 0");
	free(order);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	push(r, 30);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
	r = rig_new("AggregateFilter(deny 7, allow all)", 1, 1);
	push(r, 6);
	push(r, 7);
	push(r, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("AggregateFilter(allow -)", 1, 1);
	push(r, 6);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("AggregateFilter(allow 1, , drop 2)", 1, 1, "empty pattern 1\n");
	ASSERT_ERRORS("AggregateFilter(1 1)", 1, 1, "pattern 0: expected a port number\n");
	ASSERT_ERRORS("AggregateFilter(x 1)", 1, 1, "pattern 0: expected a port number\n");
	ASSERT_ERRORS("AggregateFilter(allow)", 1, 1, "pattern 0 has no aggregates\n");
	ASSERT_ERRORS("AggregateFilter(allow 1-x 5-4 4294967296)", 1, 1,
		"pattern 0: bad aggregate number '1-x'\npattern 0: bad aggregate number '5-4'\n"
		"pattern 0: bad aggregate number '4294967296'\n");
	ASSERT_ERRORS("AggregateFilter(allow 1-5, drop 2-4)", 1, 1,
		"warning: pattern 1 matches no packets\n");
	ASSERT_ERRORS("AggregateFilter(allow 1-5, drop 3 7)", 1, 1,
		"warning: pattern 1: aggregate 3 already filtered to output 0\n");
}

UNIT_SUITE(aggregatefilter, UNIT_CASE(sends), UNIT_CASE(arguments))
