// SPDX-License-Identifier: BSD-3-Clause
#include "src/strvec.h"

#include <stdlib.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static void
assert_strings(int line, const struct strvec *v, const char *want)
{
	struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < v->n; i++)
		strbuf_addf(&sb, "<%s>", v->v[i]);
	unit_assert_text(__FILE__, line, strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

#define ASSERT_STRINGS(v, want) assert_strings(__LINE__, v, want)

static void
empty(void)
{
	struct strvec v = {0}, w = {0};

	strvec_copy(&w, &v);
	CU_ASSERT_EQUAL(w.n, 0);
	strvec_fini(&w);
	strvec_fini(&v);
	CU_ASSERT(v.v == NULL && v.n == 0 && v.cap == 0);
	strvec_fini(&v);
}

static void
adds(void)
{
	char text[] = "one", *owned = mem_strdup("two");
	struct strvec v = {0};

	strvec_add(&v, text);
	text[0] = 'x';
	strvec_take(&v, owned);
	strvec_add(&v, "");
	ASSERT_STRINGS(&v, "<one><two><>");
	CU_ASSERT_PTR_EQUAL(v.v[1], owned);
	strvec_fini(&v);
	CU_ASSERT(v.v == NULL && v.n == 0 && v.cap == 0);
	// It can be used again.
	strvec_add(&v, "again");
	ASSERT_STRINGS(&v, "<again>");
	strvec_fini(&v);
}

static void
inserts(void)
{
	struct strvec v = {0};

	strvec_insert(&v, 0, "b");
	strvec_insert(&v, 0, "a");
	strvec_insert(&v, 2, "d");
	strvec_insert(&v, 2, "c");
	ASSERT_STRINGS(&v, "<a><b><c><d>");
	// One of its own strings, also while the array moves: it held 8.
	for (int i = 0; i < 5; i++)
		strvec_insert(&v, 1, v.v[v.n - 1]);
	ASSERT_STRINGS(&v, "<a><d><d><d><d><d><b><c><d>");
	strvec_add(&v, v.v[0]);
	ASSERT_STRINGS(&v, "<a><d><d><d><d><d><b><c><d><a>");
	strvec_fini(&v);
}

static void
removes(void)
{
	struct strvec v = {0};

	for (const char *c = "abcde"; *c != '\0'; c++)
		strvec_take(&v, mem_strndup(c, 1));
	strvec_remove(&v, 4);
	ASSERT_STRINGS(&v, "<a><b><c><d>");
	strvec_remove(&v, 0);
	ASSERT_STRINGS(&v, "<b><c><d>");
	strvec_remove(&v, 1);
	ASSERT_STRINGS(&v, "<b><d>");
	strvec_remove(&v, 0);
	strvec_remove(&v, 0);
	ASSERT_STRINGS(&v, "");
	strvec_add(&v, "z");
	ASSERT_STRINGS(&v, "<z>");
	strvec_fini(&v);
}

static void
copies(void)
{
	struct strvec v = {0}, w = {0};

	strvec_add(&v, "a");
	strvec_add(&v, "b");
	strvec_copy(&w, &v);
	CU_ASSERT_PTR_NOT_EQUAL(w.v[0], v.v[0]);
	v.v[0][0] = 'x';
	ASSERT_STRINGS(&w, "<a><b>");
	strvec_fini(&v);
	ASSERT_STRINGS(&w, "<a><b>");
	strvec_fini(&w);
}

static void
many(void)
{
	struct strvec v = {0};

	for (int i = 0; i < 50000; i++)
		strvec_take(&v, mem_printf("%d", i));
	CU_ASSERT_EQUAL(v.n, 50000);
	for (int i = 0; i < 50000; i += 4999) {
		char *want = mem_printf("%d", i);

		ASSERT_TEXT(v.v[i], want);
		free(want);
	}
	strvec_fini(&v);
}

UNIT_SUITE(strvec, UNIT_CASE(empty), UNIT_CASE(adds), UNIT_CASE(inserts), UNIT_CASE(removes),
	UNIT_CASE(copies), UNIT_CASE(many))
