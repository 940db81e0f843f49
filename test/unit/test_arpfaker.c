// SPDX-License-Identifier: BSD-3-Clause
#include "src/clock.h"
#include "test/unit/rig.h"

#define FAKER "ARPFaker(10.0.0.2, 2:0:0:0:0:2, 10.0.0.1, 2:0:0:0:0:1)"

static void
fakes(void)
{
	struct rig *r = rig_new(FAKER, 0, 1);

	rig_run_for(r, CLOCK_S - CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0,
		"020000000002 020000000001 0806 0001 0800 06 04 0002 020000000001 0a000001 "
		"020000000002 0a000002");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_run_for(r, 10 * CLOCK_S - 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_run_for(r, 30 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ARPFaker", 0, 1,
		"DSTIP: required argument missing\nDSTETH: required argument missing\n"
		"SRCIP: required argument missing\nSRCETH: required argument missing\n");
	ASSERT_ERRORS("ARPFaker(a, b, c, d)", 0, 1,
		"DSTIP: parse error\nDSTETH: parse error\nSRCIP: parse error\nSRCETH: parse error\n");
	ASSERT_ERRORS("ARPFaker(1.2.3.4, 1:2:3:4:5:6, 1.2.3.4, 1:2:3:4:5:6, 5)", 0, 1,
		"too many arguments\n");
}

UNIT_SUITE(arpfaker, UNIT_CASE(fakes), UNIT_CASE(arguments))
