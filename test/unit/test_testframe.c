// SPDX-License-Identifier: BSD-3-Clause
// The frames that the tester of bench/ sends.
#include <arpa/inet.h>
#include <string.h>

#include <rte_ip.h>

#include "bench/frame.h"
#include "bench/neighbor.h"
#include "bench/trial.h"
#include "test/unit/unit.h"

static const struct frame_spec spec = {.size = 64,
	.n_flows = 1000,
	.src_mac = {2, 0, 0, 0, 0, 1},
	.dst_mac = {2, 0, 0, 0, 0, 2},
	.src_ip = 0x0a000002,
	.dst_ip = 0x0a000102};

// Lengths and checksum say that it is a frame of this size.
static void
check_headers(const uint8_t *bytes, unsigned size)
{
	const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)(bytes + 14);
	const uint8_t *udp = bytes + 34;

	CU_ASSERT_EQUAL(ntohs(ip->total_length), size - 4 - 14);
	CU_ASSERT_EQUAL(udp[4] << 8 | udp[5], (int)size - 4 - 34);
	CU_ASSERT_EQUAL(rte_raw_cksum(ip, 20), 0xffff);
}

static void
writes(void)
{
	uint8_t bytes[1518] = {0};
	struct frame_tag tag;

	frame_write(&spec, 7, 5, bytes);
	check_headers(bytes, 64);
	frame_stamp(bytes, 42, 1234567890123);
	CU_ASSERT_TRUE(frame_read_tag(bytes, 60, &tag));
	CU_ASSERT_EQUAL(tag.trial, 5);
	CU_ASSERT_EQUAL(tag.sequence, 42);
	CU_ASSERT_EQUAL(tag.stamp, 1234567890123);
	CU_ASSERT_FALSE(frame_read_tag(bytes, 59, &tag));
	bytes[FRAME_TAG_OFFSET] ^= 1;
	CU_ASSERT_FALSE(frame_read_tag(bytes, 60, &tag));
}

static void
imix(void)
{
	struct frame_spec s = spec;
	unsigned n64 = 0, n570 = 0, n1518 = 0;
	uint8_t bytes[1518] = {0};

	s.size = FRAME_SIZE_IMIX;
	for (uint32_t i = 0; i < 48; i++) {
		unsigned size = frame_size_at(&s, i);

		n64 += size == 64;
		n570 += size == 570;
		n1518 += size == 1518;
	}
	CU_ASSERT_EQUAL(n64, 28);
	CU_ASSERT_EQUAL(n570, 16);
	CU_ASSERT_EQUAL(n1518, 4);
	CU_ASSERT_EQUAL((int)(frame_mean_size(&s) * 48 + 0.5), 28 * 64 + 16 * 570 + 4 * 1518);
	CU_ASSERT_EQUAL(frame_len(&s), 1514);
	// Any frame becomes one of any size.
	for (unsigned flow = 0; flow < 5000; flow += 37) {
		frame_write(&s, flow, 1, bytes);
		check_headers(bytes, 1518);
		for (uint32_t i = 0; i < 48; i++) {
			frame_resize(bytes, frame_size_at(&s, i));
			check_headers(bytes, frame_size_at(&s, i));
		}
	}
}

static void
other_way(void)
{
	struct trial t = {.frame = spec};
	struct frame_spec f = trial_frame(&t, 1);

	CU_ASSERT_EQUAL(f.src_ip, spec.dst_ip);
	CU_ASSERT_EQUAL(f.dst_ip, spec.src_ip);
	CU_ASSERT_EQUAL(memcmp(f.src_mac, spec.dst_mac, 6), 0);
	CU_ASSERT_EQUAL(memcmp(f.dst_mac, spec.src_mac, 6), 0);
	t.peer_given = t.peer_dst_given = true;
	t.peer_mac[0] = 4;
	t.peer_dst_mac[0] = 6;
	f = trial_frame(&t, 1);
	CU_ASSERT_EQUAL(f.src_mac[0], 4);
	CU_ASSERT_EQUAL(f.dst_mac[0], 6);
	CU_ASSERT_EQUAL(memcmp(trial_frame(&t, 0).dst_mac, spec.dst_mac, 6), 0);
}

static void
sums(void)
{
	struct trial_result r = {.n_ways = 2,
		.way = {{.offered = 10, .received = 8, .duplicates = 1, .silence_seconds = 1},
			{.offered = 20, .received = 20, .reordered = 3, .silence_seconds = 2}}};
	struct way_result sum;

	trial_sum(&r, &sum);
	CU_ASSERT_EQUAL(sum.offered, 30);
	CU_ASSERT_EQUAL(sum.received, 28);
	CU_ASSERT_EQUAL(sum.duplicates, 1);
	CU_ASSERT_EQUAL(sum.reordered, 3);
	CU_ASSERT_EQUAL((int)sum.silence_seconds, 2);
	CU_ASSERT_EQUAL((int)(way_loss(&sum) * 30 + 0.5), 2);
	CU_ASSERT_EQUAL((int)way_loss(&(struct way_result){0}), 0);
	CU_ASSERT_EQUAL((int)way_loss(&(struct way_result){.offered = 1, .received = 2}), 0);
}

// ---- ARP

static const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};

static const uint8_t request[NEIGHBOR_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,
	0x10, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 0x10, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10,
	0, 0, 2};

static void
answers(void)
{
	static const uint8_t reply[42] = {2, 0, 0, 0, 0, 0x10, 2, 0, 0, 0, 0, 9, 8, 6, 0, 1, 8, 0,
		6, 4, 0, 2, 2, 0, 0, 0, 0, 9, 10, 0, 0, 2, 2, 0, 0, 0, 0, 0x10, 10, 0, 0, 1};
	uint8_t bytes[NEIGHBOR_LEN];

	memcpy(bytes, request, sizeof(bytes));
	CU_ASSERT_FALSE(neighbor_answer(mac, bytes, 41));
	CU_ASSERT_EQUAL(memcmp(bytes, request, sizeof(bytes)), 0);
	CU_ASSERT_TRUE(neighbor_answer(mac, bytes, 42));
	CU_ASSERT_EQUAL(memcmp(bytes, reply, sizeof(reply)), 0);
	CU_ASSERT_FALSE(neighbor_answer(mac, bytes, 42)); // a reply is not answered
}

static void
announces(void)
{
	uint8_t bytes[NEIGHBOR_LEN], same[NEIGHBOR_LEN];

	memset(bytes, 0xaa, sizeof(bytes));
	neighbor_write_announcement(mac, 0x0a000002, bytes);
	CU_ASSERT_EQUAL(bytes[0], 0xff);
	CU_ASSERT_EQUAL(memcmp(bytes + 6, mac, 6), 0);
	CU_ASSERT_EQUAL(memcmp(bytes + 28, "\x0a\x00\x00\x02", 4), 0);
	CU_ASSERT_EQUAL(memcmp(bytes + 38, "\x0a\x00\x00\x02", 4), 0);
	CU_ASSERT_EQUAL(bytes[59], 0);
	memcpy(same, bytes, sizeof(same));
	CU_ASSERT_FALSE(neighbor_answer(mac, bytes, sizeof(bytes))); // asks nobody
	CU_ASSERT_EQUAL(memcmp(bytes, same, sizeof(same)), 0);
}

UNIT_SUITE(testframe, UNIT_CASE(writes), UNIT_CASE(imix), UNIT_CASE(other_way), UNIT_CASE(sums),
	UNIT_CASE(answers), UNIT_CASE(announces))
