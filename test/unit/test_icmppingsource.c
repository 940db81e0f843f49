// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/chatter.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define PING_1 "4500001e 00010000 c801efdb 01000001 02000002 0800939c 03000001 6162"
#define PING_2 "4500001e 00020000 c801efda 01000001 02000002 0800939b 03000002 6162"
#define REPLY_1 "4500001e 00090000 400177d4 02000002 01000001 00009b9c 03000001 6162"
#define REPLY_2 "4500001e 00090000 400177d4 02000002 01000001 00009b9b 03000002 6162"

#define ARGS "1.0.0.1, 2.0.0.2, IDENTIFIER 3, DATA ab"

static struct packet *
reply(const char *hex, int64_t at_ns)
{
	struct packet *p = rig_hex(hex);

	packet_set_network(p, 0, 20);
	packet_set_timestamp(p, at_ns);
	return p;
}

static void
pings_at_intervals(void)
{
	struct rig *r = rig_new("ICMPPingSource(" ARGS ", INTERVAL 0.5)", 0, 1);
	struct packet *p;

	rig_run_for(r, 499 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 2 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	rig_expect_hex(r, 0, 0, PING_1);
	rig_expect_hex(r, 0, 1, PING_2);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_TRUE(packet_timestamp(p) >= INT64_C(1000000000) * CLOCK_S + 500 * CLOCK_MS);
	ASSERT_READ(r, "count", "5");
	ASSERT_READ(r, "handlers",
		"reset_counts\twb\ninterval\tw\nlimit\tw\ncount\tr\ndst\trw\nsrc\trw\n"
		"active\trwc\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
limit(void)
{
	struct rig *r = rig_new("ICMPPingSource(" ARGS ", INTERVAL 0.1, LIMIT 2)", 0, 1);

	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "limit", "3"), "");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
	r = rig_new("ICMPPingSource(" ARGS ", INTERVAL 0.1, LIMIT 2, STOP true)", 0, 1);
	rig_run_for(r, 250 * CLOCK_MS);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_TRUE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("ICMPPingSource(" ARGS ", LIMIT 0)", 0, 1);
	rig_run_for(r, 5 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

// It stops the driver once, however often it is pulled at its limit.
static void
stops_once(void)
{
	struct rig *r = rig_new_queue("ICMPPingSource(" ARGS ", LIMIT 1, STOP true)", 0, 1);

	router_adjust_run_count(rig_element(r)->router, 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	for (unsigned i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	CU_ASSERT_FALSE(rig_stopped(r));
	// At another limit it does so again.
	ASSERT_TEXT(rig_write(r, "limit", "2"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("ICMPPingSource(9.0.0.9, 8.0.0.8, IDENTIFIER 3, DATA ab, "
				"ACTIVE false)",
		0, 1);

	rig_run_for(r, 3 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "src", "1.0.0.1"), "");
	ASSERT_TEXT(rig_write(r, "dst", "2.0.0.2"), "");
	ASSERT_READ(r, "src", "1.0.0.1");
	ASSERT_READ(r, "dst", "2.0.0.2");
	ASSERT_TEXT(rig_write(r, "interval", "0.0109"), "");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, 105 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	rig_expect_hex(r, 0, 0, PING_1);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "active", "maybe"), "type mismatch"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "src", "1.2"), "syntax error"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "limit", "x"), "'limit' should be integer"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rig_write(r, "interval", "-1"), "'interval' should be an interval"));
	ASSERT_READ(r, "src", "1.0.0.1");
	rig_free(r);
}

static void
replies(void)
{
	struct rig *r = rig_new("ICMPPingSource(" ARGS ", INTERVAL 0.1)", 1, 1);
	int64_t sent[2];

	ASSERT_READ(r, "summary", "0 packets transmitted, 0 received");
	rig_run_for(r, 450 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	for (unsigned i = 0; i < 2; i++)
		sent[i] = packet_timestamp(rig_packet(r, 0, i));
	ASSERT_READ(r, "summary", "4 packets transmitted, 0 received, 100% packet loss\n");
	rig_push(r, 0, reply(REPLY_1, sent[0] + 1234567));
	ASSERT_TEXT(rig_chatter(r),
		"e :: ICMPPingSource: 2 bytes from 2.0.0.2: icmp_seq=1 ttl=64 time=1.234 ms\n");
	rig_push(r, 0, reply(REPLY_2, sent[1] + 3 * CLOCK_MS));
	ASSERT_TEXT(rig_chatter(r),
		"e :: ICMPPingSource: 2 bytes from 2.0.0.2: icmp_seq=2 ttl=64 time=3.000 ms\n");
	ASSERT_READ(r, "rtt_min", "0.001234");
	ASSERT_READ(r, "rtt_avg", "0.002117");
	ASSERT_READ(r, "rtt_max", "0.003");
	ASSERT_READ(r, "summary",
		"4 packets transmitted, 2 received, 50% packet loss\n"
		"rtt min/avg/max/mdev = 1.234/2.117/3.000/0.883\n");
	rig_push(r, 0, reply(REPLY_1, sent[0] + 9 * CLOCK_MS));
	ASSERT_READ(r, "summary",
		"4 packets transmitted, 2 received, +1 duplicates, 50% packet "
		"loss\nrtt min/avg/max/mdev = 1.234/2.117/3.000/0.883\n");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_READ(r, "handlers",
		"rtt_max\tr\nrtt_avg\tr\nrtt_min\tr\nsummary\tr\nreset_counts\twb\ninterval\tw\n"
		"limit\tw\ncount\tr\ndst\trw\nsrc\trw\nactive\trwc\nhandlers\tr.\nports\tr.\n"
		"config\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	rig_push(r, 0, reply(REPLY_1, 0));
	ASSERT_READ(r, "summary", "0 packets transmitted, 0 received");
	ASSERT_READ(r, "rtt_avg", "0");
	rig_free(r);
}

static void
others_are_dropped(void)
{
	struct rig *r = rig_new("ICMPPingSource(" ARGS ", INTERVAL 0.1, VERBOSE false)", 1, 1);
	static const char *const others[] = {
		"4500001e 00090000 400177d4 02000002 01000001 00009a9c 04000001 6162",
		"4500001e 00090000 400177d4 02000002 01000001 00009b50 0300004d 6162",
		"4500001e 00090000 400177d4 02000002 01000001 0800939c 03000001 6162",
		"4500001e 00090000 401177d4 02000002 01000001 00009b9c 03000001 6162",
		"4500001e 00090001 400177d4 02000002 01000001 00009b9c 03000001 6162",
		"4400001e 00090000 400177d4 02000002 01000001 00009b9c 03000001 6162",
		"4500001e 00090000 400177d4 02000002 01000001 00009b9c 030000",
		"4500001e 00090000 400177d4 02000002 010000",
	};

	rig_run_for(r, 150 * CLOCK_MS);
	for (unsigned i = 0; i < RTE_DIM(others); i++)
		rig_push(r, 0, reply(others[i], 0));
	rig_push_hex(r, 0, REPLY_1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), RTE_DIM(others) + 1);
	rig_push(r, 0, reply(REPLY_1, 0));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

// What is chattered when the rig is gone already.
struct last_words {
	struct chatter_listener listener;
	struct strbuf text;
};

static void
last_line(struct chatter_listener *listener, const char *line)
{
	strbuf_addf(&((struct last_words *)listener)->text, "%s\n", line);
}

static void
summary_at_the_end(void)
{
	struct last_words last = {.listener.line = last_line};
	struct rig *r = rig_config("RigIn -> e :: ICMPPingSource(" ARGS ") -> RigOut;"
				   "RigIn(1) -> ICMPPingSource(" ARGS ", VERBOSE false)"
				   " -> RigOut(1)");

	rig_run_for(r, 1500 * CLOCK_MS);
	rig_push(r, 0, reply(REPLY_1, packet_timestamp(rig_packet(r, 0, 0)) + CLOCK_MS));
	chatter_listen(&last.listener);
	rig_free(r);
	chatter_unlisten(&last.listener);
	ASSERT_TEXT(strbuf_text(&last.text), "1 packets transmitted, 1 received, 0% packet loss\n"
					     "rtt min/avg/max/mdev = 1.000/1.000/1.000/0.000\n");
	strbuf_fini(&last.text);
}

// The router that goes has nothing to sum up, the one that comes goes on.
static void
swapped(void)
{
	static const char config[] = "RigIn -> e :: ICMPPingSource(" ARGS ") -> RigOut";
	struct rig *r = rig_config(config);
	char *errors;

	rig_run_for(r, 1500 * CLOCK_MS);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_push(r, 0, reply(REPLY_1, packet_timestamp(rig_packet(r, 0, 0)) + CLOCK_MS));
	ASSERT_READ(r, "summary",
		"1 packets transmitted, 1 received, 0% packet loss\n"
		"rtt min/avg/max/mdev = 1.000/1.000/1.000/0.000\n");
	rig_run_for(r, CLOCK_S);
	rig_expect_hex(r, 0, 1, PING_2);
	rig_free(r);
}

static void
mirror(void)
{
	struct rig *r =
		rig_new("ICMPPingSource(" ARGS ", MIRROR true, LIMIT 3, VERBOSE false)", 1, 1);

	rig_run_for(r, 1500 * CLOCK_MS);
	rig_push(r, 0, reply(REPLY_1, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 1, PING_2);
	rig_push(r, 0, reply(REPLY_2, 0));
	rig_push(r, 0, reply(REPLY_2, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
pull(void)
{
	struct rig *r = rig_new_queue("ICMPPingSource(" ARGS ", LIMIT 3)", 0, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	rig_expect_hex(r, 0, 0, PING_1);
	rig_expect_hex(r, 0, 1, PING_2);
	rig_run_for(r, 3 * CLOCK_S);
	ASSERT_READ(r, "count", "3");
	ASSERT_TEXT(rig_write(r, "limit", "-1"), "");
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	rig_free(r);
}

static void
numbers_leave_out_zero(void)
{
	struct rig *r = rig_new_queue("ICMPPingSource(1.0.0.1, 2.0.0.2)", 0, 1);
	uint16_t id;

	for (unsigned i = 1; i <= 65536; i++) {
		rig_pull(r, 0, 1);
		packet_read(rig_packet(r, 0, 0), 4, &id, 2);
		if (rte_be_to_cpu_16(id) != (i - 1) % 65535 + 1)
			CU_FAIL("wrong id");
		rig_clear(r);
	}
	rig_free(r);
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("ICMPPingSource(" ARGS ", INTERVAL 0.1)", 0, 1);

	hoard_take(&hoard);
	rig_run_for(r, 350 * CLOCK_MS);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 100 * CLOCK_MS);
	rig_expect_hex(r, 0, 0, PING_1);
	rig_free(r);
}

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("ICMPPingSource", 0, 1,
		"SRC: required argument missing\nDST: required argument missing\n");
	ASSERT_ERRORS("ICMPPingSource(1.2.3.4, 1.2.3.4, 7)", 0, 1, "too many arguments\n");
	ASSERT_ERRORS(
		"ICMPPingSource(1.2.3.4, 1.2.3.4, INTERVAL x)", 0, 1, "INTERVAL: parse error\n");
	ASSERT_ERRORS("ICMPPingSource(1.2.3.4, 1.2.3.4, INTERVAL 0.0001)", 0, 1,
		"warning: INTERVAL so small that it is zero\n");
	ASSERT_ERRORS("ICMPPingSource(1.2.3.4, 1.2.3.4, LIMIT x)", 0, 1, "LIMIT: invalid number\n");
	ASSERT_ERRORS("ICMPPingSource(1.2.3.4, 1.2.3.4, STOP 3)", 0, 1, "STOP: parse error\n");
	ASSERT_ERRORS("ICMPPingSource(1.2.3.4, 1.2.3.4, IDENTIFIER -1)", 0, 1,
		"IDENTIFIER: invalid number\n");
	ASSERT_ERRORS("ICMPSendPings(1.2.3.4, x)", 0, 1, "DST: parse error\n");
	errors = rig_config_errors(
		"e :: ICMPPingSource(1.2.3.4, 1.2.3.4, MIRROR true) -> PullNull -> RigOut");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: ICMPPingSource':\n"
			    "  MIRROR invalid on pull element\n");
	free(errors);
	errors = rig_config_errors(
		"e :: ICMPPingSource(1.2.3.4, 1.2.3.4, INTERVAL 2) -> PullNull -> RigOut");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: ICMPPingSource':\n"
			    "  warning: element is pull, INTERVAL parameter will be ignored\n");
	free(errors);
}

UNIT_SUITE(icmppingsource, UNIT_CASE(pings_at_intervals), UNIT_CASE(limit), UNIT_CASE(stops_once),
	UNIT_CASE(handlers), UNIT_CASE(replies), UNIT_CASE(others_are_dropped),
	UNIT_CASE(summary_at_the_end), UNIT_CASE(swapped), UNIT_CASE(mirror), UNIT_CASE(pull),
	UNIT_CASE(numbers_leave_out_zero), UNIT_CASE(no_memory), UNIT_CASE(arguments))
