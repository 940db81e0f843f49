// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/sequence.h"

// Up to 2 packets pass, from 4 on none does, and without an average nothing is left to chance.
#define SHARP "RED(2, 4, 1, STABILITY 0)"

static void
drops_before_the_queue_is_full(void)
{
	struct rig *r = rig_config("RigIn -> e :: " SHARP " -> q :: Queue(100) -> PullNull"
				   " -> RigOut(0); e [1] -> RigOut(1);");

	sequence_give(r, 0, "1 2 3 4 5 6");
	ASSERT_READ(r, "q.length", "4");
	ASSERT_TEXT(sequence_out(r, 1), "5 6");
	ASSERT_READ(r, "drops", "2");
	ASSERT_READ(r, "stats", "4 current queue\n4 avg queue\n2 drops\n");
	ASSERT_TEXT(sequence_pull(r, 0, 2), "1 2");
	sequence_give(r, 0, "7");
	ASSERT_TEXT(sequence_out(r, 1), "");
	ASSERT_READ(r, "queues", "q\n");
	rig_free(r);
}

// The packets of a batch count as if each had been pushed by itself.
static void
batches(void)
{
	struct rig *r = rig_config("RigIn -> e :: " SHARP " -> q :: Queue -> PullNull -> RigOut;");
	struct packet *p[10];

	for (unsigned i = 0; i < 10; i++)
		p[i] = rig_hex("01");
	rig_push_batch(r, 0, p, 10);
	ASSERT_READ(r, "q.length", "4");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 6);
	rig_free(r);
}

static void
pulls_until_one_passes(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> e :: " SHARP "; e [0] -> RigOut(0);"
				   "e [1] -> RigOut(1);");

	sequence_give(r, 0, "1 2 3 4 5 6 7 8 9 10");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "6");
	ASSERT_TEXT(sequence_out(r, 1), "1 2 3 4 5");
	ASSERT_READ(r, "q.length", "4");
	ASSERT_READ(r, "queues", "q\n");
	sequence_pull_batch(r, 0, 64);
	ASSERT_READ(r, "q.length", "0");
	ASSERT_TEXT(sequence_pull(r, 0, 1), "-");
	rig_free(r);
}

// ---- chance, with a queue aside whose length stays

static struct rig *
beside(const char *red, unsigned length)
{
	char *config = mem_printf("RigIn(0) -> e :: %s -> RigOut(0);"
				  "RigIn(1) -> q :: Queue -> PullNull -> RigOut(1);",
		red);
	struct rig *r = rig_config(config);

	free(config);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	sequence_feed(r, 1, length);
	return r;
}

// Of 1000 packets; *longest: the most between two drops.
static unsigned
drops_of_1000(const char *red, unsigned length, unsigned *longest)
{
	struct rig *r = beside(red, length);
	unsigned n = 0, since = 0;

	*longest = 0;
	for (unsigned i = 0; i < 1000; i++) {
		rig_push_hex(r, 0, "01");
		since++;
		if (rig_drops(r, 0) == n)
			continue;
		n++;
		*longest = RTE_MAX(*longest, since);
		since = 0;
	}
	rig_free(r);
	return n;
}

static void
probabilities(void)
{
	unsigned n, longest;

	// p is about a quarter: every 1 to 4 packets, all alike.
	n = drops_of_1000("RED(10, 20, 0.5, QUEUES q, STABILITY 0)", 15, &longest);
	CU_ASSERT_TRUE(n > 340 && n < 460);
	CU_ASSERT_TRUE(longest <= 6);
	// About three quarters.
	n = drops_of_1000("RED(10, 20, 0.5, QUEUES q, STABILITY 0)", 30, &longest);
	CU_ASSERT_TRUE(n > 740 && n < 860);
	CU_ASSERT_TRUE(longest <= 3);
	CU_ASSERT_EQUAL(drops_of_1000("RED(10, 20, 0.5, QUEUES q, STABILITY 0)", 10, &longest), 0);
	CU_ASSERT_EQUAL(
		drops_of_1000("RED(10, 20, 0.5, QUEUES q, STABILITY 0)", 41, &longest), 1000);
	CU_ASSERT_EQUAL(drops_of_1000("RED(10, 20, 0.5, QUEUES q, STABILITY 0, GENTLE false)", 21,
				&longest),
		1000);
	CU_ASSERT_EQUAL(drops_of_1000("RED(10, 20, 0, QUEUES q, STABILITY 0)", 20, &longest), 0);
	// Without room between the thresholds.
	CU_ASSERT_EQUAL(drops_of_1000("RED(20, 20, 0.5, QUEUES q, STABILITY 0)", 20, &longest), 0);
}

static void
average_follows(void)
{
	struct rig *r = rig_config("RigIn -> e :: RED(5, 50, 0.02) -> q :: Queue -> PullNull"
				   " -> RigOut;");

	sequence_give(r, 0, "1");
	ASSERT_READ(r, "avg_queue_size", "0");
	sequence_give(r, 0, "2");
	ASSERT_READ(r, "avg_queue_size", "0.0625");
	sequence_give(r, 0, "3");
	ASSERT_READ(r, "avg_queue_size", "0.184");
	for (unsigned i = 0; i < 200; i++)
		sequence_give(r, 0, i < 20 ? "4" : "");
	rig_pull(r, 0, 64);
	ASSERT_READ(r, "q.length", "0");
	// Empty for so long that nothing is left of it.
	sequence_give(r, 0, "5");
	rig_pull(r, 0, 64);
	clock_jump(clock_steady() + 10 * CLOCK_S);
	sequence_give(r, 0, "6");
	ASSERT_READ(r, "avg_queue_size", "0");
	rig_free(r);
}

// Packets that find the queue empty every few ms: the time between them counts.
static void
average_falls_with_time(void)
{
	struct rig *r = rig_config("RigIn -> e :: RED(5, 50, 0.02) -> q :: Queue -> PullNull"
				   " -> RigOut;");
	double before, after;

	for (unsigned i = 0; i < 40; i++)
		sequence_give(r, 0, "1");
	rig_pull(r, 0, 64);
	before = strtod(rig_read(r, "avg_queue_size"), NULL);
	for (unsigned i = 0; i < 60; i++) {
		clock_jump(clock_steady() + 5 * CLOCK_MS);
		sequence_give(r, 0, "1");
		rig_pull(r, 0, 64);
	}
	after = strtod(rig_read(r, "avg_queue_size"), NULL);
	// 300 ms, 15 or 16 steps of a sixteenth.
	CU_ASSERT_TRUE(after < before * 0.40 && after > before * 0.33);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = beside("RED(5, 50, 0.02, QUEUES q, GENTLE false)", 0);

	ASSERT_READ(r, "min_thresh", "5");
	ASSERT_READ(r, "max_thresh", "50");
	ASSERT_READ(r, "max_p", "0.02");
	ASSERT_READ(r, "config", "5, 50, 0.02, QUEUES q, STABILITY 4, GENTLE false");
	ASSERT_TEXT(rig_write(r, "max_p", "0.1"), "");
	ASSERT_TEXT(rig_write(r, "min_thresh", "7"), "");
	ASSERT_TEXT(rig_write(r, "max_thresh", "70"), "");
	ASSERT_READ(r, "config", "7, 70, 0.1, QUEUES q, STABILITY 4, GENTLE false");
	ASSERT_TEXT(rig_write(r, "min_thresh", "71"), "MIN_THRESH must be <= MAX_THRESH\n");
	ASSERT_READ(r, "min_thresh", "7");
	ASSERT_READ(r, "handlers",
		"max_p\trw\nmax_thresh\trw\nmin_thresh\trw\nstats\tr\navg_queue_size\tr\n"
		"queues\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
hot_swap(void)
{
#define CONFIG "RigIn -> e :: " SHARP " -> q :: Queue -> PullNull -> RigOut;"
	struct rig *r = rig_config(CONFIG);
	char *errors;

	sequence_feed(r, 0, 10);
	errors = rig_swap(r, CONFIG);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "stats", "4 current queue\n4 avg queue\n6 drops\n");
	rig_free(r);
#undef CONFIG
}

static void
assert_errors(const char *file, int line, const char *args, const char *want)
{
	char *config = mem_printf("Idle -> e :: RED(%s) -> Queue -> Discard;", args);
	char *errors = rig_config_errors(config);
	const char *text = strchr(errors, '\n');

	unit_assert_text(file, line, text != NULL ? text + 3 : errors, want);
	free(errors);
	free(config);
}

#undef ASSERT_ERRORS
#define ASSERT_ERRORS(args, want) assert_errors(__FILE__, __LINE__, args, want)

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("1, 65536, 0.1", "MAX_THRESH must be <= 65535\n");
	ASSERT_ERRORS("5, 4, 0.1", "MIN_THRESH must be <= MAX_THRESH\n");
	ASSERT_ERRORS("0, 0, 0.1", "MAX_THRESH must be > 0\n");
	ASSERT_ERRORS("4, 5, 1.1", "MAX_P must be between 0 and 1\n");
	ASSERT_ERRORS("4, 5, x", "MAX_P: parse error\n");
	ASSERT_ERRORS("4, 5, 0.1, STABILITY 17", "STABILITY must be between 0 and 16\n");
	ASSERT_ERRORS("4, 5", "MAX_P: required argument missing\n");
	ASSERT_ERRORS("4, 5, 0.1, QUEUES nope", "no element named 'nope'\n");
	ASSERT_ERRORS("4, 5, 0.1, QUEUES e", "'e' is not a Storage element\n");
	errors = rig_config_errors("Idle -> e :: RED(4, 5, 0.1) -> Discard;");
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: RED':\n  no nearby Queues\n");
	free(errors);
}

UNIT_SUITE(red, UNIT_CASE(drops_before_the_queue_is_full), UNIT_CASE(batches),
	UNIT_CASE(pulls_until_one_passes), UNIT_CASE(probabilities), UNIT_CASE(average_follows),
	UNIT_CASE(average_falls_with_time), UNIT_CASE(handlers), UNIT_CASE(hot_swap),
	UNIT_CASE(arguments))
