// SPDX-License-Identifier: BSD-3-Clause
#include "src/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mbuf-bridge/packet.h"
#include "src/batch.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"

static void
adds_packets(void)
{
	struct strbuf lines = STRBUF_INIT;
	struct plan plan = {0};

	plan_add_packets(&plan, 0, 2048, "device %s", "net_tap0");
	plan_add_packets(&plan, 3, 12, "three");
	plan_add_packets(&plan, 0, 1, "one");
	// Nothing is needed, nothing is said.
	plan_add_packets(&plan, 0, 0, "none");
	CU_ASSERT_EQUAL(plan.packets[0], 2049);
	CU_ASSERT_EQUAL(plan.packets[1], 0);
	CU_ASSERT_EQUAL(plan.packets[3], 12);
	plan_items_text(&plan, &lines);
	plan_fini(&plan);
	ASSERT_TEXT(strbuf_text(&lines), "      2048 packets, node 0: device net_tap0\n"
					 "        12 packets, node 3: three\n"
					 "         1 packets, node 0: one\n");
	strbuf_fini(&lines);
}

static void
nodes_without_a_pool_use_the_first(void)
{
	struct plan plan = {0};

	plan_add_packets(&plan, PACKET_POOL_NODES, 7, "far away");
	plan_add_packets(&plan, PACKET_POOL_NODES - 1, 5, "last");
	CU_ASSERT_EQUAL(plan.packets[0], 7);
	CU_ASSERT_EQUAL(plan.packets[PACKET_POOL_NODES - 1], 5);
	plan_fini(&plan);
}

static void
size_of_a_pool(void)
{
	struct plan plan = {0};

	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 0);
	// A small one is not worth it.
	plan.packets[0] = 1;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 1023);
	plan.packets[0] = 1023;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 1023);
	plan.packets[0] = 1024;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 1024);
	// What nobody has is asked for as much as a mempool can name.
	plan.packets[0] = UINT64_C(1) << 40;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), UINT32_MAX / 2);
	plan.packets[0] = 1024;
	plan.n_least = 5000;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 5000);
	plan.n_least = 1000;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 1024);
	plan.n_wanted = 77;
	CU_ASSERT_EQUAL(plan_packets(&plan, 0), 77);
	CU_ASSERT_EQUAL(plan_packets(&plan, 1), 0);
}

static void
bytes_of_pools_and_tables(void)
{
	struct plan plan = {0};
	uint64_t each = sizeof(struct packet) + PACKET_HEADROOM + PACKET_DATA_SIZE;

	CU_ASSERT_EQUAL(plan_bytes(&plan), 0);
	plan_add_heap(&plan, 1000);
	plan_add_heap(&plan, 234);
	CU_ASSERT_EQUAL(plan_bytes(&plan), 1234 + 2 * 256);
	plan_add_packets(&plan, 0, 2000, "a");
	plan_add_packets(&plan, 1, 3000, "b");
	// The mempool's own share is some bytes more.
	CU_ASSERT_TRUE(plan_bytes(&plan) > 1234 + 5000 * each);
	plan_fini(&plan);
	CU_ASSERT_TRUE(plan_bytes(&plan) < 1234 + 5000 * (each + 256));
}

static void
lcores_hold_bursts_and_caches(void)
{
	struct strbuf lines = STRBUF_INIT;
	struct plan plan = {.cache = 100};
	unsigned cpus[2] = {0, 0};

	lcores_init(2, cpus, false);
	lcores_at(1)->node = 2;
	plan_finish(&plan);
	// Eight batches of 64, and a cache that grows half beyond its size.
	CU_ASSERT_EQUAL(plan.packets[0], 2 * (8 * BATCH_MAX + 150));
	CU_ASSERT_EQUAL(plan.packets[2], 8 * BATCH_MAX + 150);
	plan_items_text(&plan, &lines);
	plan_fini(&plan);
	ASSERT_TEXT(strbuf_text(&lines),
		"       662 packets, node 0: lcore 0: 512 in bursts and batches, 150 in its cache\n"
		"       662 packets, node 2: lcore 1: 512 in bursts and batches, 150 in its cache\n"
		"       662 packets, node 0: lcore 2: 512 in bursts and batches, 150 in its cache\n");
	strbuf_fini(&lines);
	lcores_fini();
}

// What a router's elements ask for: queues times descriptors, capacities, bursts, caches.
static void
adds_up_what_elements_ask_for(void)
{
	struct strbuf lines = STRBUF_INIT;
	struct router *r = lcores_rig_prepared(
		"f :: FromDPDK(net_null300, no-rx=1, N_QUEUES 2, NDESC 256) -> q :: Queue(300)"
		"-> u :: Unqueue -> q2 :: ThreadSafeQueue(20) -> Unqueue"
		"-> t :: ToDPDK(net_null301, NDESC 512, IQUEUE 128)",
		1, &lines);

	ASSERT_TEXT(strbuf_text(&lines),
		"       512 packets, node 0: net_null300, 2 receive queues of 256 descriptors\n"
		"       300 packets, node 0: q holds up to 300\n"
		"        20 packets, node 0: q2 holds up to 20\n"
		"       512 packets, node 0: net_null301, 1 transmit queue of 512 descriptors\n"
		"       128 packets, node 0: t, IQUEUE 128 on each lcore\n"
		"       608 packets, node 0: lcore 0: 512 in bursts and batches, 96 in its cache\n"
		"       608 packets, node 0: lcore 1: 512 in bursts and batches, 96 in its cache\n");
	strbuf_fini(&lines);
	lcores_rig_free(r);
}

// A port that several elements share has its queues once.
static void
shared_ports_count_once(void)
{
	struct strbuf lines = STRBUF_INIT;
	struct router *r = lcores_rig_prepared("Idle -> ToDPDK(net_null302, NDESC 512);"
					       "Idle -> ToDPDK(net_null302, NDESC 512);",
		1, &lines);
	const char *first = strstr(strbuf_text(&lines), "net_null302, 1 transmit");

	CU_ASSERT_PTR_NOT_NULL_FATAL(first);
	CU_ASSERT_PTR_NULL(strstr(first + 1, "net_null302,"));
	strbuf_fini(&lines);
	lcores_rig_free(r);
}

static void
text_without_workers(void)
{
	struct router *r = lcores_rig_prepared(
		"s :: InfiniteSource -> c :: Counter -> d :: Discard; i :: Idle -> x :: Discard", 0,
		NULL);
	struct plan plan = {.packets = {1500, 0, 10}};
	struct strbuf text = STRBUF_INIT;

	plan_text(&plan, r, &text);
	ASSERT_TEXT(strbuf_text(&text),
		"  lcore 0, control: s -> c, d\n"
		"  pool of node 0: 1500 packets, computed; --mbufs N overrides\n"
		"  pool of node 2: 1023 packets, computed; --mbufs N overrides\n");
	strbuf_clear(&text);
	plan.n_wanted = 4000;
	plan_text(&plan, r, &text);
	ASSERT_TEXT(strbuf_text(&text), "  lcore 0, control: s -> c, d\n"
					"  pool of node 0: 4000 packets (--mbufs)\n"
					"  pool of node 2: 4000 packets (--mbufs)\n");
	strbuf_fini(&text);
	lcores_rig_free(r);
}

static void
text_of_workers(void)
{
	struct strbuf text = STRBUF_INIT;
	struct router *r = lcores_rig_prepared(
		"StaticThreadSched(u 1); f :: FromDPDK(net_null303, no-rx=1, N_QUEUES 2)"
		"-> q :: Queue -> u :: Unqueue -> n :: Null -> d :: Discard;"
		"g :: FromDPDK(net_null304, no-rx=1) -> Discard",
		2, NULL);
	struct plan plan = {0};

	plan_add_packets(&plan, 2, 7, "what was added");
	lcores_at(1)->cpu = 5;
	lcores_at(1)->node = 1;
	plan_text(&plan, r, &text);
	// Each input gets its share of the lcores: one of two.
	ASSERT_TEXT(strbuf_text(&text),
		"  lcore 0 on CPU 0, node 0: f (net_null303 queue 0-1) -> q\n"
		"  lcore 1 on CPU 5, node 1: u, g (net_null304 queue 0) -> q, n, d, Discard@8\n"
		"  lcore 2, control\n"
		"         7 packets, node 2: what was added\n"
		"  pool of node 2: 1023 packets, computed; --mbufs N overrides\n");
	strbuf_fini(&text);
	plan_fini(&plan);
	lcores_rig_free(r);
}

static void
long_lists_are_cut(void)
{
	struct router *r = lcores_rig_prepared(
		"s :: InfiniteSource -> a :: Null -> b :: Null -> c :: Null -> d :: Null"
		"-> e :: Null -> f :: Null -> g :: Null -> h :: Null -> i :: Null -> j :: Discard",
		0, NULL);
	struct strbuf text = STRBUF_INIT;
	struct plan plan = {0};

	plan_text(&plan, r, &text);
	ASSERT_TEXT(
		strbuf_text(&text), "  lcore 0, control: s -> a, b, c, d, e, f, g, h and 2 more\n");
	strbuf_fini(&text);
	lcores_rig_free(r);
}

// Pools that are there stay; what cannot be made is named.
static void
creates_missing_pools(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct plan plan = {.packets = {10}, .cache = 32};
	struct packet_pool_info info;
	uint32_t n_packets;
	unsigned node = 99;

	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	n_packets = info.n_packets;
	CU_ASSERT_EQUAL(plan_create_pools(&plan, &node), 0);
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	CU_ASSERT_EQUAL(info.n_packets, n_packets);
	CU_ASSERT_PTR_NULL(packet_pool_mempool(5));
	plan.packets[5] = UINT64_C(1) << 40;
	CU_ASSERT_TRUE(plan_create_pools(&plan, &node) < 0);
	CU_ASSERT_EQUAL(node, 5);
	CU_ASSERT_PTR_NULL(packet_pool_mempool(5));
	rig_free(r);
}

UNIT_SUITE(plan, UNIT_CASE(adds_packets), UNIT_CASE(nodes_without_a_pool_use_the_first),
	UNIT_CASE(size_of_a_pool), UNIT_CASE(bytes_of_pools_and_tables),
	UNIT_CASE(lcores_hold_bursts_and_caches), UNIT_CASE(adds_up_what_elements_ask_for),
	UNIT_CASE(shared_ports_count_once), UNIT_CASE(text_without_workers),
	UNIT_CASE(text_of_workers), UNIT_CASE(long_lists_are_cut), UNIT_CASE(creates_missing_pools))
