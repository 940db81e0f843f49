// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/errh.h"
#include "test/unit/rig.h"

// Not even `unspecified error` is said.
static void
fails_silently(void)
{
	ASSERT_ERRORS("Error", 0, 0, "");
	ASSERT_ERRORS("Error(any, thing \"goes, here\")", 1, 2, "");
}

static void
fails(void)
{
	struct rig *r = rig_config("i :: Idle;");
	struct element_class const *class = element_class_find("Error");
	struct errh errh;

	errh_init_silent(&errh);
	CU_ASSERT_TRUE(class->initialize(rig_find(r, "i"), &errh) < 0);
	CU_ASSERT_EQUAL(errh.n_errors, 1);
	rig_free(r);
}

UNIT_SUITE(error, UNIT_CASE(fails_silently), UNIT_CASE(fails))
