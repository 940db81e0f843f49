// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Unsigned decimal numbers with fraction and exponent, read exactly: the common part of fixed-point
// numbers, times and bandwidths. Private to the readers of texts.

#include <stdbool.h>
#include <stdint.h>

struct decimal { // mantissa * 10^exponent
	uint64_t mantissa; // the first 19 or 20 significant digits; more have no effect
	int exponent;
	bool full; // digits have been left out
};

// Reads [+]digits[.digits][e[+-]digits] at the start of text; one digit must be there. Returns
// where it ends, NULL if there is no number.
const char *decimal_read(const char *text, struct decimal *d);

// d * factor * 10^exponent, rounded to the nearest. factor <= 2^63. Returns 0, or -ERANGE if the
// result is above max; *v is max then.
int
decimal_scale(const struct decimal *d, uint64_t factor, int exponent, uint64_t max, uint64_t *v);
