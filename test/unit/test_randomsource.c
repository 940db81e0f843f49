// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
makes_random_packets(void)
{
	struct rig *r = rig_config("e :: RandomSource(37, LIMIT 200, STOP true) -> RigOut(0);");
	unsigned ones = 0;

	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 200);
	CU_ASSERT_TRUE(rig_stopped(r));
	for (unsigned i = 0; i < 200; i++) {
		const struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_length(p), 37);
		CU_ASSERT_EQUAL(packet_headroom(p), 36);
		CU_ASSERT_TRUE(packet_timestamp(p) > 1000000000 * CLOCK_S);
		for (unsigned at = 0; at < 37; at++)
			ones += (unsigned)__builtin_popcount(packet_data(p)[at]);
	}
	// Ten standard deviations.
	CU_ASSERT_TRUE(ones > 29600 - 1217 && ones < 29600 + 1217);
	CU_ASSERT_NOT_EQUAL(
		memcmp(packet_data(rig_packet(r, 0, 0)), packet_data(rig_packet(r, 0, 1)), 37), 0);
	rig_free(r);
}

static void
lengths(void)
{
	const uint32_t some[] = {0, 1, 7, 256, 257, 2048, 2049, 65535};

	for (unsigned i = 0; i < RTE_DIM(some); i++) {
		char config[96];
		struct rig *r;
		uint8_t tail[4];

		snprintf(config, sizeof(config),
			"e :: RandomSource(%u, LIMIT 3, TIMESTAMP false) -> RigOut(0);", some[i]);
		r = rig_config(config);
		rig_run(r, 1);
		CU_ASSERT_EQUAL(rig_count(r, 0), 3);
		CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), some[i]);
		CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 0);
		// The end is written as well (memory checkers look at it).
		if (some[i] >= 4)
			CU_ASSERT_TRUE(packet_read(rig_packet(r, 0, 0), some[i] - 4, tail, 4));
		rig_free(r);
	}
}

static void
pulls(void)
{
	struct rig *r = rig_config("e :: RandomSource(8, LIMIT 2) -> PullNull -> RigOut(0);");

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 0);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_config("e :: RandomSource(8) -> PullNull -> RigOut(0);");
	struct hoard h;

	hoard_take(&h);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 0);
	hoard_release(&h);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 5), 5);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_config("e :: RandomSource(8, LIMIT 1) -> RigOut(0);");

	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\n"
		"length\trw.\nreset\twb\ncount\tr\nactive\trwc\nburst\trw.\nlimit\trw.\n"
		"handlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_run(r, 1);
	ASSERT_TEXT(rig_write(r, "length", "100"), "");
	ASSERT_TEXT(rig_write(r, "limit", "3"), "");
	ASSERT_TEXT(rig_write(r, "burst", "2"), "");
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 2)), 100);
	ASSERT_READ(r, "length", "100");
	ASSERT_TEXT(rig_write(r, "length", "-1"), "length must be integer\n");
	ASSERT_TEXT(rig_write(r, "length", "65536"), "length must be integer\n");
	ASSERT_TEXT(rig_write(r, "limit", "x"), "limit parameter must be integer\n");
	ASSERT_TEXT(rig_write(r, "burst", "0"), "burstsize parameter must be integer >= 1\n");
	ASSERT_TEXT(rig_write(r, "active", "x"), "active parameter must be boolean\n");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_TEXT(rig_write(r, "config", "65536"), "bad length 65536\n");
	ASSERT_TEXT(rig_write(r, "config", "9, 4"), "");
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	rig_free(r);
}

static void
end_call(void)
{
	struct rig *r = rig_config("e :: RandomSource(1, LIMIT 3, END_CALL s.switch 1)"
				   " -> s :: Switch; s [0] -> RigOut(0); s [1] -> RigOut(1);");

	rig_run(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "s.switch", "1");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RandomSource", 0, 1, "LENGTH: required argument missing\n");
	ASSERT_ERRORS("RandomSource(-1)", 0, 1, "bad length -1\n");
	ASSERT_ERRORS("RandomSource(65536)", 0, 1, "bad length 65536\n");
	ASSERT_ERRORS("RandomSource(x)", 0, 1, "LENGTH: invalid number\n");
	ASSERT_ERRORS("RandomSource(1, x)", 0, 1, "LIMIT: invalid number\n");
	ASSERT_ERRORS("RandomSource(1, 1, 0)", 0, 1, "burst size must be >= 1\n");
	ASSERT_ERRORS("RandomSource(1, 1, 1, x)", 0, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("RandomSource(1, STOP true, END_CALL stop)", 0, 1,
		"END_CALL and STOP are mutually exclusive\n");
	ASSERT_ERRORS("RandomSource(1, DATA x)", 0, 1, "DATA: unknown argument\n");
}

UNIT_SUITE(randomsource, UNIT_CASE(makes_random_packets), UNIT_CASE(lengths), UNIT_CASE(pulls),
	UNIT_CASE(no_memory), UNIT_CASE(handlers), UNIT_CASE(end_call), UNIT_CASE(arguments))
