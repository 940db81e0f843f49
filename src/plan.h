// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a router needs of the machine: packets for its pools, memory for its tables. Elements add
// their share (element_class.reserve), the run-time adds its own, and the sum is printed at start.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mbuf-bridge/packet_pool.h"

struct element;
struct router;
struct strbuf;

struct plan_item {
	uint64_t n_packets;
	unsigned node;
	char *what; // owned; what for
};

struct plan {
	uint64_t packets[PACKET_POOL_NODES]; // by NUMA node
	uint64_t heap_bytes; // tables in EAL memory
	uint32_t n_wanted; // --mbufs: packets per node; 0: computed
	uint32_t n_least; // DPDKInfo: if computed, at least so many
	uint32_t cache; // packets that each lcore's cache holds
	struct plan_item *items; // owned; what was added, in that order
	size_t n_items, items_cap;
};

void plan_fini(struct plan *plan); // what it was made for stays

// n packets on a node, for what fmt says ("device net_tap0: 1 rx queue x 1024 descriptors").
void plan_add_packets(struct plan *plan, unsigned node, uint64_t n, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void plan_add_heap(struct plan *plan, uint64_t bytes);

// Adds what the lcores hold in caches and bursts, once all elements have added theirs.
void plan_finish(struct plan *plan);
// Packets of a node's pool: what was added, or what --mbufs demands. 0: the node needs none.
uint32_t plan_packets(const struct plan *plan, unsigned node);
// Packets that are free in the pools now, a line "NODE COUNT" for each pool.
void plan_free_text(struct strbuf *out);
uint64_t plan_bytes(const struct plan *plan); // of all pools and tables
// Creates the pools that do not exist yet. 0, or -ENOMEM with *node the one that failed.
int plan_create_pools(const struct plan *plan, unsigned *node);
void plan_text(const struct plan *plan, const struct router *r, struct strbuf *out);
// Of these, the lines about packets.
void plan_items_text(const struct plan *plan, struct strbuf *out);
// Whether the element has work of its own on the lcore: tasks, timers, a device's queues.
bool plan_works_on(const struct element *e, unsigned lcore);
