// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static struct packet *
painted(const char *hex, uint8_t color)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u8(p, ANNO_PAINT, color);
	return p;
}

static void
drops_other_colors(void)
{
	struct rig *r = rig_new("CheckPaint(2)", 1, 1);
	struct packet *p[] = {painted("01", 2), painted("02", 3), painted("03", 2), rig_hex("04")};

	rig_push_batch(r, 0, p, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 1, "03");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_READ(r, "drop_reasons", "2\twrong color\n");
	rig_free(r);
}

static void
sends_them_to_output_1(void)
{
	struct rig *r = rig_new("CheckPaint(0, 20)", 1, 2);
	struct packet *p = rig_hex("01");

	packet_set_anno_u8(p, 20, 1);
	rig_push(r, 0, p);
	rig_push(r, 0, painted("02", 3));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "02");
	rig_expect_hex(r, 1, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("CheckPaint(1)", 1, 2);

	rig_push(r, 0, painted("01", 0));
	rig_push(r, 0, painted("02", 1));
	// One pull, one packet looked at: what does not pass is not made up for.
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("CheckPaint(COLOR 1)", 1, 1);

	ASSERT_READ(r, "handlers",
		"color\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "color", "1");
	ASSERT_TEXT(rig_write(r, "color", "6"), "");
	rig_push(r, 0, painted("01", 6));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_write(r, "color", "red"), "expected uint8_t\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("CheckPaint", 1, 1, "COLOR: required argument missing\n");
	ASSERT_ERRORS("CheckPaint(300)", 1, 1, "COLOR: out of range, bound 255\n");
	ASSERT_ERRORS("CheckPaint(1, NOSUCH)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("CheckPaint(1)", 1, 3, "config:1: 'e :: CheckPaint' has no output 2\n");
}

UNIT_SUITE(checkpaint, UNIT_CASE(drops_other_colors), UNIT_CASE(sends_them_to_output_1),
	UNIT_CASE(pulls), UNIT_CASE(handlers), UNIT_CASE(arguments))
