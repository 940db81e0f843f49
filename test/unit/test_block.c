// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/sequence.h"

// Pushes (or gives) a packet with both rates.
static void
push_rates(struct rig *r, int32_t fwd, int32_t rev)
{
	struct packet *p = rig_hex("01");

	packet_set_anno_u32(p, ANNO_FWD_RATE, (uint32_t)fwd);
	packet_set_anno_u32(p, ANNO_REV_RATE, (uint32_t)rev);
	rig_push(r, 0, p);
}

// The output that it took.
static int
output_of(struct rig *r, int32_t fwd, int32_t rev)
{
	int output;

	rig_clear(r);
	push_rates(r, fwd, rev);
	output = rig_count(r, 1) > 0 ? 1 : 0;
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 1);
	return output;
}

static void
block(void)
{
	struct rig *r = rig_new("Block(100)", 1, 2);

	CU_ASSERT_EQUAL(output_of(r, 0, 0), 0);
	CU_ASSERT_EQUAL(output_of(r, 100, 0), 0);
	CU_ASSERT_EQUAL(output_of(r, 101, 0), 1);
	CU_ASSERT_EQUAL(output_of(r, -1, 999), 0);
	ASSERT_TEXT(rig_write(r, "thresh", "0"), "");
	CU_ASSERT_EQUAL(output_of(r, 1000, 0), 0);
	ASSERT_TEXT(rig_write(r, "thresh", "-5"), "");
	CU_ASSERT_EQUAL(output_of(r, 0, 0), 1);
	ASSERT_TEXT(rig_write(r, "thresh", "x"), "expected integer\n");
	ASSERT_READ(r, "handlers",
		"thresh\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
compareblock(void)
{
	struct rig *r = rig_new("CompareBlock(1, 2, 100)", 1, 2);

	CU_ASSERT_EQUAL(output_of(r, 100, 1), 0);
	CU_ASSERT_EQUAL(output_of(r, 101, 50), 1);
	CU_ASSERT_EQUAL(output_of(r, 101, 51), 0);
	// At least 1.
	CU_ASSERT_EQUAL(output_of(r, 101, -9), 1);
	CU_ASSERT_EQUAL(output_of(r, -9, 101), 0);
	ASSERT_TEXT(rig_write(r, "fwd_weight", "2147483647"), "");
	CU_ASSERT_EQUAL(output_of(r, INT32_MAX, INT32_MAX), 1);
	ASSERT_TEXT(rig_write(r, "rev_weight", "2147483647"), "");
	CU_ASSERT_EQUAL(output_of(r, INT32_MAX, INT32_MAX), 0);
	ASSERT_TEXT(rig_write(r, "thresh", "2147483647"), "");
	CU_ASSERT_EQUAL(output_of(r, INT32_MAX, 1), 0);
	ASSERT_READ(r, "thresh", "2147483647");
	rig_free(r);
}

static void
pulled(void)
{
	struct rig *r = rig_new_pull("Block(100)", 1, 2);

	push_rates(r, 200, 0);
	push_rates(r, 50, 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Block", 1, 2, "THRESH: required argument missing\n");
	ASSERT_ERRORS("Block(x)", 1, 2, "THRESH: invalid number\n");
	ASSERT_ERRORS("CompareBlock(1, 2)", 1, 2, "THRESH: required argument missing\n");
}

UNIT_SUITE(
	block, UNIT_CASE(block), UNIT_CASE(compareblock), UNIT_CASE(pulled), UNIT_CASE(arguments))
