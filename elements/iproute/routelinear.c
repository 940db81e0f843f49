// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routelinear.h"

#include <stdlib.h>
#include <string.h>

#include "elements/iproute/routetable.h"
#include "src/batch.h"
#include "src/mem.h"

static int
compare_masks(const void *a_v, const void *b_v, void *table)
{
	const struct route_table *t = table;
	uint32_t a = t->slot[*(const uint32_t *)a_v].mask;
	uint32_t b = t->slot[*(const uint32_t *)b_v].mask;

	return a < b ? -1 : a > b;
}

struct route_linear *
route_linear_create(const struct route_table *t)
{
	struct route_linear *l = mem_zalloc(sizeof(*l));
	uint32_t *order = route_table_order(t);

	l->odd = t->n_odd > 0;
	l->addr = mem_zalloc(t->n_routes * sizeof(*l->addr));
	l->mask = mem_zalloc(t->n_routes * sizeof(*l->mask));
	l->hop = mem_zalloc(t->n_routes * sizeof(*l->hop));
	// Prefixes: the longest come last, so that the last match is the best.
	if (!l->odd)
		qsort_r(order, t->n_routes, sizeof(*order), compare_masks, (void *)(uintptr_t)t);
	for (size_t i = 0; i < t->n_routes; i++) {
		const struct route_slot *s = &t->slot[order[i]];

		if (s->mask == 0)
			continue;
		l->addr[l->n] = s->addr;
		l->mask[l->n] = s->mask;
		l->hop[l->n++] = s->hop;
	}
	free(order);
	return l;
}

void
route_linear_destroy(struct route_linear *l)
{
	if (l == NULL)
		return;
	free(l->addr);
	free(l->mask);
	free(l->hop);
	free(l);
}

// Routes outside and packets inside, without a branch: the compiler compares four to sixteen
// packets at once.
static void
lookup_prefixes(const struct route_linear *l, const uint32_t *restrict dst, uint32_t *restrict hop,
	unsigned n)
{
	for (uint32_t r = 0; r < l->n; r++) {
		uint32_t addr = l->addr[r], mask = l->mask[r], to = l->hop[r];

		for (unsigned i = 0; i < n; i++)
			hop[i] = (dst[i] & mask) == addr ? to : hop[i];
	}
}

// In the table's order, as Click does it: the first route that matches, then any later one whose
// mask covers that of the best so far.
static void
lookup_masks(const struct route_linear *l, const uint32_t *restrict dst, uint32_t *restrict hop,
	unsigned n)
{
	uint32_t best[BATCH_MAX] = {0};

	for (uint32_t r = 0; r < l->n; r++) {
		uint32_t addr = l->addr[r], mask = l->mask[r], to = l->hop[r];

		for (unsigned i = 0; i < n; i++) {
			bool better = ((dst[i] & mask) == addr) & ((mask & best[i]) == best[i]);

			hop[i] = better ? to : hop[i];
			best[i] = better ? mask : best[i];
		}
	}
}

void
route_linear_lookup(const struct route_linear *l, const uint32_t *dst, uint32_t *hop, unsigned n)
{
	memset(hop, 0, n * sizeof(*hop));
	if (l->odd)
		lookup_masks(l, dst, hop, n);
	else
		lookup_prefixes(l, dst, hop, n);
}
