// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define TCP_IN \
	"45000028 00070000 40060000 01000001 02000002 000a0014 00000064 000000c8 50180000 00000000"
#define TCP_OUT \
	"45000028 00070000 40060000 02000002 01000001 0014000a 000000c8 00000064 50180000 00000000"

static const struct {
	const char *in, *out;
} cases[] = {
	{TCP_IN, TCP_OUT},
	{"45000020 00070000 40110000 01000001 02000002 03e807d0 000c2c55 61626364",
		"45000020 00070000 40110000 02000002 01000001 07d003e8 000c2c55 61626364"},
	// Other protocols, later fragments, and packets too short for ports.
	{"45000020 00070000 40010000 01000001 02000002 03e807d0 000c2c55 61626364",
		"45000020 00070000 40010000 02000002 01000001 03e807d0 000c2c55 61626364"},
	{"45000020 00070001 40110000 01000001 02000002 03e807d0 000c2c55 61626364",
		"45000020 00070001 40110000 02000002 01000001 03e807d0 000c2c55 61626364"},
	{"45000020 00072000 40110000 01000001 02000002 03e807d0 000c2c55 61626364",
		"45000020 00072000 40110000 02000002 01000001 07d003e8 000c2c55 61626364"},
	{"45000020 00070000 40110000 01000001 02000002 03e807d0 000c2c",
		"45000020 00070000 40110000 02000002 01000001 03e807d0 000c2c"},
	{"45000020 00070000 40060000 01000001 02000002 03e807d0 00000064",
		"45000020 00070000 40060000 02000002 01000001 07d003e8 00000064"},
	{"45000020 00070000 40060000 01000001 02000002 03e807d0 00000064 0000c8",
		"45000020 00070000 40060000 02000002 01000001 07d003e8 00000064 0000c8"},
	{"45000014 00070000 40060000 01000001 02000002",
		"45000014 00070000 40060000 02000002 01000001"},
	{"46000020 00070000 40110000 01000001 02000002 01010101 03e807d0 000c2c55",
		"46000020 00070000 40110000 02000002 01000001 01010101 07d003e8 000c2c55"},
};

static void
mirrors(void)
{
	struct rig *r = rig_new("IPMirror", 1, 1);

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		rig_push(r, 0, ippacket_marked(rig_hex(cases[i].in)));
		rig_push(r, 0, ippacket_marked(rig_segments(cases[i].in, 3)));
		rig_expect_hex(r, 0, 2 * i, cases[i].out);
		rig_expect_hex(r, 0, 2 * i + 1, cases[i].out);
		CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, i), ANNO_DST_IP),
			rte_cpu_to_be_32(0x01000001));
	}
	rig_free(r);
	r = rig_new("IPMirror(false)", 1, 1);
	rig_push(r, 0, ippacket_marked(rig_hex(TCP_IN)));
	rig_expect_hex(r, 0, 0, TCP_OUT);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), 0);
	rig_free(r);
}

static void
drops(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("IPMirror", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(TCP_IN)), *clone = packet_clone(p);

	rig_push_hex(r, 0, TCP_IN);
	rig_push(r, 0, ippacket_marked(rig_hex("44000014 00070000 40060000 01000001 02000002")));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	clone = packet_clone(p);
	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, TCP_IN);
	rig_expect_hex(r, 0, 0, TCP_OUT);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("IPMirror", 1, 1, 0, TCP_IN, ippacket_mark);
	rig_truncations("IPMirror", 1, 1, 0, cases[9].in, ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("IPMirror(DST_ANNO true)", 1, 1);

	rig_push(r, 0, ippacket_marked(rig_hex(TCP_IN)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, TCP_OUT);
	rig_free(r);
	ASSERT_ERRORS("IPMirror(x)", 1, 1, "DST_ANNO: parse error\n");
	ASSERT_ERRORS("IPMirror(true, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(ipmirror, UNIT_CASE(mirrors), UNIT_CASE(drops), UNIT_CASE(pull_and_arguments))
