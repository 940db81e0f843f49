// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/rig.h"

// A packet whose data begins so many bytes behind an aligned place.
static struct packet *
shifted(uint32_t n)
{
	struct packet *p = packet_make(64, "0123456789abcdef", 16);

	packet_pull(p, (64 - (uintptr_t)packet_data(p) % 64 + n) % 64 % 16);
	return p;
}

static void
counts(void)
{
	static const char config[] = "RigIn(0) -> e :: PacketMemStats -> RigOut(0);";
	struct rig *r = rig_config(config);
	char *errors;

	ASSERT_READ(r, "aligned_pkts_ratio", "0");
	rig_push(r, 0, shifted(0));
	for (unsigned i = 0; i < 3; i++)
		rig_push(r, 0, shifted(8));
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_READ(r, "aligned_pkts", "1");
	ASSERT_READ(r, "unaligned_pkts", "3");
	ASSERT_READ(r, "total_pkts", "4");
	ASSERT_READ(r, "aligned_pkts_ratio", "0.25");
	ASSERT_READ(r, "unaligned_pkts_ratio", "0.75");
	ASSERT_READ(r, "align_stride", "64");
	ASSERT_TEXT(rig_write(r, "align_stride", "8"), "");
	rig_push(r, 0, shifted(8));
	ASSERT_READ(r, "aligned_pkts", "2");
	ASSERT_TEXT(rig_write(r, "align_stride", "12"), "ALIGN_STRIDE must be a power of 2\n");
	ASSERT_TEXT(rig_write(r, "align_stride", "x"), "expected integer\n");
	ASSERT_READ(r, "align_stride", "8");
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "total_pkts", "5");
	rig_free(r);
	r = rig_new_pull("PacketMemStats(ALIGN_STRIDE 1)", 1, 1);
	rig_push(r, 0, shifted(1));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_READ(r, "aligned_pkts", "1");
	rig_free(r);
	ASSERT_ERRORS(
		"PacketMemStats(ALIGN_STRIDE 0)", 1, 1, "ALIGN_STRIDE must be a power of 2\n");
}

UNIT_SUITE(packetmemstats, UNIT_CASE(counts))
