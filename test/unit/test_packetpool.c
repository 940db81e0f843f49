// SPDX-License-Identifier: BSD-3-Clause
#include "mbuf-bridge/packet_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>

#include "mbuf-bridge/packet.h"
#include "test/unit/rig.h"

enum { NODE = 5 }; // one that no machine of ours has; a pool of node 0 is every rig's

static void
refuses(void)
{
	struct rig *r = rig_new("Null", 1, 1);

	CU_ASSERT_EQUAL(packet_pool_create(0, 1000, 0), -EEXIST);
	CU_ASSERT_EQUAL(packet_pool_create(PACKET_POOL_NODES, 1000, 0), -EINVAL);
	CU_ASSERT_EQUAL(packet_pool_create(NODE, 0, 0), -EINVAL);
	CU_ASSERT_TRUE(packet_pool_create(NODE, UINT32_MAX / 2, 0) < 0);
	CU_ASSERT_PTR_NULL(packet_pool_mempool(NODE));
	CU_ASSERT_PTR_NULL(packet_pool_mempool(PACKET_POOL_NODES));
	rig_free(r);
}

static void
buffers_are_packets(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct rte_mempool *pool = packet_pool_mempool(0);
	static const struct rte_mbuf_dynflag flag = {.name = "clickd_packet_meta"};
	static const struct rte_mbuf_dynflag other = {.name = "packetpool_test_other"};

	CU_ASSERT_EQUAL(rte_pktmbuf_priv_size(pool), PACKET_META_SIZE);
	CU_ASSERT_EQUAL(rte_pktmbuf_data_room_size(pool), PACKET_HEADROOM + PACKET_DATA_SIZE);
	CU_ASSERT_STRING_EQUAL(pool->name, "packets_0");
	// The flag is ours alone.
	CU_ASSERT_EQUAL(rte_mbuf_dynflag_register_bitnum(&flag, PACKET_META_BIT), PACKET_META_BIT);
	CU_ASSERT_EQUAL(rte_mbuf_dynflag_register_bitnum(&other, PACKET_META_BIT), -1);
	rig_free(r);
}

static void
counts_free_packets(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct packet_pool_info before, info;
	struct packet *p[10];

	CU_ASSERT_FALSE(packet_pool_info(NODE, &info));
	CU_ASSERT_FALSE(packet_pool_info(PACKET_POOL_NODES, &info));
	CU_ASSERT_TRUE(packet_pool_info(0, &before));
	CU_ASSERT_EQUAL(before.n_free, before.n_packets);
	CU_ASSERT_TRUE(before.n_low <= before.n_free);
	for (unsigned i = 0; i < 10; i++)
		p[i] = rig_hex("01");
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_packets, before.n_packets);
	CU_ASSERT_EQUAL(info.n_free, before.n_free - 10);
	for (unsigned i = 0; i < 10; i++)
		rig_push(r, 0, p[i]);
	rig_free(r);
}

// The lowest count stays when packets come back; only those who look see it.
static void
remembers_the_lowest(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	enum { MANY = 3000 };
	struct packet **p = calloc(MANY, sizeof(struct packet *));
	struct packet_pool_info info;

	for (unsigned i = 0; i < MANY; i++)
		p[i] = rig_hex("01");
	packet_pool_sample();
	for (unsigned i = 0; i < MANY; i++)
		rig_push(r, 0, p[i]);
	rig_clear(r);
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_free, info.n_packets);
	CU_ASSERT_EQUAL(info.n_low, info.n_packets - MANY);
	free(p);
	rig_free(r);
}

static void
near(void)
{
	struct rig *r = rig_new("Null", 1, 1);

	CU_ASSERT_PTR_NOT_NULL(packet_pool_near(0));
	CU_ASSERT_PTR_EQUAL(packet_pool_near(0), packet_pool_mempool(0));
	// No pool of its own: any other.
	CU_ASSERT_PTR_EQUAL(packet_pool_near(NODE), packet_pool_mempool(0));
	CU_ASSERT_PTR_EQUAL(packet_pool_near(PACKET_POOL_NODES), packet_pool_mempool(0));
	rig_free(r);
}

// A pool is named by its node, and its cache fits in it.
static void
caches_fit(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct packet_pool_info whole;
	struct rte_mempool *pool;

	CU_ASSERT_TRUE(packet_pool_info(0, &whole));
	CU_ASSERT_EQUAL(packet_pool_mempool(0)->cache_size, 64);
	rig_free(r);
	packet_pool_destroy_all();
	CU_ASSERT_PTR_NULL(packet_pool_mempool(0));
	CU_ASSERT_PTR_NULL(packet_pool_near(0));
	CU_ASSERT_PTR_NULL(packet_thread.pool);
	packet_thread_attach(0);
	CU_ASSERT_PTR_NULL(packet_thread.pool);
	// Without a pool there are no packets, but no crash either.
	CU_ASSERT_PTR_NULL(packet_make(PACKET_HEADROOM, "x", 1));
	CU_ASSERT_EQUAL(packet_pool_create(0, 60, 200), 0);
	pool = packet_pool_mempool(0);
	CU_ASSERT_EQUAL(pool->size, 60);
	CU_ASSERT_EQUAL(pool->cache_size, 30);
	packet_pool_destroy_all();
	CU_ASSERT_EQUAL(packet_pool_create(0, 4096, 100000), 0);
	CU_ASSERT_EQUAL(packet_pool_mempool(0)->cache_size, RTE_MEMPOOL_CACHE_MAX_SIZE);
	packet_pool_destroy_all();
	packet_pool_destroy_all();
	// As every rig wants it.
	CU_ASSERT_EQUAL(packet_pool_create(0, whole.n_packets, 64), 0);
}

static void
runs_out(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct packet_pool_info info;
	struct packet **p;
	uint64_t n_failed = packet_thread.n_failed;
	unsigned n = 0;

	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	p = calloc(info.n_packets + 1, sizeof(struct packet *));
	while (n <= info.n_packets && (p[n] = packet_make(PACKET_HEADROOM, "x", 1)) != NULL)
		n++;
	CU_ASSERT_EQUAL(n, info.n_packets);
	CU_ASSERT_EQUAL(packet_thread.n_failed, n_failed + 1);
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_free, 0);
	CU_ASSERT_EQUAL(info.n_low, 0);
	for (unsigned i = 0; i < n; i++)
		rig_push(r, 0, p[i]);
	free(p);
	rig_free(r);
}

static void *
attach(void *arg)
{
	struct rte_mempool **found = arg;

	found[0] = packet_thread.pool;
	packet_thread_attach(0);
	found[1] = packet_thread.pool;
	return NULL;
}

// Every thread has counters and a pool of its own to set.
static void
threads_attach(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct rte_mempool *found[2] = {NULL, NULL};
	pthread_t thread;

	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, attach, found), 0);
	pthread_join(thread, NULL);
	CU_ASSERT_PTR_NULL(found[0]);
	CU_ASSERT_PTR_EQUAL(found[1], packet_pool_mempool(0));
	rig_free(r);
}

UNIT_SUITE(packetpool, UNIT_CASE(refuses), UNIT_CASE(buffers_are_packets),
	UNIT_CASE(counts_free_packets), UNIT_CASE(remembers_the_lowest), UNIT_CASE(near),
	UNIT_CASE(caches_fit), UNIT_CASE(runs_out), UNIT_CASE(threads_attach))
