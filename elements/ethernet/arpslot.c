// SPDX-License-Identifier: BSD-3-Clause
// The hash that readers probe without a lock: open, linear, at most half full.

#include "elements/ethernet/arpcache.h"

#include <stdlib.h>

#include <rte_random.h>

#include "elements/ethernet/arpentry.h"
#include "src/mem.h"

enum { SLOT_SIZE = sizeof(struct arp_slot) };

// The key changes first and last, so that a reader who saw the old owner's key notices.
static void
slot_write(struct arp_slot *s, struct arp_entry *entry, uint64_t mac, int64_t check_ns)
{
	uint64_t key = atomic_load_explicit(&s->key, memory_order_relaxed);
	uint32_t count = ((uint32_t)key | 1) + 1;

	atomic_store_explicit(&s->key, count, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&s->mac, mac, memory_order_relaxed);
	atomic_store_explicit(&s->check_ns, check_ns, memory_order_relaxed);
	s->entry = entry;
	key = entry == NULL ? count : (uint64_t)entry->ip_be << 32 | count | 1;
	atomic_store_explicit(&s->key, key, memory_order_release);
}

static bool
slot_used(const struct arp_slot *s)
{
	return atomic_load_explicit(&s->key, memory_order_relaxed) & 1;
}

static uint32_t
slot_home(const struct arp_cache *c, const struct arp_slot *s)
{
	return arp_cache_hash(c, s->entry->ip_be);
}

// Leaves no hole in a row of used slots: those that may move up do. A reader that misses one of
// them meanwhile finds it under the lock.
void
arp_slot_remove(struct arp_cache *c, struct arp_entry *entry)
{
	uint32_t hole = entry->slot;

	for (uint32_t i = (hole + 1) & c->slot_mask; slot_used(&c->slots[i]);
		i = (i + 1) & c->slot_mask) {
		struct arp_slot *from = &c->slots[i];

		if (((i - slot_home(c, from)) & c->slot_mask) < ((i - hole) & c->slot_mask))
			continue;
		slot_write(&c->slots[hole], from->entry,
			atomic_load_explicit(&from->mac, memory_order_relaxed),
			atomic_load_explicit(&from->check_ns, memory_order_relaxed));
		from->entry->slot = hole;
		hole = i;
	}
	slot_write(&c->slots[hole], NULL, 0, INT64_MIN);
}

void
arp_slot_add(struct arp_cache *c, struct arp_entry *entry)
{
	uint32_t i = arp_cache_hash(c, entry->ip_be);

	while (slot_used(&c->slots[i]))
		i = (i + 1) & c->slot_mask;
	entry->slot = i;
	slot_write(&c->slots[i], entry, 0, INT64_MIN);
}

struct arp_entry *
arp_entry_find(const struct arp_cache *c, uint32_t ip_be)
{
	uint32_t i = arp_cache_hash(c, ip_be);

	while (slot_used(&c->slots[i]) && c->slots[i].entry->ip_be != ip_be)
		i = (i + 1) & c->slot_mask;
	return c->slots[i].entry;
}

void
arp_slot_publish(struct arp_cache *c, const struct arp_entry *entry, int64_t check_ns)
{
	struct arp_slot *s = &c->slots[entry->slot];

	// A reader that comes in between may still have the old address, but not none.
	if (check_ns != INT64_MIN)
		atomic_store_explicit(&s->mac, entry->mac, memory_order_relaxed);
	atomic_store_explicit(&s->check_ns, check_ns, memory_order_release);
}

// Touched only as far as it is used.
void
arp_slots_make(struct arp_cache *c, uint32_t n_entries)
{
	uint32_t n = RTE_MAX(rte_align32pow2(2 * n_entries), 2u);
	struct arp_entry *entry;

	free(c->slot_memory);
	c->slot_memory = mem_zalloc((size_t)n * SLOT_SIZE + SLOT_SIZE);
	c->slots = RTE_PTR_ALIGN_CEIL(c->slot_memory, SLOT_SIZE);
	c->slot_mask = n - 1;
	c->slot_shift = (uint8_t)(64 - __builtin_ctz(n));
	c->multiplier = rte_rand() | 1;
	for (entry = TAILQ_FIRST(&c->unknown); entry != NULL; entry = TAILQ_NEXT(entry, age))
		arp_slot_add(c, entry);
	for (entry = TAILQ_FIRST(&c->known); entry != NULL; entry = TAILQ_NEXT(entry, age))
		arp_slot_add(c, entry);
}
