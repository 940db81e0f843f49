// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static struct packet *
of_flow(unsigned proto, unsigned port)
{
	char hex[80];

	snprintf(hex, sizeof(hex),
		"4500001c 00000000 40%02x0000 01000001 01000002 %04x 0035 0008 0000", proto, port);
	return ippacket_marked(rig_hex(hex));
}

static uint32_t
aggregate(struct rig *r, unsigned i)
{
	return packet_anno_u32(rig_packet(r, 0, i), ANNO_AGGREGATE);
}

static void
hashes_flows(void)
{
	struct rig *r = rig_new("AggregateHash", 1, 2);
	unsigned n = 0;

	rig_push(r, 0, of_flow(17, 1));
	rig_push(r, 0, of_flow(17, 1));
	rig_push(r, 0, of_flow(17, 2));
	rig_push(r, 0, of_flow(1, 1));
	rig_push(r, 0, of_flow(1, 2)); // ICMP has no ports
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(aggregate(r, 0), aggregate(r, 1));
	CU_ASSERT_NOT_EQUAL(aggregate(r, 0), aggregate(r, 2));
	CU_ASSERT_NOT_EQUAL(aggregate(r, 0), aggregate(r, 3));
	CU_ASSERT_EQUAL(aggregate(r, 3), aggregate(r, 4));
	rig_free(r);
	r = rig_new_pull("AggregateHash(1)", 1, 1);
	for (unsigned i = 0; i < 64; i++)
		rig_push(r, 0, of_flow(17, i));
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 64);
	rig_pull(r, 0, 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	for (unsigned i = 0; i < 64; i++) {
		CU_ASSERT(aggregate(r, i) < 2);
		n += aggregate(r, i);
	}
	CU_ASSERT(n > 8 && n < 56);
	rig_free(r);
	rig_truncations("AggregateHash", 1, 1, 0,
		"4600001c 00000000 40110000 01000001 01000002 00000000 0001 0035 0008 0000",
		ippacket_mark);
	ASSERT_ERRORS("AggregateHash(0)", 1, 1, "bad number of bits\n");
	ASSERT_ERRORS("AggregateHash(33)", 1, 1, "bad number of bits\n");
}

UNIT_SUITE(aggregatehash, UNIT_CASE(hashes_flows))
