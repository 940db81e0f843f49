// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A route table with its engine, changed and published as elements do it, and lookups that are slow
// but right.

#include <errno.h>
#include <stdlib.h>

#include <rte_common.h>

#include "elements/iproute/routeengine.h"
#include "elements/iproute/routetable.h"
#include "src/element.h"
#include "test/unit/rig.h"

// ---- what is right

// The longest prefix by asking for each length, with the default route like any other.
static inline struct route_target
naive_lookup(const struct route_table *t, uint32_t dst)
{
	for (int len = 32; len >= 0; len--) {
		uint32_t mask = len == 0 ? 0 : UINT32_MAX << (32 - len);
		uint32_t slot = route_table_find(t, dst & mask, mask);

		if (slot != ROUTE_HASH_NONE) {
			struct route r = route_table_route(t, slot);

			return (struct route_target){.gw = r.gw, .decision = (int16_t)r.port};
		}
	}
	return (struct route_target){.decision = -1};
}

static inline struct route_target
engine_lookup(const struct route_engine *e, uint32_t dst)
{
	uint32_t found;

	route_engine_lookup(e, &dst, &found, 1);
	return e->target[found];
}

static inline bool
agree(const struct route_engine *e, const struct route_table *t, uint32_t dst)
{
	struct route_target got = engine_lookup(e, dst), want = naive_lookup(t, dst);

	return got.decision == want.decision && got.gw.be == want.gw.be;
}

static inline unsigned
count_disagreements(const struct route_engine *e, const struct route_table *t, unsigned n)
{
	static unsigned seed = 99;
	unsigned wrong = 0;

	// At and around both ends of each prefix, and anywhere.
	for (size_t i = 0; i < t->n_slots; i += t->n_slots / n + 1) {
		const struct route_slot *s = &t->slot[i];

		if (s->hop == ROUTE_HOP_NONE)
			continue;
		wrong += !agree(e, t, s->addr) + !agree(e, t, s->addr - 1);
		wrong += !agree(e, t, s->addr | ~s->mask) + !agree(e, t, (s->addr | ~s->mask) + 1);
	}
	for (unsigned i = 0; i < n; i++)
		wrong += !agree(e, t, (uint32_t)rand_r(&seed) * 5u);
	return wrong;
}

// ---- a table and its engine, as elements keep them

struct pair {
	struct route_table t;
	struct route_engine *e;
	unsigned n_in_place, n_new;
};

static inline void
publish(struct pair *p)
{
	int err = p->e != NULL ? route_engine_apply(p->e, &p->t) : -EAGAIN;
	struct route_engine *old = p->e;

	CU_ASSERT_NOT_EQUAL(err, -EIO);
	if (err != 0) {
		p->e = route_engine_create(&p->t, old);
		route_engine_destroy(old);
		p->n_new++;
	} else {
		p->n_in_place++;
	}
	route_table_commit(&p->t);
}

static inline void
pair_fini(struct pair *p)
{
	route_engine_destroy(p->e);
	route_table_fini(&p->t);
}

static inline void
change(struct pair *p, uint32_t addr, unsigned len, int32_t port)
{
	uint32_t mask = len == 0 ? 0 : UINT32_MAX << (32 - len);
	struct route r = {.addr = addr & mask, .mask = mask, .port = port};

	if (port < 0)
		route_table_remove(&p->t, &r);
	else
		CU_ASSERT_EQUAL(route_table_add(&p->t, &r, true, false), 0);
}
