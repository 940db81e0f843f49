// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packets, bytes and their rates, as counters keep them for each lcore.

#include <stdbool.h>
#include <stdint.h>

#include "elements/standard/rate.h"
#include "src/batch.h"
#include "src/clock.h"

enum { TALLY_COUNT_BITS = 10, TALLY_BYTE_BITS = 4 }; // behind the point of the rates

struct tally {
	uint64_t n_packets;
	uint64_t n_bytes;
	struct rate packets, bytes;
};

static inline void
tally_batch(struct tally *t, const struct batch *b)
{
	int64_t ms;
	uint64_t bytes = 0;

	if (unlikely(b->n == 0))
		return;
	for (unsigned i = 0; i < b->n; i++)
		bytes += packet_length(b->pkt[i]);
	ms = clock_steady() / CLOCK_MS;
	t->n_packets += b->n;
	t->n_bytes += bytes;
	rate_update(&t->packets, TALLY_COUNT_BITS, b->n, ms);
	rate_update(&t->bytes, TALLY_BYTE_BITS, bytes, ms);
}

// Per second, fixed point.
static inline uint64_t
tally_rate(const struct tally *t, bool bytes, int64_t ms)
{
	return bytes ? rate_read(t->bytes, TALLY_BYTE_BITS, ms)
		     : rate_read(t->packets, TALLY_COUNT_BITS, ms);
}
