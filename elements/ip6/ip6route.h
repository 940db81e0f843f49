// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The routes of an IPv6 route table as handlers see them: by slot, in the order in which they are
// printed, and by prefix. Only the control side knows it; what lookups use is made from it
// (ip6lookup.h).
//
// Changes are collected in a transaction, which is always open: ip6_routes_commit() makes them
// final, ip6_routes_undo() takes them back, down to the slots.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"

enum { IP6_ROUTES_MAX = (1 << 21) - 2 }; // numbers of next hops that rte_lpm6 can store

struct ip6_route {
	struct ip6_prefix prefix; // host bits are zero
	struct ip6_addr gw; // zero: none, packets go to their own destination
	int32_t port; // output; negative: no route, the slot is free
	bool by_handler; // not from the configuration
};

struct ip6_route_slot {
	struct ip6_route route;
	uint32_t next; // slot in the same bucket; IP6_NO_SLOT at the end
};

#define IP6_NO_SLOT UINT32_MAX

struct ip6_route_change {
	uint32_t slot;
	struct ip6_route before, after;
};

struct ip6_routes { // starts zeroed
	struct ip6_route_slot *slot; // owned
	size_t n_slots, slot_cap;
	uint32_t *bucket; // owned; first slot of each
	size_t n_buckets; // a power of two, or 0
	size_t lowest_free; // no slot below is free
	size_t n_routes;
	struct ip6_route_change *change; // owned; of the open transaction, in order
	size_t n_changes, change_cap;
};

void ip6_routes_fini(struct ip6_routes *t);
// The slot with a prefix, IP6_NO_SLOT if there is none.
uint32_t ip6_routes_find(const struct ip6_routes *t, const struct ip6_prefix *prefix);
// Adds a route, or gives an existing prefix the new gateway and output. 0, or -ENOMEM: too many.
int ip6_routes_set(struct ip6_routes *t, const struct ip6_route *r);
// Removes the route with the prefix, if there is one.
void ip6_routes_remove(struct ip6_routes *t, const struct ip6_prefix *prefix);
void ip6_routes_commit(struct ip6_routes *t);
void ip6_routes_undo(struct ip6_routes *t);
