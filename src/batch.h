// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The unit that travels through the graph. One packet is a batch of one; there is no second,
// per-packet path.

#include <stdint.h>

#include "mbuf-bridge/packet.h"

enum { BATCH_MAX = 64 };

struct batch {
	uint16_t n;
	struct packet *pkt[BATCH_MAX]; // the first n are owned by whoever has the batch
};

static inline void
batch_one(struct batch *b, struct packet *p)
{
	b->n = 1;
	b->pkt[0] = p;
}

// Fetches the first lines of all packets' data, for elements that look at them. The packets'
// descriptors are at hand: a driver has just written them.
static inline void
batch_prefetch_data(const struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		packet_prefetch_data(b->pkt[i]);
}

// Fetches all packets' descriptors, which another lcore had.
static inline void
batch_prefetch(const struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		packet_prefetch(b->pkt[i]);
}
