// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
sets_the_byte(void)
{
	struct rig *r = rig_new("SetAnnoByte(17, 200)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), 17), 200);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 0);
	ASSERT_READ(r, "handlers",
		"value\trw\nanno\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "anno", "17");
	ASSERT_READ(r, "value", "200");
	ASSERT_TEXT(rig_write(r, "value", "7"), "");
	ASSERT_TEXT(rig_write(r, "value", "256"), "expected uint8_t\n");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 1), 17), 7);
	ASSERT_TEXT(rig_write(r, "config", "PAINT, 1"), "");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 2), ANNO_PAINT), 1);
	rig_free(r);
}

static void
arguments(void)
{
	const char *obsolete = "warning: SetAnnoByte is obsolete, use Paint instead\n";

	ASSERT_ERRORS("SetAnnoByte(PAINT, 1)", 1, 1, obsolete);
	ASSERT_ERRORS("SetAnnoByte", 1, 1,
		"ANNO: required argument missing\nVALUE: required argument missing\n");
	ASSERT_ERRORS("SetAnnoByte(48, 1)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("SetAnnoByte(1, 256)", 1, 1, "VALUE: out of range, bound 255\n");
}

UNIT_SUITE(setannobyte, UNIT_CASE(sets_the_byte), UNIT_CASE(arguments))
