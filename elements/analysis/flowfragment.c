// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/analysis/aggregateipflows.h"
#include "src/mem.h"

struct pair {
	uint32_t a, b;
};

void
flow_fragments_init(struct flow_fragments *f, uint32_t capacity)
{
	f->capacity = capacity;
	f->n = 0;
	f->free = 0;
	f->v = mem_zalloc((size_t)capacity * sizeof(*f->v));
	f->queues = mem_zalloc((size_t)capacity * sizeof(*f->queues));
	for (uint32_t i = 0; i < capacity; i++)
		f->v[i].next = i + 1 < capacity ? i + 1 : KEY_TABLE_NONE;
	key_table_init(&f->pairs, sizeof(struct pair), capacity);
}

void
flow_fragments_fini(struct flow_fragments *f)
{
	key_table_fini(&f->pairs);
	free(f->v);
	free(f->queues);
	*f = (struct flow_fragments){0};
}

uint32_t
flow_fragments_find(const struct flow_fragments *f, const struct flow_key *key)
{
	struct pair pair = {key->a, key->b};

	return f->n > 0 ? key_table_find(&f->pairs, &pair) : KEY_TABLE_NONE;
}

// A datagram's fragments have one aggregate and, in one direction, one paint.
static void
share_aggregate(struct flow_fragments *f, const struct flow_queue *q, struct flow_fragment *new)
{
	uint32_t aggregate = packet_anno_u32(new->p, ANNO_AGGREGATE);

	for (uint32_t i = q->first; i != KEY_TABLE_NONE; i = f->v[i].next) {
		struct flow_fragment *v = &f->v[i];
		struct packet *from = aggregate != 0 ? new->p : v->p;
		struct packet *to = aggregate != 0 ? v->p : new->p;

		if (v == new || !v->is_fragment || !new->is_fragment || v->id != new->id ||
			v->proto != new->proto || v->reverse != new->reverse)
			continue;
		if (packet_anno_u32(from, ANNO_AGGREGATE) == 0 ||
			packet_anno_u32(to, ANNO_AGGREGATE) != 0)
			continue;
		packet_set_anno_u32(to, ANNO_AGGREGATE, packet_anno_u32(from, ANNO_AGGREGATE));
		packet_set_anno_u8(to, ANNO_PAINT, packet_anno_u8(from, ANNO_PAINT));
	}
}

bool
flow_fragments_add(
	struct flow_fragments *f, struct packet *p, const struct flow_packet *fp, int64_t ns)
{
	struct pair pair = {fp->key.a, fp->key.b};
	uint32_t place, at = f->free;
	struct flow_queue *q;

	if (f->n == f->capacity)
		return false;
	place = key_table_find(&f->pairs, &pair);
	if (place == KEY_TABLE_NONE) {
		place = key_table_add(&f->pairs, &pair);
		f->queues[place] = (struct flow_queue){KEY_TABLE_NONE, KEY_TABLE_NONE};
	}
	q = &f->queues[place];
	f->free = f->v[at].next;
	f->n++;
	f->v[at] = (struct flow_fragment){
		.p = p,
		.ns = ns,
		.next = KEY_TABLE_NONE,
		.id = fp->id,
		.proto = fp->key.proto,
		.is_fragment = fp->fragment,
		.reverse = fp->reverse,
	};
	if (q->last != KEY_TABLE_NONE)
		f->v[q->last].next = at;
	else
		q->first = at;
	q->last = at;
	share_aggregate(f, q, &f->v[at]);
	return true;
}

struct packet *
flow_fragments_take(struct flow_fragments *f, uint32_t place, int64_t until_ns)
{
	struct flow_queue *q = &f->queues[place];
	uint32_t at = q->first;
	struct flow_fragment *v = &f->v[at];
	struct packet *p = v->p;

	if (v->is_fragment && v->ns > until_ns)
		return NULL;
	q->first = v->next;
	if (q->first == KEY_TABLE_NONE)
		key_table_remove(&f->pairs, place);
	v->p = NULL;
	v->next = f->free;
	f->free = at;
	f->n--;
	return p;
}
