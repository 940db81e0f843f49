// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/checksum.h"
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define U "45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define TO_U "4500003c 00010000 c801dfad 09090909 01000001"
// A loose source route, two of whose three addresses were visited.
#define ROUTED                                                                             \
	"49000028 00000000 4011c08f 01000001 02000002 830f0c05 05050506 06060607 07070700" \
	"61626364"

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

// The id counts through the life of the process: takes it back to 1.
static uint16_t
reset_id(struct packet *p)
{
	struct rte_ipv4_hdr *ip = (void *)packet_edit(&p, 0, sizeof(*ip));
	uint16_t id;

	CU_ASSERT_PTR_NOT_NULL_FATAL(ip);
	id = ip->packet_id;
	ip->packet_id = rte_cpu_to_be_16(1);
	ip->hdr_checksum = checksum_update(ip->hdr_checksum, id, ip->packet_id);
	return rte_be_to_cpu_16(id);
}

// What an element answers to a packet, which must be made after the element.
static void
expect_answer_to(struct rig *r, struct packet *p, const char *out)
{
	uint64_t n_answered = rig_drops(r, 0);

	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), n_answered + 1);
	if (rig_count(r, 0) == 1)
		reset_id(rig_packet(r, 0, 0));
	rig_expect_hex(r, 0, 0, out);
	rig_clear(r);
}

static void
expect_answer(const char *element, const char *in, const char *out)
{
	struct rig *r = rig_new(element, 1, 1);
	struct packet *p = rig_segments(in, 7);

	expect_answer_to(r, marked(in), out);
	mark(p);
	expect_answer_to(r, p, out);
	rig_free(r);
}

static void
answers(void)
{
	expect_answer("ICMPError(9.9.9.9, unreachable, port)", U, TO_U "0303001d 00000000" U);
	expect_answer("ICMPError(9.9.9.9, 3, 3)", U, TO_U "0303001d 00000000" U);
	expect_answer("ICMPError(9.9.9.9, unreachable, needfrag, PMTU 1400)", U,
		TO_U "0304faa3 00000578" U);
	expect_answer("ICMPError(9.9.9.9, timeexceeded, PMTU 1400)", U, TO_U "0b00f81f 00000000" U);
	expect_answer("ICMPError(9.9.9.9, sourcequench)", U, TO_U "0400ff1f 00000000" U);
	expect_answer(
		"ICMPError(9.9.9.9, parameterproblem, missingopt)", U, TO_U "0c01f71e 00000000" U);
	expect_answer("ICMPError(9.9.9.9, unreachable, host)",
		"4500001c 00000000 400177df 01000001 02000002 0800f7fb 00030001",
		"45000038 00010000 c801dfb1 09090909 01000001 0301fcfe 00000000"
		"4500001c 00000000 400177df 01000001 02000002 0800f7fb 00030001");
}

static void
answers_from_annotations(void)
{
	struct rig *r = rig_new("ICMPError(9.9.9.9, redirect, host)", 1, 1);
	struct packet *p = marked(U);

	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(0x05060708));
	expect_answer_to(r, p, TO_U "0501f210 05060708" U);
	rig_free(r);
	r = rig_new("ICMPError(9.9.9.9, parameterproblem)", 1, 1);
	p = marked(U);
	packet_set_anno_u8(p, ANNO_ICMP_PARAMPROB, 20);
	expect_answer_to(r, p, TO_U "0c00e31f 14000000" U);
	rig_free(r);
}

static void
annotations_of_the_answer(void)
{
	struct rig *r = rig_new("ICMPError(9.9.9.9, unreachable, port)", 1, 1);
	struct packet *p = marked(U);

	packet_set_anno_u8(p, ANNO_PAINT, 4);
	packet_set_timestamp(p, 5);
	rig_push(r, 0, p);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x01000001));
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_FIX_IP_SRC), 1);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 0);
	CU_ASSERT_TRUE(packet_timestamp(p) > INT64_C(1000000000) * 1000000000);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_TRUE(packet_headroom(p) >= 14);
	rig_free(r);
	r = rig_new("ICMPError(9.9.9.9, unreachable, port, SET_FIX_ANNO false)", 1, 1);
	rig_push(r, 0, marked(U));
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_FIX_IP_SRC), 0);
	rig_free(r);
}

static void
ids_count_through_the_process(void)
{
	struct rig *r = rig_config("RigIn(0) -> ICMPError(9.9.9.9, 3, 3) -> RigOut(0);"
				   "RigIn(1) -> ICMPError(9.9.9.9, 3, 3) -> RigOut(1)");
	uint16_t first;

	rig_push(r, 0, marked(U));
	rig_push(r, 1, marked(U));
	rig_push(r, 0, marked(U));
	first = reset_id(rig_packet(r, 0, 0));
	CU_ASSERT_TRUE(first >= 1);
	CU_ASSERT_EQUAL(reset_id(rig_packet(r, 1, 0)), first + 1);
	CU_ASSERT_EQUAL(reset_id(rig_packet(r, 0, 1)), first + 2);
	rig_free(r);
}

static void
mtu(void)
{
	static uint8_t bytes[3000] = {
		0x45, 0, 0x0b, 0xb8, 0, 0, 0, 0, 64, 17, 0, 0, 1, 0, 0, 1, 2, 0, 0, 2};
	static const uint32_t mtus[] = {576, 1500, 2999, 100000};
	static uint8_t quoted[3000];
	uint64_t sum;

	expect_answer("ICMPError(9.9.9.9, timeexceeded, MTU 40)", U,
		"45000028 00010000 c801dfc1 09090909 01000001 0b00f802 00000000"
		"45000020 00000000 fa11bdca");
	expect_answer("ICMPError(9.9.9.9, timeexceeded, MTU 0)", U,
		"4500001c 00010000 c801dfcd 09090909 01000001 0b00f4ff 00000000");
	for (unsigned i = 20; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 5);
	for (unsigned i = 0; i < RTE_DIM(mtus); i++) {
		uint32_t want = RTE_MIN(mtus[i], (uint32_t)sizeof(bytes) + 28);
		char element[64];
		struct packet *p;
		struct rig *r;

		snprintf(element, sizeof(element), "ICMPError(9.9.9.9, 11, MTU %u)", mtus[i]);
		r = rig_new(i == 0 ? "ICMPError(9.9.9.9, 11)" : element, 1, 1);
		p = packet_make(PACKET_HEADROOM, bytes, sizeof(bytes));
		mark(p);
		rig_push(r, 0, p);
		p = rig_packet(r, 0, 0);
		CU_ASSERT_EQUAL(packet_length(p), want);
		sum = 0;
		CU_ASSERT_TRUE(checksum_add_packet(&sum, p, 20, want - 20));
		CU_ASSERT_EQUAL(checksum_fold(sum), 0xffff);
		CU_ASSERT_TRUE(packet_read(p, 28, quoted, want - 28));
		CU_ASSERT_EQUAL(memcmp(quoted, bytes, want - 28), 0);
		rig_free(r);
	}
}

static void
header_elsewhere(void)
{
	struct rig *r = rig_new("ICMPError(9.9.9.9, 3, 3)", 1, 1);
	struct packet *p = rig_hex("0000000000000000000000000800" U);

	packet_set_network(p, 14, 20);
	expect_answer_to(r, p, TO_U "0303001d 00000000" U);
	p = marked(U);
	packet_pull(p, 20);
	expect_answer_to(r, p, TO_U "0303001d 00000000" U);
	rig_free(r);
}

static void
source_routes(void)
{
	struct packet *p;
	struct rig *r;

	expect_answer("ICMPError(9.9.9.9, unreachable, host)", ROUTED,
		"48000050 00010000 c8013f78 09090909 01000001 830b0406 06060605 05050500"
		"03013838 00000000" ROUTED);
	// Nobody visited yet.
	expect_answer("ICMPError(9.9.9.9, unreachable, host)",
		"47000020 00000000 4011deb9 01000001 02000002 89070405 05050500 61626364",
		"46000040 00010000 c80151a6 09090909 01000001 89030400 03013838 00000000"
		"47000020 00000000 4011deb9 01000001 02000002 89070405 05050500 61626364");
	r = rig_new("ICMPError(9.9.9.9, parameterproblem)", 1, 1);
	p = marked(ROUTED);
	packet_set_anno_u8(p, ANNO_ICMP_PARAMPROB, 19);
	expect_answer_to(r, p,
		"48000050 00010000 c8013f78 09090909 01000001 830b0406 06060605 05050500"
		"0c001c39 13000000" ROUTED);
	// The fault is in the source route itself.
	p = marked(ROUTED);
	packet_set_anno_u8(p, ANNO_ICMP_PARAMPROB, 22);
	expect_answer_to(
		r, p, "45000044 00010000 c801dfa5 09090909 01000001 0c001939 16000000" ROUTED);
	rig_free(r);
}

// The least that shows whether an answer carries a source route: its header length.
static unsigned
answer_header_words(const char *in)
{
	struct rig *r = rig_new("ICMPError(9.9.9.9, unreachable, host)", 1, 1);
	unsigned n = 0;

	rig_push(r, 0, marked(in));
	if (rig_count(r, 0) == 1)
		n = packet_data(rig_packet(r, 0, 0))[0] & 15u;
	rig_free(r);
	return n;
}

#define WITH_ROUTE(bytes) "47000020 00000000 40110000 01000001 02000002" bytes "61626364"

static void
source_routes_that_are_wrong(void)
{
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("83070805 05050500")), 7);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("83070305 05050500")), 5);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("83070605 05050500")), 5);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("83070c05 05050500")), 5);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("01830208 05050500")), 5);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("83090405 05050500")), 5);
	// Behind an option that is malformed, and behind the end.
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("07018303 04000000")), 5);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("01008303 04000000")), 5);
	CU_ASSERT_EQUAL(answer_header_words(WITH_ROUTE("01018303 04000000")), 6);
}

static void
expect_silence(struct rig *r, struct packet *p, unsigned reason)
{
	uint64_t n = rig_drops(r, reason);

	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, reason), n + 1);
}

static void
silence(void)
{
	static const struct {
		const char *hex;
		unsigned reason;
	} silent[] = {
		{"4500003c 00000000 400177bf 01000001 02000002 0301001f 00000000" U, 2},
		{"45000017 00000000 400177e4 01000001 02000002 080000", 2},
		{"45000018 00000000 401179d5 01000001 ffffffff 61626364", 3},
		{"45000018 00000000 401199d3 01000001 e0000001 61626364", 3},
		{"45000018 00000000 40116ed6 01000001 0a0000ff 61626364", 3},
		{"45000018 00000000 401176d0 00010203 02000002 61626364", 4},
		{"45000018 00000000 4011f9d2 7f000001 02000002 61626364", 4},
		{"45000018 00000000 401188d2 f0000001 02000002 61626364", 4},
		{"45000018 00000000 401178d4 ffffffff 02000002 61626364", 4},
		{"45000018 00000000 401198d2 e0000001 02000002 61626364", 4},
		{"45000018 00000000 40116dd5 0a0000ff 02000002 61626364", 4},
		{"45000018 00000003 401177d0 01000001 02000002 61626364", 5},
		{"44000018 00000003 401177d0 01000001 02000002 61626364", 1},
		{"4f000018 00000003 401177d0 01000001 02000002 61626364", 1},
		{"45000018 00000003 401177d0 01000001 020000", 1},
	};
	struct rig *r = rig_new("ICMPError(9.9.9.9, unreachable, host, 10.0.0.255 8.8.8.8)", 1, 1);
	struct packet *p = marked(U);

	for (unsigned i = 0; i < RTE_DIM(silent); i++)
		expect_silence(r, marked(silent[i].hex), silent[i].reason);
	expect_silence(r, rig_hex(U), 1);
	packet_set_type(p, PACKET_BROADCAST);
	expect_silence(r, p, 3);
	p = marked(U);
	packet_set_type(p, PACKET_MULTICAST);
	expect_silence(r, p, 3);
	rig_free(r);
	r = rig_new("ICMPError(9.9.9.9, redirect, host)", 1, 1);
	expect_silence(r, marked(ROUTED), 6);
	rig_free(r);
	// A first fragment is answered, and so is an address that is bad to others only.
	CU_ASSERT_EQUAL(
		answer_header_words("45000018 00002000 401157d3 01000001 02000002 61626364"), 5);
	CU_ASSERT_EQUAL(
		answer_header_words("45000018 00000000 40116dd5 0a0000ff 02000002 61626364"), 5);
}

static void
every_icmp_type(void)
{
	for (unsigned type = 0; type < 256; type++) {
		char hex[80];
		bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;

		snprintf(hex, sizeof(hex),
			"4500001c 00000000 40010000 01000001 02000002 %02x000000 00000000", type);
		CU_ASSERT_EQUAL(answer_header_words(hex), error ? 0 : 5);
	}
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("ICMPError(9.9.9.9, 3)", 1, 1);
	struct packet *p = marked(U);

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 7), 1);
	rig_free(r);
}

static void
live_configuration(void)
{
	struct rig *r = rig_new("ICMPError(9.9.9.9, unreachable, port)", 1, 1);

	ASSERT_READ(r, "src", "9.9.9.9");
	ASSERT_READ(r, "mtu", "576");
	ASSERT_READ(r, "pmtu", "0");
	ASSERT_READ(r, "handlers",
		"pmtu\trw\nmtu\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\n"
		"name\tr.\n");
	ASSERT_TEXT(rig_write(r, "src", "1.1.1.1"), "");
	ASSERT_TEXT(rig_write(r, "mtu", "40"), "");
	ASSERT_TEXT(rig_write(r, "pmtu", "7"), "");
	ASSERT_READ(r, "config", "1.1.1.1, unreachable, port, MTU 40, PMTU 7");
	CU_ASSERT_STRING_NOT_EQUAL(rig_write(r, "src", "x"), "");
	ASSERT_READ(r, "src", "1.1.1.1");
	ASSERT_TEXT(rig_write(r, "config", "2.2.2.2, unreachable, needfrag, PMTU 1400"), "");
	rig_push(r, 0, marked(U));
	reset_id(rig_packet(r, 0, 0));
	rig_expect_hex(r, 0, 0, "4500003c 00010000 c801edbb 02020202 01000001 0304faa3 00000578" U);
	rig_free(r);
}

static void
pull_and_truncations(void)
{
	struct rig *r = rig_new_pull("ICMPError(9.9.9.9, unreachable, port)", 1, 1);

	rig_push(r, 0, marked(U));
	rig_push_hex(r, 0, U);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	reset_id(rig_packet(r, 0, 0));
	rig_expect_hex(r, 0, 0, TO_U "0303001d 00000000" U);
	rig_free(r);
	rig_truncations("ICMPError(9.9.9.9, 3)", 1, 1, 0, ROUTED, mark);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ICMPError", 1, 1,
		"SRC: required argument missing\nTYPE: required argument missing\n");
	ASSERT_ERRORS("ICMPError(1.2.3, 3)", 1, 1, "SRC: parse error\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, nonsense)", 1, 1, "TYPE: parse error\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, 256)", 1, 1, "ICMP type must be between 0 and 255\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, -1)", 1, 1, "ICMP type must be between 0 and 255\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, echo)", 1, 1, "ICMP type 8 is not an error type\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, unreachable, needfrag, PMTU 65536)", 1, 1,
		"PMTU: out of range, bound 65535\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, unreachable, transit)", 1, 1,
		"argument 2 takes ICMP code (integer between 0 and 255)\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, sourcequench, net)", 1, 1,
		"argument 2 takes ICMP code (integer between 0 and 255)\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, unreachable, 256)", 1, 1,
		"argument 2 takes ICMP code (integer between 0 and 255)\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, 3, 0, x)", 1, 1, "BADADDRS: parse error\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, 3, 0, , 5)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, 3, MTU x)", 1, 1, "MTU: invalid number\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, 3, PMTU -1)", 1, 1, "PMTU: invalid number\n");
	ASSERT_ERRORS("ICMPError(1.2.3.4, 3, SET_FIX_ANNO 2)", 1, 1, "SET_FIX_ANNO: parse error\n");
	CU_ASSERT_TRUE(element_class_find("ICMPError")->flags & ELEMENT_ANSWERS);
}

UNIT_SUITE(icmperror, UNIT_CASE(answers), UNIT_CASE(answers_from_annotations),
	UNIT_CASE(annotations_of_the_answer), UNIT_CASE(ids_count_through_the_process),
	UNIT_CASE(mtu), UNIT_CASE(header_elsewhere), UNIT_CASE(source_routes),
	UNIT_CASE(source_routes_that_are_wrong), UNIT_CASE(silence), UNIT_CASE(every_icmp_type),
	UNIT_CASE(no_memory), UNIT_CASE(live_configuration), UNIT_CASE(pull_and_truncations),
	UNIT_CASE(arguments))
