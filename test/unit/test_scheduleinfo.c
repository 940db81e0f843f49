// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

#define SOURCE "InfiniteSource(ACTIVE false) -> Discard;"

static void
expect_tickets(const char *config, const char *element, unsigned want)
{
	struct rig *r = rig_config(config);
	char *handler = mem_printf("%s.tickets", element);

	CU_ASSERT_EQUAL(element_tickets(rig_find(r, element)), want);
	CU_ASSERT_EQUAL((unsigned)atoi(rig_read(r, handler)), want);
	free(handler);
	rig_free(r);
}

static void
factors(void)
{
	expect_tickets("s :: " SOURCE, "s", 1024);
	expect_tickets("s :: " SOURCE "ScheduleInfo(s 0.5)", "s", 512);
	expect_tickets("s :: " SOURCE "ScheduleInfo(s 2, , s 3)", "s", 3072);
	expect_tickets("s :: " SOURCE "ScheduleInfo(t 2)", "s", 1024);
	expect_tickets("s :: " SOURCE "ScheduleInfo(s 32)", "s", 32768);
	expect_tickets("s :: " SOURCE "ScheduleInfo(s 0.001)", "s", 1);
}

static void
compounds(void)
{
	static const char *const both[] = {"c 4", "c/ 4"};

	for (unsigned i = 0; i < 2; i++) {
		char config[400] = "ScheduleInfo(";

		strcat(config, both[i]);
		strcat(config, "); c :: { s :: " SOURCE " ScheduleInfo(s 0.5) }");
		expect_tickets(config, "c/s", 2048);
	}
	// What an outer one says replaces the inner one's word, and skips the levels between.
	expect_tickets("ScheduleInfo(c 4, c/s 3); c :: { s :: " SOURCE " ScheduleInfo(s 0.5) }",
		"c/s", 3072);
	expect_tickets(
		"ScheduleInfo(a 2); a :: { ScheduleInfo(b/s 3, b 8); b :: { ScheduleInfo(s 0.5);"
		"s :: " SOURCE "} }",
		"a/b/s", 6144);
	expect_tickets("ScheduleInfo(a 2); a :: { ScheduleInfo(b 8); b :: { ScheduleInfo(s 0.5);"
		       "s :: " SOURCE "} }",
		"a/b/s", 8192);
	// Each product is cut to a whole number.
	expect_tickets(
		"ScheduleInfo(a 0.001); a :: { ScheduleInfo(s 1.5); s :: " SOURCE "}", "a/s", 1);
}

static void
limits(void)
{
	struct rig *r = rig_config("s :: " SOURCE "t :: " SOURCE "ScheduleInfo(s 33, t 0)");

	ASSERT_READ(r, "s.tickets", "32768");
	CU_ASSERT_EQUAL(element_tickets(rig_find(r, "t")), 0);
	// Never runs.
	rig_write(r, "t.active", "true");
	rig_run(r, 5);
	ASSERT_READ(r, "t.count", "0");
	rig_free(r);
	r = rig_config("s :: InfiniteSource(ACTIVE false) -> Discard;\nScheduleInfo(s 33)");
	// Told once, when the task was made.
	rig_chatter(r);
	CU_ASSERT_EQUAL(element_tickets(rig_find(r, "s")), 32768);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
	expect_tickets(
		"ScheduleInfo(a 4000000, a/s 1); a :: { ScheduleInfo(s 4000000); s :: " SOURCE "}",
		"a/s", 1024);
}

static void
errors(void)
{
	// Reported, but the router runs.
	ASSERT_ERRORS("ScheduleInfo(s, s x, s 1 2, s -1)", 0, 0,
		"expected 'ELEMENTNAME PARAM'\nexpected 'ELEMENTNAME PARAM'\n"
		"expected 'ELEMENTNAME PARAM'\nexpected 'ELEMENTNAME PARAM'\n");
	ASSERT_ERRORS("ScheduleInfo", 0, 0, "");
}

UNIT_SUITE(scheduleinfo, UNIT_CASE(factors), UNIT_CASE(compounds), UNIT_CASE(limits),
	UNIT_CASE(errors))
