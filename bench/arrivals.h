// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which numbered frames have arrived: each one once, again, or behind one that was sent later (RFC
// 4737: reordered is what comes with a number below the highest one so far). The last 2^20 numbers
// are remembered, for a tenth of a second at 10 million frames per second.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ARRIVALS_WINDOW = 1 << 20 };

struct arrivals {
	uint32_t next; // one above the highest number so far
	uint64_t n; // different frames
	uint64_t n_duplicates; // that had arrived before
	uint64_t n_reordered;
	uint64_t n_old; // of these, too far behind to tell whether they are duplicates
	uint32_t extent; // the farthest that one came behind the highest number so far
	uint64_t hole_stamp; // when the frame behind the last hole in the numbers was sent; 0: none
	uint64_t seen[ARRIVALS_WINDOW / 64]; // a bit for each number below next
};

void arrivals_clear(struct arrivals *a);

// Anything but the next number.
bool arrivals_add_odd(struct arrivals *a, uint32_t number, uint64_t stamp);

// Whether the frame is new. stamp: when it was sent.
static inline bool
arrivals_add(struct arrivals *a, uint32_t number, uint64_t stamp)
{
	uint64_t *word = &a->seen[number % ARRIVALS_WINDOW / 64];

	if (__builtin_expect(number != a->next, 0))
		return arrivals_add_odd(a, number, stamp);
	// Numbers that are as far behind as the window is long make room.
	*word = (number % 64 == 0 ? 0 : *word) | UINT64_C(1) << number % 64;
	a->next++;
	a->n++;
	return true;
}
