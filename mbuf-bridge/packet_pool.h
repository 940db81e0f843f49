// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The pools that packets come from: one rte_mempool for each NUMA node. They belong to the process,
// not to a router, so that packets and device queues outlive a hot swap. The size of our private
// area is set here and nowhere else.

#include <stdbool.h>
#include <stdint.h>

struct packet;
struct rte_mempool;

enum { PACKET_POOL_NODES = 8 }; // NUMA nodes that can have a pool

struct packet_pool_info {
	uint32_t n_packets; // size
	uint32_t n_free; // now, in the pool and in the lcores' caches
	uint32_t n_low; // lowest n_free that packet_pool_sample() saw
};

// Creates the pool of a node. EAL must be running. cache: buffers that each lcore keeps (at most
// 512 and n_packets / 1.5). Returns 0; -EEXIST, -ENOMEM (no memory or hugepages left), -EINVAL.
int packet_pool_create(unsigned node, uint32_t n_packets, uint32_t cache);
// Frees all pools. No packet may be in use.
void packet_pool_destroy_all(void);
// NULL if the node has no pool.
struct rte_mempool *packet_pool_mempool(unsigned node);
// The node's own pool, else any that exists, else NULL.
struct rte_mempool *packet_pool_near(unsigned node);
// false if the node has no pool.
bool packet_pool_info(unsigned node, struct packet_pool_info *info);
// Notes the low-water mark. Walks the lcores' caches: for the control side, some times a second.
void packet_pool_sample(void);

// What a thread needs to allocate packets, and what it counts. Only the thread writes; others may
// read the counters at any time and get a value that was true a moment ago.
struct packet_thread {
	struct rte_mempool *pool; // shared; NULL until packet_thread_attach()
	uint64_t n_generated; // packets made: allocated, cloned, copied
	uint64_t n_replaced; // of these, made to take another packet's place
	uint64_t n_failed; // allocations that found no buffer
};

extern __thread struct packet_thread packet_thread;

// Gives the calling thread the pool near its NUMA node.
void packet_thread_attach(unsigned node);
