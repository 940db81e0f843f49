// SPDX-License-Identifier: BSD-3-Clause
#include "src/storage.h"

#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
assert_set(const char *file, int line, struct storage_set *set, const char *want)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < set->n; i++)
		strbuf_addf(&names, "%s%s", i > 0 ? " " : "", element_name(set->v[i]));
	unit_assert_text(file, line, strbuf_text(&names), want);
	strbuf_fini(&names);
	storage_set_fini(set);
}

#define ASSERT_SET(set, want) assert_set(__FILE__, __LINE__, set, want)

static struct rig *
make(void)
{
	return rig_config(
		"w :: Null -> last :: Queue -> Discard;"
		"RigIn -> n :: Null -> t :: Tee;"
		"t [0] -> Strip(0) -> a :: Queue(5) -> b :: Unqueue -> far :: Queue -> Unqueue -> w;"
		"t [1] -> c :: SimpleQueue(7) -> x :: Unqueue -> w;"
		"t [2] -> Discard;");
}

static void
nearest_downstream(void)
{
	struct rig *r = make();
	struct storage_set set = {0};

	storage_set_downstream(&set, rig_find(r, "n"), 0);
	ASSERT_SET(&set, "c a");
	storage_set_downstream(&set, rig_find(r, "w"), 0);
	ASSERT_SET(&set, "last");
	storage_set_downstream(&set, rig_find(r, "last"), 0);
	ASSERT_SET(&set, "");
	rig_free(r);
}

static void
nearest_upstream(void)
{
	struct rig *r = make();
	struct storage_set set = {0};

	storage_set_upstream(&set, rig_find(r, "b"), 0);
	ASSERT_SET(&set, "a");
	storage_set_upstream(&set, rig_find(r, "w"), 0);
	ASSERT_SET(&set, "far c");
	storage_set_upstream(&set, rig_find(r, "n"), 0);
	ASSERT_SET(&set, "");
	rig_free(r);
}

static void
by_name(void)
{
	struct rig *r = make();
	struct storage_set set = {0};
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(storage_set_named(&set, rig_find(r, "n"), " c  last c", &errh), 0);
	CU_ASSERT_EQUAL(set.n, 2);
	CU_ASSERT_EQUAL(storage_set_length(&set), 0);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(storage_set_length(&set), 2);
	CU_ASSERT_EQUAL(set.v[0]->class->storage->capacity(set.v[0]), 7);
	ASSERT_SET(&set, "c last");
	CU_ASSERT_TRUE(storage_set_named(&set, rig_find(r, "n"), "nope w a", &errh) < 0);
	ASSERT_TEXT(
		strbuf_text(&errors), "no element named 'nope'\n'w' is not a Storage element\n");
	ASSERT_SET(&set, "a");
	strbuf_fini(&errors);
	rig_free(r);
}

UNIT_SUITE(storage, UNIT_CASE(nearest_downstream), UNIT_CASE(nearest_upstream), UNIT_CASE(by_name))
