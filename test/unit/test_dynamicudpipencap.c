// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define FIRST "45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"

// "SPORT DPORT" of the i-th packet, whose checksum must be right.
static const char *
ports(struct rig *r, unsigned i)
{
	struct packet *p = rig_packet(r, 0, i);
	static char text[16];
	uint16_t v[2];

	packet_read(p, 20, v, sizeof(v));
	snprintf(text, sizeof(text), "%u %u", rte_be_to_cpu_16(v[0]), rte_be_to_cpu_16(v[1]));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, packet_length(p) - 20));
	return text;
}

static void
changes_ports(void)
{
	struct rig *r = rig_new("DynamicUDPIPEncap(1.0.0.1, 1000, 2.0.0.2, 65535, true, 2)", 1, 1);
	uint16_t id;

	for (unsigned i = 0; i < 5; i++)
		rig_push_hex(r, 0, "61626364");
	ASSERT_TEXT(ports(r, 0), "1000 65535");
	ASSERT_TEXT(ports(r, 1), "1000 65535");
	ASSERT_TEXT(ports(r, 2), "1001 0");
	ASSERT_TEXT(ports(r, 3), "1001 0");
	ASSERT_TEXT(ports(r, 4), "1002 1");
	packet_read(rig_packet(r, 0, 4), 4, &id, 2);
	CU_ASSERT_EQUAL(id, rte_cpu_to_be_16(4));
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
	rig_free(r);
}

static void
keeps_ports(void)
{
	struct rig *r = rig_new("DynamicUDPIPEncap(1.0.0.1, 1000, 2.0.0.2, 2000)", 1, 1);

	rig_push_hex(r, 0, "61626364");
	for (unsigned i = 0; i < 100; i++)
		rig_push(r, 0, rig_segments("6162", 1));
	rig_expect_hex(r, 0, 0, FIRST);
	ASSERT_TEXT(ports(r, 100), "1000 2000");
	rig_free(r);
	r = rig_new("DynamicUDPIPEncap(1.0.0.1, 1000, 2.0.0.2, 2000, false)", 1, 1);
	rig_push_hex(r, 0, "61");
	rig_expect_hex(
		r, 0, 0, "4500001d 00000000 fa11bdcd 01000001 02000002 03e807d0 00090000 61");
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_new("DynamicUDPIPEncap(1.0.0.1, 10, 2.0.0.2, 20, true, 3)", 1, 1);
	static const char *const next[] = {
		"RigIn(0) -> e :: DynamicUDPIPEncap(1.0.0.1, 10, 2.0.0.2, 20, true, 3) -> RigOut(0)",
		"RigIn(0) -> e :: DynamicUDPIPEncap(1.0.0.1, 50, 2.0.0.2, 20, true, 3) -> RigOut(0)",
	};
	char *errors;

	for (unsigned i = 0; i < 5; i++)
		rig_push_hex(r, 0, "");
	errors = rig_swap(r, next[0]);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "");
	rig_push_hex(r, 0, "");
	ASSERT_TEXT(ports(r, 5), "11 21");
	ASSERT_TEXT(ports(r, 6), "12 22");
	errors = rig_swap(r, next[1]);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "");
	ASSERT_TEXT(ports(r, 7), "50 20");
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 7))[5], 7);
	rig_free(r);
}

static void
no_room(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("DynamicUDPIPEncap(1.0.0.1, 1000, 2.0.0.2, 2000)", 1, 1);
	struct packet *p = packet_make(0, "abcd", 4);

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_push_hex(r, 0, "61626364");
	rig_expect_hex(r, 0, 0, FIRST);
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("DynamicUDPIPEncap(1.0.0.1, 1000, 2.0.0.2, 2000)", 1, 1);

	rig_push_hex(r, 0, "61626364");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, FIRST);
	rig_free(r);
	ASSERT_ERRORS("DynamicUDPIPEncap", 1, 1,
		"SRC: required argument missing\nSPORT: required argument missing\n"
		"DST: required argument missing\nDPORT: required argument missing\n");
	ASSERT_ERRORS("DynamicUDPIPEncap(1.0.0.1, 65536, DST_ANNO, 65536, x, y)", 1, 1,
		"SPORT: overflow, range 0-65535\nDST: parse error\nDPORT: overflow, range 0-65535\n"
		"CHECKSUM: parse error\nINTERVAL: invalid number\n");
	ASSERT_ERRORS("DynamicUDPIPEncap(1.0.0.1, 1, 2.0.0.2, 2, true, 3, 4)", 1, 1,
		"too many arguments\n");
}

UNIT_SUITE(dynamicudpipencap, UNIT_CASE(changes_ports), UNIT_CASE(keeps_ports), UNIT_CASE(hot_swap),
	UNIT_CASE(no_room), UNIT_CASE(pull_and_arguments))
