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

static void
push_aged(struct rig *r, unsigned input, int64_t seconds)
{
	struct packet *p = rig_hex("00");

	packet_set_timestamp(p, clock_now() - seconds * CLOCK_S);
	rig_push(r, input, p);
}

static void
extremes(void)
{
	static const char config[] = "e :: TimestampAccumMP; RigIn(0) -> [0] e [0] -> RigOut(0);"
				     "RigIn(1) -> [1] e [1] -> RigOut(1);";
	struct rig *r = rig_config(config);
	char *errors;

	ASSERT_READ(r, "min", "0");
	ASSERT_READ(r, "max", "0");
	push_aged(r, 0, 7);
	push_aged(r, 1, 5);
	push_aged(r, 1, 9);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "mp_count", "3");
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "min"), NULL), 5);
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "max"), NULL), 9);
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "mp_min"), NULL), 5);
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "mp_max"), NULL), 9);
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "mp_time"), NULL), 21);
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "mp_average_time"), NULL), 7);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "max"), NULL), 9);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "max", "0");
	push_aged(r, 0, -3); // from the future
	CU_ASSERT_EQUAL((int)strtod(rig_read(r, "max"), NULL), -2);
	rig_free(r);
}

UNIT_SUITE(timestampaccum, UNIT_CASE(adds_up), UNIT_CASE(extremes))
