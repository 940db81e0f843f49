// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a rewriter's patterns make new ends out of a packet's: fields are replaced, and one of them,
// the source port or the source address, is allocated out of a range.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elements/nat/flowset.h"

struct element;
struct strbuf;

enum pattern_choice {
	PATTERN_OWN, // the packet's own value if it is free, else random
	PATTERN_SEQUENTIAL,
	PATTERN_RANDOM,
};

struct pattern {
	uint32_t saddr, daddr; // network order; 0: unchanged
	uint16_t sport, dport; // network order; 0: unchanged
	uint32_t top; // the range has top + 1 values, from sport or saddr on; 0: none
	bool is_port; // the port varies; else the address
	uint8_t choice; // enum pattern_choice
	// What a sequential choice tries next. Any lcore: rewriters may share the pattern.
	_Atomic uint32_t next;
};

// A pattern with where its flows go.
struct pattern_route {
	struct pattern *pattern; // owned, or of an IPRewriterPatterns
	bool owned;
	uint16_t foutput, routput;
};

// Ranges that were found with nothing free, and when: until a flow goes it is no use to look again.
struct pattern_full {
	struct flow_key key; // without the field that varies
	uint16_t table;
	bool known;
	uint32_t n_removed; // of the set
};

enum { PATTERN_FULL_SLOTS = 16 };

// Where a new flow shall be.
struct pattern_query {
	const struct flow_set *set;
	struct flow_key key; // of the packet
	uint16_t table;
	bool dport_follows; // the destination port will be the source port plus one, as raw words
	struct pattern_full *full; // PATTERN_FULL_SLOTS; may be NULL
};

// Reads n words, 1 to 4 of them. NULL, with the reason in *why: they are none. One word is the name
// of a pattern, which stays that of its owner: *owned tells.
struct pattern *
pattern_parse(char *const *words, size_t n, struct element *scope, bool *owned, struct strbuf *why);
// The same with two output numbers behind it. 0 or -EINVAL.
int pattern_route_parse(struct pattern_route *route, char *const *words, size_t n,
	struct element *scope, struct strbuf *why);
void pattern_route_fini(struct pattern_route *route);
// Two words, the outputs.
int pattern_outputs_parse(
	char *const *words, size_t n, uint16_t *foutput, uint16_t *routput, struct strbuf *why);

// The new ends of a packet. false: the range has nothing free.
bool pattern_apply(struct pattern *p, const struct pattern_query *q, struct flow_key *key);

void pattern_text(const struct pattern *p, struct strbuf *out);
bool pattern_equal(const struct pattern *a, const struct pattern *b); // but for what comes next
