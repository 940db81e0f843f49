// SPDX-License-Identifier: BSD-3-Clause
#include "mbuf-bridge/packet.h"

#include <stdlib.h>

#include "mbuf-bridge/packet_pool.h"
#include "test/unit/rig.h"

// A rig gives EAL, a pool, and the check that nothing leaked.
static struct rig *
open_rig(void)
{
	return rig_new("Null", 1, 1);
}

static void
let_go(struct packet *p)
{
	// Freed outside of any element: taken out of the balance.
	packet_thread.n_generated--;
	packet_free(p);
}

static void
new_packets_are_clean(void)
{
	struct rig *r = open_rig();
	struct packet *p = packet_alloc(PACKET_CLICK_HEADROOM, 60);

	CU_ASSERT_EQUAL(packet_length(p), 60);
	CU_ASSERT_EQUAL(packet_headroom(p), 28);
	CU_ASSERT_EQUAL(packet_tailroom(p), PACKET_HEADROOM + PACKET_DATA_SIZE - 28 - 60);
	for (unsigned i = 0; i < PACKET_ANNO_SIZE; i++)
		CU_ASSERT_EQUAL(packet_anno_u8(p, i), 0);
	CU_ASSERT_EQUAL(packet_mac_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_network_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_transport_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_timestamp(p), 0);
	CU_ASSERT_EQUAL(packet_type(p), PACKET_HOST);
	CU_ASSERT_FALSE(packet_is_shared(p));
	let_go(p);
	rig_free(r);
}

static void
received_packets_have_a_mac_header(void)
{
	struct rig *r = open_rig();
	struct packet *p = packet_alloc(PACKET_HEADROOM, 60);

	memset(p->anno, 0xaa, sizeof(p->anno));
	packet_reset_meta(p);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), 0);
	packet_pull(p, 14);
	CU_ASSERT_EQUAL(packet_mac_offset(p), -14);
	packet_set_anno_u8(p, ANNO_PAINT, 7);
	CU_ASSERT_EQUAL(packet_mac_offset(p), -14);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 7);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT + 1), 0);
	let_go(p);
	rig_free(r);
}

static void
head_and_tail(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_hex("01 02 03 04 05 06");

	CU_ASSERT_FALSE(packet_pull(p, 7));
	CU_ASSERT_EQUAL(packet_length(p), 6);
	CU_ASSERT_TRUE(packet_pull(p, 2));
	rig_assert_hex(__FILE__, __LINE__, p, "03040506");
	CU_ASSERT_TRUE(packet_push(&p, 2));
	rig_assert_hex(__FILE__, __LINE__, p, "010203040506");
	CU_ASSERT_FALSE(packet_take(p, 7));
	CU_ASSERT_TRUE(packet_take(p, 2));
	rig_assert_hex(__FILE__, __LINE__, p, "01020304");
	CU_ASSERT_TRUE(packet_put(&p, 2));
	rig_assert_hex(__FILE__, __LINE__, p, "010203040506");
	CU_ASSERT_TRUE(packet_take(p, 6));
	CU_ASSERT_EQUAL(packet_length(p), 0);
	let_go(p);
	rig_free(r);
}

static void
push_beyond_the_headroom(void)
{
	struct rig *r = open_rig();
	struct packet *p = packet_make(4, "abcdef", 6);

	packet_set_mac(p, 0);
	packet_set_network(p, 2, 2);
	packet_set_anno_u32(p, ANNO_AGGREGATE, 99);
	CU_ASSERT_TRUE(packet_push(&p, 20));
	CU_ASSERT_EQUAL(packet_length(p), 26);
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 20, "abcdef", 6), 0);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 20);
	CU_ASSERT_EQUAL(packet_network_offset(p), 22);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 24);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_AGGREGATE), 99);
	// More than a buffer holds, and more than a packet can be.
	CU_ASSERT_FALSE(packet_push(&p, 5000));
	CU_ASSERT_FALSE(packet_push(&p, UINT32_MAX));
	CU_ASSERT_EQUAL(packet_length(p), 26);
	let_go(p);
	rig_free(r);
}

static void
clones_share_until_written(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_hex("01 02 03 04"), *c;

	packet_set_anno_u8(p, ANNO_PAINT, 3);
	packet_set_timestamp(p, 12345);
	packet_set_type(p, PACKET_MULTICAST);
	packet_set_network(p, 1, 2);
	c = packet_clone(p);
	CU_ASSERT_TRUE(packet_is_shared(p));
	CU_ASSERT_TRUE(packet_is_shared(c));
	CU_ASSERT_PTR_EQUAL(packet_data(p), packet_data(c));
	CU_ASSERT_EQUAL(packet_anno_u8(c, ANNO_PAINT), 3);
	CU_ASSERT_EQUAL(packet_timestamp(c), 12345);
	CU_ASSERT_EQUAL(packet_type(c), PACKET_MULTICAST);
	CU_ASSERT_EQUAL(packet_network_offset(c), 1);
	packet_set_anno_u8(c, ANNO_PAINT, 4);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 3);
	CU_ASSERT_TRUE(packet_make_writable(&c));
	CU_ASSERT_PTR_NOT_EQUAL(packet_data(p), packet_data(c));
	CU_ASSERT_FALSE(packet_is_shared(c));
	CU_ASSERT_EQUAL(packet_network_offset(c), 1);
	packet_data_rw(c)[0] = 0xff;
	rig_assert_hex(__FILE__, __LINE__, p, "01020304");
	rig_assert_hex(__FILE__, __LINE__, c, "ff020304");
	CU_ASSERT_FALSE(packet_is_shared(p));
	let_go(p);
	let_go(c);
	rig_free(r);
}

static void
push_does_not_write_into_a_clone(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_hex("01 02"), *c = packet_clone(p);

	CU_ASSERT_TRUE(packet_push(&c, 2));
	memset(packet_data_rw(c), 0xee, 2);
	CU_ASSERT_TRUE(packet_push(&p, 2));
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 2, "\1\2", 2), 0);
	rig_assert_hex(__FILE__, __LINE__, c, "eeee0102");
	let_go(p);
	let_go(c);
	rig_free(r);
}

static void
segments(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_segments("000102030405060708090a0b0c0d0e0f", 3);
	uint8_t bytes[8];

	CU_ASSERT_EQUAL(packet_length(p), 16);
	CU_ASSERT_EQUAL(packet_data_len(p), 3);
	CU_ASSERT_TRUE(packet_read(p, 2, bytes, 8));
	CU_ASSERT_EQUAL(memcmp(bytes, "\2\3\4\5\6\7\10\11", 8), 0);
	CU_ASSERT_FALSE(packet_read(p, 10, bytes, 7));
	CU_ASSERT_FALSE(packet_read(p, UINT32_MAX, bytes, 2));
	CU_ASSERT_TRUE(packet_write(&p, 2, "\xaa\xbb\xcc", 3));
	rig_assert_hex(__FILE__, __LINE__, p, "0001aabbcc05060708090a0b0c0d0e0f");
	CU_ASSERT_TRUE(packet_pull(p, 7));
	rig_assert_hex(__FILE__, __LINE__, p, "0708090a0b0c0d0e0f");
	CU_ASSERT_TRUE(packet_take(p, 4));
	rig_assert_hex(__FILE__, __LINE__, p, "0708090a0b");
	CU_ASSERT_PTR_NULL(packet_peek(&p, 0, 6));
	CU_ASSERT_PTR_NOT_NULL(packet_peek(&p, 0, 5));
	CU_ASSERT_TRUE(packet_is_linear(p));
	CU_ASSERT_EQUAL(memcmp(packet_data(p), "\7\10\11\12\13", 5), 0);
	let_go(p);
	rig_free(r);
}

static void
places_across_segments(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_segments("000102030405060708090a0b0c0d0e0f", 3);

	packet_set_mac(p, 1);
	packet_set_network(p, 8, 4);
	CU_ASSERT_TRUE(packet_pull(p, 7));
	CU_ASSERT_EQUAL(packet_mac_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_network_offset(p), 1);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 5);
	CU_ASSERT_EQUAL(*packet_peek(&p, packet_network_offset(p), 1), 8);
	let_go(p);
	rig_free(r);
}

// The same answers as by its offset: in front of the data, behind it, cut, shared, unset.
static void
network_headers(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_hex("00010203040506070809"), *c;
	uint8_t *bytes;

	CU_ASSERT_PTR_NULL(packet_network_header(p, 1));
	CU_ASSERT_PTR_NULL(packet_peek_network(&p, 1));
	CU_ASSERT_PTR_NULL(packet_edit_network(&p, 1));
	packet_mark_network(p, packet_data(p) + 2, 4);
	CU_ASSERT_EQUAL(packet_network_offset(p), 2);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 6);
	CU_ASSERT_PTR_EQUAL(packet_peek_network(&p, 8), packet_data(p) + 2);
	CU_ASSERT_PTR_NULL(packet_peek_network(&p, 9));
	CU_ASSERT_PTR_NULL(packet_edit_network(&p, 9));
	CU_ASSERT_TRUE(packet_pull(p, 4));
	CU_ASSERT_EQUAL(*packet_peek_network(&p, 8), 2);
	CU_ASSERT_PTR_NULL(packet_peek_network(&p, 9));
	CU_ASSERT_TRUE(packet_take(p, 1));
	CU_ASSERT_PTR_NULL(packet_peek_network(&p, 8));
	// Written to a copy while somebody else sees the bytes.
	c = packet_clone(p);
	CU_ASSERT_EQUAL(*packet_peek_network(&c, 7), 2);
	bytes = packet_edit_network(&c, 4);
	*bytes = 0xff;
	CU_ASSERT_EQUAL(*packet_peek_network(&c, 1), 0xff);
	CU_ASSERT_EQUAL(*packet_peek_network(&p, 1), 2);
	let_go(c);
	let_go(p);
	// Several segments.
	p = rig_segments("00010203040506070809", 3);
	packet_set_network(p, 1, 4);
	CU_ASSERT_PTR_NOT_NULL(packet_network_header(p, 2));
	CU_ASSERT_PTR_NULL(packet_network_header(p, 3));
	CU_ASSERT_EQUAL(packet_peek_network(&p, 9)[8], 9);
	CU_ASSERT_EQUAL(packet_edit_network(&p, 9)[8], 9);
	CU_ASSERT_PTR_NULL(packet_peek_network(&p, 10));
	let_go(p);
	rig_free(r);
}

static void
peek_bounds(void)
{
	struct rig *r = open_rig();
	struct packet *p = rig_hex("00 01 02 03");

	CU_ASSERT_PTR_NOT_NULL(packet_peek(&p, 0, 4));
	CU_ASSERT_PTR_NOT_NULL(packet_peek(&p, 4, 0));
	CU_ASSERT_PTR_NULL(packet_peek(&p, 0, 5));
	CU_ASSERT_PTR_NULL(packet_peek(&p, 3, 2));
	CU_ASSERT_PTR_NULL(packet_peek(&p, 1, UINT32_MAX));
	CU_ASSERT_PTR_NULL(packet_peek(&p, INT32_MAX, UINT32_MAX));
	CU_ASSERT_PTR_NULL(packet_peek(&p, INT32_MIN, 1));
	CU_ASSERT_PTR_NULL(packet_peek(&p, -PACKET_HEADROOM - 1, 1));
	CU_ASSERT_PTR_NOT_NULL(packet_peek(&p, -PACKET_HEADROOM, 1));
	packet_pull(p, 2);
	CU_ASSERT_EQUAL(*packet_peek(&p, -1, 1), 1);
	let_go(p);
	rig_free(r);
}

static void
large_packets(void)
{
	struct rig *r = open_rig();
	struct packet *p = packet_alloc(28, 5000), *c;
	uint8_t byte = 0x5a;

	CU_ASSERT_FALSE(packet_is_linear(p));
	CU_ASSERT_EQUAL(packet_length(p), 5000);
	CU_ASSERT_TRUE(packet_write(&p, 4999, &byte, 1));
	c = packet_copy(p, 100);
	byte = 0;
	CU_ASSERT_TRUE(packet_read(c, 4999, &byte, 1));
	CU_ASSERT_EQUAL(byte, 0x5a);
	CU_ASSERT_TRUE(packet_put(&p, 3000));
	CU_ASSERT_EQUAL(packet_length(p), 8000);
	CU_ASSERT_PTR_NULL(packet_alloc(28, 65536));
	CU_ASSERT_PTR_NULL(packet_alloc(100000, 60));
	let_go(p);
	let_go(c);
	rig_free(r);
}

static void
exhaustion_fails_cleanly(void)
{
	struct rig *r = open_rig();
	struct packet *held[8200], *p;
	unsigned n = 0;
	uint64_t failed = packet_thread.n_failed;

	while (n < 8200 && (p = packet_alloc(128, 60)) != NULL)
		held[n++] = p;
	CU_ASSERT_EQUAL(n, 8191);
	CU_ASSERT_EQUAL(packet_thread.n_failed, failed + 1);
	CU_ASSERT_PTR_NULL(packet_clone(held[0]));
	CU_ASSERT_PTR_NULL(packet_copy(held[0], 128));
	p = held[0];
	CU_ASSERT_FALSE(packet_push(&p, 200));
	CU_ASSERT_PTR_EQUAL(p, held[0]);
	while (n > 0)
		let_go(held[--n]);
	rig_free(r);
}

UNIT_SUITE(packet, UNIT_CASE(new_packets_are_clean), UNIT_CASE(received_packets_have_a_mac_header),
	UNIT_CASE(head_and_tail), UNIT_CASE(push_beyond_the_headroom),
	UNIT_CASE(clones_share_until_written), UNIT_CASE(push_does_not_write_into_a_clone),
	UNIT_CASE(segments), UNIT_CASE(places_across_segments), UNIT_CASE(network_headers),
	UNIT_CASE(peek_bounds), UNIT_CASE(large_packets), UNIT_CASE(exhaustion_fails_cleanly))
