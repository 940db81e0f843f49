// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/sequence.h"

#define CONFIG(args)                                  \
	"RigIn(0) -> e :: PI(" args ") -> RigOut(0);" \
	"RigIn(1) -> q :: Queue -> PullNull -> RigOut(1);"

static void
controller(void)
{
	struct rig *r = rig_config(CONFIG("0.01, 0.02, 0.01, 10, q"));

	sequence_feed(r, 1, 15);
	sequence_feed(r, 0, 100);
	ASSERT_READ(r, "drops", "0");
	rig_run_for(r, 11 * CLOCK_MS);
	ASSERT_READ(
		r, "stats", "15 current queue\n0.938 avg queue\n0.2 drop probability\n0 drops\n");
	rig_run_for(r, 10 * CLOCK_MS);
	ASSERT_READ(
		r, "stats", "15 current queue\n1.816 avg queue\n0.25 drop probability\n0 drops\n");
	sequence_feed(r, 0, 1000);
	CU_ASSERT_TRUE(rig_drops(r, 0) > 190 && rig_drops(r, 0) < 310);
	// It ends at 1, and at 0.
	rig_run_for(r, CLOCK_S);
	ASSERT_TEXT(rig_write(r, "q.reset_counts", ""), "");
	rig_clear(r);
	sequence_feed(r, 0, 100);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_pull(r, 1, 15);
	rig_run_for(r, CLOCK_S);
	sequence_feed(r, 0, 100);
	CU_ASSERT_EQUAL(rig_count(r, 0), 100);
	ASSERT_READ(r, "queues", "q\n");
	rig_free(r);
}

static void
dropped_packets_may_go_elsewhere(void)
{
	struct rig *r = rig_config("RigIn -> e :: PI(0.01, 1, 0.5, QREF 1) -> q :: Queue(1000)"
				   " -> PullNull -> RigOut(0); e [1] -> RigOut(1);");
	struct packet *p[8];

	sequence_feed(r, 0, 10);
	rig_run_for(r, 11 * CLOCK_MS);
	for (unsigned i = 0; i < 8; i++)
		p[i] = rig_hex("01");
	rig_push_batch(r, 0, p, 8);
	CU_ASSERT_EQUAL(rig_count(r, 1), 8);
	ASSERT_READ(r, "drops", "8");
	rig_free(r);
}

static void
pulls_until_one_passes(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: PI(0.01, 1, 0.5, 2) -> RigOut;");

	sequence_feed(r, 0, 10);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "0 0");
	rig_run_for(r, 11 * CLOCK_MS);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 8);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config(CONFIG("0.01, 0.02, 0.01, 10, q"));

	ASSERT_READ(r, "w", "0.01");
	ASSERT_READ(r, "a", "0.02");
	ASSERT_READ(r, "b", "0.01");
	ASSERT_TEXT(rig_write(r, "a", "0.5"), "");
	ASSERT_READ(r, "a", "0.5");
	ASSERT_TEXT(rig_write(r, "a", "-1"), "a must be positive\n");
	ASSERT_READ(r, "a", "0.5");
	ASSERT_READ(r, "handlers",
		"b\trw\na\trw\nw\trw\nqueues\tr\nstats\tr\ndrops\tr\nhandlers\tr.\nports\tr.\n"
		"config\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(CONFIG("0.01, 0.02, 0.01, 10, q"));
	char *errors;

	sequence_feed(r, 1, 15);
	rig_run_for(r, 11 * CLOCK_MS);
	errors = rig_swap(r, CONFIG("0.01, 0.02, 0.01, 10, q"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(
		r, "stats", "15 current queue\n0.938 avg queue\n0.2 drop probability\n0 drops\n");
	rig_free(r);
}

static void
arguments(void)
{
	static const struct {
		const char *config, *want;
	} cases[] = {
		{"0, 1, 1, 1", "w must be positive"},
		{"nan, 1, 1, 1", "w must be positive"},
		{"1, -1, 1, 1", "a must be positive"},
		{"1, 1, 0, 1", "b must be positive"},
		{"1, 1, 1", "TARGET: required argument missing"},
		{"1, 1, 1, 1, STABILITY 0", "STABILITY parameter must be between 1 and 16"},
		{"1, 1, 1, 1, STABILITY 17", "STABILITY parameter must be between 1 and 16"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *config =
			mem_printf("Idle -> e :: PI(%s) -> Queue -> Discard;", cases[i].config);
		char *want =
			mem_printf("config:1: While configuring 'e :: PI':\n  %s\n", cases[i].want);
		char *errors = rig_config_errors(config);

		ASSERT_TEXT(errors, want);
		free(errors);
		free(want);
		free(config);
	}
}

UNIT_SUITE(pi, UNIT_CASE(controller), UNIT_CASE(dropped_packets_may_go_elsewhere),
	UNIT_CASE(pulls_until_one_passes), UNIT_CASE(handlers), UNIT_CASE(hot_swap),
	UNIT_CASE(arguments))
