// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Takes all packets out of the pool, to see what elements do without memory.

#include "mbuf-bridge/packet.h"
#include "mbuf-bridge/packet_pool.h"
#include "test/unit/unit.h"

struct hoard {
	struct packet *v[8192];
	unsigned n;
};

static inline void
hoard_take(struct hoard *h)
{
	struct packet *p;

	for (h->n = 0; h->n < RTE_DIM(h->v) && (p = packet_alloc(0, 0)) != NULL; h->n++)
		h->v[h->n] = p;
	CU_ASSERT_TRUE(h->n > 0 && h->n < RTE_DIM(h->v));
}

// They never were part of a rig's balance.
static inline void
hoard_release(struct hoard *h)
{
	packet_free_bulk(h->v, h->n);
	packet_thread.n_generated -= h->n;
	h->n = 0;
}
