// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static void
stamps_with_the_time(void)
{
	struct rig *r = rig_new("SetTimestamp", 1, 1);
	struct packet *p[] = {rig_hex("01"), rig_hex("02")};
	int64_t before = clock_now(), after;

	rig_push_batch(r, 0, p, 2);
	after = clock_now();
	CU_ASSERT_TRUE(packet_timestamp(p[0]) > before && packet_timestamp(p[0]) < after);
	CU_ASSERT_EQUAL(packet_timestamp(p[1]), packet_timestamp(p[0]));
	rig_free(r);
}

static void
stamps_with_a_given_time(void)
{
	struct rig *r = rig_new("SetTimestamp(1.5)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 1500 * CLOCK_MS);
	rig_free(r);
	r = rig_new("SetTimestamp(TIMESTAMP 0)", 1, 1);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 0);
	rig_free(r);
}

static void
stamps_the_annotation(void)
{
	struct rig *r = rig_new("SetTimestamp(2, FIRST true)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_anno_u64(rig_packet(r, 0, 0), ANNO_FIRST_TIMESTAMP), 2 * CLOCK_S);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("SetTimestamp", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) > 1000000000 * CLOCK_S);
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_new("SetTimestamp", 1, 1);

	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("SetTimestamp(x)", 1, 1, "TIMESTAMP: parse error\n");
	ASSERT_ERRORS("SetTimestamp(-1)", 1, 1, "TIMESTAMP: parse error\n");
	ASSERT_ERRORS("SetTimestamp(FIRST x)", 1, 1, "FIRST: parse error\n");
	ASSERT_ERRORS("SetTimestamp(1, 2)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("SetTimestamp(DELTA true)", 1, 1, "use SetTimestampDelta instead of DELTA\n");
	ASSERT_ERRORS("SetTimestamp(DELTA false)", 1, 1, "");
}

UNIT_SUITE(settimestamp, UNIT_CASE(stamps_with_the_time), UNIT_CASE(stamps_with_a_given_time),
	UNIT_CASE(stamps_the_annotation), UNIT_CASE(pulls), UNIT_CASE(arguments))
