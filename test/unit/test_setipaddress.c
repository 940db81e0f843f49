// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

static uint32_t
anno(struct rig *r, unsigned i, unsigned off)
{
	return rte_be_to_cpu_32(packet_anno_u32(rig_packet(r, 0, i), off));
}

static void
sets_the_annotation(void)
{
	struct rig *r = rig_new("SetIPAddress(1.2.3.4)", 1, 1);

	rig_push_hex(r, 0, "aa");
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0x01020304);
	ASSERT_READ(r, "addr", "1.2.3.4");
	ASSERT_TEXT(rig_write(r, "addr", "5.6.7.8"), "");
	ASSERT_READ(r, "addr", "5.6.7.8");
	rig_push_hex(r, 0, "bb");
	CU_ASSERT_EQUAL(anno(r, 1, ANNO_DST_IP), 0x05060708);
	CU_ASSERT_STRING_NOT_EQUAL(rig_write(r, "addr", "5.6.7"), "");
	ASSERT_READ(r, "addr", "5.6.7.8");
	ASSERT_READ(r, "handlers",
		"addr\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new_pull("SetIPAddress(IPADDR 1.2.3.4, ANNO 20)", 1, 1);
	rig_push_hex(r, 0, "aa");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(anno(r, 0, 20), 0x01020304);
	CU_ASSERT_EQUAL(anno(r, 0, ANNO_DST_IP), 0);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SetIPAddress", 1, 1, "IPADDR: required argument missing\n");
	ASSERT_ERRORS("SetIPAddress(x)", 1, 1, "IPADDR: parse error\n");
	ASSERT_ERRORS("SetIPAddress(1.2.3.4, 20)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("SetIPAddress(1.2.3.4, ANNO 45)", 1, 1, "ANNO: parse error\n");
}

UNIT_SUITE(setipaddress, UNIT_CASE(sets_the_annotation), UNIT_CASE(arguments))
