// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/mem.h"
#include "test/unit/sequence.h"

static void
feed_all(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < 3; i++)
		sequence_feed(r, i, n);
}

// The worked example.
static void
in_proportion(void)
{
	struct rig *r = rig_new_pull("StrideSched(4, 2, 1)", 3, 1);

	feed_all(r, 8);
	ASSERT_TEXT(sequence_pull(r, 0, 14), "0 0 1 0 0 1 2 0 0 1 0 0 1 2");
	// Input 0 has run dry.
	ASSERT_TEXT(sequence_pull(r, 0, 7), "1 1 2 1 1 2 2");
	ASSERT_TEXT(sequence_pull(r, 0, 4), "2 2 2 -");
	rig_free(r);
	r = rig_new_pull("StrideSched(4, 2, 1)", 3, 1);
	feed_all(r, 8);
	ASSERT_TEXT(sequence_pull_batch(r, 0, 10), "0 0 1 0 0 1 2 0 0 1");
	rig_free(r);
}

static void
no_tickets_no_packets(void)
{
	struct rig *r = rig_new_pull("StrideSched(1, 0, 1)", 3, 1);

	feed_all(r, 3);
	ASSERT_TEXT(sequence_pull(r, 0, 7), "0 2 2 0 0 2 -");
	ASSERT_READ(r, "tickets1", "0");
	ASSERT_TEXT(rig_write(r, "tickets1", "3"), "");
	feed_all(r, 4);
	ASSERT_READ(r, "tickets1", "3");
	ASSERT_READ(r, "config", "1, 3, 1");
	ASSERT_TEXT(sequence_pull(r, 0, 10), "0 2 1 1 1 2 0 1 1 1");
	ASSERT_TEXT(rig_write(r, "tickets0", "0"), "");
	ASSERT_TEXT(rig_write(r, "tickets2", "0"), "");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "1 -");
	rig_free(r);
}

static void
sleeping_inputs_have_their_turn(void)
{
	struct rig *r = rig_config("e :: StrideSched(1, 1) -> u :: Unqueue -> RigOut;"
				   "RigIn(0) -> Queue -> e; RigIn(1) -> Queue -> [1] e;");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	sequence_feed(r, 1, 5);
	rig_run(r, 30);
	sequence_feed(r, 0, 3);
	sequence_feed(r, 1, 3);
	rig_run(r, 30);
	ASSERT_TEXT(sequence_out(r, 0), "1 1 1 1 1 0 0 1 1 0 1");
	rig_free(r);
}

static void
configured_again(void)
{
	struct rig *r = rig_new_pull("StrideSched(1, 1)", 2, 1);

	ASSERT_TEXT(rig_write(r, "config", "3, 1"), "");
	ASSERT_READ(r, "tickets0", "3");
	sequence_feed(r, 0, 8);
	sequence_feed(r, 1, 8);
	ASSERT_TEXT(sequence_pull(r, 0, 8), "0 1 0 0 0 1 0 0");
	ASSERT_TEXT(rig_write(r, "config", "3"), "need 2 arguments, one per input port\n");
	ASSERT_READ(r, "config", "3, 1");
	rig_free(r);
}

static void
turn_survives_a_hot_swap(void)
{
#define IN "; RigIn(0) -> a :: Queue -> e; RigIn(1) -> b :: Queue -> [1] e;"
	struct rig *r = rig_config("e :: StrideSched(2, 1) -> RigOut" IN);
	char *errors;

	sequence_feed(r, 0, 9);
	sequence_feed(r, 1, 9);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "0 0 1 0");
	errors = rig_swap(r, "e :: StrideSched(2, 1) -> RigOut" IN);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(sequence_pull(r, 0, 4), "0 1 0 0");
	rig_free(r);
#undef IN
}

static void
handlers(void)
{
	struct rig *r = rig_new_pull("StrideSched(4, 2, 1)", 3, 1);

	ASSERT_READ(r, "handlers",
		"tickets2\trw\ntickets1\trw\ntickets0\trw\nhandlers\tr.\nports\tr.\nconfig\trw\n"
		"class\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "tickets0", "x"), "tickets value must be integer\n");
	ASSERT_TEXT(rig_write(r, "tickets0", "-1"), "number of tickets must be >= 0\n");
	ASSERT_TEXT(rig_write(r, "tickets0", "99999"), "");
	ASSERT_READ(r, "tickets0", "32768");
	rig_free(r);
}

static char *
errors_of(const char *config)
{
	char *text =
		mem_printf("e :: StrideSched(%s) -> Discard; Idle -> e; Idle -> [1] e;", config);
	char *errors = rig_config_errors(text);

	free(text);
	return errors;
}

#define ASSERT_CONFIG(config, want)                                                            \
	do {                                                                                   \
		char *errors = errors_of(config);                                              \
                                                                                               \
		ASSERT_TEXT(errors, "config:1: While configuring 'e :: StrideSched':\n" want); \
		free(errors);                                                                  \
	} while (0)

static void
arguments(void)
{
	ASSERT_CONFIG("1", "  need 2 arguments, one per input port\n");
	ASSERT_CONFIG("1, 2, 3", "  need 2 arguments, one per input port\n");
	ASSERT_CONFIG("1, x", "  argument 1 should be number of tickets (integer)\n");
	ASSERT_CONFIG("-1, x", "  argument 0 (number of tickets) must be >= 0\n"
			       "  argument 1 should be number of tickets (integer)\n");
	ASSERT_CONFIG("1, 40000", "  warning: input 1's tickets reduced to 32768\n");
}

UNIT_SUITE(stridesched, UNIT_CASE(in_proportion), UNIT_CASE(no_tickets_no_packets),
	UNIT_CASE(sleeping_inputs_have_their_turn), UNIT_CASE(configured_again),
	UNIT_CASE(turn_survives_a_hot_swap), UNIT_CASE(handlers), UNIT_CASE(arguments))
