// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

static const struct iproute_facts facts = {
	.class = "SortedIPLookup",
	.warning = "warning: SortedIPLookup is deprecated; use LinearIPLookup or RadixIPLookup "
		   "instead\n",
	.no_route = "SortedIPLookup: no gw for 4030201",
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
sorted(void)
{
	struct rig *r =
		rig_new("SortedIPLookup(0/0 0, 10/8 1, 10.1.2.0/24 2, 20/8 3, 10.1/16 4)", 1, 5);

	ASSERT_READ(r, "table",
		"10.1.2.0/24\t\t-\t\t2\n"
		"10.1.0.0/16\t\t-\t\t4\n"
		"10.0.0.0/8\t\t-\t\t1\n"
		"20.0.0.0/8\t\t-\t\t3\n"
		"0.0.0.0/0\t\t-\t\t0\n");
	ASSERT_TEXT(
		rig_write(r, "ctrl", "remove 10.1/16\nadd 1.2.3.4 3\nadd 1.2.3.6/255.0.255.255 3"),
		"");
	ASSERT_READ(r, "table",
		"1.2.3.4/32\t\t-\t\t3\n"
		"10.1.2.0/24\t\t-\t\t2\n"
		"1.0.3.6/255.0.255.255\t-\t\t3\n"
		"10.0.0.0/8\t\t-\t\t1\n"
		"20.0.0.0/8\t\t-\t\t3\n"
		"0.0.0.0/0\t\t-\t\t0\n");
	rig_free(r);
}

UNIT_SUITE(sortediplookup, UNIT_CASE(common), UNIT_CASE(sorted))
