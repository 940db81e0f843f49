// SPDX-License-Identifier: BSD-3-Clause
#include "bench/arrivals.h"

void
arrivals_clear(struct arrivals *a)
{
	memset(a, 0, sizeof(*a));
}

static uint64_t *
word_of(struct arrivals *a, uint32_t number)
{
	return &a->seen[number % ARRIVALS_WINDOW / 64];
}

static uint64_t
bit_of(uint32_t number)
{
	return UINT64_C(1) << number % 64;
}

// Numbers between the highest one so far and this one are missing.
static void
skip_to(struct arrivals *a, uint32_t number)
{
	if (number - a->next >= ARRIVALS_WINDOW) {
		memset(a->seen, 0, sizeof(a->seen));
		a->next = number;
	}
	for (; a->next != number; a->next++)
		*word_of(a, a->next) &= ~bit_of(a->next);
	*word_of(a, number) |= bit_of(number);
	a->next++;
}

bool
arrivals_add_odd(struct arrivals *a, uint32_t number, uint64_t stamp)
{
	uint32_t behind = a->next - number;

	if ((int32_t)behind <= 0) {
		skip_to(a, number);
		a->hole_stamp = stamp;
		a->n++;
		return true;
	}
	if (behind > ARRIVALS_WINDOW) {
		a->n_old++;
	} else if (*word_of(a, number) & bit_of(number)) {
		a->n_duplicates++;
		return false;
	} else {
		*word_of(a, number) |= bit_of(number);
	}
	if (behind > a->extent)
		a->extent = behind;
	a->n_reordered++;
	a->n++;
	return true;
}
