// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define IP "4500002d 00070000 400677c2 01000001 02000002 "
#define TCP(off, sum) "000a0014 00000064 000000c8 " off "182000 " sum "0000 "
#define DATA "68656c6c6f"
#define GOOD IP TCP("50", "47a9") DATA

static void
sets(void)
{
	struct rig *r = rig_new("SetTCPChecksum", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(IP TCP("50", "1234") DATA)));
	rig_push(r, 0, ippacket_marked(rig_segments(IP TCP("50", "0000") DATA, 3)));
	// A loose source route: its last hop is in the pseudo header.
	rig_push(r, 0,
		ippacket_marked(rig_hex("47000034 00070000 4006ebb0 01000001 02000002 83070403 "
					"00000300 000a0014 00000064 000000c8 60182000 ffff0000 "
					"02040578")));
	// The length of the TCP header does not matter without FIXOFF, nor what follows.
	rig_push(r, 0, ippacket_marked(rig_hex(IP TCP("f0", "1234") DATA "77")));
	rig_expect_hex(r, 0, 0, GOOD);
	rig_expect_hex(r, 0, 1, GOOD);
	rig_expect_hex(r, 0, 2,
		"47000034 00070000 4006ebb0 01000001 02000002 83070403 00000300 000a0014 00000064 "
		"000000c8 60182000 72ff0000 02040578");
	CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, 3), 25));
	rig_free(r);
}

static void
fixes_the_offset(void)
{
	static const struct {
		const char *hex, *off;
	} cases[] = {
		{IP TCP("40", "0000") DATA, "50"},
		{IP TCP("07", "0000") DATA, "57"},
		{IP TCP("5f", "0000") DATA, "5f"},
		{IP TCP("60", "0000") DATA, "60"},
		{IP TCP("72", "0000") DATA, "62"},
		{IP TCP("f0", "0000") DATA, "60"},
		// A fragment's TCP header may end elsewhere.
		{"4500002d 00072000 400657c2 01000001 02000002" TCP("f0", "0000") DATA, "f0"},
	};
	struct rig *r = rig_new("SetTCPChecksum(true)", 1, 1);

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		struct packet *p;
		char off[3];

		rig_push(r, 0, ippacket_marked(rig_hex(cases[i].hex)));
		p = rig_packet(r, 0, i);
		snprintf(off, sizeof(off), "%02x", packet_data(p)[32]);
		ASSERT_TEXT(off, cases[i].off);
		CU_ASSERT_TRUE(ippacket_segment_is_right(p, 25));
	}
	rig_free(r);
}

static void
bad_lengths(void)
{
	struct rig *r = rig_new("SetTCPChecksum", 1, 1);

	rig_push_hex(r, 0, GOOD);
	ASSERT_TEXT(rig_chatter(r), "SetTCPChecksum: bad lengths\n");
	rig_push(r, 0, ippacket_marked(rig_hex(IP TCP("50", "0000") "68656c6c")));
	rig_push(r, 0,
		ippacket_marked(
			rig_hex("45000027 00070000 400677c2 01000001 02000002" TCP("50", "0000"))));
	rig_push(r, 0,
		ippacket_marked(
			rig_hex("44000028 00070000 400677c2 01000001 02000002" TCP("50", "0000"))));
	rig_push(r, 0,
		ippacket_marked(
			rig_hex("45000010 00070000 400677c2 01000001 02000002" TCP("50", "0000"))));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 5);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
	rig_truncations("SetTCPChecksum", 1, 1, 0, GOOD, ippacket_mark);
	rig_truncations("SetTCPChecksum(FIXOFF true)", 1, 1, 0, GOOD, ippacket_mark);
}

static void
shared_packets(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("SetTCPChecksum", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(IP TCP("50", "1234") DATA));
	struct packet *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 0, GOOD);
	rig_assert_hex(__FILE__, __LINE__, p, IP TCP("50", "1234") DATA);
	clone = packet_clone(p);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, p);
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("SetTCPChecksum", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(IP TCP("50", "1234") DATA)));
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, GOOD);
	rig_free(r);
	ASSERT_ERRORS("SetTCPChecksum(x)", 1, 1, "FIXOFF: parse error\n");
	ASSERT_ERRORS("SetTCPChecksum(true, 1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(settcpchecksum, UNIT_CASE(sets), UNIT_CASE(fixes_the_offset), UNIT_CASE(bad_lengths),
	UNIT_CASE(shared_packets), UNIT_CASE(pull_and_arguments))
