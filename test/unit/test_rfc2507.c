// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_tcp.h>

#include "elements/ip/checksum.h"
#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

struct fields {
	uint16_t port, id, window, urp;
	uint32_t seq, ack;
	uint8_t flags, ttl;
};

static const struct fields first = {80, 7, 1000, 0, 100, 200, 0x10, 64};

// A TCP packet with "hello" in it.
static struct packet *
make(const struct fields *f, unsigned segment)
{
	uint8_t bytes[45] = {[40] = 'h', 'e', 'l', 'l', 'o'};
	struct rte_ipv4_hdr ip = {.version_ihl = 0x45,
		.total_length = RTE_BE16(45),
		.packet_id = rte_cpu_to_be_16(f->id),
		.time_to_live = f->ttl,
		.next_proto_id = 6,
		.src_addr = RTE_BE32(0x0a000001),
		.dst_addr = RTE_BE32(0x0a000002)};
	struct rte_tcp_hdr tcp = {.src_port = rte_cpu_to_be_16(f->port),
		.dst_port = RTE_BE16(9),
		.sent_seq = rte_cpu_to_be_32(f->seq),
		.recv_ack = rte_cpu_to_be_32(f->ack),
		.data_off = 0x50,
		.tcp_flags = f->flags,
		.rx_win = rte_cpu_to_be_16(f->window),
		.cksum = RTE_BE16(0xabcd),
		.tcp_urp = rte_cpu_to_be_16(f->urp)};
	char hex[91];

	checksum_set_ip(&ip, 20);
	memcpy(bytes, &ip, 20);
	memcpy(bytes + 20, &tcp, 20);
	for (unsigned i = 0; i < 45; i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	return segment > 0 ? rig_segments(hex, segment) : rig_hex(hex);
}

#define BOTH                                                                         \
	"RigIn(0) -> t :: Tee -> e :: RFC2507Comp -> u :: Tee -> d :: RFC2507Decomp" \
	" -> RigOut(0); t [1] -> RigOut(1); u [1] -> RigOut(2);"

static bool
are_equal(struct packet *p, struct packet *q)
{
	uint8_t x[100], y[100];

	return packet_length(p) == packet_length(q) && packet_length(p) <= sizeof(x) &&
	       packet_read(p, 0, x, packet_length(p)) && packet_read(q, 0, y, packet_length(q)) &&
	       memcmp(x, y, packet_length(p)) == 0;
}

// What goes over the link for each packet, and that it comes out as it went in.
static void
codes(void)
{
	static const struct {
		struct fields f;
		const char *code; // without the data; NULL: the packet with its context
	} cases[] = {
		{{80, 7, 1000, 0, 100, 200, 0x10, 64}, NULL},
		{{80, 8, 1000, 0, 100, 200, 0x10, 64}, "02 01 00 abcd"},
		{{80, 9, 1000, 0, 105, 200, 0x18, 64}, "02 01 18 abcd 05"},
		{{80, 10, 1001, 0, 360, 456, 0x10, 64}, "02 01 0e abcd 01 000100 ff"},
		{{80, 10, 1001, 5, 361, 456, 0x30, 64}, "02 01 29 abcd 05 01 000000"},
		{{80, 9, 1001, 5, 361, 65991, 0x10, 64}, "02 01 24 abcd 00ffff 00ffff"},
		{{80, 10, 1000, 5, 361, 65991, 0x10, 64}, NULL}, // window went down
		{{80, 11, 1000, 5, 360, 65991, 0x10, 64}, NULL}, // sent again
		{{80, 12, 1000, 5, 360, 131527, 0x10, 64}, NULL}, // too far
		{{80, 13, 1000, 5, 360, 131527, 0x10, 63}, NULL},
		{{80, 14, 1000, 6, 360, 131527, 0x10, 63}, NULL},
		{{80, 14, 1000, 0, 4, 5, 0x12, 64}, "00"}, // SYN
		{{80, 14, 1000, 0, 4, 5, 0x11, 64}, "00"},
		{{80, 14, 1000, 0, 4, 5, 0x14, 64}, "00"},
		{{80, 14, 1000, 0, 4, 5, 0x08, 64}, "00"}, // no ACK
	};

	for (unsigned segment = 0; segment <= 7; segment += 7) {
		struct rig *r = rig_config(BOTH);

		for (unsigned i = 0; i < RTE_DIM(cases); i++) {
			struct packet *sent;
			char want[200];
			bool whole = cases[i].code == NULL || strcmp(cases[i].code, "00") == 0;

			rig_push(r, 0, ippacket_marked(make(&cases[i].f, segment)));
			CU_ASSERT_TRUE(are_equal(rig_packet(r, 0, i), rig_packet(r, 1, i)));
			sent = rig_packet(r, 2, i);
			if (whole) {
				CU_ASSERT_EQUAL(
					packet_length(sent), cases[i].code != NULL ? 46 : 47);
				CU_ASSERT_EQUAL(packet_data(sent)[0], cases[i].code == NULL);
				continue;
			}
			snprintf(want, sizeof(want), "%s 68656c6c6f", cases[i].code);
			rig_expect_hex(r, 2, i, want);
			CU_ASSERT_FALSE(packet_has_network(sent));
			CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, i)), 0);
		}
		rig_free(r);
	}
}

static void
contexts(void)
{
	struct rig *r = rig_config(BOTH);
	struct fields f = first;
	char *errors;

	for (unsigned i = 0; i < 16; i++) {
		f.port = (uint16_t)(80 + i);
		rig_push(r, 0, make(&f, 0));
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 2, i))[1], i % 14 + 1);
	}
	// The first one was forgotten, the third one is known.
	f.id++;
	f.port = 80;
	rig_push(r, 0, make(&f, 0));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 2, 16))[0], 1);
	f.port = 83;
	rig_push(r, 0, make(&f, 0));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 2, 17))[0], 2);
	errors = rig_swap(r, BOTH);
	ASSERT_TEXT(errors, "");
	free(errors);
	f.id++;
	rig_push(r, 0, make(&f, 0));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 2, 18))[0], 2);
	CU_ASSERT_TRUE(are_equal(rig_packet(r, 0, 18), rig_packet(r, 1, 18)));
	rig_free(r);
}

static void
others_pass(void)
{
	static const struct {
		unsigned at;
		uint8_t byte;
	} changes[] = {{0, 0x46}, {3, 44}, {6, 0x20}, {7, 1}, {9, 17}, {11, 0}, {32, 0x60}};
	struct rig *r = rig_config(BOTH);

	for (unsigned i = 0; i < RTE_DIM(changes); i++) {
		struct packet *p = make(&first, 0);

		packet_data_rw(p)[changes[i].at] = changes[i].byte;
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 2, i))[0], 0);
		CU_ASSERT_TRUE(are_equal(rig_packet(r, 0, i), rig_packet(r, 1, i)));
	}
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 2, RTE_DIM(changes), "00");
	rig_expect_hex(r, 0, RTE_DIM(changes), "");
	rig_free(r);
}

#define HEADER                                                                                      \
	"4500002d 00070000 400666c2 0a000001 0a000002 00500009 00000064 000000c8 501003e8 abcd0000" \
	"68656c6c6f"

static void
malformed(void)
{
	static const char *const bad[] = {"", "03", "01", "0100" HEADER, "010f" HEADER, "0101 4500",
		"0101 46" HEADER, "02", "02010000", "0200000000", "020f000000", "02013f0000",
		"0201010000 00", "0201010000 0001", "02013f0000 01 01 01 01"};
	struct rig *r = rig_new("RFC2507Decomp", 1, 1);
	static struct hoard hoard;
	struct packet *p, *clone;

	rig_push_hex(r, 0, "0201000000");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push_hex(r, 0, "0101" HEADER);
	rig_expect_hex(r, 0, 0, HEADER);
	for (unsigned i = 0; i < RTE_DIM(bad); i++) {
		rig_push_hex(r, 0, bad[i]);
		CU_ASSERT_EQUAL(rig_drops(r, 0), i + 1);
	}
	// None of that did harm.
	rig_push(r, 0, rig_segments("0201000000 00", 1));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 1))[5], 8);
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 1)));
	p = rig_hex("0201000000");
	clone = packet_clone(p);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_push(r, 0, p);
	rig_free(r);
	rig_truncations("RFC2507Decomp", 1, 1, 0, "0101" HEADER, NULL);
	rig_truncations("RFC2507Comp", 1, 1, 0, HEADER, NULL);
}

static void
pull_and_arguments(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new_pull("RFC2507Comp", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "45");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, "0045");
	rig_free(r);
	r = rig_new("RFC2507Comp", 1, 1);
	p = packet_make(0, "x", 1);
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new_pull("RFC2507Decomp", 1, 1);
	rig_push_hex(r, 0, "0045");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, "45");
	rig_free(r);
	ASSERT_ERRORS("RFC2507Comp(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("RFC2507Decomp(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(rfc2507, UNIT_CASE(codes), UNIT_CASE(contexts), UNIT_CASE(others_pass),
	UNIT_CASE(malformed), UNIT_CASE(pull_and_arguments))
