// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define TTL64 "4500001c 00010000 401166ce 0a000001 0a000002 00000000 00000000"
#define TTL63 "4500001c 00010000 3f1167ce 0a000001 0a000002 00000000 00000000"
#define TTL2 "4500001c 00010000 0211a4ce 0a000001 0a000002 00000000 00000000"
#define TTL1 "4500001c 00010000 0111a5ce 0a000001 0a000002 00000000 00000000"
#define TTL0 "4500001c 00010000 0011a6ce 0a000001 0a000002 00000000 00000000"
#define MULTICAST2 "45000014 00000000 0211ced3 0a000001 e0000005"
#define MULTICAST1 "45000014 00000000 0111cfd3 0a000001 e0000005"

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static struct packet *
marked(struct packet *p)
{
	mark(p);
	return p;
}

static void
takes_one(void)
{
	struct rig *r = rig_new("DecIPTTL", 1, 2);

	rig_push(r, 0, marked(rig_hex(TTL64)));
	rig_push(r, 0, marked(rig_hex(TTL2)));
	rig_push(r, 0, marked(rig_hex("4500001c 00010000 ff11a7cd 0a000001 0a000002 00000000")));
	rig_push(r, 0, marked(rig_hex("45000014 67d70000 4011feff 0a000001 0a000002")));
	rig_push(r, 0, marked(rig_segments(TTL64, 3)));
	rig_expect_hex(r, 0, 0, TTL63);
	rig_expect_hex(r, 0, 1, TTL1);
	rig_expect_hex(r, 0, 2, "4500001c 00010000 fe11a8cd 0a000001 0a000002 00000000");
	rig_expect_hex(r, 0, 3, "45000014 67d70000 3f110000 0a000001 0a000002");
	rig_expect_hex(r, 0, 4, TTL63);
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "handlers",
		"active\trwc\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
header_behind_other_bytes(void)
{
	struct rig *r = rig_config("RigIn -> MarkIPHeader(14) -> DecIPTTL -> RigOut(0);"
				   "RigIn(1) -> MarkIPHeader -> StripIPHeader -> DecIPTTL"
				   " -> UnstripIPHeader -> RigOut(1)");

	rig_push_hex(r, 0, "0000000000000000000000000800" TTL64);
	rig_expect_hex(r, 0, 0, "0000000000000000000000000800" TTL63);
	rig_push_hex(r, 1, TTL64);
	rig_expect_hex(r, 1, 0, TTL63);
	rig_free(r);
}

static void
expires(void)
{
	struct rig *r = rig_new("DecIPTTL", 1, 2);

	rig_push(r, 0, marked(rig_hex(TTL1)));
	rig_push(r, 0, marked(rig_hex(TTL0)));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_expect_hex(r, 1, 0, TTL1);
	rig_expect_hex(r, 1, 1, TTL0);
	ASSERT_READ(r, "drops", "2");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_free(r);
	r = rig_new("DecIPTTL", 1, 1);
	rig_push(r, 0, marked(rig_hex(TTL1)));
	rig_push(r, 0, marked(rig_hex(TTL2)));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_READ(r, "drops", "1");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
multicast(void)
{
	struct rig *r = rig_new("DecIPTTL(MULTICAST false)", 1, 2);

	rig_push(r, 0, marked(rig_hex(MULTICAST1)));
	rig_push(r, 0, marked(rig_hex(TTL64)));
	rig_expect_hex(r, 0, 0, MULTICAST1);
	rig_expect_hex(r, 0, 1, TTL63);
	rig_free(r);
	r = rig_new("DecIPTTL", 1, 2);
	rig_push(r, 0, marked(rig_hex(MULTICAST2)));
	rig_push(r, 0, marked(rig_hex(MULTICAST1)));
	rig_expect_hex(r, 0, 0, MULTICAST1);
	rig_expect_hex(r, 1, 0, MULTICAST1);
	rig_free(r);
}

static void
active(void)
{
	struct rig *r = rig_new("DecIPTTL(ACTIVE false)", 1, 2);

	rig_push(r, 0, marked(rig_hex(TTL64)));
	rig_push(r, 0, marked(rig_hex(TTL1)));
	rig_push_hex(r, 0, TTL1);
	rig_expect_hex(r, 0, 0, TTL64);
	rig_expect_hex(r, 0, 1, TTL1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_push(r, 0, marked(rig_hex(TTL64)));
	rig_expect_hex(r, 0, 3, TTL63);
	CU_ASSERT_STRING_NOT_EQUAL(rig_write(r, "active", "maybe"), "");
	ASSERT_READ(r, "active", "true");
	rig_free(r);
}

static void
no_header(void)
{
	struct rig *r = rig_new("DecIPTTL", 1, 2);

	rig_push_hex(r, 0, TTL64);
	rig_push(r, 0, marked(rig_hex("4500001c 00010000 401166ce 0a000001 0a0000")));
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
	rig_truncations("DecIPTTL", 1, 2, 0, TTL64, mark);
}

static void
copies_shared_packets(void)
{
	struct rig *r = rig_config("RigIn(0) -> DecIPTTL -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = marked(rig_hex(TTL64));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, TTL63);
	rig_expect_hex(r, 1, 0, TTL64);
	rig_free(r);
}

static void
order_and_pull(void)
{
	struct rig *r = rig_new("DecIPTTL", 1, 2);
	struct packet *p[] = {marked(rig_hex(TTL64)), marked(rig_hex(TTL1)), marked(rig_hex(TTL64)),
		marked(rig_hex(TTL0))};
	char *order;

	rig_push_batch(r, 0, p, 4);
	order = rig_order(r);
	ASSERT_TEXT(order, "0 1 0 1");
	free(order);
	rig_free(r);
	r = rig_new_pull("DecIPTTL", 1, 2);
	rig_push(r, 0, marked(rig_hex(TTL64)));
	rig_push(r, 0, marked(rig_hex(TTL1)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, TTL63);
	rig_expect_hex(r, 1, 0, TTL1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("DecIPTTL(true)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("DecIPTTL(ACTIVE 7)", 1, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("DecIPTTL(MULTICAST x)", 1, 1, "MULTICAST: parse error\n");
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config("RigIn(0) -> e :: DecIPTTL -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = marked(rig_hex(TTL64));

	rig_push(r, 1, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_free(r);
}

UNIT_SUITE(decipttl, UNIT_CASE(takes_one), UNIT_CASE(header_behind_other_bytes), UNIT_CASE(expires),
	UNIT_CASE(multicast), UNIT_CASE(active), UNIT_CASE(no_header),
	UNIT_CASE(copies_shared_packets), UNIT_CASE(no_memory), UNIT_CASE(order_and_pull),
	UNIT_CASE(arguments))
