// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/notifier.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define COUNTED "RigIn(0) -> c :: Counter -> RigOut(0); "

static bool
has_text(struct rig *r, unsigned output, unsigned i, const char *text)
{
	struct packet *p = rig_packet(r, output, i);

	return p != NULL && packet_length(p) == strlen(text) &&
	       memcmp(packet_data(p), text, strlen(text)) == 0;
}

static void
pushes_the_value_at_intervals(void)
{
	struct rig *r = rig_config(COUNTED "e :: FromHandler(c.count) -> RigOut(1);");
	int64_t start = clock_now(), ns;

	rig_run_for(r, 999 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_TRUE(has_text(r, 1, 0, "0"));
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 1, 0)), 28);
	ns = packet_timestamp(rig_packet(r, 1, 0)) - start;
	CU_ASSERT_TRUE(ns >= CLOCK_S && ns < CLOCK_S + CLOCK_MS);
	for (unsigned i = 0; i < 12; i++)
		rig_push_hex(r, 0, "01");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_TRUE(has_text(r, 1, 1, "12"));
	// No drift.
	rig_run_for(r, 98 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 1), 100);
	ASSERT_READ(r, "count", "100");
	ASSERT_READ(r, "errors", "0");
	rig_free(r);
}

static void
gives_one_packet_to_a_pull_when_it_is_time(void)
{
	struct rig *r = rig_config(
		COUNTED "e :: FromHandler(c.count, INTERVAL 10ms) -> PullNull -> RigOut(1);");
	struct notifier *empty = rig_element(r)->class->notifier(rig_element(r), true, 0);

	CU_ASSERT_TRUE(notifier_is_active(empty));
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 0);
	CU_ASSERT_FALSE(notifier_is_active(empty));
	rig_run_for(r, 9 * CLOCK_MS);
	CU_ASSERT_FALSE(notifier_is_active(empty));
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_TRUE(notifier_is_active(empty));
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 1);
	CU_ASSERT_TRUE(has_text(r, 1, 0, "1"));
	CU_ASSERT_FALSE(notifier_is_active(empty));
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 0);
	// What was missed does not come afterwards, and the rhythm stays.
	rig_run_for(r, 54 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 0);
	rig_run_for(r, 4 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 1);
	ASSERT_READ(r, "count", "3");
	rig_free(r);
}

static void
who_pulls_sleeps_meanwhile(void)
{
	struct rig *r =
		rig_config("e :: FromHandler(e.name, INTERVAL 10ms) -> u :: Unqueue -> RigOut(0);");

	rig_run_for(r, 5 * CLOCK_MS);
	ASSERT_READ(r, "u.scheduled", "false");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 100);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

static void
late_turns_are_left_out(void)
{
	struct rig *r = rig_config("e :: FromHandler(name, INTERVAL 10ms) -> RigOut(0);");

	clock_jump(clock_steady() + 500 * CLOCK_MS);
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(has_text(r, 0, 0, "e"));
	rig_run_for(r, 25 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
names_are_seen_from_its_place(void)
{
	struct rig *r;

	r = rig_config("c :: Counter; Idle -> c -> Discard;"
		       "x :: { c :: Counter; Idle -> c -> Discard;"
		       "  FromHandler(c.name, INTERVAL 1ms) -> output };"
		       "x -> RigOut(0);"
		       "FromHandler(c.name, INTERVAL 1ms) -> RigOut(1);"
		       "FromHandler(list, INTERVAL 1ms) -> RigOut(2);"
		       "e :: FromHandler(.driver, INTERVAL 1ms) -> RigOut(3);");
	rig_run_for(r, 1500 * CLOCK_US);
	CU_ASSERT_TRUE(has_text(r, 0, 0, "x/c"));
	CU_ASSERT_TRUE(has_text(r, 1, 0, "c"));
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	CU_ASSERT_TRUE(has_text(r, 3, 0, "userlevel"));
	rig_free(r);
}

static void
gives_a_parameter(void)
{
	struct rig *r = rig_config("s :: Script(TYPE PASSIVE);"
				   "e :: FromHandler(s.add 40 2, INTERVAL 1ms) -> RigOut(0);");

	rig_run_for(r, 1500 * CLOCK_US);
	CU_ASSERT_TRUE(has_text(r, 0, 0, "42"));
	ASSERT_READ(r, "handler", "s.add 40 2");
	rig_free(r);
}

static void
failed_reads_are_counted(void)
{
	struct rig *r = rig_config(
		"e :: FromHandler(name x, INTERVAL 1ms, LIMIT 2, STOP true) -> RigOut(0);");

	rig_run_for(r, 5500 * CLOCK_US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "errors", "5");
	ASSERT_READ(r, "count", "0");
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "errors", "0");
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
errors_leave_by_output_1(void)
{
	struct rig *r = rig_config("e :: FromHandler(name x, INTERVAL 1ms, HEADROOM 100);"
				   "e[0] -> RigOut(0); e[1] -> RigOut(1);");

	rig_run_for(r, 2500 * CLOCK_US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_TRUE(has_text(r, 1, 0, "read handler 'e.name' does not take parameters"));
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 1, 0)), 100);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 1, 0)) >= 1000000000 * CLOCK_S);
	ASSERT_READ(r, "errors", "2");
	rig_free(r);
	// A script's own words, or none.
	r = rig_config("s :: Script(TYPE PASSIVE, error out of order);"
		       "e :: FromHandler(s.run, INTERVAL 1ms);"
		       "e[0] -> RigOut(0); e[1] -> RigOut(1);");
	rig_run_for(r, 1500 * CLOCK_US);
	CU_ASSERT_TRUE(has_text(r, 1, 0, "out of order"));
	rig_free(r);
	r = rig_config("s :: Script(TYPE PASSIVE, error);"
		       "e :: FromHandler(s.run, INTERVAL 1ms);"
		       "e[0] -> RigOut(0); e[1] -> RigOut(1);");
	rig_run_for(r, 1500 * CLOCK_US);
	CU_ASSERT_TRUE(has_text(r, 1, 0, "'s.run' failed"));
	rig_free(r);
	// Also when it is pulled from.
	r = rig_config("e :: FromHandler(name x, INTERVAL 1ms);"
		       "e[0] -> u :: Unqueue -> RigOut(0); e[1] -> RigOut(1);");
	rig_run_for(r, 2500 * CLOCK_US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
}

static void
values_of_any_bytes_and_length(void)
{
	struct rig *r = rig_config("i :: InfiniteSource(\\<00410042>, ACTIVE false) -> Discard;"
				   "e :: FromHandler(i.data, INTERVAL 1ms) -> RigOut(0);");

	rig_run_for(r, 1500 * CLOCK_US);
	rig_expect_hex(r, 0, 0, "00410042");
	ASSERT_TEXT(rig_write(r, "i.data", ""), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 0);
	rig_free(r);
}

static void
values_longer_than_a_packet(void)
{
	struct rig *r = rig_config("i :: InfiniteSource(ACTIVE false) -> Discard;"
				   "e :: FromHandler(i.data, INTERVAL 1ms);"
				   "e[0] -> RigOut(0); e[1] -> RigOut(1);");
	char text[UINT16_MAX + 2];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ASSERT_TEXT(rig_write(r, "i.data", text), "");
	rig_run_for(r, 1500 * CLOCK_US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_TRUE(has_text(r, 1, 0, "value of 'i.data' is longer than a packet"));
	text[UINT16_MAX] = '\0';
	ASSERT_TEXT(rig_write(r, "i.data", text), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), UINT16_MAX);
	ASSERT_READ(r, "errors", "1");
	rig_free(r);
}

static void
stops_one_interval_after_the_limit(void)
{
	struct rig *r = rig_config("e :: FromHandler(name, INTERVAL 10ms, LIMIT 2, STOP true)"
				   " -> RigOut(0);");

	rig_run_for(r, 25 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = rig_config("e :: FromHandler(name, INTERVAL 10ms, LIMIT 1, STOP true) -> Unqueue"
		       " -> RigOut(0);");
	rig_run_for(r, 15 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
begins_again(void)
{
	struct rig *r = rig_config("e :: FromHandler(name, INTERVAL 10ms, LIMIT 1) -> RigOut(0);");

	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "limit", "2"), "");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "count", "1");
	rig_free(r);
	r = rig_config("e :: FromHandler(name, INTERVAL 10ms, LIMIT 1) -> Unqueue -> RigOut(0);");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
activating_reads_at_once(const char *config)
{
	struct rig *r = rig_config(config);

	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
can_be_inactive(void)
{
	activating_reads_at_once(
		"e :: FromHandler(name, INTERVAL 10ms, ACTIVE false) -> RigOut(0);");
	activating_reads_at_once(
		"e :: FromHandler(name, INTERVAL 10ms, ACTIVE false) -> Unqueue -> RigOut(0);");
}

static void
interval_can_be_changed(void)
{
	struct rig *r = rig_config("e :: FromHandler(name, INTERVAL 1h) -> RigOut(0);");

	ASSERT_READ(r, "interval", "3600.000000s");
	ASSERT_TEXT(rig_write(r, "interval", "20ms"), "");
	ASSERT_READ(r, "interval", "20ms");
	rig_run_for(r, 19 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 22 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	// Beyond the end of the clock.
	ASSERT_TEXT(rig_write(r, "interval", "9e9"), "");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "interval", "1ms"), "");
	rig_run_for(r, 1500 * CLOCK_US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
what_it_reads_may_switch_it_off(void)
{
	struct rig *r = rig_config("s :: Script(TYPE PASSIVE, write e.active false, return off);"
				   "e :: FromHandler(s.run, INTERVAL 1ms) -> RigOut(0);");

	rig_run_for(r, 5 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(has_text(r, 0, 0, "off"));
	rig_free(r);
}

static void
goes_on_when_memory_is_back(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config("e :: FromHandler(name, INTERVAL 10ms) -> RigOut(0);");

	hoard_take(&hoard);
	rig_run_for(r, 35 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "errors", "0");
	hoard_release(&hoard);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("e :: FromHandler(name, INTERVAL 10ms) -> RigOut(0);");
	char *error;

	rig_run_for(r, 18 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	error = rig_swap(r, "e :: FromHandler(class, INTERVAL 10ms, LIMIT 3) -> RigOut(0);");
	ASSERT_TEXT(error, "");
	free(error);
	ASSERT_READ(r, "count", "1");
	rig_clear(r);
	// The interval that had begun ends.
	rig_run_for(r, 4 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(has_text(r, 0, 0, "FromHandler"));
	rig_run_for(r, 50 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "count", "3");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config("e :: FromHandler(name) -> RigOut(0);");

	ASSERT_READ(r, "handlers",
		"reset\twb\nactive\trw.c\nheadroom\trw.\nlimit\trw.\ninterval\trw.\nerrors\tr\n"
		"count\tr\nhandler\tr.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "handler", "name");
	ASSERT_READ(r, "interval", "1.000000s");
	ASSERT_READ(r, "limit", "-1");
	ASSERT_READ(r, "headroom", "28");
	ASSERT_READ(r, "active", "true");
	ASSERT_TEXT(rig_write(r, "headroom", "64"), "");
	ASSERT_READ(r, "headroom", "64");
	ASSERT_TEXT(rig_write(r, "interval", "0"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "interval", "999ns"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "interval", "x"), "bad interval\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "bad active\n");
	ASSERT_TEXT(rig_write(r, "headroom", "-1"), "bad headroom\n");
	ASSERT_TEXT(rig_write(r, "headroom", "2049"), "bad headroom\n");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "bad limit\n");
	ASSERT_TEXT(rig_write(r, "limit", "2147483648"), "bad limit\n");
	rig_run_for(r, 1001 * CLOCK_MS);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), 64);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("FromHandler", 0, 1, "HANDLER: required argument missing\n");
	ASSERT_ERRORS("FromHandler(x.count)", 0, 1, "no element named 'x'\n");
	ASSERT_ERRORS("FromHandler(e.nothing)", 0, 1, "no 'e.nothing' read handler\n");
	ASSERT_ERRORS("FromHandler(reset)", 0, 1, "no 'reset' read handler\n");
	ASSERT_ERRORS("FromHandler(name, 1)", 0, 1, "too many arguments\n");
	ASSERT_ERRORS("FromHandler(name, INTERVAL x)", 0, 1, "INTERVAL: parse error\n");
	ASSERT_ERRORS("FromHandler(name, INTERVAL 0)", 0, 1, "INTERVAL: out of range, bound 1us\n");
	ASSERT_ERRORS("FromHandler(name, LIMIT x)", 0, 1, "LIMIT: invalid number\n");
	ASSERT_ERRORS("FromHandler(name, STOP x)", 0, 1, "STOP: parse error\n");
	ASSERT_ERRORS("FromHandler(name, ACTIVE x)", 0, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS(
		"FromHandler(name, HEADROOM 2049)", 0, 1, "HEADROOM: out of range, bound 2048\n");
}

UNIT_SUITE(fromhandler, UNIT_CASE(pushes_the_value_at_intervals),
	UNIT_CASE(gives_one_packet_to_a_pull_when_it_is_time),
	UNIT_CASE(who_pulls_sleeps_meanwhile), UNIT_CASE(late_turns_are_left_out),
	UNIT_CASE(names_are_seen_from_its_place), UNIT_CASE(gives_a_parameter),
	UNIT_CASE(failed_reads_are_counted), UNIT_CASE(errors_leave_by_output_1),
	UNIT_CASE(values_of_any_bytes_and_length), UNIT_CASE(values_longer_than_a_packet),
	UNIT_CASE(stops_one_interval_after_the_limit), UNIT_CASE(begins_again),
	UNIT_CASE(can_be_inactive), UNIT_CASE(interval_can_be_changed),
	UNIT_CASE(what_it_reads_may_switch_it_off), UNIT_CASE(goes_on_when_memory_is_back),
	UNIT_CASE(hot_swap), UNIT_CASE(handlers), UNIT_CASE(arguments))
