// SPDX-License-Identifier: BSD-3-Clause
// Sorts chains of tests that are joined by `and` or by `or`, so that the merge pass finds tests of
// the same bytes side by side.

#include <stdlib.h>

#include "elements/classify/program.h"
#include "src/mem.h"

enum { OFFSET_PROTOCOL = OFFSET_NETWORK + 8 };

// The protocol test comes before that of the fragment offset.
static uint32_t
sort_offset(const struct program *p, const struct program_step *s)
{
	if (p->space == SPACE_HEADERS && s->offset == OFFSET_PROTOCOL)
		return OFFSET_NETWORK + 3;
	return s->offset;
}

static bool
comes_after(const struct program *p, const struct program_step *a, const struct program_step *b)
{
	uint32_t a_offset = sort_offset(p, a), b_offset = sort_offset(p, b);

	if (a_offset != b_offset)
		return a_offset > b_offset;
	if (a->mask != b->mask)
		return a->mask > b->mask;
	return a->value > b->value;
}

enum { LINKED_BY_NONE = -1, LINKED_BY_MANY = -2 };

// The only step that leads to each step.
static int32_t *
find_only_links(const struct program *p)
{
	int32_t *from = mem_zalloc(p->n * sizeof(*from));

	for (size_t i = 0; i < p->n; i++)
		from[i] = LINKED_BY_NONE;
	for (size_t i = 0; i < p->n; i++) {
		for (int k = NO; k <= YES; k++) {
			int32_t to = p->steps[i].next[k];

			if (to > 0)
				from[to] = from[to] == LINKED_BY_NONE ? (int32_t)i : LINKED_BY_MANY;
		}
	}
	return from;
}

// Click leaves step 0 where it is.
static bool
may_sort(const struct program *p, int32_t from)
{
	return from > 0 || (from == 0 && p->care == PROGRAM_STRICT);
}

static void
swap_tests(struct program_step *a, struct program_step *b)
{
	struct program_step old = *a;

	a->offset = b->offset;
	a->mask = b->mask;
	a->value = b->value;
	a->short_yes = b->short_yes;
	b->offset = old.offset;
	b->mask = old.mask;
	b->value = old.value;
	b->short_yes = old.short_yes;
}

static bool
sort_step(struct program *p, const int32_t *from, size_t i)
{
	struct program_step *s = &p->steps[i];

	for (int k = NO; k <= YES; k++) {
		int32_t to = s->next[k];
		struct program_step *t = &p->steps[to > 0 ? to : 0];

		if (to > 0 && may_sort(p, from[to]) && s->next[!k] == t->next[!k] &&
			comes_after(p, s, t)) {
			swap_tests(s, t);
			return true;
		}
	}
	return false;
}

void
program_sort(struct program *p)
{
	int32_t *from = find_only_links(p);
	size_t i = 0;

	while (i < p->n) {
		if (!sort_step(p, from, i))
			i++;
		else if (may_sort(p, from[i]))
			i = (size_t)from[i];
	}
	free(from);
}
