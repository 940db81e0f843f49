// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/zeroes.h"

#include <string.h>

#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
writes_zeroes(void)
{
	struct rig *r = rig_config("Idle -> Discard;");
	struct packet *p = rig_segments("0102030405060708", 3);

	CU_ASSERT_TRUE(zeroes_write(&p, 2, 7));
	rig_assert_hex(__FILE__, __LINE__, p, "0102000000000008");
	CU_ASSERT_TRUE(zeroes_write(&p, 8, 8));
	CU_ASSERT_TRUE(zeroes_write(&p, 9, 3));
	rig_assert_hex(__FILE__, __LINE__, p, "0102000000000008");
	CU_ASSERT_FALSE(zeroes_write(&p, 7, 9));
	packet_free(p);
	// More than one block of them.
	p = packet_alloc(0, 3000);
	for (uint32_t i = 0; i < 3000; i++)
		CU_ASSERT_TRUE_FATAL(packet_write(&p, i, "x", 1));
	CU_ASSERT_TRUE(zeroes_write(&p, 1, 2999));
	for (uint32_t i = 0; i < 3000; i++) {
		char byte = 'y';

		CU_ASSERT_TRUE(packet_read(p, i, &byte, 1));
		CU_ASSERT_EQUAL(byte, i == 0 || i == 2999 ? 'x' : 0);
	}
	packet_free(p);
	packet_thread.n_generated -= 2; // not the rig's
	rig_free(r);
}

static void
grow_a_clone(const char *element, const char *want)
{
	struct rig *r = rig_new(element, 1, 1);
	struct packet *p = rig_hex("01020304"), *clone = packet_clone(p);
	static struct hoard hoard;

	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, want);
	rig_assert_hex(__FILE__, __LINE__, clone, "01020304");
	// Without memory it is dropped.
	p = packet_clone(clone);
	hoard_take(&hoard);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	hoard_release(&hoard);
	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 1, want);
	rig_free(r);
}

static void
elements_that_grow_leave_clones_alone(void)
{
	grow_a_clone("Pad(6)", "010203040000");
	grow_a_clone("StoreAnno(5, PAINT, GROW true)", "010203040000");
	grow_a_clone("MoveData(4, 0, 2, GROW true)", "010203040102");
	grow_a_clone("SetCRC32", "01020304 cd373779");
}

UNIT_SUITE(zeroes, UNIT_CASE(writes_zeroes), UNIT_CASE(elements_that_grow_leave_clones_alone))
