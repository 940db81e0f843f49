// SPDX-License-Identifier: BSD-3-Clause
#include "src/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/strbuf.h"
#include "src/text_decimal.h"

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 99;
}

static const char *
integer_base(const char *s, unsigned *base)
{
	*base = 10;
	if (s[0] != '0')
		return s;
	if (s[1] == 'x' || s[1] == 'X') {
		*base = 16;
		return s + 2;
	}
	if (s[1] == 'b' || s[1] == 'B') {
		*base = 2;
		return s + 2;
	}
	*base = 8;
	return s;
}

// The magnitude. -ERANGE: a number, but above UINT64_MAX.
static int
read_magnitude(const char *s, uint64_t *v)
{
	bool overflow = false;
	unsigned base;

	s = integer_base(s, &base);
	*v = 0;
	for (;;) {
		int digit = digit_value(*s);

		if (digit >= (int)base)
			return -EINVAL;
		overflow = __builtin_mul_overflow(*v, base, v) || overflow;
		overflow = __builtin_add_overflow(*v, (uint64_t)digit, v) || overflow;
		s++;
		if (*s == '\0')
			break;
		if (*s == '_')
			s++;
	}
	if (overflow)
		*v = UINT64_MAX;
	return overflow ? -ERANGE : 0;
}

int
text_read_uint64(const char *text, uint64_t *v)
{
	uint64_t magnitude;
	int err = read_magnitude(text + (*text == '+'), &magnitude);

	if (err != -EINVAL)
		*v = magnitude;
	return err;
}

int
text_read_int64(const char *text, int64_t *v)
{
	bool negative = *text == '-';
	uint64_t magnitude, limit = (uint64_t)INT64_MAX + negative;

	if (read_magnitude(text + (negative || *text == '+'), &magnitude) == -EINVAL)
		return -EINVAL;
	if (magnitude >= limit)
		*v = negative ? INT64_MIN : INT64_MAX;
	else
		*v = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return magnitude > limit ? -ERANGE : 0;
}

int
text_read_bool(const char *text, bool *v)
{
	static const char *const words[] = {
		"false", "true", "no", "yes", "f", "t", "n", "y", "0", "1"};

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) == 0) {
			*v = i & 1;
			return 0;
		}
	}
	return -EINVAL;
}

int
text_read_double(const char *text, double *v)
{
	char *end;
	double d;

	if (*text == '\0' || isspace((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	d = strtod(text, &end);
	if (end == text || *end != '\0')
		return -EINVAL;
	*v = d;
	return errno == ERANGE ? -ERANGE : 0;
}

int
text_read_fixed2(const char *text, unsigned bits, uint64_t *v)
{
	struct decimal d;
	const char *end = decimal_read(text, &d);

	if (end == NULL || *end != '\0')
		return -EINVAL;
	return decimal_scale(&d, UINT64_C(1) << bits, 0, UINT64_MAX, v);
}

void
text_double(struct strbuf *out, double v)
{
	strbuf_addf(out, "%.12g", v);
}

// One digit more each time, rounded to the nearest, until reading gives the fraction back. This
// yields the digits of print_scaled in D. E. Knuth, TeX: The Program, section 103.
void
text_fixed2(struct strbuf *out, uint64_t value, unsigned bits)
{
	unsigned __int128 one = (unsigned __int128)1 << bits, power = 1, digits;
	uint64_t fraction = value & (uint64_t)(one - 1);
	int n = 0;

	strbuf_addf(out, "%llu", (unsigned long long)(value >> bits));
	if (fraction == 0)
		return;
	do {
		n++;
		power *= 10;
		digits = (fraction * power + one / 2) / one;
	} while ((digits * one + power / 2) / power != fraction);
	strbuf_addf(out, ".%0*llu", n, (unsigned long long)digits);
}

void
text_fixed10(struct strbuf *out, uint64_t value, unsigned digits)
{
	uint64_t power = 1, fraction;

	for (unsigned i = 0; i < digits; i++)
		power *= 10;
	strbuf_addf(out, "%llu", (unsigned long long)(value / power));
	fraction = value % power;
	if (fraction == 0)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		digits--;
	strbuf_addf(out, ".%0*llu", (int)digits, (unsigned long long)fraction);
}
