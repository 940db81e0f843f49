// SPDX-License-Identifier: BSD-3-Clause
#include "src/namemap.h"

#include <stdint.h>
#include <stdlib.h>

#include "src/mem.h"
#include "src/strvec.h"
#include "test/unit/unit.h"

static void
empty(void)
{
	struct namemap map = {0};

	CU_ASSERT_EQUAL(namemap_get(&map, "a"), NAMEMAP_NONE);
	CU_ASSERT_EQUAL(namemap_get(&map, ""), NAMEMAP_NONE);
	namemap_fini(&map);
	namemap_fini(&map);
}

static void
sets(void)
{
	struct namemap map = {0};

	namemap_set(&map, "a", 1);
	namemap_set(&map, "ab", 2);
	namemap_set(&map, "A", 3);
	namemap_set(&map, "", 4);
	namemap_set(&map, "\xff", 0);
	namemap_set(&map, "big", NAMEMAP_NONE - 1);
	CU_ASSERT_EQUAL(namemap_get(&map, "a"), 1);
	CU_ASSERT_EQUAL(namemap_get(&map, "ab"), 2);
	CU_ASSERT_EQUAL(namemap_get(&map, "A"), 3);
	CU_ASSERT_EQUAL(namemap_get(&map, ""), 4);
	CU_ASSERT_EQUAL(namemap_get(&map, "\xff"), 0);
	CU_ASSERT_EQUAL(namemap_get(&map, "big"), NAMEMAP_NONE - 1);
	CU_ASSERT_EQUAL(namemap_get(&map, "abc"), NAMEMAP_NONE);
	CU_ASSERT_EQUAL(namemap_get(&map, "B"), NAMEMAP_NONE);
	namemap_fini(&map);
	CU_ASSERT_EQUAL(namemap_get(&map, "a"), NAMEMAP_NONE);
	namemap_set(&map, "a", 9);
	CU_ASSERT_EQUAL(namemap_get(&map, "a"), 9);
	namemap_fini(&map);
}

// The value of a known name is replaced; the name that stays borrowed is the first one.
static void
replaces(void)
{
	struct namemap map = {0};
	char *first = mem_strdup("name"), *second = mem_strdup("name");

	namemap_set(&map, first, 1);
	namemap_set(&map, second, 2);
	free(second);
	CU_ASSERT_EQUAL(namemap_get(&map, "name"), 2);
	namemap_set(&map, "name", 3);
	CU_ASSERT_EQUAL(namemap_get(&map, "name"), 3);
	namemap_fini(&map);
	free(first);
}

static void
holds_pointers(void)
{
	struct namemap map = {0};
	int x = 7;

	namemap_set(&map, "x", (size_t)(uintptr_t)&x);
	CU_ASSERT_EQUAL(*(int *)namemap_get(&map, "x"), 7);
	namemap_fini(&map);
}

enum { N_NAMES = 100000 };

// In order, backwards and mixed: a tree that is not balanced would take minutes and all of the
// stack to be released.
static void
many_in_any_order(void)
{
	struct strvec names = {0};

	for (int i = 0; i < N_NAMES; i++)
		strvec_take(&names, mem_printf("%06d", i));
	for (int order = 0; order < 3; order++) {
		struct namemap map = {0};
		size_t n_wrong = 0;

		for (size_t i = 0; i < N_NAMES; i++) {
			size_t k = order == 0   ? i
				   : order == 1 ? N_NAMES - 1 - i
						: i * 7919 % N_NAMES;

			namemap_set(&map, names.v[k], k);
		}
		for (size_t i = 0; i < N_NAMES; i++)
			n_wrong += namemap_get(&map, names.v[i]) != i;
		CU_ASSERT_EQUAL(n_wrong, 0);
		CU_ASSERT_EQUAL(namemap_get(&map, "100000"), NAMEMAP_NONE);
		namemap_fini(&map);
	}
	strvec_fini(&names);
}

UNIT_SUITE(namemap, UNIT_CASE(empty), UNIT_CASE(sets), UNIT_CASE(replaces),
	UNIT_CASE(holds_pointers), UNIT_CASE(many_in_any_order))
