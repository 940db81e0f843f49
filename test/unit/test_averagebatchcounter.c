// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "test/unit/rig.h"

static void
push(struct rig *r, unsigned n)
{
	struct packet *p[64];

	for (unsigned i = 0; i < n; i++)
		p[i] = rig_hex(i & 1 ? "0000" : "00000000");
	rig_push_batch(r, 0, p, n);
}

#define CONFIG "RigIn(0) -> e :: AverageBatchCounter(100, LENGTH_STATS true) -> RigOut(0);"

static void
averages(void)
{
	struct rig *r = rig_config(CONFIG);
	char *errors;

	ASSERT_READ(r, "average", "0");
	ASSERT_READ(r, "average_frame_len_total", "0");
	push(r, 2);
	push(r, 6);
	ASSERT_READ(r, "average", "4");
	ASSERT_READ(r, "count_packets", "8");
	ASSERT_READ(r, "count_batches", "2");
	ASSERT_READ(r, "average_frame_len", "3");
	rig_run_for(r, 101 * CLOCK_MS);
	ASSERT_READ(r, "average", "0");
	ASSERT_READ(r, "count_packets", "0");
	push(r, 1);
	ASSERT_READ(r, "average", "1");
	ASSERT_READ(r, "count_batches", "1");
	ASSERT_READ(r, "average_frame_len", "4");
	ASSERT_READ(r, "average_total", "3");
	ASSERT_READ(r, "count_packets_total", "9");
	ASSERT_READ(r, "count_batches_total", "3");
	errors = rig_swap(r, CONFIG);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "count_packets", "1");
	ASSERT_READ(r, "count_packets_total", "9");
	rig_run_for(r, 101 * CLOCK_MS);
	ASSERT_READ(r, "count_packets", "0");
	rig_free(r);
	r = rig_new_pull("AverageBatchCounter", 1, 1);
	push(r, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	ASSERT_READ(r, "average", "1.5");
	ASSERT_READ(r, "average_frame_len", "0");
	rig_free(r);
	ASSERT_ERRORS("AverageBatchCounter(0)", 1, 1, "INTERVAL: out of range, bound 1\n");
	ASSERT_ERRORS("AverageBatchCounter(LENGTH_STATS x)", 1, 1, "LENGTH_STATS: parse error\n");
}

UNIT_SUITE(averagebatchcounter, UNIT_CASE(averages))
