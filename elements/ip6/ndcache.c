// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/ndcache.h"

#include <stdlib.h>

#include <rte_random.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "src/text.h"

struct nd_entry {
	TAILQ_ENTRY(nd_entry) age, waiting;
	struct ip6_addr addr;
	int64_t live_ns; // last advertisement, or creation
	uint64_t mac;
	struct packet *p; // owned; waits for the address
	uint32_t slot;
	bool known;
	bool poll; // ask again with the next packet
};

// ---- the hash that readers probe: open, linear, at most half full

// The count changes first and last, so that a reader who saw the old owner notices.
static void
slot_write(struct nd_slot *s, struct nd_entry *entry)
{
	uint32_t count = (atomic_load_explicit(&s->count, memory_order_relaxed) | 1) + 1;
	uint64_t half[2] = {0};
	bool ready = entry != NULL && entry->known && !entry->poll;

	if (entry != NULL)
		memcpy(half, &entry->addr, sizeof(half));
	atomic_store_explicit(&s->count, count, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&s->half[0], half[0], memory_order_relaxed);
	atomic_store_explicit(&s->half[1], half[1], memory_order_relaxed);
	atomic_store_explicit(&s->mac, entry != NULL ? entry->mac : 0, memory_order_relaxed);
	atomic_store_explicit(&s->ready, ready, memory_order_relaxed);
	s->entry = entry;
	atomic_store_explicit(&s->count, count | (entry != NULL), memory_order_release);
}

static bool
slot_used(const struct nd_slot *s)
{
	return atomic_load_explicit(&s->count, memory_order_relaxed) & 1;
}

static uint32_t
home_slot(const struct nd_cache *c, const struct ip6_addr *a)
{
	uint64_t half[2];

	memcpy(half, a, sizeof(half));
	return nd_cache_hash(c, half) & (ND_SLOTS - 1);
}

static struct nd_entry *
find_entry(const struct nd_cache *c, const struct ip6_addr *a)
{
	uint32_t i = home_slot(c, a);

	while (slot_used(&c->slots[i]) && !ip6_equal(&c->slots[i].entry->addr, a))
		i = (i + 1) & (ND_SLOTS - 1);
	return c->slots[i].entry;
}

static void
slot_add(struct nd_cache *c, struct nd_entry *entry)
{
	uint32_t i = home_slot(c, &entry->addr);

	while (slot_used(&c->slots[i]))
		i = (i + 1) & (ND_SLOTS - 1);
	entry->slot = i;
	slot_write(&c->slots[i], entry);
}

// Leaves no hole in a row of used slots: those that may move up do.
static void
slot_remove(struct nd_cache *c, uint32_t hole)
{
	for (uint32_t i = (hole + 1) & (ND_SLOTS - 1); slot_used(&c->slots[i]);
		i = (i + 1) & (ND_SLOTS - 1)) {
		struct nd_entry *entry = c->slots[i].entry;
		uint32_t home = home_slot(c, &entry->addr);

		if (((i - home) & (ND_SLOTS - 1)) < ((i - hole) & (ND_SLOTS - 1)))
			continue;
		entry->slot = hole;
		slot_write(&c->slots[hole], entry);
		hole = i;
	}
	slot_write(&c->slots[hole], NULL);
}

// ---- entries

static struct nd_entries *
age_list(struct nd_cache *c, const struct nd_entry *entry)
{
	return entry->known ? &c->known : &c->unknown;
}

static struct packet *
detach_packet(struct nd_cache *c, struct nd_entry *entry)
{
	struct packet *p = entry->p;

	if (p != NULL) {
		TAILQ_REMOVE(&c->waiting, entry, waiting);
		c->n_waiting--;
		entry->p = NULL;
	}
	return p;
}

// Returns the packet that waited, or NULL.
static struct packet *
remove_entry(struct nd_cache *c, struct nd_entry *entry)
{
	struct packet *p = detach_packet(c, entry);

	TAILQ_REMOVE(age_list(c, entry), entry, age);
	slot_remove(c, entry->slot);
	TAILQ_INSERT_HEAD(&c->free, entry, age);
	return p;
}

// When all are taken the oldest goes; those that nobody answers for first, so that asking for
// addresses that do not exist pushes out none that do.
static struct nd_entry *
new_entry(struct nd_cache *c, struct packet **out)
{
	struct nd_entry *entry = TAILQ_FIRST(&c->free);

	if (entry == NULL && c->n_used < ND_ENTRIES_MAX)
		return &c->entries[c->n_used++];
	if (entry == NULL) {
		entry = TAILQ_FIRST(&c->unknown);
		if (entry == NULL)
			entry = TAILQ_FIRST(&c->known);
		*out = remove_entry(c, entry);
	}
	TAILQ_REMOVE(&c->free, entry, age);
	return entry;
}

static struct nd_entry *
add_entry(struct nd_cache *c, const struct ip6_addr *a, int64_t now, struct packet **out)
{
	struct nd_entry *entry = new_entry(c, out);

	*entry = (struct nd_entry){.addr = *a, .live_ns = now};
	slot_add(c, entry);
	TAILQ_INSERT_TAIL(&c->unknown, entry, age);
	return entry;
}

// The entry's older packet makes room, or where too many wait the one that does for longest.
static struct packet *
store_packet(struct nd_cache *c, struct nd_entry *entry, struct packet *p)
{
	struct packet *out = detach_packet(c, entry);

	if (out == NULL && c->n_waiting == ND_WAITING_MAX)
		out = detach_packet(c, TAILQ_FIRST(&c->waiting));
	entry->p = p;
	TAILQ_INSERT_TAIL(&c->waiting, entry, waiting);
	c->n_waiting++;
	return out;
}

// ---- looking up and learning

enum nd_answer
nd_cache_resolve(struct nd_cache *c, const struct ip6_addr *a, int64_t now, struct packet *p,
	uint64_t *mac, struct packet **out)
{
	enum nd_answer answer = ND_STORED;
	struct packet *pushed_out = NULL;
	struct nd_entry *entry;

	*out = NULL;
	rte_spinlock_lock(&c->lock);
	entry = find_entry(c, a);
	if (entry == NULL)
		entry = add_entry(c, a, now, out);
	if (entry->known) {
		answer = entry->poll ? ND_KNOWN_POLL : ND_KNOWN;
		*mac = entry->mac;
		entry->poll = false;
		slot_write(&c->slots[entry->slot], entry);
	} else {
		pushed_out = store_packet(c, entry, p);
	}
	rte_spinlock_unlock(&c->lock);
	// Never both: an entry that made room had one, so there is room for another.
	if (pushed_out != NULL)
		*out = pushed_out;
	return answer;
}

bool
nd_cache_learn(struct nd_cache *c, const struct ip6_addr *a, const uint8_t mac[6], int64_t now,
	struct packet **waiting, bool *changed)
{
	struct nd_entry *entry;
	uint64_t word = 0;

	memcpy(&word, mac, 6);
	*waiting = NULL;
	*changed = false;
	rte_spinlock_lock(&c->lock);
	entry = find_entry(c, a);
	if (entry != NULL) {
		*changed = entry->known && entry->mac != word;
		*waiting = detach_packet(c, entry);
		TAILQ_REMOVE(age_list(c, entry), entry, age);
		entry->known = true;
		entry->poll = false;
		entry->mac = word;
		entry->live_ns = now;
		TAILQ_INSERT_TAIL(&c->known, entry, age);
		slot_write(&c->slots[entry->slot], entry);
	}
	rte_spinlock_unlock(&c->lock);
	return entry != NULL;
}

static struct nd_entry *
oldest_expired(const struct nd_entries *list, int64_t since)
{
	struct nd_entry *entry = TAILQ_FIRST(list);

	return entry != NULL && entry->live_ns < since ? entry : NULL;
}

static void
poll_old(struct nd_cache *c, int64_t since)
{
	struct nd_entry *entry;

	for (entry = TAILQ_FIRST(&c->known); entry != NULL && entry->live_ns < since;
		entry = TAILQ_NEXT(entry, age)) {
		entry->poll = true;
		slot_write(&c->slots[entry->slot], entry);
	}
}

struct packet *
nd_cache_age(struct nd_cache *c, int64_t now, int64_t poll_ns, int64_t expire_ns)
{
	struct packet *p = NULL;
	struct nd_entry *entry;

	rte_spinlock_lock(&c->lock);
	while (p == NULL && ((entry = oldest_expired(&c->known, now - expire_ns)) != NULL ||
				    (entry = oldest_expired(&c->unknown, now - expire_ns)) != NULL))
		p = remove_entry(c, entry);
	if (p == NULL)
		poll_old(c, now - poll_ns);
	rte_spinlock_unlock(&c->lock);
	return p;
}

struct packet *
nd_cache_take_waiting(struct nd_cache *c)
{
	struct packet *p = NULL;

	if (c->slots == NULL)
		return NULL;
	rte_spinlock_lock(&c->lock);
	if (!TAILQ_EMPTY(&c->waiting))
		p = detach_packet(c, TAILQ_FIRST(&c->waiting));
	rte_spinlock_unlock(&c->lock);
	return p;
}

// ---- life

void
nd_cache_init(struct nd_cache *c)
{
	*c = (struct nd_cache){.multiplier = rte_rand() | 1};
	rte_spinlock_init(&c->lock);
	TAILQ_INIT(&c->free);
	TAILQ_INIT(&c->known);
	TAILQ_INIT(&c->unknown);
	TAILQ_INIT(&c->waiting);
	// Touched only as far as they are used.
	c->slots = mem_zalloc_aligned(ND_SLOTS * sizeof(*c->slots), sizeof(*c->slots));
	c->entries = mem_zalloc(ND_ENTRIES_MAX * sizeof(*c->entries));
}

void
nd_cache_fini(struct nd_cache *c)
{
	free(c->slots);
	free(c->entries);
	*c = (struct nd_cache){0};
}

void
nd_cache_take(struct nd_cache *c, struct nd_cache *old)
{
	nd_cache_fini(c);
	*c = *old;
	TAILQ_INIT(&c->free);
	TAILQ_INIT(&c->known);
	TAILQ_INIT(&c->unknown);
	TAILQ_INIT(&c->waiting);
	TAILQ_CONCAT(&c->free, &old->free, age);
	TAILQ_CONCAT(&c->known, &old->known, age);
	TAILQ_CONCAT(&c->unknown, &old->unknown, age);
	TAILQ_CONCAT(&c->waiting, &old->waiting, waiting);
	*old = (struct nd_cache){0};
}

static void
list_text(const struct nd_entries *list, struct strbuf *out)
{
	const struct nd_entry *entry;
	uint8_t mac[sizeof(entry->mac)];

	TAILQ_FOREACH(entry, list, age)
	{
		memcpy(mac, &entry->mac, sizeof(mac));
		text_ip6(out, &entry->addr);
		strbuf_addf(out, " %d ", entry->known);
		text_mac(out, mac);
		strbuf_addc(out, '\n');
	}
}

void
nd_cache_text(struct nd_cache *c, struct strbuf *out)
{
	rte_spinlock_lock(&c->lock);
	list_text(&c->known, out);
	list_text(&c->unknown, out);
	rte_spinlock_unlock(&c->lock);
}
