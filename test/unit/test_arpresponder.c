// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define ASK(ip)                                               \
	"ffffffffffff 020000000009 0806 0001 0800 06 04 0001" \
	"020000000009 0a000009 000000000000" ip
#define ANSWER(mac, ip) \
	"020000000009" mac "0806 0001 0800 06 04 0002" mac ip "020000000009 0a000009"

enum { NOT_ASKED, ANSWERED };

static void
answers_requests(void)
{
	struct rig *r = rig_new("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 1);
	struct packet *p = rig_hex(ASK("0a000001") "0000"), *reply;

	packet_set_anno_u16(p, ANNO_VLAN_TCI, 0x1234);
	packet_set_timestamp(p, 5);
	rig_push(r, 0, p);
	rig_push(r, 0, rig_segments(ASK("0a000001"), 7));
	rig_expect_hex(r, 0, 0, ANSWER("020000000001", "0a000001"));
	rig_expect_hex(r, 0, 1, ANSWER("020000000001", "0a000001"));
	reply = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_anno_u16(reply, ANNO_VLAN_TCI), 0x1234);
	CU_ASSERT_EQUAL(packet_mac_offset(reply), 0);
	CU_ASSERT_EQUAL(packet_timestamp(reply), 0);
	CU_ASSERT_EQUAL(rig_drops(r, ANSWERED), 2);
	rig_free(r);
}

static void
passes_the_rest_to_output_1(void)
{
	static const char *const other[] = {
		ASK("0a000002"), // not ours
		ANSWER("020000000001", "0a000001"), // a reply
		"ffffffffffff 020000000009 0806 0002 0800 06 04 0001"
		"020000000009 0a000009 000000000000 0a000001", // not Ethernet
		"ffffffffffff 020000000009 0806 0001 86dd 06 04 0001"
		"020000000009 0a000009 000000000000 0a000001", // not IP
		"ffffffffffff 020000000009 0800 0001 0800 06 04 0001"
		"020000000009 0a000009 000000000000 0a000001", // not ARP
		"ffffffffffff 020000000009 0806 0001 0800 06 04 0001"
		"020000000009 0a000009 000000000000 0a0000", // too short
	};
	struct rig *r = rig_new("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 2);
	unsigned n = sizeof(other) / sizeof(other[0]);

	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, other[i]);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), n);
	for (unsigned i = 0; i < n; i++)
		rig_expect_hex(r, 1, i, other[i]);
	rig_free(r);
}

static void
drops_the_rest_without_output_1(void)
{
	struct rig *r = rig_new("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 1);

	rig_push_hex(r, 0, ASK("0a000002"));
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, NOT_ASKED), 2);
	rig_free(r);
	rig_truncations("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 2, 0, ASK("0a000001"), NULL);
}

static void
keeps_the_order_in_a_batch(void)
{
	struct rig *r = rig_new("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 2);
	struct packet *pkts[] = {rig_hex("01"), rig_hex(ASK("0a000001")), rig_hex("02")};
	char *order;

	rig_push_batch(r, 0, pkts, 3);
	order = rig_order(r);
	ASSERT_TEXT(order, "1 0 1");
	free(order);
	rig_free(r);
}

static void
the_most_specific_prefix_counts(void)
{
	struct rig *r = rig_new("ARPResponder(0.0.0.0/0 2:0:0:0:0:1, 10.0.0.0/8 2:0:0:0:0:2, "
				"2:0:0:0:0:3 10.1.0.7/16 10.2.0.0/16)",
		1, 1);

	ASSERT_READ(r, "table",
		"10.1.0.0/16 02-00-00-00-00-03\n10.2.0.0/16 02-00-00-00-00-03\n"
		"10.0.0.0/8 02-00-00-00-00-02\n0.0.0.0/0 02-00-00-00-00-01\n");
	rig_push_hex(r, 0, ASK("0a01ffff"));
	rig_push_hex(r, 0, ASK("0a030000"));
	rig_push_hex(r, 0, ASK("01020304"));
	rig_expect_hex(r, 0, 0, ANSWER("020000000003", "0a01ffff"));
	rig_expect_hex(r, 0, 1, ANSWER("020000000002", "0a030000"));
	rig_expect_hex(r, 0, 2, ANSWER("020000000001", "01020304"));
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 2);

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, ASK("0a000001"));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, ANSWER("020000000001", "0a000001"));
	rig_expect_hex(r, 1, 0, "01");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("ARPResponder(10.0.0.1 2:0:0:0:0:1)", 1, 1);

	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.1"), "02-00-00-00-00-01");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.2"), "");
	ASSERT_TEXT(rig_read_error(r, "lookup", "10.0.0"), "expected IP address\n");
	ASSERT_TEXT(rig_read_error(r, "lookup", ""), "expected IP address\n");
	ASSERT_TEXT(rig_write(r, "add", "10.0.1.0/24 10.0.0.9 2:0:0:0:0:2"), "");
	ASSERT_READ(r, "table",
		"10.0.0.1/32 02-00-00-00-00-01\n10.0.0.9/32 02-00-00-00-00-02\n"
		"10.0.1.0/24 02-00-00-00-00-02\n");
	ASSERT_TEXT(rig_write(r, "add", "10.0.0.1 2:0:0:0:0:7"),
		"warning: multiple entries for 10.0.0.1/32\n");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.1"), "02-00-00-00-00-07");
	ASSERT_TEXT(rig_write(r, "add", "10.0.0.1"), "missing ETH\n");
	ASSERT_TEXT(rig_write(r, "remove", "10.0.0.9"), "");
	ASSERT_TEXT(rig_write(r, "remove", "10.0.0.9"), "10.0.0.9/32 not found\n");
	ASSERT_TEXT(rig_write(r, "remove", "10.0.1.5/24"), "");
	ASSERT_TEXT(rig_write(r, "remove", "10.0"), "expected IP/MASK\n");
	ASSERT_READ(r, "table", "10.0.0.1/32 02-00-00-00-00-07\n");
	ASSERT_TEXT(rig_write(r, "config", "10.0.0.2 2:0:0:0:0:8"), "");
	ASSERT_READ(r, "table", "10.0.0.2/32 02-00-00-00-00-08\n");
	ASSERT_TEXT(rig_write(r, "config", "10.0.0.3 2:0:0:0:0:8, x"),
		"argument 1: expected IP/MASK ETH\n");
	ASSERT_READ(r, "table", "10.0.0.2/32 02-00-00-00-00-08\n");
	ASSERT_READ(r, "handlers",
		"remove\tw\nadd\tw\nlookup\tr+\ntable\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\n"
		"class\tr.\nname\tr.\n");
	rig_free(r);
}

static void
names_stand_for_both(void)
{
	struct rig *r = rig_config("AddressInfo(us 10.0.0.5 2:0:0:0:0:5); e :: ARPResponder(us);"
				   "RigIn -> e -> RigOut;");

	ASSERT_READ(r, "table", "10.0.0.5/32 02-00-00-00-00-05\n");
	rig_free(r);
}

static void
no_arguments_answer_nothing(void)
{
	struct rig *r = rig_new("ARPResponder", 1, 1);

	ASSERT_READ(r, "table", "");
	rig_push_hex(r, 0, ASK("00000000"));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ARPResponder(10.0.0.1, 2:0:0:0:0:1)", 1, 1,
		"argument 0: missing ETH\nargument 1: missing IP/MASK\n");
	ASSERT_ERRORS("ARPResponder(10.0.0.1 2:0:0:0:0:1, 10.0.0.2 2:0:0:0:0:1 2:0:0:0:0:1)", 1, 1,
		"argument 1: more than one ETH\n");
	ASSERT_ERRORS("ARPResponder(10.0.0.1 foo)", 1, 1, "argument 0: expected IP/MASK ETH\n");
	ASSERT_ERRORS("ARPResponder(10.0.0.1/33 2:0:0:0:0:1)", 1, 1,
		"argument 0: expected IP/MASK ETH\n");
	ASSERT_ERRORS("ARPResponder(10.0.0.1 10.0.0.1 2:0:0:0:0:1, 10.0.0.1/32 2:0:0:0:0:1)", 1, 1,
		"warning: argument 0: multiple entries for 10.0.0.1/32\n"
		"warning: argument 1: multiple entries for 10.0.0.1/32\n");
}

UNIT_SUITE(arpresponder, UNIT_CASE(answers_requests), UNIT_CASE(passes_the_rest_to_output_1),
	UNIT_CASE(drops_the_rest_without_output_1), UNIT_CASE(keeps_the_order_in_a_batch),
	UNIT_CASE(the_most_specific_prefix_counts), UNIT_CASE(pulls), UNIT_CASE(handlers),
	UNIT_CASE(names_stand_for_both), UNIT_CASE(no_arguments_answer_nothing),
	UNIT_CASE(arguments))
