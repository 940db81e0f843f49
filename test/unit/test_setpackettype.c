// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
sets_the_type(void)
{
	const char *const names[] = {
		"HOST", "BROADCAST", "multicast", "OtherHost", "outgoing", "LOOPBACK"};

	for (unsigned i = 0; i < RTE_DIM(names); i++) {
		char config[64];
		struct rig *r;

		snprintf(config, sizeof(config), "SetPacketType(%s)", names[i]);
		r = rig_new(config, 1, 1);
		rig_push_hex(r, 0, "01");
		CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 0)), i);
		rig_free(r);
	}
}

static void
pulls_and_configures_live(void)
{
	struct rig *r = rig_new_pull("SetPacketType(BROADCAST)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 0)), PACKET_BROADCAST);
	ASSERT_TEXT(rig_write(r, "config", "TYPE OUTGOING"), "");
	ASSERT_TEXT(rig_write(r, "config", "x"), "unrecognized packet type 'x'\n");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 1)), PACKET_OUTGOING);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SetPacketType", 1, 1, "TYPE: required argument missing\n");
	ASSERT_ERRORS("SetPacketType(Fastroute)", 1, 1, "unrecognized packet type 'Fastroute'\n");
	ASSERT_ERRORS("SetPacketType(HOST, HOST)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(setpackettype, UNIT_CASE(sets_the_type), UNIT_CASE(pulls_and_configures_live),
	UNIT_CASE(arguments))
