// SPDX-License-Identifier: BSD-3-Clause
#include "mbuf-bridge/packet_ring.h"

#include <rte_malloc.h>

#include "mbuf-bridge/packet.h"

uint64_t
packet_ring_bytes(uint32_t capacity)
{
	return sizeof(struct rte_ring) + (uint64_t)rte_align32pow2(capacity + 1) * sizeof(void *);
}

struct rte_ring *
packet_ring_create(uint32_t capacity, unsigned flags)
{
	struct rte_ring *ring;

	// The limit of DPDK's rings.
	if (capacity >= RTE_RING_SZ_MASK)
		return NULL;
	ring = rte_zmalloc("packet_ring", packet_ring_bytes(capacity), RTE_CACHE_LINE_SIZE);
	if (ring == NULL)
		return NULL;
	rte_ring_init(ring, "packet_ring", capacity, flags | RING_F_EXACT_SZ);
	return ring;
}

void
packet_ring_destroy(struct rte_ring *ring)
{
	struct packet *p;

	while (ring != NULL && rte_ring_dequeue(ring, (void **)&p) == 0)
		packet_free(p);
	rte_free(ring);
}
