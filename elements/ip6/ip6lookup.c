// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/ip6lookup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_lpm6.h>

#include "elements/ip6/address.h"
#include "elements/ip6/ip6route.h"
#include "src/batch.h"
#include "src/element.h"
#include "src/mem.h"

enum {
	NOT_FOUND = 0, // number
	FIRST_BITS = 24, // of the first table
	GROUP_BITS = 8,
	GROUPS_MAX = 1 << 21,
	SPARE_GROUPS = 256,
	SPARE_ROUTES = 1024,
	// What rte_lpm6 keeps of a route and of a group of entries beside the first table.
	ROUTE_BYTES = 96,
	GROUP_BYTES = 1024 + 16,
	FIRST_BYTES = 1 << 26,
};

// ---- sizes

static int
compare_addresses(const void *a_v, const void *b_v)
{
	const struct ip6_prefix *a = a_v, *b = b_v;

	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

// A prefix needs a group for each 8 bits behind the first 24, which it shares with all others that
// begin alike.
static uint32_t
count_groups(const struct ip6_routes *t)
{
	struct ip6_prefix *prefix = mem_zalloc(t->n_routes * sizeof(*prefix));
	size_t n = 0, count = 0;

	for (size_t i = 0; i < t->n_slots; i++) {
		if (t->slot[i].route.port >= 0 && t->slot[i].route.prefix.len > FIRST_BITS)
			prefix[n++] = t->slot[i].route.prefix;
	}
	qsort(prefix, n, sizeof(*prefix), compare_addresses);
	for (unsigned bits = FIRST_BITS; bits < 128; bits += GROUP_BITS) {
		const struct ip6_prefix *last = NULL;

		for (size_t i = 0; i < n; i++) {
			if (prefix[i].len <= bits)
				continue;
			count += last == NULL || memcmp(last, &prefix[i], bits / 8) != 0;
			last = &prefix[i];
		}
	}
	free(prefix);
	return (uint32_t)RTE_MIN(count, (size_t)GROUPS_MAX);
}

static struct rte_lpm6_config
sizes(const struct ip6_routes *t)
{
	uint32_t n_groups = 2 * count_groups(t) + SPARE_GROUPS;

	return (struct rte_lpm6_config){
		.max_rules = (uint32_t)(t->n_routes + t->n_routes / 8 + SPARE_ROUTES),
		.number_tbl8s = RTE_MIN(n_groups, (uint32_t)GROUPS_MAX),
	};
}

static bool
wants_lpm(const struct ip6_routes *t)
{
	return t->n_routes > IP6_LOOKUP_FEW;
}

uint64_t
ip6_lookup_bytes(const struct ip6_routes *t)
{
	struct rte_lpm6_config conf = sizes(t);

	return !wants_lpm(t) ? 0
			     : FIRST_BYTES + (uint64_t)conf.number_tbl8s * GROUP_BYTES +
				       (uint64_t)conf.max_rules * ROUTE_BYTES;
}

bool
ip6_lookup_is_overloaded(const struct ip6_lookup *l, const struct ip6_routes *t)
{
	return l->lpm == NULL && t->n_routes > IP6_LOOKUP_SLOW_MOST;
}

// ---- targets

static void
set_target(struct ip6_lookup *l, uint32_t slot, const struct ip6_route *r)
{
	struct ip6_target target = {.decision = DROP(0)};

	if (r->port >= 0)
		target = (struct ip6_target){
			.gw = r->gw, .has_gw = !ip6_is_zero(&r->gw), .decision = (int16_t)r->port};
	l->target[slot + 1] = target;
}

// What packets that match nothing else get.
static void
set_default(struct ip6_lookup *l, const struct ip6_routes *t)
{
	static const struct ip6_prefix all;
	uint32_t slot = ip6_routes_find(t, &all);

	l->target[NOT_FOUND] = slot != IP6_NO_SLOT ? l->target[slot + 1]
						   : (struct ip6_target){.decision = DROP(0)};
}

static void
make_targets(struct ip6_lookup *l, const struct ip6_routes *t)
{
	l->n_targets = (uint32_t)(t->n_slots + t->n_slots / 2 + 16);
	l->target = mem_zalloc(l->n_targets * sizeof(*l->target));
	for (uint32_t i = 0; i < t->n_slots; i++)
		set_target(l, i, &t->slot[i].route);
	set_default(l, t);
}

// ---- one by one

static int
compare_lengths(const void *a_v, const void *b_v, void *routes)
{
	const struct ip6_routes *t = routes;
	const struct ip6_route *a = &t->slot[*(const uint32_t *)a_v].route;
	const struct ip6_route *b = &t->slot[*(const uint32_t *)b_v].route;

	return a->prefix.len - b->prefix.len;
}

static void
linear_add(struct ip6_linear *l, uint32_t slot, const struct ip6_prefix *prefix)
{
	struct ip6_addr mask;

	memset(&mask, 0xff, sizeof(mask));
	ip6_mask(&mask, prefix->len);
	memcpy(l->addr[l->n], &prefix->addr, sizeof(l->addr[l->n]));
	memcpy(l->mask[l->n], &mask, sizeof(l->mask[l->n]));
	l->number[l->n++] = slot + 1;
}

static void
make_linear(struct ip6_linear *l, const struct ip6_routes *t)
{
	l->addr = mem_zalloc(t->n_routes * sizeof(*l->addr));
	l->mask = mem_zalloc(t->n_routes * sizeof(*l->mask));
	l->number = mem_zalloc(t->n_routes * sizeof(*l->number));
	// number serves as the order first.
	for (uint32_t i = 0; i < t->n_slots; i++) {
		if (t->slot[i].route.port >= 0)
			l->number[l->n++] = i;
	}
	qsort_r(l->number, l->n, sizeof(*l->number), compare_lengths, (void *)(uintptr_t)t);
	for (uint32_t i = 0, n = l->n; i < n; i++) {
		uint32_t slot = l->number[i];

		l->n = i;
		linear_add(l, slot, &t->slot[slot].route.prefix);
	}
}

// Routes outside and packets inside, without a branch.
static void
find_linear(const struct ip6_linear *l, const struct ip6_addr *dst, uint32_t *restrict number,
	unsigned n)
{
	uint64_t high[BATCH_MAX], low[BATCH_MAX];

	for (unsigned i = 0; i < n; i++) {
		memcpy(&high[i], dst[i].bytes, sizeof(high[i]));
		memcpy(&low[i], dst[i].bytes + sizeof(high[i]), sizeof(low[i]));
		number[i] = NOT_FOUND;
	}
	for (uint32_t r = 0; r < l->n; r++) {
		uint64_t addr0 = l->addr[r][0], addr1 = l->addr[r][1];
		uint64_t mask0 = l->mask[r][0], mask1 = l->mask[r][1];
		uint32_t to = l->number[r];

		for (unsigned i = 0; i < n; i++) {
			uint64_t differs = ((high[i] & mask0) ^ addr0) | ((low[i] & mask1) ^ addr1);

			number[i] = differs == 0 ? to : number[i];
		}
	}
}

// ---- life

static int
add_to_lpm(struct rte_lpm6 *lpm, uint32_t slot, const struct ip6_prefix *prefix)
{
	return prefix->len == 0 ? 0 : rte_lpm6_add(lpm, prefix->addr.bytes, prefix->len, slot + 1);
}

static struct rte_lpm6 *
make_lpm(const struct ip6_routes *t)
{
	struct rte_lpm6_config conf = sizes(t);
	struct rte_lpm6 *lpm;
	char name[24];

	// Names must differ.
	snprintf(name, sizeof(name), "r6%lx", (unsigned long)(uintptr_t)t);
	for (unsigned i = 0; rte_lpm6_find_existing(name) != NULL; i++)
		snprintf(name, sizeof(name), "r6%lx-%u", (unsigned long)(uintptr_t)t, i);
	lpm = rte_lpm6_create(name, SOCKET_ID_ANY, &conf);
	for (uint32_t i = 0; lpm != NULL && i < t->n_slots; i++) {
		const struct ip6_route *r = &t->slot[i].route;

		if (r->port >= 0 && add_to_lpm(lpm, i, &r->prefix) != 0) {
			rte_lpm6_free(lpm);
			lpm = NULL;
		}
	}
	return lpm;
}

struct ip6_lookup *
ip6_lookup_create(const struct ip6_routes *t)
{
	struct ip6_lookup *l = mem_zalloc(sizeof(*l));

	make_targets(l, t);
	if (wants_lpm(t))
		l->lpm = make_lpm(t);
	if (l->lpm == NULL)
		make_linear(&l->linear, t);
	return l;
}

void
ip6_lookup_destroy(struct ip6_lookup *l)
{
	if (l == NULL)
		return;
	rte_lpm6_free(l->lpm);
	free(l->linear.addr);
	free(l->linear.mask);
	free(l->linear.number);
	free(l->target);
	free(l);
}

// ---- changes

static int
apply_change(struct ip6_lookup *l, const struct ip6_route_change *c)
{
	const struct ip6_prefix *old = &c->before.prefix;
	bool same = c->before.port >= 0 && c->after.port >= 0; // then so is the prefix
	int err = 0;

	set_target(l, c->slot, &c->after);
	if (same)
		return 0;
	if (c->before.port >= 0 && old->len > 0)
		err = rte_lpm6_delete(l->lpm, old->addr.bytes, old->len);
	if (err == 0 && c->after.port >= 0)
		err = add_to_lpm(l->lpm, c->slot, &c->after.prefix);
	return err;
}

int
ip6_lookup_apply(struct ip6_lookup *l, const struct ip6_routes *t)
{
	// Once there is a table, it stays until it has become far too large.
	if (l->lpm == NULL || t->n_routes <= IP6_LOOKUP_FEW / 2 || t->n_slots >= l->n_targets)
		return -EAGAIN;
	for (size_t i = 0; i < t->n_changes; i++) {
		if (apply_change(l, &t->change[i]) != 0)
			return -EIO;
	}
	set_default(l, t);
	return 0;
}

static void
find_lpm(const struct rte_lpm6 *lpm, struct ip6_addr *dst, uint32_t *number, unsigned n)
{
	int32_t found[BATCH_MAX];

	rte_lpm6_lookup_bulk_func(lpm, (uint8_t(*)[RTE_LPM6_IPV6_ADDR_SIZE])dst, found, n);
	for (unsigned i = 0; i < n; i++)
		number[i] = found[i] < 0 ? NOT_FOUND : (uint32_t)found[i];
}

void
ip6_lookup_find(const struct ip6_lookup *l, struct ip6_addr *dst, uint32_t *number, unsigned n)
{
	if (l->lpm != NULL)
		find_lpm(l->lpm, dst, number, n);
	else
		find_linear(&l->linear, dst, number, n);
}
