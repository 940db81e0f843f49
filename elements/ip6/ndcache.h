// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What an IP6NDSolicitor knows of its neighbours: their Ethernet addresses by IPv6 address, and one
// packet for each that waits for its.
//
// Every lcore that forwards reads it: nd_cache_find() takes no lock. It probes an open hash of
// slots with change counts, so that a reader notices a slot that changes hands under its eyes; it
// then asks nd_cache_resolve(), which takes the lock, like everything that changes something.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_spinlock.h>

#include "elements/ip6/address.h"
#include "src/addr.h"

struct strbuf;

enum {
	ND_ENTRIES_MAX = 16384,
	ND_WAITING_MAX = 2048, // packets
};

// One cache line. Written under the lock, read by all.
struct nd_slot {
	_Atomic uint64_t half[2]; // the address
	_Atomic uint64_t mac; // six bytes as in a header, then two zero bytes
	_Atomic uint32_t count; // of changes * 2, + 1 if used
	_Atomic bool ready; // known, and nothing to be done about it
	struct nd_entry *entry; // under the lock only
} __attribute__((aligned(64)));

TAILQ_HEAD(nd_entries, nd_entry);

struct nd_cache {
	struct nd_slot *slots; // owned; read by all, never replaced while lcores run
	uint64_t multiplier; // of the hash, odd

	rte_spinlock_t lock;
	// Under the lock.
	struct nd_entry *entries; // owned array; those never used are at the end
	uint32_t n_used;
	struct nd_entries free;
	struct nd_entries known, unknown; // each oldest first
	struct nd_entries waiting; // of unknown, those that have a packet, oldest first
	uint32_t n_waiting;
};

enum { ND_SLOTS = 2 * ND_ENTRIES_MAX };

void nd_cache_init(struct nd_cache *c);
// What waits is gone: take it out with nd_cache_take_waiting() first. Zeroed memory is fine.
void nd_cache_fini(struct nd_cache *c);

static inline uint32_t
nd_cache_hash(const struct nd_cache *c, const uint64_t half[2])
{
	uint64_t key = half[0] * c->multiplier ^ half[1];

	return (uint32_t)(((key ^ key >> 32) * c->multiplier) >> 40);
}

// Whether the address is known and needs no care now. *mac as in struct nd_slot.
static inline bool
nd_cache_find(const struct nd_cache *c, const struct ip6_addr *a, uint64_t *mac)
{
	const struct nd_slot *s;
	uint64_t half[2];
	uint32_t count;
	bool ready;

	memcpy(half, a, sizeof(half));
	for (uint32_t i = nd_cache_hash(c, half);; i++) {
		s = &c->slots[i & (ND_SLOTS - 1)];
		count = atomic_load_explicit(&s->count, memory_order_acquire);
		if (!(count & 1))
			return false;
		if (atomic_load_explicit(&s->half[0], memory_order_relaxed) == half[0] &&
			atomic_load_explicit(&s->half[1], memory_order_relaxed) == half[1])
			break;
	}
	ready = atomic_load_explicit(&s->ready, memory_order_acquire);
	*mac = atomic_load_explicit(&s->mac, memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	return ready && atomic_load_explicit(&s->count, memory_order_relaxed) == count;
}

enum nd_answer {
	ND_KNOWN,
	ND_KNOWN_POLL, // known, but old: ask it again
	ND_STORED, // the packet waits: ask
};

// Looks an address up at steady time now. Known: the packet stays the caller's, *mac is filled in.
// Else the cache has the packet. *out: a packet that had to make room, the caller's now; or NULL.
enum nd_answer nd_cache_resolve(struct nd_cache *c, const struct ip6_addr *a, int64_t now,
	struct packet *p, uint64_t *mac, struct packet **out);

// Learns the address of a neighbour that was asked for. *waiting: its packet, to be sent; or NULL.
// *changed: it had another one. false: nobody asked.
bool nd_cache_learn(struct nd_cache *c, const struct ip6_addr *a, const uint8_t mac[6], int64_t now,
	struct packet **waiting, bool *changed);

// Removes entries older than expire_ns and makes known ones older than poll_ns be asked again.
// Gives a packet that waited in a removed one; NULL: done.
struct packet *nd_cache_age(struct nd_cache *c, int64_t now, int64_t poll_ns, int64_t expire_ns);

struct packet *nd_cache_take_waiting(struct nd_cache *c); // NULL: there is none
// Hot swap: takes over all that old holds. c is empty.
void nd_cache_take(struct nd_cache *c, struct nd_cache *old);
void nd_cache_text(struct nd_cache *c, struct strbuf *out);
