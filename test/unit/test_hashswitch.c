// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

// The output that a packet takes.
static int
output_of(struct rig *r, struct packet *p)
{
	char *order;
	int output;

	rig_clear(r);
	rig_push(r, 0, p);
	order = rig_order(r);
	output = *order == '\0' ? -1 : atoi(order);
	free(order);
	return output;
}

static void
folds_for_powers_of_two(void)
{
	struct rig *r = rig_new("HashSwitch(1, 2)", 1, 4);

	// Sums 0x13, 0x1b and 0x1fe; xored with themselves shifted by four.
	CU_ASSERT_EQUAL(output_of(r, rig_hex("ff 10 03 ff")), (0x13 ^ 0x1) & 3);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("ff 10 0b")), (0x1b ^ 0x1) & 3);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("ff ff ff")), (0x1fe ^ 0x1f) & 3);
	rig_free(r);
	r = rig_new("HashSwitch(0, 1)", 1, 2);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("10")), 1);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("11")), 0);
	rig_free(r);
	r = rig_new("HashSwitch(0, 1)", 1, 8);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("76")), (0x76 ^ 0x7) & 7);
	rig_free(r);
}

static void
divides_otherwise(void)
{
	struct rig *r = rig_new("HashSwitch(OFFSET 0, LENGTH 3)", 1, 3);

	CU_ASSERT_EQUAL(output_of(r, rig_hex("01 02 04")), 1);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("ff ff ff")), 0);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("00 00 05")), 2);
	rig_free(r);
	r = rig_new("HashSwitch(0, 1)", 1, 1);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("ff")), 0);
	rig_free(r);
}

static void
short_packets_take_output_0(void)
{
	struct rig *r = rig_new("HashSwitch(2, 2)", 1, 2);

	CU_ASSERT_EQUAL(output_of(r, rig_hex("00 00 00 01")), 1);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("00 00 01")), 0);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("01")), 0);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("")), 0);
	rig_free(r);
	r = rig_new("HashSwitch(4294967295, 4294967295)", 1, 2);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("01")), 0);
	rig_free(r);
	r = rig_new("HashSwitch(1, 4294967295)", 1, 2);
	CU_ASSERT_EQUAL(output_of(r, rig_hex("01 01")), 0);
	rig_free(r);
}

static void
looks_through_segments(void)
{
	struct rig *r = rig_new("HashSwitch(0, 100)", 1, 3);
	char hex[201];

	for (unsigned i = 0; i < 200; i++)
		hex[i] = i % 2 == 0 ? '0' : '1';
	hex[200] = '\0';
	CU_ASSERT_EQUAL(output_of(r, rig_hex(hex)), 1);
	CU_ASSERT_EQUAL(output_of(r, rig_segments(hex, 7)), 1);
	rig_free(r);
	rig_truncations("HashSwitch(3, 4)", 1, 3, 0, "00010203040506070809", NULL);
}

static void
splits_batches(void)
{
	struct rig *r = rig_new("HashSwitch(0, 1)", 1, 2);
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03"), rig_hex("04")};

	rig_push_batch(r, 0, p, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, "02");
	rig_expect_hex(r, 0, 1, "04");
	rig_expect_hex(r, 1, 0, "01");
	rig_expect_hex(r, 1, 1, "03");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("HashSwitch", 1, 1,
		"OFFSET: required argument missing\nLENGTH: required argument missing\n");
	ASSERT_ERRORS("HashSwitch(1, 0)", 1, 1, "length must be > 0\n");
	ASSERT_ERRORS("HashSwitch(-1, 1)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("HashSwitch(1, -1)", 1, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("HashSwitch(1, 1, 1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(hashswitch, UNIT_CASE(folds_for_powers_of_two), UNIT_CASE(divides_otherwise),
	UNIT_CASE(short_packets_take_output_0), UNIT_CASE(looks_through_segments),
	UNIT_CASE(splits_batches), UNIT_CASE(arguments))
