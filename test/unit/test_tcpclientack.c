// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include <rte_byteorder.h>

#include "src/clock.h"
#include "test/unit/flowpacket.h"
#include "test/unit/rig.h"

#define CONFIG                                            \
	"RigIn(0) -> FlowIPManager -> e :: TCPClientAck;" \
	"e [0] -> RigOut(0); e [1] -> RigOut(1);"

static struct packet *
segment(uint32_t seq, uint8_t flags, const char *data)
{
	struct packet *p = flowpacket_make(&(struct flowpacket){
		.sport = 80, .dport = 1000, .seq = seq, .flags = flags, .data = data});

	memcpy(packet_data_rw(p) + 28, "\x11\x22\x33\x44", 4); // it acknowledges this
	return p;
}

// Acknowledgement i is this one.
static void
expect(struct rig *r, unsigned i, uint32_t want)
{
	const struct packet *p = rig_packet(r, 1, i);
	struct flowpacket f = flowpacket_read(p);
	rte_be32_t ack;

	packet_read(p, 28, &ack, 4);
	CU_ASSERT_EQUAL(rte_be_to_cpu_32(ack), want);
	CU_ASSERT_EQUAL(f.src, 0x02000002u);
	CU_ASSERT_EQUAL(f.dst, 0x01000001u);
	CU_ASSERT_EQUAL(f.sport, 1000);
	CU_ASSERT_EQUAL(f.dport, 80);
	CU_ASSERT_EQUAL(f.seq, 0x11223344);
	CU_ASSERT_EQUAL(f.flags, FLOW_ACK);
	CU_ASSERT_EQUAL(packet_length(p), 40);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x01000001));
}

static void
acknowledges(void)
{
	struct rig *r = rig_config(CONFIG);
	struct packet *p[] = {segment(11, FLOW_ACK, "abc"), segment(14, FLOW_ACK, "de"),
		segment(16, FLOW_ACK, NULL)};

	rig_push(r, 0, segment(10, FLOW_SYN | FLOW_ACK, NULL));
	expect(r, 0, 11);
	rig_push_batch(r, 0, p, 3);
	expect(r, 1, 16); // one for both
	rig_push(r, 0, segment(20, FLOW_ACK, "early"));
	expect(r, 2, 16);
	rig_push(r, 0, segment(14, FLOW_ACK, "defg")); // some of it is new
	expect(r, 3, 18);
	rig_push(r, 0, segment(11, FLOW_ACK, "abc")); // all of it is old
	expect(r, 4, 18);
	rig_push(r, 0, segment(18, FLOW_FIN | FLOW_ACK, NULL));
	expect(r, 5, 19);
	rig_push(r, 0, segment(19, FLOW_RST, NULL));
	rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = 80}));
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	CU_ASSERT_EQUAL(rig_count(r, 1), 6);
	rig_free(r);
}

static void
damaged(void)
{
	struct rig *r = rig_config(CONFIG);

	for (unsigned n = 20; n < 43; n++) {
		struct packet *p = segment(1, FLOW_ACK, "abc");

		packet_take(p, 43 - n);
		rig_push(r, 0, p);
	}
	for (unsigned i = 0; i < 40; i++) {
		struct packet *p = segment(1, FLOW_ACK, "abc");

		packet_data_rw(p)[i] ^= 0xff;
		rig_push(r, 0, p);
	}
	rig_free(r);
	r = rig_config("RigIn(0) -> FlowIPManager -> AggregateGroup(1) -> e :: TCPClientAck;"
		       "e [0] -> RigOut(0); e [1] -> RigOut(1);");
	rig_push(r, 0, segment(1, FLOW_ACK, "abc"));
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	flowpacket_truncations("RigIn(0) -> FlowIPManager -> e :: TCPClientAck; e [0] -> RigOut(0);"
			       "e [1] -> RigOut(1);",
		1);
	ASSERT_ERRORS("TCPClientAck(1)", 1, 2, "too many arguments\n");
}

UNIT_SUITE(tcpclientack, UNIT_CASE(acknowledges), UNIT_CASE(damaged))
