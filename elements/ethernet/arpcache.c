// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ethernet/arpcache.h"

#include <string.h>

#include "elements/ethernet/arpentry.h"
#include "src/clock.h"
#include "src/element.h"

#define POLL_INTERVAL_NS (100 * CLOCK_MS)
#define SLOW_POLL_INTERVAL_NS (2 * CLOCK_S)

enum {
	PATIENCE = 10, // unanswered polls, after which polls become rare
	EXPIRE_AT_ONCE = 64, // entries removed while others wait for the lock
};

// ---- time

bool
arp_entry_is_expired(const struct arp_cache *c, const struct arp_entry *entry, int64_t now)
{
	return c->limits.timeout.ns != 0 && now - entry->live_ns > c->limits.timeout.ns;
}

static int64_t
next_poll(const struct arp_entry *entry)
{
	return entry->polled_ns +
	       (entry->n_polls < PATIENCE ? POLL_INTERVAL_NS : SLOW_POLL_INTERVAL_NS);
}

// Whether a query may be sent now; then it counts as sent.
static bool
may_poll(struct arp_entry *entry, int64_t now)
{
	if (now < next_poll(entry))
		return false;
	entry->polled_ns = now;
	if (entry->n_polls < UINT16_MAX)
		entry->n_polls++;
	return true;
}

// Tells readers until when they may use the entry without asking.
static void
publish(struct arp_cache *c, const struct arp_entry *entry)
{
	int64_t check_ns = INT64_MAX;

	if (!entry->known || entry->n_packets > 0) {
		arp_slot_publish(c, entry, INT64_MIN);
		return;
	}
	if (c->limits.timeout.ns != 0)
		check_ns = entry->live_ns + c->limits.timeout.ns + 1;
	if (c->poll_ns != 0)
		check_ns =
			RTE_MIN(check_ns, RTE_MAX(entry->live_ns + c->poll_ns, next_poll(entry)));
	arp_slot_publish(c, entry, check_ns);
}

void
arp_cache_publish_all(struct arp_cache *c)
{
	struct arp_entry *entry;

	for (entry = TAILQ_FIRST(&c->known); entry != NULL; entry = TAILQ_NEXT(entry, age))
		publish(c, entry);
}

// ---- packets that wait

static uint32_t
node_alloc(struct arp_cache *c, struct packet *p)
{
	uint32_t node = c->free_node;

	if (node != 0)
		c->free_node = c->nodes[node].next;
	else
		node = ++c->n_nodes_used;
	c->nodes[node] = (struct arp_node){.p = p};
	return node;
}

static struct packet *
node_take(struct arp_cache *c, uint32_t *first)
{
	uint32_t node = *first;
	struct packet *p = c->nodes[node].p;

	*first = c->nodes[node].next;
	c->nodes[node].next = c->free_node;
	c->free_node = node;
	c->n_packets--;
	return p;
}

// Where the entry belongs among those that have packets; nearly always at the end.
static void
start_waiting(struct arp_cache *c, struct arp_entry *entry)
{
	struct arp_entry *before = TAILQ_LAST(&c->waiting, arp_entries);

	while (before != NULL && before->live_ns > entry->live_ns)
		before = TAILQ_PREV(before, arp_entries, waiting);
	if (before == NULL)
		TAILQ_INSERT_HEAD(&c->waiting, entry, waiting);
	else
		TAILQ_INSERT_AFTER(&c->waiting, before, entry, waiting);
}

static void
store_packet(struct arp_cache *c, struct arp_entry *entry, struct packet *p)
{
	uint32_t node = node_alloc(c, p);

	if (entry->n_packets++ == 0) {
		start_waiting(c, entry);
		entry->first = node;
	} else {
		c->nodes[entry->last].next = node;
	}
	entry->last = node;
}

static void
detach_packets(struct arp_cache *c, struct arp_entry *entry, struct arp_chain *chain)
{
	if (entry->n_packets == 0)
		return;
	chain->first = entry->first;
	entry->n_packets = 0;
	TAILQ_REMOVE(&c->waiting, entry, waiting);
}

static void
drop_first(struct arp_cache *c, struct arp_entry *entry, unsigned reason)
{
	element_drop(c->owner, reason, node_take(c, &entry->first));
	if (--entry->n_packets == 0)
		TAILQ_REMOVE(&c->waiting, entry, waiting);
}

// ---- entries

static struct arp_entries *
age_list(struct arp_cache *c, const struct arp_entry *entry)
{
	return entry->known ? &c->known : &c->unknown;
}

static struct arp_entry *
oldest(const struct arp_cache *c)
{
	struct arp_entry *known = TAILQ_FIRST(&c->known), *unknown = TAILQ_FIRST(&c->unknown);

	if (known == NULL || unknown == NULL)
		return known != NULL ? known : unknown;
	return known->live_ns < unknown->live_ns ? known : unknown;
}

static void
remove_entry(struct arp_cache *c, struct arp_entry *entry, unsigned reason)
{
	while (entry->n_packets > 0)
		drop_first(c, entry, reason);
	TAILQ_REMOVE(age_list(c, entry), entry, age);
	arp_slot_remove(c, entry);
	TAILQ_NEXT(entry, age) = c->free_entry;
	c->free_entry = entry;
	c->n_entries--;
}

void
arp_cache_slim(struct arp_cache *c, int64_t now)
{
	uint32_t keep = c->limits.capacity - c->limits.capacity / c->limits.slim_factor;
	struct arp_entry *entry;
	unsigned n = 0;

	while ((entry = oldest(c)) != NULL &&
		((arp_entry_is_expired(c, entry, now) && n++ < EXPIRE_AT_ONCE) ||
			c->n_entries > c->limits.entry_capacity))
		remove_entry(c, entry, ARP_EXPIRED);
	if (c->n_packets <= c->limits.capacity)
		return;
	while (c->n_packets > RTE_MAX(keep, 1u) && (entry = TAILQ_FIRST(&c->waiting)) != NULL)
		drop_first(c, entry, ARP_OVER_CAPACITY);
}

static struct arp_entry *
entry_memory(struct arp_cache *c)
{
	struct arp_entry *entry = c->free_entry;

	if (entry != NULL)
		c->free_entry = TAILQ_NEXT(entry, age);
	else
		entry = &c->blocks[c->n_blocks - 1][--c->n_fresh];
	return entry;
}

// Without a limit from the configuration, whoever asks for addresses that do not exist must not
// push out those that do.
static void
make_room(struct arp_cache *c, int64_t now)
{
	if (c->n_entries < c->limits.entry_capacity)
		return;
	if (c->limits.entry_capacity == ARP_ENTRIES_MAX && !TAILQ_EMPTY(&c->unknown))
		remove_entry(c, TAILQ_FIRST(&c->unknown), ARP_EXPIRED);
	c->n_entries++;
	arp_cache_slim(c, now);
	c->n_entries--;
}

static struct arp_entry *
add_entry(struct arp_cache *c, uint32_t ip_be, int64_t now)
{
	struct arp_entry *entry;

	make_room(c, now);
	entry = entry_memory(c);
	*entry = (struct arp_entry){
		.ip_be = ip_be, .live_ns = now, .polled_ns = now - CLOCK_S, .mac = UINT64_MAX};
	arp_slot_add(c, entry);
	TAILQ_INSERT_TAIL(&c->unknown, entry, age);
	c->n_entries++;
	return entry;
}

// ---- looking up and learning

// It timed out, but is still asked for: it becomes unknown, and stays for now.
static void
revive_entry(struct arp_cache *c, struct arp_entry *entry, int64_t now)
{
	TAILQ_REMOVE(age_list(c, entry), entry, age);
	entry->known = false;
	entry->live_ns = now - c->limits.timeout.ns;
	TAILQ_INSERT_HEAD(&c->unknown, entry, age);
	if (entry->n_packets > 0) {
		TAILQ_REMOVE(&c->waiting, entry, waiting);
		start_waiting(c, entry);
	}
	publish(c, entry);
}

// The packet of an entry that is not known.
static enum arp_answer
append_packet(struct arp_cache *c, struct arp_entry *entry, int64_t now, struct packet *p)
{
	uint32_t most = c->limits.entry_packet_capacity;

	if (arp_entry_is_expired(c, entry, now))
		revive_entry(c, entry, now);
	if (most != 0 && entry->n_packets >= most) {
		element_drop(c->owner, ARP_ENTRY_FULL, p);
		return ARP_DROPPED;
	}
	if (++c->n_packets > c->limits.capacity)
		arp_cache_slim(c, now);
	// All the rest is on its way out.
	if (c->n_packets > c->limits.capacity) {
		c->n_packets--;
		element_drop(c->owner, ARP_OVER_CAPACITY, p);
		return ARP_DROPPED;
	}
	store_packet(c, entry, p);
	return may_poll(entry, now) ? ARP_STORED_ASK : ARP_STORED;
}

enum arp_answer
arp_cache_resolve(struct arp_cache *c, uint32_t ip_be, int64_t now, int64_t poll_ns,
	struct packet *p, uint64_t *mac, struct arp_chain *waiting)
{
	enum arp_answer answer = ARP_KNOWN;
	struct arp_entry *entry;

	waiting->first = 0;
	rte_spinlock_lock(&c->lock);
	entry = arp_entry_find(c, ip_be);
	if (entry == NULL)
		entry = add_entry(c, ip_be, now);
	if (entry->known && !arp_entry_is_expired(c, entry, now)) {
		*mac = entry->mac;
		detach_packets(c, entry, waiting);
		if (poll_ns != 0 && now - entry->live_ns >= poll_ns && may_poll(entry, now))
			answer = ARP_KNOWN_POLL;
		publish(c, entry);
	} else {
		answer = append_packet(c, entry, now, p);
	}
	rte_spinlock_unlock(&c->lock);
	return answer;
}

void
arp_cache_insert(struct arp_cache *c, uint32_t ip_be, const uint8_t mac[6], int64_t now,
	struct arp_chain *waiting)
{
	static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct arp_entry *entry;

	if (waiting != NULL)
		waiting->first = 0;
	rte_spinlock_lock(&c->lock);
	entry = arp_entry_find(c, ip_be);
	if (entry == NULL)
		entry = add_entry(c, ip_be, now);
	TAILQ_REMOVE(age_list(c, entry), entry, age);
	entry->known = memcmp(mac, broadcast, sizeof(broadcast)) != 0;
	entry->mac = 0;
	memcpy(&entry->mac, mac, sizeof(broadcast));
	entry->live_ns = now;
	entry->polled_ns = now - CLOCK_S;
	entry->n_polls = 0;
	TAILQ_INSERT_TAIL(age_list(c, entry), entry, age);
	if (waiting != NULL)
		detach_packets(c, entry, waiting);
	publish(c, entry);
	rte_spinlock_unlock(&c->lock);
}

void
arp_cache_take_waiting(struct arp_cache *c, struct arp_chain *chain, struct batch *b)
{
	b->n = 0;
	rte_spinlock_lock(&c->lock);
	while (chain->first != 0 && b->n < BATCH_MAX)
		b->pkt[b->n++] = node_take(c, &chain->first);
	rte_spinlock_unlock(&c->lock);
}

bool
arp_cache_expire(struct arp_cache *c, int64_t now)
{
	struct arp_entry *entry;
	bool more;

	rte_spinlock_lock(&c->lock);
	arp_cache_slim(c, now);
	entry = oldest(c);
	more = entry != NULL && arp_entry_is_expired(c, entry, now);
	rte_spinlock_unlock(&c->lock);
	return more;
}

void
arp_cache_clear(struct arp_cache *c, unsigned reason)
{
	struct arp_entry *entry;

	rte_spinlock_lock(&c->lock);
	while ((entry = oldest(c)) != NULL)
		remove_entry(c, entry, reason);
	rte_spinlock_unlock(&c->lock);
}
