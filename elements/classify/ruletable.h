// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which of many boxes a packet lies in, at a cost that hardly grows with their number: bit vectors
// with summaries (Lakshman and Stiliadis, 1998; Baboescu and Varghese, 2001). In each dimension the
// packet's value leads to a class of values that are in the same boxes, and the class to a vector
// with a bit for each box. The boxes that the packet is in are those whose bit is set in all
// vectors; a summary with a bit for each 64 boxes says where it is worth looking.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elements/classify/filter_box.h"

// Vectors of all classes of a dimension, and how values lead to them.
struct rule_dim {
	uint64_t *bits; // owned; by class: n_words of them
	uint64_t *summary; // owned; by class: n_summary of them
	uint32_t n_classes;
	uint32_t no_value; // class of packets without the field: boxes that do not ask for it
	// By the value (its upper 16 bits if it has 32): a class, or RULE_BLOCK and a block's
	// number.
	uint32_t *root; // owned
	uint32_t (*blocks)[256]; // owned; by the next eight bits, and by the last eight
	uint32_t n_blocks, blocks_cap;
};

#define RULE_BLOCK (UINT32_C(1) << 31)

struct ruletable {
	struct rule_dim dim[BOX_DIMS];
	size_t n_boxes;
	uint32_t n_words, n_summary;
};

struct rule_key {
	uint32_t value[BOX_DIMS];
	bool has_ports;
};

// NULL: it would take more memory than max_bytes.
struct ruletable *ruletable_create(const struct box *boxes, size_t n, uint64_t max_bytes);
void ruletable_destroy(struct ruletable *t); // NULL is fine

static inline uint32_t
rule_class32(const struct rule_dim *d, uint32_t value)
{
	uint32_t at = d->root[value >> 16];

	if (at & RULE_BLOCK)
		at = d->blocks[at & ~RULE_BLOCK][value >> 8 & 0xff];
	if (at & RULE_BLOCK)
		at = d->blocks[at & ~RULE_BLOCK][value & 0xff];
	return at;
}

// The classes of a key.
static inline void
rule_classes(const struct ruletable *t, const struct rule_key *k, uint32_t *class)
{
	class[BOX_SRC] = rule_class32(&t->dim[BOX_SRC], k->value[BOX_SRC]);
	class[BOX_DST] = rule_class32(&t->dim[BOX_DST], k->value[BOX_DST]);
	class[BOX_PROTO] = t->dim[BOX_PROTO].root[k->value[BOX_PROTO]];
	for (unsigned d = BOX_SPORT; d <= BOX_DPORT; d++)
		class[d] = k->has_ports ? t->dim[d].root[k->value[d]] : t->dim[d].no_value;
}

// A walk over the boxes that a key lies in, in order.
struct rule_walk {
	const struct ruletable *table;
	const uint64_t *bits[BOX_DIMS], *summary[BOX_DIMS];
	uint64_t words, boxes; // bits still to look at
	uint32_t at_summary, at_word;
};

static inline void
rule_walk_start(struct rule_walk *w, const struct ruletable *t, const uint32_t *class)
{
	w->table = t;
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		w->bits[d] = t->dim[d].bits + (size_t) class[d] * t->n_words;
		w->summary[d] = t->dim[d].summary + (size_t) class[d] * t->n_summary;
	}
	w->words = w->boxes = 0;
	w->at_summary = UINT32_MAX; // the first is number 0
}

static inline uint64_t
rule_and(const uint64_t *const *v, uint32_t at)
{
	return v[0][at] & v[1][at] & v[2][at] & v[3][at] & v[4][at];
}

// The next box; UINT32_MAX: there is none.
static inline uint32_t
rule_walk_next(struct rule_walk *w)
{
	uint32_t box;

	while (w->boxes == 0) {
		while (w->words == 0) {
			if (++w->at_summary >= w->table->n_summary)
				return UINT32_MAX;
			w->words = rule_and(w->summary, w->at_summary);
		}
		w->at_word = w->at_summary * 64 + (uint32_t)__builtin_ctzll(w->words);
		w->words &= w->words - 1;
		w->boxes = rule_and(w->bits, w->at_word);
	}
	box = w->at_word * 64 + (uint32_t)__builtin_ctzll(w->boxes);
	w->boxes &= w->boxes - 1;
	return box;
}
