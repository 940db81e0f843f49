// SPDX-License-Identifier: BSD-3-Clause
#include "elements/flow/portpool.h"

#include <netinet/in.h>
#include <stdlib.h>

#include <rte_branch_prediction.h>

#include "src/lcore.h"
#include "src/mem.h"

enum { PORTS = 65536, PORT_LEAST = 1024 };

#define PORT_USED UINT64_C(1)

static unsigned
table_of(uint8_t protocol)
{
	return protocol == IPPROTO_UDP;
}

static struct port_ring *
ring_of(const struct port_pool *pool, unsigned lcore, unsigned table)
{
	return &pool->rings[lcore * 2 + table];
}

static void
ring_add(struct port_ring *r, uint16_t port)
{
	r->ports[(r->first + r->n++) & (PORTS - 1)] = port;
}

static uint16_t
ring_take(struct port_ring *r)
{
	uint16_t port;

	if (r->n == 0)
		return 0;
	port = r->ports[r->first];
	r->first = (r->first + 1) & (PORTS - 1);
	r->n--;
	return port;
}

static void
stray_add(struct port_pool *pool, unsigned table, uint16_t port)
{
	struct port_mapping *m = &pool->mappings[table][port];
	uint32_t first = atomic_load_explicit(&pool->strays[table], memory_order_relaxed);

	do
		m->next_stray = (uint16_t)first;
	while (!atomic_compare_exchange_weak_explicit(
		&pool->strays[table], &first, port, memory_order_release, memory_order_relaxed));
}

static void
strays_take(struct port_pool *pool, unsigned table, struct port_ring *r)
{
	uint32_t port = atomic_exchange_explicit(&pool->strays[table], 0, memory_order_acquire);

	for (; port != 0; port = pool->mappings[table][port].next_stray)
		ring_add(r, (uint16_t)port);
}

void
port_pool_init(struct port_pool *pool)
{
	pool->n_rings = lcores_n() * 2;
	pool->rings = mem_zalloc(pool->n_rings * sizeof(*pool->rings));
	for (unsigned i = 0; i < pool->n_rings; i++)
		pool->rings[i].ports = mem_zalloc(PORTS * sizeof(uint16_t));
	for (unsigned table = 0; table < 2; table++) {
		pool->mappings[table] = mem_zalloc(PORTS * sizeof(struct port_mapping));
		for (uint32_t port = PORT_LEAST; port < PORTS; port++)
			ring_add(&pool->rings[table], (uint16_t)port);
	}
}

void
port_pool_fini(struct port_pool *pool)
{
	for (unsigned i = 0; i < pool->n_rings; i++)
		free(pool->rings[i].ports);
	free(pool->rings);
	free(pool->mappings[0]);
	free(pool->mappings[1]);
	*pool = (struct port_pool){0};
}

static void
deal_table(struct port_pool *pool, unsigned table, const unsigned *lcores, unsigned n)
{
	struct port_ring all = {.ports = mem_zalloc(PORTS * sizeof(uint16_t))};
	uint32_t share;
	uint16_t port;

	for (unsigned i = table; i < pool->n_rings; i += 2) {
		while ((port = ring_take(&pool->rings[i])) != 0)
			ring_add(&all, port);
	}
	strays_take(pool, table, &all);
	share = all.n / n;
	for (unsigned i = 0; i < n; i++) {
		struct port_ring *r = ring_of(pool, lcores[i], table);

		for (uint32_t k = i + 1 < n ? share : all.n; k > 0; k--)
			ring_add(r, ring_take(&all));
	}
	free(all.ports);
}

void
port_pool_deal(struct port_pool *pool, uint64_t lcores)
{
	unsigned list[64], n = 0;

	for (unsigned i = 0; i < 64 && i < pool->n_rings / 2; i++) {
		if (lcores >> i & 1)
			list[n++] = i;
	}
	if (n == 0)
		list[n++] = 0;
	pool->lcores = 0;
	for (unsigned i = 0; i < n; i++)
		pool->lcores |= UINT64_C(1) << list[i];
	deal_table(pool, 0, list, n);
	deal_table(pool, 1, list, n);
}

// ---- data path

uint16_t
port_pool_take(struct port_pool *pool, uint8_t protocol, const struct port_user *user)
{
	unsigned table = table_of(protocol);
	struct port_ring *r = ring_of(pool, lcore_index, table);
	struct port_mapping *m;
	uint16_t port;

	if (unlikely(r->n == 0))
		strays_take(pool, table, r);
	port = ring_take(r);
	if (unlikely(port == 0))
		return 0;
	m = &pool->mappings[table][port];
	// Whoever sees some of what follows sees that the port was given back before.
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(
		&m->peer, (uint64_t)user->peer_addr << 32 | user->peer_port, memory_order_relaxed);
	atomic_store_explicit(&m->asked, user->asked_addr, memory_order_relaxed);
	atomic_store_explicit(&m->peer_is_done, false, memory_order_relaxed);
	// Last, so that whoever finds it finds the rest.
	atomic_store_explicit(&m->who,
		(uint64_t)user->addr << 32 | (uint64_t)user->port << 16 | PORT_USED,
		memory_order_release);
	return port;
}

void
port_pool_give_back(struct port_pool *pool, uint8_t protocol, uint16_t port)
{
	unsigned table = table_of(protocol);

	atomic_store_explicit(&pool->mappings[table][port].who, 0, memory_order_release);
	if (likely(pool->lcores >> lcore_index & 1))
		ring_add(ring_of(pool, lcore_index, table), port);
	else
		stray_add(pool, table, port);
}

struct port_mapping *
port_pool_find(
	const struct port_pool *pool, uint8_t protocol, uint16_t port, struct port_user *user)
{
	struct port_mapping *m = &pool->mappings[table_of(protocol)][port];
	uint64_t who = atomic_load_explicit(&m->who, memory_order_acquire), peer;

	if (unlikely(who == 0))
		return NULL;
	peer = atomic_load_explicit(&m->peer, memory_order_relaxed);
	*user = (struct port_user){
		.addr = (uint32_t)(who >> 32),
		.port = (uint16_t)(who >> 16),
		.peer_addr = (uint32_t)(peer >> 32),
		.peer_port = (uint16_t)peer,
		.asked_addr = atomic_load_explicit(&m->asked, memory_order_relaxed),
	};
	// Given back, and given to somebody else, meanwhile?
	atomic_thread_fence(memory_order_acquire);
	return likely(atomic_load_explicit(&m->who, memory_order_relaxed) == who) ? m : NULL;
}
