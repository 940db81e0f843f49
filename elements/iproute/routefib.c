// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routefib.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_fib.h>

#include "elements/iproute/routetable.h"
#include "src/batch.h"
#include "src/mem.h"

enum {
	GROUP_BITS = 8,
	SPARE_ROUTES = 1024, // room for routes to come, beside an eighth
	// What rte_fib keeps of a route beside the lookup tables: two nodes of a tree in a mempool.
	ROUTE_BYTES = 2 * 208,
	FIXED_BYTES = 1 << 20,
};

struct route_fib {
	struct rte_fib *fib; // owned
	uint32_t max_routes, n_routes;
	// Groups are blocks of 256 entries, for each /24 with longer prefixes.
	uint32_t max_groups, n_groups; // n_groups: at most so many are used
	uint32_t max_hop; // highest number that it can hold; the next one is free_hop
};

// ---- sizes

static int
compare_numbers(const void *a_v, const void *b_v)
{
	uint32_t a = *(const uint32_t *)a_v, b = *(const uint32_t *)b_v;

	return a < b ? -1 : a > b;
}

static uint32_t
count_groups(const struct route_table *t)
{
	uint32_t *net = mem_zalloc(t->n_long * sizeof(*net)), count = 0;
	size_t n = 0;

	for (size_t i = 0; i < t->n_slots && n < t->n_long; i++) {
		const struct route_slot *s = &t->slot[i];

		if (s->hop != ROUTE_HOP_NONE && __builtin_popcount(s->mask) > 32 - GROUP_BITS)
			net[n++] = s->addr >> GROUP_BITS;
	}
	qsort(net, n, sizeof(*net), compare_numbers);
	for (size_t i = 0; i < n; i++)
		count += i == 0 || net[i] != net[i - 1];
	free(net);
	return count;
}

// Entries are as small as what must fit allows, with room to grow: they hold one bit less than
// their size for next hops and for groups. 16, 32 or 64 MiB for the first table.
static void
choose_size(const struct route_table *t, struct rte_fib_conf *conf, struct route_fib *f)
{
	uint32_t n_hops = (uint32_t)t->hops.n;

	f->n_groups = count_groups(t);
	f->max_routes = (uint32_t)(t->n_routes + t->n_routes / 8 + SPARE_ROUTES);
	if (n_hops <= 64 && f->n_groups <= 64) {
		conf->dir24_8.nh_sz = RTE_FIB_DIR24_8_1B;
		f->max_groups = INT8_MAX;
		f->max_hop = INT8_MAX - 1;
	} else if (n_hops <= 24000 && f->n_groups <= 24000) {
		conf->dir24_8.nh_sz = RTE_FIB_DIR24_8_2B;
		f->max_groups = RTE_MIN(2 * f->n_groups + 256, (uint32_t)INT16_MAX);
		f->max_hop = INT16_MAX - 1;
	} else {
		conf->dir24_8.nh_sz = RTE_FIB_DIR24_8_4B;
		f->max_groups = f->n_groups + f->n_groups / 4 + 1024;
		f->max_hop = INT32_MAX - 1;
	}
	conf->type = RTE_FIB_DIR24_8;
	conf->default_nh = ROUTE_HOP_NONE;
	conf->max_routes = (int)f->max_routes;
	conf->dir24_8.num_tbl8 = f->max_groups;
}

uint64_t
route_fib_bytes(const struct route_table *t)
{
	struct rte_fib_conf conf = {0};
	struct route_fib f = {0};

	choose_size(t, &conf, &f);
	return (((UINT64_C(1) << 24) + ((uint64_t)f.max_groups << GROUP_BITS))
		       << conf.dir24_8.nh_sz) +
	       (uint64_t)f.max_routes * ROUTE_BYTES + FIXED_BYTES;
}

// ---- life

static bool
fill(struct route_fib *f, const struct route_table *t)
{
	for (size_t i = 0; i < t->n_slots; i++) {
		const struct route_slot *s = &t->slot[i];
		struct route_change c = {.addr = s->addr, .mask = s->mask, .new_hop = s->hop};

		if (s->hop != ROUTE_HOP_NONE && s->mask != 0 && route_fib_change(f, &c) != 0)
			return false;
	}
	// The changes counted a group for each long prefix.
	f->n_groups = count_groups(t);
	return true;
}

struct route_fib *
route_fib_create(const struct route_table *t)
{
	struct route_fib *f = mem_zalloc(sizeof(*f));
	struct rte_fib_conf conf = {0};
	char name[24];

	choose_size(t, &conf, f);
	// Names must differ, and mempools' names are short.
	snprintf(name, sizeof(name), "rt%lx", (unsigned long)(uintptr_t)f);
	f->fib = rte_fib_create(name, SOCKET_ID_ANY, &conf);
	if (f->fib == NULL || !fill(f, t)) {
		route_fib_destroy(f);
		return NULL;
	}
	return f;
}

void
route_fib_destroy(struct route_fib *f)
{
	if (f == NULL)
		return;
	rte_fib_free(f->fib);
	free(f);
}

// ---- changes

bool
route_fib_has_room(const struct route_fib *f, const struct route_table *t)
{
	uint64_t n_routes = f->n_routes, n_groups = f->n_groups;

	for (size_t i = 0; i < t->n_changes; i++) {
		const struct route_change *c = &t->change[i];
		bool is_new = c->old_hop == ROUTE_HOP_NONE;

		if (c->new_hop > f->max_hop)
			return false;
		n_routes += is_new;
		n_groups += is_new && __builtin_popcount(c->mask) > 32 - GROUP_BITS;
	}
	// Removals are not counted, so this is on the safe side; there are never more groups than
	// long prefixes either.
	return n_routes <= f->max_routes &&
	       (n_groups <= f->max_groups || t->n_long + t->n_changes <= f->max_groups);
}

int
route_fib_change(struct route_fib *f, const struct route_change *c)
{
	unsigned len = (unsigned)__builtin_popcount(c->mask);
	int err = 0;

	if (c->new_hop == ROUTE_HOP_NONE) {
		err = rte_fib_delete(f->fib, c->addr, (uint8_t)len);
		f->n_routes -= err == 0;
		return err;
	}
	if (c->old_hop == ROUTE_HOP_NONE && len > 32 - GROUP_BITS) {
		// A new long prefix with the next hop of the one around it is not counted among
		// the groups, but its removal is (DPDK 22.11.11), until there seem to be none
		// left. So it first gets a next hop that nothing else has.
		err = rte_fib_add(f->fib, c->addr, (uint8_t)len, (uint64_t)f->max_hop + 1);
		f->n_groups++;
	}
	if (err == 0)
		err = rte_fib_add(f->fib, c->addr, (uint8_t)len, c->new_hop);
	f->n_routes += err == 0 && c->old_hop == ROUTE_HOP_NONE;
	return err;
}

void
route_fib_lookup(const struct route_fib *f, uint32_t *dst, uint32_t *hop, unsigned n)
{
	uint64_t found[BATCH_MAX];

	rte_fib_lookup_bulk(f->fib, dst, found, (int)n);
	for (unsigned i = 0; i < n; i++)
		hop[i] = (uint32_t)found[i];
}
