// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routeengine.h"

#include <errno.h>
#include <stdlib.h>

#include "elements/iproute/routefib.h"
#include "elements/iproute/routelinear.h"
#include "elements/iproute/routetable.h"
#include "src/element.h"
#include "src/mem.h"

// ---- which way

// Once there is a fib, it stays until it has become far too large.
static bool
wants_fib(const struct route_table *t, const struct route_engine *old)
{
	size_t most = ROUTE_ENGINE_FEW;

	if (t->n_odd > 0)
		return false;
	if (old != NULL && old->fib != NULL)
		most = ROUTE_ENGINE_FEW / 2;
	else if (old != NULL && old->retry_at > 0)
		most = old->retry_at - 1;
	return t->n_routes > most;
}

bool
route_engine_is_overloaded(const struct route_engine *e, const struct route_table *t)
{
	return e->fib == NULL && t->n_odd == 0 && t->n_routes > ROUTE_ENGINE_SLOW_MOST;
}

uint64_t
route_engine_bytes(const struct route_table *t)
{
	return wants_fib(t, NULL) ? route_fib_bytes(t) : 0;
}

// ---- targets

static struct route_target
target_of(const struct route_table *t, uint32_t hop)
{
	if (hop == ROUTE_HOP_NONE)
		return (struct route_target){.decision = DROP(0)};
	return (struct route_target){
		.gw = t->hops.v[hop].gw,
		.decision = (int16_t)t->hops.v[hop].port,
		.label = t->hops.v[hop].label,
	};
}

static uint32_t
default_hop(const struct route_table *t)
{
	uint32_t slot = route_table_find(t, 0, 0);

	return slot == ROUTE_HASH_NONE ? ROUTE_HOP_NONE : t->slot[slot].hop;
}

static void
make_targets(struct route_engine *e, const struct route_table *t)
{
	e->n_targets = (uint32_t)(t->hops.n + t->hops.n / 2 + 16);
	e->target = mem_zalloc(e->n_targets * sizeof(*e->target));
	e->target[ROUTE_HOP_NONE] = target_of(t, default_hop(t));
	for (uint32_t hop = 1; hop < t->hops.n; hop++)
		e->target[hop] = target_of(t, hop);
}

// ---- life

struct route_engine *
route_engine_create(const struct route_table *t, const struct route_engine *old)
{
	struct route_engine *e = mem_zalloc(sizeof(*e));

	make_targets(e, t);
	if (wants_fib(t, old)) {
		e->fib = route_fib_create(t);
		if (e->fib == NULL)
			e->retry_at = (uint32_t)(2 * t->n_routes);
	} else if (old != NULL) {
		e->retry_at = old->retry_at;
	}
	if (e->fib == NULL)
		e->linear = route_linear_create(t);
	return e;
}

void
route_engine_destroy(struct route_engine *e)
{
	if (e == NULL)
		return;
	route_fib_destroy(e->fib);
	route_linear_destroy(e->linear);
	free(e->target);
	free(e);
}

// ---- changes

static bool
has_room(const struct route_engine *e, const struct route_table *t)
{
	return e->fib != NULL && wants_fib(t, e) && t->hops.n <= e->n_targets &&
	       route_fib_has_room(e->fib, t);
}

int
route_engine_apply(struct route_engine *e, const struct route_table *t)
{
	if (!has_room(e, t))
		return -EAGAIN;
	for (size_t i = 0; i < t->n_changes; i++) {
		const struct route_change *c = &t->change[i];

		if (c->new_hop != ROUTE_HOP_NONE)
			e->target[c->new_hop] = target_of(t, c->new_hop);
		if (c->mask == 0)
			e->target[ROUTE_HOP_NONE] = target_of(t, c->new_hop);
		else if (route_fib_change(e->fib, c) != 0)
			return -EIO;
	}
	return 0;
}

void
route_engine_lookup(const struct route_engine *e, uint32_t *dst, uint32_t *target, unsigned n)
{
	if (e->fib != NULL)
		route_fib_lookup(e->fib, dst, target, n);
	else
		route_linear_lookup(e->linear, dst, target, n);
}
