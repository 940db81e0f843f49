// SPDX-License-Identifier: BSD-3-Clause
#include "elements/classify/ruletable.h"

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "src/mem.h"

// Where a box begins or has ended.
struct edge {
	uint64_t at; // value; one more than the highest where a box ends at it
	uint32_t box;
};

// Values from here up to the next segment are in the same boxes.
struct segment {
	uint32_t low, class;
};

// One dimension while it is made.
struct maker {
	struct ruletable *table;
	struct rule_dim *dim;
	const struct box *boxes;
	enum box_dim d;
	uint64_t *current; // owned; the vector at the edge that has been reached
	uint32_t *heads, *next; // owned: classes by their vectors' hash
	uint32_t hash_mask, classes_cap;
	struct segment *segments; // owned
	size_t n_segments;
};

static int
compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

// ---- classes

static uint64_t
hash_words(const uint64_t *words, uint32_t n)
{
	uint64_t h = 0;

	for (uint32_t i = 0; i < n; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

static void
summarize(const uint64_t *bits, uint32_t n_words, uint64_t *summary)
{
	for (uint32_t i = 0; i < n_words; i++)
		summary[i / 64] |= (uint64_t)(bits[i] != 0) << i % 64;
}

// The class whose vector is m->current.
static uint32_t
current_class(struct maker *m)
{
	uint32_t n_words = m->table->n_words, n_summary = m->table->n_summary, c;
	uint32_t *head = &m->heads[hash_words(m->current, n_words) & m->hash_mask];
	struct rule_dim *d = m->dim;

	for (c = *head; c != 0; c = m->next[c - 1]) {
		if (memcmp(d->bits + (size_t)(c - 1) * n_words, m->current,
			    n_words * sizeof(uint64_t)) == 0)
			return c - 1;
	}
	c = d->n_classes++;
	memcpy(d->bits + (size_t)c * n_words, m->current, n_words * sizeof(uint64_t));
	summarize(m->current, n_words, d->summary + (size_t)c * n_summary);
	m->next[c] = *head;
	*head = c + 1;
	return c;
}

static void
toggle(struct maker *m, uint32_t box)
{
	m->current[box / 64] ^= UINT64_C(1) << box % 64;
}

static bool
is_whole(const struct maker *m, uint32_t box)
{
	return m->boxes[box].low[m->d] == 0 && m->boxes[box].high[m->d] == box_dim_max[m->d];
}

// Sweeps over the values, from edge to edge.
static void
make_segments(struct maker *m, struct edge *edges, size_t n)
{
	size_t i = 0;

	m->segments = mem_zalloc((n + 1) * sizeof(*m->segments));
	qsort(edges, n, sizeof(*edges), compare_edges);
	for (uint64_t at = 0; at <= box_dim_max[m->d]; at = edges[i].at) {
		for (; i < n && edges[i].at == at; i++)
			toggle(m, edges[i].box);
		m->segments[m->n_segments++] = (struct segment){(uint32_t)at, current_class(m)};
		if (i == n)
			break;
	}
}

// ---- from values to classes

// The segment that a value is in.
static size_t
find_segment(const struct maker *m, uint32_t value)
{
	size_t low = 0, high = m->n_segments;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (m->segments[middle].low <= value)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint64_t
segment_end(const struct maker *m, size_t i)
{
	return i + 1 < m->n_segments ? (uint64_t)m->segments[i + 1].low - 1 : box_dim_max[m->d];
}

// What stands for the 2^bits values from value on.
static uint32_t
entry(struct maker *m, uint32_t value, unsigned bits)
{
	size_t segment = find_segment(m, value);
	struct rule_dim *d = m->dim;
	uint32_t block;
	size_t cap;

	if (segment_end(m, segment) >= (uint64_t)value + (1u << bits) - 1)
		return m->segments[segment].class;
	cap = d->blocks_cap;
	d->blocks = mem_grow(d->blocks, d->n_blocks, &cap, sizeof(*d->blocks));
	d->blocks_cap = (uint32_t)cap;
	block = d->n_blocks++;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t inner = entry(m, value + (i << (bits - 8)), bits - 8);

		d->blocks[block][i] = inner; // not in one step: entry() may move the blocks
	}
	return block | RULE_BLOCK;
}

static void
make_root(struct maker *m)
{
	bool is_address = m->d <= BOX_DST;
	uint32_t n = is_address ? UINT16_MAX + 1 : box_dim_max[m->d] + 1;

	m->dim->root = mem_zalloc(n * sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++)
		m->dim->root[i] =
			is_address ? entry(m, i << 16, 16) : m->segments[find_segment(m, i)].class;
}

// ---- life

static void
make_dim(struct ruletable *t, const struct box *boxes, enum box_dim d, struct edge *edges, size_t n)
{
	struct maker m = {.table = t, .dim = &t->dim[d], .boxes = boxes, .d = d};

	m.classes_cap = (uint32_t)n + 2;
	m.hash_mask = rte_align32pow2(m.classes_cap) - 1;
	m.heads = mem_zalloc(((size_t)m.hash_mask + 1) * sizeof(*m.heads));
	m.next = mem_zalloc(m.classes_cap * sizeof(*m.next));
	m.current = mem_zalloc(t->n_words * sizeof(*m.current));
	m.dim->bits = mem_zalloc((size_t)m.classes_cap * t->n_words * sizeof(uint64_t));
	m.dim->summary = mem_zalloc((size_t)m.classes_cap * t->n_summary * sizeof(uint64_t));
	for (uint32_t i = 0; i < t->n_boxes; i++) {
		if (is_whole(&m, i))
			toggle(&m, i); // in all vectors, once and for all
	}
	m.dim->no_value = current_class(&m);
	make_segments(&m, edges, n);
	make_root(&m);
	free(m.heads);
	free(m.next);
	free(m.current);
	free(m.segments);
}

// The edges of all boxes that are not whole in the dimension. Returns their number.
static size_t
find_edges(const struct box *boxes, size_t n, enum box_dim d, struct edge *edges)
{
	size_t n_edges = 0;

	for (size_t i = 0; i < n; i++) {
		if (boxes[i].low[d] == 0 && boxes[i].high[d] == box_dim_max[d])
			continue;
		edges[n_edges++] = (struct edge){boxes[i].low[d], (uint32_t)i};
		edges[n_edges++] = (struct edge){(uint64_t)boxes[i].high[d] + 1, (uint32_t)i};
	}
	return n_edges;
}

struct ruletable *
ruletable_create(const struct box *boxes, size_t n, uint64_t max_bytes)
{
	struct ruletable *t = mem_zalloc(sizeof(*t));
	struct edge *edges = mem_zalloc((2 * n + 1) * sizeof(*edges));
	uint64_t bytes = 0;

	t->n_boxes = n;
	t->n_words = (uint32_t)((n + 63) / 64);
	t->n_summary = (t->n_words + 63) / 64;
	for (unsigned d = 0; d < BOX_DIMS; d++)
		bytes += (find_edges(boxes, n, d, edges) + 2) * t->n_words * sizeof(uint64_t);
	if (bytes > max_bytes) {
		free(edges);
		free(t);
		return NULL;
	}
	for (unsigned d = 0; d < BOX_DIMS; d++)
		make_dim(t, boxes, d, edges, find_edges(boxes, n, d, edges));
	free(edges);
	return t;
}

void
ruletable_destroy(struct ruletable *t)
{
	if (t == NULL)
		return;
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		free(t->dim[d].bits);
		free(t->dim[d].summary);
		free(t->dim[d].root);
		free(t->dim[d].blocks);
	}
	free(t);
}
