// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Lookup by trying every route: for the few routes of a usual configuration, and for masks that are
// not those of prefixes. It never changes; a new one takes its place.

#include <stdbool.h>
#include <stdint.h>

struct route_table;

struct route_linear {
	uint32_t n;
	bool odd; // some mask is not that of a prefix
	uint32_t *addr, *mask, *hop; // owned
};

// Of all routes but the default route.
struct route_linear *route_linear_create(const struct route_table *t);
void route_linear_destroy(struct route_linear *l); // NULL is fine

// hop[i] becomes the number of the next hop of dst[i] (host order), ROUTE_HOP_NONE if no route
// matches. n is at most BATCH_MAX.
void
route_linear_lookup(const struct route_linear *l, const uint32_t *dst, uint32_t *hop, unsigned n);
