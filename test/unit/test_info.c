// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
anything_goes(void)
{
	ASSERT_ERRORS("ClickyInfo(STYLE #x { a: b }, , y)", 0, 0, "");
	ASSERT_ERRORS("ClickyInfo", 0, 0, "");
	ASSERT_ERRORS("DevirtualizeInfo(NAME a b, 5)", 0, 0, "");
}

UNIT_SUITE(info, UNIT_CASE(anything_goes))
