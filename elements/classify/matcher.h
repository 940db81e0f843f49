// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What decides about packets once patterns have been read. An element holds one matcher and does
// not know how it works, so that others (tables for big rule sets) can stand in for the program.

#include <stdint.h>

struct batch;
struct program;

// Reasons in a decision DROP(reason); the drops of an element that uses a matcher begin with these.
enum matcher_drop {
	MATCHER_NO_MATCH, // nothing matched, or what matched says drop
	MATCHER_NO_HEADER, // the tests need an IP header and the packet has none marked
	MATCHER_DROPS, // elements go on from here
};

struct matcher {
	// decision[i], an output or DROP(reason), for each b->pkt[i]. Any number of lcores may
	// call.
	void (*decide)(const struct matcher *m, const struct batch *b, int16_t *decision);
	void (*destroy)(struct matcher *m);
};

struct filter_rules;

// For many rules: a table finds those that come into question for a packet, and their own programs
// say which matches. NULL: they are few, or the table would be too large, and one program does
// better. Nothing of rules is needed afterwards.
struct matcher *rule_matcher_create(const struct filter_rules *rules);
// Runs the program step by step. It must be finished and strict; it is not needed afterwards.
struct matcher *matcher_create(const struct program *p);
// NULL: does nothing.
void matcher_destroy(struct matcher *m);
