// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

static const struct iproute_facts facts = {
	.class = "DirectIPLookup",
	.warning = "",
	.handlers = "flush\tw\nlookup\tr+\ntable\tr\nctrl\tw\nremove\tw\nset\tw\nadd\tw\n",
	.changes = true,
	.flush = true,
};

static void
common(void)
{
	iproute_cases(&facts);
}

// In Click, the gateway of a default route that is gone stays in the answer.
static void
default_route_goes(void)
{
	struct rig *r = rig_new("DirectIPLookup(0/0 1.1.1.1 0, 10/8 0)", 1, 1);

	ASSERT_TEXT(rig_read_param(r, "lookup", "11.0.0.1"), "0 1.1.1.1");
	ASSERT_TEXT(rig_write(r, "remove", "0/0"), "");
	ASSERT_TEXT(rig_read_param(r, "lookup", "11.0.0.1"), "-1");
	rig_free(r);
}

UNIT_SUITE(directiplookup, UNIT_CASE(common), UNIT_CASE(default_route_goes))
