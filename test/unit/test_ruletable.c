// SPDX-License-Identifier: BSD-3-Clause
#include "elements/classify/ruletable.h"

#include <stdlib.h>

#include "src/mem.h"
#include "test/unit/unit.h"

static uint64_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

static bool
is_in(const struct box *b, const struct rule_key *k)
{
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		bool has = k->has_ports || (d != BOX_SPORT && d != BOX_DPORT);
		bool whole = b->low[d] == 0 && b->high[d] == box_dim_max[d];

		if (!whole && (!has || k->value[d] < b->low[d] || k->value[d] > b->high[d]))
			return false;
	}
	return true;
}

// All boxes that the walk gives, against a look at each box.
static void
expect_boxes(const struct ruletable *t, const struct box *boxes, uint32_t n,
	const struct rule_key *key, unsigned *n_wrong)
{
	uint32_t class[BOX_DIMS], got;
	struct rule_walk walk;

	rule_classes(t, key, class);
	rule_walk_start(&walk, t, class);
	got = rule_walk_next(&walk);
	for (uint32_t i = 0; i < n; i++) {
		if (!is_in(&boxes[i], key))
			continue;
		*n_wrong += got != i;
		got = got == UINT32_MAX ? got : rule_walk_next(&walk);
	}
	*n_wrong += got != UINT32_MAX;
}

// Few different values, so that edges meet; the ends of the range among them.
static uint32_t
some_value(enum box_dim d)
{
	static const uint32_t offsets[] = {0, 1, 255, 256, 257, 65535, 65536, 65537};
	uint32_t v = rnd(3) == 0 ? rnd(UINT32_MAX) : (rnd(2) ? 0x0a000000 : 0) + offsets[rnd(8)];

	return rnd(8) == 0 ? box_dim_max[d] - rnd(2) : v & box_dim_max[d];
}

static void
random_box(struct box *b)
{
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		uint32_t x = some_value(d), y = rnd(3) ? x + rnd(300) : some_value(d);

		y = y > box_dim_max[d] ? box_dim_max[d] : y;
		b->low[d] = x < y ? x : y;
		b->high[d] = x < y ? y : x;
		if (rnd(2)) {
			b->low[d] = 0;
			b->high[d] = box_dim_max[d];
		}
	}
}

// Mostly on an edge of some box.
static void
random_key(struct rule_key *k, const struct box *boxes, uint32_t n)
{
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		const struct box *b = &boxes[rnd(n)];
		uint32_t v = rnd(2) ? b->low[d] : b->high[d];

		k->value[d] = rnd(4) ? v + rnd(3) - 1 : some_value(d);
		k->value[d] &= box_dim_max[d];
	}
	k->has_ports = rnd(4) > 0;
}

static void
try_random(uint32_t n, unsigned n_keys)
{
	struct box *boxes = mem_zalloc(n * sizeof(*boxes));
	struct ruletable *t;
	struct rule_key key;
	unsigned n_wrong = 0;

	for (uint32_t i = 0; i < n; i++)
		random_box(&boxes[i]);
	t = ruletable_create(boxes, n, UINT64_MAX);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (unsigned i = 0; i < n_keys; i++) {
		random_key(&key, boxes, n);
		expect_boxes(t, boxes, n, &key, &n_wrong);
	}
	CU_ASSERT_EQUAL(n_wrong, 0);
	ruletable_destroy(t);
	free(boxes);
}

static void
finds_all(void)
{
	seed = 4711;
	for (unsigned round = 0; round < 60; round++)
		try_random(1 + rnd(5), 100);
	for (unsigned round = 0; round < 20; round++)
		try_random(60 + rnd(10), 200);
	// Several words of summary.
	try_random(9000, 300);
}

static void
no_boxes(void)
{
	struct ruletable *t = ruletable_create(NULL, 0, UINT64_MAX);
	struct rule_key key = {.has_ports = true};
	unsigned n_wrong = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	expect_boxes(t, NULL, 0, &key, &n_wrong);
	CU_ASSERT_EQUAL(n_wrong, 0);
	ruletable_destroy(t);
	ruletable_destroy(NULL);
}

static void
too_large(void)
{
	struct box boxes[100];

	seed = 99;
	for (unsigned i = 0; i < 100; i++)
		random_box(&boxes[i]);
	CU_ASSERT_PTR_NULL(ruletable_create(boxes, 100, 1000));
}

UNIT_SUITE(ruletable, UNIT_CASE(finds_all), UNIT_CASE(no_boxes), UNIT_CASE(too_large))
