// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Values that were measured, in the order of their coming, and what statistics make of them.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delays {
	uint32_t capacity;
	_Atomic uint64_t n; // values, beyond the capacity those that were not kept
	_Atomic int64_t *values; // owned; any lcore adds; 0 until it is there, else plus one
	_Atomic uint8_t *classes; // owned; NULL: values have none
};

void delays_init(struct delays *d, uint32_t capacity, bool classes);
void delays_fini(struct delays *d); // a zeroed one is fine

static inline void
delays_add(struct delays *d, int64_t value, uint8_t class)
{
	uint64_t i = atomic_fetch_add_explicit(&d->n, 1, memory_order_relaxed);

	if (i >= d->capacity)
		return;
	if (d->classes != NULL)
		atomic_store_explicit(&d->classes[i], class, memory_order_relaxed);
	atomic_store_explicit(&d->values[i], value + 1, memory_order_relaxed);
}

// For the following no lcore adds.
uint32_t delays_n(const struct delays *d); // kept
int64_t delays_at(const struct delays *d, uint32_t i);

struct delays_summary {
	uint32_t n;
	int64_t min, max; // 0 without values
	double average, deviation; // of all, not of a sample
};

// Of those from `from` on; class < 0: of all classes.
void
delays_summarize(const struct delays *d, uint32_t from, int class, struct delays_summary *summary);
// The value that percent of those from `from` on are below; 0 without values.
int64_t delays_percentile(const struct delays *d, uint32_t from, double percent);
