// SPDX-License-Identifier: BSD-3-Clause
#include "mbuf-bridge/packet_ring.h"

#include "mbuf-bridge/packet.h"
#include "mbuf-bridge/packet_pool.h"
#include "test/unit/rig.h"

static void
holds_what_it_says(void)
{
	static const uint32_t capacities[] = {1, 2, 3, 4, 511, 512, 513};
	struct rig *r = rig_new("Null", 1, 1);

	for (size_t i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
		uint32_t capacity = capacities[i], n = 0;
		struct rte_ring *ring = packet_ring_create(capacity, RING_F_SP_ENQ | RING_F_SC_DEQ);

		CU_ASSERT_PTR_NOT_NULL_FATAL(ring);
		CU_ASSERT_TRUE(rte_ring_is_prod_single(ring) && rte_ring_is_cons_single(ring));
		CU_ASSERT_TRUE(packet_ring_bytes(capacity) >= sizeof(*ring) + capacity * 8);
		while (n <= capacity && rte_ring_enqueue(ring, ring) == 0)
			n++;
		CU_ASSERT_EQUAL(n, capacity);
		for (void *p; rte_ring_dequeue(ring, &p) == 0;)
			CU_ASSERT_PTR_EQUAL(p, ring);
		packet_ring_destroy(ring);
	}
	rig_free(r);
}

static void
several_may_share_an_end(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct rte_ring *ring = packet_ring_create(8, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(ring);
	CU_ASSERT_FALSE(rte_ring_is_prod_single(ring) || rte_ring_is_cons_single(ring));
	packet_ring_destroy(ring);
	rig_free(r);
}

static void
too_large(void)
{
	struct rig *r = rig_new("Null", 1, 1);

	CU_ASSERT_PTR_NULL(packet_ring_create(UINT32_MAX, 0));
	CU_ASSERT_PTR_NULL(packet_ring_create(0x7ffffffe, 0));
	rig_free(r);
}

// The rig finds out whether they were freed.
static void
frees_what_is_left(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct rte_ring *ring = packet_ring_create(8, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(ring);
	for (unsigned i = 0; i < 5; i++)
		rte_ring_enqueue(ring, rig_hex("0102"));
	packet_ring_destroy(ring);
	packet_ring_destroy(NULL);
	packet_thread.n_generated = 0; // they are in no router's balance
	rig_free(r);
}

UNIT_SUITE(packetring, UNIT_CASE(holds_what_it_says), UNIT_CASE(several_may_share_an_end),
	UNIT_CASE(too_large), UNIT_CASE(frees_what_is_left))
