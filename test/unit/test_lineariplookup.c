// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

static const struct iproute_facts facts = {
	.class = "LinearIPLookup",
	.warning = "",
	.no_route = "LinearIPLookup: no route for 1.2.3.4",
	.handlers = "lookup\tr+\ntable\tr\nctrl\tw\nremove\tw\nset\tw\nadd\tw\n",
	.any_mask = true,
	.changes = true,
};

static void
common(void)
{
	iproute_cases(&facts);
}

static void
any_mask(void)
{
	struct rig *r = rig_new(
		"LinearIPLookup(10.0.0.1/255.0.0.255 0, 10.1/16 1, 10.1.0.1/255.255.0.255 2)", 1,
		3);

	ASSERT_READ(r, "table",
		"10.0.0.1/255.0.0.255\t-\t\t0\n"
		"10.1.0.0/16\t\t-\t\t1\n"
		"10.1.0.1/255.255.0.255\t-\t\t2\n");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.2.3.1"), "0");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.3.2"), "1");
	// Two masks match and neither covers the other: the first one in the table, and then the
	// one that covers it.
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.3.1"), "2");
	ASSERT_TEXT(rig_read_param(r, "lookup", "11.1.3.1"), "-1");
	ASSERT_TEXT(rig_write(r, "remove", "10.1.0.1/255.255.0.255 1"),
		"route '10.1.0.1/255.255.0.255 - 1' not found\n");
	ASSERT_TEXT(rig_write(r, "remove", "10.1.0.1/255.255.0.255"), "");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.3.1"), "0");
	ASSERT_TEXT(rig_write(r, "add", "10.9.9.1/255.0.0.255 1"),
		"conflict with existing route '10.0.0.1/255.0.0.255 - 0'\n");
	rig_free(r);
}

// The first free slot is used, and a route that is set keeps its own.
static void
slot_order(void)
{
	struct rig *r = rig_new("LinearIPLookup(1/8 0, 2/8 0, 3/8 0, 4/8 0)", 1, 2);

	rig_write(r, "remove", "3/8");
	rig_write(r, "remove", "1/8");
	rig_write(r, "set", "2/8 1");
	rig_write(r, "add", "5/8 0");
	rig_write(r, "remove", "4/8");
	rig_write(r, "add", "6/8 0");
	rig_write(r, "add", "7/8 0");
	rig_write(r, "add", "8/8 0");
	ASSERT_READ(r, "table",
		"5.0.0.0/8\t\t-\t\t0\n"
		"2.0.0.0/8\t\t-\t\t1\n"
		"6.0.0.0/8\t\t-\t\t0\n"
		"7.0.0.0/8\t\t-\t\t0\n"
		"8.0.0.0/8\t\t-\t\t0\n");
	rig_free(r);
}

UNIT_SUITE(lineariplookup, UNIT_CASE(common), UNIT_CASE(any_mask), UNIT_CASE(slot_order))
