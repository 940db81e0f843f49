// SPDX-License-Identifier: BSD-3-Clause
// Hot swap: a rewriter takes over the mappings of the one before. If all who share a set of flows
// are as they were, the set changes hands as a whole; else flows move one by one.

#include <string.h>

#include "elements/nat/rewriter.h"

static struct rewriter *
rewriter_at(const struct flow_set *s, size_t i)
{
	return s->owners[i] == NULL ? NULL : container_of(s->owners[i], struct rewriter, owner);
}

static bool
spec_is_kept(const struct rewriter *r, const struct rewriter *old, unsigned input)
{
	return input < r->element.n_inputs && input < old->element.n_inputs &&
	       rewriter_spec_equal(&r->specs[input], &old->specs[input]);
}

static bool
is_same(const struct rewriter *r, const struct rewriter *old)
{
	if (r == NULL || old == NULL || r->kind != old->kind ||
		strcmp(element_name(&r->element), element_name(&old->element)) != 0 ||
		r->element.n_inputs != old->element.n_inputs ||
		r->element.n_outputs < old->element.n_outputs)
		return false;
	for (unsigned i = 0; i < r->element.n_inputs; i++) {
		if (!spec_is_kept(r, old, i))
			return false;
	}
	return true;
}

static bool
sets_are_alike(const struct flow_set *s, const struct flow_set *old)
{
	if (s->n_owners != old->n_owners || s->size > 0)
		return false;
	for (size_t i = 0; i < s->n_owners; i++) {
		if (!is_same(rewriter_at(s, i), rewriter_at(old, i)))
			return false;
	}
	return true;
}

static void
swap_sets(struct flow_set *s, struct flow_set *old)
{
	flow_set_swap(s, old);
	for (size_t i = 0; i < s->n_owners; i++) {
		struct rewriter *r = rewriter_at(s, i), *from = rewriter_at(old, i);

		for (unsigned k = 0; k < r->element.n_inputs; k++) {
			r->specs[k].n_flows = from->specs[k].n_flows;
			from->specs[k].n_flows = 0;
		}
	}
	flow_set_set_capacity(s, s->capacity);
}

static void
move_flow(struct rewriter *r, struct rewriter *old, uint32_t number, int64_t now_ms)
{
	struct flow *from = &old->set->flows[number], f = *from, *to;
	uint32_t moved;

	f.table = rewriter_table(r, f.table & 1);
	if (flow_set_lookup(r->set, &f.key[FORWARD], f.table) != 0)
		return;
	moved = flow_set_add(r->set, &f, now_ms);
	if (moved == 0)
		return;
	to = &r->set->flows[moved];
	to->deltas = from->deltas;
	from->deltas = NULL;
	flow_set_reschedule(r->set, to, (f.flags & FLOW_GUARANTEED) != 0, from->expiry_ms);
}

static void
move_flows(struct rewriter *r, struct rewriter *old)
{
	int64_t now_ms = flow_now_ms();

	for (uint32_t i = 1; i < old->set->n_used; i++) {
		const struct flow *f = &old->set->flows[i];

		if (flow_is_free(f) || f->table >> 1 != old->owner.index ||
			!spec_is_kept(r, old, f->input) ||
			f->output[FORWARD] >= r->element.n_outputs ||
			f->output[REPLY] >= r->element.n_outputs)
			continue;
		move_flow(r, old, i, now_ms);
	}
}

static void
take_counters(struct rewriter *r, const struct rewriter *old)
{
	for (unsigned i = 0; i < r->element.n_inputs; i++) {
		struct rewriter_spec *spec = &r->specs[i];
		const struct rewriter_spec *from = &old->specs[i];

		if (!spec_is_kept(r, old, i))
			continue;
		spec->n_failures += from->n_failures;
		if (spec->kind == SPEC_PATTERN && spec->route.owned)
			atomic_store(&spec->route.pattern->next,
				atomic_load(&from->route.pattern->next));
	}
}

int
rewriter_take_state(struct element *e, struct element *old_base, struct errh *errh)
{
	struct rewriter *r = (struct rewriter *)e, *old = (struct rewriter *)old_base;

	(void)errh;
	if (r->kind != old->kind)
		return 0;
	take_counters(r, old);
	// With the first who shares it, the set comes for all; the old one is empty then.
	if (sets_are_alike(r->set, old->set))
		swap_sets(r->set, old->set);
	else
		move_flows(r, old);
	return 0;
}
