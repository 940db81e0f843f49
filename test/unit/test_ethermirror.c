// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
swaps_addresses(void)
{
	struct rig *r = rig_new("EtherMirror", 1, 1);

	rig_push_hex(r, 0, "020000000001 060000000002 0800 55");
	rig_push(r, 0, rig_segments("020000000001 060000000002 0800 55", 5));
	rig_expect_hex(r, 0, 0, "060000000002 020000000001 0800 55");
	rig_expect_hex(r, 0, 1, "060000000002 020000000001 0800 55");
	rig_free(r);
}

static void
leaves_clones_alone(void)
{
	struct rig *r = rig_new("EtherMirror", 1, 1);
	struct packet *p = rig_hex("020000000001 060000000002"), *clone = packet_clone(p);

	rig_push(r, 0, p);
	rig_push(r, 0, packet_copy(clone, 0));
	rig_expect_hex(r, 0, 0, "060000000002 020000000001");
	rig_expect_hex(r, 0, 1, "060000000002 020000000001");
	rig_assert_hex(__FILE__, __LINE__, clone, "020000000001 060000000002");
	rig_push(r, 0, clone);
	rig_free(r);
}

static void
passes_what_is_too_short(void)
{
	struct rig *r = rig_new("EtherMirror", 1, 1);

	rig_push_hex(r, 0, "0102030405060708090a0b");
	rig_expect_hex(r, 0, 0, "0102030405060708090a0b");
	rig_free(r);
	rig_truncations("EtherMirror", 1, 1, 0, "020000000001 060000000002 0800", NULL);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("EtherMirror", 1, 1);

	rig_push_hex(r, 0, "020000000001 060000000002");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	rig_expect_hex(r, 0, 0, "060000000002 020000000001");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EtherMirror(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(ethermirror, UNIT_CASE(swaps_addresses), UNIT_CASE(leaves_clones_alone),
	UNIT_CASE(passes_what_is_too_short), UNIT_CASE(pulls), UNIT_CASE(arguments))
