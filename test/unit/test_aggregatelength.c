// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static uint32_t
aggregate(struct rig *r, unsigned i)
{
	return packet_anno_u32(rig_packet(r, 0, i), ANNO_AGGREGATE);
}

static void
lengths(void)
{
	struct rig *r = rig_new("AggregateLength", 1, 1);
	struct packet *p = rig_hex("00010203");

	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(aggregate(r, 0), 104);
	rig_free(r);
	r = rig_new_pull("AggregateLength(IP true)", 1, 1);
	p = rig_hex("00010203");
	packet_set_network(p, 1, 2);
	rig_push(r, 0, p);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(aggregate(r, 0), 3);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	ASSERT_ERRORS("AggregateLength(IP x)", 1, 1, "IP: parse error\n");
}

UNIT_SUITE(aggregatelength, UNIT_CASE(lengths))
