// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define MACS "020000000001 020000000002 "
#define TAGGED MACS "8100 6007 0800 4500"
#define PLAIN MACS "0800 4500"

static uint16_t
tci(struct rig *r, unsigned i)
{
	return rte_be_to_cpu_16(packet_anno_u16(rig_packet(r, 0, i), ANNO_VLAN_TCI));
}

static void
removes(void)
{
	struct rig *r = rig_new("VLANDecap", 1, 1);
	struct packet *p = rig_hex(TAGGED), *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, TAGGED);
	rig_push(r, 0, p);
	rig_push(r, 0, rig_segments(TAGGED, 5));
	p = rig_hex(PLAIN);
	packet_set_anno_u16(p, ANNO_VLAN_TCI, 0x1234);
	packet_set_mac(p, 4);
	rig_push(r, 0, p);
	for (unsigned i = 0; i < 4; i++) {
		rig_expect_hex(r, 0, i, PLAIN);
		CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, i)), 0);
		CU_ASSERT_EQUAL(tci(r, i), i < 3 ? 0x6007 : 0);
	}
	// One tag at a time.
	rig_push_hex(r, 0, MACS "8100 0001 8100 0002 0800");
	rig_expect_hex(r, 0, 4, MACS "8100 0002 0800");
	CU_ASSERT_EQUAL(tci(r, 4), 1);
	rig_free(r);
}

static void
without_annotation(void)
{
	struct rig *r = rig_new("VLANDecap(false, ETHERTYPE 0x88A8)", 1, 1);
	struct packet *p = rig_hex(MACS "88a8 6007 0800");

	packet_set_anno_u16(p, ANNO_VLAN_TCI, rte_cpu_to_be_16(5));
	rig_push(r, 0, p);
	rig_push_hex(r, 0, TAGGED);
	rig_expect_hex(r, 0, 0, MACS "0800");
	rig_expect_hex(r, 0, 1, TAGGED);
	CU_ASSERT_EQUAL(tci(r, 0), 5);
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("VLANDecap", 1, 1);
	struct packet *p = rig_hex(TAGGED), *clone = packet_clone(p);
	struct packet *some[4] = {rig_hex(MACS "08"), rig_hex(PLAIN), rig_hex(MACS "8100 60"),
		rig_hex(MACS "8100 6007")};

	rig_push_batch(r, 0, some, 4);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_expect_hex(r, 0, 0, PLAIN);
	rig_expect_hex(r, 0, 1, MACS);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("VLANDecap", 1, 1, 0, TAGGED, NULL);
	rig_truncations("VLANDecap(false)", 1, 1, 0, PLAIN, NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("VLANDecap", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	rig_push_hex(r, 0, TAGGED);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, PLAIN);
	rig_free(r);
	ASSERT_ERRORS("VLANDecap(2)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("VLANDecap(ETHERTYPE 65536)", 1, 1, "ETHERTYPE: out of range, bound 65535\n");
	ASSERT_ERRORS("VLANDecap(true, 0x8100)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(vlandecap, UNIT_CASE(removes), UNIT_CASE(without_annotation), UNIT_CASE(drops),
	UNIT_CASE(pull_and_arguments))
