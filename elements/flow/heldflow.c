// SPDX-License-Identifier: BSD-3-Clause
#include "elements/flow/heldflow.h"

#include <stdlib.h>
#include <string.h>

#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"

static struct held_lcore *
lcore_state(const struct element *e, unsigned lcore)
{
	return (struct held_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

// ---- waiting

static void
wait_begin(struct held_lcore *l, struct held_flow *flow, int64_t now_ns)
{
	flow->since_ns = now_ns;
	flow->next = NULL;
	flow->prev = l->newest;
	if (l->newest != NULL)
		l->newest->next = flow;
	else
		l->oldest = flow;
	l->newest = flow;
}

static void
wait_end(struct held_lcore *l, struct held_flow *flow)
{
	if (flow->prev != NULL)
		flow->prev->next = flow->next;
	else
		l->oldest = flow->next;
	if (flow->next != NULL)
		flow->next->prev = flow->prev;
	else
		l->newest = flow->prev;
}

// ---- entries

static uint32_t
entry_alloc(struct held_lcore *l)
{
	uint32_t entry = l->free;

	l->n++;
	if (entry == 0)
		return ++l->n_used;
	l->free = l->entries[entry - 1].next;
	return entry;
}

static void
entry_free(struct held_lcore *l, uint32_t entry)
{
	l->entries[entry - 1] = (struct held_entry){.next = l->free};
	l->free = entry;
	l->n--;
}

// Sequence numbers wrap around.
static bool
is_behind(const struct held_lcore *l, uint32_t entry, uint32_t seq)
{
	return (int32_t)(l->entries[entry - 1].seq - seq) > 0;
}

void
held_add(struct held_lcore *l, struct held_flow *flow, struct packet *p, uint32_t seq,
	int64_t now_ns)
{
	uint32_t entry = entry_alloc(l), before = flow->last;

	if (flow->n++ == 0)
		wait_begin(l, flow, now_ns);
	l->entries[entry - 1] = (struct held_entry){.p = p, .seq = seq};
	// Nearly all belong at the end.
	if (before != 0 && is_behind(l, before, seq)) {
		uint32_t at = flow->first;

		for (before = 0; !is_behind(l, at, seq); at = l->entries[at - 1].next)
			before = at;
	}
	if (before != 0) {
		l->entries[entry - 1].next = l->entries[before - 1].next;
		l->entries[before - 1].next = entry;
	} else {
		l->entries[entry - 1].next = flow->first;
		flow->first = entry;
	}
	if (l->entries[entry - 1].next == 0)
		flow->last = entry;
}

struct packet *
held_take_first(struct held_lcore *l, struct held_flow *flow)
{
	uint32_t entry = flow->first;
	struct packet *p = l->entries[entry - 1].p;

	flow->first = l->entries[entry - 1].next;
	entry_free(l, entry);
	if (--flow->n == 0) {
		flow->last = 0;
		wait_end(l, flow);
	}
	return p;
}

void
held_wait_anew(struct held_lcore *l, struct held_flow *flow, int64_t now_ns)
{
	wait_end(l, flow);
	wait_begin(l, flow, now_ns);
}

void
held_drop(struct element *e, struct held_flow *flow, unsigned reason)
{
	struct held_lcore *l = element_lcore(e);

	while (flow->n > 0)
		element_drop(e, reason, held_take_first(l, flow));
}

// ---- life

int
held_reserve(struct element *e, uint32_t capacity, struct plan *plan)
{
	uint32_t n = (uint32_t)__builtin_popcountll(e->info->push_lcores);

	plan_add_packets(plan, 0, (uint64_t)n * capacity, "%s holds up to %u x %u", element_name(e),
		n, capacity);
	return 0;
}

void
held_init(struct element *e, uint32_t capacity, timer_fn *fire)
{
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct held_lcore *l = lcore_state(e, i);

		l->capacity = capacity;
		l->entries = mem_zalloc(capacity * sizeof(*l->entries));
		timer_init(&l->timer, e, fire, lcores_at(i));
		l->timer.fixed = true;
	}
}

// The flows may be gone already: their slots are not looked at.
static void
drop_all(struct element *e, struct held_lcore *l, unsigned reason)
{
	for (uint32_t i = 0; i < l->n_used; i++) {
		if (l->entries[i].p != NULL)
			element_drop(e, reason, l->entries[i].p);
	}
	l->n = l->n_used = l->free = 0;
	l->oldest = l->newest = NULL;
}

void
held_fini(struct element *e, unsigned reason)
{
	for (unsigned i = 0; e->lcore_data != NULL && i < lcores_n(); i++) {
		struct held_lcore *l = lcore_state(e, i);

		timer_unschedule(&l->timer);
		drop_all(e, l, reason);
		free(l->entries);
		l->entries = NULL;
	}
}

void
held_drop_strays(struct element *e, unsigned reason)
{
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct held_lcore *l = lcore_state(e, i);
		struct held_flow *next;

		if (e->info->push_lcores >> i & 1)
			continue;
		for (struct held_flow *flow = l->oldest; flow != NULL; flow = next) {
			next = flow->next;
			flow->first = flow->last = flow->n = 0;
		}
		drop_all(e, l, reason);
	}
}

// The entries go over into the new room if they fit there; else the old room does.
static void
keep_room(struct held_lcore *to, struct held_lcore *from)
{
	struct held_entry *entries = to->entries;
	uint32_t capacity = to->capacity;

	if (from->n_used > capacity)
		return;
	memcpy(entries, from->entries, from->n_used * sizeof(*entries));
	to->entries = from->entries;
	to->capacity = from->capacity;
	from->entries = entries;
	from->capacity = capacity;
}

void
held_take(struct element *e, struct element *old)
{
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct held_lcore *to = lcore_state(e, i), *from = lcore_state(old, i);
		struct held_lcore mine;
		struct timer timer = from->timer;

		keep_room(to, from);
		mine = *to;
		*to = *from;
		to->timer = mine.timer;
		*from = mine;
		from->timer = timer;
		if (to->oldest != NULL)
			timer_schedule_after(&to->timer, 0);
	}
}

uint32_t
held_count(struct element *e)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		n += lcore_state(e, i)->n;
	return n;
}
