// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define PACKET "4500001c 00010000 401166ce 0a000001 0a000002 00000000 00000000"
#define FIXED "4500001c 00010000 401162c1 07070707 0a000002 00000000 00000000"
#define OPTIONS "4600001c 00010000 401163cd 0a000001 0a000002 01010100 aaaaaaaa"
#define OPTIONS_FIXED "4600001c 00010000 40115fc0 07070707 0a000002 01010100 aaaaaaaa"

static void
ask(struct packet *p)
{
	packet_set_network(p, 0, 20);
	packet_set_anno_u8(p, ANNO_FIX_IP_SRC, 1);
}

static struct packet *
asking(struct packet *p)
{
	ask(p);
	return p;
}

static void
fixes_those_that_ask(void)
{
	struct rig *r = rig_new("FixIPSrc(7.7.7.7)", 1, 1);
	struct packet *p = rig_hex(PACKET);

	rig_push(r, 0, asking(rig_hex(PACKET)));
	rig_push(r, 0, asking(rig_hex(OPTIONS)));
	rig_push(r, 0, asking(rig_segments(OPTIONS, 3)));
	rig_push_hex(r, 0, PACKET);
	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FIXED);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_FIX_IP_SRC), 0);
	rig_expect_hex(r, 0, 1, OPTIONS_FIXED);
	rig_expect_hex(r, 0, 2, OPTIONS_FIXED);
	rig_expect_hex(r, 0, 3, PACKET);
	rig_expect_hex(r, 0, 4, PACKET);
	rig_free(r);
}

static void
copies_shared_packets(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> FixIPSrc(7.7.7.7) -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = asking(rig_hex(PACKET));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FIXED);
	rig_expect_hex(r, 1, 0, PACKET);
	rig_free(r);
}

static void
no_header(void)
{
	struct rig *r = rig_new("FixIPSrc(7.7.7.7)", 1, 1);
	struct packet *p = rig_hex(PACKET);

	packet_set_anno_u8(p, ANNO_FIX_IP_SRC, 1);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, PACKET);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_FIX_IP_SRC), 1);
	// Header lengths that cannot be.
	rig_push(r, 0, asking(rig_hex("4400001c 00010000 40110000 0a000001 0a000002")));
	rig_expect_hex(r, 0, 1, "4400001c 00010000 40110000 0a000001 0a000002");
	rig_push(r, 0, asking(rig_hex("4600001c 00010000 40110000 0a000001 0a000002")));
	rig_expect_hex(r, 0, 2, "4600001c 00010000 40110000 0a000001 0a000002");
	rig_free(r);
	rig_truncations("FixIPSrc(7.7.7.7)", 1, 1, 0, OPTIONS, ask);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("FixIPSrc(IPADDR 7.7.7.7)", 1, 1);

	rig_push(r, 0, asking(rig_hex(PACKET)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, FIXED);
	rig_free(r);
	ASSERT_ERRORS("FixIPSrc", 1, 1, "IPADDR: required argument missing\n");
	ASSERT_ERRORS("FixIPSrc(1.2.3)", 1, 1, "IPADDR: parse error\n");
	ASSERT_ERRORS("FixIPSrc(1.2.3.4, 1)", 1, 1, "too many arguments\n");
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config(
		"RigIn(0) -> e :: FixIPSrc(7.7.7.7) -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = asking(rig_hex(PACKET));

	rig_push(r, 1, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

UNIT_SUITE(fixipsrc, UNIT_CASE(fixes_those_that_ask), UNIT_CASE(copies_shared_packets),
	UNIT_CASE(no_memory), UNIT_CASE(no_header), UNIT_CASE(pull_and_arguments))
