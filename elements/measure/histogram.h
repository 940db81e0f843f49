// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How often each size came, counted by each lcore. Begins the class's per-lcore state.

#include <stdint.h>

#include "src/element.h"

enum { HISTOGRAM_MAX = 4096 }; // larger sizes count as this one

struct histogram {
	uint64_t counts[HISTOGRAM_MAX + 1];
};

static inline void
histogram_add(struct histogram *h, uint64_t size)
{
	h->counts[size < HISTOGRAM_MAX ? size : HISTOGRAM_MAX]++;
}

// All lcores' together.
void histogram_sum(const struct element *e, struct histogram *sum);
// For take_state.
void histogram_take(struct element *e, const struct element *old);

extern const struct handler histogram_handlers[];
