// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "elements/ip/checksum.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define LONG                                                                               \
	"4700006c 00070000 40115970 0a000001 0a000002 07070400 00000001"                   \
	"00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f"          \
	"20212223 24252627 28292a2b 2c2d2e2f 30313233 34353637 38393a3b 3c3d3e3f 40414243" \
	"44454647 48494a4b 4c4d4e4f"
#define LONG_1                                                           \
	"4700003c 00072000 401139a0 0a000001 0a000002 07070400 00000001" \
	"00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f"
#define LONG_2                                                                             \
	"4500003c 00072004 401146a4 0a000001 0a000002"                                     \
	"20212223 24252627 28292a2b 2c2d2e2f 30313233 34353637 38393a3b 3c3d3e3f 40414243" \
	"44454647"
#define LONG_3 "4500001c 00070009 401166bf 0a000001 0a000002 48494a4b 4c4d4e4f"
// 44 bytes; the pieces of MTU 36.
#define PLAIN                                          \
	"4500002c 00070000 401166b8 0a000001 0a000002" \
	"00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617"
#define PLAIN_1 "4500002400072000401146c00a0000010a000002 00010203 04050607 08090a0b 0c0d0e0f"
#define PLAIN_2 "4500001c 00070002 401166c6 0a000001 0a000002 10111213 14151617"
#define SHORT "4500001c 00070000 401166c8 0a000001 0a000002 00010203 04050607"
#define DF                                             \
	"4500002c 00074000 401126b8 0a000001 0a000002" \
	"00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617"

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, (packet_length(p) > 0 ? packet_data(p)[0] & 15u : 5) * 4);
}

static struct packet *
marked(const char *hex)
{
	struct packet *p = rig_hex(hex);

	mark(p);
	return p;
}

static void
expect_pieces(const char *element, const char *in, const char *const *out, unsigned n)
{
	for (unsigned size = 0; size <= 33; size += 11) {
		struct rig *r = rig_new(element, 1, 2);
		struct packet *p = size == 0 ? rig_hex(in) : rig_segments(in, size);
		char n_text[16];

		mark(p);
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), n);
		CU_ASSERT_EQUAL(rig_count(r, 1), 0);
		for (unsigned i = 0; i < n; i++)
			rig_expect_hex(r, 0, i, out[i]);
		snprintf(n_text, sizeof(n_text), "%u", n > 1 ? n : 0);
		ASSERT_READ(r, "fragments", n_text);
		ASSERT_READ(r, "drops", "0");
		CU_ASSERT_EQUAL(rig_drops(r, 1), n > 1);
		rig_free(r);
	}
}
#define PIECES(element, in, ...)                                  \
	expect_pieces(element, in, (const char *[]){__VA_ARGS__}, \
		sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))

static void
what_fits_passes(void)
{
	PIECES("IPFragmenter(44)", PLAIN, PLAIN);
	PIECES("IPFragmenter(44)", DF, DF);
	PIECES("IPFragmenter(1500)", PLAIN "0000", PLAIN "0000");
	PIECES("IPFragmenter(4294967295)", PLAIN, PLAIN);
	// Only bytes behind the datagram are too many.
	PIECES("IPFragmenter(28)", SHORT "eeee", SHORT);
}

static void
cuts(void)
{
	PIECES("IPFragmenter(36)", PLAIN, PLAIN_1, PLAIN_2);
	PIECES("IPFragmenter(43)", PLAIN, PLAIN_1, PLAIN_2);
	PIECES("IPFragmenter(36)", PLAIN "ffffff", PLAIN_1, PLAIN_2);
	PIECES("IPFragmenter(28)", PLAIN,
		"4500001c00072000401146c80a0000010a000002 0001020304050607",
		"4500001c 00072001 401146c7 0a000001 0a000002 08090a0b 0c0d0e0f",
		"4500001c 00070002 401166c6 0a000001 0a000002 10111213 14151617");
	// A fragment of a fragment.
	PIECES("IPFragmenter(36)",
		"4500002c 00072005 401146b3 0a000001 0a000002"
		"00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617",
		"45000024 00072005 401146bb 0a000001 0a000002 00010203 04050607 08090a0b 0c0d0e0f",
		"4500001c 00072007 401146c1 0a000001 0a000002 10111213 14151617");
}

static void
options(void)
{
	PIECES("IPFragmenter(60)", LONG, LONG_1, LONG_2, LONG_3);
	PIECES("IPFragmenter(40)",
		"4600002c 00070000 401163b7 0a000001 0a000002 01010100"
		"00010203 04050607 08090a0b 0c0d0e0f 10111213",
		"46000028 00072000 401143bb 0a000001 0a000002 01010100 00010203 04050607 08090a0b "
		"0c0d0e0f",
		"45000018 00070002 401166ca 0a000001 0a000002 10111213");
	// Only those with the copy bit go along, padded.
	PIECES("IPFragmenter(48)",
		"48000034 00070000 4011471c 0a000001 0a000002 07030483 07040505 05050000"
		"00010203 04050607 08090a0b 0c0d0e0f 10111213",
		"48000030 00072000 40112720 0a000001 0a000002 07030483 07040505 05050000"
		"00010203 04050607 08090a0b 0c0d0e0f",
		"47000020 00070002 4011d3b0 0a000001 0a000002 83070405 05050500 10111213");
	// A malformed one ends the list.
	PIECES("IPFragmenter(40)",
		"4600002c 00070000 40115b31 0a000001 0a000002 01830904"
		"00010203 04050607 08090a0b 0c0d0e0f 10111213",
		"46000028 00072000 40113b35 0a000001 0a000002 01830904 00010203 04050607 08090a0b "
		"0c0d0e0f",
		"45000018 00070002 401166ca 0a000001 0a000002 10111213");
}

// The last bytes that a datagram can have, and those that it cannot: their offsets would begin
// anew, or become flags.
static void
end_of_a_datagram(void)
{
	static uint8_t bytes[1500] = {
		0x45, 0, 0x05, 0xdc, 0, 7, 0x1f, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
	struct rig *r = rig_new("IPFragmenter(576)", 1, 2);
	struct rte_ipv4_hdr ip;
	struct packet *p;

	p = packet_make(PACKET_HEADROOM, bytes, sizeof(bytes));
	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_TRUE(packet_read(rig_packet(r, 0, 2), 0, &ip, sizeof(ip)));
	CU_ASSERT_EQUAL(rte_be_to_cpu_16(ip.fragment_offset), 0x1f00 + 2 * 69);
	rig_clear(r);
	for (unsigned i = 0; i < 2; i++) {
		bytes[6] = i == 0 ? 0x1f : 0x3f;
		bytes[7] = 0xa0;
		p = packet_make(PACKET_HEADROOM, bytes, sizeof(bytes));
		packet_set_network(p, 0, 20);
		rig_push(r, 0, p);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 2);
	rig_free(r);
}

static void
annotations_and_places(void)
{
	struct rig *r = rig_new("IPFragmenter(36, HEADROOM 77)", 1, 2);
	struct packet *p = rig_hex("aaaaaaaaaaaabbbbbbbbbbbb0800" PLAIN);

	packet_set_mac(p, 0);
	packet_set_network(p, 14, 20);
	packet_set_anno_u8(p, ANNO_PAINT, 9);
	packet_set_timestamp(p, 12345);
	packet_set_type(p, PACKET_MULTICAST);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	// The first keeps what stands in front of its IP header.
	rig_expect_hex(r, 0, 0, "aaaaaaaaaaaabbbbbbbbbbbb0800" PLAIN_1);
	rig_expect_hex(r, 0, 1, PLAIN_2);
	for (unsigned i = 0; i < 2; i++) {
		p = rig_packet(r, 0, i);
		CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 9);
		CU_ASSERT_EQUAL(packet_timestamp(p), 12345);
		CU_ASSERT_EQUAL(packet_type(p), PACKET_MULTICAST);
		CU_ASSERT_EQUAL(packet_network_offset(p), i == 0 ? 14 : 0);
		CU_ASSERT_EQUAL(packet_transport_offset(p), i == 0 ? 34 : 20);
		CU_ASSERT_EQUAL(packet_mac_offset(p), i == 0 ? 0 : PACKET_NO_HEADER);
	}
	CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 1)), 77);
	rig_free(r);
}

static void
header_in_front_of_the_data(void)
{
	struct rig *r = rig_new("IPFragmenter(36)", 1, 2);
	struct packet *p = rig_hex("eeee" PLAIN);

	packet_set_network(p, 2, 20);
	packet_pull(p, 22);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, "00010203 04050607 08090a0b 0c0d0e0f");
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), -20);
	CU_ASSERT_TRUE(packet_push(&p, 20));
	rig_expect_hex(r, 0, 0, PLAIN_1);
	rig_expect_hex(r, 0, 1, PLAIN_2);
	rig_free(r);
}

static void
dont_fragment(void)
{
	struct rig *r = rig_new("IPFragmenter(36)", 1, 2);

	for (unsigned i = 0; i < 7; i++)
		rig_push(r, 0, marked(DF));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 7);
	rig_expect_hex(r, 1, 0, DF);
	ASSERT_READ(r, "drops", "7");
	ASSERT_READ(r, "fragments", "0");
	ASSERT_TEXT(rig_chatter(r), "IPFragmenter(36) DF 10.0.0.1 10.0.0.2 len=44\n"
				    "IPFragmenter(36) DF 10.0.0.1 10.0.0.2 len=44\n"
				    "IPFragmenter(36) DF 10.0.0.1 10.0.0.2 len=44\n"
				    "IPFragmenter(36) DF 10.0.0.1 10.0.0.2 len=44\n"
				    "IPFragmenter(36) DF 10.0.0.1 10.0.0.2 len=44\n");
	rig_free(r);
	r = rig_new("IPFragmenter(36, VERBOSE true)", 1, 1);
	for (unsigned i = 0; i < 6; i++)
		rig_push(r, 0, marked(DF));
	rig_chatter(r);
	rig_push(r, 0, marked(DF));
	ASSERT_TEXT(rig_chatter(r), "IPFragmenter(36) DF 10.0.0.1 10.0.0.2 len=44\n");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 7);
	ASSERT_READ(r, "drops", "7");
	rig_free(r);
}

static void
too_small_for_data(void)
{
	struct rig *r = rig_new("IPFragmenter(27)", 1, 2);

	rig_push(r, 0, marked(PLAIN));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
	r = rig_new("IPFragmenter(8)", 1, 2);
	rig_push(r, 0, marked(LONG));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
ignores_df(void)
{
	struct rig *r = rig_new("IPFragmenter(36, false)", 1, 2);
	struct rte_ipv4_hdr ip[2];

	rig_push(r, 0, marked(DF));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	for (unsigned i = 0; i < rig_count(r, 0); i++) {
		CU_ASSERT_TRUE(packet_read(rig_packet(r, 0, i), 0, &ip[i], sizeof(ip[i])));
		CU_ASSERT_EQUAL(checksum_fold(checksum_add_header(&ip[i])), 0xffff);
	}
	CU_ASSERT_EQUAL(ip[0].fragment_offset, rte_cpu_to_be_16(0x2000));
	CU_ASSERT_EQUAL(ip[1].fragment_offset, rte_cpu_to_be_16(2));
	CU_ASSERT_EQUAL(ip[0].packet_id, ip[1].packet_id);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

// Many more fragments than a batch holds, and fragments of several segments.
static void
large_packets(void)
{
	static uint8_t bytes[20 + 60000] = {0x45, 0, 0xea, 0x74};
	static uint8_t read[60000];
	static const unsigned mtus[] = {28, 1500, 9000};
	char name[32];

	for (unsigned i = 20; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 / 3);
	for (unsigned m = 0; m < RTE_DIM(mtus); m++) {
		struct rig *r;
		struct packet *p;
		uint32_t at = 0;

		snprintf(name, sizeof(name), "IPFragmenter(%u)", mtus[m]);
		r = rig_new(name, 1, 2);
		p = packet_make(PACKET_HEADROOM, bytes, sizeof(bytes));
		packet_set_network(p, 0, 20);
		rig_push(r, 0, p);
		for (unsigned i = 0; i < rig_count(r, 0); i++) {
			struct rte_ipv4_hdr ip;
			uint32_t len;

			p = rig_packet(r, 0, i);
			len = packet_length(p) - 20;
			CU_ASSERT_TRUE_FATAL(packet_length(p) <= mtus[m]);
			packet_read(p, 0, &ip, sizeof(ip));
			if (rte_be_to_cpu_16(ip.total_length) != len + 20 ||
				(rte_be_to_cpu_16(ip.fragment_offset) & 0x1fff) * 8u != at)
				CU_FAIL("wrong length or offset");
			packet_read(p, 20, read + at, len);
			at += len;
		}
		CU_ASSERT_EQUAL(at, 60000);
		CU_ASSERT_EQUAL(memcmp(read, bytes + 20, 60000), 0);
		rig_free(r);
	}
}

static void
keeps_the_order(void)
{
	struct rig *r = rig_new("IPFragmenter(36)", 1, 2);
	struct packet *p[] = {marked(SHORT), marked(PLAIN), marked(SHORT), marked(DF),
		marked(SHORT), rig_hex(SHORT)};
	char *order;

	rig_push_batch(r, 0, p, 6);
	order = rig_order(r);
	ASSERT_TEXT(order, "0 0 0 0 1 0 0");
	free(order);
	rig_expect_hex(r, 0, 0, SHORT);
	rig_expect_hex(r, 0, 1, PLAIN_1);
	rig_expect_hex(r, 0, 2, PLAIN_2);
	rig_expect_hex(r, 0, 3, SHORT);
	rig_free(r);
}

static void
bad_headers(void)
{
	struct rig *r = rig_new("IPFragmenter(36)", 1, 2);
	struct packet *p;

	rig_push(r, 0, rig_hex(PLAIN)); // no place of a header
	rig_push(r, 0,
		marked("4400002c"
		       "00070000 401166b8 0a000001 0a000002 00010203 04050607"
		       "08090a0b 0c0d0e0f 10111213 14151617"));
	rig_push(r, 0,
		marked("4500002d"
		       "00070000 401166b8 0a000001 0a000002 00010203 04050607"
		       "08090a0b 0c0d0e0f 10111213 14151617"));
	rig_push(r, 0,
		marked("4b00002b"
		       "00070000 401166b8 0a000001 0a000002 00010203 04050607"
		       "08090a0b 0c0d0e0f 10111213 14151617"));
	p = rig_hex(PLAIN);
	packet_set_network(p, 30, 20);
	rig_push(r, 0, p); // 14 bytes, which fit
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 4);
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
	rig_truncations("IPFragmenter(60)", 1, 2, 0, LONG, mark);
	rig_truncations("IPFragmenter(8)", 1, 2, 0, LONG, mark);
}

static void
leaves_shared_bytes_alone(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> IPFragmenter(36) -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = marked(PLAIN);

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, PLAIN_1);
	rig_expect_hex(r, 0, 1, PLAIN_2);
	rig_expect_hex(r, 1, 0, PLAIN);
	rig_free(r);
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("IPFragmenter(36)", 1, 2);
	struct packet *p = marked(PLAIN);

	hoard_take(&hoard);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 3), 1);
	ASSERT_READ(r, "fragments", "0");
	hoard_release(&hoard);
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = rig_new("IPFragmenter(8)", 1, 1);

	ASSERT_READ(r, "handlers",
		"fragments\tr\ndrops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\n"
		"name\tr.\n");
	rig_free(r);
	ASSERT_ERRORS("IPFragmenter", 1, 1, "MTU: required argument missing\n");
	ASSERT_ERRORS("IPFragmenter(7)", 1, 1, "MTU must be at least 8\n");
	ASSERT_ERRORS("IPFragmenter(x)", 1, 1, "MTU: invalid number\n");
	ASSERT_ERRORS("IPFragmenter(100, 2)", 1, 1, "HONOR_DF: parse error\n");
	ASSERT_ERRORS("IPFragmenter(100, true, 2)", 1, 1, "VERBOSE: parse error\n");
	ASSERT_ERRORS("IPFragmenter(100, true, true, 1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS(
		"IPFragmenter(100, HEADROOM 2049)", 1, 1, "HEADROOM: out of range, bound 2048\n");
}

UNIT_SUITE(ipfragmenter, UNIT_CASE(what_fits_passes), UNIT_CASE(cuts), UNIT_CASE(options),
	UNIT_CASE(end_of_a_datagram), UNIT_CASE(annotations_and_places),
	UNIT_CASE(header_in_front_of_the_data), UNIT_CASE(dont_fragment),
	UNIT_CASE(too_small_for_data), UNIT_CASE(ignores_df), UNIT_CASE(large_packets),
	UNIT_CASE(keeps_the_order), UNIT_CASE(bad_headers), UNIT_CASE(leaves_shared_bytes_alone),
	UNIT_CASE(no_memory), UNIT_CASE(arguments))
