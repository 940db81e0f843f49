// SPDX-License-Identifier: BSD-3-Clause
// Removes steps that decide nothing and steps that nothing leads to; puts the passes in order.

#include <stdlib.h>

#include "elements/classify/program.h"
#include "src/mem.h"

static int32_t
follow(const int32_t *goes_to, int32_t link)
{
	return link > 0 ? goes_to[link] : link;
}

// Bypasses steps without a decision, from the end on, so that one that becomes such a step is
// bypassed as well. Returns where the program begins now.
static int32_t
bypass(struct program *p)
{
	int32_t *goes_to = mem_zalloc(p->n * sizeof(*goes_to)), first;

	for (size_t i = p->n; i-- > 0;) {
		struct program_step *s = &p->steps[i];

		s->next[NO] = follow(goes_to, s->next[NO]);
		s->next[YES] = follow(goes_to, s->next[YES]);
		goes_to[i] =
			s->next[NO] == s->next[YES] || s->mask == 0 ? s->next[YES] : (int32_t)i;
	}
	first = goes_to[0];
	free(goes_to);
	return first;
}

// Keeps what can be reached from step first. Branches only lead forward.
static void
keep_reachable(struct program *p, size_t first)
{
	int32_t *place = mem_zalloc(p->n * sizeof(*place));
	size_t n = 0;

	place[first] = 1;
	for (size_t i = first; i < p->n; i++) {
		if (place[i] == 0)
			continue;
		for (int k = NO; k <= YES; k++) {
			if (p->steps[i].next[k] > 0)
				place[p->steps[i].next[k]] = 1;
		}
		place[i] = (int32_t)n;
		p->steps[n++] = p->steps[i];
	}
	p->n = n;
	for (size_t i = 0; i < n; i++) {
		for (int k = NO; k <= YES; k++)
			p->steps[i].next[k] = follow(place, p->steps[i].next[k]);
	}
	free(place);
}

void
program_compact(struct program *p)
{
	int32_t first;

	if (p->n == 0)
		return;
	first = bypass(p);
	if (first > 0 || (first == 0 && p->steps[0].mask != 0 &&
				 p->steps[0].next[NO] != p->steps[0].next[YES])) {
		keep_reachable(p, (size_t)first);
		return;
	}
	p->n = 0;
	p->constant = first;
}

void
program_optimise(struct program *p)
{
	if (p->n <= PROGRAM_OPTIMISE_MAX) {
		program_sort(p);
		program_dominate(p);
		program_compact(p);
		program_merge(p);
	}
	program_compact(p);
}
