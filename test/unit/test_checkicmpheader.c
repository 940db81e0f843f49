// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "elements/ip/checksum.h"
#include "test/unit/rig.h"

#define ECHO "4500001c 00010000 ff01b8dd 01000001 02000002 0800f7fb 00030001"

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, (packet_length(p) > 0 ? packet_data(p)[0] & 15u : 5) * 4);
}

static struct packet *
marked(struct packet *p)
{
	mark(p);
	return p;
}

// An ICMP message of n bytes with the right checksum.
static struct packet *
message(uint8_t type, uint32_t n)
{
	uint8_t bytes[20 + 100] = {0x45, [9] = 1, [20] = type};
	uint16_t sum;

	for (unsigned i = 24; i < 20 + n; i++)
		bytes[i] = (uint8_t)(i * 77);
	sum = checksum_finish(checksum_add(0, bytes + 20, n));
	memcpy(bytes + 22, &sum, 2);
	return marked(packet_make(PACKET_HEADROOM, bytes, 20 + n));
}

static void
good_packets(void)
{
	struct rig *r = rig_new("CheckICMPHeader", 1, 2);
	static const struct {
		uint8_t type;
		uint32_t len;
		bool good;
	} lengths[] = {{8, 8, true}, {8, 9, true}, {8, 100, true}, {0, 8, true}, {3, 36, true},
		{3, 35, false}, {4, 36, true}, {4, 35, false}, {5, 36, true}, {5, 8, false},
		{11, 36, true}, {11, 35, false}, {12, 37, true}, {12, 35, false}, {13, 20, true},
		{13, 21, false}, {13, 19, false}, {14, 20, true}, {14, 8, false}, {15, 8, true},
		{15, 9, false}, {16, 8, true}, {16, 20, false}, {17, 8, true}, {255, 33, true}};

	rig_push(r, 0, marked(rig_hex(ECHO)));
	rig_push(r, 0, marked(rig_segments(ECHO, 3)));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 1, ECHO);
	for (unsigned i = 0; i < RTE_DIM(lengths); i++) {
		rig_clear(r);
		rig_push(r, 0, message(lengths[i].type, lengths[i].len));
		CU_ASSERT_EQUAL(rig_count(r, 0), lengths[i].good);
		CU_ASSERT_EQUAL(rig_count(r, 1), !lengths[i].good);
	}
	rig_free(r);
}

static void
reasons(void)
{
	struct rig *r = rig_new("CheckICMPHeader(VERBOSE true, DETAILS true)", 1, 2);

	rig_push_hex(r, 0, ECHO);
	rig_push(r, 0,
		marked(rig_hex("4500001c 00010000 ff11b8dd 01000001 02000002 0800f7fb 00030001")));
	ASSERT_TEXT(rig_chatter(r), "e :: CheckICMPHeader: ICMP header check failed: not ICMP\n"
				    "e :: CheckICMPHeader: ICMP header check failed: not ICMP\n");
	rig_push(r, 0,
		marked(rig_hex("4500001b 00010000 ff01b8dd 01000001 02000002 0800f7fb 000300")));
	ASSERT_TEXT(rig_chatter(r),
		"e :: CheckICMPHeader: ICMP header check failed: bad packet length\n");
	rig_push(r, 0,
		marked(rig_hex("4500001c 00010000 ff01b8dd 01000001 02000002 0800f7fc 00030001")));
	rig_push(r, 0,
		marked(rig_hex("4500001c 00010000 ff01b8dd 01000001 02000002 00000000 00000000")));
	rig_push(r, 0, marked(rig_segments(ECHO "01", 3)));
	ASSERT_TEXT(rig_chatter(r),
		"e :: CheckICMPHeader: ICMP header check failed: bad ICMP checksum\n"
		"e :: CheckICMPHeader: ICMP header check failed: bad ICMP checksum\n"
		"e :: CheckICMPHeader: ICMP header check failed: bad ICMP checksum\n");
	CU_ASSERT_EQUAL(rig_count(r, 1), 6);
	ASSERT_READ(r, "drops", "6");
	ASSERT_READ(r, "drop_details", "2\tnot ICMP\n1\tbad packet length\n3\tbad ICMP checksum\n");
	ASSERT_READ(r, "handlers",
		"drop_details\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\n"
		"name\tr.\n");
	rig_free(r);
}

static void
drops_and_tells_once(void)
{
	struct rig *r = rig_new("CheckICMPHeader", 1, 1);

	rig_push_hex(r, 0, ECHO);
	rig_push_hex(r, 0, ECHO);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_READ(r, "drops", "2");
	ASSERT_TEXT(rig_chatter(r), "e :: CheckICMPHeader: ICMP header check failed: not ICMP\n");
	rig_free(r);
	rig_truncations("CheckICMPHeader", 1, 2, 0, ECHO, mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("CheckICMPHeader", 1, 2);

	rig_push(r, 0, marked(rig_hex(ECHO)));
	rig_push_hex(r, 0, ECHO);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	ASSERT_ERRORS("CheckICMPHeader(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckICMPHeader(VERBOSE 2)", 1, 1, "VERBOSE: parse error\n");
	ASSERT_ERRORS("CheckICMPHeader(DETAILS x)", 1, 1, "DETAILS: parse error\n");
}

UNIT_SUITE(checkicmpheader, UNIT_CASE(good_packets), UNIT_CASE(reasons),
	UNIT_CASE(drops_and_tells_once), UNIT_CASE(pull_and_arguments))
