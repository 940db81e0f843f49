// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rates by IP address at a resolution that follows the traffic: a tree of tables with a counter for
// each value of a byte of the address. A counter that gets busy grows a table for the next byte, a
// table whose counter has become quiet is given up (T. M. Gil, M. Poletto, MULTOPS, USENIX Security
// 2001). All memory is taken beforehand.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elements/standard/rate.h"

struct strbuf;

enum { RATE_TREE_LEVELS = 4, RATE_TREE_BITS = 10, RATE_TREE_PINS = 64 };

struct rate_counter {
	struct rate rate[2]; // forward, reverse
	uint32_t table; // of the next byte; 0: none
};

struct rate_table {
	struct rate_counter counter[256];
	uint32_t next_free; // of a table that is not in use
};

struct rate_pin { // a counter that may not grow a table
	uint32_t addr; // host order, the bytes behind the counter's are 0
	uint32_t level;
	int64_t until_ms;
};

struct rate_tree {
	struct rate_table *tables; // owned; number 0 is the root
	uint32_t n_tables, n_used, n_fresh, first_free; // fresh: never used from there on
	uint64_t split_at; // rate per second
	int64_t reset_ms, folded_ms;
	struct rate_pin pins[RATE_TREE_PINS];
	unsigned n_pins;
};

void rate_tree_init(struct rate_tree *t, uint64_t split_at, uint32_t n_tables, int64_t ms);
void rate_tree_fini(struct rate_tree *t);
void rate_tree_reset(struct rate_tree *t, int64_t ms);
// Another number of tables. false: more than that are in use.
bool rate_tree_resize(struct rate_tree *t, uint32_t n_tables);

// Adds n to what an address (host order) has in one direction, and gives the counter that says most
// about it. Gives up quiet tables about once a second.
const struct rate_counter *
rate_tree_update(struct rate_tree *t, uint32_t addr, unsigned direction, uint64_t n, int64_t ms);
// Per second.
uint32_t rate_counter_read(const struct rate_counter *c, unsigned direction, int64_t ms);

// No table below this level (0: bytes behind the first) for addresses like addr until then. false:
// there are too many such orders.
bool
rate_tree_pin(struct rate_tree *t, uint32_t addr, unsigned level, int64_t ms, int64_t until_ms);
// Lines of counters that are not 0, deeper ones indented by a tab each.
void rate_tree_text(const struct rate_tree *t, int64_t ms, struct strbuf *out);
