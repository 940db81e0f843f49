// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define WITH(rest) "EtherVLANEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2" rest ")"
#define MACS "020000000002 020000000001 "

static struct packet *
annotated(const char *hex, uint16_t tci)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u16(p, ANNO_VLAN_TCI, rte_cpu_to_be_16(tci));
	return p;
}

// What a configuration makes of the packet 4500.
static void
expect(const char *config, const char *hex)
{
	struct rig *r = rig_new(config, 1, 1);

	if (r == NULL)
		return;
	rig_push_hex(r, 0, "4500");
	rig_push(r, 0, rig_segments("4500", 1));
	rig_push(r, 0, packet_make(0, "\x45\0", 2));
	for (unsigned i = 0; i < 3; i++) {
		rig_expect_hex(r, 0, i, hex);
		CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, i)), 0);
	}
	rig_free(r);
}

static void
headers(void)
{
	expect(WITH(), MACS "0800 4500");
	expect(WITH(", 7"), MACS "8100 0007 0800 4500");
	expect(WITH(", 7, 5"), MACS "8100 a007 0800 4500");
	expect(WITH(", VLAN_ID 7, VLAN_PCP 5"), MACS "8100 a007 0800 4500");
	expect(WITH(", 7, VLAN_ID 8"), MACS "8100 0007 0800 4500");
	expect(WITH(", 7, NATIVE_VLAN 7"), MACS "0800 4500");
	expect(WITH(", NATIVE_VLAN -1"), MACS "8100 0000 0800 4500");
	expect("EtherVlanEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2, 7)", MACS "8100 0007 0800 4500");
}

static void
annotation(void)
{
	struct rig *r = rig_new(WITH(", ANNO"), 1, 1);
	struct packet *some[3] = {
		annotated("01", 0x2007), annotated("02", 0xe000), annotated("03", 1)};

	rig_push_batch(r, 0, some, 3);
	rig_expect_hex(r, 0, 0, MACS "8100 2007 0800 01");
	rig_expect_hex(r, 0, 1, MACS "0800 02");
	rig_expect_hex(r, 0, 2, MACS "8100 0001 0800 03");
	ASSERT_READ(r, "vlan_tci", "ANNO");
	ASSERT_READ(r, "config", "2048, 02-00-00-00-00-01, 02-00-00-00-00-02, ANNO");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new(WITH(", 7, 5"), 1, 1);

	ASSERT_READ(r, "src", "02-00-00-00-00-01");
	ASSERT_READ(r, "dst", "02-00-00-00-00-02");
	ASSERT_READ(r, "ethertype", "2048");
	ASSERT_READ(r, "vlan_tci", "40967");
	ASSERT_READ(r, "vlan_id", "7");
	ASSERT_READ(r, "vlan_pcp", "5");
	ASSERT_READ(r, "native_vlan", "0");
	ASSERT_READ(
		r, "config", "2048, 02-00-00-00-00-01, 02-00-00-00-00-02, VLAN_ID 7, VLAN_PCP 5");
	ASSERT_TEXT(rig_write(r, "src", "0-0-0-0-0-3"), "");
	ASSERT_TEXT(rig_write(r, "dst", "0-0-0-0-0-4"), "");
	ASSERT_TEXT(rig_write(r, "ethertype", "0x86DD"), "");
	ASSERT_TEXT(rig_write(r, "vlan_id", "1"), "");
	ASSERT_TEXT(rig_write(r, "vlan_pcp", "1"), "");
	rig_push_hex(r, 0, "60");
	rig_expect_hex(r, 0, 0, "000000000004 000000000003 8100 2001 86dd 60");
	ASSERT_TEXT(rig_write(r, "native_vlan", "1"), "");
	rig_push_hex(r, 0, "60");
	rig_expect_hex(r, 0, 1, "000000000004 000000000003 86dd 60");
	// What it reads can be written back.
	ASSERT_READ(r, "config",
		"34525, 00-00-00-00-00-03, 00-00-00-00-00-04, VLAN_ID 1, VLAN_PCP 1, NATIVE_VLAN 1");
	ASSERT_TEXT(rig_write(r, "config",
			    "34525, 00-00-00-00-00-03, 00-00-00-00-00-04, VLAN_ID 1, VLAN_PCP 1"),
		"");
	rig_push_hex(r, 0, "60");
	rig_expect_hex(r, 0, 2, "000000000004 000000000003 8100 2001 86dd 60");
	ASSERT_TEXT(rig_write(r, "dst", "1-2"), "expected Ethernet address\n");
	ASSERT_TEXT(rig_write(r, "vlan_pcp", "8"), "VLAN_PCP: out of range, bound 7\n");
	ASSERT_READ(r, "handlers",
		"native_vlan\trw\nvlan_pcp\trw\nvlan_id\trw\nvlan_tci\trw\nethertype\trw\ndst\trw\n"
		"src\trw\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
no_memory(void)
{
	static struct hoard hoard;
	static const char *const configs[] = {WITH(), WITH(", 7"), WITH(", ANNO")};

	for (unsigned i = 0; i < RTE_DIM(configs); i++) {
		struct rig *r = rig_new(configs[i], 1, 1);
		struct packet *p = rig_hex("4500"), *clone = packet_clone(p);

		hoard_take(&hoard);
		rig_push(r, 0, clone);
		hoard_release(&hoard);
		CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		rig_free(r);
	}
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull(WITH(", 7"), 1, 1);

	rig_push_hex(r, 0, "4500");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, MACS "8100 0007 0800 4500");
	rig_free(r);
	ASSERT_ERRORS("EtherVLANEncap", 1, 1,
		"ETHERTYPE: required argument missing\nSRC: required argument missing\n"
		"DST: required argument missing\n");
	ASSERT_ERRORS("EtherVLANEncap(65536, x, y, z, 8)", 1, 1,
		"ETHERTYPE: out of range, bound 65535\nSRC: parse error\nDST: parse error\n"
		"VLAN_TCI: invalid number\nVLAN_PCP: out of range, bound 7\n");
	ASSERT_ERRORS(WITH(", 1, 2, 3"), 1, 1, "too many arguments\n");
	ASSERT_ERRORS(WITH(", VLAN_ID 4096"), 1, 1, "VLAN_ID: out of range, bound 4095\n");
	ASSERT_ERRORS(WITH(", NATIVE_VLAN 4096"), 1, 1, "NATIVE_VLAN: out of range, bound 4095\n");
}

UNIT_SUITE(ethervlanencap, UNIT_CASE(headers), UNIT_CASE(annotation), UNIT_CASE(handlers),
	UNIT_CASE(no_memory), UNIT_CASE(pull_and_arguments))
