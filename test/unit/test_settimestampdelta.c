// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
push_at(struct rig *r, int64_t ns)
{
	struct packet *p = rig_hex("00");

	packet_set_timestamp(p, ns);
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, 3);
	rig_push(r, 0, p);
}

static int64_t
time_of(struct rig *r, unsigned i)
{
	return packet_timestamp(rig_packet(r, 0, i));
}

static void
differences(void)
{
	struct rig *r = rig_new("SetTimestampDelta", 1, 1);

	push_at(r, 0);
	push_at(r, 1000);
	push_at(r, 1500);
	push_at(r, 900);
	CU_ASSERT_EQUAL(time_of(r, 0), 0);
	CU_ASSERT_EQUAL(time_of(r, 1), 0);
	CU_ASSERT_EQUAL(time_of(r, 2), 500);
	CU_ASSERT_EQUAL(time_of(r, 3), -100);
	ASSERT_READ(r, "first", "0.000001\n");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	push_at(r, 7);
	CU_ASSERT_EQUAL(time_of(r, 4), 0);
	push_at(r, INT64_MIN);
	rig_free(r);
	r = rig_new("SetTimestampDelta(TYPE FIRST)", 1, 1);
	push_at(r, 10);
	CU_ASSERT_EQUAL(time_of(r, 0), 7);
	rig_free(r);
	r = rig_new("SetTimestampDelta(TYPE NOW)", 1, 1);
	push_at(r, 999999999 * CLOCK_S);
	CU_ASSERT_TRUE(time_of(r, 0) >= CLOCK_S && time_of(r, 0) < CLOCK_S + CLOCK_MS);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SetTimestampDelta(TYPE range)", 1, 1, "bad TYPE\n");
	ASSERT_ERRORS("SetTimestampDelta(RANGE)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(settimestampdelta, UNIT_CASE(differences), UNIT_CASE(arguments))
