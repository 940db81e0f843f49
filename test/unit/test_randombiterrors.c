// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static unsigned
n_ones(const struct packet *p)
{
	uint8_t byte;
	unsigned n = 0;

	for (uint32_t i = 0; i < packet_length(p); i++) {
		packet_read(p, i, &byte, 1);
		n += (unsigned)__builtin_popcount(byte);
	}
	return n;
}

static void
certain_ones(void)
{
	struct rig *r = rig_new("RandomBitErrors(1)", 1, 1);

	rig_push_hex(r, 0, "00ff5a");
	rig_expect_hex(r, 0, 0, "ff00a5");
	ASSERT_TEXT(rig_write(r, "error_kind", "set"), "");
	rig_push_hex(r, 0, "00ff5a");
	rig_expect_hex(r, 0, 1, "ffffff");
	ASSERT_TEXT(rig_write(r, "error_kind", "clear"), "");
	rig_push_hex(r, 0, "00ff5a");
	rig_expect_hex(r, 0, 2, "000000");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 3, "");
	rig_push(r, 0, rig_segments("00ff5a", 1));
	rig_expect_hex(r, 0, 4, "000000");
	ASSERT_TEXT(rig_write(r, "p_bit_error", "0"), "");
	rig_push_hex(r, 0, "00ff5a");
	rig_expect_hex(r, 0, 5, "00ff5a");
	rig_free(r);
}

static void
some_bits(void)
{
	static const uint8_t zeroes[1000];
	struct rig *r = rig_new("RandomBitErrors(0.25)", 1, 1);
	unsigned n = 0, n_first = 0;

	for (unsigned i = 0; i < 100; i++)
		rig_push(r, 0, packet_make(28, zeroes, sizeof(zeroes)));
	for (unsigned i = 0; i < 100; i++) {
		n += n_ones(rig_packet(r, 0, i));
		n_first += packet_data(rig_packet(r, 0, i))[0] & 1;
	}
	// Ten standard deviations.
	CU_ASSERT_TRUE(n > 200000 - 3873 && n < 200000 + 3873);
	CU_ASSERT_TRUE(n_first > 0 && n_first < 69);
	rig_clear(r);
	rig_write(r, "p_bit_error", "0.001");
	for (unsigned i = 0; i < 100; i++)
		rig_push(r, 0, packet_make(28, zeroes, sizeof(zeroes)));
	n = 0;
	for (unsigned i = 0; i < 100; i++)
		n += n_ones(rig_packet(r, 0, i));
	CU_ASSERT_TRUE(n > 800 - 283 && n < 800 + 283);
	rig_free(r);
}

static void
copies_stay_what_they_were(void)
{
	struct rig *r = rig_config("RigIn(0) -> t :: Tee; t [0] -> RigOut(0);"
				   "t [1] -> e :: RandomBitErrors(1) -> RigOut(1);");

	rig_push_hex(r, 0, "0102");
	rig_expect_hex(r, 0, 0, "0102");
	rig_expect_hex(r, 1, 0, "fefd");
	rig_free(r);
}

static void
inactive_and_pulled(void)
{
	struct rig *r = rig_new_pull("RandomBitErrors(1, set, false)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "01");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 1, "ff");
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_new("RandomBitErrors(1)", 1, 1);
	struct packet *p = rig_hex("01"), *clone = packet_clone(p);
	struct hoard h;

	hoard_take(&h);
	rig_push(r, 0, p);
	ASSERT_READ(r, "drop_reasons", "1\tno memory\n");
	hoard_release(&h);
	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 0, "fe");
	rig_free(r);
}

static void
handlers(void)
{
	const char *action = "bad action 'x' (must be 'set', 'clear', or 'flip')\n";
	const char *between = "drop probability must be between 0 and 1\n";
	struct rig *r = rig_new("RandomBitErrors(0.25, KIND clear)", 1, 1);

	ASSERT_READ(r, "handlers",
		"active\trwc\nerror_kind\trw\np_bit_error\trw\n"
		"handlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "p_bit_error", "0.25");
	ASSERT_READ(r, "error_kind", "clear");
	ASSERT_READ(r, "active", "true");
	ASSERT_TEXT(rig_write(r, "p_bit_error", "1.1"), between);
	ASSERT_TEXT(rig_write(r, "p_bit_error", "x"), between);
	ASSERT_TEXT(rig_write(r, "error_kind", "x"), action);
	ASSERT_TEXT(rig_write(r, "active", "x"), "expected boolean\n");
	ASSERT_TEXT(rig_write(r, "config", "0.5"), "");
	ASSERT_READ(r, "error_kind", "flip");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RandomBitErrors", 1, 1, "P: required argument missing\n");
	ASSERT_ERRORS("RandomBitErrors(x)", 1, 1, "P: parse error\n");
	ASSERT_ERRORS("RandomBitErrors(1.5)", 1, 1, "drop probability must be between 0 and 1\n");
	ASSERT_ERRORS(
		"RandomBitErrors(0)", 1, 1, "warning: zero bit error probability (underflow?)\n");
	ASSERT_ERRORS("RandomBitErrors(1, Flip)", 1, 1,
		"bad action 'Flip' (must be 'set', 'clear', or 'flip')\n");
	ASSERT_ERRORS("RandomBitErrors(1, flip, x)", 1, 1, "ACTIVE: parse error\n");
}

static void
any_length(void)
{
	rig_truncations("RandomBitErrors(1)", 1, 1, 0, "0102030405", NULL);
}

UNIT_SUITE(randombiterrors, UNIT_CASE(certain_ones), UNIT_CASE(some_bits),
	UNIT_CASE(copies_stay_what_they_were), UNIT_CASE(inactive_and_pulled), UNIT_CASE(no_memory),
	UNIT_CASE(handlers), UNIT_CASE(arguments), UNIT_CASE(any_length))
