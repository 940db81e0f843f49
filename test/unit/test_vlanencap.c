// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define MACS "020000000001 020000000002 "
#define FRAME MACS "0800 4500"

static struct packet *
annotated(const char *hex, uint16_t tci)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u16(p, ANNO_VLAN_TCI, rte_cpu_to_be_16(tci));
	return p;
}

static void
inserts(void)
{
	struct rig *r = rig_new("VLANEncap(VLAN_ID 7, VLAN_PCP 3)", 1, 1);
	struct packet *p = rig_hex(FRAME), *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, FRAME);
	rig_push(r, 0, p);
	rig_push(r, 0, rig_segments(FRAME, 5));
	rig_push(r, 0, packet_make(0, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0\x45\0", 16));
	for (unsigned i = 0; i < 4; i++) {
		rig_expect_hex(r, 0, i, MACS "8100 6007 0800 4500");
		CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, i)), 0);
	}
	rig_free(r);
	r = rig_new("VLANEncap(0x9005, 1, ETHERTYPE 0x88A8)", 1, 1);
	rig_push_hex(r, 0, FRAME);
	rig_expect_hex(r, 0, 0, MACS "88a8 b005 0800 4500");
	rig_free(r);
}

static void
native(void)
{
	struct rig *r = rig_new("VLANEncap", 1, 1);
	struct packet *p = rig_hex(FRAME);

	packet_set_mac(p, 3);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FRAME);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
	r = rig_new("VLANEncap(NATIVE_VLAN -1)", 1, 1);
	rig_push_hex(r, 0, FRAME);
	rig_expect_hex(r, 0, 0, MACS "8100 0000 0800 4500");
	rig_free(r);
	// The priority does not matter.
	r = rig_new("VLANEncap(VLAN_ID 5, VLAN_PCP 7, NATIVE_VLAN 5)", 1, 1);
	rig_push_hex(r, 0, FRAME);
	rig_expect_hex(r, 0, 0, FRAME);
	rig_free(r);
}

static void
annotation(void)
{
	struct rig *r = rig_new("VLANEncap(ANNO, NATIVE_VLAN 9)", 1, 1);
	struct packet *some[4] = {annotated(FRAME, 0x2007), annotated(FRAME, 0xe009), rig_hex("00"),
		annotated(FRAME, 0)};

	rig_push_batch(r, 0, some, 4);
	rig_expect_hex(r, 0, 0, MACS "8100 2007 0800 4500");
	rig_expect_hex(r, 0, 1, FRAME);
	rig_expect_hex(r, 0, 2, MACS "8100 0000 0800 4500");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "config", "ANNO, NATIVE_VLAN 9");
	ASSERT_READ(r, "vlan_tci", "ANNO");
	ASSERT_TEXT(rig_write(r, "vlan_id", "3"), "");
	ASSERT_READ(r, "vlan_tci", "3");
	rig_push(r, 0, annotated(FRAME, 0x2007));
	rig_expect_hex(r, 0, 3, MACS "8100 0003 0800 4500");
	ASSERT_TEXT(rig_write(r, "vlan_tci", "ANNO"), "");
	rig_push(r, 0, annotated(FRAME, 0x2007));
	rig_expect_hex(r, 0, 4, MACS "8100 2007 0800 4500");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("VLANEncap(0x6007)", 1, 1);

	ASSERT_READ(r, "config", "VLAN_ID 7, VLAN_PCP 3");
	ASSERT_READ(r, "vlan_tci", "24583");
	ASSERT_READ(r, "vlan_id", "7");
	ASSERT_READ(r, "vlan_pcp", "3");
	ASSERT_READ(r, "native_vlan", "0");
	ASSERT_READ(r, "ethertype", "33024");
	ASSERT_TEXT(rig_write(r, "vlan_id", "4095"), "");
	ASSERT_TEXT(rig_write(r, "vlan_pcp", "0"), "");
	ASSERT_TEXT(rig_write(r, "native_vlan", "-1"), "");
	ASSERT_TEXT(rig_write(r, "ethertype", "0x88a8"), "");
	ASSERT_READ(r, "config", "VLAN_ID 4095, VLAN_PCP 0, NATIVE_VLAN -1, ETHERTYPE 0x88A8");
	rig_push_hex(r, 0, FRAME);
	rig_expect_hex(r, 0, 0, MACS "88a8 0fff 0800 4500");
	ASSERT_TEXT(rig_write(r, "vlan_tci", "0x1001"), "");
	ASSERT_READ(r, "config", "4097, NATIVE_VLAN -1, ETHERTYPE 0x88A8");
	ASSERT_TEXT(rig_write(r, "vlan_tci", "65536"), "VLAN_TCI: out of range, bound 65535\n");
	ASSERT_TEXT(rig_write(r, "vlan_id", "4096"), "VLAN_ID: out of range, bound 4095\n");
	ASSERT_TEXT(rig_write(r, "vlan_pcp", "-1"), "VLAN_PCP: out of range, bound 0\n");
	ASSERT_TEXT(rig_write(r, "native_vlan", "-2"), "NATIVE_VLAN: out of range, bound -1\n");
	ASSERT_TEXT(rig_write(r, "vlan_id", "x"), "VLAN_ID: invalid number\n");
	ASSERT_TEXT(rig_write(r, "config", "VLAN_ID 5"), "");
	ASSERT_READ(r, "config", "VLAN_ID 5, VLAN_PCP 0");
	ASSERT_READ(r, "handlers",
		"ethertype\trw\nnative_vlan\trw\nvlan_pcp\trw\nvlan_id\trw\nvlan_tci\trw\n"
		"handlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("VLANEncap(VLAN_ID 7)", 1, 1);
	struct packet *p = rig_hex(FRAME), *clone = packet_clone(p);

	rig_push_hex(r, 0, "02000000000102000000000208");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("VLANEncap(VLAN_ID 7)", 1, 1, 0, FRAME, NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("VLANEncap(7)", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	rig_push_hex(r, 0, FRAME);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, MACS "8100 0007 0800 4500");
	rig_free(r);
	ASSERT_ERRORS("VLANEncap(65536, 8, VLAN_ID 4096, NATIVE_VLAN -2, ETHERTYPE 65536)", 1, 1,
		"VLAN_TCI: out of range, bound 65535\nVLAN_PCP: out of range, bound 7\n"
		"VLAN_ID: out of range, bound 4095\nNATIVE_VLAN: out of range, bound -1\n"
		"ETHERTYPE: out of range, bound 65535\n");
	ASSERT_ERRORS("VLANEncap(anno)", 1, 1, "VLAN_TCI: invalid number\n");
	ASSERT_ERRORS("VLANEncap(1, 2, 3)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(vlanencap, UNIT_CASE(inserts), UNIT_CASE(native), UNIT_CASE(annotation),
	UNIT_CASE(handlers), UNIT_CASE(drops), UNIT_CASE(pull_and_arguments))
