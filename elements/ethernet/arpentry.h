// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The inside of an ARP cache, for its own files: arpcache.c learns and looks up, arpslot.c keeps
// the
// hash that readers probe, arpcache_life.c limits, memory and hot swap, arpcache_handler.c texts.

#include <stdbool.h>
#include <stdint.h>

#include "elements/ethernet/arpcache.h"

struct arp_node {
	struct packet *p;
	uint32_t next; // number; 0: the last
};

struct arp_entry {
	TAILQ_ENTRY(arp_entry) age, waiting;
	int64_t live_ns; // last reply, or creation
	int64_t polled_ns;
	uint64_t mac;
	uint32_t ip_be;
	uint32_t slot;
	uint32_t n_packets, first, last; // nodes
	uint16_t n_polls; // since the last reply
	bool known;
};

// ---- arpslot.c

// A new hash with room for n entries; those that there are move into it.
void arp_slots_make(struct arp_cache *c, uint32_t n);
void arp_slot_add(struct arp_cache *c, struct arp_entry *entry);
void arp_slot_remove(struct arp_cache *c, struct arp_entry *entry);
// Under the lock. NULL: there is none.
struct arp_entry *arp_entry_find(const struct arp_cache *c, uint32_t ip_be);
// Tells readers the entry's address and until when they may use it without asking; INT64_MIN: they
// must ask.
void arp_slot_publish(struct arp_cache *c, const struct arp_entry *entry, int64_t check_ns);

// ---- arpcache.c

bool arp_entry_is_expired(const struct arp_cache *c, const struct arp_entry *entry, int64_t now);
// Removes what is over the limits, of what timed out only so much.
void arp_cache_slim(struct arp_cache *c, int64_t now);
// Works out again for all entries until when readers may use them.
void arp_cache_publish_all(struct arp_cache *c);
