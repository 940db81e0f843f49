// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

// The annotation that an element gives a packet.
static unsigned
tci(struct rig *r)
{
	uint16_t v;

	rig_push_hex(r, 0, "");
	v = rte_be_to_cpu_16(packet_anno_u16(rig_packet(r, 0, 0), ANNO_VLAN_TCI));
	rig_clear(r);
	return v;
}

static unsigned
tci_of(const char *config)
{
	struct rig *r = rig_new(config, 1, 1);
	unsigned v = r != NULL ? tci(r) : 0;

	rig_free(r);
	return v;
}

static void
sets(void)
{
	CU_ASSERT_EQUAL(tci_of("SetVLANAnno"), 0);
	CU_ASSERT_EQUAL(tci_of("SetVLANAnno(0xFFFF)"), 0xffff);
	CU_ASSERT_EQUAL(tci_of("SetVLANAnno(7, 3)"), 0x6007);
	CU_ASSERT_EQUAL(tci_of("SetVLANAnno(VLAN_ID 7, VLAN_PCP 3)"), 0x6007);
	CU_ASSERT_EQUAL(tci_of("SetVlanAnno(VLAN_PCP 7)"), 0xe000);
}

static void
handlers(void)
{
	struct rig *r = rig_new("SetVLANAnno(7, 3)", 1, 1);

	ASSERT_READ(r, "config", "VLAN_ID 7, VLAN_PCP 3");
	ASSERT_READ(r, "vlan_tci", "24583");
	ASSERT_READ(r, "vlan_id", "7");
	ASSERT_READ(r, "vlan_pcp", "3");
	ASSERT_TEXT(rig_write(r, "vlan_id", "8"), "");
	CU_ASSERT_EQUAL(tci(r), 0x6008);
	ASSERT_TEXT(rig_write(r, "vlan_pcp", "1"), "");
	CU_ASSERT_EQUAL(tci(r), 0x2008);
	ASSERT_TEXT(rig_write(r, "vlan_tci", "ANNO"), "VLAN_TCI: invalid number\n");
	CU_ASSERT_EQUAL(tci(r), 0x2008);
	ASSERT_TEXT(rig_write(r, "vlan_tci", "5"), "");
	CU_ASSERT_EQUAL(tci(r), 5);
	ASSERT_READ(r, "handlers",
		"vlan_pcp\trw\nvlan_id\trw\nvlan_tci\trw\nhandlers\tr.\nports\tr.\nconfig\trw\n"
		"class\tr.\nname\tr.\n");
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("SetVLANAnno(7)", 1, 1);

	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), ANNO_VLAN_TCI), rte_cpu_to_be_16(7));
	rig_free(r);
	ASSERT_ERRORS("SetVLANAnno(65536, 8, VLAN_ID 4096)", 1, 1,
		"VLAN_TCI: out of range, bound 65535\nVLAN_PCP: out of range, bound 7\n"
		"VLAN_ID: out of range, bound 4095\n");
	ASSERT_ERRORS("SetVLANAnno(ANNO)", 1, 1, "VLAN_TCI: invalid number\n");
	ASSERT_ERRORS("SetVLANAnno(1, 2, 3)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("SetVLANAnno(NATIVE_VLAN 3)", 1, 1, "NATIVE_VLAN: unknown argument\n");
}

UNIT_SUITE(setvlananno, UNIT_CASE(sets), UNIT_CASE(handlers), UNIT_CASE(pull_and_arguments))
