// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A rate and a burst, as RatedUnqueue, RatedSplitter and their siblings that count bytes have them.
// A token stands for a packet, or for a byte.

#include "elements/standard/tokenbucket.h"
#include "src/clock.h"
#include "src/element.h"

// Classes that count bytes let a packet go, whatever its length, while there are this many tokens;
// their bucket is larger by that.
enum { RATELIMIT_BYTES = 131072 };

struct ratelimit {
	uint32_t rate; // packets per second, as configured
	struct bandwidth bandwidth; // bytes per second, as configured
	struct timespan burst_duration;
	bool has_burst_duration;
	uint32_t burst_size; // tokens
	bool has_burst_size;
	bool in_bytes;
	bool is_set; // configured before
	struct tokenbucket bucket;
};

// Rows of an argument table, for the field `limit` of the struct.
#define RATELIMIT_ARGS_PACKETS(struct_name)                                                \
	ARG(struct_name, limit.rate, "RATE", ARG_MANDATORY, .help = "packets per second"), \
		RATELIMIT_ARG_DURATION(struct_name),                                       \
		ARG(struct_name, limit.burst_size, "BURST_SIZE", ARG_KEYWORD,              \
			.given = ARG_GIVEN(struct_name, limit.has_burst_size),             \
			.help = "packets that may follow each other at once")
#define RATELIMIT_ARGS_BYTES(struct_name)                                                     \
	ARG(struct_name, limit.bandwidth, "RATE", ARG_MANDATORY, .min = 0, .max = UINT32_MAX, \
		.help = "bytes per second, or with a unit"),                                  \
		RATELIMIT_ARG_DURATION(struct_name),                                          \
		ARG(struct_name, limit.burst_size, "BURST_BYTES", ARG_KEYWORD,                \
			.given = ARG_GIVEN(struct_name, limit.has_burst_size),                \
			.help = "bytes that may follow each other at once")
#define RATELIMIT_ARG_DURATION(struct_name)                                                  \
	ARG(struct_name, limit.burst_duration, "BURST_DURATION", ARG_KEYWORD, .def = "20ms", \
		.given = ARG_GIVEN(struct_name, limit.has_burst_duration),                   \
		.help = "time at RATE whose packets may follow each other at once")

// Checks the arguments and sets the bucket up, or changes it and keeps the tokens.
int ratelimit_configure(struct ratelimit *l, bool in_bytes, struct errh *errh);
// The tokens of a predecessor.
void ratelimit_take(struct ratelimit *l, const struct ratelimit *old);
// What `config` reads: the rate.
void ratelimit_text(const struct ratelimit *l, struct strbuf *out);

static inline uint32_t
ratelimit_needed(const struct ratelimit *l)
{
	return l->in_bytes ? RATELIMIT_BYTES : 1;
}

static inline void
ratelimit_refill(struct ratelimit *l)
{
	tokenbucket_refill(&l->bucket, clock_steady() / CLOCK_MS);
}

// Whether a packet may go.
static inline bool
ratelimit_allows(const struct ratelimit *l)
{
	return tokenbucket_contains(&l->bucket, ratelimit_needed(l));
}

// It goes.
static inline void
ratelimit_spend(struct ratelimit *l, const struct packet *p)
{
	tokenbucket_remove(&l->bucket, l->in_bytes ? packet_length(p) : 1);
}
