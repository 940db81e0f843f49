// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
passes(void)
{
	struct rig *r = rig_new("EnsureDPDKBuffer(FAIL true)", 1, 1);
	struct packet *p = rig_hex("0102");

	rig_push(r, 0, p);
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, 0), p);
	rig_free(r);
}

static void
copies(void)
{
	struct rig *r = rig_new("EnsureDPDKBuffer(true, 64)", 1, 1);
	struct packet *p = rig_segments("01020304", 1);

	packet_set_anno_u8(p, ANNO_PAINT, 7);
	rig_push(r, 0, p);
	CU_ASSERT_PTR_NOT_EQUAL(rig_packet(r, 0, 0), p);
	rig_expect_hex(r, 0, 0, "01020304");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 7);
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 0)), PACKET_HEADROOM + 64);
	ASSERT_READ(r, "drop_reasons", "1\treplaced by its copy\n0\tno memory\n");
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_new_pull("EnsureDPDKBuffer(true)", 1, 1);
	struct hoard h;

	rig_push_hex(r, 0, "01");
	hoard_take(&h);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	hoard_release(&h);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EnsureDPDKBuffer(true, FAIL true)", 1, 1,
		"You cannot have both FORCE_COPY and FAIL at the same time\n");
	ASSERT_ERRORS("EnsureDPDKBuffer(x)", 1, 1, "FORCE_COPY: parse error\n");
	ASSERT_ERRORS(
		"EnsureDPDKBuffer(true, 2000)", 1, 1, "EXTRA_HEADROOM: out of range, bound 1920\n");
	ASSERT_ERRORS("EnsureDPDKBuffer(true, 1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(ensuredpdkbuffer, UNIT_CASE(passes), UNIT_CASE(copies), UNIT_CASE(no_memory),
	UNIT_CASE(arguments))
