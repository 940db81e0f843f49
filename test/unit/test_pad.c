// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static uint32_t
extra(struct rig *r, unsigned i)
{
	return packet_anno_u32(rig_packet(r, 0, i), ANNO_EXTRA_LENGTH);
}

static struct packet *
cut_off(const char *hex, uint32_t n)
{
	struct packet *p = rig_hex(hex);

	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, n);
	return p;
}

static void
gives_back_what_truncate_took(void)
{
	struct rig *r = rig_config("RigIn(0) -> Truncate(4) -> e :: Pad -> RigOut(0);");

	rig_push_hex(r, 0, "0102030405060708090a");
	rig_expect_hex(r, 0, 0, "01020304 000000000000");
	CU_ASSERT_EQUAL(extra(r, 0), 0);
	rig_push_hex(r, 0, "0102");
	rig_expect_hex(r, 0, 1, "0102");
	rig_free(r);
	r = rig_config("RigIn(0) -> Truncate(4, EXTRA_LENGTH false) -> e :: Pad -> RigOut(0);");
	rig_push_hex(r, 0, "0102030405060708090a");
	rig_expect_hex(r, 0, 0, "01020304");
	rig_free(r);
}

static void
grows_to_a_length(void)
{
	struct rig *r = rig_new("Pad(5)", 1, 1);

	rig_push(r, 0, cut_off("010203", 100));
	rig_push(r, 0, cut_off("010203040506", 1));
	rig_push_hex(r, 0, "0102030405");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, "0102030000");
	rig_expect_hex(r, 0, 1, "010203040506");
	rig_expect_hex(r, 0, 2, "0102030405");
	rig_expect_hex(r, 0, 3, "0000000000");
	CU_ASSERT_EQUAL(extra(r, 0), 0);
	CU_ASSERT_EQUAL(extra(r, 1), 0);
	rig_free(r);
}

static void
need_not_be_zero(void)
{
	struct rig *r = rig_new("Pad(LENGTH 3, ZERO false)", 1, 1);
	struct packet *p = rig_hex("01 02 03");

	packet_take(p, 2);
	rig_push(r, 0, p);
	// What was in the buffer.
	rig_expect_hex(r, 0, 0, "01 02 03");
	rig_free(r);
}

static void
long_ones_span_segments(void)
{
	struct rig *r = rig_new("Pad(9000)", 1, 1);
	uint8_t bytes[9000];
	unsigned sum = 0;

	rig_push_hex(r, 0, "0102");
	rig_push(r, 0, rig_segments("0102030405", 2));
	for (unsigned i = 0; i < 2; i++) {
		const struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_length(p), 9000);
		CU_ASSERT_TRUE(packet_read(p, 0, bytes, 9000));
		CU_ASSERT_EQUAL(bytes[0], 1);
		for (unsigned k = 5; k < 9000; k++)
			sum += bytes[k];
	}
	CU_ASSERT_EQUAL(sum, 0);
	rig_free(r);
}

static void
does_not_write_into_shared_bytes(void)
{
	struct rig *r = rig_config("RigIn(0) -> t :: Tee; t [0] -> e :: Pad(4) -> RigOut(0);"
				   "t [1] -> Pad(6) -> RigOut(1);");

	rig_push_hex(r, 0, "01 02 03");
	rig_expect_hex(r, 0, 0, "01 02 03 00");
	rig_expect_hex(r, 1, 0, "01 02 03 00 00 00");
	rig_free(r);
}

static void
drops_what_cannot_grow(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("Pad", 1, 1);
	struct packet *p;

	rig_push(r, 0, cut_off("01", UINT32_MAX));
	rig_push(r, 0, cut_off("01", 65535));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	p = cut_off("01", 5000);
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	ASSERT_READ(r, "drop_reasons", "3\tno memory or too long\n");
	rig_push(r, 0, cut_off("01", 65534));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 65535);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Pad(2)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, "01 00");
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_new("Pad", 1, 1);

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "config", "3"), "");
	rig_push_hex(r, 0, "01");
	rig_expect_hex(r, 0, 0, "01 00 00");
	rig_free(r);
	ASSERT_ERRORS("Pad(-1)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("Pad(65536)", 1, 1, "LENGTH: out of range, bound 65535\n");
	ASSERT_ERRORS("Pad(ZERO 2)", 1, 1, "ZERO: parse error\n");
	ASSERT_ERRORS("Pad(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(pad, UNIT_CASE(gives_back_what_truncate_took), UNIT_CASE(grows_to_a_length),
	UNIT_CASE(need_not_be_zero), UNIT_CASE(long_ones_span_segments),
	UNIT_CASE(does_not_write_into_shared_bytes), UNIT_CASE(drops_what_cannot_grow),
	UNIT_CASE(pulls), UNIT_CASE(arguments))
