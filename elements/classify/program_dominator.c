// SPDX-License-Identifier: BSD-3-Clause
// Shortens branches: a test whose outcome is known from the tests on every way to it is passed
// over.
//
// A fact says that a test had an outcome: its number times two, plus the outcome. Equal tests share
// the number of the first of them. For each step up to PATHS_MAX lists of facts are kept, one for
// each group of ways to it; branches are numbered like facts.

#include <stdlib.h>
#include <string.h>

#include "elements/classify/program.h"
#include "src/mem.h"

enum { PATHS_MAX = 4 };

struct path {
	uint32_t *facts; // owned; the oldest first. One more, the step's own, fits behind them.
	size_t n;
};

// A path as one branch of its step continues it.
struct way {
	const struct path *path;
	bool has_own;
	uint32_t own; // the fact that the branch adds
};

struct state {
	struct path paths[PATHS_MAX];
	unsigned n_paths;
	unsigned n_branches; // to steps that have not been looked at
	uint32_t known; // each packet that comes here has so many bytes
	uint32_t id;
	uint32_t *from; // owned; branches that lead here, in the order in which they count
	size_t n_from, from_cap;
};

struct dominators {
	struct program *p;
	struct state *states; // owned
	struct way *ways; // owned; to the step at hand
	size_t n_ways, ways_cap;
	uint32_t *seen, *count; // owned; by fact, for finding what paths have in common
	uint32_t n_seen;
};

// ---- setting up

// Finds the first of equal tests in a hash table.
static void
number_tests(struct dominators *d)
{
	size_t n = d->p->n, size = 1;
	uint32_t *table;

	while (size < 2 * n)
		size *= 2;
	table = mem_zalloc(size * sizeof(*table));
	for (size_t i = 0; i < n; i++) {
		const struct program_step *s = &d->p->steps[i];
		uint64_t key = ((uint64_t)s->mask << 32 | s->value) * UINT64_C(0x9e3779b97f4a7c15);
		size_t at = ((key >> 20) + s->offset * 2654435761u + s->short_yes) & (size - 1);

		while (table[at] != 0 && !program_same_test(s, &d->p->steps[table[at] - 1]))
			at = (at + 1) & (size - 1);
		if (table[at] == 0)
			table[at] = (uint32_t)i + 1;
		d->states[i].id = table[at] - 1;
	}
	free(table);
}

static void
learn_lengths(struct dominators *d)
{
	for (size_t i = 0; i < d->p->n; i++)
		d->states[i].known = i == 0 ? 0 : UINT32_MAX;
	for (size_t i = 0; i < d->p->n; i++) {
		const struct program_step *s = &d->p->steps[i];
		uint32_t need = program_step_need(s), known = d->states[i].known;

		for (int k = NO; k <= YES; k++) {
			uint32_t len = k == s->short_yes || need < known ? known : need;

			if (s->next[k] > 0 && len < d->states[s->next[k]].known)
				d->states[s->next[k]].known = len;
		}
	}
}

static void
add_branch(struct state *to, uint32_t branch, size_t at)
{
	to->from = mem_grow(to->from, to->n_from, &to->from_cap, sizeof(*to->from));
	memmove(to->from + at + 1, to->from + at, (to->n_from - at) * sizeof(*to->from));
	to->from[at] = branch;
	to->n_from++;
}

static void
find_branches(struct dominators *d)
{
	for (size_t branch = 2 * d->p->n; branch-- > 0;) {
		int32_t to = d->p->steps[branch / 2].next[branch % 2];

		if (to <= 0)
			continue;
		add_branch(&d->states[to], (uint32_t)branch, d->states[to].n_from);
		d->states[branch / 2].n_branches++;
	}
}

// ---- branches

static void
release_paths(struct state *s)
{
	for (unsigned i = 0; i < s->n_paths; i++)
		free(s->paths[i].facts);
	s->n_paths = 0;
}

static void
branch_done(struct dominators *d, uint32_t branch)
{
	struct state *from = &d->states[branch / 2];

	if (--from->n_branches == 0)
		release_paths(from);
}

// Makes a branch lead to another step or out of the program.
static void
move_branch(struct dominators *d, uint32_t branch, int32_t to)
{
	int32_t *link = &d->p->steps[branch / 2].next[branch % 2];
	struct state *s = &d->states[*link];
	size_t at = 0;

	while (s->from[at] != branch)
		at++;
	memmove(s->from + at, s->from + at + 1, (--s->n_from - at) * sizeof(*s->from));
	*link = to;
	if (to <= 0) {
		branch_done(d, branch);
		return;
	}
	s = &d->states[to];
	for (at = 0; at < s->n_from && s->from[at] < branch;)
		at++;
	add_branch(s, branch, at);
}

// ---- ways to a step

static bool
path_has(const struct path *path, uint32_t fact)
{
	for (size_t i = 0; i < path->n; i++) {
		if (path->facts[i] == fact)
			return true;
	}
	return false;
}

static void
add_ways(struct dominators *d, uint32_t branch, bool both)
{
	struct state *from = &d->states[branch / 2];
	uint32_t fact = 2 * from->id + branch % 2;

	for (unsigned i = 0; i < from->n_paths; i++) {
		if (!both && path_has(&from->paths[i], fact ^ 1))
			continue;
		d->ways = mem_grow(d->ways, d->n_ways, &d->ways_cap, sizeof(*d->ways));
		d->ways[d->n_ways++] = (struct way){&from->paths[i], !both, fact};
	}
}

// Both branches of a step say nothing about its test.
static void
find_ways(struct dominators *d, const struct state *s)
{
	d->n_ways = 0;
	for (size_t i = 0; i < s->n_from; i++) {
		bool both = i + 1 < s->n_from && s->from[i + 1] / 2 == s->from[i] / 2;

		add_ways(d, s->from[i], both);
		i += both;
	}
}

static int
compare_facts(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
count_fact(struct dominators *d, uint32_t fact)
{
	if (d->seen[fact] == d->n_seen)
		return;
	d->seen[fact] = d->n_seen;
	d->count[fact]++;
}

// One path of the facts that all ways share.
static void
intersect_ways(struct dominators *d, struct path *path)
{
	const struct way *w = d->ways;

	memset(d->count, 0, 2 * d->p->n * sizeof(*d->count));
	for (size_t i = 0; i < d->n_ways; i++, w++) {
		d->n_seen++;
		for (size_t f = 0; f < w->path->n; f++)
			count_fact(d, w->path->facts[f]);
		if (w->has_own)
			count_fact(d, w->own);
	}
	w = d->ways;
	path->facts = mem_zalloc((w->path->n + 2) * sizeof(*path->facts));
	memcpy(path->facts, w->path->facts, w->path->n * sizeof(*path->facts));
	path->n = w->path->n;
	if (w->has_own)
		path->facts[path->n++] = w->own;
	qsort(path->facts, path->n, sizeof(*path->facts), compare_facts);
	size_t n = 0;
	for (size_t f = 0; f < path->n; f++) {
		uint32_t fact = path->facts[f];

		if (d->count[fact] == d->n_ways && (n == 0 || path->facts[n - 1] != fact))
			path->facts[n++] = fact;
	}
	path->n = n;
}

// Earlier facts about the test of the last one are left out.
static void
copy_way(const struct way *w, struct path *path)
{
	size_t n = w->path->n;
	uint32_t last = w->has_own ? w->own : n > 0 ? w->path->facts[n - 1] : 0;

	path->facts = mem_zalloc((n + 2) * sizeof(*path->facts));
	for (size_t f = 0; f < n; f++) {
		if (w->path->facts[f] / 2 != last / 2 || (!w->has_own && f + 1 == n))
			path->facts[path->n++] = w->path->facts[f];
	}
	if (w->has_own)
		path->facts[path->n++] = w->own;
}

static void
make_paths(struct dominators *d, struct state *s)
{
	if (d->n_ways > PATHS_MAX) {
		s->n_paths = 1;
		s->paths[0].n = 0;
		intersect_ways(d, &s->paths[0]);
		return;
	}
	for (size_t i = 0; i < d->n_ways; i++) {
		s->paths[i].n = 0;
		copy_way(&d->ways[i], &s->paths[i]);
	}
	s->n_paths = (unsigned)d->n_ways;
}

// ---- moving a step's branches

// The last fact that settles the test of step x decides where it leads.
static bool
pass_over(const struct dominators *d, const struct path *path, uint32_t known, int32_t *x)
{
	const struct program_step *steps = d->p->steps, *step = &steps[*x];
	int outcome;

	for (size_t i = path->n; i-- > 0;) {
		const struct program_step *a = &steps[path->facts[i] / 2];

		if ((a->offset == step->offset || step->mask == 0) &&
			program_settles(d->p->care, a, path->facts[i] % 2, step, known, &outcome)) {
			*x = step->next[outcome];
			return true;
		}
	}
	return false;
}

struct places { // that a branch passes, in their order
	int32_t *v; // owned
	size_t n, cap;
};

static void
add_place(struct places *places, int32_t place)
{
	places->v = mem_grow(places->v, places->n, &places->cap, sizeof(*places->v));
	places->v[places->n++] = place;
}

static void
find_places(const struct dominators *d, const struct path *path, uint32_t known, int32_t to,
	struct places *places)
{
	places->n = 0;
	add_place(places, to);
	while (to > 0 && pass_over(d, path, known, &to))
		add_place(places, to);
}

// Keeps what other has as well; both are ascending, but for a way out at the end.
static void
keep_common(struct places *places, const struct places *other)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < places->n; i++) {
		int32_t place = places->v[i];

		while (place > 0 && at < other->n && other->v[at] > 0 && other->v[at] < place)
			at++;
		if (place > 0 ? at < other->n && other->v[at] == place
			      : other->v[other->n - 1] == place)
			places->v[n++] = place;
	}
	places->n = n;
}

// As far as all paths agree.
static int32_t
find_target(const struct dominators *d, const struct state *s, int32_t to)
{
	struct places places = {0}, other = {0};

	find_places(d, &s->paths[0], s->known, to, &places);
	for (unsigned i = 1; i < s->n_paths; i++) {
		find_places(d, &s->paths[i], s->known, to, &other);
		keep_common(&places, &other);
	}
	to = places.v[places.n - 1];
	free(places.v);
	free(other.v);
	return to;
}

static void
move_branches(struct dominators *d, size_t i)
{
	struct state *s = &d->states[i];

	for (int k = YES; k >= NO; k--) {
		int32_t to = d->p->steps[i].next[k], target;

		if (to <= 0)
			continue;
		for (unsigned j = 0; j < s->n_paths; j++)
			s->paths[j].facts[s->paths[j].n++] = 2 * s->id + (uint32_t)k;
		target = find_target(d, s, to);
		for (unsigned j = 0; j < s->n_paths; j++)
			s->paths[j].n--;
		if (target != to)
			move_branch(d, (uint32_t)(2 * i) + (uint32_t)k, target);
	}
}

// ---- one step after the other

// The outcome that all paths know for the step's own test, -1 if they do not.
static int
known_outcome(const struct state *s)
{
	bool may_be[2] = {true, true};

	for (unsigned i = 0; i < s->n_paths; i++) {
		may_be[NO] = may_be[NO] && path_has(&s->paths[i], 2 * s->id);
		may_be[YES] = may_be[YES] && path_has(&s->paths[i], 2 * s->id + 1);
	}
	return may_be[YES] ? YES : may_be[NO] ? NO : -1;
}

static void
kill_step(struct dominators *d, size_t i)
{
	for (int k = NO; k <= YES; k++) {
		if (d->p->steps[i].next[k] > 0)
			move_branch(d, (uint32_t)(2 * i) + (uint32_t)k, LINK_DROP);
		d->p->steps[i].next[k] = LINK_DROP;
	}
}

static void
look_at_step(struct dominators *d, size_t i)
{
	struct state *s = &d->states[i];
	int outcome;

	find_ways(d, s);
	make_paths(d, s);
	if (s->n_paths == 0) {
		kill_step(d, i);
		return;
	}
	outcome = known_outcome(s);
	if (outcome < 0) {
		move_branches(d, i);
		return;
	}
	while (s->n_from > 0)
		move_branch(d, s->from[0], d->p->steps[i].next[outcome]);
	kill_step(d, i);
	release_paths(s);
}

static void
look_at_start(struct dominators *d)
{
	struct state *s = &d->states[0];

	s->n_paths = 1;
	s->paths[0] = (struct path){mem_zalloc(2 * sizeof(uint32_t)), 0};
	move_branches(d, 0);
}

void
program_dominate(struct program *p)
{
	struct dominators d = {.p = p};

	if (p->n == 0)
		return;
	d.states = mem_zalloc(p->n * sizeof(*d.states));
	d.seen = mem_zalloc(2 * p->n * sizeof(*d.seen));
	d.count = mem_zalloc(2 * p->n * sizeof(*d.count));
	number_tests(&d);
	learn_lengths(&d);
	find_branches(&d);
	look_at_start(&d);
	for (size_t i = 1; i < p->n; i++) {
		look_at_step(&d, i);
		for (size_t f = 0; f < d.states[i].n_from; f++)
			branch_done(&d, d.states[i].from[f]);
	}
	for (size_t i = 0; i < p->n; i++) {
		release_paths(&d.states[i]);
		free(d.states[i].from);
	}
	free(d.states);
	free(d.ways);
	free(d.seen);
	free(d.count);
}
