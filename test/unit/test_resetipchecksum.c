// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define TCP                                                                                 \
	"4600002c 00070000 40060000 01000001 02000002 00000000 000a0014 00000064 000000c8 " \
	"50182000 12340000"
#define UDP(sum) "45000020 00070000 40110000 01000001 02000002 000a0014 000c" sum "61626364"

static void
sets(void)
{
	struct rig *r = rig_new("ResetIPChecksum(true)", 1, 1);
	struct packet *p;

	rig_push(r, 0, ippacket_marked(rig_hex(TCP)));
	rig_push(r, 0, ippacket_marked(rig_segments(TCP, 3)));
	rig_push(r, 0, ippacket_marked(rig_hex(UDP("1234"))));
	rig_push(r, 0, ippacket_marked(rig_hex(UDP("0000"))));
	for (unsigned i = 0; i < 4; i++) {
		p = rig_packet(r, 0, i);
		CU_ASSERT(packet_pullup(&p, packet_length(p)));
		CU_ASSERT_TRUE(ippacket_header_is_right(p));
		if (i < 3)
			CU_ASSERT_TRUE(ippacket_segment_is_right(p, i < 2 ? 20 : 12));
	}
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 3))[26], 0);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 3))[27], 0);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

// What is none of its business stays.
static void
leaves_alone(void)
{
	struct rig *r = rig_new("ResetIPChecksum(L4 true)", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(UDP("1234")));

	packet_data_rw(p)[6] = 0x20; // a fragment
	rig_push(r, 0, p);
	p = ippacket_marked(rig_hex(UDP("1234")));
	packet_data_rw(p)[9] = 132;
	rig_push(r, 0, p);
	for (unsigned i = 0; i < 2; i++) {
		CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, i)));
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, i))[26], 0x12);
	}
	rig_free(r);
	r = rig_new_pull("ResetIPChecksum", 1, 1);
	rig_push(r, 0, ippacket_marked(rig_hex(TCP)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 0)));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[40], 0x12);
	rig_free(r);
}

static void
bad_packets(void)
{
	struct rig *r = rig_new("ResetIPChecksum(true)", 1, 1);
	struct packet *p = ippacket_marked(rig_hex(UDP("1234")));

	rig_push_hex(r, 0, UDP("1234")); // no header place
	packet_take(p, 1);
	rig_push(r, 0, p); // shorter than its length says
	p = ippacket_marked(rig_hex(UDP("1234")));
	packet_data_rw(p)[3] = 27; // no room for a UDP header
	rig_push(r, 0, p);
	p = ippacket_marked(rig_hex(UDP("1234")));
	packet_data_rw(p)[0] = 0x44;
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "drops", "4");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 4);
	rig_free(r);
	rig_truncations("ResetIPChecksum(true)", 1, 1, 0, TCP, ippacket_mark);
	rig_truncations("ResetIPChecksum(true)", 1, 1, 0, UDP("1234"), ippacket_mark);
}

static void
shared_packets(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> e :: ResetIPChecksum(true) -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = ippacket_marked(rig_hex(UDP("1234")));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, 0), 12));
	rig_expect_hex(r, 1, 0, UDP("1234"));
	rig_free(r);
	ASSERT_ERRORS("ResetIPChecksum(x)", 1, 1, "L4: parse error\n");
}

UNIT_SUITE(resetipchecksum, UNIT_CASE(sets), UNIT_CASE(leaves_alone), UNIT_CASE(bad_packets),
	UNIT_CASE(shared_packets))
