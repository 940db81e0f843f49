// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define WITH_TOS(tos, sum) "45" tos "001c 00010000 4011" sum " 0a000001 0a000002 0000000000000000"

static void
marks(void)
{
	struct rig *r = rig_new("MarkIPCE", 1, 1);
	char *errors;

	rig_push(r, 0, ippacket_marked(rig_hex(WITH_TOS("29", "66a5"))));
	rig_push(r, 0, ippacket_marked(rig_segments(WITH_TOS("2a", "66a4"), 3)));
	rig_push(r, 0, ippacket_marked(rig_hex(WITH_TOS("2b", "66a3"))));
	for (unsigned i = 0; i < 3; i++)
		rig_expect_hex(r, 0, i, WITH_TOS("2b", "66a3"));
	ASSERT_READ(r, "drops", "0");
	rig_push(r, 0, ippacket_marked(rig_hex(WITH_TOS("28", "66a6"))));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "drops", "1");
	errors = rig_swap(r, "RigIn(0) -> e :: MarkIPCE(true) -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push(r, 0, ippacket_marked(rig_hex(WITH_TOS("28", "66a6"))));
	rig_expect_hex(r, 0, 3, WITH_TOS("2b", "66a3"));
	ASSERT_READ(r, "drops", "1");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("MarkIPCE", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(WITH_TOS("29", "66a5")));
	struct packet *clone = packet_clone(p);

	rig_push_hex(r, 0, WITH_TOS("29", "66a5"));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_push(r, 0, p);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
	rig_truncations("MarkIPCE", 1, 1, 0, WITH_TOS("29", "66a5"), ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("MarkIPCE(FORCE false)", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(WITH_TOS("28", "66a6"))));
	rig_push(r, 0, ippacket_marked(rig_hex(WITH_TOS("29", "66a5"))));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, WITH_TOS("2b", "66a3"));
	rig_free(r);
	ASSERT_ERRORS("MarkIPCE(x)", 1, 1, "FORCE: parse error\n");
	ASSERT_ERRORS("MarkIPCE(true, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(markipce, UNIT_CASE(marks), UNIT_CASE(drops), UNIT_CASE(pull_and_arguments))
