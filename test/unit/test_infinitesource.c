// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
makes_packets_up_to_the_limit(void)
{
	struct rig *r =
		rig_config("e :: InfiniteSource(\\<01020304>, LIMIT 2, STOP true) -> RigOut(0);");
	const struct packet *p;

	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_expect_hex(r, 0, 1, "01020304");
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_headroom(p), 28);
	CU_ASSERT_TRUE(packet_timestamp(p) > 1000000000 * CLOCK_S);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 1)) > packet_timestamp(p));
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "scheduled", "false");
	rig_free(r);
}

static void
one_burst_in_a_run(void)
{
	// A round of the driver is 128 runs.
	struct rig *r = rig_config("e :: InfiniteSource -> RigOut(0);");

	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 128);
	rig_free(r);
	r = rig_config("e :: InfiniteSource(BURST 3) -> RigOut(0);");
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 384);
	rig_free(r);
	// The last burst is cut; longer bursts than a batch are as good.
	r = rig_config("e :: InfiniteSource(LIMIT 150, BURST 100, STOP true) -> RigOut(0);");
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 150);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

// Count changes when the whole burst is out.
static void
counts_behind_the_burst(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 6, BURST 3)"
				   " -> c :: Counter(COUNT_CALL 5 e.limit 4) -> RigOut(0);");

	rig_run(r, 2);
	// The call came in the middle of the second burst, which goes on.
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	ASSERT_READ(r, "limit", "4");
	ASSERT_READ(r, "count", "6");
	rig_free(r);
}

static void
limit_0_stops_at_once(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 0, STOP true) -> RigOut(0);");

	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
without_stop_it_just_ends(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 2) -> RigOut(0);");

	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_TEXT(rig_write(r, "limit", "5"), "");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	ASSERT_READ(r, "count", "5");
	rig_free(r);
}

static void
end_call(void)
{
	struct rig *r =
		rig_config("e :: InfiniteSource(LIMIT 3, END_CALL s.switch 1) -> s :: Switch;"
			   "s [0] -> RigOut(0); s [1] -> RigOut(1);");

	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_READ(r, "s.switch", "1");
	// A call that lets the source begin again.
	ASSERT_TEXT(rig_write(r, "config", "LIMIT 4, END_CALL reset"), "");
	rig_run(r, 6);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1 + 5 * 4);
	// A configuration without one ends it.
	ASSERT_TEXT(rig_write(r, "config", "LIMIT 2"), "");
	rig_write(r, "reset", "");
	rig_run(r, 2);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
	ASSERT_ERRORS("InfiniteSource(END_CALL x.y)", 0, 1, "no element named 'x'\n");
	ASSERT_ERRORS("InfiniteSource(END_CALL e.count)", 0, 1, "no 'e.count' write handler\n");
	ASSERT_ERRORS("InfiniteSource(END_CALL e.reset, STOP true)", 0, 1,
		"END_CALL and STOP are mutually exclusive\n");
}

static void
stops_while_a_queue_is_full(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 5, STOP true) -> q :: Queue(2)"
				   " -> PullNull -> RigOut(0);");

	rig_run(r, 5);
	ASSERT_READ(r, "q.length", "2");
	ASSERT_READ(r, "q.drops", "0");
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "scheduled", "false");
	CU_ASSERT_FALSE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_READ(r, "scheduled", "true");
	rig_run(r, 5);
	ASSERT_READ(r, "count", "3");
	rig_free(r);
	// SimpleQueue says nothing.
	r = rig_config("e :: InfiniteSource(LIMIT 5, STOP true) -> q :: SimpleQueue(2) -> Idle;");
	rig_run(r, 5);
	ASSERT_READ(r, "q.length", "2");
	ASSERT_READ(r, "q.drops", "3");
	ASSERT_READ(r, "q.highwater_length", "2");
	ASSERT_TEXT(rig_chatter(r), "q :: SimpleQueue: overflow\n");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
gives_to_who_pulls(void)
{
	struct rig *r =
		rig_config("e :: InfiniteSource(LIMIT 100, STOP true) -> PullNull -> RigOut(0);");

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 64);
	// Those that are made together have one time.
	CU_ASSERT_TRUE(
		packet_timestamp(rig_packet(r, 0, 0)) < packet_timestamp(rig_packet(r, 0, 1)));
	CU_ASSERT_EQUAL(
		packet_timestamp(rig_packet(r, 0, 64)), packet_timestamp(rig_packet(r, 0, 1)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 35);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_READ(r, "count", "100");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "handlers",
		"datasize\trw.D\nburstsize\trw.D\nlength\trw.\nreset\twb\ncount\tr\nactive\trwc\n"
		"burst\trw.\nlimit\trw.\ndata\trw%.\nhandlers\tr.\nports\tr.\nconfig\trw.\n"
		"class\tr.\nname\tr.\n");
	rig_free(r);
}

static void
who_pulls_sleeps_at_the_end(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 3) -> u :: Unqueue -> RigOut(0);");

	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "u.scheduled", "false");
	ASSERT_TEXT(rig_write(r, "limit", "4"), "");
	ASSERT_READ(r, "u.scheduled", "true");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	rig_free(r);
}

static void
can_be_switched_off(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 3, ACTIVE false) -> RigOut(0);");

	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "active", "false");
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
length_repeats_or_cuts_the_data(void)
{
	struct rig *r = rig_config(
		"e :: InfiniteSource(\\<010203>, LIMIT 1, LENGTH 7, TIMESTAMP false) -> RigOut(0);");

	rig_run(r, 2);
	rig_expect_hex(r, 0, 0, "01020301020301");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 0);
	ASSERT_READ(r, "length", "7");
	ASSERT_READ(r, "data", "\1\2\3");
	ASSERT_TEXT(rig_write(r, "length", "2"), "");
	rig_write(r, "reset", "");
	rig_run(r, 2);
	rig_expect_hex(r, 0, 1, "0102");
	ASSERT_TEXT(rig_write(r, "datasize", "-1"), "");
	ASSERT_TEXT(rig_write(r, "data", "hello"), "");
	rig_write(r, "reset", "");
	rig_run(r, 2);
	rig_expect_hex(r, 0, 2, "68656c6c6f");
	rig_free(r);
	// Nothing cannot be repeated.
	r = rig_config("e :: InfiniteSource(\"\", LIMIT 1, DATASIZE 3) -> RigOut(0);");
	rig_run(r, 2);
	rig_expect_hex(r, 0, 0, "000000");
	rig_free(r);
	r = rig_config("e :: InfiniteSource(LIMIT 1, LENGTH 65535) -> RigOut(0);");
	rig_run(r, 2);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 65535);
	rig_free(r);
}

static void
can_be_configured_again(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(abc, LIMIT 1, LENGTH 2) -> RigOut(0);");

	rig_run(r, 2);
	ASSERT_TEXT(rig_write(r, "config", "LIMIT 3, STOP true"), "");
	ASSERT_READ(r, "config", "LIMIT 3, STOP true");
	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_TRUE(rig_stopped(r));
	// What is not given has its default again.
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 69);
	CU_ASSERT_EQUAL(strlen(rig_read(r, "data")), 69);
	ASSERT_TEXT(rig_write(r, "config", "BURST 0"), "burst size must be >= 1\n");
	ASSERT_READ(r, "config", "LIMIT 3, STOP true");
	// A call that does not exist is not called.
	ASSERT_TEXT(rig_write(r, "config", "LIMIT 4, END_CALL x.y"), "no element named 'x'\n");
	rig_run(r, 3);
	rig_free(r);
}

static void
goes_on_when_memory_is_back(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 3) -> RigOut(0);");

	hoard_take(&hoard);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "count", "0");
	hoard_release(&hoard);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(x, 9, 2) -> RigOut(0);");

	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\n"
		"datasize\trw.D\nburstsize\trw.D\nlength\trw.\nreset\twb\ncount\tr\nactive\trwc\n"
		"burst\trw.\nlimit\trw.\ndata\trw%.\nhandlers\tr.\nports\tr.\nconfig\trw.\n"
		"class\tr.\nname\tr.\n");
	ASSERT_READ(r, "limit", "9");
	ASSERT_READ(r, "burst", "2");
	ASSERT_READ(r, "burstsize", "2");
	ASSERT_READ(r, "length", "-1");
	ASSERT_TEXT(rig_write(r, "burst", "4"), "");
	ASSERT_READ(r, "burst", "4");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "limit parameter must be integer\n");
	ASSERT_TEXT(rig_write(r, "limit", "2147483648"), "limit parameter must be integer\n");
	ASSERT_TEXT(rig_write(r, "burst", "0"), "burstsize parameter must be integer >= 1\n");
	ASSERT_TEXT(rig_write(r, "burstsize", "x"), "burstsize parameter must be integer >= 1\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "active parameter must be boolean\n");
	ASSERT_TEXT(rig_write(r, "length", "x"), "length must be integer\n");
	ASSERT_TEXT(rig_write(r, "length", "65536"), "length must be integer\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("InfiniteSource(x, y)", 0, 1, "LIMIT: invalid number\n");
	ASSERT_ERRORS("InfiniteSource(x, 1, 0)", 0, 1, "burst size must be >= 1\n");
	ASSERT_ERRORS("InfiniteSource(x, 1, -3)", 0, 1, "burst size must be >= 1\n");
	ASSERT_ERRORS("InfiniteSource(x, 1, 1, 3)", 0, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("InfiniteSource(x, 1, 1, true, 3)", 0, 1, "too many arguments\n");
	ASSERT_ERRORS("InfiniteSource(STOP x)", 0, 1, "STOP: parse error\n");
	ASSERT_ERRORS("InfiniteSource(TIMESTAMP x)", 0, 1, "TIMESTAMP: parse error\n");
	ASSERT_ERRORS("InfiniteSource(LENGTH 65536)", 0, 1, "LENGTH: out of range, bound 65535\n");
	ASSERT_ERRORS("InfiniteSource(LIMIT 5000000000)", 0, 1, "");
}

UNIT_SUITE(infinitesource, UNIT_CASE(makes_packets_up_to_the_limit), UNIT_CASE(one_burst_in_a_run),
	UNIT_CASE(counts_behind_the_burst), UNIT_CASE(limit_0_stops_at_once),
	UNIT_CASE(without_stop_it_just_ends), UNIT_CASE(end_call),
	UNIT_CASE(stops_while_a_queue_is_full), UNIT_CASE(gives_to_who_pulls),
	UNIT_CASE(who_pulls_sleeps_at_the_end), UNIT_CASE(can_be_switched_off),
	UNIT_CASE(length_repeats_or_cuts_the_data), UNIT_CASE(can_be_configured_again),
	UNIT_CASE(goes_on_when_memory_is_back), UNIT_CASE(handlers), UNIT_CASE(arguments))
