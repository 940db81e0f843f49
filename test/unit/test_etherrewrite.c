// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define REWRITE "EtherRewrite(2:0:0:0:0:1, 2:0:0:0:0:2)"

static void
mark(struct packet *p)
{
	packet_set_mac(p, 2);
}

static void
overwrites_at_the_mac_header(void)
{
	struct rig *r = rig_new(REWRITE, 1, 1);
	struct packet *p = rig_hex("aabb 010203040506 0708090a0b0c 0800"), *stripped;

	packet_set_mac(p, 2);
	stripped = packet_copy(p, PACKET_HEADROOM);
	packet_pull(stripped, 16);
	rig_push(r, 0, p);
	rig_push(r, 0, stripped);
	rig_expect_hex(r, 0, 0, "aabb 020000000002 020000000001 0800");
	// A header in front of the data is written all the same.
	rig_expect_hex(r, 0, 1, "");
	p = rig_take(r, 0);
	packet_free(p);
	stripped = rig_take(r, 0);
	CU_ASSERT_TRUE(packet_push(&stripped, 16));
	rig_assert_hex(__FILE__, __LINE__, stripped, "aabb 020000000002 020000000001 0800");
	packet_free(stripped);
	rig_free(r);
}

static void
drops_what_it_cannot_write(void)
{
	struct rig *r = rig_new(REWRITE, 1, 1);
	struct packet *p = rig_hex("010203040506 0708090a0b");

	rig_push_hex(r, 0, "010203040506 0708090a0b0c 0800");
	packet_set_mac(p, 0);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_READ(
		r, "drop_reasons", "1\tno MAC header marked\n1\tpacket too short or no memory\n");
	rig_free(r);
	rig_truncations(REWRITE, 1, 1, 0, "aabb 010203040506 0708090a0b0c 0800", mark);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull(REWRITE, 1, 1);
	struct packet *p = rig_segments("010203040506 0708090a0b0c 0800", 4);

	packet_set_mac(p, 0);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	rig_expect_hex(r, 0, 0, "020000000002 020000000001 0800");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new(REWRITE, 1, 1);
	struct packet *p = rig_hex("010203040506 0708090a0b0c");

	ASSERT_READ(r, "src", "02-00-00-00-00-01");
	ASSERT_READ(r, "dst", "02-00-00-00-00-02");
	ASSERT_TEXT(rig_write(r, "src", "2:0:0:0:0:3"), "");
	ASSERT_READ(r, "config", "2:0:0:0:0:3, 2:0:0:0:0:2");
	ASSERT_TEXT(rig_write(r, "dst", "2:0:0:0:0:4"), "");
	ASSERT_READ(r, "config", "2:0:0:0:0:3, 2:0:0:0:0:4");
	ASSERT_TEXT(rig_write(r, "dst", "x"), "DST: parse error\n");
	packet_set_mac(p, 0);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, "020000000004 020000000003");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EtherRewrite", 1, 1,
		"SRC: required argument missing\nDST: required argument missing\n");
	ASSERT_ERRORS(
		"EtherRewrite(1:2:3:4:5:6:7, 1)", 1, 1, "SRC: parse error\nDST: parse error\n");
}

UNIT_SUITE(etherrewrite, UNIT_CASE(overwrites_at_the_mac_header),
	UNIT_CASE(drops_what_it_cannot_write), UNIT_CASE(pulls), UNIT_CASE(handlers),
	UNIT_CASE(arguments))
