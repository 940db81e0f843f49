// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define ENCAP "EtherEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2)"
#define HEADER "020000000002 020000000001 0800"

static void
puts_a_header_in_front(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);

	rig_push_hex(r, 0, "45 00");
	rig_push(r, 0, rig_segments("45 00 01", 1));
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, HEADER "45 00");
	rig_expect_hex(r, 0, 1, HEADER "45 00 01");
	rig_expect_hex(r, 0, 2, HEADER);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
}

static void
finds_room_where_there_is_none(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);
	struct packet *p = packet_make(3, "\x45\x01", 2), *clone;

	clone = packet_clone(p);
	rig_push(r, 0, p);
	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 0, HEADER "45 01");
	rig_expect_hex(r, 0, 1, HEADER "45 01");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull(ENCAP, 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_push_hex(r, 0, "45");
	rig_push_hex(r, 0, "46");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 2);
	rig_expect_hex(r, 0, 1, HEADER "46");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);

	ASSERT_READ(r, "src", "02-00-00-00-00-01");
	ASSERT_READ(r, "dst", "02-00-00-00-00-02");
	ASSERT_READ(r, "ethertype", "2048");
	ASSERT_READ(r, "etht", "2048");
	ASSERT_TEXT(rig_write(r, "src", "4-5-6-7-8-9"), "");
	ASSERT_TEXT(rig_write(r, "dst", "A:B:C:D:E:F"), "");
	ASSERT_TEXT(rig_write(r, "ethertype", "0x86DD"), "");
	rig_push_hex(r, 0, "60");
	rig_expect_hex(r, 0, 0, "0a0b0c0d0e0f 040506070809 86dd 60");
	ASSERT_TEXT(rig_write(r, "etht", "1"), "");
	ASSERT_READ(r, "ethertype", "1");
	ASSERT_TEXT(rig_write(r, "src", "4-5-6"), "expected Ethernet address\n");
	ASSERT_TEXT(rig_write(r, "etht", "65536"), "expected uint16_t\n");
	ASSERT_READ(r, "src", "04-05-06-07-08-09");
	ASSERT_READ(r, "handlers",
		"etht\trw\nethertype\trw\ndst\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\n"
		"class\tr.\nname\tr.\n");
	rig_free(r);
}

static void
configures_again(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);

	ASSERT_TEXT(rig_write(r, "config", "0x0806, 2:0:0:0:0:3, 2:0:0:0:0:4"), "");
	rig_push_hex(r, 0, "45");
	rig_expect_hex(r, 0, 0, "020000000004 020000000003 0806 45");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EtherEncap", 1, 1,
		"ETHERTYPE: required argument missing\nSRC: required argument missing\n"
		"DST: required argument missing\n");
	ASSERT_ERRORS("EtherEncap(65536, 1:2:3:4:5:6, 1:2:3:4:5:6)", 1, 1,
		"ETHERTYPE: out of range, bound 65535\n");
	ASSERT_ERRORS("EtherEncap(x, 1:2:3:4:5, 1:2:3:4:5:x)", 1, 1,
		"ETHERTYPE: invalid number\nSRC: parse error\nDST: parse error\n");
	ASSERT_ERRORS("EtherEncap(1, 1:2:3:4:5:6, 1:2:3:4:5:6, 4)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(etherencap, UNIT_CASE(puts_a_header_in_front), UNIT_CASE(finds_room_where_there_is_none),
	UNIT_CASE(pulls), UNIT_CASE(handlers), UNIT_CASE(configures_again), UNIT_CASE(arguments))
