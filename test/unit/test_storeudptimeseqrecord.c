// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include <rte_byteorder.h>

#include "elements/ip/checksum.h"
#include "src/element.h"
#include "test/unit/rig.h"

#define IP4 "45000030 00000000 40110000 01000001 02000002"
#define IP6 "60000000001c1140 00000000000000000000000000000001 00000000000000000000000000000002"
#define ROOM "00000000 00000000 00000000 00000000 00000000"

static uint32_t
word(struct rig *r, unsigned i, uint32_t off)
{
	rte_be32_t v = 0;

	packet_read(rig_packet(r, 0, i), off, &v, sizeof(v));
	return rte_be_to_cpu_32(v);
}

static void
numbers_and_stamps(void)
{
	struct rig *r = rig_new("StoreUDPTimeSeqRecord(2)", 1, 1);

	rig_push_hex(r, 0, "ffff" IP4 "00010002 001c0000" ROOM);
	rig_push_hex(r, 0, "ffff" IP4 "00010002 001c0000" ROOM "aa");
	CU_ASSERT_EQUAL(word(r, 0, 30), 1);
	CU_ASSERT_EQUAL(word(r, 1, 30), 2);
	CU_ASSERT_EQUAL(word(r, 0, 34), 1000000000);
	CU_ASSERT_TRUE(word(r, 0, 38) < 1000000);
	CU_ASSERT_EQUAL(word(r, 0, 42), 0);
	CU_ASSERT_EQUAL(word(r, 0, 46), 0);
	CU_ASSERT_EQUAL(word(r, 0, 26), 0x001c0000);
	ASSERT_READ(r, "count", "2");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "count", "0");
	rig_free(r);
}

// A checksum that was right stays right.
static void
checksums_are_kept(void)
{
	struct rig *r = rig_new("StoreUDPTimeSeqRecord(0)", 1, 1);
	const struct packet *p;
	uint64_t sum = 0x0300 + 3 + 17 + 28;

	// Pseudo header and header: 0100+0001+0200+0002+0011+001c+0001+0002+001c.
	rig_push(r, 0, rig_segments(IP4 "00010002 001cfcb0" ROOM, 7));
	p = rig_packet(r, 0, 0);
	sum = rte_cpu_to_be_16((uint16_t)sum);
	CU_ASSERT_TRUE(checksum_add_packet(&sum, p, 20, 28));
	CU_ASSERT_EQUAL(checksum_fold(sum), 0xffff);
	rig_free(r);
}

static void
delta(void)
{
	struct rig *r = rig_new("StoreUDPTimeSeqRecord(0, DELTA true)", 1, 1);

	rig_push_hex(r, 0,
		IP6 "00010002 001c0000 00000007 3b9ac9fe 00000000"
		    "ffffffff ffffffff");
	CU_ASSERT_EQUAL(word(r, 0, 48), 7);
	CU_ASSERT_EQUAL(word(r, 0, 60), 2);
	rig_push_hex(r, 0,
		IP6 "00010002 001c0000 00000007 3b9aca02 00000000"
		    "ffffffff ffffffff");
	CU_ASSERT_EQUAL(word(r, 1, 60), UINT32_MAX - 1);
	CU_ASSERT_TRUE(word(r, 1, 64) < 1000000000);
	rig_free(r);
}

static void
refuses(void)
{
	static const char *const bad[] = {"", IP4,
		"45000030 00000000 40060000 01000001 02000002 00010002 001c0000" ROOM,
		"41000030 00000000 40110000 01000001 02000002 00010002 001c0000" ROOM,
		"45000030 00002001 40110000 01000001 02000002 00010002 001c0000" ROOM,
		"75000030 00000000 40110000 01000001 02000002 00010002 001c0000" ROOM,
		IP4 "00010002 001c0000 00000000 00000000 00000000 00000000 000000"};
	struct rig *r = rig_new("StoreUDPTimeSeqRecord(0)", 1, 1);

	for (unsigned i = 0; i < RTE_DIM(bad); i++)
		rig_push_hex(r, 0, bad[i]);
	CU_ASSERT_EQUAL(rig_drops(r, 0), RTE_DIM(bad));
	rig_free(r);
	r = rig_new("StoreUDPTimeSeqRecord(4294967295)", 1, 1);
	rig_push_hex(r, 0, IP4 "00010002 001c0000" ROOM);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("StoreUDPTimeSeqRecord(0)", 1, 1, 0, IP4 "00010002 001c1234" ROOM, NULL);
	rig_truncations("StoreUDPTimeSeqRecord(0)", 1, 1, 0, IP6 "00010002 001c1234" ROOM, NULL);
	ASSERT_ERRORS("StoreUDPTimeSeqRecord", 1, 1, "OFFSET: required argument missing\n");
	ASSERT_ERRORS("StoreUDPTimeSeqRecord(1, DELTA x)", 1, 1, "DELTA: parse error\n");
}

UNIT_SUITE(storeudptimeseqrecord, UNIT_CASE(numbers_and_stamps), UNIT_CASE(checksums_are_kept),
	UNIT_CASE(delta), UNIT_CASE(refuses))
