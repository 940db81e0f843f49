// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/rig.h"

static struct packet *
packet_at(int64_t ns)
{
	struct packet *p = rig_hex("00");

	packet_set_timestamp(p, ns);
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)ns);
	return p;
}

static void
expect(const char *element, int64_t ns, int64_t want, int64_t want_first)
{
	struct rig *r = rig_new(element, 1, 1);

	rig_push(r, 0, packet_at(ns));
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), want);
	CU_ASSERT_EQUAL(
		packet_anno_u64(rig_packet(r, 0, 0), ANNO_FIRST_TIMESTAMP), (uint64_t)want_first);
	rig_free(r);
}

static void
moves_times(void)
{
	expect("AdjustTimestamp", 5 * CLOCK_S, 5 * CLOCK_S, 5 * CLOCK_S);
	expect("AdjustTimestamp(1.5)", 5 * CLOCK_S, 6500 * CLOCK_MS, 5 * CLOCK_S);
	expect("AdjustTimestamp(-7)", 5 * CLOCK_S, -2 * CLOCK_S, 5 * CLOCK_S);
	expect("AdjustTimestamp(1, FIRST true)", 5 * CLOCK_S, 5 * CLOCK_S, 6 * CLOCK_S);
	expect("AdjustTimestamp(1)", 0, 0, 0);
	expect("AdjustTimestamp(1, ALL true)", 0, CLOCK_S, 0);
	expect("AdjustTimestamp(1)", INT64_MAX, INT64_MAX, INT64_MAX);
	expect("AdjustTimestamp(-1)", INT64_MIN, INT64_MIN, INT64_MIN);
}

static void
handlers(void)
{
	struct rig *r = rig_new_pull("AdjustTimestamp(-1.5)", 1, 1);

	ASSERT_READ(r, "time", "-1.500000");
	ASSERT_TEXT(rig_write(r, "time", "2"), "");
	ASSERT_READ(r, "time", "2.000000");
	rig_push(r, 0, packet_at(1));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 2 * CLOCK_S + 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("AdjustTimestamp(x)", 1, 1, "TIME: parse error\n");
	ASSERT_ERRORS("AdjustTimestamp(1, FIRST x, ALL x)", 1, 1,
		"FIRST: parse error\nALL: parse error\n");
}

UNIT_SUITE(adjusttimestamp, UNIT_CASE(moves_times), UNIT_CASE(handlers), UNIT_CASE(arguments))
