// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/flowtable.h"

#include <errno.h>

#include <rte_common.h>

#include "elements/nat/reserve.h"

enum {
	FILL = 4, // numbers in a bucket on average
	LEAST_BUCKETS = 64,
};

int
flow_table_init(struct flow_table *t, uint32_t max)
{
	uint32_t n = RTE_MAX(max / FILL + 1, (uint32_t)LEAST_BUCKETS);

	*t = (struct flow_table){
		.n_buckets = LEAST_BUCKETS,
		.low_mask = LEAST_BUCKETS - 1,
		.max_buckets = n,
		.max_overflow = n + 1,
		.n_overflow = 1,
		.buckets = reserve_map(n * sizeof(*t->buckets)),
		.overflow = reserve_map((n + 1) * sizeof(*t->overflow)),
	};
	if (t->buckets != NULL && t->overflow != NULL)
		return 0;
	flow_table_fini(t);
	return -ENOMEM;
}

void
flow_table_fini(struct flow_table *t)
{
	reserve_unmap(t->buckets, t->max_buckets * sizeof(*t->buckets));
	reserve_unmap(t->overflow, t->max_overflow * sizeof(*t->overflow));
	*t = (struct flow_table){0};
}

void
flow_table_fill(struct flow_table *t, uint32_t n)
{
	n = RTE_MIN(n / FILL + 1, t->max_buckets);
	reserve_fill(t->buckets, n * sizeof(*t->buckets));
	reserve_fill(t->overflow, (n / 16 + 1) * sizeof(*t->overflow));
}

static uint32_t
overflow_take(struct flow_table *t)
{
	uint32_t i = t->free_overflow;

	if (i != 0)
		t->free_overflow = t->overflow[i].next;
	else if (t->n_overflow < t->max_overflow)
		i = t->n_overflow++;
	else
		return 0;
	t->overflow[i].n = 0;
	t->overflow[i].next = 0;
	return i;
}

static void
overflow_give(struct flow_table *t, uint32_t i)
{
	t->overflow[i].next = t->free_overflow;
	t->free_overflow = i;
}

static bool
bucket_add(struct flow_table *t, uint32_t hash, uint32_t ref)
{
	struct flow_bucket *b = flow_table_bucket(t, hash);

	while (b->n == FLOW_BUCKET_SLOTS) {
		if (b->next == 0 && (b->next = overflow_take(t)) == 0)
			return false;
		b = &t->overflow[b->next];
	}
	b->hash[b->n] = hash;
	b->ref[b->n] = ref;
	b->n++;
	return true;
}

// One bucket becomes two. There are enough overflow buckets: two chains need no more than one.
static void
split(struct flow_table *t)
{
	uint32_t i = t->n_buckets - (t->low_mask + 1);
	struct flow_bucket from = t->buckets[i];

	t->buckets[i] = t->buckets[t->n_buckets] = (struct flow_bucket){0};
	t->n_buckets++;
	for (;;) {
		for (uint32_t k = 0; k < from.n; k++)
			bucket_add(t, from.hash[k], from.ref[k]);
		if (from.next == 0)
			break;
		i = from.next;
		from = t->overflow[i];
		overflow_give(t, i);
	}
	if (t->n_buckets == 2 * (t->low_mask + 1))
		t->low_mask = 2 * t->low_mask + 1;
}

bool
flow_table_insert(struct flow_table *t, uint32_t hash, uint32_t ref)
{
	if (t->n >= t->n_buckets * FILL && t->n_buckets < t->max_buckets)
		split(t);
	if (!bucket_add(t, hash, ref))
		return false;
	t->n++;
	return true;
}

static bool
bucket_remove(struct flow_bucket *b, uint32_t hash, uint32_t ref)
{
	for (uint32_t i = 0; i < b->n; i++) {
		if (b->hash[i] != hash || b->ref[i] != ref)
			continue;
		b->n--;
		b->hash[i] = b->hash[b->n];
		b->ref[i] = b->ref[b->n];
		return true;
	}
	return false;
}

void
flow_table_remove(struct flow_table *t, uint32_t hash, uint32_t ref)
{
	struct flow_bucket *b = flow_table_bucket(t, hash);
	uint32_t *link = NULL;

	while (!bucket_remove(b, hash, ref)) {
		assert(b->next != 0);
		link = &b->next;
		b = &t->overflow[*link];
	}
	t->n--;
	if (b->n == 0 && link != NULL) {
		uint32_t i = *link;

		*link = b->next;
		overflow_give(t, i);
	}
}
