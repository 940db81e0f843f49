// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
push_three(struct rig *r)
{
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03")};

	rig_push_batch(r, 0, p, 3);
}

static void
assert_order(struct rig *r, const char *want)
{
	char *order = rig_order(r);

	ASSERT_TEXT(order, want);
	free(order);
}

static void
copies_to_every_output(void)
{
	struct rig *r = rig_new("Tee(3)", 1, 3);
	struct packet *p = rig_hex("01 02");

	packet_set_anno_u8(p, ANNO_PAINT, 7);
	packet_set_timestamp(p, 5);
	rig_push(r, 0, p);
	assert_order(r, "0 1 2");
	for (unsigned i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(rig_count(r, i), 1);
		rig_expect_hex(r, i, 0, "01 02");
		CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, i, 0), ANNO_PAINT), 7);
		CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, i, 0)), 5);
	}
	// The last output has the packet itself.
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 2, 0), p);
	rig_free(r);
}

static void
copies_do_not_see_each_others_changes(void)
{
	struct rig *r = rig_new("Tee", 1, 2);
	struct packet *copy;
	uint8_t *bytes;

	rig_push_hex(r, 0, "01 02");
	copy = rig_take(r, 0);
	CU_ASSERT_TRUE(packet_is_shared(copy));
	bytes = packet_edit(&copy, 0, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	*bytes = 9;
	rig_assert_hex(__FILE__, __LINE__, copy, "09 02");
	rig_expect_hex(r, 1, 0, "01 02");
	packet_free(copy);
	rig_free(r);
}

static void
one_output_gets_the_packet(void)
{
	struct rig *r = rig_new("Tee", 1, 1);
	struct packet *p = rig_hex("01");

	rig_push(r, 0, p);
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, 0), p);
	CU_ASSERT_FALSE(packet_is_shared(p));
	rig_free(r);
}

static void
batches_go_whole(void)
{
	struct rig *r = rig_new("Tee", 1, 2);

	push_three(r);
	assert_order(r, "0 0 0 1 1 1");
	rig_expect_hex(r, 0, 2, "03");
	rig_expect_hex(r, 1, 0, "01");
	rig_push(r, 0, rig_segments("0a0b0c0d0e", 2));
	rig_expect_hex(r, 0, 3, "0a0b0c0d0e");
	rig_expect_hex(r, 1, 3, "0a0b0c0d0e");
	rig_free(r);
}

static void
keeps_the_order_where_outputs_meet(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> e :: Tee; o :: RigOut(0); e [0] -> o; e [1] -> Paint(1) -> o;");

	push_three(r);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	for (unsigned i = 0; i < 6; i++) {
		const struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_data(p)[0], 1 + i / 2);
		CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), i % 2);
	}
	rig_free(r);
}

static void
leaves_copies_out_without_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("Tee", 1, 3);
	struct packet *p = rig_hex("01");

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	rig_free(r);
}

static void
pulltee_pushes_copies_of_what_is_pulled(void)
{
	struct rig *r = rig_new_pull("PullTee(N 3)", 1, 3);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	push_three(r);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	// Copies come first.
	assert_order(r, "1 1 2 2");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	for (unsigned i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(rig_count(r, i), 3);
		rig_expect_hex(r, i, 0, "01");
		rig_expect_hex(r, i, 2, "03");
	}
	rig_free(r);
}

static void
pulltee_keeps_the_order_where_outputs_meet(void)
{
	struct rig *r = rig_config("RigIn(0) -> PullNull -> e :: PullTee -> PullNull -> RigOut(0);"
				   "o :: RigOut(1); e [1] -> o; e [2] -> Paint(1) -> o;");

	push_three(r);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 6);
	for (unsigned i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 1, i))[0], 1 + i / 2);
		CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, i), ANNO_PAINT), i % 2);
	}
	rig_free(r);
}

static void
pulltee_with_one_output(void)
{
	struct rig *r = rig_new_pull("PullTee", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_FALSE(packet_is_shared(rig_packet(r, 0, 0)));
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Tee(2)", 1, 2, "");
	ASSERT_ERRORS("Tee(3)", 1, 2, "2 outputs implies 2 arms\n");
	ASSERT_ERRORS("Tee(0)", 1, 1, "1 outputs implies 1 arms\n");
	ASSERT_ERRORS("Tee(x)", 1, 1, "N: invalid number\n");
	ASSERT_ERRORS("Tee(1, 2)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Tee(FOO 1)", 1, 1, "FOO: unknown argument\n");
}

static void
duplicates_have_bytes_of_their_own(void)
{
	struct rig *r = rig_new("Duplicate(3)", 1, 3);
	struct packet *p = rig_hex("010203");

	packet_set_anno_u8(p, ANNO_PAINT, 5);
	rig_push(r, 0, p);
	rig_push(r, 0, rig_segments("040506", 1));
	for (unsigned i = 0; i < 3; i++) {
		rig_expect_hex(r, i, 0, "010203");
		rig_expect_hex(r, i, 1, "040506");
		CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, i, 0), ANNO_PAINT), 5);
		CU_ASSERT_FALSE(packet_is_shared(rig_packet(r, i, 0)));
	}
	CU_ASSERT_PTR_NOT_EQUAL(packet_data(rig_packet(r, 0, 0)), packet_data(rig_packet(r, 1, 0)));
	rig_free(r);
	ASSERT_ERRORS("Duplicate(2)", 1, 3, "3 outputs implies 3 arms\n");
	ASSERT_ERRORS("Duplicate(DATA_ONLY false)", 1, 1,
		"DATA_ONLY false is not supported: headers that were stripped are not copied\n");
}

UNIT_SUITE(tee, UNIT_CASE(copies_to_every_output), UNIT_CASE(copies_do_not_see_each_others_changes),
	UNIT_CASE(one_output_gets_the_packet), UNIT_CASE(batches_go_whole),
	UNIT_CASE(keeps_the_order_where_outputs_meet), UNIT_CASE(leaves_copies_out_without_memory),
	UNIT_CASE(pulltee_pushes_copies_of_what_is_pulled),
	UNIT_CASE(pulltee_keeps_the_order_where_outputs_meet), UNIT_CASE(pulltee_with_one_output),
	UNIT_CASE(arguments), UNIT_CASE(duplicates_have_bytes_of_their_own))
