// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/sequence.h"

#define CONFIG "RigIn -> SetTimestamp(FIRST true) -> q :: Queue -> e :: CoDel -> RigOut;"

// The moment, counted from the beginning of the test.
static void
go_to(double ms)
{
	clock_jump(INT64_C(1000000000) * CLOCK_S + (int64_t)(ms * (double)CLOCK_MS));
}

static void
short_waits_are_good(void)
{
	struct rig *r = rig_config(CONFIG);

	for (unsigned i = 0; i < 100; i++) {
		sequence_feed(r, 0, 1);
		go_to(i * 10 + 4);
		CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
		go_to(i * 10 + 10);
	}
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

// The times of drops are those of the control law: 100 ms, then 100 / sqrt(count) after the last.
static void
long_waits_are_not(void)
{
	struct rig *r = rig_config(CONFIG);

	sequence_give(r, 0, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");
	go_to(6);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "0");
	go_to(107);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "1");
	// Too long for a second interval.
	go_to(207);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "3 4");
	ASSERT_READ(r, "drops", "1");
	go_to(306);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "5");
	go_to(307.001);
	ASSERT_TEXT(sequence_pull(r, 0, 2), "7 8");
	go_to(377);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "9");
	go_to(378);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "11");
	// 57.7 ms after the time that was set, not after the pull.
	go_to(436);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "13");
	ASSERT_READ(r, "stats", "2 current queue\n4 drops\n");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 4);
	// It ends with the queue.
	ASSERT_TEXT(sequence_pull(r, 0, 3), "14 15 -");
	rig_free(r);
}

static void
many_at_once(void)
{
	struct rig *r = rig_config(CONFIG);

	sequence_feed(r, 0, 50);
	go_to(6);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 5);
	go_to(107);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 5);
	go_to(207);
	// One of them is dropped.
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 39);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
packets_without_a_time_pass(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: CoDel(0, 0) -> RigOut;");
	struct packet *p = rig_hex("07");

	sequence_give(r, 0, "1 2");
	// And one from the future, and one from before the beginning of time.
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)INT64_MAX);
	rig_push(r, 0, p);
	p = rig_hex("08");
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, UINT64_MAX / 2 + 1);
	rig_push(r, 0, p);
	ASSERT_TEXT(sequence_pull(r, 0, 5), "1 2 7 8 -");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config(CONFIG);

	ASSERT_READ(r, "codel_target", "5ms");
	ASSERT_READ(r, "codel_interval", "100ms");
	ASSERT_READ(r, "queues", "q\n");
	ASSERT_TEXT(rig_write(r, "codel_target", "0.01"), "");
	ASSERT_TEXT(rig_write(r, "codel_interval", "50ms"), "");
	ASSERT_READ(r, "codel_target", "10ms");
	ASSERT_READ(r, "codel_interval", "50ms");
	ASSERT_TEXT(rig_write(r, "codel_target", "x"), "TARGET: parse error\n");
	ASSERT_READ(r, "handlers",
		"codel_interval\trw\ncodel_target\trw\nqueues\tr\nstats\tr\ndrops\tr\nhandlers\tr.\n"
		"ports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(CONFIG);
	char *errors;

	sequence_give(r, 0, "0 1 2 3 4");
	go_to(6);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "0");
	errors = rig_swap(r, CONFIG);
	ASSERT_TEXT(errors, "");
	free(errors);
	go_to(207);
	ASSERT_TEXT(sequence_pull(r, 0, 1), "2");
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> e :: CoDel -> Discard;");

	ASSERT_TEXT(errors, "config:1: While initializing 'e :: CoDel':\n  no nearby Queues\n");
	free(errors);
	errors = rig_config_errors("Idle -> Queue -> e :: CoDel(x) -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: CoDel':\n  TARGET: parse error\n");
	free(errors);
}

UNIT_SUITE(codel, UNIT_CASE(short_waits_are_good), UNIT_CASE(long_waits_are_not),
	UNIT_CASE(many_at_once), UNIT_CASE(packets_without_a_time_pass), UNIT_CASE(handlers),
	UNIT_CASE(hot_swap), UNIT_CASE(arguments))
