// SPDX-License-Identifier: BSD-3-Clause
// The limits and the memory of an ARP cache, and its way into another router.

#include "elements/ethernet/arpcache.h"

#include <stdlib.h>

#include "elements/ethernet/arpentry.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/plan.h"

#define TIMEOUT_MAX_NS ((INT64_C(1) << 32) * CLOCK_MS) // Click counts milliseconds in 32 bits

// Zeroes replaced by what they stand for.
static struct arp_limits
effective_limits(const struct arp_limits *given)
{
	struct arp_limits l = *given;

	if (l.capacity == 0)
		l.capacity = ARP_PACKETS_MAX;
	if (l.entry_capacity == 0)
		l.entry_capacity = ARP_ENTRIES_MAX;
	if (l.timeout.ns >= TIMEOUT_MAX_NS)
		l.timeout.ns = 0;
	return l;
}

// Touched only as far as they are used.
static void
make_entries(struct arp_cache *c, uint32_t n)
{
	// Those that are left of the last block are not forgotten.
	for (; c->n_fresh > 0; c->n_fresh--) {
		struct arp_entry *entry = &c->blocks[c->n_blocks - 1][c->n_fresh - 1];

		TAILQ_NEXT(entry, age) = c->free_entry;
		c->free_entry = entry;
	}
	c->blocks = mem_grow(c->blocks, c->n_blocks, &c->blocks_cap, sizeof(struct arp_entry *));
	c->blocks[c->n_blocks++] = mem_zalloc(n * sizeof(struct arp_entry));
	c->n_fresh = n;
	c->n_allocated += n;
}

void
arp_cache_set_limits(struct arp_cache *c, const struct arp_limits *given)
{
	struct arp_limits l = effective_limits(given);
	int64_t old_timeout = c->limits.timeout.ns;

	c->limits = l;
	if (l.entry_capacity > c->n_allocated) {
		arp_slots_make(c, l.entry_capacity);
		make_entries(c, l.entry_capacity - c->n_allocated);
	}
	if (l.capacity > c->n_nodes) {
		// Node 0 is no node.
		c->nodes = mem_realloc(c->nodes, (l.capacity + 1) * sizeof(*c->nodes));
		c->n_nodes = l.capacity;
	}
	arp_cache_slim(c, clock_steady());
	arp_cache_publish_all(c);
	if (l.timeout.ns == old_timeout || c->timer.home == NULL)
		return;
	timer_unschedule(&c->timer);
	if (l.timeout.ns != 0)
		timer_schedule_after(&c->timer, l.timeout.ns);
}

void
arp_cache_set_poll(struct arp_cache *c, int64_t poll_ns)
{
	c->poll_ns = poll_ns;
	arp_cache_publish_all(c);
}

static void
init_lists(struct arp_cache *c)
{
	TAILQ_INIT(&c->known);
	TAILQ_INIT(&c->unknown);
	TAILQ_INIT(&c->waiting);
}

void
arp_cache_init(struct arp_cache *c, struct element *owner, const struct arp_limits *limits)
{
	*c = (struct arp_cache){.owner = owner};
	rte_spinlock_init(&c->lock);
	init_lists(c);
	arp_cache_set_limits(c, limits);
}

static void
free_memory(struct arp_cache *c)
{
	for (size_t i = 0; i < c->n_blocks; i++)
		free(c->blocks[i]);
	free(c->blocks);
	free(c->nodes);
	free(c->slot_memory);
}

void
arp_cache_fini(struct arp_cache *c)
{
	if (c->slots != NULL)
		arp_cache_clear(c, ARP_END);
	timer_unschedule(&c->timer);
	free_memory(c);
	*c = (struct arp_cache){0};
}

static void
expire_later(struct timer *timer)
{
	struct arp_cache *c = container_of(timer, struct arp_cache, timer);

	// Others get the lock, and this lcore does other work, before the rest is removed.
	if (arp_cache_expire(c, clock_steady()))
		timer_schedule_after(timer, 0);
	else if (c->limits.timeout.ns != 0)
		timer_schedule_after(timer, c->limits.timeout.ns + CLOCK_S);
}

void
arp_cache_start(struct arp_cache *c)
{
	timer_init(&c->timer, c->owner, expire_later, element_home(c->owner));
	if (c->limits.timeout.ns != 0)
		timer_schedule_after(&c->timer, c->limits.timeout.ns);
}

int
arp_cache_take(struct arp_cache *c, struct arp_cache *old, struct errh *errh)
{
	struct arp_cache own = *c;

	if (c->n_entries > 0)
		return errh_error(errh, "late take_state");
	free_memory(c);
	timer_unschedule(&old->timer);
	*c = *old;
	init_lists(c);
	TAILQ_CONCAT(&c->known, &old->known, age);
	TAILQ_CONCAT(&c->unknown, &old->unknown, age);
	TAILQ_CONCAT(&c->waiting, &old->waiting, waiting);
	c->owner = own.owner;
	c->poll_ns = own.poll_ns;
	c->timer = own.timer;
	*old = (struct arp_cache){.owner = old->owner};
	arp_cache_set_limits(c, &own.limits);
	return 0;
}

void
arp_cache_reserve(const struct arp_cache *c, struct plan *plan)
{
	plan_add_packets(plan, 0, c->limits.capacity, "%s holds up to %u", element_name(c->owner),
		c->limits.capacity);
}
