// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Pseudo-random numbers as work: each draw needs the one before it.

#include <stdint.h>

// Marsaglia's xorshift32; 0 stays 0.
static inline uint32_t
draw_next(uint32_t x)
{
	x ^= x << 13;
	x ^= x >> 17;
	return x ^ x << 5;
}

static inline uint32_t
draw_many(uint32_t x, uint32_t n)
{
	while (n-- > 0)
		x = draw_next(x);
	return x;
}

// 0 to n - 1, by the high bits.
static inline uint32_t
draw_scale(uint32_t x, uint32_t n)
{
	return (uint32_t)((uint64_t)x * n >> 32);
}
