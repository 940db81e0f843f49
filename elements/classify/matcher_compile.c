// SPDX-License-Identifier: BSD-3-Clause
// Puts programs into the form in which they run: chains of NO behind each other, and those that
// look for values of the same bytes as tables.

#include <stdlib.h>

#include "elements/classify/matcher_program.h"
#include "elements/classify/program.h"
#include "src/element.h"
#include "src/mem.h"

enum { TABLE_MIN = 3 };

struct compiler {
	struct program_matcher *m;
	const struct program *p;
	uint32_t *n_links; // owned; to each step of p
	int32_t *place; // owned; of each step of p, -1: nowhere yet
	size_t *todo; // owned; steps of p to place
	size_t n_todo, n_steps, n_tables, n_values;
};

static enum match_region
step_region(const struct program *p, const struct program_step *s)
{
	if (p->space == SPACE_PACKET || s->offset < OFFSET_NETWORK)
		return REGION_MAC;
	return s->offset < OFFSET_TRANSPORT ? REGION_NETWORK : REGION_TRANSPORT;
}

static int32_t
no_of(const struct compiler *c, size_t i)
{
	return c->p->steps[i].next[NO];
}

static void
add_todo(struct compiler *c, int32_t link)
{
	if (link > 0 && c->place[link] < 0)
		c->todo[c->n_todo++] = (size_t)link;
}

// ---- tables

// How many steps from i on, linked by NO and by nothing else, look at the same bytes.
static size_t
chain_length(const struct compiler *c, size_t i)
{
	const struct program_step *first = &c->p->steps[i];
	int32_t next = first->next[NO];
	size_t n = 1;

	for (; next > 0 && c->n_links[next] == 1; next = no_of(c, (size_t)next), n++) {
		if (c->p->steps[next].offset != first->offset ||
			c->p->steps[next].mask != first->mask)
			break;
	}
	return n;
}

struct chain_value {
	uint32_t value;
	size_t step;
};

// Of equal values the first in the chain comes first: it is the one that counts.
static int
compare_values(const void *a, const void *b)
{
	const struct chain_value *x = a, *y = b;

	if (x->value != y->value)
		return x->value > y->value ? 1 : -1;
	return (x->step > y->step) - (x->step < y->step);
}

// The chain of n steps from i on. Returns the last one.
static size_t
add_table(struct compiler *c, size_t i, size_t n)
{
	struct match_table *t = &c->m->tables[c->n_tables++];
	struct chain_value *chain = mem_zalloc(n * sizeof(*chain));
	const struct program_step *s = NULL;
	size_t last = i;

	t->first = (uint32_t)c->n_values;
	t->short_next = LINK_FAILURE;
	for (size_t j = 0; j < n; j++, i = (size_t)no_of(c, i)) {
		last = i;
		s = &c->p->steps[i];
		chain[j] = (struct chain_value){__builtin_bswap32(s->value), i};
		add_todo(c, s->next[YES]);
		if (s->short_yes && t->short_next == LINK_FAILURE)
			t->short_next = s->next[YES];
	}
	if (t->short_next == LINK_FAILURE)
		t->short_next = s->next[NO];
	qsort(chain, n, sizeof(*chain), compare_values);
	for (size_t j = 0; j < n; j++) {
		if (j > 0 && chain[j].value == chain[j - 1].value)
			continue;
		c->m->values[c->n_values++] =
			(struct match_value){chain[j].value, c->p->steps[chain[j].step].next[YES]};
		t->n++;
	}
	free(chain);
	return last;
}

// ---- steps

static void
place_step(struct compiler *c, size_t i)
{
	const struct program_step *s = &c->p->steps[i];
	enum match_region region = step_region(c->p, s);
	uint32_t start = region * OFFSET_NETWORK;
	struct match_step *m = &c->m->steps[c->n_steps];
	uint32_t *load_len = &c->m->load_len[region];

	*m = (struct match_step){
		.mask = __builtin_bswap32(s->mask),
		.value = __builtin_bswap32(s->value),
		.next = {[NO] = s->next[NO], [YES] = s->next[YES]},
		.offset = (uint16_t)(s->offset - start),
		.region = (uint8_t)region,
		.short_yes = s->short_yes,
	};
	*load_len = RTE_MAX(*load_len, m->offset + 4u);
	c->place[i] = (int32_t)c->n_steps++;
}

// Step i, and all that follow it by NO up to one that has its place.
static void
place_chain(struct compiler *c, size_t i)
{
	while (c->place[i] < 0) {
		size_t n = chain_length(c, i), last = i;
		struct match_step *m = &c->m->steps[c->n_steps];

		place_step(c, i);
		if (n >= TABLE_MIN) {
			m->is_table = true;
			m->value = (uint32_t)c->n_tables;
			last = add_table(c, i, n);
			m->next[NO] = no_of(c, last);
		}
		add_todo(c, c->p->steps[i].next[YES]);
		if (no_of(c, last) <= 0)
			break;
		i = (size_t)no_of(c, last);
	}
}

static int32_t
final_link(const struct compiler *c, int32_t link)
{
	if (link > 0)
		return c->place[link];
	return link == LINK_DROP ? MATCH_DROP : link;
}

static void
finish_links(struct compiler *c)
{
	struct program_matcher *m = c->m;

	for (size_t i = 0; i < c->n_steps; i++) {
		for (int k = NO; k <= YES; k++)
			m->steps[i].next[k] = final_link(c, m->steps[i].next[k]);
		m->steps[i].no_is_next = m->steps[i].next[NO] == (int32_t)i + 1;
	}
	for (size_t i = 0; i < c->n_tables; i++)
		m->tables[i].short_next = final_link(c, m->tables[i].short_next);
	for (size_t i = 0; i < c->n_values; i++)
		m->values[i].next = final_link(c, m->values[i].next);
}

void
match_compile(struct program_matcher *m, const struct program *p)
{
	struct compiler c = {
		.m = m,
		.p = p,
		.n_links = program_count_links(p),
		.place = mem_zalloc(p->n * sizeof(*c.place)),
		.todo = mem_zalloc((2 * p->n + 1) * sizeof(*c.todo)),
	};

	m->steps = mem_zalloc(p->n * sizeof(*m->steps));
	m->tables = mem_zalloc(p->n * sizeof(*m->tables));
	m->values = mem_zalloc(p->n * sizeof(*m->values));
	m->align = p->align;
	m->constant = final_link(&c, p->constant);
	for (size_t i = 0; i < p->n; i++)
		c.place[i] = -1;
	c.todo[0] = 0;
	c.n_todo = p->n > 0;
	while (c.n_todo > 0)
		place_chain(&c, c.todo[--c.n_todo]);
	finish_links(&c);
	m->n_steps = (uint32_t)c.n_steps;
	free(c.n_links);
	free(c.place);
	free(c.todo);
}
