// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
drops_longer_packets(void)
{
	struct rig *r = rig_new("CheckLength(2)", 1, 1);
	struct packet *p[] = {rig_hex("01 02"), rig_hex("01 02 03"), rig_hex(""),
		rig_segments("010203", 1), rig_segments("0102", 1)};

	rig_push_batch(r, 0, p, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_READ(r, "drop_reasons", "2\ttoo long\n");
	rig_free(r);
}

static void
sends_them_to_output_1(void)
{
	struct rig *r = rig_new("CheckLength(2)", 1, 2);

	rig_push_hex(r, 0, "01 02 03");
	rig_expect_hex(r, 1, 0, "01 02 03");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("CheckLength(1)", 1, 2);

	rig_push_hex(r, 0, "01 02");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("CheckLength(1)", 1, 1);

	ASSERT_READ(r, "handlers",
		"length\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "length", "1");
	ASSERT_TEXT(rig_write(r, "length", "2"), "");
	rig_push_hex(r, 0, "01 02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_write(r, "length", "x"), "expected integer\n");
	rig_free(r);
	ASSERT_ERRORS("CheckLength", 1, 1, "LENGTH: required argument missing\n");
	ASSERT_ERRORS("CheckLength(-1)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("CheckLength(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(checklength, UNIT_CASE(drops_longer_packets), UNIT_CASE(sends_them_to_output_1),
	UNIT_CASE(pulls), UNIT_CASE(handlers))
