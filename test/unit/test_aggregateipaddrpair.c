// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
prepare(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
push(struct rig *r, unsigned from, unsigned to, int64_t seconds)
{
	char *hex = mem_printf("45000014 00000000 40060000 0a0000%02x 0a0000%02x", from, to);
	struct packet *p = rig_hex(hex);

	prepare(p);
	packet_set_timestamp(p, seconds * CLOCK_S);
	rig_push(r, 0, p);
	free(hex);
}

// Aggregate and paint of each packet.
static void
expect(struct rig *r, const char *want)
{
	struct strbuf got = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, 0); i++)
		strbuf_addf(&got, "%s%u/%u", i ? " " : "",
			packet_anno_u32(rig_packet(r, 0, i), ANNO_AGGREGATE),
			packet_anno_u8(rig_packet(r, 0, i), ANNO_PAINT));
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
}

static void
numbers_pairs(void)
{
	struct rig *r = rig_new("AggregateIPAddrPair", 1, 2);

	push(r, 1, 2, 1);
	push(r, 2, 1, 1);
	push(r, 3, 2, 1);
	push(r, 2, 3, 100000);
	push(r, 1, 2, 1);
	push(r, 4, 4, 1);
	push(r, 4, 4, 1);
	expect(r, "1/0 1/1 2/0 2/1 1/0 3/0 3/0");
	rig_push_hex(r, 0, "45000014 00000000 40060000 01010101 02020202");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	rig_clear(r);
	push(r, 1, 2, 1);
	expect(r, "4/0");
	rig_free(r);
	r = rig_new_pull("AggregateIPAddrPair(TIMEOUT 10, CAPACITY 1)", 1, 1);
	push(r, 1, 2, 1);
	push(r, 2, 1, 11);
	push(r, 2, 1, 22);
	push(r, 2, 3, 22);
	rig_pull(r, 0, 8);
	expect(r, "1/0 1/1 2/0");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
}

static void
truncations(void)
{
	rig_truncations("AggregateIPAddrPair", 1, 2, 0,
		"45000014 00000000 40060000 01010101 02020202", prepare);
	ASSERT_ERRORS("AggregateIPAddrPair(TIMEOUT x, REAP x)", 1, 1,
		"TIMEOUT: parse error\nREAP: parse error\n");
}

UNIT_SUITE(aggregateipaddrpair, UNIT_CASE(numbers_pairs), UNIT_CASE(truncations))
