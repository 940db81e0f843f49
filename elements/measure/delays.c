// SPDX-License-Identifier: BSD-3-Clause
#include "elements/measure/delays.h"

#include <math.h>
#include <stdlib.h>

#include <rte_common.h>

#include "src/mem.h"

void
delays_init(struct delays *d, uint32_t capacity, bool classes)
{
	d->capacity = capacity;
	d->values = mem_zalloc((size_t)capacity * sizeof(*d->values));
	d->classes = classes ? mem_zalloc((size_t)capacity * sizeof(*d->classes)) : NULL;
}

void
delays_fini(struct delays *d)
{
	free(d->values);
	free(d->classes);
	*d = (struct delays){0};
}

uint32_t
delays_n(const struct delays *d)
{
	return (uint32_t)RTE_MIN(atomic_load(&d->n), (uint64_t)d->capacity);
}

int64_t
delays_at(const struct delays *d, uint32_t i)
{
	return atomic_load_explicit(&d->values[i], memory_order_relaxed) - 1;
}

void
delays_summarize(const struct delays *d, uint32_t from, int class, struct delays_summary *summary)
{
	double sum = 0, squares = 0;
	uint32_t n = delays_n(d);

	*summary = (struct delays_summary){0};
	for (uint32_t i = from; i < n; i++) {
		int64_t v = delays_at(d, i);

		if (class >= 0 && d->classes[i] != class)
			continue;
		summary->min = summary->n == 0 ? v : RTE_MIN(summary->min, v);
		summary->max = summary->n == 0 ? v : RTE_MAX(summary->max, v);
		summary->n++;
		sum += (double)v;
	}
	if (summary->n == 0)
		return;
	summary->average = sum / summary->n;
	for (uint32_t i = from; i < n; i++) {
		double off = (double)delays_at(d, i) - summary->average;

		if (class < 0 || d->classes[i] == class)
			squares += off * off;
	}
	summary->deviation = sqrt(squares / summary->n);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int64_t
delays_percentile(const struct delays *d, uint32_t from, double percent)
{
	uint32_t n = delays_n(d), at;
	int64_t *sorted, v;

	if (from >= n)
		return 0;
	n -= from;
	sorted = mem_zalloc(n * sizeof(*sorted));
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = delays_at(d, from + i);
	qsort(sorted, n, sizeof(*sorted), compare);
	at = (uint32_t)(percent * n / 100);
	v = sorted[RTE_MIN(at, n - 1)];
	free(sorted);
	return v;
}
