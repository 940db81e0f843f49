// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A suite of unit tests is one file test_NAME.c:
//
//	UNIT_SUITE(strbuf, UNIT_CASE(append), UNIT_CASE(hex))
//
// at its end, after the static functions append() and hex(). Checks are CUnit's.

#include <CUnit/CUnit.h>
#include <stdbool.h>

struct unit_case {
	const char *name;
	void (*run)(void);
};

struct unit_suite {
	const char *name;
	const struct unit_case *cases; // ends with a NULL name
	struct unit_suite *next;
};

void unit_register(struct unit_suite *suite);

#define UNIT_CASE(function)         \
	{                           \
#function, function \
	}

#define UNIT_SUITE(suite_name, ...)                                                      \
	static const struct unit_case unit_cases[] = {__VA_ARGS__, {NULL, NULL}};        \
	static struct unit_suite unit_this = {.name = #suite_name, .cases = unit_cases}; \
	__attribute__((constructor)) static void unit_register_this(void)                \
	{                                                                                \
		unit_register(&unit_this);                                               \
	}

// Shows both texts when they differ.
void unit_assert_text(const char *file, int line, const char *got, const char *want);
#define ASSERT_TEXT(got, want) unit_assert_text(__FILE__, __LINE__, got, want)
