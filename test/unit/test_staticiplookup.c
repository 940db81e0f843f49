// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

static const struct iproute_facts facts = {
	.class = "StaticIPLookup",
	.warning = "",
	.no_route = "LinearIPLookup: no route for 1.2.3.4",
	.handlers = "lookup\tr+\ntable\tr\n",
	.any_mask = true,
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
		"StaticIPLookup(10.0.0.1/255.0.0.255 0, 10.1/16 1, 10.1.0.1/255.255.0.255 2)", 1,
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
	rig_free(r);
}

static void
does_not_change(void)
{
	struct rig *r = rig_new("StaticIPLookup(1/8 0)", 1, 1);

	ASSERT_TEXT(rig_write(r, "add", "2/8 0"), "no 'e.add' write handler\n");
	ASSERT_TEXT(rig_write(r, "ctrl", "add 2/8 0"), "no 'e.ctrl' write handler\n");
	rig_free(r);
}

UNIT_SUITE(staticiplookup, UNIT_CASE(common), UNIT_CASE(any_mask), UNIT_CASE(does_not_change))
