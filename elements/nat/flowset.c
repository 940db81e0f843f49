// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/flowset.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_random.h>

#include "elements/nat/reserve.h"
#include "src/mem.h"

enum {
	LIMIT_LEAST = 1 << 16,
	FILL_DEFAULT = 4096, // flows that there is memory for at once, where no capacity is given
	BUDGET = 256, // flows looked at to make room for one
	REAP_BUDGET = 4096,
};

enum { BEST_EFFORT, GUARANTEED };

static_assert((int)FLOW_GUARANTEED == (int)GUARANTEED, "the flag tells the heap");

// ---- life

struct flow_set *
flow_set_create(void)
{
	struct flow_set *s = mem_zalloc_aligned(sizeof(*s), RTE_CACHE_LINE_SIZE);

	s->n_refs = 1;
	s->capacity = INT32_MAX;
	s->seed = (struct flow_seed){rte_rand(), rte_rand()};
	rte_spinlock_init(&s->lock);
	return s;
}

struct flow_set *
flow_set_get(struct flow_set *s)
{
	s->n_refs++;
	return s;
}

static void
free_memory(struct flow_set *s)
{
	reserve_unmap(s->flows, (s->limit + 2) * sizeof(*s->flows));
	s->flows = NULL;
	flow_table_fini(&s->table);
	flow_heap_fini(&s->heap[BEST_EFFORT]);
	flow_heap_fini(&s->heap[GUARANTEED]);
}

void
flow_set_put(struct flow_set *s)
{
	if (s == NULL || --s->n_refs > 0)
		return;
	free_memory(s);
	free(s->owners);
	free(s);
}

int
flow_set_join(struct flow_set *s, struct flow_owner *owner)
{
	if (s->n_owners == FLOW_OWNERS_MAX)
		return -ENOSPC;
	s->owners = mem_grow(s->owners, s->n_owners, &s->owners_cap, sizeof(*s->owners));
	owner->index = (uint16_t)s->n_owners;
	s->owners[s->n_owners++] = owner;
	return 0;
}

void
flow_set_leave(struct flow_set *s, struct flow_owner *owner)
{
	for (uint32_t i = 1; i < s->n_used; i++) {
		if (!flow_is_free(&s->flows[i]) && s->flows[i].table >> 1 == owner->index)
			flow_set_remove(s, i);
	}
	s->owners[owner->index] = NULL;
}

static int
map_memory(struct flow_set *s, uint32_t limit)
{
	// One more than the limit is there for a moment, and number 0 is none.
	uint32_t n = limit + 2;

	s->limit = limit;
	s->flows = reserve_map(n * sizeof(*s->flows));
	if (s->flows != NULL && flow_table_init(&s->table, 2 * n) == 0 &&
		flow_heap_init(&s->heap[BEST_EFFORT], n) == 0 &&
		flow_heap_init(&s->heap[GUARANTEED], n) == 0)
		return 0;
	free_memory(s);
	return -ENOMEM;
}

int
flow_set_start(struct flow_set *s)
{
	uint32_t limit = FLOWS_MAX, n = FILL_DEFAULT;

	if (s->flows != NULL)
		return 0;
	while (map_memory(s, limit) != 0) {
		limit /= 2;
		if (limit < LIMIT_LEAST)
			return -ENOMEM;
	}
	if (s->has_capacity)
		n = RTE_MIN(s->capacity, s->limit);
	reserve_fill(s->flows, (n + 2) * sizeof(*s->flows));
	flow_table_fill(&s->table, 2 * n);
	flow_heap_fill(&s->heap[BEST_EFFORT], n);
	flow_heap_fill(&s->heap[GUARANTEED], n);
	s->n_used = 1;
	return 0;
}

void
flow_set_swap(struct flow_set *a, struct flow_set *b)
{
	RTE_SWAP(a->flows, b->flows);
	RTE_SWAP(a->table, b->table);
	RTE_SWAP(a->seed, b->seed);
	RTE_SWAP(a->limit, b->limit);
	RTE_SWAP(a->n_used, b->n_used);
	RTE_SWAP(a->free, b->free);
	RTE_SWAP(a->size, b->size);
	RTE_SWAP(a->heap[BEST_EFFORT], b->heap[BEST_EFFORT]);
	RTE_SWAP(a->heap[GUARANTEED], b->heap[GUARANTEED]);
	a->generation++;
	b->generation++;
}

// ---- table

uint32_t
flow_set_find(const struct flow_set *s, const struct flow_key *key, uint16_t table, uint32_t hash)
{
	const struct flow_bucket *b = flow_table_bucket(&s->table, hash);

	for (; b != NULL; b = flow_bucket_next(&s->table, b)) {
		uint32_t hits = flow_bucket_match(b, hash);

		for (; hits != 0; hits &= hits - 1) {
			uint32_t ref = b->ref[__builtin_ctz(hits)];

			if (likely(flow_set_check(s, ref, key, table)))
				return ref;
		}
	}
	return 0;
}

static bool
table_add(struct flow_set *s, uint32_t ref)
{
	const struct flow *f = flow_set_flow(s, ref);

	s->generation++;
	return flow_table_insert(&s->table, flow_set_hash(s, &f->key[ref & 1], f->table), ref);
}

static void
table_remove(struct flow_set *s, uint32_t ref)
{
	const struct flow *f = flow_set_flow(s, ref);

	s->generation++;
	s->n_removed++;
	flow_table_remove(&s->table, flow_set_hash(s, &f->key[ref & 1], f->table), ref);
}

// A flow that is its own reply is found as that only.
static bool
is_own_reply(const struct flow *f)
{
	return flow_key_equal(&f->key[FORWARD], &f->key[REPLY]);
}

static bool
enter(struct flow_set *s, uint32_t number)
{
	struct flow *f = &s->flows[number];
	uint32_t other;

	if (is_own_reply(f))
		return table_add(s, 2 * number + REPLY);
	other = flow_set_lookup(s, &f->key[REPLY], f->table);
	if (other != 0)
		flow_set_remove(s, other >> 1);
	if (!table_add(s, 2 * number + FORWARD))
		return false;
	if (table_add(s, 2 * number + REPLY))
		return true;
	table_remove(s, 2 * number + FORWARD);
	return false;
}

// ---- numbers

static uint32_t
number_take(struct flow_set *s)
{
	uint32_t number = s->free;

	if (number == 0)
		return s->n_used++;
	s->free = s->flows[number].heap_slot;
	return number;
}

static void
number_give(struct flow_set *s, uint32_t number)
{
	s->flows[number].table = UINT16_MAX;
	s->flows[number].heap_slot = s->free;
	s->free = number;
}

// ---- flows

static struct flow_heap *
heap_of(struct flow_set *s, const struct flow *f)
{
	return &s->heap[f->flags & FLOW_GUARANTEED];
}

static uint32_t
number_of(const struct flow_set *s, const struct flow *f)
{
	return (uint32_t)(f - s->flows);
}

static void
count(struct flow_set *s, const struct flow *f, int change)
{
	struct flow_owner *owner = s->owners[f->table >> 1];

	owner->count(owner, f, change);
}

void
flow_set_remove(struct flow_set *s, uint32_t number)
{
	struct flow *f = &s->flows[number];

	count(s, f, -1);
	if (!is_own_reply(f))
		table_remove(s, 2 * number + FORWARD);
	table_remove(s, 2 * number + REPLY);
	flow_heap_remove(heap_of(s, f), s->flows, number);
	free(f->deltas);
	s->size--;
	number_give(s, number);
}

void
flow_set_reschedule(struct flow_set *s, struct flow *f, bool guaranteed, int64_t expiry_ms)
{
	uint32_t number = number_of(s, f);

	if ((f->flags & FLOW_GUARANTEED) != guaranteed) {
		flow_heap_remove(heap_of(s, f), s->flows, number);
		f->flags ^= FLOW_GUARANTEED;
		f->expiry_ms = expiry_ms;
		flow_heap_add(heap_of(s, f), s->flows, number);
	} else {
		f->expiry_ms = expiry_ms;
		flow_heap_advance(heap_of(s, f), s->flows, number);
	}
}

int64_t
flow_best_effort_ms(const struct flow_set *s, const struct flow *f)
{
	const struct flow_times *times = flow_set_times(s, f);

	if (!(f->flags & FLOW_GUARANTEED))
		return f->expiry_ms;
	return f->expiry_ms + times->timeout_ms[f->times_class] - times->guarantee_ms;
}

// Flows whose guarantee has ended are best effort from now on.
static void
end_guarantees(struct flow_set *s, int64_t now_ms, uint32_t *budget)
{
	struct flow_heap *h = &s->heap[GUARANTEED];

	while (flow_heap_bound(h) <= now_ms && *budget > 0) {
		uint32_t first = flow_heap_first(h, s->flows, budget);
		struct flow *f = &s->flows[first];

		if (f->expiry_ms > now_ms)
			break;
		flow_set_reschedule(s, f, false, flow_best_effort_ms(s, f));
		*budget -= *budget > 0;
	}
}

static uint32_t
effective_capacity(const struct flow_set *s)
{
	return RTE_MIN(s->capacity, s->limit);
}

// There is one flow too many, `number` being the newest. Returns whether it may stay.
static bool
make_room(struct flow_set *s, uint32_t number, int64_t now_ms)
{
	uint32_t budget = BUDGET, victim;

	end_guarantees(s, now_ms, &budget);
	budget = BUDGET;
	victim = flow_heap_first(&s->heap[BEST_EFFORT], s->flows, &budget);
	if (victim == 0)
		victim = number;
	flow_set_remove(s, victim);
	return victim != number;
}

uint32_t
flow_set_add(struct flow_set *s, const struct flow *template, int64_t now_ms)
{
	uint32_t number = number_take(s);
	struct flow *f = &s->flows[number];
	const struct flow_times *times;

	*f = *template;
	f->deltas = NULL;
	if (!enter(s, number)) {
		number_give(s, number);
		return 0;
	}
	times = flow_set_times(s, f);
	f->flags &= (uint8_t)~FLOW_GUARANTEED;
	f->flags |= times->guarantee_ms > 0 ? FLOW_GUARANTEED : 0;
	f->expiry_ms = now_ms + (times->guarantee_ms > 0 ? times->guarantee_ms
							 : times->timeout_ms[f->times_class]);
	flow_heap_add(heap_of(s, f), s->flows, number);
	s->size++;
	count(s, f, 1);
	if (unlikely(s->size > effective_capacity(s)) && !make_room(s, number, now_ms))
		return 0;
	return number;
}

// ---- all of them

static bool
remove_first(struct flow_set *s, struct flow_heap *h, uint32_t *budget)
{
	uint32_t first = flow_heap_first(h, s->flows, budget);

	if (first == 0)
		return false;
	flow_set_remove(s, first);
	*budget -= *budget > 0;
	return true;
}

static void
remove_expired(struct flow_set *s, int64_t now_ms, uint32_t *budget)
{
	struct flow_heap *h = &s->heap[BEST_EFFORT];

	while (flow_heap_bound(h) <= now_ms && *budget > 0) {
		uint32_t first = flow_heap_first(h, s->flows, budget);

		if (s->flows[first].expiry_ms > now_ms)
			break;
		flow_set_remove(s, first);
		*budget -= *budget > 0;
	}
}

bool
flow_set_reap(struct flow_set *s, int64_t now_ms)
{
	uint32_t budget = REAP_BUDGET;

	end_guarantees(s, now_ms, &budget);
	remove_expired(s, now_ms, &budget);
	while (s->size > effective_capacity(s) && budget > 0) {
		if (!remove_first(s, &s->heap[BEST_EFFORT], &budget) &&
			!remove_first(s, &s->heap[GUARANTEED], &budget))
			break;
	}
	return budget == 0;
}

void
flow_set_set_capacity(struct flow_set *s, uint32_t capacity)
{
	int64_t now_ms = flow_now_ms();

	s->capacity = capacity;
	if (s->size <= effective_capacity(s))
		return;
	while (flow_set_reap(s, now_ms))
		;
}

void
flow_set_clear(struct flow_set *s)
{
	for (uint32_t i = 1; i < s->n_used; i++) {
		if (!flow_is_free(&s->flows[i]))
			flow_set_remove(s, i);
	}
}
