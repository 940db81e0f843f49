// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/ip6/address.h"
#include "elements/ip6/ndcache.h"
#include "src/clock.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/hoard.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

enum { NO_DESTINATION, NO_MEMORY, REPLACED, EXPIRED, LEARNT, NO_ADVERTISEMENT, END };

#define SOLICITOR "IP6NDSolicitor(2001:db8::1, 2:0:0:0:0:1)"
#define HOST "0200000000aa"
#define OTHER "0200000000bb"
#define US "020000000001"
// For 2001:db8::2.
#define ASK                                              \
	"3333ff000002" US "86dd 60000000 00203aff" IP6_A \
	"ff020000 00000000 00000001 ff000002 8700 1c27 00000000" IP6_B "0101" US
#define TELL_HEAD(mac, hlim, type) \
	US mac "86dd 60000000 00203a" hlim IP6_B IP6_A type "00 0000 40000000" IP6_B
#define TELL(mac) TELL_HEAD(mac, "ff", "88") "0201" mac

static struct packet *
packet_to(const char *hex, const char *next_hop)
{
	struct packet *p = rig_hex(hex);
	struct ip6_addr a;

	CU_ASSERT_EQUAL(text_read_ip6(next_hop, &a), 0);
	ip6_set_anno(p, a.bytes);
	return p;
}

static void
send_to(struct rig *r, const char *hex, const char *next_hop)
{
	rig_push(r, 0, packet_to(hex, next_hop));
}

static void
asks_and_sends(void)
{
	struct rig *r = rig_new(SOLICITOR, 2, 2);
	struct packet *p;

	send_to(r, "6001", "2001:db8::2");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_expect_hex(r, 1, 0, ASK);
	p = rig_packet(r, 1, 0);
	packet_pull(p, 14);
	CU_ASSERT_TRUE(ip6packet_is_right(p));
	ASSERT_READ(r, "table", "2001:db8::2 0 00-00-00-00-00-00\n");
	// The later one takes its place.
	send_to(r, "6002", "2001:db8::2");
	rig_expect_hex(r, 1, 1, ASK);
	ASSERT_READ(r, "stats", "1 packets killed\n2 ND Solicitation Message sent\n");
	rig_push_hex(r, 1, TELL(HOST));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, HOST US "86dd 6002");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	send_to(r, "6003", "2001:db8::2");
	rig_expect_hex(r, 0, 1, HOST US "86dd 6003");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "table", "2001:db8::2 1 02-00-00-00-00-AA\n");
	CU_ASSERT_EQUAL(rig_drops(r, REPLACED), 1);
	CU_ASSERT_EQUAL(rig_drops(r, LEARNT), 1);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_push(r, 1, rig_segments(TELL(OTHER) "0000", 5));
	ASSERT_TEXT(rig_chatter(r), "IP6NDSolicitor overwriting an entry\n");
	send_to(r, "6004", "2001:db8::2");
	rig_expect_hex(r, 0, 2, OTHER US "86dd 6004");
	ASSERT_READ(r, "handlers",
		"stats\tr\ntable\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
a_batch_keeps_its_order(void)
{
	struct rig *r = rig_new(SOLICITOR, 2, 1);
	struct packet *pkts[] = {
		packet_to("01", "2001:db8::2"),
		packet_to("02", "2001:db8::3"),
		packet_to("03", "ff02::1:2"),
		packet_to("04", "::"),
		packet_to("05", "2001:db8::2"),
	};

	send_to(r, "00", "2001:db8::2");
	rig_push_hex(r, 1, TELL(HOST));
	rig_clear(r);
	rig_push_batch(r, 0, pkts, RTE_DIM(pkts));
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_expect_hex(r, 0, 0, HOST US "86dd 01");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 86);
	rig_expect_hex(r, 0, 2, "333300010002" US "86dd 03");
	rig_expect_hex(r, 0, 3, HOST US "86dd 05");
	CU_ASSERT_EQUAL(rig_drops(r, NO_DESTINATION), 1);
	rig_free(r); // one still waits
}

static void
bad_advertisements(void)
{
	struct rig *r = rig_new(SOLICITOR, 2, 2);

	rig_push_hex(r, 1, TELL(HOST)); // nobody asked
	ASSERT_READ(r, "table", "");
	send_to(r, "6001", "2001:db8::2");
	rig_push_hex(r, 1, TELL_HEAD(HOST, "fe", "88") "0201" HOST);
	rig_push_hex(r, 1, TELL_HEAD(HOST, "ff", "87") "0201" HOST);
	rig_push_hex(r, 1, TELL_HEAD(HOST, "ff", "88") "0101" HOST);
	rig_push_hex(r, 1, TELL_HEAD(HOST, "ff", "88") "0202" HOST);
	rig_push_hex(r, 1, TELL_HEAD(HOST, "ff", "88") "0201 0300000000aa");
	rig_push_hex(r, 1, TELL_HEAD(HOST, "ff", "88") "0201 0200000000");
	CU_ASSERT_EQUAL(rig_drops(r, NO_ADVERTISEMENT), 7);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
	rig_truncations(SOLICITOR, 2, 2, 1, TELL(HOST), NULL);
	rig_truncations(SOLICITOR, 2, 2, 0, IP6_UDP, NULL);
}

static void
ages(void)
{
	struct rig *r = rig_new(SOLICITOR, 2, 2);

	send_to(r, "6001", "2001:db8::2");
	rig_push_hex(r, 1, TELL(HOST));
	send_to(r, "6001", "2001:db8::3"); // nobody answers
	rig_run_for(r, 59 * CLOCK_S);
	send_to(r, "6002", "2001:db8::2");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_run_for(r, 17 * CLOCK_S); // 76 s: the timer of 75 s has seen it
	send_to(r, "6003", "2001:db8::2");
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	rig_expect_hex(r, 1, 2, ASK);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3); // and is sent all the same
	send_to(r, "6004", "2001:db8::2");
	CU_ASSERT_EQUAL(rig_count(r, 1), 3); // asked once only
	rig_run_for(r, 40 * CLOCK_S); // 116 s
	send_to(r, "6005", "2001:db8::2");
	CU_ASSERT_EQUAL(rig_count(r, 1), 4);
	CU_ASSERT_EQUAL(rig_drops(r, EXPIRED), 0);
	rig_run_for(r, 20 * CLOCK_S); // 136 s
	ASSERT_READ(r, "table", "");
	CU_ASSERT_EQUAL(rig_drops(r, EXPIRED), 1);
	send_to(r, "6006", "2001:db8::2");
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	// A new advertisement makes it young again.
	rig_push_hex(r, 1, TELL(HOST));
	rig_run_for(r, 100 * CLOCK_S);
	rig_push_hex(r, 1, TELL(HOST));
	rig_run_for(r, 50 * CLOCK_S);
	ASSERT_READ(r, "table", "2001:db8::2 1 02-00-00-00-00-AA\n");
	rig_free(r);
}

// More next hops than packets may wait, and than are kept.
static void
many_neighbours(void)
{
	struct rig *r = rig_new(SOLICITOR, 2, 2);
	struct strbuf table = STRBUF_INIT;

	send_to(r, "60", "2001:db8::2");
	rig_push_hex(r, 1, TELL(HOST));
	for (unsigned i = 0; i < ND_ENTRIES_MAX + 100; i++) {
		struct packet *p = rig_hex("60");
		struct ip6_addr a = {{0x20,
			2, [13] = (uint8_t)(i >> 16), [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i}};

		ip6_set_anno(p, a.bytes);
		rig_push(r, 0, p);
		rig_clear(r);
	}
	CU_ASSERT_EQUAL(rig_drops(r, REPLACED), ND_ENTRIES_MAX + 100 - ND_WAITING_MAX);
	// Who is known was not pushed out.
	send_to(r, "6007", "2001:db8::2");
	rig_expect_hex(r, 0, 0, HOST US "86dd 6007");
	strbuf_adds(&table, rig_read(r, "table"));
	CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&table), "2002::4063 0 "));
	CU_ASSERT_PTR_NULL(strstr(strbuf_text(&table), "2002:: 0 "));
	strbuf_fini(&table);
	rig_run_for(r, 150 * CLOCK_S);
	ASSERT_READ(r, "table", "");
	CU_ASSERT_EQUAL(rig_drops(r, EXPIRED), ND_WAITING_MAX);
	rig_free(r);
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config("RigIn(0) -> e :: " SOLICITOR " -> RigOut(0); RigIn(1) -> [1] e;"
				   "RigIn(2) -> RigOut(1)");
	struct packet *p = packet_to("6001", "2001:db8::2");

	hoard_take(&hoard);
	rig_push(r, 0, p); // no solicitation can be made
	hoard_release(&hoard);
	ASSERT_READ(r, "stats", "0 packets killed\n0 ND Solicitation Message sent\n");
	p = packet_to("6001", "2001:db8::2");
	rig_push(r, 2, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p); // nor a header for shared bytes
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, NO_MEMORY), 1);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(
		"RigIn -> e :: " SOLICITOR " -> RigOut; RigIn(1) -> [1] e; e [1] -> RigOut(1)");
	char *errors;

	send_to(r, "6001", "2001:db8::2");
	send_to(r, "6002", "2001:db8::3");
	rig_push_hex(r, 1, TELL(HOST));
	errors = rig_swap(
		r, "RigIn -> e :: " SOLICITOR " -> RigOut; RigIn(1) -> [1] e; e [1] -> RigOut(1)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(
		r, "table", "2001:db8::2 1 02-00-00-00-00-AA\n2001:db8::3 0 00-00-00-00-00-00\n");
	ASSERT_READ(r, "stats", "0 packets killed\n2 ND Solicitation Message sent\n");
	send_to(r, "6003", "2001:db8::2");
	// Another address is another router.
	errors = rig_swap(r, "RigIn -> e :: IP6NDSolicitor(::7, 2:0:0:0:0:1) -> RigOut;"
			     "RigIn(1) -> [1] e; e [1] -> RigOut(1)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "table", "");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("IP6NDSolicitor", 2, 1,
		"IP: required argument missing\nETH: required argument missing\n");
	ASSERT_ERRORS("IP6NDSolicitor(1.2.3.4, 2:0:0:0:0:1)", 2, 1, "IP: parse error\n");
	ASSERT_ERRORS("IP6NDSolicitor(::1, x)", 2, 1, "ETH: parse error\n");
	ASSERT_ERRORS("IP6NDSolicitor(::1, 2:0:0:0:0:1, 3)", 2, 1, "too many arguments\n");
}

UNIT_SUITE(ip6ndsolicitor, UNIT_CASE(asks_and_sends), UNIT_CASE(a_batch_keeps_its_order),
	UNIT_CASE(bad_advertisements), UNIT_CASE(ages), UNIT_CASE(many_neighbours),
	UNIT_CASE(no_memory), UNIT_CASE(hot_swap), UNIT_CASE(arguments))
