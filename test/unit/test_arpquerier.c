// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ethernet/arpcache.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

#define QUERIER "ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1)"
#define US "020000000001"
#define GW "0200000000fe" // 10.0.0.254
#define QUERY_TO(eth, ip) eth US "0806 0001 0800 06 04 0001" US "0a000001 000000000000" ip
#define QUERY(ip) QUERY_TO("ffffffffffff", ip)
#define REPLY(mac, ip) US mac "0806 0001 0800 06 04 0002" mac ip US "0a000001"
#define GW_IP "0a0000fe"

enum {
	NO_ADDRESS = ARP_CACHE_DROPS,
	NO_DESTINATION,
	NO_MEMORY,
	LEARNT,
	NO_REPLY,
};

static struct packet *
ip_to(const char *hex, const char *next_hop)
{
	struct packet *p = rig_hex(hex);
	unsigned a, b, c, d;

	if (sscanf(next_hop, "%u.%u.%u.%u", &a, &b, &c, &d) == 4)
		packet_set_anno_u32(p, ANNO_DST_IP, a | b << 8 | c << 16 | d << 24);
	return p;
}

static void
send_to(struct rig *r, const char *hex, const char *next_hop)
{
	rig_push(r, 0, ip_to(hex, next_hop));
}

static void
asks_and_sends(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);
	struct packet *p = ip_to("4501", "10.0.0.254");

	packet_set_timestamp(p, 77);
	packet_set_anno_u16(p, ANNO_VLAN_TCI, 0x0102);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 1, 0, QUERY(GW_IP));
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 1, 0)), 77);
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 1, 0), ANNO_VLAN_TCI), 0x0102);
	// No second query so soon.
	send_to(r, "4502", "10.0.0.254");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "length", "2");
	ASSERT_READ(r, "count", "1");
	rig_push_hex(r, 1, REPLY(GW, GW_IP) "0000");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, GW US "0800 4501");
	rig_expect_hex(r, 0, 1, GW US "0800 4502");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	ASSERT_READ(r, "length", "0");
	send_to(r, "4503", "10.0.0.254");
	rig_expect_hex(r, 0, 2, GW US "0800 4503");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "queries", "1");
	ASSERT_READ(r, "responses", "1");
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "stats", "0 packets killed\n1 ARP queries sent\n");
	CU_ASSERT_EQUAL(rig_drops(r, LEARNT), 1);
	rig_free(r);
}

static void
one_output_takes_all(void)
{
	struct rig *r = rig_new(QUERIER, 2, 1);

	send_to(r, "4501", "10.0.0.254");
	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	rig_expect_hex(r, 0, 0, QUERY(GW_IP));
	rig_expect_hex(r, 0, 1, GW US "0800 4501");
	rig_free(r);
}

static void
a_batch_keeps_its_order(void)
{
	struct rig *r = rig_new(QUERIER, 2, 1);
	struct packet *pkts[] = {
		ip_to("01", "10.0.0.254"),
		ip_to("02", "10.0.0.7"),
		ip_to("03", "10.0.0.255"),
		ip_to("04", "10.0.0.7"),
		ip_to("05", "0.0.0.0"),
		ip_to("06", "224.0.0.5"),
	};

	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.254 2:0:0:0:0:fe"), "");
	rig_push_batch(r, 0, pkts, 6);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_expect_hex(r, 0, 0, GW US "0800 01");
	rig_expect_hex(r, 0, 1, QUERY("0a000007"));
	rig_expect_hex(r, 0, 2, "ffffffffffff" US "0800 03");
	rig_expect_hex(r, 0, 3, "01005e000005" US "0800 06");
	rig_push_hex(r, 1, REPLY("020000000007", "0a000007"));
	rig_expect_hex(r, 0, 4, "020000000007" US "0800 02");
	rig_expect_hex(r, 0, 5, "020000000007" US "0800 04");
	rig_free(r);
}

// A reply that comes while the query is being sent counts for the rest of the batch.
static void
replies_may_come_at_once(void)
{
	struct rig *r = rig_config("e :: " QUERIER ";"
				   "RigIn(0) -> e; e [0] -> RigOut(0);"
				   "e [1] -> ARPResponder(0/0 2:0:0:0:0:fe) -> [1] e;");
	struct packet *pkts[] = {ip_to("01", "10.0.0.254"), ip_to("02", "10.0.0.254"),
		ip_to("03", "10.0.0.9"), ip_to("04", "10.0.0.254")};

	rig_push_batch(r, 0, pkts, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_expect_hex(r, 0, 0, GW US "0800 01");
	rig_expect_hex(r, 0, 1, GW US "0800 02");
	rig_expect_hex(r, 0, 2, GW US "0800 03");
	rig_expect_hex(r, 0, 3, GW US "0800 04");
	rig_free(r);
}

static void
group_addresses_need_no_query(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);

	send_to(r, "01", "10.0.0.255");
	send_to(r, "02", "255.255.255.255");
	send_to(r, "03", "239.255.1.2");
	send_to(r, "04", "240.0.0.1");
	rig_expect_hex(r, 0, 0, "ffffffffffff" US "0800 01");
	rig_expect_hex(r, 0, 1, "ffffffffffff" US "0800 02");
	rig_expect_hex(r, 0, 2, "01005e7f0102" US "0800 03");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_expect_hex(r, 1, 0, QUERY("f0000001"));
	rig_free(r);
	r = rig_new("ARPQuerier(10.0.0.1, 2:0:0:0:0:1)", 2, 2);
	ASSERT_READ(r, "broadcast", "255.255.255.255");
	send_to(r, "01", "10.0.0.255");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	r = rig_new("ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1, BROADCAST 10.0.0.9)", 2, 2);
	send_to(r, "01", "10.0.0.255");
	send_to(r, "02", "10.0.0.9");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 0, 0, "ffffffffffff" US "0800 02");
	rig_free(r);
}

static void
no_next_hop_is_told_once(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);

	rig_push_hex(r, 0, "45");
	rig_push_hex(r, 0, "45");
	ASSERT_TEXT(rig_chatter(r),
		"e :: ARPQuerier: would query for 0.0.0.0; missing dest IP addr annotation?\n");
	CU_ASSERT_EQUAL(rig_drops(r, NO_DESTINATION), 2);
	ASSERT_READ(r, "drops", "2");
	ASSERT_READ(r, "stats", "2 packets killed\n0 ARP queries sent\n");
	rig_free(r);
}

static void
without_an_address_nothing_is_sent(void)
{
	struct rig *r = rig_new("ARPQuerier(0.0.0.0, 2:0:0:0:0:1)", 2, 2);

	send_to(r, "45", "10.0.0.9");
	CU_ASSERT_EQUAL(rig_drops(r, NO_ADDRESS), 1);
	ASSERT_READ(r, "drops", "1");
	ASSERT_TEXT(rig_write(r, "ipaddr", "10.0.0.2"), "");
	send_to(r, "45", "10.0.0.9");
	rig_expect_hex(r, 1, 0,
		"ffffffffffff" US "0806 0001 0800 06 04 0001" US "0a000002 000000000000 0a000009");
	rig_free(r);
}

static void
learns_from_replies_only(void)
{
	static const char *const useless[] = {
		QUERY_TO(US, GW_IP), // a request
		US GW "0800 0001 0800 06 04 0002" GW GW_IP US "0a000001", // not ARP
		US GW "0806 0006 0800 06 04 0002" GW GW_IP US "0a000001", // not Ethernet
		US GW "0806 0001 86dd 06 04 0002" GW GW_IP US "0a000001", // not IP
		REPLY("010000000007", GW_IP), // a group address
		REPLY("ffffffffffff", GW_IP),
	};
	struct rig *r = rig_new(QUERIER, 2, 2);

	for (unsigned i = 0; i < sizeof(useless) / sizeof(useless[0]); i++)
		rig_push_hex(r, 1, useless[i]);
	rig_push_hex(r, 1, US GW "0806 0001 0800 06 04 0002" GW GW_IP US "0a0000");
	ASSERT_READ(r, "responses", "6");
	ASSERT_READ(r, "table", "");
	CU_ASSERT_EQUAL(rig_drops(r, NO_REPLY), 7);
	// One that nobody asked for.
	rig_push(r, 1, rig_segments(REPLY(GW, GW_IP), 9));
	ASSERT_READ(r, "count", "1");
	CU_ASSERT_EQUAL(rig_drops(r, LEARNT), 1);
	rig_free(r);
	rig_truncations(QUERIER, 2, 2, 1, REPLY(GW, GW_IP), NULL);
}

static void
queries_are_rare(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);

	// Ten with 100 ms between them, then one in 2 s.
	for (unsigned ms = 0; ms < 7000; ms += 50) {
		send_to(r, "45", "10.0.0.254");
		rig_run_for(r, 50 * CLOCK_MS);
	}
	CU_ASSERT_EQUAL(rig_count(r, 1), 10 + 3);
	ASSERT_READ(r, "queries", "13");
	ASSERT_READ(r, "length", "140");
	rig_free(r);
}

static void
old_addresses_are_polled(void)
{
	struct rig *r =
		rig_new("ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1, POLL_TIMEOUT 1, TIMEOUT 3)", 2, 1);

	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	send_to(r, "01", "10.0.0.254");
	rig_run_for(r, CLOCK_S - CLOCK_MS);
	send_to(r, "02", "10.0.0.254");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_run_for(r, 2 * CLOCK_MS);
	// The query goes first, to the host itself.
	send_to(r, "03", "10.0.0.254");
	send_to(r, "04", "10.0.0.254");
	rig_expect_hex(r, 0, 2, QUERY_TO(GW, GW_IP));
	rig_expect_hex(r, 0, 3, GW US "0800 03");
	rig_expect_hex(r, 0, 4, GW US "0800 04");
	rig_run_for(r, 101 * CLOCK_MS);
	send_to(r, "05", "10.0.0.254");
	rig_expect_hex(r, 0, 5, QUERY_TO(GW, GW_IP));
	rig_expect_hex(r, 0, 6, GW US "0800 05");
	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	rig_run_for(r, 500 * CLOCK_MS);
	send_to(r, "06", "10.0.0.254");
	rig_expect_hex(r, 0, 7, GW US "0800 06");
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	// And then it is forgotten.
	rig_run_for(r, 2501 * CLOCK_MS);
	send_to(r, "07", "10.0.0.254");
	rig_expect_hex(r, 0, 8, QUERY(GW_IP));
	CU_ASSERT_EQUAL(rig_count(r, 0), 9);
	ASSERT_READ(r, "length", "1");
	rig_free(r);
}

static void
polls_can_be_broadcast_or_off(void)
{
	struct rig *r = rig_new("ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1, POLL_TIMEOUT 1, "
				"BROADCAST_POLL true)",
		2, 2);

	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	rig_run_for(r, 2 * CLOCK_S);
	send_to(r, "01", "10.0.0.254");
	rig_expect_hex(r, 1, 0, QUERY(GW_IP));
	rig_free(r);
	r = rig_new("ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1, POLL_TIMEOUT 0)", 2, 2);
	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	rig_run_for(r, 299 * CLOCK_S);
	send_to(r, "01", "10.0.0.254");
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
addresses_may_change(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);

	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	send_to(r, "01", "10.0.0.254");
	rig_push_hex(r, 1, REPLY("020000000077", GW_IP));
	send_to(r, "02", "10.0.0.254");
	rig_expect_hex(r, 0, 0, GW US "0800 01");
	rig_expect_hex(r, 0, 1, "020000000077" US "0800 02");
	ASSERT_READ(r, "count", "1");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);

	ASSERT_READ(r, "ipaddr", "10.0.0.1");
	ASSERT_READ(r, "broadcast", "10.0.0.255");
	ASSERT_TEXT(rig_write(r, "ipaddr", "x"), "expected IP address\n");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.254 2:0:0:0:0:fe"), "");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.254"), "ETH: required argument missing\n");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0 2:0:0:0:0:fe"), "IP: parse error\n");
	ASSERT_TEXT(rig_write(r, "delete", ""), "IP: required argument missing\n");
	send_to(r, "01", "10.0.0.254");
	rig_expect_hex(r, 0, 0, GW US "0800 01");
	rig_run_for(r, 1500 * CLOCK_MS);
	ASSERT_READ(r, "table", "10.0.0.254 1 02-00-00-00-00-FE 1.500000\n");
	ASSERT_TEXT(rig_write(r, "delete", "10.0.0.254"), "");
	ASSERT_READ(r, "table", "10.0.0.254 0 FF-FF-FF-FF-FF-FF 0.000000\n");
	send_to(r, "02", "10.0.0.254");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	// What waits leaves in front of the next packet.
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.254 2:0:0:0:0:fd"), "");
	ASSERT_READ(r, "length", "1");
	send_to(r, "03", "10.0.0.254");
	rig_expect_hex(r, 0, 1, "0200000000fd" US "0800 02");
	rig_expect_hex(r, 0, 2, "0200000000fd" US "0800 03");
	send_to(r, "04", "10.0.0.7");
	ASSERT_READ(r, "length", "1");
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	ASSERT_READ(r, "table", "");
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "queries", "0");
	ASSERT_READ(r, "stats", "1 packets killed\n0 ARP queries sent\n");
	CU_ASSERT_EQUAL(rig_drops(r, ARP_CLEARED), 1);
	ASSERT_READ(r, "handlers",
		"clear\twb\ndelete\tw\ninsert\tw\nlength\tr\ncount\tr\ndrops\tr\nresponses\tr\n"
		"queries\tr\nstats\tr\ntable\tr\nbroadcast\trw\nipaddr\trw\nhandlers\tr.\n"
		"ports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
configures_again(void)
{
	struct rig *r = rig_new(QUERIER, 2, 2);

	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	ASSERT_TEXT(rig_write(r, "config", "10.0.0.1/16, 2:0:0:0:0:1, POLL_TIMEOUT 1"), "");
	ASSERT_READ(r, "count", "1");
	ASSERT_READ(r, "broadcast", "10.0.255.255");
	rig_run_for(r, 2 * CLOCK_S);
	send_to(r, "01", "10.0.0.254");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 1, 0, QUERY_TO(GW, GW_IP));
	// Another address of ours: nothing that was learnt holds.
	ASSERT_TEXT(rig_write(r, "config", "10.0.0.1/16, 2:0:0:0:0:2"), "");
	ASSERT_READ(r, "count", "0");
	send_to(r, "01", "10.0.255.255");
	rig_expect_hex(r, 0, 1, "ffffffffffff 020000000002 0800 01");
	ASSERT_TEXT(rig_write(r, "config", "10.0.0.1/16, 2:0:0:0:0:1, CAPACITY_SLIM_FACTOR 0"),
		"CAPACITY_SLIM_FACTOR cannot be zero\n");
	rig_free(r);
}

static void
names_stand_for_both(void)
{
	struct rig *r = rig_config("AddressInfo(us 10.0.0.5/24 2:0:0:0:0:5); e :: ARPQuerier(us);"
				   "RigIn(0) -> e; RigIn(1) -> [1] e; e -> RigOut;");

	ASSERT_READ(r, "ipaddr", "10.0.0.5");
	send_to(r, "01", "255.255.255.255");
	rig_expect_hex(r, 0, 0, "ffffffffffff 020000000005 0800 01");
	rig_free(r);
}

static void
shares_a_table(void)
{
	struct rig *r = rig_config("t :: ARPTable(TIMEOUT 10);"
				   "e :: ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1, TABLE t);"
				   "f :: ARPQuerier(10.0.0.2/24, 2:0:0:0:0:2, TABLE t, "
				   "POLL_TIMEOUT 2);"
				   "RigIn(0) -> e; RigIn(1) -> [1] e; e [0] -> RigOut(0);"
				   "RigIn(2) -> f; RigIn(3) -> [1] f; f [0] -> RigOut(1);");

	rig_push(r, 2, ip_to("01", "10.0.0.254"));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "t.length", "1");
	ASSERT_READ(r, "length", "1");
	// The reply comes to the other one, which sends what waited.
	rig_push_hex(r, 1, REPLY(GW, GW_IP));
	rig_expect_hex(r, 0, 0, GW US "0800 01");
	send_to(r, "02", "10.0.0.254");
	rig_expect_hex(r, 0, 1, GW US "0800 02");
	rig_push(r, 2, ip_to("03", "10.0.0.254"));
	rig_expect_hex(r, 1, 1, GW "020000000002 0800 03");
	// Each polls when it wants to.
	rig_run_for(r, 3 * CLOCK_S);
	send_to(r, "04", "10.0.0.254");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_push(r, 2, ip_to("05", "10.0.0.254"));
	CU_ASSERT_EQUAL(rig_count(r, 1), 4);
	ASSERT_READ(r, "t.count", "1");
	// It is too late to change.
	ASSERT_TEXT(rig_write(r, "config", "10.0.0.1/24, 2:0:0:0:0:1"),
		"TABLE: cannot change while running\n");
	rig_free(r);
}

static void
state_moves_to_a_new_router(void)
{
	struct rig *r = rig_config("e :: " QUERIER "; f :: " QUERIER ";"
				   "g :: ARPQuerier(10.0.0.1/24, 2:0:0:0:0:2);"
				   "RigIn(0) -> e; RigIn(1) -> [1] e; e -> RigOut(0);"
				   "RigIn(2) -> f; RigIn(3) -> [1] f; f -> RigOut(1);"
				   "RigIn(4) -> g; RigIn(5) -> [1] g; g -> RigOut(2);");
	struct element *e = rig_element(r), *f = rig_find(r, "f"), *g = rig_find(r, "g");
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	rig_push_hex(r, 1, REPLY("020000000007", "0a000007"));
	send_to(r, "01", "10.0.0.254");
	send_to(r, "02", "0.0.0.0");
	CU_ASSERT_EQUAL(g->class->take_state(g, e, &errh), 0);
	ASSERT_READ(r, "g.count", "0");
	element_take_drops(f, e);
	CU_ASSERT_EQUAL(f->class->take_state(f, e, &errh), 0);
	ASSERT_READ(r, "f.count", "2");
	ASSERT_READ(r, "f.length", "1");
	ASSERT_READ(r, "f.queries", "1");
	ASSERT_READ(r, "f.responses", "1");
	ASSERT_READ(r, "f.drops", "1");
	rig_push_hex(r, 3, REPLY(GW, GW_IP));
	rig_push(r, 2, ip_to("03", "10.0.0.7"));
	rig_expect_hex(r, 1, 0, GW US "0800 01");
	rig_expect_hex(r, 1, 1, "020000000007" US "0800 03");
	CU_ASSERT_EQUAL(f->class->take_state(f, g, &errh), 0);
	ASSERT_TEXT(strbuf_text(&errors), "");
	strbuf_fini(&errors);
	rig_free(r);
}

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("ARPQuerier", 2, 1, "IP: required argument missing\n");
	ASSERT_ERRORS("ARPQuerier(10.0.0.1)", 2, 1, "ETH: parse error\n");
	ASSERT_ERRORS("ARPQuerier(IP 10.0.0.1)", 2, 1, "ETH: required argument missing\n");
	ASSERT_ERRORS(
		"ARPQuerier(10.0.0.1/40, 1:2:3:4:5)", 2, 1, "IP: parse error\nETH: parse error\n");
	ASSERT_ERRORS("ARPQuerier(10.0.0.1, 1:2:3:4:5:6, CAPACITY_SLIM_FACTOR 0)", 2, 1,
		"CAPACITY_SLIM_FACTOR cannot be zero\n");
	ASSERT_ERRORS("ARPQuerier(10.0.0.1, 1:2:3:4:5:6, CAPACITY x)", 2, 1,
		"CAPACITY: invalid number\n");
	ASSERT_ERRORS("ARPQuerier(10.0.0.1, 1:2:3:4:5:6, TIMEOUT x, POLL_TIMEOUT -1)", 2, 1,
		"TIMEOUT: parse error\nPOLL_TIMEOUT: parse error\n");
	ASSERT_ERRORS("ARPQuerier(10.0.0.1, 1:2:3:4:5:6, BROADCAST_POLL 2, BROADCAST 1.2.3)", 2, 1,
		"BROADCAST: parse error\nBROADCAST_POLL: parse error\n");
	ASSERT_ERRORS("ARPQuerier(10.0.0.1, 1:2:3:4:5:6, TABLE t)", 2, 1,
		"TABLE: does not name an element\n");
	errors = rig_config_errors("t :: Idle; e :: ARPQuerier(10.0.0.1, 1:2:3:4:5:6, TABLE t);"
				   "Idle -> e; Idle -> [1] e; e -> Discard;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: ARPQuerier':\n"
			    "  TABLE: element type mismatch, expected ARPTable\n");
	free(errors);
}

UNIT_SUITE(arpquerier, UNIT_CASE(asks_and_sends), UNIT_CASE(one_output_takes_all),
	UNIT_CASE(a_batch_keeps_its_order), UNIT_CASE(replies_may_come_at_once),
	UNIT_CASE(group_addresses_need_no_query), UNIT_CASE(no_next_hop_is_told_once),
	UNIT_CASE(without_an_address_nothing_is_sent), UNIT_CASE(learns_from_replies_only),
	UNIT_CASE(queries_are_rare), UNIT_CASE(old_addresses_are_polled),
	UNIT_CASE(polls_can_be_broadcast_or_off), UNIT_CASE(addresses_may_change),
	UNIT_CASE(handlers), UNIT_CASE(configures_again), UNIT_CASE(names_stand_for_both),
	UNIT_CASE(shares_a_table), UNIT_CASE(state_moves_to_a_new_router), UNIT_CASE(arguments))
