// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define PLAIN "4500001c 00010000 401166ce 0a000001 0a000002 0000000000000000"
#define CE "4503001c 00010000 401166cb 0a000001 0a000002 0000000000000000"

static void
names(void)
{
	static const struct {
		const char *text;
		unsigned tos;
	} cases[] = {{"0", 40}, {"no", 40}, {"-", 40}, {"1", 41}, {"ect1", 41}, {"ECT(1)", 41},
		{"2", 42}, {"ect2", 42}, {"ECT(0)", 42}, {"3", 43}, {"ce", 43}, {"CE", 43}};
	char config[32];

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		struct rig *r;

		snprintf(config, sizeof(config), "SetIPECN(%s)", cases[i].text);
		r = rig_new(config, 1, 1);
		ASSERT_READ(r, "ecn", cases[i].text);
		rig_push(r, 0,
			ippacket_marked(rig_hex("45290014 00010000 401166ad 0a000001 0a000002")));
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[1], cases[i].tos);
		CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 0)));
		rig_free(r);
	}
}

static void
sets(void)
{
	struct rig *r = rig_new("SetIPECN(1)", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(PLAIN)), *clone = packet_clone(p);

	ASSERT_TEXT(rig_write(r, "ecn", "ce"), "");
	ASSERT_READ(r, "ecn", "ce");
	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, PLAIN);
	rig_push(r, 0, p);
	rig_push(r, 0, ippacket_marked(rig_segments(PLAIN, 3)));
	for (unsigned i = 0; i < 3; i++)
		rig_expect_hex(r, 0, i, CE);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "ecn", "4"), "bad ECN argument"));
	ASSERT_READ(r, "ecn", "ce");
	rig_push(r, 0, ippacket_marked(rig_hex(PLAIN)));
	rig_expect_hex(r, 0, 3, CE);
	ASSERT_READ(r, "handlers",
		"ecn\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("SetIPECN(3)", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(PLAIN)), *clone = packet_clone(p);

	rig_push_hex(r, 0, PLAIN);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("SetIPECN(3)", 1, 1, 0, PLAIN, ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("SetIPECN(3)", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(PLAIN)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, CE);
	rig_free(r);
	ASSERT_ERRORS("SetIPECN", 1, 1, "ECN: required argument missing\n");
	ASSERT_ERRORS("SetIPECN(4)", 1, 1, "bad ECN argument\n");
	ASSERT_ERRORS("SetIPECN(Ce)", 1, 1, "bad ECN argument\n");
	ASSERT_ERRORS("SetIPECN(1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(setipecn, UNIT_CASE(names), UNIT_CASE(sets), UNIT_CASE(drops),
	UNIT_CASE(pull_and_arguments))
