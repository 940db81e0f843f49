// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/load/draw.h"
#include "test/unit/rig.h"

// WorkPackage and RandLoad: packets pass unchanged.

static void
passes(const char *element, unsigned n_ports)
{
	struct rig *r = rig_new(element, n_ports, n_ports);
	struct packet *p[] = {
		rig_hex("0102"), rig_segments("0102030405060708090a", 3), rig_hex("")};
	char *order;

	rig_push_batch(r, 0, p, 3);
	rig_push_hex(r, n_ports - 1, "0a0b0c0d0e");
	rig_expect_hex(r, 0, 0, "0102");
	rig_expect_hex(r, 0, 1, "0102030405060708090a");
	rig_expect_hex(r, 0, 2, "");
	rig_expect_hex(r, n_ports - 1, n_ports == 1 ? 3 : 0, "0a0b0c0d0e");
	order = rig_order(r);
	ASSERT_TEXT(order, n_ports == 1 ? "0 0 0 0" : "0 0 0 1");
	free(order);
	rig_free(r);
}

static void
packets_pass(void)
{
	passes("WorkPackage", 1);
	passes("WorkPackage(S 1, N 100, R 50, W 100)", 2);
	passes("WorkPackage(N 100, R 100, PAYLOAD true)", 1);
	passes("WorkPackage(S 2, N 10, R 0)", 1);
	passes("RandLoad", 1);
	passes("RandLoad(MIN 0, MAX 0)", 1);
}

// The generator does not end, and reaches all of a range.
static void
draws(void)
{
	unsigned seen[10] = {0};
	uint32_t x = 1;

	for (unsigned i = 0; i < 10000; i++) {
		x = draw_next(x);
		CU_ASSERT_NOT_EQUAL_FATAL(x, 0);
		seen[draw_scale(x, 10)]++;
	}
	for (unsigned i = 0; i < 10; i++)
		CU_ASSERT(seen[i] > 850 && seen[i] < 1150);
	CU_ASSERT_EQUAL(draw_many(5, 3), draw_next(draw_next(draw_next(5))));
}

static void
arguments(void)
{
	ASSERT_ERRORS("WorkPackage(R 101)", 1, 1, "R: out of range, bound 100\n");
	ASSERT_ERRORS("WorkPackage(S 8193)", 1, 1, "S: out of range, bound 8192\n");
	ASSERT_ERRORS("WorkPackage(N -1, W 1000001)", 1, 1,
		"N: invalid number\nW: out of range, bound 1000000\n");
	ASSERT_ERRORS("RandLoad(MIN 5, MAX 4)", 1, 1, "MIN is more than MAX\n");
	ASSERT_ERRORS("RandLoad(MAX 10000001)", 1, 1, "MAX: out of range, bound 10000000\n");
}

UNIT_SUITE(workpackage, UNIT_CASE(packets_pass), UNIT_CASE(draws), UNIT_CASE(arguments))
