// SPDX-License-Identifier: BSD-3-Clause
// Building decision programs.

#include "elements/classify/program.h"

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

void
program_init(struct program *p, enum program_space space)
{
	*p = (struct program){.constant = LINK_FAILURE, .space = space};
}

void
program_fini(struct program *p)
{
	free(p->steps);
	p->steps = NULL;
	p->n = p->cap = 0;
}

static struct program_step *
add_step(struct program *p)
{
	p->steps = mem_grow(p->steps, p->n, &p->cap, sizeof(*p->steps));
	return &p->steps[p->n++];
}

void
program_add(struct program *p, uint32_t offset, uint32_t value, uint32_t mask)
{
	if (p->n >= PROGRAM_STEPS_MAX) {
		p->too_large = true;
		return;
	}
	*add_step(p) = (struct program_step){
		.offset = (uint16_t)offset,
		.value = value & mask,
		.mask = mask,
		.next = {[NO] = LINK_FAILURE, [YES] = LINK_SUCCESS},
	};
}

void
program_part(const struct program *p, struct program_parts *parts)
{
	// A part without steps begins where the next one does.
	if (parts->n > 0 && parts->start[parts->n - 1] == p->n)
		return;
	parts->start = mem_grow(parts->start, parts->n, &parts->cap, sizeof(*parts->start));
	parts->start[parts->n++] = p->n;
}

static void
relink(struct program *p, size_t from, size_t to, int32_t success, int32_t failure)
{
	for (size_t i = from; i < to; i++) {
		for (int k = NO; k <= YES; k++) {
			int32_t *next = &p->steps[i].next[k];

			if (*next == LINK_SUCCESS)
				*next = success;
			else if (*next == LINK_FAILURE)
				*next = failure;
		}
	}
}

void
program_combine(struct program *p, struct program_parts *parts, enum program_combiner combiner)
{
	size_t n = parts->n;

	if (n > 0 && parts->start[n - 1] == p->n)
		n--;
	for (size_t i = 0; i + 1 < n; i++) {
		int32_t next = (int32_t)parts->start[i + 1];
		int32_t success = LINK_SUCCESS, failure = LINK_FAILURE;

		if (combiner == COMBINE_AND) {
			success = next;
		} else if (combiner == COMBINE_OR) {
			failure = next;
		} else if (i % 2 == 0 && i + 2 < n) {
			success = next;
			failure = (int32_t)parts->start[i + 2];
		}
		relink(p, parts->start[i], parts->start[i + 1], success, failure);
	}
	free(parts->start);
	*parts = (struct program_parts){0};
}

void
program_negate(struct program *p, size_t mark, bool flip)
{
	relink(p, mark, p->n, LINK_FAILURE, LINK_SUCCESS);
	for (size_t i = mark; flip && i < p->n; i++)
		p->steps[i].short_yes = !p->steps[i].short_yes;
}

void
program_finish(struct program *p, size_t mark, int32_t success, int32_t failure)
{
	relink(p, mark, p->n, success, failure);
	if (p->n == 0 && p->constant == LINK_FAILURE)
		p->constant = failure;
}

static void
copy_steps(struct program *to, const struct program *from)
{
	int32_t base = (int32_t)to->n;

	for (size_t i = 0; i < from->n; i++) {
		struct program_step *s = add_step(to);

		*s = from->steps[i];
		for (int k = NO; k <= YES; k++)
			s->next[k] += s->next[k] > 0 ? base : 0;
	}
}

void
program_append(struct program *left, struct program *right)
{
	if (left->n == 0 && left->constant == LINK_FAILURE) {
		struct program old = *left;

		*left = *right;
		*right = old;
	} else if (right->n == 0) {
		program_finish(left, 0, LINK_SUCCESS, right->constant);
	} else if (left->n > 0) {
		program_finish(left, 0, LINK_SUCCESS, (int32_t)left->n);
		copy_steps(left, right);
	}
	program_fini(right);
}

void
program_copy(struct program *to, const struct program *from)
{
	*to = *from;
	to->cap = from->n;
	to->steps = mem_zalloc(from->n * sizeof(*to->steps));
	if (from->n > 0)
		memcpy(to->steps, from->steps, from->n * sizeof(*to->steps));
}
