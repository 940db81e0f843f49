// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
adds_up(void)
{
	struct rig *r = rig_new("TimestampAccum", 1, 1);
	double seconds;

	ASSERT_READ(r, "average_time", "0");
	for (unsigned i = 1; i <= 2; i++) {
		struct packet *p = rig_hex("00");

		packet_set_timestamp(p, clock_now() - i * CLOCK_S);
		rig_push(r, 0, p);
	}
	ASSERT_READ(r, "count", "2");
	seconds = strtod(rig_read(r, "time"), NULL);
	CU_ASSERT_TRUE(seconds >= 3 && seconds < 3.001);
	seconds = strtod(rig_read(r, "average_time"), NULL);
	CU_ASSERT_TRUE(seconds >= 1.5 && seconds < 1.501);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "time", "0");
	rig_free(r);
}

UNIT_SUITE(timestampaccum, UNIT_CASE(adds_up))
