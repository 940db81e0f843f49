// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "elements/ip/checksum.h"
#include "src/clock.h"
#include "src/strbuf.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

// What the tests cut up: data byte i of a datagram is i * 7 / 3 + id.
static uint8_t
data_byte(uint32_t i, uint16_t id)
{
	return (uint8_t)(i * 7 / 3 + id);
}

struct piece {
	uint16_t id;
	uint32_t start, end;
	bool more;
	unsigned header_words; // 0: 5
	int64_t at_s; // timestamp; 0: none
};

static void
write_header(uint8_t *bytes, const struct piece *f, unsigned header_len)
{
	struct rte_ipv4_hdr *ip = (void *)bytes;

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = (uint8_t)(0x40 | header_len / 4),
		.type_of_service = (uint8_t)f->start,
		.total_length = rte_cpu_to_be_16((uint16_t)(header_len + f->end - f->start)),
		.packet_id = rte_cpu_to_be_16(f->id),
		.fragment_offset =
			rte_cpu_to_be_16((uint16_t)(f->start / 8 | (f->more ? 0x2000 : 0))),
		.time_to_live = 64,
		.next_proto_id = 17,
		.src_addr = rte_cpu_to_be_32(0x01000001),
		.dst_addr = rte_cpu_to_be_32(0x02000002),
	};
	memset(bytes + sizeof(*ip), 1, header_len - sizeof(*ip));
	checksum_set_ip(ip, header_len);
}

static struct packet *
make_piece(struct piece f)
{
	static uint8_t bytes[60 + 65536];
	unsigned header_len = f.header_words == 0 ? 20 : f.header_words * 4;
	struct packet *p;

	write_header(bytes, &f, header_len);
	for (uint32_t i = f.start; i < f.end; i++)
		bytes[header_len + i - f.start] = data_byte(i, f.id);
	p = packet_make(PACKET_HEADROOM, bytes, header_len + f.end - f.start);
	packet_set_network(p, 0, header_len);
	packet_set_timestamp(p, f.at_s * CLOCK_S);
	return p;
}

#define PIECE(...) make_piece((struct piece){__VA_ARGS__})

static void
push_piece(struct rig *r, struct packet *p)
{
	rig_push(r, 0, p);
}

// A whole datagram of len bytes of data, with the header of its first fragment.
static void
expect_whole(struct rig *r, unsigned i, uint16_t id, uint32_t len, unsigned header_len)
{
	static uint8_t bytes[60 + 65536];
	struct packet *p = rig_packet(r, 0, i);
	const struct rte_ipv4_hdr *ip = (void *)bytes;

	CU_ASSERT_PTR_NOT_NULL(p);
	if (p == NULL)
		return;
	CU_ASSERT_EQUAL(packet_length(p), header_len + len);
	CU_ASSERT_TRUE(packet_read(p, 0, bytes, packet_length(p)));
	CU_ASSERT_EQUAL(bytes[0], 0x40 | header_len / 4);
	CU_ASSERT_EQUAL(ip->total_length, rte_cpu_to_be_16((uint16_t)(header_len + len)));
	CU_ASSERT_EQUAL(ip->fragment_offset, 0);
	CU_ASSERT_EQUAL(ip->type_of_service, 0);
	CU_ASSERT_EQUAL(ip->packet_id, rte_cpu_to_be_16(id));
	CU_ASSERT_EQUAL(checksum_fold(checksum_add(0, bytes, header_len)), 0xffff);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), (int32_t)header_len);
	for (uint32_t n = 0; n < len; n++) {
		if (bytes[header_len + n] != data_byte(n, id)) {
			CU_FAIL("wrong data");
			break;
		}
	}
}

static void
any_order(void)
{
	static const uint8_t orders[6][3] = {
		{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	static const struct piece pieces[] = {
		{7, 0, 16, true}, {7, 16, 48, true}, {7, 48, 53, false}};

	for (unsigned o = 0; o < RTE_DIM(orders); o++) {
		struct rig *r = rig_new("IPReassembler", 1, 2);

		for (unsigned i = 0; i < 3; i++) {
			struct packet *p = make_piece(pieces[orders[o][i]]);

			packet_set_anno_u8(p, ANNO_PAINT, orders[o][i] + 1);
			packet_set_timestamp(p, CLOCK_S * (i + 1));
			CU_ASSERT_EQUAL(rig_count(r, 0), 0);
			push_piece(r, p);
		}
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		expect_whole(r, 0, 7, 53, 20);
		// Annotations of the first fragment, time of the one that completed it.
		CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 1);
		CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 3 * CLOCK_S);
		CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_IPREASSEMBLER), 0);
		ASSERT_READ(r, "dump",
			"frags seen total:    3\ngood reassemblies:   1\n"
			"failed reassemblies: 0\nbad fragments seen:  0\ncached chunk data:\n");
		rig_free(r);
	}
}

static void
others_pass(void)
{
	struct rig *r = rig_new("IPReassembler(MAX_MTU_ANNO 20)", 1, 2);
	struct packet *p = PIECE(7, 0, 10, false);

	packet_set_anno_u16(p, 20, 77);
	push_piece(r, p);
	rig_push_hex(r, 0, "4500");
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), 20), 77);
	// DF is no fragment.
	p = rig_hex("45000014 00014000 40110000 01000001 02000002");
	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_READ(r, "handlers",
		"dump\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
keys(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);
	struct packet *p;

	// Ids in one bucket.
	push_piece(r, PIECE(0x0107, 0, 8, true));
	push_piece(r, PIECE(0x0108, 0, 8, true));
	push_piece(r, PIECE(0x0109, 8, 12, false));
	// Another protocol, another source.
	for (unsigned at = 9; at <= 12; at += 3) {
		p = PIECE(0x0107, 8, 16, false);
		CU_ASSERT_TRUE(packet_write(&p, at, "\x05", 1));
		push_piece(r, p);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_piece(r, PIECE(0x0109, 0, 8, true));
	push_piece(r, PIECE(0x0107, 8, 12, false));
	push_piece(r, PIECE(0x0108, 8, 12, false));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	expect_whole(r, 0, 0x0109, 12, 20);
	expect_whole(r, 1, 0x0107, 12, 20);
	expect_whole(r, 2, 0x0108, 12, 20);
	rig_free(r);
}

static void
overlaps(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);
	struct packet *p;

	push_piece(r, PIECE(1, 8, 24, true));
	push_piece(r, PIECE(1, 8, 24, true));
	push_piece(r, PIECE(1, 16, 40, true));
	push_piece(r, PIECE(1, 32, 44, false));
	push_piece(r, PIECE(1, 0, 16, true));
	expect_whole(r, 0, 1, 44, 20);
	rig_clear(r);
	// What comes later counts.
	push_piece(r, PIECE(2, 0, 16, true));
	p = PIECE(2, 8, 16, true);
	CU_ASSERT_TRUE(packet_write(&p, 20, "XXXXXXXX", 8));
	push_piece(r, p);
	push_piece(r, PIECE(2, 16, 17, false));
	p = rig_packet(r, 0, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 28, "XXXXXXXX", 8), 0);
	rig_free(r);
}

// The end, once known, stands.
static void
contradictions(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);

	push_piece(r, PIECE(1, 16, 21, false));
	push_piece(r, PIECE(1, 16, 24, true)); // past the end
	push_piece(r, PIECE(1, 24, 30, false));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	push_piece(r, PIECE(1, 8, 11, false)); // an end in the middle completes nothing
	push_piece(r, PIECE(1, 0, 8, true));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_piece(r, PIECE(1, 8, 16, true));
	expect_whole(r, 0, 1, 21, 20);
	rig_clear(r);
	push_piece(r, PIECE(2, 8, 24, true));
	push_piece(r, PIECE(2, 8, 13, false)); // in front of what is there
	push_piece(r, PIECE(2, 0, 8, true));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_piece(r, PIECE(2, 24, 25, false));
	expect_whole(r, 0, 2, 25, 20);
	rig_free(r);
}

static void
headers(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);
	struct packet *p, *q;

	// Options of the first fragment only, and its MAC header.
	push_piece(r, PIECE(3, 16, 20, false, 6));
	p = PIECE(3, 0, 16, true, 8);
	CU_ASSERT_TRUE(packet_push(&p, 14));
	memset(packet_data_rw(p), 0xee, 14);
	packet_set_mac(p, 0);
	packet_pull(p, 14);
	push_piece(r, p);
	expect_whole(r, 0, 3, 20, 32);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_mac_offset(p), -14);
	CU_ASSERT_EQUAL(packet_data(p)[-1], 0xee);
	rig_clear(r);
	// In front of the data, and behind the start of it; bytes behind the datagram.
	p = PIECE(4, 0, 16, true);
	packet_pull(p, 20);
	push_piece(r, p);
	p = PIECE(4, 16, 20, false);
	CU_ASSERT_TRUE(packet_push(&p, 14));
	CU_ASSERT_TRUE(packet_put(&p, 30));
	push_piece(r, p);
	expect_whole(r, 0, 4, 20, 20);
	rig_clear(r);
	// A first fragment that somebody else has as well.
	p = PIECE(5, 0, 16, true);
	q = packet_clone(p);
	push_piece(r, p);
	push_piece(r, PIECE(5, 16, 40, false));
	expect_whole(r, 0, 5, 40, 20);
	CU_ASSERT_EQUAL(packet_length(q), 36);
	push_piece(r, q);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

static void
bad_fragments(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);
	struct packet *p;

	push_piece(r, PIECE(1, 0, 12, true)); // end not at a unit
	push_piece(r, PIECE(1, 8, 8, false)); // nothing
	push_piece(r, PIECE(1, 65504, 65516, false)); // no header fits in front
	p = PIECE(1, 8, 16, false);
	CU_ASSERT_TRUE(packet_take(p, 1));
	push_piece(r, p);
	p = PIECE(1, 8, 16, false);
	CU_ASSERT_TRUE(packet_write(&p, 0, "\x44", 1));
	push_piece(r, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 5);
	ASSERT_READ(r, "dump",
		"frags seen total:    5\ngood reassemblies:   0\n"
		"failed reassemblies: 0\nbad fragments seen:  5\ncached chunk data:\n");
	// The greatest that can be.
	push_piece(r, PIECE(2, 65512, 65515, false));
	push_piece(r, PIECE(2, 0, 65512, true));
	expect_whole(r, 0, 2, 65515, 20);
	// With options in front it is too much.
	push_piece(r, PIECE(3, 65512, 65515, false));
	push_piece(r, PIECE(3, 0, 65480, true, 6));
	push_piece(r, PIECE(3, 65480, 65512, true));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(rig_drops(r, 2) > 0);
	rig_free(r);
}

static void
dump(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);
	struct packet *p = PIECE(0x0200, 0, 8, true);

	CU_ASSERT_TRUE(packet_write(&p, 20, "\x00\x0a\x00\x50", 4));
	push_piece(r, PIECE(0x0100, 16, 24, true));
	push_piece(r, p);
	push_piece(r, PIECE(0x0200, 16, 32, true));
	push_piece(r, PIECE(0x0200, 40, 45, false));
	push_piece(r, PIECE(0x0300, 8, 16, true));
	push_piece(r, PIECE(0x0300, 32, 40, true));
	ASSERT_READ(r, "dump",
		"frags seen total:    6\ngood reassemblies:   0\nfailed reassemblies: 0\n"
		"bad fragments seen:  0\ncached chunk data:\n"
		" (1.0.0.1, 0, 2.0.0.2, 0) 256 (16,24)\n"
		" (1.0.0.1, 10, 2.0.0.2, 80) 512 (0,8) (16,32) (40,45)\n"
		" (1.0.0.1, 0, 2.0.0.2, 0) 768 (8,16) (32,40)\n");
	rig_free(r);
}

static void
longest_fragment(void)
{
	struct rig *r = rig_new("IPReassembler(MAX_MTU_ANNO 20)", 1, 2);

	push_piece(r, PIECE(1, 16, 56, true));
	push_piece(r, PIECE(1, 56, 60, false));
	push_piece(r, PIECE(1, 0, 16, true));
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), 20), 60);
	rig_free(r);
	r = rig_new("IPReassembler(MAX_MTU_ANNO VLAN_TCI)", 1, 2);
	push_piece(r, PIECE(1, 0, 16, true, 6));
	push_piece(r, PIECE(1, 16, 20, false));
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), ANNO_VLAN_TCI), 40);
	rig_free(r);
}

static void
times_out(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);
	uint8_t bytes[60];
	struct packet *p;

	push_piece(r, PIECE(1, 8, 16, true, .at_s = 100));
	push_piece(r, PIECE(2, 0, 16, true, .at_s = 101));
	push_piece(r, PIECE(3, 0, 16, true, .at_s = 130));
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	// Looked at every 10 s, and older than 30 s.
	push_piece(r, PIECE(3, 24, 32, true, .at_s = 139));
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	push_piece(r, PIECE(3, 32, 40, true, .at_s = 140));
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	// What came, behind zeroes.
	p = rig_packet(r, 1, 1); // in one bucket, the younger one is first
	CU_ASSERT_EQUAL(packet_length(p), 36);
	CU_ASSERT_TRUE(packet_read(p, 0, bytes, 36));
	CU_ASSERT_EQUAL(bytes[7], 1);
	CU_ASSERT_EQUAL(checksum_fold(checksum_add_header(bytes)), 0xffff);
	for (unsigned i = 0; i < 16; i++)
		CU_ASSERT_EQUAL(bytes[20 + i], i < 8 ? 0 : data_byte(i, 1));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 1, 0)), 36);
	push_piece(r, PIECE(3, 40, 41, false, .at_s = 141));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	push_piece(r, PIECE(3, 16, 24, true, .at_s = 142));
	expect_whole(r, 0, 3, 41, 20);
	ASSERT_READ(r, "dump",
		"frags seen total:    7\ngood reassemblies:   1\n"
		"failed reassemblies: 0\nbad fragments seen:  0\ncached chunk data:\n");
	rig_free(r);
	// No output 1.
	r = rig_new("IPReassembler", 1, 1);
	push_piece(r, PIECE(1, 8, 16, true, .at_s = 100));
	push_piece(r, PIECE(2, 8, 16, true, .at_s = 200));
	CU_ASSERT_EQUAL(rig_drops(r, 3), 1);
	rig_free(r);
}

static void
stamps_fragments(void)
{
	struct rig *r = rig_new("IPReassembler", 1, 2);

	push_piece(r, PIECE(1, 0, 8, true));
	push_piece(r, PIECE(1, 8, 16, false));
	CU_ASSERT_TRUE(packet_timestamp(rig_packet(r, 0, 0)) >= INT64_C(1000000000) * CLOCK_S);
	rig_free(r);
}

static void
makes_room(void)
{
	// A datagram of 8 bytes of data counts 68; the low mark is 300.
	struct rig *r = rig_new("IPReassembler(HIMEM 400)", 1, 2);

	for (unsigned i = 0; i < 6; i++)
		push_piece(r, PIECE((uint16_t)((i + 1) << 8), 0, 8, true, .at_s = 100 + i));
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	// 408: the next one pushes out, those of 10 s and more first, down to the low mark.
	push_piece(r, PIECE(7 << 8, 0, 8, true, .at_s = 111));
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "dump",
		"frags seen total:    7\ngood reassemblies:   0\nfailed reassemblies: 2\n"
		"bad fragments seen:  0\ncached chunk data:\n"
		" (1.0.0.1, 2, 2.0.0.2, 1031) 768 (0,8)\n"
		" (1.0.0.1, 2, 2.0.0.2, 1031) 1024 (0,8)\n"
		" (1.0.0.1, 2, 2.0.0.2, 1031) 1280 (0,8)\n"
		" (1.0.0.1, 2, 2.0.0.2, 1031) 1536 (0,8)\n"
		" (1.0.0.1, 2, 2.0.0.2, 1031) 1792 (0,8)\n");
	rig_free(r);
	// All of the same age.
	r = rig_new("IPReassembler(HIMEM 400)", 1, 2);
	for (unsigned i = 0; i < 100; i++)
		push_piece(r, PIECE((uint16_t)((i + 1) << 8), 8, 16, true, .at_s = 100));
	CU_ASSERT_TRUE(rig_count(r, 1) > 90);
	rig_free(r);
	r = rig_new("IPReassembler(HIMEM 0)", 1, 2);
	push_piece(r, PIECE(1, 0, 8, true));
	push_piece(r, PIECE(2, 0, 8, true));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("IPReassembler", 1, 2);
	struct packet *p = PIECE(1, 8, 16, false), *q = PIECE(2, 0, 8, true),
		      *s = PIECE(2, 40000, 40001, false);

	hoard_take(&hoard);
	push_piece(r, p);
	push_piece(r, q);
	push_piece(r, s);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 2);
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 0);
	push_piece(r, PIECE(2, 8, 9, false));
	expect_whole(r, 0, 2, 9, 20);
	rig_free(r);
}

// Every cut of a fragment, in segments; and random fragments against a model of nothing but "no
// crash, no leak, and what comes out is right".
static void
random_fragments(void)
{
	struct rig *r = rig_new("IPReassembler(HIMEM 60000)", 1, 2);

	srand(5);
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t start = (uint32_t)rand() % 12 * 8, len = (uint32_t)rand() % 6 * 8 + 8;
		bool more = start + len < 96;
		uint16_t id = (uint16_t)(rand() % 40);

		push_piece(r, PIECE(id, start, more ? start + len : 96, more, 5 + id % 3));
		for (unsigned n = 0; n < rig_count(r, 0); n++) {
			uint16_t whole_id;

			packet_read(rig_packet(r, 0, n), 4, &whole_id, 2);
			whole_id = rte_be_to_cpu_16(whole_id);
			expect_whole(r, n, whole_id, 96, 20 + 4u * (whole_id % 3));
		}
		rig_clear(r);
	}
	rig_free(r);
}

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("IPReassembler", 1, 2);

	rig_push(r, 0, PIECE(1, 0, 8, true));
	rig_push(r, 0, PIECE(1, 8, 16, false));
	rig_push(r, 0, PIECE(2, 0, 8, true));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	expect_whole(r, 0, 1, 16, 20);
	rig_free(r);
	rig_truncations("IPReassembler", 1, 2, 0,
		"4600002c 00072000 401143b3 0a000001 0a000002 01010100"
		"00010203 04050607 08090a0b 0c0d0e0f 00000000",
		mark);
	ASSERT_ERRORS("IPReassembler(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("IPReassembler(HIMEM x)", 1, 1, "HIMEM: invalid number\n");
	ASSERT_ERRORS("IPReassembler(MAX_MTU_ANNO 47)", 1, 1, "MAX_MTU_ANNO: parse error\n");
	ASSERT_ERRORS("IPReassembler(MAX_MTU_ANNO PAINT)", 1, 1, "MAX_MTU_ANNO: parse error\n");
	ASSERT_ERRORS("IPReassembler(MAX_MTU_ANNO nonsense)", 1, 1, "MAX_MTU_ANNO: parse error\n");
}

UNIT_SUITE(ipreassembler, UNIT_CASE(any_order), UNIT_CASE(others_pass), UNIT_CASE(keys),
	UNIT_CASE(overlaps), UNIT_CASE(contradictions), UNIT_CASE(headers),
	UNIT_CASE(bad_fragments), UNIT_CASE(dump), UNIT_CASE(longest_fragment),
	UNIT_CASE(times_out), UNIT_CASE(stamps_fragments), UNIT_CASE(makes_room),
	UNIT_CASE(no_memory), UNIT_CASE(random_fragments), UNIT_CASE(pull_and_arguments))
