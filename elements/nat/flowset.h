// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The flows of a rewriter, or of several that share their capacity: memory, table, expiry.
//
// A flow that is looked up costs two cache lines that may have to come from memory: its bucket and
// itself. Who has many packets asks for them in steps, each for all packets: flow_set_prefetch(),
// flow_set_guess(), flow_set_check().
//
// Everything below happens under the lock, unless no other lcore runs. A flow is named by its
// number; where its direction matters by a ref, 2 * number + direction; 0 is none of either.

#include <stdbool.h>
#include <stdint.h>

#include <rte_spinlock.h>

#include "elements/nat/flow.h"
#include "elements/nat/flowheap.h"
#include "elements/nat/flowtable.h"
#include "src/clock.h"

struct errh;
struct flow_owner;

enum {
	FLOWS_MAX = 1 << 24, // of a set, whatever capacity is asked for
	FLOW_OWNERS_MAX = INT16_MAX,
	FLOW_TIMES_CLASSES = 3,
};

struct flow_times {
	int64_t timeout_ms[FLOW_TIMES_CLASSES]; // by a flow's times_class
	int64_t guarantee_ms; // 0: none
};

// A rewriter whose flows are in a set. It has two tables, 2 * index and 2 * index + 1.
struct flow_owner {
	struct flow_times times[2]; // by table
	uint16_t index; // in the set
	// A flow was made (1) or is about to go (-1).
	void (*count)(struct flow_owner *owner, const struct flow *f, int change);
};

struct flow_set {
	struct flow *flows; // owned; by number
	struct flow_table table;
	struct flow_seed seed;
	uint32_t generation; // changes with the table
	uint32_t n_removed; // changes when a key becomes free
	uint32_t size; // flows
	uint32_t capacity; // as asked for
	uint32_t limit; // what there is room for; numbers go up to limit + 1
	uint32_t n_used; // numbers below are flows or on the free list
	uint32_t free;
	struct flow_heap heap[2]; // best effort, guaranteed
	struct flow_owner **owners; // owned array of borrowed owners; NULL: has left
	size_t n_owners, owners_cap;
	uint32_t n_refs; // control thread
	bool has_capacity; // the configuration says how many there will be

	rte_spinlock_t lock __rte_cache_aligned;
};

// ---- life; control thread

struct flow_set *flow_set_create(void); // with one reference
struct flow_set *flow_set_get(struct flow_set *s); // another one
void flow_set_put(struct flow_set *s); // the last one frees it; NULL is fine
// At configure. -ENOSPC: too many.
int flow_set_join(struct flow_set *s, struct flow_owner *owner);
void flow_set_leave(struct flow_set *s, struct flow_owner *owner); // its flows go as well
// At initialize, once for all owners: takes the memory. 0 or -ENOMEM.
int flow_set_start(struct flow_set *s);
// Both started and not in use, with as many owners: exchanges their flows.
void flow_set_swap(struct flow_set *a, struct flow_set *b);

// ---- flows

static inline int64_t
flow_now_ms(void)
{
	return clock_steady() / CLOCK_MS;
}

static inline struct flow *
flow_set_flow(const struct flow_set *s, uint32_t ref)
{
	return &s->flows[ref >> 1];
}

static inline bool
flow_is_free(const struct flow *f)
{
	return f->table == UINT16_MAX;
}

static inline uint32_t
flow_set_hash(const struct flow_set *s, const struct flow_key *key, uint16_t table)
{
	return flow_key_hash(key, table, &s->seed);
}

static inline void
flow_set_prefetch(const struct flow_set *s, uint32_t hash)
{
	flow_table_prefetch(&s->table, hash);
}

// The ref that most likely belongs to the hash; fetches its flow.
static inline uint32_t
flow_set_guess(const struct flow_set *s, uint32_t hash)
{
	const struct flow_bucket *b = flow_table_bucket(&s->table, hash);
	uint32_t hits = flow_bucket_match(b, hash), ref;

	if (hits == 0)
		return 0;
	ref = b->ref[__builtin_ctz(hits)];
	rte_prefetch0(flow_set_flow(s, ref));
	return ref;
}

static inline bool
flow_set_check(const struct flow_set *s, uint32_t ref, const struct flow_key *key, uint16_t table)
{
	const struct flow *f = flow_set_flow(s, ref);

	return flow_key_equal(&f->key[ref & 1], key) && f->table == table;
}

// The ref of a key; 0: none.
uint32_t
flow_set_find(const struct flow_set *s, const struct flow_key *key, uint16_t table, uint32_t hash);

static inline uint32_t
flow_set_lookup(const struct flow_set *s, const struct flow_key *key, uint16_t table)
{
	return flow_set_find(s, key, table, flow_set_hash(s, key, table));
}

// Makes a flow of which keys, outputs, table, input, protocol and the owner's own fields are filled
// in, and whose forward key is not there yet. A flow that has its reply key must go, and so must
// another one where there is no room. Returns its number; 0: there was no room for it.
uint32_t flow_set_add(struct flow_set *s, const struct flow *f, int64_t now_ms);
void flow_set_remove(struct flow_set *s, uint32_t number);
void flow_set_reschedule(struct flow_set *s, struct flow *f, bool guaranteed, int64_t expiry_ms);

// A packet of the flow has come: puts its expiry off.
static inline void
flow_set_refresh(struct flow_set *s, struct flow *f, const struct flow_times *times, int64_t now_ms)
{
	bool guaranteed = times->guarantee_ms > 0;
	int64_t expiry_ms =
		now_ms + (guaranteed ? times->guarantee_ms : times->timeout_ms[f->times_class]);

	if (likely(expiry_ms >= f->expiry_ms && (f->flags & FLOW_GUARANTEED) == guaranteed))
		f->expiry_ms = expiry_ms;
	else
		flow_set_reschedule(s, f, guaranteed, expiry_ms);
}

// ---- all of them

// Removes what is past its time, or too much: a portion. Returns whether there is more.
bool flow_set_reap(struct flow_set *s, int64_t now_ms);
void flow_set_set_capacity(struct flow_set *s, uint32_t capacity);
void flow_set_clear(struct flow_set *s);
// When a flow could be evicted, were it not for its guarantee.
int64_t flow_best_effort_ms(const struct flow_set *s, const struct flow *f);

static inline const struct flow_times *
flow_set_times(const struct flow_set *s, const struct flow *f)
{
	return &s->owners[f->table >> 1]->times[f->table & 1];
}
