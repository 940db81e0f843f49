// SPDX-License-Identifier: BSD-3-Clause
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
strips(void)
{
	struct rig *r = rig_new("StripEtherVLANHeader(5)", 1, 2);

	rig_push_hex(r, 0, TAGGED);
	rig_push(r, 0, rig_segments(TAGGED, 3));
	rig_push_hex(r, 0, PLAIN);
	for (unsigned i = 0; i < 3; i++) {
		rig_expect_hex(r, 0, i, "4500");
		CU_ASSERT_EQUAL(tci(r, i), i < 2 ? 0x6007 : 5);
	}
	rig_free(r);
	r = rig_new("StripEtherVlanHeader", 1, 1);
	rig_push_hex(r, 0, PLAIN);
	rig_expect_hex(r, 0, 0, "4500");
	CU_ASSERT_EQUAL(tci(r, 0), 0);
	rig_free(r);
}

static void
refuses(void)
{
	struct rig *r = rig_new("StripEtherVLANHeader(-1)", 1, 2);

	rig_push_hex(r, 0, PLAIN);
	rig_push_hex(r, 0, TAGGED);
	rig_push_hex(r, 0, MACS "8100 6007 08");
	rig_push_hex(r, 0, MACS "08");
	rig_expect_hex(r, 0, 0, "4500");
	rig_expect_hex(r, 1, 0, PLAIN);
	rig_expect_hex(r, 1, 1, MACS "8100 6007 08");
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_free(r);
	r = rig_new("StripEtherVLANHeader(-1)", 1, 1);
	rig_push_hex(r, 0, PLAIN);
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
	rig_truncations("StripEtherVLANHeader", 1, 2, 0, TAGGED, NULL);
	rig_truncations("StripEtherVLANHeader(-1)", 1, 1, 0, PLAIN, NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("StripEtherVLANHeader(-7)", 1, 2);

	rig_push_hex(r, 0, PLAIN);
	rig_push_hex(r, 0, TAGGED);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 0, 0, "4500");
	rig_free(r);
	ASSERT_ERRORS("StripEtherVLANHeader(4096)", 1, 1, "bad NATIVE_VLAN\n");
	ASSERT_ERRORS("StripEtherVLANHeader(x)", 1, 1, "NATIVE_VLAN: invalid number\n");
	ASSERT_ERRORS("StripEtherVLANHeader(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(
	stripethervlanheader, UNIT_CASE(strips), UNIT_CASE(refuses), UNIT_CASE(pull_and_arguments))
