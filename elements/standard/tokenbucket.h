// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A token bucket in steps of a millisecond, with the arithmetic of Click's: the level is a 32-bit
// fraction of a full bucket, so that rates and bursts come out to the packet as they do there.

#include <stdbool.h>
#include <stdint.h>

struct tokenbucket {
	uint32_t level; // UINT32_MAX: full
	uint32_t scale; // of the level, one token
	uint32_t fill; // of the level, what comes in 1 ms
	uint32_t full_ms; // time from empty to full; UINT32_MAX: never
	int64_t refilled_ms; // time of the last refill; 0: none yet
};

#define TOKENBUCKET_NEVER UINT32_MAX

// An empty bucket for rate tokens a second. It holds capacity tokens, or what comes in 1 ms if that
// is more; capacity 0 makes one that stays empty.
void tokenbucket_init(struct tokenbucket *tb, uint32_t rate, uint32_t capacity);
// Changes rate and capacity and keeps the tokens, as many as fit.
void tokenbucket_change(struct tokenbucket *tb, uint32_t rate, uint32_t capacity);

// Adds what came in since the last call; now_ms > 0 is a clock that never jumps. The first call
// fills the bucket, unless the rate is 0.
void tokenbucket_refill(struct tokenbucket *tb, int64_t now_ms);
// Makes it hold n tokens, or as many as fit.
void tokenbucket_set(struct tokenbucket *tb, uint32_t n);
// Removes n tokens, or all if there are fewer.
void tokenbucket_remove(struct tokenbucket *tb, uint32_t n);
// Milliseconds until it holds n tokens: 0 if it does now, or TOKENBUCKET_NEVER.
uint32_t tokenbucket_wait_ms(const struct tokenbucket *tb, uint32_t n);

static inline bool
tokenbucket_contains(const struct tokenbucket *tb, uint32_t n)
{
	return (uint64_t)n * tb->scale <= tb->level;
}
