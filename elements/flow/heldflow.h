// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packets that flow elements hold back for a time, by flow: TCPReorder, SFMaker. Each lcore has
// room for so many of them, and a timer for the flow that has waited for the longest time.

#include "elements/flow/flowmanager.h"
#include "src/clock.h"

struct held_entry {
	struct packet *p; // owned; NULL: free
	uint32_t seq; // what the flow's packets are sorted by
	uint32_t next; // of the flow, or free; entry plus one, 0: none
};

struct held_flow { // begins the slot of the class
	struct held_flow *next, *prev; // borrowed; those that wait, the oldest first
	int64_t since_ns; // clock_steady(); when it began to wait for what is missing
	uint32_t first, last; // entry plus one; 0: holds nothing
	uint32_t n; // packets
};

struct held_lcore { // begins the per-lcore state of the class
	struct held_entry *entries; // owned
	uint32_t capacity, n, n_used; // entries below n_used are used or free
	uint32_t free; // entry plus one
	struct held_flow *oldest, *newest;
	struct timer timer;
};

// capacity: packets of each lcore.
int held_reserve(struct element *e, uint32_t capacity, struct plan *plan);
void held_init(struct element *e, uint32_t capacity, timer_fn *fire);
// What is still held is dropped.
void held_fini(struct element *e, unsigned reason);
// Of lcores that packets do not come to any more.
void held_drop_strays(struct element *e, unsigned reason);
// Hot swap, if the flows move: all that old holds.
void held_take(struct element *e, struct element *old);
uint32_t held_count(struct element *e);

static inline bool
held_is_full(const struct held_lcore *l)
{
	return l->n == l->capacity;
}

// Holds p behind all of the flow's packets with the same or a lower number. Not if it is full.
// now_ns: clock_steady().
void held_add(struct held_lcore *l, struct held_flow *flow, struct packet *p, uint32_t seq,
	int64_t now_ns);
// A flow that holds packets waits for something else from now on.
void held_wait_anew(struct held_lcore *l, struct held_flow *flow, int64_t now_ns);
// The first packet of the flow, which is then the caller's.
struct packet *held_take_first(struct held_lcore *l, struct held_flow *flow);
static inline uint32_t
held_first_seq(const struct held_lcore *l, const struct held_flow *flow)
{
	return l->entries[flow->first - 1].seq;
}
// All packets of a flow that ends.
void held_drop(struct element *e, struct held_flow *flow, unsigned reason);
