// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/rig.h"

static void
push_colors(struct rig *r, unsigned anno, const uint8_t *colors, unsigned n)
{
	struct packet *p[16];

	for (unsigned i = 0; i < n; i++) {
		p[i] = rig_hex("00");
		packet_set_anno_u8(p[i], anno, colors[i]);
	}
	rig_push_batch(r, 0, p, n);
}

static void
maps_colors(void)
{
	struct rig *r = rig_new("ExactPaintSwitch(MAP 10, MAP 0, MAP 255)", 1, 3);
	char *order;

	push_colors(r, ANNO_PAINT, (const uint8_t[]){0, 10, 255, 7, 10}, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	order = rig_order(r);
	ASSERT_TEXT(order, "1 0 0 2");
	free(order);
	rig_free(r);
	r = rig_new("ExactPaintSwitch(17, MAP 10, DEFAULT 1)", 1, 2);
	push_colors(r, 17, (const uint8_t[]){0, 10, 255}, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
}

static void
in_turn(void)
{
	struct rig *r = rig_new("PaintRR", 1, 3);

	push_colors(r, ANNO_PAINT, (const uint8_t[]){0, 1, 2, 3, 4, 255}, 6);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	rig_free(r);
	r = rig_new("PaintRR(ANNO 18)", 1, 0);
	push_colors(r, 18, (const uint8_t[]){5}, 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ExactPaintSwitch(MAP 256)", 1, 1, "Invalid Paint offset 256\n");
	ASSERT_ERRORS("ExactPaintSwitch(MAP -1)", 1, 1, "Invalid Paint offset -1\n");
	ASSERT_ERRORS("ExactPaintSwitch(MAP 1, MAP 2)", 1, 1, "MAP 2: there is no output 1\n");
	ASSERT_ERRORS("ExactPaintSwitch(MAP 1, DEFAULT 2)", 1, 2,
		"Default port cannot be higher than the number of ports!\n");
	ASSERT_ERRORS("ExactPaintSwitch(48)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("PaintRR(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(exactpaintswitch, UNIT_CASE(maps_colors), UNIT_CASE(in_turn), UNIT_CASE(arguments))
