// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define CONFIG(info)                                                              \
	"RigIn(0) -> q :: Queue -> [0]e :: RoundRobinSched -> n :: NotifierDebug" \
	"-> RigOut(0); Idle -> [1]e;" info

// What is behind the scheduler is not seen any more.
static void
cuts_paths(void)
{
	struct rig *r = rig_config(CONFIG(""));

	ASSERT_READ(r, "n.signal", "empty*+empty");
	rig_free(r);
	r = rig_config(CONFIG("FlowInfo(e x/y)"));
	ASSERT_READ(r, "n.signal", "idle");
	rig_free(r);
	r = rig_config(CONFIG("FlowInfo(e x/y, , e x/x)")); // the last one counts
	ASSERT_READ(r, "n.signal", "empty*+empty");
	rig_free(r);
}

static void
compounds(void)
{
	struct rig *r = rig_config("Idle -> c :: { FlowInfo(n y/x); input -> n :: Null -> output }"
				   "-> Idle;");

	ASSERT_TEXT(element_flow(rig_find(r, "c/n")), "y/x");
	rig_free(r);
}

static void
mistakes(void)
{
	static const char want[] = "config:1: While configuring 'e :: FlowInfo':\n"
				   "  expected 'ELEMENT CODE'\n"
				   "  expected 'ELEMENT CODE'\n"
				   "  'nosuch' does not name an element\n";
	char *errors = rig_config_errors("e :: FlowInfo(a, b [x, nosuch x); Idle -> Idle;");

	ASSERT_TEXT(errors, want);
	free(errors);
}

UNIT_SUITE(flowinfo, UNIT_CASE(cuts_paths), UNIT_CASE(compounds), UNIT_CASE(mistakes))
