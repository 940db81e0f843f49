// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a pattern can match at most, as boxes: an interval in each of five dimensions. Tables find
// by them the few rules that come into question for a packet; whether one of these really matches
// is for its program to say. They hold for packets that have their IP header and ports.

#include <stdbool.h>
#include <stdint.h>

struct filter_test;

enum box_dim { BOX_SRC, BOX_DST, BOX_SPORT, BOX_DPORT, BOX_PROTO, BOX_DIMS };

// Ports of packets that have none (fragments behind the first) are in no interval but the whole.
extern const uint32_t box_dim_max[BOX_DIMS];

struct box {
	uint32_t low[BOX_DIMS], high[BOX_DIMS];
};

enum { BOXES_MAX = 4 };

struct boxes {
	struct box v[BOXES_MAX];
	unsigned n; // 0: nothing matches
	bool exact; // all that lies in them matches: no need to ask the program
};

void boxes_all(struct boxes *b); // and all matches
void boxes_unknown(struct boxes *b); // anything may match, or not
// Of a checked test, its operator included.
void boxes_of_test(struct boxes *b, const struct filter_test *t);
void boxes_and(struct boxes *b, const struct boxes *with);
void boxes_or(struct boxes *b, const struct boxes *with);
