// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/sequence.h"

static void
is_a_queue(void)
{
	struct rig *r = rig_new_queue("MSQueue(2)", 1, 1);

	sequence_give(r, 0, "1 2 3");
	ASSERT_TEXT(rig_chatter(r), "e :: MSQueue: overflow\n");
	ASSERT_READ(r, "drops", "1");
	ASSERT_TEXT(rig_write(r, "capacity", "5"), "");
	ASSERT_TEXT(sequence_pull(r, 0, 3), "1 2 -");
	rig_free(r);
}

static void
is_deprecated(void)
{
	ASSERT_ERRORS(
		"MSQueue", 1, 1, "warning: MSQueue is deprecated, use ThreadSafeQueue instead\n");
}

UNIT_SUITE(msqueue, UNIT_CASE(is_a_queue), UNIT_CASE(is_deprecated))
