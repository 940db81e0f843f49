// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "test/unit/flowpacket.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static void
send_segment(struct rig *r, uint32_t seq, uint8_t flags, const char *data)
{
	struct packet *p = flowpacket_make(&(struct flowpacket){
		.sport = 1000, .dport = 80, .seq = seq, .flags = flags, .data = data});

	// It acknowledges 0x11223344; the checksum is not looked at.
	memcpy(packet_data_rw(p) + 28, "\x11\x22\x33\x44", 4);
	rig_push(r, 0, p);
}

// Answer i, which has been checked as far as all are alike.
static struct flowpacket
answer(struct rig *r, unsigned i, uint32_t want_ack)
{
	const struct packet *p = rig_packet(r, 0, i);
	struct flowpacket f = flowpacket_read(p);
	rte_be32_t ack;

	packet_read(p, 28, &ack, 4);
	CU_ASSERT_EQUAL(rte_be_to_cpu_32(ack), want_ack);
	CU_ASSERT_EQUAL(f.src, 0x02000002u);
	CU_ASSERT_EQUAL(f.dst, 0x01000001u);
	CU_ASSERT_EQUAL(f.sport, 80);
	CU_ASSERT_EQUAL(f.dport, 1000);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x01000001));
	CU_ASSERT_EQUAL((uint32_t)(packet_data(p)[2] << 8 | packet_data(p)[3]), packet_length(p));
	return f;
}

static void
answers(void)
{
	struct rig *r = rig_new("TCPReflector(DATA \"hello\")", 1, 1);
	struct flowpacket f;

	send_segment(r, 100, FLOW_SYN, NULL);
	f = answer(r, 0, 101);
	CU_ASSERT_EQUAL(f.flags, FLOW_SYN | FLOW_ACK);
	CU_ASSERT_EQUAL(f.seq, 0);
	send_segment(r, 101, FLOW_ACK, "abc");
	f = answer(r, 1, 104);
	CU_ASSERT_EQUAL(f.flags, FLOW_ACK | 8);
	CU_ASSERT_EQUAL(f.seq, 0x11223344);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 45);
	CU_ASSERT_EQUAL(memcmp(packet_data(rig_packet(r, 0, 1)) + 40, "hello", 5), 0);
	send_segment(r, 104, FLOW_FIN | FLOW_ACK, NULL);
	f = answer(r, 2, 105);
	CU_ASSERT_EQUAL(f.flags, FLOW_FIN | FLOW_ACK);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 2)), 40);
	send_segment(r, 104, FLOW_ACK, NULL);
	send_segment(r, 104, FLOW_RST, NULL);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	rig_free(r);
}

static void
payloads(void)
{
	struct rig *r = rig_new("TCPReflector", 1, 1);
	struct packet *p;

	send_segment(r, 1, FLOW_ACK, "abc");
	answer(r, 0, 4);
	CU_ASSERT_EQUAL(memcmp(packet_data(rig_packet(r, 0, 0)) + 40, "abc", 3), 0);
	// Padding behind it is none of it.
	p = flowpacket_make(&(struct flowpacket){.flags = FLOW_ACK, .data = "abc"});
	CU_ASSERT(packet_put(&p, 9));
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 43);
	rig_free(r);
	r = rig_new_pull("TCPReflector(STRIP_PAYLOAD true, RAND_SEQ true)", 1, 1);
	send_segment(r, 1, FLOW_ACK, "abc");
	send_segment(r, 1, FLOW_SYN, NULL);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	answer(r, 0, 4);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 40);
	CU_ASSERT_NOT_EQUAL(answer(r, 1, 2).seq, 0);
	rig_free(r);
}

static void
clones(void)
{
	struct rig *r = rig_new("TCPReflector(DATA \"hello\")", 1, 1);
	struct packet *p =
		flowpacket_make(&(struct flowpacket){.sport = 9, .flags = FLOW_ACK, .data = "abc"});
	struct flowpacket f;

	rig_push(r, 0, packet_clone(p));
	f = flowpacket_read(p);
	CU_ASSERT_EQUAL(f.src, 0x01000001u);
	CU_ASSERT_EQUAL(f.sport, 9);
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 40, "abc", 3), 0);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 45);
	rig_push(r, 0, p);
	rig_free(r);
}

static void
bad_packets(void)
{
	struct rig *r = rig_new("TCPReflector", 1, 1);
	struct packet *p = flowpacket_make(&(struct flowpacket){.flags = FLOW_SYN});
	char conf[18 + 1401 + 2];

	packet_data_rw(p)[32] = 0xf0; // a header that is longer than the segment
	rig_push(r, 0, p);
	rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = 1})); // UDP
	rig_push_hex(r, 0, "45");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	rig_free(r);
	rig_truncations("TCPReflector(DATA \"hello\")", 1, 1, 0,
		"4600002e 00000000 40060000 01000001 01000009 00000000 0001 0035 00000000 00000000"
		"50020000 00000000 6162",
		ippacket_mark);
	ASSERT_ERRORS("TCPReflector(1)", 1, 1, "too many arguments\n");
	memset(conf, 'x', sizeof(conf));
	memcpy(conf, "TCPReflector(DATA ", 18);
	memcpy(conf + sizeof(conf) - 2, ")", 2);
	ASSERT_ERRORS(conf, 1, 1, "DATA: more than 1400 bytes\n");
}

UNIT_SUITE(tcpreflector, UNIT_CASE(answers), UNIT_CASE(payloads), UNIT_CASE(clones),
	UNIT_CASE(bad_packets))
