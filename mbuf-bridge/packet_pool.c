// SPDX-License-Identifier: BSD-3-Clause
#include "mbuf-bridge/packet_pool.h"

#include <errno.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>

#include "mbuf-bridge/packet.h"

struct packet_pool {
	struct rte_mempool *mempool; // owned
	uint32_t n_low;
};

static struct packet_pool pools[PACKET_POOL_NODES];

__thread struct packet_thread packet_thread;

// The meta bit must be ours alone: a driver that used the same dynamic flag would fake annotations.
static int
reserve_meta_flag(void)
{
	static const struct rte_mbuf_dynflag flag = {.name = "clickd_packet_meta"};

	if (rte_mbuf_dynflag_register_bitnum(&flag, PACKET_META_BIT) == PACKET_META_BIT)
		return 0;
	return -rte_errno;
}

int
packet_pool_create(unsigned node, uint32_t n_packets, uint32_t cache)
{
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *mempool;
	int err;

	if (node >= PACKET_POOL_NODES || n_packets == 0)
		return -EINVAL;
	if (pools[node].mempool != NULL)
		return -EEXIST;
	err = reserve_meta_flag();
	if (err != 0)
		return err;
	if (cache > RTE_MEMPOOL_CACHE_MAX_SIZE)
		cache = RTE_MEMPOOL_CACHE_MAX_SIZE;
	if (cache > n_packets / 2)
		cache = n_packets / 2;
	snprintf(name, sizeof(name), "packets_%u", node);
	mempool = rte_pktmbuf_pool_create(name, n_packets, cache, PACKET_META_SIZE,
		PACKET_HEADROOM + PACKET_DATA_SIZE, (int)node);
	if (mempool == NULL)
		return -rte_errno;
	pools[node] = (struct packet_pool){.mempool = mempool, .n_low = n_packets};
	return 0;
}

void
packet_pool_destroy_all(void)
{
	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		rte_mempool_free(pools[node].mempool);
		pools[node] = (struct packet_pool){0};
	}
	packet_thread.pool = NULL;
}

struct rte_mempool *
packet_pool_mempool(unsigned node)
{
	return node < PACKET_POOL_NODES ? pools[node].mempool : NULL;
}

struct rte_mempool *
packet_pool_near(unsigned node)
{
	struct rte_mempool *mempool = packet_pool_mempool(node);

	for (unsigned i = 0; mempool == NULL && i < PACKET_POOL_NODES; i++)
		mempool = pools[i].mempool;
	return mempool;
}

static void
sample(struct packet_pool *pool)
{
	uint32_t n_free = rte_mempool_avail_count(pool->mempool);

	if (n_free < pool->n_low)
		pool->n_low = n_free;
}

bool
packet_pool_info(unsigned node, struct packet_pool_info *info)
{
	struct packet_pool *pool = node < PACKET_POOL_NODES ? &pools[node] : NULL;

	if (pool == NULL || pool->mempool == NULL)
		return false;
	sample(pool);
	*info = (struct packet_pool_info){
		.n_packets = pool->mempool->size,
		.n_free = rte_mempool_avail_count(pool->mempool),
		.n_low = pool->n_low,
	};
	return true;
}

void
packet_pool_sample(void)
{
	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (pools[node].mempool != NULL)
			sample(&pools[node]);
	}
}

void
packet_thread_attach(unsigned node)
{
	packet_thread.pool = packet_pool_near(node);
}
