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
firsts(void)
{
	static const uint32_t aggregates[] = {1, 2, 1, 0, 2, 3, 0};
	struct rig *r = rig_new("AggregateFirst", 1, 2);
	char *order;

	for (unsigned i = 0; i < RTE_DIM(aggregates); i++)
		push(r, aggregates[i]);
	order = rig_order(r);
	ASSERT_TEXT(order, "0 0 1 0 1 0 1");
	free(order);
	rig_free(r);
	r = rig_new_pull("AggregateFirst(CAPACITY 2)", 1, 1);
	for (unsigned i = 0; i < RTE_DIM(aggregates); i++)
		push(r, aggregates[i]);
	rig_pull(r, 0, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 3);
	rig_free(r);
}

#define SYN(port, from, to)                                                          \
	"45000028 00000000 40060000 " from " " to " " port "0050 00000000 00000000 " \
	"50020000 00000000"

static void
push_flow(struct rig *r, const char *hex, int64_t ns)
{
	struct packet *p = rig_hex(hex);

	packet_set_network(p, 0, 20);
	packet_set_timestamp(p, ns);
	rig_push(r, 0, p);
}

// Numbers that end are forgotten.
static void
listens(void)
{
	struct rig *r =
		rig_config("RigIn -> f :: AggregateIPFlows -> e :: AggregateFirst(NOTIFIER f)"
			   "-> RigOut(0); e [1] -> RigOut(1);");
	char *errors;

	push_flow(r, SYN("0001", "01010101", "02020202"), 1);
	push_flow(r, SYN("0001", "01010101", "02020202"), 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	errors = rig_swap(r, "RigIn -> f :: AggregateIPFlows -> e :: AggregateFirst(NOTIFIER f)"
			     "-> RigOut(0); e [1] -> RigOut(1);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	push_flow(r, SYN("0001", "01010101", "02020202"), 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "f.clear", ""), "");
	push_flow(r, SYN("0001", "01010101", "02020202"), 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	errors =
		rig_config_errors("Idle -> c :: Counter -> AggregateFirst(NOTIFIER c) -> Discard;");
	CU_ASSERT_PTR_NOT_NULL(strstr(errors, "c is not an AggregateNotifier"));
	free(errors);
	ASSERT_ERRORS("AggregateFirst(CAPACITY 0)", 1, 1, "CAPACITY: out of range, bound 1\n");
}

UNIT_SUITE(aggregatefirst, UNIT_CASE(firsts), UNIT_CASE(listens))
