// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define IP "45000021 00070000 401177c3 01000001 02000002 "
#define UDP(len, sum) "03e807d0 " len sum " "
#define DATA "6162636465"
#define GOOD IP UDP("000d", "c752") DATA

static void
sets(void)
{
	struct rig *r = rig_new("SetUDPChecksum", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(IP UDP("000d", "1234") DATA)));
	rig_push(r, 0, ippacket_marked(rig_segments(IP UDP("000d", "0000") DATA, 3)));
	rig_push(r, 0, ippacket_marked(rig_hex(IP UDP("000a", "0000") DATA)));
	// The sum may be 0, and stays so.
	rig_push(r, 0,
		ippacket_marked(rig_hex("4500001e 00000000 40110000 00000000 00000000 00000000 "
					"000a0000 ffda")));
	rig_expect_hex(r, 0, 0, GOOD);
	rig_expect_hex(r, 0, 1, GOOD);
	CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, 2), 10));
	rig_expect_hex(
		r, 0, 3, "4500001e 00000000 40110000 00000000 00000000 00000000 000a0000 ffda");
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_free(r);
}

#define N_BAD 7
static const char *const bad[N_BAD] = {
	"45000021 00072000 401177c3 01000001 02000002" UDP("000d", "0000") DATA,
	"45000021 00070001 401177c3 01000001 02000002" UDP("000d", "0000") DATA,
	IP UDP("000e", "0000") DATA,
	IP UDP("0007", "0000") DATA,
	IP "03e807d0 000d00",
	IP,
	"44000021 00070000 401177c3 01000001 02000002" UDP("000d", "0000") DATA,
};

static void
bad_packets(void)
{
	struct rig *r = rig_new("SetUDPChecksum", 1, 2);

	for (unsigned i = 0; i < N_BAD; i++) {
		rig_push(r, 0, ippacket_marked(rig_hex(bad[i])));
		rig_expect_hex(r, 1, i, bad[i]);
	}
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_count(r, 1), N_BAD + 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
	r = rig_new("SetUDPChecksum", 1, 1);
	for (unsigned i = 0; i < N_BAD; i++)
		rig_push(r, 0, ippacket_marked(rig_hex(bad[i])));
	CU_ASSERT_EQUAL(rig_drops(r, 0), N_BAD);
	ASSERT_TEXT(rig_chatter(r), "e :: SetUDPChecksum: fragment or short packet\n");
	rig_free(r);
	rig_truncations("SetUDPChecksum", 1, 2, 0, GOOD, ippacket_mark);
}

static void
shared_packets(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("SetUDPChecksum", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(IP UDP("000d", "1234") DATA));
	struct packet *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 0, GOOD);
	rig_assert_hex(__FILE__, __LINE__, p, IP UDP("000d", "1234") DATA);
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
	struct rig *r = rig_new_pull("SetUDPChecksum", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(IP UDP("000d", "1234") DATA)));
	rig_push_hex(r, 0, GOOD);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 0, 0, GOOD);
	rig_free(r);
	ASSERT_ERRORS("SetUDPChecksum(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(setudpchecksum, UNIT_CASE(sets), UNIT_CASE(bad_packets), UNIT_CASE(shared_packets),
	UNIT_CASE(pull_and_arguments))
