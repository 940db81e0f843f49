// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ethernet/arpcache.h"

#include <stdlib.h>
#include <string.h>

#include <rte_random.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/strbuf.h"

#define POLL_INTERVAL_NS (100 * CLOCK_MS)
#define SLOW_POLL_INTERVAL_NS (2 * CLOCK_S)
#define TIMEOUT_MAX_NS ((INT64_C(1) << 32) * CLOCK_MS) // Click counts milliseconds in 32 bits

enum {
	PATIENCE = 10, // unanswered polls, after which polls become rare
	EXPIRE_AT_ONCE = 64, // entries removed while others wait for the lock
	SLOT_SIZE = sizeof(struct arp_slot),
};

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

// ---- slots

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
static void
slot_remove(struct arp_cache *c, uint32_t hole)
{
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

static void
slot_add(struct arp_cache *c, struct arp_entry *entry)
{
	uint32_t i = arp_cache_hash(c, entry->ip_be);

	while (slot_used(&c->slots[i]))
		i = (i + 1) & c->slot_mask;
	entry->slot = i;
	slot_write(&c->slots[i], entry, 0, INT64_MIN);
}

static struct arp_entry *
find_entry(const struct arp_cache *c, uint32_t ip_be)
{
	uint32_t i = arp_cache_hash(c, ip_be);

	while (slot_used(&c->slots[i]) && c->slots[i].entry->ip_be != ip_be)
		i = (i + 1) & c->slot_mask;
	return c->slots[i].entry;
}

// ---- time

static bool
is_expired(const struct arp_cache *c, const struct arp_entry *entry, int64_t now)
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
	struct arp_slot *s = &c->slots[entry->slot];
	int64_t check_ns = INT64_MAX;

	if (!entry->known || entry->n_packets > 0) {
		atomic_store_explicit(&s->check_ns, INT64_MIN, memory_order_release);
		return;
	}
	if (c->limits.timeout.ns != 0)
		check_ns = entry->live_ns + c->limits.timeout.ns + 1;
	if (c->poll_ns != 0)
		check_ns =
			RTE_MIN(check_ns, RTE_MAX(entry->live_ns + c->poll_ns, next_poll(entry)));
	atomic_store_explicit(&s->mac, entry->mac, memory_order_relaxed);
	atomic_store_explicit(&s->check_ns, check_ns, memory_order_release);
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
	slot_remove(c, entry->slot);
	TAILQ_NEXT(entry, age) = c->free_entry;
	c->free_entry = entry;
	c->n_entries--;
}

// Removes what is over the limits, of what timed out only so much.
static void
slim(struct arp_cache *c, int64_t now)
{
	uint32_t keep = c->limits.capacity - c->limits.capacity / c->limits.slim_factor;
	struct arp_entry *entry;
	unsigned n = 0;

	while ((entry = oldest(c)) != NULL &&
		((is_expired(c, entry, now) && n++ < EXPIRE_AT_ONCE) ||
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
	slim(c, now);
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
	slot_add(c, entry);
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

	if (is_expired(c, entry, now))
		revive_entry(c, entry, now);
	if (most != 0 && entry->n_packets >= most) {
		element_drop(c->owner, ARP_ENTRY_FULL, p);
		return ARP_DROPPED;
	}
	if (++c->n_packets > c->limits.capacity)
		slim(c, now);
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
	entry = find_entry(c, ip_be);
	if (entry == NULL)
		entry = add_entry(c, ip_be, now);
	if (entry->known && !is_expired(c, entry, now)) {
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
	entry = find_entry(c, ip_be);
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
	slim(c, now);
	entry = oldest(c);
	more = entry != NULL && is_expired(c, entry, now);
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

// ---- life

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

// Both arrays are touched only as far as they are used.
static void
make_slots(struct arp_cache *c, uint32_t n_entries)
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
		slot_add(c, entry);
	for (entry = TAILQ_FIRST(&c->known); entry != NULL; entry = TAILQ_NEXT(entry, age))
		slot_add(c, entry);
}

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

static void
publish_all(struct arp_cache *c)
{
	struct arp_entry *entry;

	for (entry = TAILQ_FIRST(&c->known); entry != NULL; entry = TAILQ_NEXT(entry, age))
		publish(c, entry);
}

void
arp_cache_set_limits(struct arp_cache *c, const struct arp_limits *given)
{
	struct arp_limits l = effective_limits(given);
	int64_t old_timeout = c->limits.timeout.ns;

	c->limits = l;
	if (l.entry_capacity > c->n_allocated) {
		make_slots(c, l.entry_capacity);
		make_entries(c, l.entry_capacity - c->n_allocated);
	}
	if (l.capacity > c->n_nodes) {
		// Node 0 is no node.
		c->nodes = mem_realloc(c->nodes, (l.capacity + 1) * sizeof(*c->nodes));
		c->n_nodes = l.capacity;
	}
	slim(c, clock_steady());
	publish_all(c);
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
	publish_all(c);
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
	c->n_drops_before = arp_cache_drops(old);
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

// ---- for people

uint32_t
arp_cache_held(const struct arp_cache *c)
{
	return __atomic_load_n(&c->n_packets, __ATOMIC_RELAXED);
}

uint32_t
arp_cache_count(const struct arp_cache *c)
{
	return __atomic_load_n(&c->n_entries, __ATOMIC_RELAXED);
}

uint64_t
arp_cache_drops(const struct arp_cache *c)
{
	uint64_t n = c->n_drops_before;

	for (unsigned reason = 0; reason < ARP_CACHE_DROPS; reason++)
		n += element_drops(c->owner, reason);
	return n;
}

static void
entry_text(
	const struct arp_cache *c, const struct arp_entry *entry, int64_t now, struct strbuf *out)
{
	uint8_t mac[sizeof(entry->mac)];

	memcpy(mac, &entry->mac, sizeof(mac));
	text_ip(out, (struct ip_addr){entry->ip_be});
	strbuf_addf(out, " %d ", entry->known && !is_expired(c, entry, now));
	text_mac(out, mac);
	strbuf_addc(out, ' ');
	text_timestamp(out, (now - entry->live_ns) / CLOCK_MS * CLOCK_MS);
	strbuf_addc(out, '\n');
}

// Both lists are sorted by age.
void
arp_cache_text(struct arp_cache *c, int64_t now, struct strbuf *out)
{
	const struct arp_entry *known, *unknown;

	rte_spinlock_lock(&c->lock);
	known = TAILQ_FIRST(&c->known);
	unknown = TAILQ_FIRST(&c->unknown);
	while (known != NULL || unknown != NULL) {
		bool take_known =
			unknown == NULL || (known != NULL && known->live_ns < unknown->live_ns);

		entry_text(c, take_known ? known : unknown, now, out);
		if (take_known)
			known = TAILQ_NEXT(known, age);
		else
			unknown = TAILQ_NEXT(unknown, age);
	}
	rte_spinlock_unlock(&c->lock);
}
