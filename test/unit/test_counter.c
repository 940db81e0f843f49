// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
push_n(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, "01020304");
}

static void
counts(void)
{
	struct rig *r = rig_new("Counter", 1, 1);
	struct packet *p[] = {rig_hex("0102"), rig_hex(""), rig_segments("0102030405", 2)};

	ASSERT_READ(r, "count", "0");
	rig_push_batch(r, 0, p, 3);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "byte_count", "7");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "byte_count", "0");
	push_n(r, 1);
	ASSERT_READ(r, "count", "1");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "byte_count", "0");
	rig_free(r);
}

// Worked out by hand from the moving average: see rate_update().
static void
measures_rates(void)
{
	struct rig *r = rig_new("Counter", 1, 1);

	ASSERT_READ(r, "rate", "0");
	push_n(r, 4);
	// What came in this millisecond shows in the next one.
	ASSERT_READ(r, "rate", "0");
	rig_run_for(r, CLOCK_MS);
	// (4 * 1024 + 8) >> 4 = 256; * 1000 / 1024
	ASSERT_READ(r, "rate", "250");
	// (16 * 16 + 8) >> 4 = 16; * 1000 / 16
	ASSERT_READ(r, "byte_rate", "1000");
	ASSERT_READ(r, "bit_rate", "8000");
	rig_run_for(r, CLOCK_MS);
	// 256 + ((8 - 256) >> 4) = 240
	ASSERT_READ(r, "rate", "234.375");
	push_n(r, 1);
	rig_run_for(r, CLOCK_MS);
	// 240 + ((1024 + 8 - 240) >> 4) = 289
	ASSERT_READ(r, "rate", "282.227");
	// A reset leaves them alone.
	rig_write(r, "reset", "");
	ASSERT_READ(r, "rate", "282.227");
	rig_run_for(r, 102 * CLOCK_MS);
	ASSERT_READ(r, "rate", "0");
	rig_free(r);
}

static void
fades_to_nothing(void)
{
	struct rig *r = rig_new("Counter", 1, 1);
	int64_t avg = 256;

	push_n(r, 4);
	rig_run_for(r, 51 * CLOCK_MS);
	for (unsigned i = 0; i < 50; i++)
		avg += (8 - avg) >> 4;
	CU_ASSERT_EQUAL(atoi(rig_read(r, "rate")), avg * 1000 / 1024);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Counter", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	push_n(r, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "byte_count", "8");
	rig_free(r);
}

// The call comes before the packet that reaches the count moves on.
static void
calls_at_a_count(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> e :: Counter(COUNT_CALL 3 s.switch 1) -> s :: Switch;"
			   "s [0] -> RigOut(0); s [1] -> RigOut(1);");
	struct packet *p[] = {rig_hex("01"), rig_hex("02"), rig_hex("03"), rig_hex("04")};

	ASSERT_READ(r, "count_call", "3");
	rig_push_batch(r, 0, p, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 1, 0, "03");
	// Once only,
	rig_write(r, "s.switch", "0");
	push_n(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	// until a reset.
	rig_write(r, "reset", "");
	push_n(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_free(r);
}

static void
calls_at_a_byte_count(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> e :: Counter(BYTE_COUNT_CALL 10 s.switch 1) -> s :: Switch;"
			   "s [0] -> RigOut(0); s [1] -> RigOut(1);");

	push_n(r, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "count_call", "");
	// A limit that was passed already counts with the next packet.
	rig_write(r, "s.switch", "0");
	ASSERT_TEXT(rig_write(r, "byte_count_call", "5 s.switch 1"), "");
	push_n(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_free(r);
}

static void
calls_while_pulling(void)
{
	struct rig *r = rig_config("RigIn(0) -> PullNull -> e :: Counter(COUNT_CALL 2 c.reset)"
				   " -> c :: Counter -> PullNull -> RigOut(0);");

	push_n(r, 4);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	// The second packet was counted by c after the call.
	ASSERT_READ(r, "c.count", "1");
	rig_free(r);
}

static void
calls_that_reset_itself_repeat(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Counter(COUNT_CALL 2 reset) -> RigOut(0);");

	push_n(r, 5);
	ASSERT_READ(r, "count", "1");
	rig_free(r);
}

static void
calls_can_be_written(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Counter -> s :: Switch;"
				   "s [0] -> RigOut(0); s [1] -> RigOut(1);");

	ASSERT_READ(r, "count_call", "");
	push_n(r, 5);
	// A count that was passed already is not met before the next reset.
	ASSERT_TEXT(rig_write(r, "count_call", "2 s.switch 1"), "");
	ASSERT_READ(r, "count_call", "2");
	push_n(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_write(r, "reset", "");
	push_n(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	// Without a handler nothing is called.
	rig_write(r, "s.switch", "0");
	ASSERT_TEXT(rig_write(r, "count_call", "1"), "");
	rig_write(r, "reset", "");
	push_n(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "count_call", "1");
	// Mistakes change nothing.
	ASSERT_TEXT(rig_write(r, "count_call", "x s.switch 1"),
		"'count_call' first word should be unsigned (count)\n");
	ASSERT_TEXT(rig_write(r, "byte_count_call", "-1 s.switch 1"),
		"'byte_count_call' first word should be unsigned (count)\n");
	ASSERT_READ(r, "count_call", "1");
	ASSERT_TEXT(rig_write(r, "count_call", "1 s.nosuch"), "no 's.nosuch' write handler\n");
	push_n(r, 3);
	rig_free(r);
}

static void
state_moves_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Counter -> RigOut(0);"
				   "RigIn(1) -> new :: Counter(COUNT_CALL 2 s.switch 1)"
				   " -> s :: Switch; s [0] -> RigOut(1); s [1] -> RigOut(2);");
	struct element *new = rig_find(r, "new");

	push_n(r, 1);
	rig_write(r, "reset", "");
	push_n(r, 3);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	ASSERT_READ(r, "new.count", "3");
	ASSERT_READ(r, "new.byte_count", "12");
	rig_push_hex(r, 1, "01");
	ASSERT_READ(r, "new.count", "4");
	// The count was reached before.
	ASSERT_READ(r, "s.switch", "0");
	rig_free(r);
}

// What passes is the batch that reaches the count, as a whole.
static void
calls_once_a_batch(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> e :: CounterMP(COUNT_CALL 3 s.switch 1, BATCH_PRECISE false)"
		" -> s :: Switch; s [0] -> RigOut(0); s [1] -> RigOut(1);");
	struct packet *p[] = {rig_hex("01"), rig_hex("02")}, *q[] = {rig_hex("03"), rig_hex("04")};

	rig_push_batch(r, 0, p, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_push_batch(r, 0, q, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
	ASSERT_ERRORS("CounterAtomic(BATCH_PRECISE x)", 1, 1, "BATCH_PRECISE: parse error\n");
}

static void
handlers(void)
{
	struct rig *r = rig_new("Counter", 1, 1);

	ASSERT_READ(r, "handlers",
		"byte_count_call\tw\ncount_call\trw\nreset_counts\twUb\nreset\twb\nbyte_rate\tr\n"
		"bit_rate\tr\nrate\tr\nbyte_count\tr\ncount\tr\nhandlers\tr.\nports\tr.\n"
		"config\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Counter(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Counter(COUNT_CALL x e.reset)", 1, 1, "COUNT_CALL type mismatch\n");
	ASSERT_ERRORS(
		"Counter(BYTE_COUNT_CALL -5 e.reset)", 1, 1, "BYTE_COUNT_CALL type mismatch\n");
	ASSERT_ERRORS("Counter(COUNT_CALL x, BYTE_COUNT_CALL x)", 1, 1,
		"COUNT_CALL type mismatch\nBYTE_COUNT_CALL type mismatch\n");
	ASSERT_ERRORS("Counter(COUNT_CALL 1 e.nosuch)", 1, 1, "no 'e.nosuch' write handler\n");
	ASSERT_ERRORS("Counter(COUNT_CALL 1 e.count)", 1, 1, "no 'e.count' write handler\n");
	ASSERT_ERRORS("Counter(COUNT_CALL 1 x.y, BYTE_COUNT_CALL 1 z.y)", 1, 1,
		"no element named 'x'\nno element named 'z'\n");
}

UNIT_SUITE(counter, UNIT_CASE(counts), UNIT_CASE(measures_rates), UNIT_CASE(fades_to_nothing),
	UNIT_CASE(pulls), UNIT_CASE(calls_at_a_count), UNIT_CASE(calls_at_a_byte_count),
	UNIT_CASE(calls_while_pulling), UNIT_CASE(calls_that_reset_itself_repeat),
	UNIT_CASE(calls_can_be_written), UNIT_CASE(state_moves_to_a_new_one),
	UNIT_CASE(calls_once_a_batch), UNIT_CASE(handlers), UNIT_CASE(arguments))
