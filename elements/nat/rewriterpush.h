// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The packet path of all rewriters. A class's path is a constant, so that its functions become part
// of its push function.

#include "elements/nat/header.h"
#include "elements/nat/rewriter.h"

struct rewriter_path {
	// Fills in key, table (0 or 1) and what rewrite needs. false: not a packet for it.
	bool (*parse)(struct packet **pp, struct rewriter_packet *rp);
	// Another flow that an unknown packet may belong to; 0: none. NULL: packets have one key.
	uint32_t (*find_other)(const struct rewriter *r, const struct rewriter_packet *rp);
	// Whether an unknown packet may begin a flow. NULL: any may.
	bool (*may_begin)(const struct rewriter_packet *rp);
	// Makes the packet, and the flow's state and times_class, what they are after it. false: no
	// memory.
	bool (*rewrite)(const struct rewriter *r, struct flow *f, unsigned direction,
		struct packet **pp, const struct rewriter_packet *rp);
};

// Where packets are, and which lines that will take.
static inline __attribute__((always_inline)) void
rewriter_parse_batch(const struct rewriter *r, const struct rewriter_path *path, struct batch *b,
	struct rewriter_packet *rps)
{
	const struct flow_set *set = r->set;

	for (unsigned i = 0; i < b->n; i++) {
		struct rewriter_packet *rp = &rps[i];

		rp->handled = path->parse(&b->pkt[i], rp);
		if (unlikely(!rp->handled))
			continue;
		rp->table = rewriter_table(r, rp->table);
		rp->hash = flow_set_hash(set, &rp->key, rp->table);
		flow_set_prefetch(set, rp->hash);
	}
}

static inline void
rewriter_guess_batch(const struct rewriter *r, unsigned n, struct rewriter_packet *rps)
{
	const struct flow_set *set = r->set;

	for (unsigned i = 0; i < n; i++)
		rps[i].ref = likely(rps[i].handled) ? flow_set_guess(set, rps[i].hash) : 0;
}

// A packet that was not found at once.
static inline __attribute__((always_inline)) uint32_t
rewriter_find_slow(struct rewriter *r, const struct rewriter_path *path, unsigned input,
	const struct packet *p, const struct rewriter_packet *rp, int64_t now_ms, int *decision)
{
	uint32_t ref = flow_set_find(r->set, &rp->key, rp->table, rp->hash);
	struct rewriter_query q = {.key = rp->key, .table = rp->table, .protocol = rp->protocol};

	if (ref == 0 && path->find_other != NULL)
		ref = path->find_other(r, rp);
	if (ref != 0)
		return ref;
	if (path->may_begin != NULL && !path->may_begin(rp)) {
		*decision = rewriter_unhandled(r, input);
		return 0;
	}
	if (r->has_reply_anno)
		q.reply_anno = packet_anno_u8(p, r->reply_anno.offset);
	return rewriter_map(r, input, &q, now_ms, decision);
}

static inline __attribute__((always_inline)) int
rewriter_decide(struct rewriter *r, const struct rewriter_path *path, unsigned input,
	struct packet **pp, const struct rewriter_packet *rp, uint32_t generation, int64_t now_ms)
{
	struct flow_set *set = r->set;
	uint32_t ref = rp->ref;
	unsigned direction;
	struct flow *f;
	int decision;

	if (unlikely(!rp->handled))
		return rewriter_unhandled(r, input);
	// Packets in front of it may have changed the table since the guess.
	if (unlikely(ref == 0 || generation != set->generation ||
		     !flow_set_check(set, ref, &rp->key, rp->table))) {
		ref = rewriter_find_slow(r, path, input, *pp, rp, now_ms, &decision);
		if (ref == 0)
			return decision;
	}
	f = flow_set_flow(set, ref);
	direction = ref & 1;
	if (unlikely(!path->rewrite(r, f, direction, pp, rp)))
		return DROP(REWRITER_NO_MEMORY);
	flow_set_refresh(set, f, &r->owner.times[rp->table & 1], now_ms);
	return f->output[direction];
}

static inline __attribute__((always_inline)) void
rewriter_push_batch(
	struct element *e, const struct rewriter_path *path, unsigned input, struct batch *b)
{
	struct rewriter *r = (struct rewriter *)e;
	struct rewriter_packet rps[BATCH_MAX];
	int16_t decision[BATCH_MAX];
	uint32_t generation;
	int64_t now_ms = flow_now_ms();

	rte_spinlock_lock(&r->set->lock);
	rewriter_parse_batch(r, path, b, rps);
	rewriter_guess_batch(r, b->n, rps);
	generation = r->set->generation;
	for (unsigned i = 0; i < b->n; i++)
		decision[i] = (int16_t)rewriter_decide(
			r, path, input, &b->pkt[i], &rps[i], generation, now_ms);
	rte_spinlock_unlock(&r->set->lock);
	element_split(e, b, decision);
}

#define REWRITER_PUSH(prefix, path)                                                   \
	static void prefix##_push(struct element *e, unsigned input, struct batch *b) \
	{                                                                             \
		rewriter_push_batch(e, &(path), input, b);                            \
	}
