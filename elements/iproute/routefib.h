// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Lookup of prefixes in DPDK's rte_fib: one read of a table of all /24 networks, a second one for
// longer prefixes (Gupta, Lin and McKeown, "Routing lookups in hardware at memory access speeds",
// 1998).

#include <stdbool.h>
#include <stdint.h>

struct route_change;
struct route_fib;
struct route_table;

// Of all routes but the default route; every mask must be a prefix's. NULL: no EAL memory.
struct route_fib *route_fib_create(const struct route_table *t);
void route_fib_destroy(struct route_fib *f); // NULL is fine
// EAL memory that route_fib_create() takes.
uint64_t route_fib_bytes(const struct route_table *t);

// Whether the table's open transaction can be applied without making a new one.
bool route_fib_has_room(const struct route_fib *f, const struct route_table *t);
// Applies one change, which is not of the default route. 0 or negative: then it must be made anew.
//
// No lookup may run meanwhile. rte_fib of DPDK 22.11 writes its tables in an order that would suit
// readers, but when the last long prefix of a /24 goes, or its whole group has become alike, it
// clears and reuses the group at once, while a reader may be between the two reads; it takes no RCU
// variable yet (24.11 does).
int route_fib_change(struct route_fib *f, const struct route_change *c);

// As route_linear_lookup().
void route_fib_lookup(const struct route_fib *f, uint32_t *dst, uint32_t *hop, unsigned n);
