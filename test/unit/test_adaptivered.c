// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

#define CONFIG(args)                                                                  \
	"RigIn(0) -> e :: AdaptiveRED(" args ", QUEUES q, STABILITY 0) -> RigOut(0);" \
	"RigIn(1) -> q :: Queue -> PullNull -> RigOut(1);"

static void
probability_falls_while_queues_are_short(void)
{
	struct rig *r = rig_config(CONFIG("20, 0.5"));

	ASSERT_READ(r, "min_thresh", "10");
	ASSERT_READ(r, "max_thresh", "30");
	ASSERT_READ(r, "max_p", "0.5");
	rig_run_for(r, 499 * CLOCK_MS);
	ASSERT_READ(r, "max_p", "0.5");
	rig_run_for(r, 2 * CLOCK_MS);
	ASSERT_READ(r, "max_p", "0.45");
	// No further than to a hundredth.
	rig_run_for(r, 60 * CLOCK_S);
	ASSERT_READ(r, "max_p", "0.00905");
	rig_free(r);
}

static void
and_rises_while_they_are_long(void)
{
	struct rig *r = rig_config(CONFIG("20, 0.1"));

	sequence_feed(r, 1, 25);
	sequence_feed(r, 0, 1);
	rig_run_for(r, 501 * CLOCK_MS);
	ASSERT_READ(r, "max_p", "0.10999");
	rig_run_for(r, 60 * CLOCK_S);
	ASSERT_READ(r, "max_p", "0.50977");
	rig_free(r);
	// In between it stays.
	r = rig_config(CONFIG("20, 0.1"));
	sequence_feed(r, 1, 20);
	sequence_feed(r, 0, 1);
	rig_run_for(r, 10 * CLOCK_S);
	ASSERT_READ(r, "max_p", "0.1");
	rig_free(r);
}

static void
drops_as_red(void)
{
	struct rig *r = rig_config(CONFIG("20, 0.1"));

	sequence_feed(r, 1, 61);
	sequence_feed(r, 0, 100);
	ASSERT_READ(r, "stats", "61 current queue\n61 avg queue\n100 drops\n");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 100);
	ASSERT_READ(r, "config", "20, 0.1, QUEUES q, STABILITY 0");
	ASSERT_READ(r, "handlers",
		"max_p\trw\nmax_thresh\tr\nmin_thresh\tr\nstats\tr\navg_queue_size\tr\n"
		"queues\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(CONFIG("20, 0.5"));
	char *errors;

	rig_run_for(r, 501 * CLOCK_MS);
	errors = rig_swap(r, CONFIG("20, 0.5"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "max_p", "0.45");
	ASSERT_TEXT(rig_write(r, "max_p", "0.2"), "");
	ASSERT_READ(r, "max_p", "0.2");
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_config(CONFIG("3, 0.5"));
	char *errors;

	// At least 10.
	ASSERT_READ(r, "config", "10, 0.5, QUEUES q, STABILITY 0");
	rig_free(r);
	errors = rig_config_errors("Idle -> e :: AdaptiveRED(70000, 0.1) -> Queue -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: AdaptiveRED':\n"
			    "  TARGET must be <= 65535\n");
	free(errors);
	errors = rig_config_errors("Idle -> e :: AdaptiveRED(20, 2) -> Queue -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: AdaptiveRED':\n"
			    "  MAX_P must be between 0 and 1\n");
	free(errors);
}

UNIT_SUITE(adaptivered, UNIT_CASE(probability_falls_while_queues_are_short),
	UNIT_CASE(and_rises_while_they_are_long), UNIT_CASE(drops_as_red), UNIT_CASE(hot_swap),
	UNIT_CASE(arguments))
