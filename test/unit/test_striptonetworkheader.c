// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static struct packet *
with_header(const char *hex, int32_t off)
{
	struct packet *p = rig_hex(hex);

	packet_set_network(p, off, 2);
	return p;
}

static void
moves_forward(void)
{
	struct rig *r = rig_new("StripToNetworkHeader", 1, 1);

	rig_push(r, 0, with_header("01 02 03 04", 3));
	rig_expect_hex(r, 0, 0, "04");
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	rig_push(r, 0, with_header("01 02", 0));
	rig_expect_hex(r, 0, 1, "01 02");
	rig_free(r);
}

static void
moves_backward(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> Strip(3) -> e :: StripToNetworkHeader -> RigOut(0);");

	rig_push(r, 0, with_header("01 02 03 04", 1));
	rig_expect_hex(r, 0, 0, "02 03 04");
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
	// A copy that shares its bytes, too.
	r = rig_config("RigIn(0) -> Strip(3) -> t :: Tee; t [0] -> RigOut(0);"
		       "t [1] -> e :: StripToNetworkHeader -> RigOut(1);");
	rig_push(r, 0, with_header("01 02 03 04", 1));
	rig_expect_hex(r, 0, 0, "04");
	rig_expect_hex(r, 1, 0, "02 03 04");
	rig_free(r);
}

static void
passes_packets_without_a_header(void)
{
	struct rig *r = rig_new("StripToNetworkHeader", 1, 1);
	struct packet *p = rig_hex("03 04");

	rig_push_hex(r, 0, "01 02");
	rig_expect_hex(r, 0, 0, "01 02");
	packet_set_anno_u8(p, ANNO_PAINT, 1);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 1, "03 04");
	rig_free(r);
}

static void
a_header_beyond_the_end_leaves_nothing(void)
{
	struct rig *r = rig_new("StripToNetworkHeader", 1, 1);

	rig_push(r, 0, with_header("01 02", 5));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 0);
	rig_free(r);
}

static void
header_at_3(struct packet *p)
{
	packet_set_network(p, 3, 0);
}

static void
segments(void)
{
	struct rig *r = rig_new("StripToNetworkHeader", 1, 1);
	struct packet *p = rig_segments("0102030405060708", 2);

	packet_set_network(p, 5, 0);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, "060708");
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
	rig_truncations("StripToNetworkHeader", 1, 1, 0, "010203040506", header_at_3);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("StripToNetworkHeader", 1, 1);

	rig_push(r, 0, with_header("01 02 03", 1));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, "02 03");
	rig_free(r);
	ASSERT_ERRORS("StripToNetworkHeader(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(striptonetworkheader, UNIT_CASE(moves_forward), UNIT_CASE(moves_backward),
	UNIT_CASE(passes_packets_without_a_header),
	UNIT_CASE(a_header_beyond_the_end_leaves_nothing), UNIT_CASE(segments), UNIT_CASE(pulls))
