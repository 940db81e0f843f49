// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The form in which a program runs: see matcher.h.

#include <stdbool.h>
#include <stdint.h>

#include "elements/classify/matcher.h"
#include "elements/classify/matcher_jit.h"
#include "mbuf-bridge/packet.h"

struct program;

enum match_region { // of packets; offsets of SPACE_PACKET are all in the first one
	REGION_MAC, // from OFFSET_MAC bytes before the MAC header
	REGION_NETWORK,
	REGION_TRANSPORT,
	REGIONS,
};

#define MATCH_DROP INT32_MIN

struct match_step {
	uint32_t mask, value; // as in memory
	int32_t next[2]; // > 0: step; <= 0: minus the output; MATCH_DROP
	uint16_t offset; // in its region
	uint8_t region; // enum match_region
	bool short_yes : 1;
	bool no_is_next : 1; // NO leads to the step behind this one
	bool is_table : 1; // value is the number of a table that takes the place of YES
};

// Where each of many values of the same bytes leads; all others go to NO.
struct match_value {
	uint32_t value;
	int32_t next;
};

struct match_table {
	uint32_t first, n; // values, ascending
	int32_t short_next; // for packets without these bytes
};

struct program_matcher {
	struct matcher matcher;
	struct match_step *steps; // owned
	struct match_table *tables; // owned
	struct match_value *values; // owned
	uint32_t n_steps;
	uint32_t load_len[REGIONS]; // bytes that steps may load from each region; 0: none
	int32_t constant; // where all go if there are no steps
	uint8_t align;
	struct match_jit jit;
};

// Fills in all but the functions.
void match_compile(struct program_matcher *m, const struct program *p);
void match_fini(struct program_matcher *m);
// Where one packet goes (SPACE_HEADERS): minus the output, or MATCH_DROP. Headers that it has no
// mark for count as too short.
int32_t match_packet(const struct program_matcher *m, const struct packet *p);

// Whether len bytes at off, an offset from the start of the data that may lie in front of it, are
// in the first segment. off is not PACKET_NO_HEADER.
static inline bool
match_is_whole(const struct packet *p, int32_t off, uint32_t len)
{
	return off >= -(int32_t)packet_headroom(p) &&
	       (int64_t)off + len <= (int64_t)packet_data_len(p);
}
