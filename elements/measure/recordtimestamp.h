// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The times at which packets passed, by number: RecordTimestamp notes them, TimestampDiff asks.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "elements/standard/numberpacket.h"

// What of a growing list can grow: the memory is touched only where there is an entry.
enum { RECORDS_MAX = 1 << 24 };

struct recordtimestamp {
	struct element element;
	struct element *counter; // NumberPacket; NULL: none
	uint32_t n; // slots
	uint32_t sample; // only each sample-th number
	bool dynamic;
	struct number_place place; // of the number in packets; offset negative: none
	bool has_offset, has_order;
	struct word txdev; // refused
	_Atomic int64_t *slots; // owned; clock_steady(), 0: nothing noted; any lcore
	_Atomic uint64_t n_arrived; // packets, where they have no number
};

// NULL: not a RecordTimestamp.
struct recordtimestamp *recordtimestamp_of(struct element *e);

// When the packet with a number was noted, which is forgotten; 0: it was not.
static inline int64_t
recordtimestamp_take(struct recordtimestamp *e, uint64_t number)
{
	if (unlikely(number >= e->n))
		return 0;
	return atomic_exchange_explicit(&e->slots[number], 0, memory_order_relaxed);
}
