// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/notifier.h"
#include "test/unit/sequence.h"

static void
pulls_from_the_chosen_one(const char *element)
{
	struct rig *r = rig_new_pull(element, 2, 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	sequence_feed(r, 0, 4);
	sequence_feed(r, 1, 4);
	ASSERT_READ(r, "switch", "1");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "1 1");
	ASSERT_TEXT(rig_write(r, "switch", "0"), "");
	ASSERT_READ(r, "config", "0");
	ASSERT_TEXT(sequence_pull_batch(r, 0, 2), "0 0");
	ASSERT_TEXT(rig_write(r, "switch", "2"), "");
	ASSERT_READ(r, "switch", "-1");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	ASSERT_TEXT(rig_write(r, "switch", "-7"), "");
	ASSERT_READ(r, "config", "-1");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	ASSERT_TEXT(rig_write(r, "config", "1"), "");
	ASSERT_TEXT(sequence_pull(r, 0, 3), "1 1 -");
	ASSERT_TEXT(rig_write(r, "switch", "x"), "syntax error\n");
	ASSERT_READ(r, "handlers",
		"switch\trw\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
both(void)
{
	pulls_from_the_chosen_one("PullSwitch(1)");
	pulls_from_the_chosen_one("SimplePullSwitch(1)");
}

static void
fixed(void)
{
	struct rig *r = rig_new_pull("StaticPullSwitch(1)", 2, 1);
	char *errors;

	sequence_feed(r, 0, 1);
	sequence_feed(r, 1, 1);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "1 -");
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new_pull("StaticPullSwitch(9)", 2, 1);
	sequence_feed(r, 0, 1);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	rig_free(r);
	errors = rig_config_errors("Idle -> e :: StaticPullSwitch -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: StaticPullSwitch':\n"
			    "  INPUT: required argument missing\n");
	free(errors);
}

#define CONFIG(class)                               \
	"e :: " class " -> u :: Unqueue -> RigOut;" \
		      "RigIn(0) -> a :: Queue -> e; RigIn(1) -> b :: Queue -> [1] e;"

// The puller sleeps although the other input has packets.
static void
notifier_follows_the_chosen_one(void)
{
	struct rig *r = rig_config(CONFIG("PullSwitch(0)"));
	struct element *e = rig_element(r);
	struct notifier *empty = e->class->notifier(e, true, 0);

	rig_run(r, 30);
	CU_ASSERT_FALSE(notifier_is_active(empty));
	sequence_feed(r, 1, 1);
	rig_run(r, 30);
	CU_ASSERT_FALSE(notifier_is_active(empty));
	ASSERT_READ(r, "u.scheduled", "false");
	ASSERT_TEXT(rig_write(r, "switch", "1"), "");
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "1");
	ASSERT_TEXT(rig_write(r, "switch", "0"), "");
	CU_ASSERT_FALSE(notifier_is_active(empty));
	sequence_feed(r, 0, 1);
	CU_ASSERT_TRUE(notifier_is_active(empty));
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "0");
	ASSERT_TEXT(rig_write(r, "switch", "-1"), "");
	CU_ASSERT_FALSE(notifier_is_active(empty));
	rig_free(r);
	r = rig_config(CONFIG("PullSwitch(-1)"));
	CU_ASSERT_FALSE(
		notifier_is_active(rig_element(r)->class->notifier(rig_element(r), true, 0)));
	rig_free(r);
}

static void
without_a_notifier(void)
{
	struct rig *r = rig_config(CONFIG("SimplePullSwitch(0)"));

	sequence_feed(r, 1, 1);
	rig_run(r, 30);
	// Input 1 is awake, so the puller goes on looking.
	ASSERT_READ(r, "u.scheduled", "true");
	ASSERT_TEXT(sequence_out(r, 0), "");
	rig_free(r);
}

UNIT_SUITE(pullswitch, UNIT_CASE(both), UNIT_CASE(fixed),
	UNIT_CASE(notifier_follows_the_chosen_one), UNIT_CASE(without_a_notifier))
