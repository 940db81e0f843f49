// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/rig.h"

// SetCycleCount, CycleCountAccum, RoundTripCycleCount.

static unsigned long long
number(struct rig *r, const char *handler)
{
	return strtoull(rig_read(r, handler), NULL, 10);
}

static void
accumulates(void)
{
	static const char config[] = "RigIn(0) -> SetCycleCount -> e :: CycleCountAccum"
				     "-> RigOut(0); RigIn(1) -> [0] e;";
	struct rig *r = rig_config(config);
	unsigned long long cycles;
	char *errors;

	ASSERT_READ(r, "cycles_pp", "0");
	rig_push_hex(r, 0, "00");
	rig_push_hex(r, 0, "00");
	rig_push_hex(r, 1, "00");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_NOT_EQUAL(packet_anno_u64(rig_packet(r, 0, 0), ANNO_PERFCTR), 0);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "zero_count", "1");
	cycles = number(r, "cycles");
	CU_ASSERT(cycles > 0);
	CU_ASSERT_EQUAL(number(r, "cycles_pp"), cycles / 2);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(number(r, "cycles"), cycles);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "cycles", "0");
	ASSERT_READ(r, "zero_count", "0");
	rig_free(r);
}

static void
round_trips(void)
{
	struct rig *r = rig_new("RoundTripCycleCount", 1, 1);
	struct packet *p[] = {rig_hex("00"), rig_hex("00")};

	rig_push_batch(r, 0, p, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "packets", "2");
	ASSERT_READ(r, "count", "2");
	CU_ASSERT(number(r, "cycles") > 0);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "packets", "0");
	ASSERT_READ(r, "cycles", "0");
	rig_free(r);
	r = rig_new_pull("RoundTripCycleCount", 1, 1);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	ASSERT_READ(r, "packets", "1");
	rig_free(r);
}

static void
pulled(void)
{
	struct rig *r = rig_new_pull("SetCycleCount", 1, 1);

	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_NOT_EQUAL(packet_anno_u64(rig_packet(r, 0, 0), ANNO_PERFCTR), 0);
	rig_free(r);
	r = rig_new_pull("CycleCountAccum", 1, 1);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_READ(r, "zero_count", "1");
	rig_free(r);
	ASSERT_ERRORS("SetCycleCount(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(cyclecount, UNIT_CASE(accumulates), UNIT_CASE(round_trips), UNIT_CASE(pulled))
