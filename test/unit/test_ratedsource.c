// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
sends_at_its_rate(void)
{
	struct rig *r = rig_config("e :: RatedSource(\\<0102>, RATE 10) -> RigOut(0);");

	// It begins with a full bucket.
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, "0102");
	rig_run_for(r, 80 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_run_for(r, 20 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 103);
	ASSERT_READ(r, "count", "103");
	rig_free(r);
}

static void
packets_are_stamped_and_have_headroom(void)
{
	struct rig *r = rig_config("e :: RatedSource(\\<0102>) -> RigOut(0);");
	const struct packet *p;

	rig_run_for(r, CLOCK_MS);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_TRUE(packet_timestamp(p) >= 1000000000 * CLOCK_S);
	CU_ASSERT_EQUAL(packet_headroom(p), 60);
	rig_free(r);
}

static void
fast_ones_begin_with_a_burst(void)
{
	struct rig *r = rig_config("e :: RatedSource(RATE 100000) -> RigOut(0);");

	rig_run_for(r, CLOCK_MS / 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1000);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2000);
	rig_free(r);
}

static void
rate_0_sends_one_packet(void)
{
	struct rig *r = rig_config("e :: RatedSource(RATE 0) -> RigOut(0);");

	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_READ(r, "scheduled", "false");
	// It wakes up when it gets a rate.
	ASSERT_TEXT(rig_write(r, "rate", "10"), "");
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_TRUE(rig_count(r, 0) >= 100);
	rig_free(r);
}

static void
bandwidth_makes_the_rate(void)
{
	struct rig *r = rig_config("e :: RatedSource(LENGTH 125, BANDWIDTH 100kbps) -> RigOut(0);");

	ASSERT_READ(r, "rate", "100");
	rig_run_for(r, CLOCK_MS);
	// Twice LENGTH.
	CU_ASSERT_EQUAL(rig_count(r, 0), 250);
	rig_free(r);
	r = rig_config("e :: RatedSource(\\<01020304>, BANDWIDTH 40) -> RigOut(0);");
	ASSERT_READ(r, "rate", "10");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	ASSERT_ERRORS("RatedSource(\"\", BANDWIDTH 10kbps)", 0, 1,
		"BANDWIDTH needs packets that are not empty\n");
	ASSERT_ERRORS("RatedSource(LENGTH 0, BANDWIDTH 10kbps)", 0, 1,
		"BANDWIDTH needs packets that are not empty\n");
	ASSERT_ERRORS("RatedSource(BANDWIDTH 10k)", 0, 1, "BANDWIDTH: parse error\n");
}

static void
stops_at_the_limit(void)
{
	struct rig *r = rig_config("e :: RatedSource(LIMIT 2) -> RigOut(0);");

	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_TEXT(rig_write(r, "limit", "3"), "");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	ASSERT_TEXT(rig_write(r, "limit", "-7"), "");
	ASSERT_READ(r, "limit", "-1");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_TRUE(rig_count(r, 0) > 10);
	rig_free(r);
	r = rig_config("e :: RatedSource(LIMIT 1, STOP true) -> RigOut(0);");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = rig_config("e :: RatedSource(LIMIT 0, STOP true) -> RigOut(0);");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
activating_gives_a_token(void)
{
	struct rig *r = rig_config("e :: RatedSource(RATE 1, ACTIVE false) -> RigOut(0);");

	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	ASSERT_READ(r, "scheduled", "true");
	rig_run_for(r, CLOCK_MS);
	// The first look at the bucket fills it.
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, 100 * CLOCK_MS);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	// Only becoming active does.
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
gives_to_who_pulls(void)
{
	struct rig *r = rig_config("e :: RatedSource(\\<01>, RATE 300, LIMIT 5, STOP true)"
				   " -> PullNull -> RigOut(0);");

	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_EQUAL(
		packet_timestamp(rig_packet(r, 0, 0)), packet_timestamp(rig_packet(r, 0, 1)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_run_for(r, 5 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	ASSERT_READ(r, "handlers",
		"datasize\trwD\nlength\trw\nreset\twb\ncount\tr\nactive\trwc\nlimit\trw.\nrate\trw\n"
		"data\trw%.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
length_repeats_or_cuts_the_data(void)
{
	struct rig *r = rig_config("e :: RatedSource(\\<010203>, LIMIT 1, LENGTH 5) -> RigOut(0);");

	rig_run_for(r, CLOCK_MS);
	rig_expect_hex(r, 0, 0, "0102030102");
	ASSERT_READ(r, "length", "5");
	ASSERT_READ(r, "datasize", "5");
	ASSERT_TEXT(rig_write(r, "length", "2"), "");
	rig_write(r, "reset", "");
	rig_run_for(r, CLOCK_MS);
	rig_expect_hex(r, 0, 1, "0102");
	// A new payload has the length that was asked for.
	ASSERT_TEXT(rig_write(r, "data", "ABC"), "");
	ASSERT_READ(r, "data", "ABC");
	rig_write(r, "reset", "");
	rig_run_for(r, CLOCK_MS);
	rig_expect_hex(r, 0, 2, "4142");
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 2)), 60);
	ASSERT_TEXT(rig_write(r, "datasize", "-1"), "");
	rig_write(r, "reset", "");
	rig_run_for(r, CLOCK_MS);
	rig_expect_hex(r, 0, 3, "414243");
	rig_free(r);
	r = rig_config("e :: RatedSource(\"\", LIMIT 1, LENGTH 3) -> RigOut(0);");
	rig_run_for(r, CLOCK_MS);
	rig_expect_hex(r, 0, 0, "000000");
	rig_free(r);
}

static void
goes_on_when_memory_is_back(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config("e :: RatedSource(RATE 10, LIMIT 3) -> RigOut(0);");

	hoard_take(&hoard);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	hoard_release(&hoard);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config("e :: RatedSource -> RigOut(0);");

	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\n"
		"datasize\trwD\nlength\trw\nreset\twb\ncount\tr\nactive\trwc\nlimit\trw.\nrate\trw\n"
		"data\trw%.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "rate", "10");
	ASSERT_READ(r, "limit", "-1");
	ASSERT_READ(r, "active", "true");
	ASSERT_READ(r, "length", "-1");
	CU_ASSERT_EQUAL(strlen(rig_read(r, "data")), 69);
	ASSERT_TEXT(rig_write(r, "rate", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "rate", "-1"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "rate", "4294967296"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "limit", "2147483648"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "length", "65536"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "length", "x"), "syntax error\n");
	ASSERT_TEXT(rig_write(r, "rate", "4294967295"), "");
	ASSERT_READ(r, "rate", "4294967295");
	ASSERT_TEXT(rig_write(r, "config", ""), "no 'e.config' write handler\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RatedSource(a b)", 0, 1, "a: unknown argument\n");
	ASSERT_ERRORS("RatedSource(x, -1)", 0, 1, "RATE: invalid number\n");
	ASSERT_ERRORS("RatedSource(x, 1, y)", 0, 1, "LIMIT: invalid number\n");
	ASSERT_ERRORS("RatedSource(x, 1, 2, 3)", 0, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("RatedSource(x, 1, 2, true, 5)", 0, 1, "too many arguments\n");
	ASSERT_ERRORS("RatedSource(LENGTH 65536)", 0, 1, "LENGTH: out of range, bound 65535\n");
	ASSERT_ERRORS("RatedSource(STOP x)", 0, 1, "STOP: parse error\n");
	ASSERT_ERRORS("RatedSource(DATASIZE 3)", 0, 1, "");
}

UNIT_SUITE(ratedsource, UNIT_CASE(sends_at_its_rate),
	UNIT_CASE(packets_are_stamped_and_have_headroom), UNIT_CASE(fast_ones_begin_with_a_burst),
	UNIT_CASE(rate_0_sends_one_packet), UNIT_CASE(bandwidth_makes_the_rate),
	UNIT_CASE(stops_at_the_limit), UNIT_CASE(activating_gives_a_token),
	UNIT_CASE(gives_to_who_pulls), UNIT_CASE(length_repeats_or_cuts_the_data),
	UNIT_CASE(goes_on_when_memory_is_back), UNIT_CASE(handlers), UNIT_CASE(arguments))
