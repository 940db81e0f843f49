// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/rig.h"

// RecordTimestamp and TimestampDiff.

// A packet with a number at its beginning, in network order.
static struct packet *
numbered(uint8_t number)
{
	uint8_t bytes[10] = {0, 0, 0, 0, 0, 0, 0, number, (uint8_t)(number * 16), 0};

	return packet_make(64, bytes, sizeof(bytes));
}

#define PATH(record, diff)                                                               \
	"RigIn(0) -> r :: RecordTimestamp(OFFSET 0, NET_ORDER true" record ")"           \
	" -> RigOut(0); RigIn(1) -> e :: TimestampDiff(r, OFFSET 0, NET_ORDER true" diff \
	"); e [0] -> RigOut(1); e [1] -> RigOut(2);"

// Packet number takes so many ms.
static void
pass(struct rig *r, uint8_t number, int64_t ms)
{
	rig_push(r, 0, numbered(number));
	rig_run_for(r, ms * CLOCK_MS);
	rig_push(r, 1, numbered(number));
}

// Simulated time goes on by a few ns with each look at it: whole ms of what a handler reads in us.
static long
ms(struct rig *r, const char *handler, const char *param)
{
	return lround(strtod(rig_read_param(r, handler, param), NULL) / 1000);
}

static void
measures(void)
{
	struct rig *r = rig_config(PATH("", ", TC_OFFSET 8, TC_MASK 0x10"));

	ASSERT_READ(r, "index", "0");
	ASSERT_READ(r, "average", "0");
	ASSERT_READ(r, "median", "0");
	ASSERT_READ(r, "last", "0");
	for (uint8_t i = 1; i <= 9; i++)
		pass(r, i, i * 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 9);
	CU_ASSERT_EQUAL(rig_count(r, 1), 9);
	ASSERT_READ(r, "index", "9");
	CU_ASSERT_EQUAL(ms(r, "average", ""), 50);
	CU_ASSERT_EQUAL(ms(r, "avg", "7"), 85);
	CU_ASSERT_EQUAL(ms(r, "min", ""), 10);
	CU_ASSERT_EQUAL(ms(r, "min", "3"), 40);
	CU_ASSERT_EQUAL(ms(r, "max", ""), 90);
	CU_ASSERT_EQUAL(ms(r, "stddev", ""), 26); // sqrt(6000 / 9)
	CU_ASSERT_EQUAL(ms(r, "median", ""), 50);
	CU_ASSERT_EQUAL(ms(r, "perc00", ""), 10);
	CU_ASSERT_EQUAL(ms(r, "perc01", ""), 10);
	CU_ASSERT_EQUAL(ms(r, "perc25", ""), 30);
	CU_ASSERT_EQUAL(ms(r, "perc75", ""), 70);
	CU_ASSERT_EQUAL(ms(r, "perc90", ""), 90);
	CU_ASSERT_EQUAL(ms(r, "perc99", ""), 90);
	CU_ASSERT_EQUAL(ms(r, "perc100", ""), 90);
	CU_ASSERT_EQUAL(ms(r, "perc", "50 7"), 90);
	CU_ASSERT_EQUAL(ms(r, "perc", "12.5"), 20);
	CU_ASSERT_EQUAL(ms(r, "last", ""), 90);
	// Numbers that are odd have the bit.
	CU_ASSERT_EQUAL(ms(r, "avg_tc", "16"), 50);
	CU_ASSERT_EQUAL(ms(r, "avg_tc", "0"), 50);
	ASSERT_TEXT(rig_read_param(r, "dump", "9"), "");
	CU_ASSERT_EQUAL(strncmp(rig_read_param(r, "dump", "8"), "8: 900", 6), 0);
	CU_ASSERT_EQUAL(strncmp(rig_read_param(r, "dump_list", "8"), "900", 3), 0);
	ASSERT_TEXT(rig_read_error(r, "average", "x"), "expected an index\n");
	ASSERT_TEXT(rig_read_error(r, "avg_tc", "272"), "classes are 0 to 255\n");
	ASSERT_TEXT(rig_read_error(r, "perc", ""), "expected a percentage\n");
	ASSERT_TEXT(rig_read_error(r, "perc", "101"), "expected a percentage\n");
	rig_free(r);
}

static void
unknown_numbers(void)
{
	struct rig *r = rig_config(PATH(", N 4", ", MAXDELAY 5, VERBOSE true"));

	rig_push(r, 1, numbered(1)); // never noted
	pass(r, 2, 1);
	rig_push(r, 1, numbered(2)); // again
	pass(r, 4, 1); // beyond N
	pass(r, 3, 6); // late
	rig_push_hex(r, 0, "00");
	rig_push_hex(r, 1, "00");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(rig_count(r, 2), 4);
	ASSERT_READ(r, "index", "1");
	ASSERT_READ(r, "r.missed", "2");
	ASSERT_TEXT(
		rig_chatter(r), "e :: TimestampDiff: packet 3 experienced delay 6.000 ms > 5 ms\n");
	ASSERT_TEXT(rig_read_error(r, "avg_tc", "0"), "there are no classes without TC_OFFSET\n");
	rig_free(r);
	r = rig_config("RigIn(0) -> r :: RecordTimestamp(OFFSET 0, NET_ORDER true) -> RigOut(0);"
		       "RigIn(1) -> e :: TimestampDiff(r, OFFSET 0) -> RigOut(1);");
	rig_push(r, 1, numbered(1));
	rig_push_hex(r, 1, "00");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
}

static void
samples(void)
{
	struct rig *r = rig_config(PATH(", SAMPLE 3, N 4", ", SAMPLE 3, N 2, NANO true"));

	for (uint8_t i = 0; i < 10; i++)
		pass(r, i, i);
	CU_ASSERT_EQUAL(rig_count(r, 1), 10);
	ASSERT_READ(r, "index", "2"); // of 0, 3, 6, 9
	CU_ASSERT_EQUAL(ms(r, "last", ""), 3000); // ns
	rig_push_hex(r, 0, "00");
	ASSERT_READ(r, "r.missed", "1");
	free(rig_swap(r, PATH(", N 9", "")));
	ASSERT_READ(r, "r.missed", "1");
	rig_free(r);
}

// Without numbers in RecordTimestamp's packets, they are numbered as they come.
static void
in_order_of_arrival(void)
{
	struct rig *r = rig_config("RigIn(0) -> r :: RecordTimestamp(DYNAMIC true) -> RigOut(0);"
				   "RigIn(1) -> e :: TimestampDiff(r, OFFSET 0, NET_ORDER true)"
				   "-> RigOut(1);");

	rig_push_hex(r, 0, "");
	rig_push_hex(r, 0, "");
	rig_push(r, 1, numbered(1));
	rig_push(r, 1, numbered(0));
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_push(r, 1, numbered(2));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
}

static void
with_a_counter(void)
{
	static const char config[] = "RigIn(0) -> n :: NumberPacket(2, NET_ORDER true)"
				     "-> r :: RecordTimestamp(COUNTER n) -> RigOut(0);"
				     "RigIn(1) -> e :: TimestampDiff(r) -> RigOut(1);";
	struct rig *r = rig_config(config);
	char *errors;

	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "00000000000000000000");
	rig_push(r, 1, rig_segments("00000000000000000002", 3));
	ASSERT_READ(r, "index", "1");
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 1, "00000000000000000001");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 0);
	ASSERT_READ(r, "index", "2");
	rig_free(r);
}

// All packets of a batch have one time, at both ends.
static void
batches(void)
{
	struct rig *r = rig_config(PATH("", ", NANO true"));
	struct packet *in[] = {numbered(1), numbered(2)}, *out[] = {numbered(1), numbered(2)};
	char *values, *second;

	rig_push_batch(r, 0, in, 2);
	rig_push_batch(r, 1, out, 2);
	values = strdup(rig_read_param(r, "dump_list", ""));
	second = strchr(values, '\n') + 1;
	CU_ASSERT_EQUAL(strtol(values, NULL, 10), strtol(second, NULL, 10));
	free(values);
	rig_free(r);
}

// The recorder is on the way that a pull goes.
static void
pulled(void)
{
	struct rig *r = rig_config("RigIn(0) -> Queue -> n :: NumberPacket(2)"
				   "-> r :: RecordTimestamp(COUNTER n)"
				   "-> e :: TimestampDiff(r, NANO true) -> RigOut(0);");

	rig_push_hex(r, 0, "0000");
	rig_push_hex(r, 0, "0000");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 2);
	ASSERT_READ(r, "index", "2");
	CU_ASSERT(strtol(rig_read(r, "min"), NULL, 10) > 0);
	CU_ASSERT(strtol(rig_read(r, "max"), NULL, 10) < 1000);
	rig_free(r);
}

// What is given counts, what is not is as the counter has it.
static void
unlike_the_counter(void)
{
	struct rig *r = rig_config("RigIn(0) -> n :: NumberPacket(2)"
				   "-> r :: RecordTimestamp(COUNTER n) -> RigOut(0);"
				   "RigIn(1) -> e :: TimestampDiff(r, NET_ORDER true) -> RigOut(1);"
				   "RigIn(2) -> f :: TimestampDiff(r, OFFSET 3) -> RigOut(2);");

	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "00000000000000000000");
	rig_push_hex(r, 1, "00000000000000000001");
	ASSERT_READ(r, "index", "1");
	rig_push_hex(r, 2, "0000000200000000000000");
	ASSERT_READ(r, "f.index", "1");
	rig_free(r);
	r = rig_config("RigIn(0) -> n :: NumberPacket(2)"
		       "-> r :: RecordTimestamp(COUNTER n, OFFSET 5, NET_ORDER true) -> RigOut(0);"
		       "RigIn(1) -> e :: TimestampDiff(r, OFFSET 2) -> RigOut(1);");
	rig_push_hex(r, 0, "00000000000000000000 000007");
	rig_push_hex(r, 1, "00000700000000000000");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 0);
	ASSERT_READ(r, "index", "1");
	rig_free(r);
}

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("RecordTimestamp(TXDEV x)", 1, 1,
		"TXDEV is not supported: put the element in the path\n");
	ASSERT_ERRORS("RecordTimestamp", 0, 0,
		"You need to pass either TXDEV or use the element in path.\n");
	ASSERT_ERRORS("RecordTimestamp(OFFSET 70000)", 1, 1, "Offset must be <= 65527\n");
	ASSERT_ERRORS("RecordTimestamp(N 0)", 1, 1, "N: out of range, bound 1\n");
	ASSERT_ERRORS("RecordTimestamp(COUNTER e)", 1, 1,
		"COUNTER must be a valid NumberPacket element\n");
	ASSERT_ERRORS("TimestampDiff", 1, 1, "RECORDER: required argument missing\n");
	ASSERT_ERRORS(
		"TimestampDiff(e)", 1, 1, "RECORDER must be a valid RecordTimestamp element\n");
	errors = rig_config_errors("Idle -> r :: RecordTimestamp -> Discard;"
				   "Idle -> e :: TimestampDiff(r, OFFSET -1) -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: TimestampDiff':\n"
			    "  Offset must be >= 0\n");
	free(errors);
}

UNIT_SUITE(timestampdiff, UNIT_CASE(measures), UNIT_CASE(unknown_numbers), UNIT_CASE(samples),
	UNIT_CASE(in_order_of_arrival), UNIT_CASE(with_a_counter), UNIT_CASE(batches),
	UNIT_CASE(pulled), UNIT_CASE(unlike_the_counter), UNIT_CASE(arguments))
