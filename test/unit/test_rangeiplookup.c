// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

static const struct iproute_facts facts = {
	.class = "RangeIPLookup",
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

UNIT_SUITE(rangeiplookup, UNIT_CASE(common))
