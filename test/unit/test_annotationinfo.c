// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/namedb.h"
#include "test/unit/rig.h"

static void
names_have_places(void)
{
	struct rig *r = rig_config("e :: AnnotationInfo(MINE 18 1, ANY 40, SAME PAINT, LAST 47 1, "
				   "# nothing, , MINE2 MINE 1)");
	struct element *e = rig_element(r);
	union name_value value;

	CU_ASSERT_TRUE(namedb_find(element_names(e), "x", NAME_ANNOTATION, "MINE", &value));
	CU_ASSERT_EQUAL(value.number, 18 | 1 << 8);
	CU_ASSERT_TRUE(namedb_find(element_names(e), "x", NAME_ANNOTATION, "ANY", &value));
	CU_ASSERT_EQUAL(value.number, 40);
	CU_ASSERT_TRUE(namedb_find(element_names(e), "x", NAME_ANNOTATION, "SAME", &value));
	CU_ASSERT_EQUAL(value.number, 16 | 1 << 8);
	CU_ASSERT_TRUE(namedb_find(element_names(e), "x", NAME_ANNOTATION, "MINE2", &value));
	CU_ASSERT_EQUAL(value.number, 18 | 1 << 8);
	rig_free(r);
}

static void
paints_by_name(void)
{
	struct rig *r =
		rig_config("AnnotationInfo(COLOUR 18 1); RigIn -> Paint(5, COLOUR) -> RigOut");

	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), 18), 5);
	rig_free(r);
}

static void
errors(void)
{
	ASSERT_ERRORS("AnnotationInfo(PAINT 5)", 0, 0, "bad NAME 'PAINT'\n");
	ASSERT_ERRORS("AnnotationInfo('a b' 5)", 0, 0, "bad NAME ''a b''\n");
	ASSERT_ERRORS("AnnotationInfo(A 5, A 6)", 0, 0, "bad NAME 'A'\n");
	ASSERT_ERRORS(
		"AnnotationInfo(A, B 48, C 45 4, D x, E PAINT 2, F 1 2 3, G 0 x, H -1, I 0 99)", 0,
		0,
		"bad entry for 'A'\nbad entry for 'B'\nbad entry for 'C'\nbad entry for 'D'\n"
		"bad entry for 'E'\nbad entry for 'F'\nbad entry for 'G'\nbad entry for 'H'\n"
		"bad entry for 'I'\n");
}

static void
checks_overlap(void)
{
	ASSERT_ERRORS("AnnotationInfo(CHECK_OVERLAP PAINT DST_IP, A 16, B 15 1)", 0, 0, "");
	ASSERT_ERRORS("AnnotationInfo(CHECK_OVERLAP PAINT A, A 16)", 0, 0,
		"annotations 'PAINT' and 'A' conflict\n");
	ASSERT_ERRORS("AnnotationInfo(CHECK_OVERLAP DST_IP AGGREGATE VLAN_TCI)", 0, 0,
		"annotations 'AGGREGATE' and 'VLAN_TCI' conflict\n");
	ASSERT_ERRORS("AnnotationInfo(CHECK_OVERLAP DST_IP6 DST_IP 3 47)", 0, 0,
		"annotations 'DST_IP6' and 'DST_IP' conflict\nannotations 'DST_IP' and '3' conflict\n");
	ASSERT_ERRORS("AnnotationInfo(CHECK_OVERLAP PAINT nope)", 0, 0, "bad ANNO 'nope'\n");
}

UNIT_SUITE(annotationinfo, UNIT_CASE(names_have_places), UNIT_CASE(paints_by_name),
	UNIT_CASE(errors), UNIT_CASE(checks_overlap))
