// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/unit.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

static struct unit_suite *suites;

void
unit_register(struct unit_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

void
unit_assert_text(const char *file, int line, const char *got, const char *want)
{
	bool same = got != NULL && strcmp(got, want) == 0;

	if (!same)
		printf("\n%s:%d:\n--- got\n%s\n--- want\n%s\n---\n", file, line,
			got ? got : "(null)", want);
	CU_assertImplementation(same, (unsigned)line, "texts are equal", file, "", CU_FALSE);
}

static void
add_suite(const struct unit_suite *suite)
{
	CU_pSuite cu = CU_add_suite(suite->name, NULL, NULL);

	for (const struct unit_case *c = suite->cases; c->name != NULL; c++)
		CU_add_test(cu, c->name, c->run);
}

int
main(int argc, char **argv)
{
	unsigned failures;
	int n_added = 0;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	for (const struct unit_suite *s = suites; s != NULL; s = s->next) {
		bool wanted = argc == 1;

		for (int i = 1; i < argc; i++)
			wanted |= strcmp(argv[i], s->name) == 0;
		if (wanted) {
			add_suite(s);
			n_added++;
		}
	}
	if (n_added == 0) {
		fprintf(stderr, "unit-tests: no such suite\n");
		return 2;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
	return failures != 0;
}
