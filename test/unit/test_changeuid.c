// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <unistd.h>

#include "src/element.h"
#include "test/unit/rig.h"

// As far as a program goes that is not set-uid: nothing changes.
static void
keeps_the_users_own_rights(void)
{
	uid_t uid = getuid();
	struct rig *r = rig_config("e :: ChangeUID; Idle -> Discard;");

	CU_ASSERT_EQUAL(getuid(), uid);
	CU_ASSERT_EQUAL(geteuid(), uid);
	CU_ASSERT_EQUAL(getegid(), getgid());
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ChangeUID(1)", 0, 0, "too many arguments\n");
}

UNIT_SUITE(changeuid, UNIT_CASE(keeps_the_users_own_rights), UNIT_CASE(arguments))
