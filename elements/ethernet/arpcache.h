// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is known of the neighbours: their Ethernet addresses by IP address, and the packets that
// wait for one. ARPTable is one of these as an element; an ARPQuerier has one of its own or shares
// that of an ARPTable.
//
// Every lcore that forwards reads it: arp_cache_find() takes no lock. It probes an open hash of
// slots, each with a key that holds a change count, so that a reader notices a slot that changes
// hands under its eyes; it then asks arp_cache_resolve(), which takes the lock, like everything
// that changes something. Entries are reached under the lock only, so they can be reused at once.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>
#include <rte_spinlock.h>

#include "src/addr.h"
#include "src/argtype.h"
#include "src/batch.h"
#include "src/timer.h"

struct element;
struct errh;
struct handler_read;
struct handler_write;
struct plan;

enum {
	ARP_ENTRIES_MAX = 65536, // where the configuration sets no limit
	ARP_PACKETS_MAX = 65536,
};

// The first drop reasons of every class that owns a cache; its own follow.
enum arp_cache_drop {
	ARP_OVER_CAPACITY,
	ARP_ENTRY_FULL,
	ARP_EXPIRED,
	ARP_CLEARED,
	ARP_END,
	ARP_CACHE_DROPS,
};

#define ARP_CACHE_DROP_NAMES                                                 \
	[ARP_OVER_CAPACITY] = "too many packets wait for replies",           \
	[ARP_ENTRY_FULL] = "too many packets wait for one reply",            \
	[ARP_EXPIRED] = "no reply in time", [ARP_CLEARED] = "table cleared", \
	[ARP_END] = "still waiting at the end"

// Arguments.
struct arp_limits {
	uint32_t capacity; // packets; 0: ARP_PACKETS_MAX
	uint32_t entry_capacity; // entries; 0: ARP_ENTRIES_MAX
	uint32_t entry_packet_capacity; // packets of one entry; 0: no limit of its own
	uint32_t slim_factor;
	struct timespan timeout; // 0: never
};

// clang-format off
#define ARP_LIMITS_ARGS(struct_name, field)                                                        \
	ARG(struct_name, field.capacity, "CAPACITY", ARG_KEYWORD, .def = "2048", .min = 0,         \
		.max = 1 << 26, .help = "packets that wait for replies, at most; 0: 65536"),       \
	ARG(struct_name, field.entry_capacity, "ENTRY_CAPACITY", ARG_KEYWORD, .def = "0",          \
		.min = 0, .max = 1 << 24, .help = "entries, at most; 0: 65536"),                   \
	ARG(struct_name, field.entry_packet_capacity, "ENTRY_PACKET_CAPACITY", ARG_KEYWORD,        \
		.def = "0", .help = "packets that wait for one reply, at most; 0: CAPACITY"),      \
	ARG(struct_name, field.slim_factor, "CAPACITY_SLIM_FACTOR", ARG_KEYWORD, .def = "2",       \
		.help = "beyond CAPACITY, CAPACITY / this many of the oldest packets are dropped"),\
	ARG(struct_name, field.timeout, "TIMEOUT", ARG_KEYWORD, .def = "300",                      \
		.help = "how long an address holds without a new reply; 0: for ever")
// clang-format on

// Two in a cache line. Written under the lock, read by all.
struct arp_slot {
	_Atomic uint64_t key; // IP address << 32 | change count << 1 | 1 if used
	_Atomic uint64_t mac; // six bytes as in a header, then two zero bytes
	_Atomic int64_t check_ns; // steady time from which on arp_cache_resolve() must be asked
	struct arp_entry *entry; // under the lock only
};

static_assert(sizeof(struct arp_slot) == 32, "slots do not straddle cache lines");

TAILQ_HEAD(arp_entries, arp_entry);

struct arp_cache {
	// Read by all; changed while lcores are paused.
	struct arp_slot *slots; // into slot_memory
	uint64_t multiplier; // of the hash, odd
	uint32_t slot_mask;
	uint8_t slot_shift;

	rte_spinlock_t lock __rte_cache_aligned;
	// Under the lock.
	struct arp_limits limits; // without zeroes, except for timeout
	int64_t poll_ns; // shortest of the queriers that use it; 0: none polls
	struct arp_entries known, unknown; // each oldest first
	struct arp_entries waiting; // those that have packets, oldest first
	uint32_t n_entries;
	uint32_t n_packets; // waiting
	struct arp_entry *free_entry;
	struct arp_entry **blocks; // owned array of owned arrays of entries
	size_t n_blocks, blocks_cap;
	uint32_t n_fresh; // entries of the last block that were never used
	uint32_t n_allocated; // entries
	struct arp_node *nodes; // owned; one per packet that waits, by number
	uint32_t n_nodes, n_nodes_used, free_node;
	void *slot_memory; // owned
	struct element *owner; // borrowed; whose drop counters are used
	struct timer timer; // removes what timed out
};

// Packets taken off an entry, still counted as held; a list of nodes.
struct arp_chain {
	uint32_t first; // 0: none
};

int arp_limits_check(const struct arp_limits *limits, struct errh *errh);

void arp_cache_init(struct arp_cache *c, struct element *owner, const struct arp_limits *limits);
void arp_cache_fini(struct arp_cache *c); // zeroed memory is fine
// At initialize: from now on entries that time out are removed.
void arp_cache_start(struct arp_cache *c);
// Lcores paused.
void arp_cache_set_limits(struct arp_cache *c, const struct arp_limits *limits);
void arp_cache_set_poll(struct arp_cache *c, int64_t poll_ns);
// Hot swap: takes over all that old holds. -EINVAL, reported, if c is not empty.
int arp_cache_take(struct arp_cache *c, struct arp_cache *old, struct errh *errh);
void arp_cache_reserve(const struct arp_cache *c, struct plan *plan);

// ---- data path

static inline uint32_t
arp_cache_hash(const struct arp_cache *c, uint32_t ip_be)
{
	return (uint32_t)((ip_be * c->multiplier) >> c->slot_shift);
}

// Whether the address is known and needs no care now. *mac as in struct arp_slot.
static inline bool
arp_cache_find(const struct arp_cache *c, uint32_t ip_be, int64_t now, uint64_t *mac)
{
	uint32_t i = arp_cache_hash(c, ip_be);
	const struct arp_slot *s;
	int64_t check_ns;
	uint64_t key;

	for (;; i++) {
		s = &c->slots[i & c->slot_mask];
		key = atomic_load_explicit(&s->key, memory_order_acquire);
		if (!(key & 1))
			return false;
		if (key >> 32 == ip_be)
			break;
	}
	check_ns = atomic_load_explicit(&s->check_ns, memory_order_acquire);
	*mac = atomic_load_explicit(&s->mac, memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	return now < check_ns && atomic_load_explicit(&s->key, memory_order_relaxed) == key;
}

enum arp_answer {
	ARP_KNOWN,
	ARP_KNOWN_POLL, // known, but old: ask it again
	ARP_STORED, // the packet waits for a reply
	ARP_STORED_ASK, // and a query may be sent
	ARP_DROPPED,
};

// Looks ip up at steady time now. Known: the packet stays the caller's, *mac is filled in, and
// packets that still waited come in *waiting, to be sent first. Else the cache has the packet.
// poll_ns: age from which on to poll; 0: never.
enum arp_answer arp_cache_resolve(struct arp_cache *c, uint32_t ip_be, int64_t now, int64_t poll_ns,
	struct packet *p, uint64_t *mac, struct arp_chain *waiting);

// Learns an address; ff:ff:ff:ff:ff:ff: it is not known any more. The packets that waited come in
// *waiting, or go on waiting if that is NULL.
void arp_cache_insert(struct arp_cache *c, uint32_t ip_be, const uint8_t mac[6], int64_t now,
	struct arp_chain *waiting);
// Moves up to BATCH_MAX packets of the chain to the batch.
void arp_cache_take_waiting(struct arp_cache *c, struct arp_chain *chain, struct batch *b);

// Removes what timed out, some entries at a time. Returns whether there is more.
bool arp_cache_expire(struct arp_cache *c, int64_t now);
void arp_cache_clear(struct arp_cache *c, unsigned reason);

// ---- for handlers

uint32_t arp_cache_held(const struct arp_cache *c); // packets
uint64_t arp_cache_drops(const struct arp_cache *c);

// The read handlers table, drops, count and length.
enum arp_cache_read { ARP_READ_TABLE, ARP_READ_DROPS, ARP_READ_COUNT, ARP_READ_LENGTH };
int arp_cache_read(struct arp_cache *c, const struct handler_read *call);
// The write handlers insert, delete and clear.
enum arp_cache_write { ARP_WRITE_INSERT, ARP_WRITE_DELETE, ARP_WRITE_CLEAR };
int arp_cache_write(struct arp_cache *c, const struct handler_write *call);
