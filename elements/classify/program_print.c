// SPDX-License-Identifier: BSD-3-Clause
// The finished program: order for values that are looked up together, and its text.

#include <stdlib.h>

#include "elements/classify/program.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum { SORTED_GROUP_MIN = 7 };

uint32_t
program_safe_length(const struct program *p)
{
	uint32_t need = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (program_step_need(&p->steps[i]) > need)
			need = program_step_need(&p->steps[i]);
	}
	return need;
}

bool
program_uses_output(const struct program *p, unsigned output)
{
	int32_t link = -(int32_t)output;

	if (p->n == 0)
		return p->constant == link;
	for (size_t i = 0; i < p->n; i++) {
		if (p->steps[i].next[NO] == link || p->steps[i].next[YES] == link)
			return true;
	}
	return false;
}

// ---- grouping

uint32_t *
program_count_links(const struct program *p)
{
	uint32_t *n = mem_zalloc(p->n * sizeof(*n));

	for (size_t i = 0; i < p->n; i++) {
		for (int k = NO; k <= YES; k++) {
			if (p->steps[i].next[k] > 0)
				n[p->steps[i].next[k]]++;
		}
	}
	return n;
}

static bool
in_group(const struct program_step *a, const struct program_step *b)
{
	return a->next[YES] == b->next[YES] && a->offset == b->offset && a->mask == b->mask;
}

// By the words as they are in memory, for a binary search there.
static int
compare_values(const void *a, const void *b)
{
	uint32_t x = __builtin_bswap32(((const struct program_step *)a)->value);
	uint32_t y = __builtin_bswap32(((const struct program_step *)b)->value);

	return (x > y) - (x < y);
}

// Moves step i and the steps of its group to the end of grouped. Links between them are set, and
// said to be so in is_set; the others stay as they were. place says where each step went.
static void
move_group(const struct program *p, const uint32_t *n_links, size_t i, struct program *grouped,
	bool *is_set, int32_t *place)
{
	size_t first = grouped->n;
	int32_t next;

	for (;; i = (size_t)next) {
		place[i] = (int32_t)grouped->n;
		grouped->steps[grouped->n++] = p->steps[i];
		next = p->steps[i].next[NO];
		if (next <= 0 || n_links[next] != 1 || !in_group(&p->steps[i], &p->steps[next]))
			break;
	}
	if (grouped->n - first >= SORTED_GROUP_MIN)
		qsort(grouped->steps + first, grouped->n - first, sizeof(*grouped->steps),
			compare_values);
	for (size_t j = first; j < grouped->n; j++) {
		is_set[j] = j + 1 < grouped->n;
		grouped->steps[j].next[NO] = is_set[j] ? (int32_t)j + 1 : next;
	}
}

void
program_group(struct program *p)
{
	int32_t *place = mem_zalloc(p->n * sizeof(*place));
	bool *is_set = mem_zalloc(p->n * sizeof(*is_set));
	uint32_t *n_links = program_count_links(p);
	struct program grouped = *p;

	grouped.steps = mem_zalloc(p->n * sizeof(*grouped.steps));
	grouped.n = 0;
	grouped.cap = p->n;
	for (size_t i = 0; i < p->n; i++)
		place[i] = -1;
	for (size_t i = 0; i < p->n; i++) {
		if (place[i] < 0)
			move_group(p, n_links, i, &grouped, is_set, place);
	}
	for (size_t i = 0; i < grouped.n; i++) {
		int32_t *next = grouped.steps[i].next;

		if (next[YES] > 0)
			next[YES] = place[next[YES]];
		if (next[NO] > 0 && !is_set[i])
			next[NO] = place[next[NO]];
	}
	free(n_links);
	free(is_set);
	free(p->steps);
	free(place);
	*p = grouped;
}

// ---- text

static void
print_link(struct strbuf *out, const char *name, int32_t link)
{
	if (link > 0)
		strbuf_addf(out, "  %s->step %d", name, link);
	else if (link == LINK_DROP)
		strbuf_addf(out, "  %s->[X]", name);
	else
		strbuf_addf(out, "  %s->[%d]", name, -link);
}

void
program_print(const struct program *p, struct strbuf *out)
{
	if (p->n == 0)
		strbuf_addf(out, "all->[%d]\n", -p->constant);
	for (size_t i = 0; i < p->n; i++) {
		const struct program_step *s = &p->steps[i];

		strbuf_addf(out, "%2zu %3u/%08x%%%08x", i, s->offset, s->value, s->mask);
		print_link(out, "yes", s->next[YES]);
		print_link(out, "no", s->next[NO]);
		strbuf_adds(out, s->short_yes ? "  short->yes\n" : "\n");
	}
	strbuf_addf(out, "safe length %u\nalignment offset %u\n", program_safe_length(p), p->align);
}
