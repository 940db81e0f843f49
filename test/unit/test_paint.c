// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static unsigned
color_of(struct rig *r, unsigned i, unsigned anno)
{
	return packet_anno_u8(rig_packet(r, 0, i), anno);
}

static void
sets_the_color(void)
{
	struct rig *r = rig_new("Paint(5)", 1, 1);
	struct packet *p[] = {rig_hex("01"), rig_hex("02")};

	rig_push_batch(r, 0, p, 2);
	CU_ASSERT_EQUAL(color_of(r, 0, ANNO_PAINT), 5);
	CU_ASSERT_EQUAL(color_of(r, 1, ANNO_PAINT), 5);
	CU_ASSERT_EQUAL(color_of(r, 1, ANNO_ICMP_PARAMPROB), 0);
	rig_expect_hex(r, 0, 1, "02");
	rig_free(r);
}

static void
sets_another_annotation(void)
{
	struct rig *r = rig_new("Paint(255, 17)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(color_of(r, 0, ANNO_PAINT), 0);
	CU_ASSERT_EQUAL(color_of(r, 0, 17), 255);
	rig_free(r);
	r = rig_new("Paint(ANNO ICMP_PARAMPROB, COLOR 3)", 1, 1);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(color_of(r, 0, ANNO_ICMP_PARAMPROB), 3);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Paint(9)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(color_of(r, 0, ANNO_PAINT), 9);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("Paint(5)", 1, 1);

	ASSERT_READ(r, "handlers",
		"color\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "color", "5");
	ASSERT_TEXT(rig_write(r, "color", "0x10"), "");
	ASSERT_READ(r, "color", "16");
	ASSERT_READ(r, "config", "5");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(color_of(r, 0, ANNO_PAINT), 16);
	ASSERT_TEXT(rig_write(r, "color", "256"), "expected uint8_t\n");
	ASSERT_READ(r, "color", "16");
	ASSERT_TEXT(rig_write(r, "config", "7, 18"), "");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(color_of(r, 1, 18), 7);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Paint(256)", 1, 1, "COLOR: out of range, bound 255\n");
	ASSERT_ERRORS("Paint", 1, 1, "COLOR: required argument missing\n");
	ASSERT_ERRORS("Paint(5, 6, 7)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Paint(5, FOO 1)", 1, 1, "FOO: unknown argument\n");
	ASSERT_ERRORS("Paint(5, 48)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("Paint(5, AGGREGATE)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("Paint(ANNO 17, 5)", 1, 1, "COLOR: invalid number\n");
}

static void
two_bytes(void)
{
	struct rig *r = rig_new("Paint2(1000)", 1, 1);

	ASSERT_READ(r, "color", "1000");
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), ANNO_PAINT), 1000);
	ASSERT_TEXT(rig_write(r, "color", "65535"), "");
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 1), ANNO_PAINT), 65535);
	rig_free(r);
	r = rig_new_pull("Paint2(7, 20)", 1, 1);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), 20), 7);
	rig_free(r);
	ASSERT_ERRORS("Paint2", 1, 1, "COLOR: required argument missing\n");
	ASSERT_ERRORS("Paint2(1, 47)", 1, 1, "ANNO: parse error\n");
}

UNIT_SUITE(paint, UNIT_CASE(sets_the_color), UNIT_CASE(sets_another_annotation), UNIT_CASE(pulls),
	UNIT_CASE(handlers), UNIT_CASE(arguments), UNIT_CASE(two_bytes))
