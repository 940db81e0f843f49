// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "test/unit/rig.h"

#define ZEROES_46                                                                                  \
	"0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
	"0000"
#define FRAME "0180c2000001 020000000001 8808 0001 0064" ZEROES_46

static void
pushes(void)
{
	struct rig *r = rig_new("EtherPauseSource(2:0:0:0:0:1, 100, LIMIT 3, INTERVAL 2)", 0, 1);

	rig_run_for(r, 2 * CLOCK_S - CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, FRAME);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "count", "3");
	// An idle one starts at once.
	ASSERT_TEXT(rig_write(r, "limit", "4"), "");
	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_run_for(r, 10 * CLOCK_S);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	rig_run_for(r, 3 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
}

static void
activity(void)
{
	struct rig *r = rig_new("EtherPauseSource(2:0:0:0:0:1, 100, ACTIVE false)", 0, 1);
	char *errors;

	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, 2 * CLOCK_S + CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	errors = rig_swap(r, "e :: EtherPauseSource(2:0:0:0:0:1, 100, LIMIT 4) -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("EtherPauseSource(2:0:0:0:0:1, 100, LIMIT 3)", 0, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	ASSERT_TEXT(rig_write(r, "active", "no"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	ASSERT_TEXT(rig_write(r, "active", "yes"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	rig_expect_hex(r, 0, 2, FRAME);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r =
		rig_new_pull("EtherPauseSource(2:0:0:0:0:2, 1, DST 1:2:3:4:5:6, LIMIT -5)", 0, 1);

	ASSERT_READ(r, "src", "02-00-00-00-00-02");
	ASSERT_READ(r, "dst", "01-02-03-04-05-06");
	ASSERT_READ(r, "pausetime", "1");
	ASSERT_READ(r, "limit", "-5");
	ASSERT_READ(r, "active", "true");
	ASSERT_TEXT(rig_write(r, "src", "2:0:0:0:0:1"), "");
	ASSERT_TEXT(rig_write(r, "dst", "1:80:c2:0:0:1"), "");
	ASSERT_TEXT(rig_write(r, "pausetime", "100"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, FRAME);
	ASSERT_TEXT(rig_write(r, "src", "x"), "type mismatch\n");
	ASSERT_TEXT(rig_write(r, "pausetime", "65536"), "type mismatch\n");
	ASSERT_TEXT(rig_write(r, "active", "2"), "type mismatch\n");
	ASSERT_TEXT(rig_write(r, "limit", ""), "type mismatch\n");
	ASSERT_READ(r, "handlers",
		"reset_counts\twb\npausetime\trw\ndst\trw\nsrc\trw\nactive\trwc\nlimit\trw\n"
		"count\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EtherPauseSource", 0, 1,
		"SRC: required argument missing\nPAUSETIME: required argument missing\n");
	ASSERT_ERRORS("EtherPauseSource(x, 65536, DST y, LIMIT z, ACTIVE 2, INTERVAL u)", 0, 1,
		"SRC: parse error\nPAUSETIME: out of range, bound 65535\nDST: parse error\n"
		"LIMIT: invalid number\nACTIVE: parse error\nINTERVAL: parse error\n");
	ASSERT_ERRORS("EtherPauseSource(1:2:3:4:5:6, 1, 2)", 0, 1, "too many arguments\n");
}

UNIT_SUITE(etherpausesource, UNIT_CASE(pushes), UNIT_CASE(activity), UNIT_CASE(pulls),
	UNIT_CASE(handlers), UNIT_CASE(arguments))
