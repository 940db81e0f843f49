// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>

#include "elements/iproute/routetable.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static struct route
route_of(const char *text)
{
	struct route r;

	CU_ASSERT_EQUAL(route_parse(text, true, NULL, &r), 0);
	return r;
}

static int
add(struct route_table *t, const char *text)
{
	struct route r = route_of(text);

	return route_table_add(t, &r, false, false);
}

static int
set(struct route_table *t, const char *text)
{
	struct route r = route_of(text);

	return route_table_add(t, &r, true, true);
}

static int
del(struct route_table *t, const char *text)
{
	struct route r = route_of(text);

	return route_table_remove(t, &r);
}

// The routes in order, and of each whether a handler made it.
static char *
table_text(const struct route_table *t)
{
	uint32_t *order = route_table_order(t);
	struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < t->n_routes; i++) {
		struct route r = route_table_route(t, order[i]);

		strbuf_adds(&sb, i > 0 ? ", " : "");
		route_text(&r, &sb);
		strbuf_adds(&sb, t->slot[order[i]].by_handler ? " h" : "");
	}
	free(order);
	return strbuf_steal(&sb);
}

#define ASSERT_TABLE(t, want)                \
	do {                                 \
		char *text_ = table_text(t); \
                                             \
		ASSERT_TEXT(text_, want);    \
		free(text_);                 \
	} while (0)

static void
adds_and_removes(void)
{
	struct route_table t = {0};

	CU_ASSERT_EQUAL(add(&t, "10/8 1"), 0);
	CU_ASSERT_EQUAL(add(&t, "10.0/9 1"), 0);
	CU_ASSERT_EQUAL(add(&t, "10/8 2"), -EEXIST);
	ASSERT_TABLE(&t, "10.0.0.0/8 - 1, 10.0.0.0/9 - 1");
	CU_ASSERT_EQUAL(set(&t, "10/8 1.2.3.4 2"), 0);
	ASSERT_TABLE(&t, "10.0.0.0/8 1.2.3.4 2 h, 10.0.0.0/9 - 1");
	CU_ASSERT_EQUAL(del(&t, "10/8 2"), -ENOENT);
	CU_ASSERT_EQUAL(del(&t, "10/8 1.2.3.4 1"), -ENOENT);
	CU_ASSERT_EQUAL(del(&t, "10/8 1.2.3.5 2"), -ENOENT);
	CU_ASSERT_EQUAL(del(&t, "10/7"), -ENOENT);
	CU_ASSERT_EQUAL(del(&t, "10/8 1.2.3.4 2"), 0);
	CU_ASSERT_EQUAL(del(&t, "10.0/9"), 0);
	CU_ASSERT_EQUAL(del(&t, "10.0/9"), -ENOENT);
	ASSERT_TABLE(&t, "");
	route_table_fini(&t);
}

static void
last_freed_is_used_first(void)
{
	struct route_table t = {.reuse = ROUTE_REUSE_LAST_FREED};

	add(&t, "1/8 0");
	add(&t, "2/8 0");
	add(&t, "3/8 0");
	del(&t, "1/8");
	del(&t, "2/8");
	add(&t, "4/8 0");
	add(&t, "5/8 0");
	add(&t, "6/8 0");
	ASSERT_TABLE(&t, "5.0.0.0/8 - 0, 4.0.0.0/8 - 0, 3.0.0.0/8 - 0, 6.0.0.0/8 - 0");
	route_table_fini(&t);
}

static void
lowest_is_used_first(void)
{
	struct route_table t = {.reuse = ROUTE_REUSE_LOWEST};

	add(&t, "1/8 0");
	add(&t, "2/8 0");
	add(&t, "3/8 0");
	del(&t, "3/8");
	del(&t, "2/8");
	add(&t, "4/8 0");
	del(&t, "1/8");
	add(&t, "5/8 0");
	add(&t, "6/8 0");
	add(&t, "7/8 0");
	ASSERT_TABLE(&t, "5.0.0.0/8 - 0, 4.0.0.0/8 - 0, 6.0.0.0/8 - 0, 7.0.0.0/8 - 0");
	route_table_fini(&t);
}

static void
specific_first(void)
{
	struct route_table t = {.specific_first = true};

	add(&t, "0/0 0");
	add(&t, "1/8 1");
	add(&t, "2/8 2");
	add(&t, "1.2.3.4/32 3");
	add(&t, "1.0.0.4/255.0.0.255 4");
	add(&t, "3.0/16 5");
	ASSERT_TABLE(&t, "1.2.3.4/32 - 3, 1.0.0.4/255.0.0.255 - 4, 3.0.0.0/16 - 5, "
			 "1.0.0.0/8 - 1, 2.0.0.0/8 - 2, 0.0.0.0/0 - 0");
	route_table_fini(&t);
}

static void
counts_kinds(void)
{
	struct route_table t = {0};

	add(&t, "0/0 0");
	add(&t, "1.2.3.0/24 0");
	add(&t, "1.2.3.0/25 0");
	add(&t, "1.2.3.4/32 0");
	add(&t, "1.2.3.4/255.255.0.255 0");
	CU_ASSERT_EQUAL(t.n_routes, 5);
	CU_ASSERT_EQUAL(t.n_long, 2);
	CU_ASSERT_EQUAL(t.n_odd, 1);
	del(&t, "1.2.3.0/25");
	del(&t, "1.2.3.4/255.255.0.255");
	CU_ASSERT_EQUAL(t.n_routes, 3);
	CU_ASSERT_EQUAL(t.n_long, 1);
	CU_ASSERT_EQUAL(t.n_odd, 0);
	route_table_undo(&t);
	CU_ASSERT_EQUAL(t.n_routes + t.n_long + t.n_odd, 0);
	route_table_fini(&t);
}

static void
next_hops_are_shared(void)
{
	struct route_table t = {0};
	uint32_t hop;

	add(&t, "1/8 1.1.1.1 0");
	add(&t, "2/8 1.1.1.1 0");
	add(&t, "3/8 1.1.1.1 1");
	add(&t, "4/8 0");
	hop = t.slot[0].hop;
	CU_ASSERT_NOT_EQUAL(hop, ROUTE_HOP_NONE);
	CU_ASSERT_EQUAL(t.slot[1].hop, hop);
	CU_ASSERT_NOT_EQUAL(t.slot[2].hop, hop);
	CU_ASSERT_EQUAL(t.hops.n, 4);
	route_table_commit(&t);
	// The number is given up with the last route, but not before the commit.
	del(&t, "1/8");
	del(&t, "2/8");
	add(&t, "5/8 7.7.7.7 7");
	CU_ASSERT_NOT_EQUAL(t.slot[route_table_find(&t, 5 << 24, 0xff000000)].hop, hop);
	route_table_commit(&t);
	add(&t, "6/8 8.8.8.8 8");
	CU_ASSERT_EQUAL(t.slot[route_table_find(&t, 6 << 24, 0xff000000)].hop, hop);
	route_table_fini(&t);
}

static void
undoes(void)
{
	struct route_table t = {0};
	struct route newest;
	size_t n_hops;

	add(&t, "1/8 1");
	add(&t, "2/8 2");
	add(&t, "3/8 3");
	del(&t, "2/8");
	route_table_commit(&t);
	n_hops = t.hops.n;
	CU_ASSERT_FALSE(route_table_newest(&t, &newest));
	set(&t, "1/8 9.9.9.9 9");
	add(&t, "4/8 4"); // where 2/8 was
	add(&t, "5/8 5"); // a new slot
	del(&t, "1/8");
	del(&t, "3/8");
	add(&t, "6/8 6");
	del(&t, "6/8");
	del(&t, "5/8");
	add(&t, "5/8 7");
	set(&t, "5/8 8");
	del(&t, "4/8");
	ASSERT_TABLE(&t, "5.0.0.0/8 - 8 h");
	CU_ASSERT_TRUE(route_table_newest(&t, &newest));
	CU_ASSERT_EQUAL(newest.port, 8);
	route_table_undo(&t);
	ASSERT_TABLE(&t, "1.0.0.0/8 - 1, 3.0.0.0/8 - 3");
	CU_ASSERT_EQUAL(t.n_slots, 3);
	CU_ASSERT_TRUE(route_table_find(&t, 5 << 24, 0xff000000) == ROUTE_HASH_NONE);
	CU_ASSERT_EQUAL(t.hops.hash.n, 2);
	CU_ASSERT_TRUE(t.hops.n >= n_hops);
	// The slot of 2/8 is still the next one.
	add(&t, "7/8 7");
	ASSERT_TABLE(&t, "1.0.0.0/8 - 1, 7.0.0.0/8 - 7, 3.0.0.0/8 - 3");
	route_table_fini(&t);
}

// Random transactions, half of them undone: the table is then what it was.
static void
undoes_anything(void)
{
	for (unsigned reuse = ROUTE_REUSE_LAST_FREED; reuse <= ROUTE_REUSE_LOWEST; reuse++) {
		struct route_table t = {.reuse = (enum route_reuse)reuse};
		unsigned seed = 7;

		for (unsigned round = 0; round < 300; round++) {
			char *before = table_text(&t);

			for (unsigned n = (unsigned)rand_r(&seed) % 20; n > 0; n--) {
				uint32_t addr = (unsigned)rand_r(&seed) % 24 << 24;
				int32_t port = rand_r(&seed) % 6;
				struct route r = {.addr = addr, .mask = 0xff000000, .port = port};

				if (port == 0)
					r.port = ROUTE_NO_PORT;
				if (rand_r(&seed) % 2 != 0)
					route_table_remove(&t, &r);
				else if (port > 0)
					route_table_add(&t, &r, rand_r(&seed) % 2 != 0,
						rand_r(&seed) % 2 != 0);
			}
			if (rand_r(&seed) % 2 != 0) {
				route_table_commit(&t);
			} else {
				route_table_undo(&t);
				ASSERT_TABLE(&t, before);
			}
			CU_ASSERT_EQUAL(t.hash.n, t.n_routes);
			free(before);
		}
		route_table_clear(&t);
		CU_ASSERT_EQUAL(t.reuse, (enum route_reuse)reuse);
		ASSERT_TABLE(&t, "");
		route_table_fini(&t);
	}
}

static void
many(void)
{
	struct route_table t = {0};
	unsigned n = 50000;

	for (unsigned i = 0; i < n; i++) {
		struct route r = {.addr = i << 8, .mask = 0xffffff00, .port = (int32_t)(i % 700)};

		CU_ASSERT_EQUAL(route_table_add(&t, &r, false, false), 0);
	}
	route_table_commit(&t);
	CU_ASSERT_EQUAL(t.n_routes, n);
	CU_ASSERT_EQUAL(t.hops.n, 701);
	for (unsigned i = 0; i < n; i += 2) {
		struct route r = {.addr = i << 8, .mask = 0xffffff00, .port = ROUTE_NO_PORT};

		CU_ASSERT_EQUAL(route_table_remove(&t, &r), 0);
	}
	for (unsigned i = 0; i < n; i++)
		CU_ASSERT_EQUAL(
			route_table_find(&t, i << 8, 0xffffff00), i % 2 == 0 ? ROUTE_HASH_NONE : i);
	route_table_fini(&t);
}

UNIT_SUITE(routetable, UNIT_CASE(adds_and_removes), UNIT_CASE(last_freed_is_used_first),
	UNIT_CASE(lowest_is_used_first), UNIT_CASE(specific_first), UNIT_CASE(counts_kinds),
	UNIT_CASE(next_hops_are_shared), UNIT_CASE(undoes), UNIT_CASE(undoes_anything),
	UNIT_CASE(many))
