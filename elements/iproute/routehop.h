// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The distinct (gateway, output, label) triples of a route table, by number. Many routes share few
// of them, so that what lookups fetch stays in the cache and the numbers stay small.

#include <stddef.h>
#include <stdint.h>

#include "elements/iproute/routehash.h"
#include "src/addr.h"

enum { ROUTE_HOP_NONE = 0, ROUTE_HOP_MAX = 1 << 24 };

struct route_hop {
	struct ip_addr gw; // zero: none
	int32_t port; // 0 to INT16_MAX
	uint16_t label;
	uint32_t n_refs; // routes that use it; 0: the number is free
};

struct route_hops { // starts zeroed
	struct route_hop *v; // owned; number 0 is never used
	size_t n, cap;
	uint32_t *free; // owned; numbers to use again, last freed last
	size_t n_free, free_cap;
	struct route_hash hash; // number by gateway, label and output
};

void route_hops_fini(struct route_hops *h);
// The number of a triple, made if it is new, with one more reference; ROUTE_HOP_NONE: too many.
uint32_t route_hops_get(struct route_hops *h, struct ip_addr gw, int32_t port, uint16_t label);
void route_hops_put(struct route_hops *h, uint32_t number);
