// SPDX-License-Identifier: BSD-3-Clause
// The IPsec elements, one by one against published results, and together.
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define KEYS(cipher, digest) "\\<" cipher "> \\<" digest ">"
#define SOME_KEYS KEYS("0123456789abcdef0123456789abcdef", "000102030405060708090a0b0c0d0e0f")

enum { TO_ME = 0x0a000001, INTO_TUNNEL = 0x0a010001, ELSEWHERE = 0x0b000001 };

static struct packet *
to(struct packet *p, uint32_t dst)
{
	packet_set_anno_u32(p, ANNO_DST_IP, htonl(dst));
	return p;
}

// A lookup whose tunnel output leads through an element.
static struct rig *
through(const char *element, const char *keys)
{
	char *config = mem_printf("RigIn(0) -> r :: RadixIPsecLookup(10.0.0.1/32 0,\n"
				  "10.1.0.0/16 10.0.0.2 1 7 %s 1 32, 0/0 2);\n"
				  "r[0] -> Discard; r[2] -> Discard; r[1] -> e :: %s -> RigOut(0);",
		keys, element);
	struct rig *r = rig_config(config);

	free(config);
	return r;
}

// FIPS PUB 81, table C1: DES in CBC mode.
static void
des(void)
{
	struct rig *r = through("IPsecDES(1)",
		KEYS("0123456789abcdef0000000000000000", "00000000000000000000000000000000"));
	static const char plain[] = "0000000700000001 1234567890abcdef"
				    "4e6f77206973207468652074696d6520666f7220616c6c20"
				    "aaaaaaaaaaaaaaaaaaaaaaaa";
	static const char cipher[] = "0000000700000001 1234567890abcdef"
				     "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6"
				     "aaaaaaaaaaaaaaaaaaaaaaaa";

	rig_push(r, 0, to(rig_hex(plain), INTO_TUNNEL));
	rig_push(r, 0, to(rig_hex(plain), INTO_TUNNEL));
	rig_push(r, 0, to(rig_segments(plain, 5), INTO_TUNNEL));
	for (unsigned i = 0; i < 3; i++)
		rig_expect_hex(r, 0, i, cipher);
	rig_free(r);
	r = through("IPsecDES(0)",
		KEYS("0123456789abcdef0000000000000000", "00000000000000000000000000000000"));
	rig_push(r, 0, to(rig_hex(cipher), INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, plain);
	rig_free(r);
}

// NIST SP 800-38A, F.2.1, with the header that its vector is the encryption of.
static void
aes(void)
{
	static const char keys[] =
		KEYS("2b7e151628aed2a6abf7158809cf4f3c", "00000000000000000000000000000000");
	static const char plain[] =
		"2880adbdde2a0ea9dc72a7bf6201ec72"
		"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
		"bbbbbbbbbbbbbbbbbbbbbbbb";
	static const char cipher[] =
		"2880adbdde2a0ea9dc72a7bf6201ec72"
		"7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
		"bbbbbbbbbbbbbbbbbbbbbbbb";
	struct rig *r = through("IPsecAES(1)", keys);

	rig_push(r, 0, to(rig_hex(plain), INTO_TUNNEL));
	rig_push(r, 0, to(rig_segments(plain, 7), INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, cipher);
	rig_expect_hex(r, 0, 1, cipher);
	rig_free(r);
	r = through("IPsecAES(0)", keys);
	rig_push(r, 0, to(rig_hex(cipher), INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, plain);
	rig_free(r);
}

static void
ciphers_refuse(void)
{
	enum { NO_SA, BAD_LENGTH };
	static const char *const elements[] = {"IPsecAES(1)", "IPsecAES(0)", "IPsecDES(1)"};

	for (unsigned i = 0; i < RTE_DIM(elements); i++) {
		struct rig *r = through(elements[i], SOME_KEYS);

		for (uint32_t len = 0; len <= 16 + 32 + 12; len++) {
			bool good = len >= 28 && (len - 28) % (i == 2 ? 8 : 16) == 0;
			unsigned before = rig_count(r, 0);

			rig_push(r, 0, to(packet_alloc(28, len), INTO_TUNNEL));
			CU_ASSERT_EQUAL(rig_count(r, 0), before + good);
		}
		CU_ASSERT_EQUAL(rig_drops(r, BAD_LENGTH) + rig_count(r, 0), 61);
		rig_free(r);
		r = rig_new(elements[i], 1, 1);
		rig_push(r, 0, packet_alloc(28, 60));
		CU_ASSERT_EQUAL(rig_drops(r, NO_SA), 1);
		CU_ASSERT_PTR_NOT_NULL(
			strstr(rig_chatter(r), ": packet without security association\n"));
		rig_free(r);
	}
	ASSERT_ERRORS("IPsecAES()", 1, 1, "ENCRYPT: required argument missing\n");
	ASSERT_ERRORS("IPsecDES(1, KEY x)", 1, 1, "KEY: unknown argument\n");
}

// A handle is only as good as what it leads to.
static void
handles_can_be_anything(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> e :: IPsecAES(1) -> RigOut(0);"
			   "Idle -> r :: RadixIPsecLookup(0/0 0 7 " SOME_KEYS " 1 32) -> Discard;");

	for (unsigned i = 0; i < 4096; i++) {
		struct packet *p = packet_alloc(28, 60);

		packet_set_anno_u64(
			p, 40, (uint64_t)(i % 16) << 32 | (uint64_t)(i / 16 % 16) << 16 | i / 256);
		rig_push(r, 0, p);
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 2); // for sending and for receiving
	rig_free(r);
}

static void
digests(void)
{
	enum { NO_SA, TOO_SHORT, MISMATCH };
	struct rig *r = through("IPsecAuthHMACSHA1(0)", SOME_KEYS);
	struct packet *p;

	rig_push(r, 0, to(rig_hex("616263"), INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, "616263 2a29854023ba2ef1490f8cd8");
	p = packet_alloc(28, 3000); // several pieces
	for (uint32_t at = 0; at < 3000; at++)
		packet_write(&p, at, "a", 1);
	rig_push(r, 0, to(p, INTO_TUNNEL));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 3012);
	{
		uint8_t digest[12];

		packet_read(rig_packet(r, 0, 1), 3000, digest, 12);
		CU_ASSERT_EQUAL(
			memcmp(digest, "\xf0\x91\xf2\xfa\xdf\x19\x41\xe6\xd4\x62\xa4\x62", 12), 0);
	}
	rig_free(r);
	r = through("IPsecAuthHMACSHA1(1)", SOME_KEYS);
	rig_push(r, 0, to(rig_segments("616263 2a29854023ba2ef1490f8cd8", 4), INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, "616263");
	for (unsigned i = 0; i < 15; i++) {
		p = rig_hex("616263 2a29854023ba2ef1490f8cd8");
		packet_data_rw(p)[i] ^= 1;
		rig_push(r, 0, to(p, INTO_TUNNEL));
	}
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, MISMATCH), 15);
	ASSERT_READ(r, "drops", "15");
	ASSERT_TEXT(rig_chatter(r), "Invalid SHA1 authentication digest\n");
	rig_push(r, 0, to(rig_hex("0102030405060708090a0b"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_drops(r, TOO_SHORT), 1);
	rig_free(r);
	r = rig_new("IPsecAuthHMACSHA1(0)", 1, 1);
	rig_push_hex(r, 0, "61");
	CU_ASSERT_EQUAL(rig_drops(r, NO_SA), 1);
	rig_free(r);
}

static void
plain_digests(void)
{
	struct rig *r = rig_new("IPsecAuthSHA1(0)", 1, 1);
	char *errors;

	rig_push_hex(r, 0, "616263");
	rig_expect_hex(r, 0, 0, "616263 a9993e364706816aba3e2571");
	rig_free(r);
	r = rig_new("IPsecAuthSHA1(1)", 1, 2);
	rig_push_hex(r, 0, "616263 a9993e364706816aba3e2571");
	rig_push_hex(r, 0, "616264 a9993e364706816aba3e2571");
	rig_push_hex(r, 0, "616264");
	rig_expect_hex(r, 0, 0, "616263");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "drops", "1");
	errors = rig_swap(r, "RigIn(0) -> e :: IPsecAuthSHA1(1) -> RigOut(0); e [1] -> RigOut(1);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "616264 a9993e364706816aba3e2571");
	ASSERT_READ(r, "drops", "2");
	rig_free(r);
	r = rig_new_pull("IPsecAuthSHA1(0)", 1, 1);
	rig_push_hex(r, 0, "616263");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_free(r);
	ASSERT_ERRORS("IPsecAuthSHA1()", 1, 1, "VERIFY: required argument missing\n");
}

static void
esp_encap(void)
{
	enum { NO_SA, EXHAUSTED };
	struct rig *r = through("IPsecESPEncap(ignored)", SOME_KEYS);
	const struct packet *p;
	uint8_t h[16], iv[8];

	for (uint32_t len = 0; len < 40; len++) {
		struct packet *q = packet_alloc(28, len);
		uint8_t tail[18];
		uint32_t n;

		rig_push(r, 0, to(q, INTO_TUNNEL));
		p = rig_packet(r, 0, len);
		n = packet_length(p);
		CU_ASSERT_EQUAL(n % 16, 0);
		CU_ASSERT_TRUE(n >= 16 + len + 2 && n < 16 + len + 2 + 16);
		packet_read(p, 0, h, 16);
		CU_ASSERT_EQUAL(
			memcmp(h, (uint8_t[]){0, 0, 0, 7, 0, 0, 0, (uint8_t)(len + 1)}, 8), 0);
		CU_ASSERT_TRUE(len == 0 || memcmp(h + 8, iv, 8) != 0);
		memcpy(iv, h + 8, 8);
		packet_read(p, 16 + len, tail, n - 16 - len);
		for (uint32_t i = 0; i < n - 16 - len - 2; i++)
			CU_ASSERT_EQUAL(tail[i], i + 1);
		CU_ASSERT_EQUAL(tail[n - 16 - len - 2], n - 16 - len - 2);
		CU_ASSERT_EQUAL(tail[n - 16 - len - 1], 0);
	}
	rig_clear(r);
	rig_push(r, 0,
		to(ippacket_marked(rig_hex("45000014 00000000 40110000 01020304 05060708")),
			INTO_TUNNEL));
	p = rig_packet(r, 0, 0);
	packet_read(p, packet_length(p) - 1, h, 1);
	CU_ASSERT_EQUAL(h[0], IPPROTO_UDP);
	rig_free(r);
	r = rig_new("IPsecESPEncap", 1, 1);
	rig_push_hex(r, 0, "61");
	CU_ASSERT_EQUAL(rig_drops(r, NO_SA), 1);
	rig_free(r);
	// The last sequence number there is.
	r = rig_config("RigIn(0) -> r :: RadixIPsecLookup(0/0 1 7 " SOME_KEYS " 4294967295 32);"
		       "r[0] -> Discard; r[1] -> e :: IPsecESPEncap -> RigOut(0);");
	rig_push_hex(r, 0, "61");
	rig_push_hex(r, 0, "61");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, EXHAUSTED), 1);
	rig_free(r);
}

static void
esp_unencap(void)
{
	enum { NO_SA, TOO_SHORT, TOO_OLD, SEEN, BAD_PADDING_LENGTH, BAD_PADDING };
	struct rig *r = through("IPsecESPUnencap", SOME_KEYS);

	rig_push(
		r, 0, to(rig_hex("00000007 00000005 0000000000000000 6162 01020304"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_drops(r, BAD_PADDING), 1);
	rig_push(r, 0,
		to(rig_segments("00000007 00000006 0000000000000000 6162 0102 0204", 3),
			INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, "6162");
	rig_push(r, 0, to(rig_hex("00000007 00000007 0000000000000000 0004"), INTO_TUNNEL));
	rig_expect_hex(r, 0, 1, "");
	rig_push(r, 0, to(rig_hex("00000007 00000007 0000000000000000 0004"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_drops(r, SEEN), 1);
	rig_push(r, 0, to(rig_hex("00000007 00000000 0000000000000000 0004"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_drops(r, TOO_OLD), 1);
	rig_push(r, 0, to(rig_hex("00000007 00000008 0000000000000000 0104"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_drops(r, BAD_PADDING_LENGTH), 1);
	rig_push(r, 0, to(rig_hex("00000007 00000009 0000000000000000 01"), INTO_TUNNEL));
	rig_push(r, 0, to(rig_hex("00000007 0000000a 00000000000000"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_drops(r, TOO_SHORT), 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r),
		"Corrupt padding\nReplay protection: This packet is already seen...\n"
		"Replay protection: This packet is too old to be accepted\n"
		"Invalid padding length\n"));
	rig_free(r);
	r = rig_new("IPsecESPUnencap", 1, 1);
	rig_push_hex(r, 0, "00000007 0000000a 0000000000000000 0004");
	CU_ASSERT_EQUAL(rig_drops(r, NO_SA), 1);
	rig_free(r);
}

static void
ip_encap(void)
{
	struct rig *r = rig_new("IPsecEncap(50)", 1, 1);

	rig_push(r, 0, to(rig_hex("616263"), INTO_TUNNEL));
	rig_push(r, 0, to(rig_hex("616263"), INTO_TUNNEL));
	rig_expect_hex(r, 0, 0, "45000017 00000000 fa32b6b3 00000000 0a010001 616263");
	rig_expect_hex(r, 0, 1, "45000017 00010000 fa32b6b2 00000000 0a010001 616263");
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 1)));
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_FIX_IP_SRC), 1);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 20);
	// Longer than IP can say.
	rig_push(r, 0, packet_alloc(28, 65535 - 19));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_push(r, 0, packet_alloc(28, 65535 - 20));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
	ASSERT_ERRORS("IPsecEncap()", 1, 1, "PROTO: required argument missing\n");
	ASSERT_ERRORS("IPsecEncap(nosuch)", 1, 1, "bad IP protocol\n");
	ASSERT_ERRORS("IPsecEncap(50, SRC 1.2.3.4)", 1, 1, "SRC: unknown argument\n");
}

// ---- the lookup

static struct rig *
lookup(void)
{
	return rig_config("RigIn(0) -> e :: RadixIPsecLookup(10.0.0.1/32 0, 10.1.0.0/16 10.0.0.2 1 "
			  "7 " SOME_KEYS " 1 32, 10.2.0.0/16 1, 11.0.0.0/8 3); e[0] -> RigOut(0);"
			  "e[1] -> RigOut(1); e[2] -> RigOut(2); e[3] -> RigOut(3);");
}

#define ESP(spi) "45000020 00000000 40320000 01020304 0a000001" spi "00000001"

static void
finds_associations(void)
{
	enum { NO_ROUTE, BAD_SPI };
	struct rig *r = lookup();
	uint64_t sending, receiving;

	rig_push(r, 0, to(rig_hex("61"), INTO_TUNNEL));
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_DST_IP), htonl(0x0a000002));
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_IPSEC_SPI), 7);
	sending = packet_anno_u64(rig_packet(r, 1, 0), 40);
	rig_push(r, 0, to(rig_hex("61"), 0x0a020001));
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	CU_ASSERT_EQUAL(packet_anno_u64(rig_packet(r, 1, 1), 40), 0);
	ASSERT_TEXT(rig_chatter(r), "No Ipsec tunnel for 10.2.0.1. Wrong tunnel setup\n");
	rig_push(r, 0, to(rig_hex(ESP("00000007")), TO_ME));
	rig_push(r, 0, to(rig_segments(ESP("00000007"), 3), TO_ME));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	receiving = packet_anno_u64(rig_packet(r, 0, 0), 40);
	CU_ASSERT_TRUE(sending != 0 && receiving != 0 && sending != receiving);
	rig_push(r, 0, to(rig_hex(ESP("00000008")), TO_ME));
	rig_push(r, 0,
		to(rig_hex("4500001c 00000000 40320000 01020304 0a000001 00000007 0000"), TO_ME));
	CU_ASSERT_EQUAL(rig_drops(r, BAD_SPI), 2);
	ASSERT_TEXT(
		rig_chatter(r), "Invalid SPI 8, Dropping packet\nInvalid SPI 0, Dropping packet\n");
	rig_push(r, 0,
		to(rig_hex("45000020 00000000 40110000 01020304 0a000001 0000000700000001"),
			TO_ME));
	rig_push(r, 0, to(rig_hex("45"), TO_ME));
	CU_ASSERT_EQUAL(rig_count(r, 2), 2);
	rig_push(r, 0, to(rig_hex("61"), ELSEWHERE));
	CU_ASSERT_EQUAL(rig_count(r, 3), 1);
	rig_push(r, 0, to(rig_hex("61"), 0x0c000001));
	CU_ASSERT_EQUAL(rig_drops(r, NO_ROUTE), 1);
	ASSERT_TEXT(rig_chatter(r), "IPsecRouteTable: no route for 12.0.0.1\n");
	rig_free(r);
}

// Whatever a packet carries that was on its way meanwhile leads nowhere.
static void
routes_change(void)
{
	struct rig *r = lookup();
	uint64_t before, after;

	rig_push(r, 0, to(rig_hex("61"), INTO_TUNNEL));
	before = packet_anno_u64(rig_packet(r, 1, 0), 40);
	ASSERT_TEXT(rig_write(r, "remove", "10.1.0.0/16"), "");
	rig_clear(r);
	rig_push(r, 0, to(rig_hex(ESP("00000007")), TO_ME)); // its SPI is gone as well
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "add", "10.1.0.0/16 10.0.0.3 1 9 " SOME_KEYS " 1 32"), "");
	rig_push(r, 0, to(rig_hex("61"), INTO_TUNNEL));
	after = packet_anno_u64(rig_packet(r, 1, 0), 40);
	CU_ASSERT_NOT_EQUAL(before, after);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 1, 0), ANNO_IPSEC_SPI), 9);
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.2.3"), "1 10.0.0.3");
	ASSERT_TEXT(rig_read_param(r, "lookup", "12.1.2.3"), "-1");
	ASSERT_TEXT(rig_write(r, "add", "10.1.0.0/16 1"),
		"conflict with existing route '10.1.0.0/16 10.0.0.3 1'\n");
	ASSERT_TEXT(rig_write(r, "set", "10.1.0.0/16 10.0.0.4 1 9 " SOME_KEYS " 1 32"), "");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.2.3"), "1 10.0.0.4");
	ASSERT_TEXT(rig_write(r, "add", "10.9.0.0/16 1 9 \\<00> \\<00> 1 32"),
		"key has bad length\nexpected 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_TEXT(rig_write(r, "add", "10.9.0.0/16 1 x " SOME_KEYS " 1 32"),
		"expected 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_TEXT(rig_write(r, "remove", "1.2.3.0/24"), "route '1.2.3.0/24 - -1' not found\n");
	// All or nothing: the first line's association goes with its route.
	ASSERT_TEXT(rig_write(r, "ctrl", "add 10.8.0.0/16 1 11 " SOME_KEYS " 1 32\nbad"),
		"bad command 'bad'\n");
	rig_clear(r);
	rig_push(r, 0, to(rig_hex(ESP("0000000b")), TO_ME));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "table",
		"10.0.0.1/32\t\t-\t\t0\n10.1.0.0/16\t\t10.0.0.4\t1\n"
		"10.2.0.0/16\t\t-\t\t1\n11.0.0.0/8\t\t-\t\t3\n");
	rig_free(r);
}

#define BOTH_WAYS                                                                               \
	"RigIn(0) -> r :: RadixIPsecLookup(10.0.0.2/32 0, 10.1.0.0/16 10.0.0.2 1 7 " SOME_KEYS  \
	" 1 32, 0/0 2); r[2] -> Discard;"                                                       \
	"r[1] -> IPsecESPEncap -> IPsecAuthHMACSHA1(0) -> %1$s(1) -> IPsecEncap(50)"            \
	"-> RigOut(0);"                                                                         \
	"r[0] -> StripIPHeader -> %1$s(0) -> a :: IPsecAuthHMACSHA1(1) -> e :: IPsecESPUnencap" \
	"-> CheckIPHeader -> RigOut(1);"

#define CLEAR "4500001f 00000000 40116cc7 01020304 0a010001 0001000200 0b0000 616263"

// Another packet with the same bytes, for TO_ME's side of the tunnel.
static struct packet *
again(const struct packet *p)
{
	struct strbuf hex = STRBUF_INIT;
	uint8_t byte;
	struct packet *q;

	for (uint32_t i = 0; i < packet_length(p); i++) {
		packet_read(p, i, &byte, 1);
		strbuf_addhex(&hex, &byte, 1);
	}
	q = to(ippacket_marked(rig_hex(strbuf_text(&hex))), 0x0a000002);
	strbuf_fini(&hex);
	return q;
}

static void
there_and_back(void)
{
	static const char *const ciphers[] = {"IPsecDES", "IPsecAES"};

	for (unsigned c = 0; c < RTE_DIM(ciphers); c++) {
		char *config = mem_printf(BOTH_WAYS, ciphers[c]), *errors;
		struct rig *r = rig_config(config);
		struct packet *p;

		for (unsigned size = 1; size < 64; size += 9) {
			p = rig_segments(CLEAR, size);
			ippacket_mark(p);
			rig_push(r, 0, to(p, INTO_TUNNEL));
			CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 1);
			p = rig_packet(r, 0, 0);
			CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), htonl(0x0a000002));
			rig_push(r, 0, again(p));
			CU_ASSERT_EQUAL(rig_count(r, 1), 1);
			rig_expect_hex(r, 1, 0, CLEAR);
			rig_push(r, 0, again(p)); // a replay
			CU_ASSERT_EQUAL(rig_count(r, 1), 1);
			rig_clear(r);
		}
		// The sequence goes on behind a hot swap.
		rig_push(r, 0, to(ippacket_marked(rig_hex(CLEAR)), INTO_TUNNEL));
		p = rig_packet(r, 0, 0);
		rig_push(r, 0, again(p));
		CU_ASSERT_EQUAL(rig_count(r, 1), 1);
		errors = rig_swap(r, config);
		ASSERT_TEXT(errors, "");
		free(errors);
		rig_push(r, 0, again(p));
		CU_ASSERT_EQUAL(rig_count(r, 1), 1);
		rig_push(r, 0, to(ippacket_marked(rig_hex(CLEAR)), INTO_TUNNEL));
		CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 2);
		rig_push(r, 0, again(rig_packet(r, 0, 1)));
		CU_ASSERT_EQUAL(rig_count(r, 1), 2);
		rig_free(r);
		free(config);
	}
}

// Routes that handlers made, and their keys, live on behind a hot swap.
static void
hot_swap_keeps_routes(void)
{
	static const char config[] = "RigIn(0) -> r :: RadixIPsecLookup(0/0 2); r[2] -> Discard;"
				     "r[0] -> Discard; r[1] -> e :: IPsecESPEncap -> RigOut(0);";
	struct rig *r = rig_config(config);
	uint8_t sequence;
	char *errors;

	ASSERT_TEXT(rig_write(r, "r.add", "10.1.0.0/16 1 9 " SOME_KEYS " 5 32"), "");
	rig_push(r, 0, to(rig_hex("61"), INTO_TUNNEL));
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push(r, 0, to(rig_hex("61"), INTO_TUNNEL));
	CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 2);
	packet_read(rig_packet(r, 0, 1), 7, &sequence, 1);
	CU_ASSERT_EQUAL(sequence, 6);
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS(
		"RadixIPsecLookup(x)", 1, 2, "argument 1 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_ERRORS("RadixIPsecLookup(0/0 0, 1.0.0.0/8 2)", 1, 2,
		"argument 2 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_ERRORS("IPsecRouteTable(0/0 1 7 abc def 1 32)", 1, 2,
		"key has bad length\nargument 1 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_ERRORS("RadixIPsecLookup(0/0 1 7 " SOME_KEYS " 1 256)", 1, 2,
		"argument 1 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_ERRORS("RadixIPsecLookup(0/0 1 7 " SOME_KEYS " 1)", 1, 2,
		"argument 1 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_ERRORS("SATable", 0, 0, "");
	ASSERT_ERRORS("SATable(x)", 0, 0, "too many arguments\n");
}

UNIT_SUITE(ipsec, UNIT_CASE(des), UNIT_CASE(aes), UNIT_CASE(ciphers_refuse),
	UNIT_CASE(handles_can_be_anything), UNIT_CASE(digests), UNIT_CASE(plain_digests),
	UNIT_CASE(esp_encap), UNIT_CASE(esp_unencap), UNIT_CASE(ip_encap),
	UNIT_CASE(finds_associations), UNIT_CASE(routes_change), UNIT_CASE(there_and_back),
	UNIT_CASE(hot_swap_keeps_routes), UNIT_CASE(configuration_errors))
