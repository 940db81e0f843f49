// SPDX-License-Identifier: BSD-3-Clause
#include "src/nearest.h"

#include <stddef.h>

#include "test/unit/unit.h"

static const char *
nearest(const char *name, const char *const *candidates)
{
	struct nearest n = {.name = name};

	for (; *candidates != NULL; candidates++)
		nearest_try(&n, *candidates);
	return n.found;
}

static const char *const words[] = {"LIMIT", "BURST", "CAPACITY", "STOP", NULL};

static void
finds_what_is_like_it(void)
{
	ASSERT_TEXT(nearest("LIMT", words), "LIMIT");
	ASSERT_TEXT(nearest("BRUST", words), "BURST");
	ASSERT_TEXT(nearest("crt", (const char *const[]){"ctr", NULL}), "ctr");
	ASSERT_TEXT(nearest("capacity", words), "CAPACITY");
	ASSERT_TEXT(nearest("CAPACITEIT", words), "CAPACITY");
}

static void
finds_nothing(void)
{
	CU_ASSERT_PTR_NULL(nearest("COLOUR", words));
	// A short name has little to be alike.
	CU_ASSERT_PTR_NULL(nearest("SP", words));
	ASSERT_TEXT(nearest("STOB", words), "STOP");
	CU_ASSERT_PTR_NULL(nearest("", words));
	CU_ASSERT_PTR_NULL(nearest("x", (const char *const[]){NULL}));
	CU_ASSERT_PTR_NULL(nearest("0123456789012345678901234567890123456789012345678901234567890",
		(const char *const[]){
			"0123456789012345678901234567890123456789012345678901234567891", NULL}));
}

// The nearest of several; the first of equals; never the name itself.
static void
chooses(void)
{
	ASSERT_TEXT(nearest("counter", (const char *const[]){"hounder", "hounter", "count", NULL}),
		"hounter");
	ASSERT_TEXT(nearest("aaaaa", (const char *const[]){"aaaab", "aaaac", NULL}), "aaaab");
	ASSERT_TEXT(nearest("count", (const char *const[]){"count", "counts", NULL}), "counts");
	ASSERT_TEXT(nearest("Queue", (const char *const[]){"queue", "Queues", NULL}), "queue");
}

UNIT_SUITE(nearest, UNIT_CASE(finds_what_is_like_it), UNIT_CASE(finds_nothing), UNIT_CASE(chooses))
