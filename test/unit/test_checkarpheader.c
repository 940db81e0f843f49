// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "test/unit/rig.h"

#define ADDRESSES "020000000001 0a000001 000000000000 0a000002"
#define GOOD "0001 0800 06 04 0001" ADDRESSES

static void
good_packets(void)
{
	struct rig *r = rig_new("CheckARPHeader", 1, 2);
	static const char *const good[] = {GOOD, GOOD "000000",
		// Other hardware and other protocols may have addresses of any length.
		"0007 0800 01 04 0001 00000000000000000000",
		"0001 0806 06 00 0001 000000000000000000000000",
		"0001 86dd 06 10 0001" ADDRESSES ADDRESSES "00000000", "0006 0000 00 00 0001"};

	for (unsigned i = 0; i < RTE_DIM(good); i++) {
		rig_push_hex(r, 0, good[i]);
		rig_push(r, 0, rig_segments(good[i], 3));
		rig_expect_hex(r, 0, 2 * i + 1, good[i]);
		CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 2 * i)), 0);
	}
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 28);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 10)), 8);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
	r = rig_new("CheckARPHeader(OFFSET 2)", 1, 2);
	rig_push_hex(r, 0, "0806" GOOD);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 2);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 30);
	rig_free(r);
}

static void
reasons(void)
{
	static const struct {
		const char *hex, *reason;
	} bad[] = {
		{"0001 0800 06 04 00", "tiny packet"},
		{"", "tiny packet"},
		{"0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a0000",
			"too small for addresses"},
		{"0001 0800 ff ff 0001" ADDRESSES, "too small for addresses"},
		{"0001 0800 05 04 0001" ADDRESSES, "bad hardware type/length"},
		{"0001 0800 06 03 0001" ADDRESSES, "bad protocol type/length"},
		{"0001 86dd 06 04 0001" ADDRESSES, "bad protocol type/length"},
	};
	struct rig *r = rig_new("CheckARPHeader(VERBOSE true, DETAILS true)", 1, 2);
	char want[100];

	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		rig_push_hex(r, 0, bad[i].hex);
		snprintf(want, sizeof(want), "ARP header check failed: %s\n", bad[i].reason);
		ASSERT_TEXT(rig_chatter(r), want);
	}
	CU_ASSERT_EQUAL(rig_count(r, 1), RTE_DIM(bad));
	ASSERT_READ(r, "drops", "7");
	ASSERT_READ(r, "drop_details",
		"2\ttiny packet\n2\ttoo small for addresses\n1\tbad hardware type/length\n"
		"2\tbad protocol type/length\n");
	rig_free(r);
}

static void
drops_and_tells_once(void)
{
	struct rig *r = rig_new("CheckARPHeader(4294967295)", 1, 1);

	rig_push_hex(r, 0, GOOD);
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_TEXT(rig_chatter(r), "ARP header check failed: tiny packet\n");
	rig_free(r);
	rig_truncations("CheckARPHeader", 1, 2, 0, GOOD, NULL);
	rig_truncations("CheckARPHeader(3)", 1, 1, 0, GOOD, NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("CheckARPHeader", 1, 2);

	rig_push_hex(r, 0, GOOD);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	ASSERT_ERRORS("CheckARPHeader(x, VERBOSE 2, DETAILS 3)", 1, 1,
		"OFFSET: invalid number\nVERBOSE: parse error\nDETAILS: parse error\n");
	ASSERT_ERRORS("CheckARPHeader(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(checkarpheader, UNIT_CASE(good_packets), UNIT_CASE(reasons),
	UNIT_CASE(drops_and_tells_once), UNIT_CASE(pull_and_arguments))
