// SPDX-License-Identifier: BSD-3-Clause
#include "src/text_decimal.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

// Beyond this an exponent decides alone whether the value is 0 or too large.
#define EXPONENT_MAX 1000000000

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// Digits of the integer part (exponent step 0 for kept, +1 for dropped ones) or of the fraction
// (-1 for kept, 0 for dropped ones).
static const char *
decimal_read_digits(const char *s, struct decimal *d, int kept, int dropped)
{
	for (; is_digit(*s); s++) {
		uint64_t m;

		d->full = d->full || __builtin_mul_overflow(d->mantissa, 10, &m) ||
			  __builtin_add_overflow(m, (uint64_t)(*s - '0'), &m);
		if (!d->full)
			d->mantissa = m;
		if (d->exponent > -EXPONENT_MAX && d->exponent < EXPONENT_MAX)
			d->exponent += d->full ? dropped : kept;
	}
	return s;
}

// The end of the exponent at s, s itself if there is none.
static const char *
decimal_read_exponent(const char *s, int *exponent)
{
	const char *t = s;
	bool negative;
	int e = 0;

	if (*t != 'e' && *t != 'E')
		return s;
	t++;
	negative = *t == '-';
	if (*t == '-' || *t == '+')
		t++;
	if (!is_digit(*t))
		return s;
	for (; is_digit(*t); t++)
		e = e < EXPONENT_MAX / 10 ? e * 10 + (*t - '0') : EXPONENT_MAX;
	// The exponent so far is within EXPONENT_MAX as well, so that the sum cannot overflow.
	*exponent += negative ? -e : e;
	return t;
}

const char *
decimal_read(const char *text, struct decimal *d)
{
	const char *s = text + (*text == '+'), *begin = s, *point;

	*d = (struct decimal){0};
	s = decimal_read_digits(s, d, 0, 1);
	point = s;
	if (*s == '.')
		s = decimal_read_digits(s + 1, d, -1, 0);
	if (point == begin && s <= point + 1)
		return NULL;
	return decimal_read_exponent(s, &d->exponent);
}

static int
decimal_scale_up(unsigned __int128 v, int64_t exponent, uint64_t max, uint64_t *out)
{
	for (; exponent > 0 && v <= max && v != 0; exponent--)
		v *= 10;
	*out = v > max ? max : (uint64_t)v;
	return v > max ? -ERANGE : 0;
}

int
decimal_scale(const struct decimal *d, uint64_t factor, int exponent, uint64_t max, uint64_t *out)
{
	unsigned __int128 v = (unsigned __int128)d->mantissa * factor, power = 1;
	int64_t e = (int64_t)d->exponent + exponent;

	if (e >= 0)
		return decimal_scale_up(v, e, max, out);
	// 10^38 is the last power below 2^127, and v < 2^127.
	if (e < -38) {
		*out = 0;
		return 0;
	}
	for (; e < 0; e++)
		power *= 10;
	return decimal_scale_up((v + power / 2) / power, 0, max, out);
}
