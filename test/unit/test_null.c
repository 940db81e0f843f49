// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

static void
assert_pushes(const char *class)
{
	struct rig *r = rig_new(class, 1, 1);
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03")};

	rig_push_batch(r, 0, p, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	for (unsigned i = 0; i < 3; i++)
		CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, i), p[i]);
	ASSERT_READ(r, "class", class);
	rig_free(r);
}

static void
assert_pulls(const char *class)
{
	struct rig *r = rig_new_pull(class, 1, 1);
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03")};

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_push_batch(r, 0, p, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, 2), p[2]);
	rig_free(r);
}

static void
all_of_them_pass_packets(void)
{
	assert_pushes("Null");
	assert_pulls("Null");
	for (unsigned i = 1; i <= 8; i++) {
		char *class = mem_printf("Null%u", i);

		assert_pushes(class);
		assert_pulls(class);
		free(class);
	}
	assert_pushes("PushNull");
	assert_pulls("PullNull");
}

static void
push_and_pull_are_told_apart(void)
{
	char *errors = rig_config_errors("Idle -> PushNull -> PullNull -> Idle;");

	ASSERT_TEXT(errors, "'PushNull@2 :: PushNull' push output 0 connected to"
			    " 'PullNull@3 :: PullNull' pull input 0\n");
	free(errors);
}

static void
arguments(void)
{
	struct rig *r = rig_new("Null", 1, 1);

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("Null(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Null1(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(null, UNIT_CASE(all_of_them_pass_packets), UNIT_CASE(push_and_pull_are_told_apart),
	UNIT_CASE(arguments))
