// SPDX-License-Identifier: BSD-3-Clause
// What is read with it (fixed-point numbers, times, bandwidths) is in test_text.c.
#include "src/text_decimal.h"

#include <errno.h>
#include <stddef.h>

#include "src/strbuf.h"
#include "test/unit/unit.h"

// "mantissa e exponent|what is left of the text", with a '+' where digits have been left out.
static const char *
reads(const char *text)
{
	static struct strbuf out;
	struct decimal d;
	const char *end = decimal_read(text, &d);

	strbuf_clear(&out);
	if (end == NULL)
		return "none";
	strbuf_addf(&out, "%llu%se%d|%s", (unsigned long long)d.mantissa, d.full ? "+" : "",
		d.exponent, end);
	return strbuf_text(&out);
}

#define ASSERT_READS(text, want) ASSERT_TEXT(reads(text), want)

static void
numbers(void)
{
	ASSERT_READS("0", "0e0|");
	ASSERT_READS("12", "12e0|");
	ASSERT_READS("+12", "12e0|");
	ASSERT_READS("0012", "12e0|");
	ASSERT_READS("1.50", "150e-2|");
	ASSERT_READS(".5", "5e-1|");
	ASSERT_READS("5.", "5e0|");
	ASSERT_READS("0.000", "0e-3|");
	ASSERT_READS("1e3", "1e3|");
	ASSERT_READS("1E+3", "1e3|");
	ASSERT_READS("1.25e-3", "125e-5|");
	ASSERT_READS("1.25e02", "125e0|");
}

static void
ends(void)
{
	ASSERT_READS("1 s", "1e0| s");
	ASSERT_READS("1.2.3", "12e-1|.3");
	ASSERT_READS("1e", "1e0|e");
	ASSERT_READS("1e+", "1e0|e+");
	ASSERT_READS("1e-x", "1e0|e-x");
	ASSERT_READS("1e5e6", "1e5|e6");
	ASSERT_READS("0x10", "0e0|x10");
	ASSERT_READS("1_0", "1e0|_0");
	ASSERT_READS("1+1", "1e0|+1");
}

static void
no_number(void)
{
	ASSERT_READS("", "none");
	ASSERT_READS("+", "none");
	ASSERT_READS(".", "none");
	ASSERT_READS("+.", "none");
	ASSERT_READS(".e5", "none");
	ASSERT_READS("e5", "none");
	ASSERT_READS("-1", "none");
	ASSERT_READS("++1", "none");
	ASSERT_READS(" 1", "none");
	ASSERT_READS("inf", "none");
	ASSERT_READS("nan", "none");
}

// Digits behind what 64 bits hold count for the size alone.
static void
many_digits(void)
{
	struct strbuf text = STRBUF_INIT;

	ASSERT_READS("18446744073709551615", "18446744073709551615e0|");
	ASSERT_READS("18446744073709551616", "1844674407370955161+e1|");
	ASSERT_READS("184467440737095516159", "18446744073709551615+e1|");
	ASSERT_READS("1844674407370955161.69", "1844674407370955161+e0|");
	ASSERT_READS("0.18446744073709551615999", "18446744073709551615+e-20|");
	// Once one is left out, all that follow are.
	ASSERT_READS("184467440737095516190", "1844674407370955161+e2|");
	strbuf_adds(&text, "1");
	for (int i = 0; i < 100000; i++)
		strbuf_addc(&text, '0');
	ASSERT_READS(strbuf_text(&text), "10000000000000000000+e99981|");
	strbuf_clear(&text);
	strbuf_adds(&text, "0.");
	for (int i = 0; i < 100000; i++)
		strbuf_addc(&text, '0');
	strbuf_adds(&text, "7e100001");
	ASSERT_READS(strbuf_text(&text), "7e0|");
	strbuf_fini(&text);
}

// Exponents stop growing where only their sign matters.
static void
large_exponents(void)
{
	struct decimal d;
	uint64_t v = 77;

	ASSERT_READS("1e999999999", "1e999999999|");
	ASSERT_READS("1e99999999999999999999x", "1e1000000000|x");
	ASSERT_READS("1e-99999999999999999999", "1e-1000000000|");
	CU_ASSERT_PTR_NOT_NULL(decimal_read("0e99999999999999999999", &d));
	CU_ASSERT_EQUAL(decimal_scale(&d, UINT64_C(1) << 63, INT32_MAX, 9, &v), 0);
	CU_ASSERT_EQUAL(v, 0);
	CU_ASSERT_PTR_NOT_NULL(decimal_read("1e-99999999999999999999", &d));
	CU_ASSERT_EQUAL(decimal_scale(&d, 1, INT32_MIN, 9, &v), 0);
	CU_ASSERT_EQUAL(v, 0);
	CU_ASSERT_PTR_NOT_NULL(decimal_read("1e99999999999999999999", &d));
	CU_ASSERT_EQUAL(decimal_scale(&d, 1, INT32_MAX, 9, &v), -ERANGE);
	CU_ASSERT_EQUAL(v, 9);
}

static void
scaling(void)
{
	static const struct {
		const char *text;
		uint64_t factor;
		int exponent;
		uint64_t max;
		int ret;
		uint64_t want;
	} cases[] = {
		{"1.5", 1, 0, UINT64_MAX, 0, 2}, // half of one goes up
		{"1.49999999999999999", 1, 0, UINT64_MAX, 0, 1},
		{"0.5", 1, 0, UINT64_MAX, 0, 1},
		{"0.4", 1, 0, UINT64_MAX, 0, 0},
		{"2.5", 1, 0, UINT64_MAX, 0, 3},
		{"1.5", 1, 9, UINT64_MAX, 0, 1500000000},
		{"0.0000000014", 1, 9, UINT64_MAX, 0, 1},
		{"3", 60, 9, UINT64_MAX, 0, 180000000000},
		{"1", 1, -1, UINT64_MAX, 0, 0},
		{"5", 1, -1, UINT64_MAX, 0, 1},
		{"18446744073709551615", 1, 0, UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551616", 1, 0, UINT64_MAX, 0, 18446744073709551610u},
		{"18446744073709551620", 1, 0, UINT64_MAX, -ERANGE, UINT64_MAX},
		{"184467440737095516150e-1", 1, 0, UINT64_MAX, 0, UINT64_MAX},
		{"18446744073709551615.4", 1, 0, UINT64_MAX, 0, UINT64_MAX},
		{"10", 1, 0, 10, 0, 10},
		{"10.5", 1, 0, 10, -ERANGE, 10},
		{"10.4", 1, 0, 10, 0, 10},
		{"11", 1, 0, 10, -ERANGE, 10},
		{"1", 1, 1, 9, -ERANGE, 9},
		{"1", 1, 0, 0, -ERANGE, 0},
		{"0.4", 1, 0, 0, 0, 0},
		{"18446744073709551615", UINT64_C(1) << 63, 0, UINT64_MAX, -ERANGE, UINT64_MAX},
		{"18446744073709551615", UINT64_C(1) << 63, -38, UINT64_MAX, 0, 2},
		{"18446744073709551615", UINT64_C(1) << 63, -39, UINT64_MAX, 0, 0},
		{"0.1", UINT64_C(1) << 63, 0, UINT64_MAX, 0, 922337203685477581},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;
		struct decimal d;
		uint64_t v = 77;
		int ret;

		CU_ASSERT_PTR_NOT_NULL_FATAL(decimal_read(cases[i].text, &d));
		ret = decimal_scale(&d, cases[i].factor, cases[i].exponent, cases[i].max, &v);
		strbuf_addf(&got, "%s: %d %llu", cases[i].text, ret, (unsigned long long)v);
		strbuf_addf(&want, "%s: %d %llu", cases[i].text, cases[i].ret,
			(unsigned long long)cases[i].want);
		ASSERT_TEXT(strbuf_text(&got), strbuf_text(&want));
		strbuf_fini(&got);
		strbuf_fini(&want);
	}
}

UNIT_SUITE(text_decimal, UNIT_CASE(numbers), UNIT_CASE(ends), UNIT_CASE(no_number),
	UNIT_CASE(many_digits), UNIT_CASE(large_exponents), UNIT_CASE(scaling))
