// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A mapping: what the packets of a flow look like on one side of a rewriter, and on the other.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "elements/nat/flowkey.h"

struct tcp_deltas;

enum { FORWARD, REPLY };

enum flow_flags {
	FLOW_GUARANTEED = 1 << 0, // in the heap of those that nobody can evict
	FLOW_HAS_REPLY_ANNO = 1 << 1,
};

// A packet whose ends are key[d] leaves with those of key[!d] reversed, by output[d].
struct flow {
	struct flow_key key[2];
	int64_t expiry_ms; // of the guarantee, if it is guaranteed
	uint32_t heap_slot; // of a free flow: the next free one
	// Differences that rewriting makes in the sum of the addresses, and in that of addresses
	// and ports; forward.
	uint16_t ip_delta, transport_delta;
	uint16_t output[2];
	uint16_t table; // of whom, and for which protocols; see flowset.h
	uint16_t input; // whose specification made it
	uint8_t protocol; // of the packet that made it; 0: none did
	uint8_t flags; // enum flow_flags
	uint8_t state; // of the rewriter's own
	uint8_t times_class; // which of the rewriter's timeouts
	uint8_t reply_anno;
	struct tcp_deltas *deltas; // owned; NULL: none
};

static_assert(sizeof(struct flow) == 64, "a flow is a cache line");

// What a packet of a direction is rewritten to.
static inline struct flow_key
flow_rewritten(const struct flow *f, unsigned direction)
{
	return flow_key_reverse(f->key[!direction]);
}
