// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ethernet/mactable.h"

#include <stdlib.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_random.h>

#include "src/clock.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/text.h"

enum { SLOT_BITS = 17, N_SLOTS = 1 << SLOT_BITS, SLOT_MASK = N_SLOTS - 1, PORT_SHIFT = 48 };
enum { SWEEP_USED = 64 }; // stations looked at to make room for one

#define ADDRESS_MASK ((UINT64_C(1) << PORT_SHIFT) - 1)
// Times are not written more often than this, so that lcores which see the same station do not
// fight for its slot.
#define SEEN_GRAIN_NS CLOCK_MS

static_assert(N_SLOTS >= 2 * MAC_TABLE_MAX, "every row of used slots ends");

static uint64_t
address_of(const uint8_t mac[6])
{
	uint64_t address = 0;

	for (unsigned i = 0; i < 6; i++)
		address = address << 8 | mac[i];
	return address;
}

static uint32_t
home_of(const struct mac_table *t, uint64_t address)
{
	return (uint32_t)(address * t->multiplier >> (64 - SLOT_BITS));
}

static uint64_t
station_at(const struct mac_table *t, uint32_t i)
{
	return atomic_load_explicit(&t->slots[i].station, memory_order_relaxed);
}

// The slot of an address, or the unused one at the end of its row.
static uint32_t
find_slot(const struct mac_table *t, uint64_t address, uint64_t *station)
{
	uint32_t i = home_of(t, address);

	while ((*station = station_at(t, i)) != 0 && (*station & ADDRESS_MASK) != address)
		i = (i + 1) & SLOT_MASK;
	return i;
}

static void
write_slot(struct mac_table *t, uint32_t i, uint64_t station, int64_t seen_ns)
{
	atomic_store_explicit(&t->slots[i].seen_ns, seen_ns, memory_order_relaxed);
	atomic_store_explicit(&t->slots[i].station, station, memory_order_release);
}

static int64_t
seen_at(const struct mac_table *t, uint32_t i)
{
	return atomic_load_explicit(&t->slots[i].seen_ns, memory_order_relaxed);
}

// Under the lock. Those behind it that may move up do; who looks for one of them meanwhile takes it
// for unknown.
static void
remove_slot(struct mac_table *t, uint32_t hole)
{
	uint64_t station;

	for (uint32_t i = (hole + 1) & SLOT_MASK; (station = station_at(t, i)) != 0;
		i = (i + 1) & SLOT_MASK) {
		uint32_t home = home_of(t, station & ADDRESS_MASK);

		if (((i - home) & SLOT_MASK) < ((i - hole) & SLOT_MASK))
			continue;
		write_slot(t, hole, station, seen_at(t, i));
		hole = i;
	}
	write_slot(t, hole, 0, 0);
	t->n--;
}

static bool
is_expired(int64_t seen_ns, int64_t now, int64_t timeout_ns)
{
	return now - seen_ns >= timeout_ns;
}

// Under the lock. A hand goes round the table and takes what has expired. It does not look at all
// of it in one call: somebody else's turn is soon.
static bool
make_room(struct mac_table *t, int64_t now, int64_t timeout_ns)
{
	unsigned n_used = 0;

	for (unsigned n = 0; t->n >= MAC_TABLE_MAX && n < N_SLOTS && n_used < SWEEP_USED; n++) {
		uint32_t i = t->hand;

		t->hand = (i + 1) & SLOT_MASK;
		if (station_at(t, i) == 0)
			continue;
		n_used++;
		if (is_expired(seen_at(t, i), now, timeout_ns))
			remove_slot(t, i);
	}
	return t->n < MAC_TABLE_MAX;
}

void
mac_table_learn(
	struct mac_table *t, const uint8_t mac[6], unsigned port, int64_t now, int64_t timeout_ns)
{
	uint64_t address = address_of(mac), found;
	uint64_t station = (uint64_t)(port + 1) << PORT_SHIFT | address;
	uint32_t i = find_slot(t, address, &found);

	if (likely(found == station)) {
		int64_t since = now - seen_at(t, i);

		if (since >= SEEN_GRAIN_NS || since < 0)
			atomic_store_explicit(&t->slots[i].seen_ns, now, memory_order_relaxed);
		return;
	}
	rte_spinlock_lock(&t->lock);
	i = find_slot(t, address, &found);
	if (found == 0 && make_room(t, now, timeout_ns)) {
		// What made room may have moved the end of the row.
		i = find_slot(t, address, &found);
		t->n++;
		write_slot(t, i, station, now);
	} else if (found != 0) {
		write_slot(t, i, station, now);
	}
	rte_spinlock_unlock(&t->lock);
}

int
mac_table_find(struct mac_table *t, const uint8_t mac[6], int64_t now, int64_t timeout_ns)
{
	uint64_t address = address_of(mac), found;
	uint32_t i = find_slot(t, address, &found);

	if (found == 0)
		return -1;
	if (likely(!is_expired(seen_at(t, i), now, timeout_ns)))
		return (int)(found >> PORT_SHIFT) - 1;
	rte_spinlock_lock(&t->lock);
	i = find_slot(t, address, &found);
	if (found != 0 && is_expired(seen_at(t, i), now, timeout_ns))
		remove_slot(t, i);
	rte_spinlock_unlock(&t->lock);
	return -1;
}

void
mac_table_init(struct mac_table *t)
{
	// Touched only as far as it is used.
	*t = (struct mac_table){.slots = mem_zalloc(N_SLOTS * sizeof(struct mac_slot)),
		.multiplier = rte_rand() | 1};
	rte_spinlock_init(&t->lock);
}

void
mac_table_fini(struct mac_table *t)
{
	free(t->slots);
	*t = (struct mac_table){0};
}

void
mac_table_text(struct mac_table *t, struct strbuf *out)
{
	rte_spinlock_lock(&t->lock);
	for (uint32_t i = 0; i < N_SLOTS && t->n > 0; i++) {
		uint64_t station = station_at(t, i);
		uint8_t mac[6];

		if (station == 0)
			continue;
		for (unsigned k = 0; k < sizeof(mac); k++)
			mac[k] = (uint8_t)(station >> 8 * (5 - k));
		text_mac(out, mac);
		strbuf_addf(out, " %u\n", (unsigned)(station >> PORT_SHIFT) - 1);
	}
	rte_spinlock_unlock(&t->lock);
}
