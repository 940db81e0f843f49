// SPDX-License-Identifier: BSD-3-Clause
#include "src/reach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/config.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/flow.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

// Elements still to be spread from.
struct spread {
	struct router *r;
	uint64_t *todo_push, *todo_pull; // owned, by element: lcores not passed on yet
	bool more;
};

static void
reach_push(struct spread *s, struct element *e, uint64_t lcores)
{
	uint64_t new = lcores & ~e->info->push_lcores;

	e->info->push_lcores |= new;
	s->todo_push[e->info->index] |= new;
	s->more |= new != 0;
}

static void
reach_pull(struct spread *s, struct element *e, uint64_t lcores)
{
	uint64_t new = lcores & ~e->info->pull_lcores;

	e->info->pull_lcores |= new;
	s->todo_pull[e->info->index] |= new;
	s->more |= new != 0;
}

// lcores run inside e: they push into what its push outputs lead to and pull from what its pull
// inputs lead to.
static void
spread_from(struct spread *s, struct element *e, uint64_t lcores)
{
	const struct element_info *info = e->info;

	for (size_t i = 0; i < info->n_outgoing; i++) {
		if (!info->out_pull[info->outgoing[i]->from_port])
			reach_push(s, s->r->elements[info->outgoing[i]->to], lcores);
	}
	for (size_t i = 0; i < info->n_incoming; i++) {
		if (info->in_pull[info->incoming[i]->to_port])
			reach_pull(s, s->r->elements[info->incoming[i]->from], lcores);
	}
}

// ---- order of packets

// Marks what an output's packets can come to; meets: something that another output's came to.
struct branch {
	struct flow_walk walk;
	uint16_t *mark; // borrowed, by element: output number plus one
	uint16_t number;
	bool meets;
};

static bool
branch_visit(struct flow_walk *walk, struct element *e, unsigned port)
{
	struct branch *b = walk->arg;
	uint16_t *mark = &b->mark[e->info->index];

	(void)port;
	if (*mark != 0 && *mark != b->number)
		b->meets = true;
	*mark = b->number;
	if (e->class->flags & ELEMENT_ANSWERS)
		return false;
	// Behind a Queue the order is the scheduler's business.
	return e->n_outputs == 0 || !e->info->out_pull[0];
}

// Whether branches of e meet again downstream, so that splitting a batch by output would change the
// order in which packets arrive there.
static bool
branches_meet(struct element *e, uint16_t *mark, size_t n)
{
	struct branch b = {.walk = {.visit = branch_visit}, .mark = mark};

	b.walk.arg = &b;
	memset(mark, 0, n * sizeof(*mark));
	for (unsigned o = 0; o < e->n_outputs && !b.meets; o++) {
		b.number = (uint16_t)(o + 1);
		flow_downstream(&b.walk, e, o);
	}
	return b.meets;
}

static void
find_splits(struct router *r)
{
	uint16_t *mark = mem_zalloc(r->n_elements * sizeof(*mark));

	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		e->split_runs = e->n_outputs > 1 && !(e->class->flags & ELEMENT_STABLE) &&
				branches_meet(e, mark, r->n_elements);
	}
	free(mark);
}

void
reach_compute(struct router *r)
{
	struct spread s = {.r = r};

	s.todo_push = mem_zalloc(r->n_elements * sizeof(*s.todo_push));
	s.todo_pull = mem_zalloc(r->n_elements * sizeof(*s.todo_pull));
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element_info *info = r->elements[i]->info;

		info->push_lcores = info->pull_lcores = 0;
		info->own_lcores = info->timer_lcores;
		for (const struct task *t = info->tasks; t != NULL; t = t->sibling) {
			if (t->carries && t->home != NULL)
				info->own_lcores |= UINT64_C(1) << t->home->index;
		}
	}
	for (size_t i = 0; i < r->n_elements; i++)
		spread_from(&s, r->elements[i], r->elements[i]->info->own_lcores);
	while (s.more) {
		s.more = false;
		for (size_t i = 0; i < r->n_elements; i++) {
			struct element *e = r->elements[i];
			enum lcore_safety safety = e->class->lcores;
			bool crossing = safety == LCORES_CROSSING;
			uint64_t lcores = s.todo_push[i] | (crossing ? 0 : s.todo_pull[i]);

			s.todo_push[i] = s.todo_pull[i] = 0;
			// Pullers end at a Queue; a pusher goes on with what overflows only.
			if (lcores != 0 && safety != LCORES_HANDOVER)
				spread_from(&s, e, lcores);
		}
	}
	free(s.todo_push);
	free(s.todo_pull);
	find_splits(r);
}

// ---- safety

static void
lcores_text(uint64_t lcores, struct strbuf *out)
{
	for (unsigned i = 0; lcores != 0; i++, lcores >>= 1) {
		if (lcores & 1)
			strbuf_addf(out, "%s%u", out->len > 0 ? ", " : "", i);
	}
}

static void
report_unsafe(struct router *r, struct element *e, uint64_t lcores, struct errh *errh)
{
	struct strbuf who = STRBUF_INIT, numbers = STRBUF_INIT;

	lcores_text(lcores, &numbers);
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *source = r->elements[i];

		if (source->info->own_lcores & lcores)
			strbuf_addf(&who, "%s'%s'", who.len > 0 ? ", " : "", element_name(source));
	}
	errh_error_at(errh, e->info->landmark,
		"'%s :: %s' cannot be run by several lcores (%s), which come from %s\n"
		"put a Queue and an Unqueue in front of it, or place its sources on one thread with "
		"StaticThreadSched",
		element_name(e), e->class->name, strbuf_text(&numbers), strbuf_text(&who));
	strbuf_fini(&who);
	strbuf_fini(&numbers);
}

int
reach_check(struct router *r, struct errh *errh)
{
	unsigned n_errors = errh->n_errors;

	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];
		const struct element_info *info = e->info;
		uint64_t lcores = info->push_lcores | info->pull_lcores | info->own_lcores;

		if (e->class->lcores == LCORES_ONE && __builtin_popcountll(lcores) > 1)
			report_unsafe(r, e, lcores, errh);
	}
	return errh->n_errors > n_errors ? -EINVAL : 0;
}

bool
reach_reads_data(const struct element *e)
{
	const struct router *r = e->router;
	bool *seen = mem_zalloc(r->n_elements * sizeof(*seen)), found = false;
	const struct element **todo = mem_zalloc((r->n_elements + 1) * sizeof(*todo));
	size_t n = 0;

	todo[n++] = e;
	while (n > 0 && !found) {
		const struct element_info *info = todo[--n]->info;

		for (size_t i = 0; i < info->n_outgoing && !found; i++) {
			const struct element *to = r->elements[info->outgoing[i]->to];

			if (seen[to->info->index])
				continue;
			seen[to->info->index] = true;
			found = !(to->class->flags & ELEMENT_NO_DATA);
			todo[n++] = to;
		}
	}
	free(seen);
	free(todo);
	return found;
}
