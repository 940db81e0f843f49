// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/mem.h"
#include "test/unit/rig.h"

#define FAKER "ARPFaker(10.0.0.2, 2:0:0:0:0:2, 10.0.0.1, 2:0:0:0:0:1)"

static void
fakes(void)
{
	struct rig *r = rig_new(FAKER, 0, 1);

	rig_run_for(r, CLOCK_S - CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0,
		"020000000002 020000000001 0806 0001 0800 06 04 0002 020000000001 0a000001 "
		"020000000002 0a000002");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_run_for(r, 10 * CLOCK_S - 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_run_for(r, 30 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ARPFaker", 0, 1,
		"DSTIP: required argument missing\nDSTETH: required argument missing\n"
		"SRCIP: required argument missing\nSRCETH: required argument missing\n");
	ASSERT_ERRORS("ARPFaker(a, b, c, d)", 0, 1,
		"DSTIP: parse error\nDSTETH: parse error\nSRCIP: parse error\nSRCETH: parse error\n");
	ASSERT_ERRORS("ARPFaker(1.2.3.4, 1:2:3:4:5:6, 1.2.3.4, 1:2:3:4:5:6, 5)", 0, 1,
		"too many arguments\n");
}

#define ENTRY1 "10.0.0.2 02-00-00-00-00-02 10.0.0.1 02-00-00-00-00-01"
#define ENTRY2 "10.0.0.3 02-00-00-00-00-03 10.0.0.1 02-00-00-00-00-01"

static void
advertises(void)
{
	struct rig *r = rig_new(
		"ARPAdvertiser(10.0.0.2, 2:0:0:0:0:2, 10.0.0.1, 2:0:0:0:0:1, CAPACITY 2)", 0, 1);

	ASSERT_READ(r, "capacity", "2");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.3 2:0:0:0:0:3 10.0.0.1 2:0:0:0:0:1"), "");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.3 2:0:0:0:0:3 10.0.0.1 2:0:0:0:0:1"), "");
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "table", ENTRY1 "\n" ENTRY2 "\n");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.4 2:0:0:0:0:3 10.0.0.1 2:0:0:0:0:1"),
		"table full\n");
	ASSERT_TEXT(rig_write(r, "insert", "10.0.0.4 2:0:0:0:0:3 10.0.0.1"),
		"expected 'DSTIP DSTETH SRCIP SRCETH'\n");
	ASSERT_TEXT(rig_write(r, "delete", "x"), "expected 'DSTIP DSTETH SRCIP SRCETH'\n");
	rig_run_for(r, CLOCK_S + CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 1,
		"020000000003 020000000001 0806 0001 0800 06 04 0002 020000000001 0a000001 "
		"020000000003 0a000003");
	ASSERT_TEXT(rig_write(r, "delete", ENTRY1), "");
	ASSERT_TEXT(rig_write(r, "delete", ENTRY1), "no such entry\n");
	ASSERT_READ(r, "table", ENTRY2 "\n");
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	rig_run_for(r, 10 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

// More entries than a batch has room for, kept over a hot swap.
static void
advertises_many(void)
{
	struct rig *r = rig_config("e :: ARPAdvertiser -> RigOut(0);");
	char *errors;

	for (unsigned i = 0; i < 100; i++) {
		char *text = mem_printf("10.0.0.%u 2:0:0:0:0:3 10.0.0.1 2:0:0:0:0:1", i);

		ASSERT_TEXT(rig_write(r, "insert", text), "");
		free(text);
	}
	errors = rig_swap(r, "e :: ARPAdvertiser(CAPACITY 100) -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, CLOCK_S + CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 100);
	rig_free(r);
	ASSERT_ERRORS("ARPAdvertiser(10.0.0.1)", 0, 1,
		"expected DSTIP, DSTETH, SRCIP and SRCETH, or none\n");
	ASSERT_ERRORS("ARPAdvertiser(CAPACITY 0)", 0, 1, "CAPACITY: out of range, bound 1\n");
}

UNIT_SUITE(arpfaker, UNIT_CASE(fakes), UNIT_CASE(arguments), UNIT_CASE(advertises),
	UNIT_CASE(advertises_many))
