// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What packets are looked up in: made from the routes, one of two ways of searching plus where each
// route leads. Few routes are searched one by one; more by DPDK's rte_lpm6, a table of all /24
// networks of 64 MiB with one more read for each 8 bits of a longer prefix.
//
// Readers fetch the engine once a batch and hold it to the end of the lookup only.

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"

struct ip6_routes;
struct rte_lpm6;

enum {
	IP6_LOOKUP_FEW = 16, // most routes searched one by one
	IP6_LOOKUP_SLOW_MOST = 4096, // where there is no memory for a table
};

struct ip6_target { // where a packet goes
	struct ip6_addr gw;
	bool has_gw;
	int16_t decision; // output, or DROP(0)
};

struct ip6_linear { // longest prefixes last, so that the last match is the best
	uint32_t n;
	uint64_t (*addr)[2], (*mask)[2]; // owned
	uint32_t *number; // owned; in target
};

struct ip6_lookup {
	struct rte_lpm6 *lpm; // owned; NULL: linear is used
	struct ip6_linear linear;
	// By slot plus one. Number 0, which is found when no route matches, stands for the default
	// route.
	struct ip6_target *target; // owned
	uint32_t n_targets; // capacity
};

// From the routes as they stand, the open transaction's included. Never NULL: without memory for a
// table the routes are searched one by one.
struct ip6_lookup *ip6_lookup_create(const struct ip6_routes *t);
void ip6_lookup_destroy(struct ip6_lookup *l); // NULL is fine
// Searches too many routes one by one.
bool ip6_lookup_is_overloaded(const struct ip6_lookup *l, const struct ip6_routes *t);
// EAL memory that ip6_lookup_create() would take.
uint64_t ip6_lookup_bytes(const struct ip6_routes *t);

// Applies the open transaction in place. 0; -EAGAIN: nothing was changed; -EIO: part of it was
// changed, the engine must be replaced. No lookup may run meanwhile: rte_lpm6 says nothing about
// readers, and reuses the groups of a removed prefix at once.
int ip6_lookup_apply(struct ip6_lookup *l, const struct ip6_routes *t);

// number[i] becomes the place in l->target for dst[i]. n is at most BATCH_MAX.
void
ip6_lookup_find(const struct ip6_lookup *l, struct ip6_addr *dst, uint32_t *number, unsigned n);
