// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define UDP "45000020 00000000 40110000 01000001 01000002 00010002 000c0000 61626364"
#define TCP                                                                                         \
	"45000030 00000000 40060000 01000001 01000002 00010002 00000000 00000000 60000000 00000000" \
	"01010101 65666768"

static void
strips(void)
{
	struct rig *r = rig_new("StripTransportHeader", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(UDP)));
	rig_push(r, 0, ippacket_marked(rig_hex(TCP)));
	rig_push(r, 0, ippacket_marked(rig_segments(TCP, 3)));
	rig_expect_hex(r, 0, 0, "61626364");
	rig_expect_hex(r, 0, 1, "65666768");
	rig_expect_hex(r, 0, 2, "65666768");
	rig_push_hex(r, 0, UDP); // without header places
	rig_push(r, 0, ippacket_marked(rig_hex("45000014 00000000 40010000 01000001 01000002")));
	rig_push(r, 0,
		ippacket_marked(rig_hex("45000016 00000000 40110000 01000001 01000002 0001")));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	rig_free(r);
	rig_truncations("StripTCPHeader", 1, 1, 0, TCP, ippacket_mark);
	ASSERT_ERRORS("StripUDPHeader(1)", 1, 1, "too many arguments\n");
}

static void
brings_back(void)
{
	struct rig *r = rig_config("RigIn(0) -> StripTransportHeader -> e :: UnstripTransportHeader"
				   " -> UnstripTCPHeader -> RigOut(0);");

	rig_push(r, 0, ippacket_marked(rig_hex(UDP)));
	rig_expect_hex(r, 0, 0, "00010002 000c0000 61626364");
	rig_free(r);
	r = rig_new_pull("UnstripTransportHeader", 1, 1);
	rig_push_hex(r, 0, "0102");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "0102");
	rig_free(r);
}

UNIT_SUITE(transportheader, UNIT_CASE(strips), UNIT_CASE(brings_back))
