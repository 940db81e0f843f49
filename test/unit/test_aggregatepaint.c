// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
expect(const char *element, uint32_t want)
{
	struct rig *r = rig_new(element, 1, 1);
	struct packet *p = rig_hex("00");

	packet_set_anno_u8(p, ANNO_PAINT, 0xfd);
	packet_set_anno_u32(p, ANNO_AGGREGATE, 7);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_AGGREGATE), want);
	rig_free(r);
}

static void
paints(void)
{
	expect("AggregatePaint", 0xfd);
	expect("AggregatePaint(3)", 5);
	expect("AggregatePaint(3, INCREMENTAL true)", 7 * 8 + 5);
	expect("AggregatePaint(8, INCREMENTAL true)", 0x7fd);
	ASSERT_ERRORS("AggregatePaint(0)", 1, 1, "bad number of bits\n");
	ASSERT_ERRORS("AggregatePaint(9)", 1, 1, "bad number of bits\n");
	ASSERT_ERRORS("AggregatePaint(INCREMENTAL x)", 1, 1, "INCREMENTAL: parse error\n");
}

UNIT_SUITE(aggregatepaint, UNIT_CASE(paints))
