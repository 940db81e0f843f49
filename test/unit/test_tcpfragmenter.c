// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ip/checksum.h"
#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

enum { LINK = 14, IP_LEN = 20, TCP_LEN = 24, HEADS = LINK + IP_LEN + TCP_LEN };

// A frame with n bytes of payload that count up, sequence number 0xfffffffe, FIN PSH ACK, and rest
// bytes behind what the IP header says.
static struct packet *
frame(unsigned n, unsigned rest, unsigned segment)
{
	uint8_t bytes[HEADS + 600] = {0};
	struct packet *p;

	bytes[12] = 8;
	bytes[LINK] = 0x45;
	bytes[LINK + 2] = (uint8_t)((IP_LEN + TCP_LEN + n) >> 8);
	bytes[LINK + 3] = (uint8_t)(IP_LEN + TCP_LEN + n);
	bytes[LINK + 5] = 7;
	bytes[LINK + 8] = 64;
	bytes[LINK + 9] = 6;
	memset(bytes + LINK + IP_LEN + 4, 0xff, 3);
	bytes[LINK + IP_LEN + 7] = 0xfe;
	bytes[LINK + IP_LEN + 12] = TCP_LEN / 4 << 4;
	bytes[LINK + IP_LEN + 13] = 0x19;
	for (unsigned i = 0; i < n; i++)
		bytes[HEADS + i] = (uint8_t)i;
	if (segment > 0) {
		char hex[2 * sizeof(bytes) + 1];

		for (unsigned i = 0; i < HEADS + n + rest; i++)
			snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
		p = rig_segments(hex, segment);
	} else {
		p = packet_make(PACKET_HEADROOM, bytes, HEADS + n + rest);
	}
	packet_set_mac(p, 0);
	packet_set_network(p, LINK, IP_LEN);
	packet_set_anno_u8(p, ANNO_PAINT, 9);
	return p;
}

static void
check_piece(struct packet *p, unsigned at, unsigned n, bool last)
{
	uint8_t bytes[HEADS + 600];

	CU_ASSERT_EQUAL(packet_length(p), HEADS + n);
	if (!packet_read(p, 0, bytes, HEADS + n))
		return;
	CU_ASSERT_EQUAL(bytes[12], 8);
	CU_ASSERT_EQUAL(bytes[LINK + 2] << 8 | bytes[LINK + 3], (int)(IP_LEN + TCP_LEN + n));
	CU_ASSERT_EQUAL(bytes[LINK + 5], 7);
	CU_ASSERT_EQUAL(bytes[LINK + IP_LEN + 13], last ? 0x19 : 0x18);
	CU_ASSERT_EQUAL((uint8_t)(bytes[LINK + IP_LEN + 7] + 2), (uint8_t)at);
	CU_ASSERT_EQUAL(bytes[LINK + IP_LEN + 4], at > 1 ? 0 : 0xff);
	for (unsigned i = 0; i < n; i++) {
		if (bytes[HEADS + i] != (uint8_t)(at + i))
			CU_FAIL("wrong payload");
	}
	CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), LINK);
	CU_ASSERT_EQUAL(packet_transport_offset(p), LINK + IP_LEN);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 9);
	packet_pull(p, LINK);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, TCP_LEN + n));
}

static void
cuts(void)
{
	struct rig *r = rig_new("TCPFragmenter(MTU 144)", 1, 1);

	for (unsigned segment = 0; segment <= 7; segment += 7) {
		rig_push(r, 0, frame(250, 3, segment));
		CU_ASSERT_EQUAL(rig_count(r, 0), 3);
		check_piece(rig_packet(r, 0, 0), 0, 100, false);
		check_piece(rig_packet(r, 0, 1), 100, 100, false);
		check_piece(rig_packet(r, 0, 2), 200, 50, true);
		rig_clear(r);
		rig_push(r, 0, frame(200, 0, segment));
		CU_ASSERT_EQUAL(rig_count(r, 0), 2);
		check_piece(rig_packet(r, 0, 1), 100, 100, true);
		rig_clear(r);
		// Exactly one piece is made anew, one byte less passes as it is.
		rig_push(r, 0, frame(100, 0, segment));
		check_piece(rig_packet(r, 0, 0), 0, 100, true);
		rig_push(r, 0, frame(99, 50, segment));
		CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), HEADS + 149);
		rig_clear(r);
	}
	ASSERT_READ(r, "count", "8");
	ASSERT_READ(r, "fragmented_count", "6");
	ASSERT_READ(r, "fragments", "12");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 6);
	ASSERT_READ(r, "handlers",
		"count\tr\nfragmented_count\tr\nfragments\tr\nhandlers\tr.\nports\tr.\n"
		"config\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
limits(void)
{
	struct rig *r = rig_new("TCPFragmenter(MTU 144, MTU_ANNO 20)", 1, 1);
	struct packet *p = frame(100, 0, 0);
	char *errors;

	packet_set_anno_u16(p, 20, 94);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	p = frame(99, 0, 0);
	packet_set_anno_u16(p, 20, 1000);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	p = frame(150, 0, 0);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	// No room behind the headers.
	p = frame(150, 0, 0);
	packet_set_anno_u16(p, 20, 44);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	errors = rig_swap(r, "RigIn(0) -> e :: TCPFragmenter(MTU_ANNO 20) -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "count", "4");
	ASSERT_READ(r, "fragmented_count", "2");
	ASSERT_READ(r, "fragments", "4");
	rig_push(r, 0, frame(500, 0, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	p = frame(200, 0, 0);
	packet_set_anno_u16(p, 20, 45);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 207);
	rig_free(r);
	r = rig_new("TCPFragmenter(MTU 0)", 1, 1);
	rig_push(r, 0, frame(500, 0, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

// What is no whole TCP packet passes.
static void
others_pass(void)
{
	static const struct {
		unsigned at;
		uint8_t byte;
	} changes[] = {{LINK + 9, 17}, {LINK + 6, 0x20}, {LINK + 7, 1}, {LINK + 2, 3}, {LINK, 0x44},
		{LINK + IP_LEN + 12, 0x40}};
	struct rig *r = rig_new("TCPFragmenter(MTU 100)", 1, 1);
	struct packet *p;
	char hex[2 * (HEADS + 100) + 1];

	for (unsigned i = 0; i < RTE_DIM(changes); i++) {
		p = frame(200, 0, 0);
		packet_data_rw(p)[changes[i].at] = changes[i].byte;
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), i + 1);
		CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, i)), HEADS + 200);
	}
	rig_clear(r);
	p = frame(200, 0, 0);
	packet_clear_network(p);
	rig_push(r, 0, p);
	p = frame(200, 0, 0);
	packet_pull(p, LINK + 1);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("TCPFragmenter(MTU 60)", 1, 1);
	p = frame(100, 0, 0);
	for (unsigned i = 0; i < HEADS + 100; i++)
		snprintf(hex + 2 * i, 3, "%02x", packet_data(p)[i]);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("TCPFragmenter(MTU 60)", 1, 1, 0, hex + 2 * LINK, ippacket_mark);
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("TCPFragmenter(MTU 144)", 1, 1);
	struct packet *p = frame(250, 0, 0);

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("TCPFragmenter", 1, 1, "At least one of MTU and MTU_ANNO must be set\n");
	ASSERT_ERRORS("TCPFragmenter(1400)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("TCPFragmenter(MTU 65536, MTU_ANNO 47)", 1, 1,
		"MTU: out of range, bound 65535\nMTU_ANNO: parse error\n");
}

// A link header that was stripped does not come along.
static void
behind_a_stripped_header(void)
{
	struct rig *r = rig_new("TCPFragmenter(MTU 144)", 1, 1);
	struct packet *p = frame(250, 0, 0);

	packet_pull(p, LINK);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	for (unsigned i = 0; i < 3; i++) {
		p = rig_packet(r, 0, i);
		CU_ASSERT_EQUAL(packet_mac_offset(p), PACKET_NO_HEADER);
		CU_ASSERT_EQUAL(packet_network_offset(p), 0);
		CU_ASSERT_EQUAL(packet_length(p), i < 2 ? 144 : 94);
	}
	rig_free(r);
}

UNIT_SUITE(tcpfragmenter, UNIT_CASE(cuts), UNIT_CASE(behind_a_stripped_header), UNIT_CASE(limits),
	UNIT_CASE(others_pass), UNIT_CASE(no_memory), UNIT_CASE(arguments))
