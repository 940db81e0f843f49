// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define US "020000000001"
#define OTHER_HOST "020000000002"
#define ALL "ffffffffffff"
#define GROUP "01005e000001"

enum { OWN, OTHER, TOO_SHORT };

static void
sets_the_packet_type(void)
{
	struct rig *r = rig_new("HostEtherFilter(2:0:0:0:0:1, false, false)", 1, 2);

	rig_push_hex(r, 0, US OTHER_HOST "0800");
	rig_push_hex(r, 0, ALL OTHER_HOST);
	rig_push_hex(r, 0, GROUP OTHER_HOST);
	rig_push_hex(r, 0, OTHER_HOST US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 0)), PACKET_HOST);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 1)), PACKET_BROADCAST);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 2)), PACKET_MULTICAST);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 0, 3)), PACKET_OTHERHOST);
	rig_free(r);
}

static void
filters(void)
{
	struct rig *r = rig_new("HostEtherFilter(2:0:0:0:0:1)", 1, 2);

	rig_push_hex(r, 0, OTHER_HOST US);
	rig_push_hex(r, 0, US US);
	rig_push_hex(r, 0, ALL US);
	rig_expect_hex(r, 1, 0, OTHER_HOST US);
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 1, 0)), PACKET_OTHERHOST);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("HostEtherFilter(2:0:0:0:0:1, DROP_OWN true, DROP_OTHER false)", 1, 2);
	rig_push_hex(r, 0, ALL US);
	rig_push_hex(r, 0, OTHER_HOST GROUP);
	rig_expect_hex(r, 0, 0, OTHER_HOST GROUP);
	rig_expect_hex(r, 1, 0, ALL US);
	// It was not looked at further.
	CU_ASSERT_EQUAL(packet_type(rig_packet(r, 1, 0)), PACKET_HOST);
	rig_free(r);
}

static void
drops_without_output_1(void)
{
	struct rig *r = rig_new("HostEtherFilter(2:0:0:0:0:1, true)", 1, 1);

	rig_push_hex(r, 0, OTHER_HOST OTHER_HOST);
	rig_push_hex(r, 0, ALL US);
	rig_push_hex(r, 0, "0102030405060708090a0b");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, OTHER), 1);
	CU_ASSERT_EQUAL(rig_drops(r, OWN), 1);
	CU_ASSERT_EQUAL(rig_drops(r, TOO_SHORT), 1);
	rig_free(r);
	rig_truncations("HostEtherFilter(2:0:0:0:0:1, true)", 1, 2, 0, US OTHER_HOST "0800", NULL);
}

static void
the_header_may_stand_elsewhere(void)
{
	struct rig *r = rig_new("HostEtherFilter(2:0:0:0:0:1, OFFSET 2)", 1, 2);
	struct packet *p;

	rig_push(r, 0, rig_segments("aabb" US OTHER_HOST, 3));
	rig_push_hex(r, 0, "aabb" OTHER_HOST US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	r = rig_new("HostEtherFilter(2:0:0:0:0:2, OFFSET -6)", 1, 2);
	p = rig_hex(OTHER_HOST OTHER_HOST);
	packet_pull(p, 6);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	r = rig_new("HostEtherFilter(2:0:0:0:0:2, OFFSET 2147483647)", 1, 2);
	rig_push_hex(r, 0, OTHER_HOST US);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("HostEtherFilter(2:0:0:0:0:1)", 1, 2);

	rig_push_hex(r, 0, OTHER_HOST US);
	rig_push_hex(r, 0, US OTHER_HOST);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("HostEtherFilter(2:0:0:0:0:1)", 1, 2);

	ASSERT_READ(r, "ether", "02-00-00-00-00-01");
	ASSERT_TEXT(rig_write(r, "ether", "2:0:0:0:0:2"), "");
	rig_push_hex(r, 0, OTHER_HOST US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_write(r, "ether", "2"), "expected Ethernet address\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("HostEtherFilter", 1, 1, "ETHER: required argument missing\n");
	ASSERT_ERRORS("HostEtherFilter(x, q, z, OFFSET w)", 1, 1,
		"ETHER: parse error\nDROP_OWN: parse error\nDROP_OTHER: parse error\n"
		"OFFSET: invalid number\n");
}

UNIT_SUITE(hostetherfilter, UNIT_CASE(sets_the_packet_type), UNIT_CASE(filters),
	UNIT_CASE(drops_without_output_1), UNIT_CASE(the_header_may_stand_elsewhere),
	UNIT_CASE(pulls), UNIT_CASE(handlers), UNIT_CASE(arguments))
