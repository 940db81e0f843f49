// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/standard/crc32.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

static void
known_values(void)
{
	struct crc32 *t = calloc(1, sizeof(*t));

	crc32_init(t);
	CU_ASSERT_EQUAL(crc32_add(t, CRC32_START, NULL, 0), 0xffffffff);
	// The check value of CRC-32/MPEG-2.
	CU_ASSERT_EQUAL(crc32_add(t, CRC32_START, (const uint8_t *)"123456789", 9), 0x0376e6e7);
	for (size_t cut = 0; cut <= 9; cut++) {
		uint32_t crc = crc32_add(t, CRC32_START, (const uint8_t *)"123456789", cut);

		crc = crc32_add(t, crc, (const uint8_t *)"123456789" + cut, 9 - cut);
		CU_ASSERT_EQUAL(crc, 0x0376e6e7);
	}
	free(t);
}

static void
appends(void)
{
	struct rig *r = rig_new("SetCRC32", 1, 1);

	rig_push_hex(r, 0, "313233343536373839");
	rig_push_hex(r, 0, "");
	rig_push(r, 0, rig_segments("313233343536373839", 2));
	rig_expect_hex(r, 0, 0, "313233343536373839 e7e67603");
	rig_expect_hex(r, 0, 1, "ffffffff");
	rig_expect_hex(r, 0, 2, "313233343536373839 e7e67603");
	rig_free(r);
}

static void
checks_and_removes(void)
{
	struct rig *r = rig_new("CheckCRC32", 1, 1);

	rig_push_hex(r, 0, "313233343536373839 e7e67603");
	rig_push(r, 0, rig_segments("313233343536373839 e7e67603", 3));
	rig_push_hex(r, 0, "ffffffff");
	ASSERT_TEXT(rig_chatter(r), "");
	rig_expect_hex(r, 0, 0, "313233343536373839");
	rig_expect_hex(r, 0, 1, "313233343536373839");
	rig_expect_hex(r, 0, 2, "");
	rig_push_hex(r, 0, "313233343536373838 e7e67603");
	ASSERT_TEXT(rig_chatter(r), "CRC32 failed, len 13\n");
	// Only the first one is told of.
	rig_push_hex(r, 0, "00000000");
	rig_push_hex(r, 0, "ffffff");
	rig_push_hex(r, 0, "");
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "drop_reasons",
		"0\tno memory or too long\n2\ttoo short for a checksum\n2\twrong checksum\n");
	rig_free(r);
}

// Long ones have several segments.
static void
all_lengths(void)
{
	struct rig *r = rig_config("RigIn(0) -> SetCRC32 -> e :: CheckCRC32 -> RigOut(0);");
	static uint8_t bytes[65531];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + (i >> 8));
	for (uint32_t n = 0; n < sizeof(bytes); n = n * 2 + 1) {
		rig_push(r, 0, packet_make(28, bytes, n));
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), n);
		rig_clear(r);
	}
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> SetCRC32 -> e :: CheckCRC32 -> PullNull -> RigOut(0);");

	rig_push_hex(r, 0, "0102");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "0102");
	rig_free(r);
}

static void
no_memory(void)
{
	struct rig *r = rig_new("SetCRC32", 1, 1);
	struct packet *p = rig_hex("01"), *clone = packet_clone(p);
	struct hoard h;

	hoard_take(&h);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	hoard_release(&h);
	rig_push(r, 0, clone);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SetCRC32(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("CheckCRC32(1)", 1, 1, "too many arguments\n");
}

static void
any_length(void)
{
	rig_truncations("SetCRC32", 1, 1, 0, "010203040506070809", NULL);
	rig_truncations("CheckCRC32", 1, 1, 0, "313233343536373839e7e67603", NULL);
}

UNIT_SUITE(setcrc32, UNIT_CASE(known_values), UNIT_CASE(appends), UNIT_CASE(checks_and_removes),
	UNIT_CASE(all_lengths), UNIT_CASE(pulls), UNIT_CASE(no_memory), UNIT_CASE(arguments),
	UNIT_CASE(any_length))
