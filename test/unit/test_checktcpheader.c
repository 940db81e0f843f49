// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define IP "4500002d 00070000 400677c2 01000001 02000002 "
#define TCP "000a0014 00000064 000000c8 50182000 47a90000 "
#define GOOD IP TCP "68656c6c6f"
// A loose source route to 3.0.0.3 and a TCP option.
#define OPTIONS                                                                             \
	"47000034 00070000 4006ebb0 01000001 02000002 83070403 00000300 000a0014 00000064 " \
	"000000c8 60182000 72ff0000 02040578"

static void
good_packets(void)
{
	struct rig *r = rig_new("CheckTCPHeader", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(GOOD)));
	rig_push(r, 0, ippacket_marked(rig_segments(GOOD, 3)));
	rig_push(r, 0, ippacket_marked(rig_hex(OPTIONS)));
	rig_push(r, 0, ippacket_marked(rig_segments(OPTIONS, 7)));
	// What follows the IP length does not count.
	rig_push(r, 0, ippacket_marked(rig_hex(GOOD "ffff")));
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	rig_expect_hex(r, 0, 1, GOOD);
	rig_expect_hex(r, 0, 3, OPTIONS);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
reasons(void)
{
	static const struct {
		const char *hex, *reason;
	} bad[] = {
		{"4500002d 00070000 401177b7 01000001 02000002" TCP "68656c6c6f", "not TCP"},
		{IP TCP "68656c6c", "bad packet length"},
		{IP "000a0014 00000064 000000c8 40182000 47a90000 68656c6c6f", "bad packet length"},
		{IP "000a0014 00000064 000000c8 70182000 47a90000 68656c6c6f", "bad packet length"},
		{"45000013 00070000 400677c2 01000001 02000002" TCP, "bad packet length"},
		{"44000028 00070000 400677c2 01000001 02000002" TCP, "bad packet length"},
		{IP TCP "68656c6c6e", "bad TCP checksum"},
		{"4500002d 00070000 400677c2 01000001 02000003" TCP "68656c6c6f",
			"bad TCP checksum"},
	};
	struct rig *r = rig_new("CheckTCPHeader(VERBOSE true, DETAILS true)", 1, 2);
	char want[100];

	rig_push_hex(r, 0, GOOD);
	ASSERT_TEXT(rig_chatter(r), "e :: CheckTCPHeader: TCP header check failed: not TCP\n");
	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		rig_push(r, 0, ippacket_marked(rig_hex(bad[i].hex)));
		snprintf(want, sizeof(want), "e :: CheckTCPHeader: TCP header check failed: %s\n",
			bad[i].reason);
		ASSERT_TEXT(rig_chatter(r), want);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), RTE_DIM(bad) + 1);
	ASSERT_READ(r, "drops", "9");
	ASSERT_READ(r, "drop_details", "2\tnot TCP\n5\tbad packet length\n2\tbad TCP checksum\n");
	ASSERT_READ(r, "handlers",
		"drop_details\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\n"
		"name\tr.\n");
	rig_free(r);
}

static void
drops_and_tells_once(void)
{
	struct rig *r = rig_new("CheckTCPHeader", 1, 1);
	char *errors;

	rig_push_hex(r, 0, GOOD);
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_TEXT(rig_chatter(r), "e :: CheckTCPHeader: TCP header check failed: not TCP\n");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rig_read_error(r, "drop_details", ""), "no 'e.drop_details'"));
	errors = rig_swap(r, "RigIn(0) -> e :: CheckTCPHeader -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "2");
	errors = rig_swap(r, "RigIn(0) -> e :: CheckUDPHeader -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
truncated(void)
{
	rig_truncations("CheckTCPHeader", 1, 2, 0, GOOD, ippacket_mark);
	rig_truncations("CheckTCPHeader", 1, 1, 0, OPTIONS, ippacket_mark);
	rig_truncations("CheckTCPHeader", 1, 1, 0, "4f000014 00000000 00060000", ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("CheckTCPHeader", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(GOOD)));
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	ASSERT_ERRORS("CheckTCPHeader(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckTCPHeader(VERBOSE 2)", 1, 1, "VERBOSE: parse error\n");
	ASSERT_ERRORS("CheckTCPHeader(DETAILS x)", 1, 1, "DETAILS: parse error\n");
}

UNIT_SUITE(checktcpheader, UNIT_CASE(good_packets), UNIT_CASE(reasons),
	UNIT_CASE(drops_and_tells_once), UNIT_CASE(truncated), UNIT_CASE(pull_and_arguments))
