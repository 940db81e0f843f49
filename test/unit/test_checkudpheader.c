// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define IP "45000021 00070000 401177c3 01000001 02000002 "
#define GOOD IP "03e807d0 000dc752 6162636465"
#define UNSUMMED IP "03e807d0 000d0000 6162636465"

static void
good_packets(void)
{
	struct rig *r = rig_new("CheckUDPHeader", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(GOOD)));
	rig_push(r, 0, ippacket_marked(rig_segments(GOOD, 3)));
	rig_push(r, 0, ippacket_marked(rig_hex(UNSUMMED)));
	rig_push(r, 0, ippacket_marked(rig_hex(GOOD "ffff")));
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_expect_hex(r, 0, 1, GOOD);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
reasons(void)
{
	static const struct {
		const char *hex, *reason;
	} bad[] = {
		{"45000021 00070000 400677c3 01000001 02000002 03e807d0 000dc752 6162636465",
			"not UDP"},
		{IP "03e807d0 000dc752 61626364", "bad packet length"},
		{IP "03e807d0 00070000 6162636465", "bad packet length"},
		{IP "03e807d0 000e0000 6162636465", "bad packet length"},
		{IP "03e807d0 000dc7", "bad packet length"},
		{"44000021 00070000 401177c3 01000001 02000002 03e807d0 000dc752 6162636465",
			"bad packet length"},
		{IP "03e807d0 000dc752 6162636466", "bad UDP checksum"},
		{IP "03e807d1 000dc752 6162636465", "bad UDP checksum"},
	};
	struct rig *r = rig_new("CheckUDPHeader(VERBOSE true, DETAILS true)", 1, 2);
	char want[100];

	rig_push_hex(r, 0, GOOD);
	ASSERT_TEXT(rig_chatter(r), "UDP header check failed: not UDP\n");
	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		rig_push(r, 0, ippacket_marked(rig_hex(bad[i].hex)));
		snprintf(want, sizeof(want), "UDP header check failed: %s\n", bad[i].reason);
		ASSERT_TEXT(rig_chatter(r), want);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), RTE_DIM(bad) + 1);
	ASSERT_READ(r, "drops", "9");
	ASSERT_READ(r, "drop_details", "2\tnot UDP\n5\tbad packet length\n2\tbad UDP checksum\n");
	rig_free(r);
}

static void
drops_and_tells_once(void)
{
	struct rig *r = rig_new("CheckUDPHeader", 1, 1);

	rig_push_hex(r, 0, GOOD);
	rig_push(r, 0, ippacket_marked(rig_hex(IP)));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_TEXT(rig_chatter(r), "UDP header check failed: not UDP\n");
	rig_free(r);
	rig_truncations("CheckUDPHeader", 1, 2, 0, GOOD, ippacket_mark);
	rig_truncations("CheckUDPHeader", 1, 1, 0, UNSUMMED, ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("CheckUDPHeader", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(GOOD)));
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	ASSERT_ERRORS("CheckUDPHeader(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckUDPHeader(VERBOSE 2)", 1, 1, "VERBOSE: parse error\n");
	ASSERT_ERRORS("CheckUDPHeader(DETAILS x)", 1, 1, "DETAILS: parse error\n");
}

UNIT_SUITE(checkudpheader, UNIT_CASE(good_packets), UNIT_CASE(reasons),
	UNIT_CASE(drops_and_tells_once), UNIT_CASE(pull_and_arguments))
