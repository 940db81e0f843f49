// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "elements/analysis/keytable.h"
#include "test/unit/unit.h"

enum { CAPACITY = 300, KEYS = 1000 };

// Keys come and go at random; a plain array knows what must be there.
static void
keys_come_and_go(void)
{
	struct key_table t;
	uint32_t place_of[KEYS], seed = 1, n = 0;

	memset(place_of, 0xff, sizeof(place_of));
	key_table_init(&t, sizeof(uint32_t), CAPACITY);
	for (unsigned i = 0; i < 100000; i++) {
		uint32_t key = (seed = seed * 1103515245 + 12345) >> 16;

		key %= KEYS;
		if (key_table_find(&t, &key) != place_of[key] ||
			key_table_find_hashed(&t, &key, key_table_hash(&t, &key)) !=
				place_of[key]) {
			CU_FAIL("a key is not where it was put");
			break;
		}
		if (place_of[key] != KEY_TABLE_NONE) {
			key_table_remove(&t, place_of[key]);
			CU_ASSERT_FALSE(key_table_has(&t, place_of[key]));
			place_of[key] = KEY_TABLE_NONE;
			n--;
			continue;
		}
		place_of[key] = key_table_add(&t, &key);
		if (place_of[key] == KEY_TABLE_NONE) {
			CU_ASSERT_EQUAL(n, CAPACITY);
			continue;
		}
		n++;
		if (t.n != n || memcmp(key_table_key(&t, place_of[key]), &key, 4) != 0) {
			CU_FAIL("a key was not added");
			break;
		}
	}
	key_table_clear(&t);
	CU_ASSERT_EQUAL(t.n, 0);
	for (uint32_t key = 0; key < KEYS; key++)
		CU_ASSERT_EQUAL(key_table_find(&t, &key), KEY_TABLE_NONE);
	key_table_fini(&t);
}

static void
the_smallest(void)
{
	struct key_table t;
	uint64_t a[2] = {1, 2}, b[2] = {1, 3};

	key_table_init(&t, sizeof(a), 1);
	CU_ASSERT_EQUAL(key_table_add(&t, a), 0);
	CU_ASSERT_EQUAL(key_table_add(&t, b), KEY_TABLE_NONE);
	CU_ASSERT_EQUAL(key_table_find(&t, a), 0);
	CU_ASSERT_EQUAL(key_table_find(&t, b), KEY_TABLE_NONE);
	key_table_remove(&t, 0);
	CU_ASSERT_EQUAL(key_table_add(&t, b), 0);
	key_table_fini(&t);
}

UNIT_SUITE(keytable, UNIT_CASE(keys_come_and_go), UNIT_CASE(the_smallest))
