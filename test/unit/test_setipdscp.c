// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define PLAIN "4500001c 00010000 401166ce 0a000001 0a000002 0000000000000000"
#define DSCP_10 "4528001c 00010000 401166a6 0a000001 0a000002 0000000000000000"

static void
sets(void)
{
	struct rig *r = rig_new("SetIPDSCP(10)", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(PLAIN)), *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, PLAIN);
	rig_push(r, 0, p);
	rig_push(r, 0, ippacket_marked(rig_segments(PLAIN, 3)));
	rig_push(r, 0, ippacket_marked(rig_hex(DSCP_10)));
	for (unsigned i = 0; i < 4; i++)
		rig_expect_hex(r, 0, i, DSCP_10);
	// ECN bits stay.
	rig_push(r, 0, ippacket_marked(rig_hex("45ff0014 00010000 401165d7 0a000001 0a000002")));
	rig_expect_hex(r, 0, 4, "452b0014 00010000 401166ab 0a000001 0a000002");
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 4)));
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("SetIPDSCP(63)", 1, 1);

	ASSERT_READ(r, "dscp", "63");
	ASSERT_TEXT(rig_write(r, "dscp", "10"), "");
	ASSERT_READ(r, "config", "10");
	rig_push(r, 0, ippacket_marked(rig_hex(PLAIN)));
	rig_expect_hex(r, 0, 0, DSCP_10);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rig_write(r, "dscp", "64"), "diffserv code point out of range"));
	ASSERT_READ(r, "dscp", "10");
	ASSERT_READ(r, "handlers",
		"dscp\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("SetIPDSCP(10)", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(PLAIN)), *clone = packet_clone(p);

	rig_push_hex(r, 0, PLAIN);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("SetIPDSCP(10)", 1, 1, 0, PLAIN, ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("SetIPDSCP(10)", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(PLAIN)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, DSCP_10);
	rig_free(r);
	ASSERT_ERRORS("SetIPDSCP", 1, 1, "DSCP: required argument missing\n");
	ASSERT_ERRORS("SetIPDSCP(64)", 1, 1, "diffserv code point out of range\n");
	ASSERT_ERRORS("SetIPDSCP(x)", 1, 1, "DSCP: invalid number\n");
	ASSERT_ERRORS("SetIPDSCP(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(setipdscp, UNIT_CASE(sets), UNIT_CASE(handlers), UNIT_CASE(drops),
	UNIT_CASE(pull_and_arguments))
