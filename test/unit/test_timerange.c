// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
push_at(struct rig *r, int64_t seconds)
{
	struct packet *p = rig_hex("00");

	packet_set_timestamp(p, seconds * CLOCK_S);
	rig_push(r, 0, p);
}

static void
remembers(void)
{
	struct rig *r = rig_new("TimeRange", 1, 1);

	ASSERT_READ(r, "range", "0.000000 0.000000");
	push_at(r, 5);
	push_at(r, 9);
	push_at(r, 4);
	push_at(r, 6);
	ASSERT_READ(r, "first", "4.000000");
	ASSERT_READ(r, "last", "9.000000");
	ASSERT_READ(r, "range", "4.000000 9.000000");
	ASSERT_READ(r, "interval", "5.000000");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	push_at(r, 7);
	ASSERT_READ(r, "range", "7.000000 7.000000");
	rig_free(r);
	r = rig_new("TimeRange(SIMPLE true)", 1, 1);
	push_at(r, 5);
	push_at(r, 9);
	push_at(r, 4);
	ASSERT_READ(r, "range", "5.000000 4.000000");
	ASSERT_READ(r, "interval", "-1.000000");
	rig_free(r);
	ASSERT_ERRORS("TimeRange(SIMPLE x)", 1, 1, "SIMPLE: parse error\n");
}

UNIT_SUITE(timerange, UNIT_CASE(remembers))
