// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What packets are looked up in: made from a route table, one of two ways of searching plus the
// next hops by number.
//
// Few routes are searched one by one. Measured on a 2.1 GHz Xeon with SSE4.2, batches of 32, per
// packet: 4 routes 0.7 ns, 8 routes 1.3 ns, 16 routes 2.5 ns, 32 routes 5.3 ns; rte_fib 1.2 to
// 1.5 ns, 5 ns if it must come from memory, and 16 to 64 MiB to fill with zeros first (9 to 30 ms).
//
// Readers fetch the engine once a batch and hold it to the end of the lookup only.

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"

struct route_fib;
struct route_linear;
struct route_table;

enum {
	ROUTE_ENGINE_FEW = 16, // most routes searched one by one where both ways are open
	// Where there is no memory for the table, more are searched one by one; but not more than
	// so many, a microsecond a packet.
	ROUTE_ENGINE_SLOW_MOST = 4096,
};

struct route_target { // where a packet goes
	struct ip_addr gw; // zero: none
	int16_t decision; // output, or DROP(0)
	uint16_t label; // see struct route
};

struct route_engine {
	struct route_fib *fib; // owned; NULL: linear is used
	struct route_linear *linear; // owned
	// By number of the next hop. Number 0, which is found when no route matches, stands for the
	// default route: it can change without a write to millions of entries.
	struct route_target *target; // owned
	uint32_t n_targets; // capacity
	uint32_t retry_at; // there was no memory for a fib: next try with so many routes
};

// From the routes as they stand, the open transaction's included. old is the engine in use, NULL if
// there is none. Never NULL: without memory for a fib the routes are searched one by one.
struct route_engine *
route_engine_create(const struct route_table *t, const struct route_engine *old);
void route_engine_destroy(struct route_engine *e); // NULL is fine
// Searches too many routes one by one.
bool route_engine_is_overloaded(const struct route_engine *e, const struct route_table *t);
// EAL memory that route_engine_create() would take.
uint64_t route_engine_bytes(const struct route_table *t);

// Makes the engine what route_engine_create() would make now, if that can be done in place: by
// applying the open transaction. 0; -EAGAIN: nothing was changed; -EIO: part of it was changed, the
// engine must be replaced. No lookup may run meanwhile, see route_fib_change().
int route_engine_apply(struct route_engine *e, const struct route_table *t);

// target[i] becomes the number in e->target for dst[i] (host order). n is at most BATCH_MAX.
void route_engine_lookup(const struct route_engine *e, uint32_t *dst, uint32_t *target, unsigned n);
