// SPDX-License-Identifier: BSD-3-Clause
#include "src/flow.h"

#include <stdint.h>

#include <rte_common.h>

#include "test/unit/unit.h"

static void
links(void)
{
	CU_ASSERT_TRUE(flow_linked(NULL, 3, 7));
	CU_ASSERT_TRUE(flow_linked("x/x", 0, 0));
	CU_ASSERT_TRUE(flow_linked("x/x", 5, 9));
	CU_ASSERT_FALSE(flow_linked("x/y", 0, 0));
	CU_ASSERT_TRUE(flow_linked("xy/x", 0, 0));
	CU_ASSERT_FALSE(flow_linked("xy/x", 1, 0));
	CU_ASSERT_FALSE(flow_linked("xy/x", 2, 0));
	CU_ASSERT_TRUE(flow_linked("[xy]/yz", 0, 0));
	CU_ASSERT_FALSE(flow_linked("[xy]/yz", 0, 1));
	CU_ASSERT_TRUE(flow_linked("[^x]/y", 0, 0));
	CU_ASSERT_FALSE(flow_linked("[^x]/x", 0, 0));
	CU_ASSERT_TRUE(flow_linked("#/#", 2, 2));
	CU_ASSERT_FALSE(flow_linked("#/#", 2, 1));
	CU_ASSERT_FALSE(flow_linked("#/[^#]", 2, 2));
	CU_ASSERT_TRUE(flow_linked("#/[^#]", 2, 1));
}

static void
processing(void)
{
	CU_ASSERT_EQUAL(flow_processing("a/ah", false, 0), 'a');
	CU_ASSERT_EQUAL(flow_processing("a/ah", true, 0), 'a');
	CU_ASSERT_EQUAL(flow_processing("a/ah", true, 1), 'h');
	CU_ASSERT_EQUAL(flow_processing("a/ah", true, 5), 'h');
	CU_ASSERT_EQUAL(flow_processing("h/lh", true, 0), 'l');
	CU_ASSERT_EQUAL(flow_processing("h", false, 3), 'h');
	CU_ASSERT_EQUAL(flow_processing("h", true, 3), 'h');
}

static void
assert_count(const char *code, bool output, unsigned n, unsigned other, bool good, unsigned min,
	unsigned max)
{
	unsigned got_min, got_max;

	CU_ASSERT_EQUAL(flow_port_count(code, output, n, other, &got_min, &got_max), good);
	CU_ASSERT_EQUAL(got_min, min);
	CU_ASSERT_EQUAL(got_max, max);
}

static void
counts(void)
{
	assert_count("1/1-2", false, 1, 0, true, 1, 1);
	assert_count("1/1-2", true, 2, 0, true, 1, 2);
	assert_count("1/1-2", true, 3, 0, false, 1, 2);
	assert_count("-/-", true, 1000, 0, true, 0, UINT32_MAX);
	assert_count("1-", true, 0, 0, false, 1, UINT32_MAX);
	assert_count("-2/1", false, 2, 0, true, 0, 2);
	assert_count("2-/=", true, 4, 4, true, 4, 4);
	assert_count("2-/=", true, 3, 4, false, 4, 4);
	assert_count("1-/=+", true, 5, 4, true, 5, 5);
	assert_count("1-/=++", true, 5, 4, false, 6, 6);
}

static void
codes(void)
{
	static const char *const good[] = {
		"x", "x/x", "x/y", "xy/xyz", "#/#", "#/[^#]", "[ab]c/[^ab]", "[^x#]"};
	static const char *const bad[] = {"", "/", "x/", "/x", "x/y/z", "[", "[x", "[]", "[^]",
		"x]", "[x/y", "1", "x y", "x/^y", "[[x]]", "x/[y"};

	for (unsigned i = 0; i < RTE_DIM(good); i++)
		CU_ASSERT_TRUE(flow_code_is_valid(good[i]));
	for (unsigned i = 0; i < RTE_DIM(bad); i++)
		CU_ASSERT_FALSE(flow_code_is_valid(bad[i]));
}

UNIT_SUITE(flow, UNIT_CASE(links), UNIT_CASE(codes), UNIT_CASE(processing), UNIT_CASE(counts))
