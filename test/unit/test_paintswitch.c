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
color_names_the_output(void)
{
	struct rig *r = rig_new("PaintSwitch", 1, 3);
	struct packet *p[] = {painted("01", 2), painted("02", 0), painted("03", 2), rig_hex("04"),
		painted("05", 3), painted("06", 254), painted("07", 1)};

	rig_push_batch(r, 0, p, 7);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_count(r, 2), 2);
	rig_expect_hex(r, 0, 0, "02");
	rig_expect_hex(r, 0, 1, "04");
	rig_expect_hex(r, 1, 0, "07");
	rig_expect_hex(r, 2, 0, "01");
	rig_expect_hex(r, 2, 1, "03");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
color_255_means_all(void)
{
	struct rig *r = rig_new("PaintSwitch", 1, 3);
	struct packet *p[] = {painted("01", 1), painted("02", 255), painted("03", 1)};
	char *order;

	rig_push_batch(r, 0, p, 3);
	order = rig_order(r);
	ASSERT_TEXT(order, "1 0 1 2 1");
	free(order);
	rig_expect_hex(r, 1, 0, "01");
	rig_expect_hex(r, 1, 1, "02");
	rig_expect_hex(r, 1, 2, "03");
	rig_expect_hex(r, 0, 0, "02");
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 2, 0), p[1]);
	rig_free(r);
}

static void
all_of_one_output(void)
{
	struct rig *r = rig_new("PaintSwitch(ANNO 30)", 1, 1);
	struct packet *p = rig_hex("01");

	packet_set_anno_u8(p, 30, 255);
	rig_push(r, 0, p);
	rig_push(r, 0, painted("02", 255));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
without_outputs_all_is_dropped(void)
{
	struct rig *r = rig_new("PaintSwitch", 1, 0);

	rig_push(r, 0, painted("01", 255));
	rig_push(r, 0, painted("02", 0));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_READ(r, "drop_reasons", "2\tno output for the color\n");
	rig_free(r);
}

static void
survives_without_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("PaintSwitch", 1, 2);
	struct packet *p = painted("01", 255);

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_new("PaintSwitch", 1, 1);

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("PaintSwitch(48)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("PaintSwitch(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(paintswitch, UNIT_CASE(color_names_the_output), UNIT_CASE(color_255_means_all),
	UNIT_CASE(all_of_one_output), UNIT_CASE(without_outputs_all_is_dropped),
	UNIT_CASE(survives_without_memory), UNIT_CASE(arguments))
