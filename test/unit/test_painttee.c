// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static struct packet *
painted(const char *hex, uint8_t color)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u8(p, ANNO_PAINT, color);
	return p;
}

static void
copies_packets_of_the_color(void)
{
	struct rig *r = rig_new("PaintTee(2)", 1, 2);
	struct packet *p[] = {painted("01", 2), painted("02", 3), painted("03", 2)};
	char *order;

	rig_push_batch(r, 0, p, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_expect_hex(r, 0, 1, "02");
	rig_expect_hex(r, 1, 0, "01");
	rig_expect_hex(r, 1, 1, "03");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), ANNO_PAINT), 2);
	rig_clear(r);
	rig_push(r, 0, painted("04", 2));
	order = rig_order(r);
	ASSERT_TEXT(order, "1 0");
	free(order);
	rig_free(r);
}

static void
unpainted_packets_have_color_0(void)
{
	struct rig *r = rig_new("PaintTee(0, ANNO 18)", 1, 2);
	struct packet *p = rig_hex("01");

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	packet_set_anno_u8(p, 18, 1);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
keeps_the_order_where_outputs_meet(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> e :: PaintTee(1); o :: RigOut(0); e -> o; e [1] -> Paint(9) -> o;");
	struct packet *p[] = {painted("01", 1), painted("02", 0), painted("03", 1)};

	rig_push_batch(r, 0, p, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	rig_expect_hex(r, 0, 0, "01");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 9);
	rig_expect_hex(r, 0, 1, "01");
	rig_expect_hex(r, 0, 2, "02");
	rig_expect_hex(r, 0, 4, "03");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("PaintTee(2)", 1, 2);

	rig_push(r, 0, painted("01", 2));
	rig_push(r, 0, painted("02", 1));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 1, 0, "01");
	rig_free(r);
}

static void
survives_without_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("PaintTee(2)", 1, 2);
	struct packet *p = painted("01", 2);

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("PaintTee(2)", 1, 2);

	ASSERT_READ(r, "handlers",
		"color\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "color", "2");
	ASSERT_TEXT(rig_write(r, "color", "4"), "");
	rig_push(r, 0, painted("01", 4));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_TEXT(rig_write(r, "color", "-1"), "expected uint8_t\n");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_errors("PaintTee(1)", 1, 1);

	ASSERT_TEXT(errors, "config:1: 'e :: PaintTee' output 1 unused\n");
	free(errors);
	ASSERT_ERRORS("PaintTee", 1, 2, "COLOR: required argument missing\n");
	ASSERT_ERRORS("PaintTee(1, DST_IP)", 1, 2, "ANNO: parse error\n");
	ASSERT_ERRORS("PaintTee(1, 2, 3)", 1, 2, "too many arguments\n");
}

UNIT_SUITE(painttee, UNIT_CASE(copies_packets_of_the_color),
	UNIT_CASE(unpainted_packets_have_color_0), UNIT_CASE(keeps_the_order_where_outputs_meet),
	UNIT_CASE(pulls), UNIT_CASE(survives_without_memory), UNIT_CASE(handlers),
	UNIT_CASE(arguments))
