// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

// The rig's time is 6400 s after a midnight: 0x0061a800 ms.
#define PLAIN "4500001c 00010000 401166ce 0a000001 0a000002 00000000 00000000"
#define RR4 "48000024 00000000 401158bc 0a000001 0a000002 070b0400 00000000 00000000 aaaaaaaa"
#define RR8 "48000024 00000000 401152ba 0a000001 0a000002 070b0801 01010100 00000000 aaaaaaaa"
#define RR12 "48000024 00000000 40114cb8 0a000001 0a000002 070b0c01 01010101 01010100 aaaaaaaa"

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static struct packet *
marked(struct packet *p)
{
	mark(p);
	return p;
}

// What becomes of a packet.
static void
expect(const char *in, const char *out)
{
	struct rig *r = rig_new("IPGWOptions(1.1.1.1, 2.2.2.2 4.4.4.4)", 1, 2);

	rig_push(r, 0, marked(rig_hex(in)));
	rig_push(r, 0, marked(rig_segments(in, 5)));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	rig_expect_hex(r, 0, 0, out);
	rig_expect_hex(r, 0, 1, out);
	rig_free(r);
}

// It leaves by output 1, unchanged, with the place of the fault.
static void
expect_problem(const char *in, unsigned at)
{
	struct rig *r = rig_new("IPGWOptions(1.1.1.1, 2.2.2.2)", 1, 2);

	rig_push(r, 0, marked(rig_hex(in)));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 1, 0, in);
	if (rig_count(r, 1) == 1)
		CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 1, 0), ANNO_ICMP_PARAMPROB), at);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
}

static void
no_options(void)
{
	expect(PLAIN, PLAIN);
	// NOPs, the end, and options that are not for routers; a wrong checksum stays wrong.
	expect("4600001c 00000000 40110000 0a000001 0a000002 00070101 aaaaaaaa",
		"4600001c 00000000 40110000 0a000001 0a000002 00070101 aaaaaaaa");
	expect("4600001c 00000000 40110000 0a000001 0a000002 83030401 aaaaaaaa",
		"4600001c 00000000 40110000 0a000001 0a000002 83030401 aaaaaaaa");
}

static void
record_route(void)
{
	expect(RR4, RR8);
	expect(RR8, RR12);
	expect(RR12, RR12);
	expect("47000020 00000000 40115cc0 0a000001 0a000002 01070704 00000000 aaaaaaaa",
		"47000020 00000000 40115aba 0a000001 0a000002 01070708 01010101 aaaaaaaa");
	expect("49000028 00000000 4011caa6 0a000001 0a000002 83070405 05050507 07040000 00000000 "
	       "aaaaaaaa",
		"49000028 00000000 4011c8a0 0a000001 0a000002 83070405 05050507 07080101 01010000 "
		"aaaaaaaa");
	// A full one gets a new checksum as well.
	expect("48000024 00000000 4011ffff 0a000001 0a000002 070b0c01 01010101 01010100 aaaaaaaa",
		RR12);
}

static void
record_route_problems(void)
{
	expect_problem(
		"47000020 00000000 40115ac4 0a000001 0a000002 07070300 00000000 aaaaaaaa", 22);
	expect_problem(
		"47000020 00000000 401158c4 0a000001 0a000002 07070500 00000000 aaaaaaaa", 22);
	expect_problem(
		"47000020 00000000 401154c4 0a000001 0a000002 07070900 00000000 aaaaaaaa", 22);
	expect_problem(
		"47000020 00000000 40115dc4 0a000001 0a000002 07070000 00000000 aaaaaaaa", 22);
	// No room for a pointer.
	expect_problem("4600001c 00000000 40110000 0a000001 0a000002 01010702 aaaaaaaa", 24);
	// Lengths: 1, past the header, and none at all behind a good option.
	expect_problem("4600001c 00000000 4011e1cc 0a000001 0a000002 83010101 aaaaaaaa", 21);
	expect_problem("4600001c 00000000 4011e1c4 0a000001 0a000002 83090101 aaaaaaaa", 21);
	expect_problem(
		"47000020 00000000 40115941 0a000001 0a000002 07070400 00000083 aaaaaaaa", 28);
}

static void
timestamps(void)
{
	expect("48000024 00000000 40111abb 0a000001 0a000002 440c0500 00000000 00000000 aaaaaaaa",
		"48000024 00000000 40116e59 0a000001 0a000002 440c0900 0061a800 00000000 aaaaaaaa");
	expect("48000024 00000000 40111a9a 0a000001 0a000002 440c0521 00000000 00000000 aaaaaaaa",
		"48000024 00000000 40116836 0a000001 0a000002 440c0d21 01010101 0061a800 aaaaaaaa");
	expect("48000024 00000000 4011169a 0a000001 0a000002 440c0921 00000000 00000000 aaaaaaaa",
		"48000024 00000000 4011168a 0a000001 0a000002 440c0931 00000000 00000000 aaaaaaaa");
	// Asked of an address: this router's or another's.
	expect("48000024 00000000 401116b4 0a000001 0a000002 440c0503 02020202 00000000 aaaaaaaa",
		"48000024 00000000 40116652 0a000001 0a000002 440c0d03 02020202 0061a800 aaaaaaaa");
	expect("48000024 00000000 401114b2 0a000001 0a000002 440c0503 03030303 00000000 aaaaaaaa",
		"48000024 00000000 401114b2 0a000001 0a000002 440c0503 03030303 00000000 aaaaaaaa");
}

static void
timestamp_problems(void)
{
	// Overflow count full; no room where asked; unknown flag.
	expect_problem(
		"48000024 00000000 401115ca 0a000001 0a000002 440c09f1 00000000 00000000 aaaaaaaa",
		23);
	expect_problem(
		"48000024 00000000 40110eb4 0a000001 0a000002 440c0d03 02020202 00000000 aaaaaaaa",
		23);
	expect_problem(
		"48000024 00000000 40111ab9 0a000001 0a000002 440c0502 00000000 00000000 aaaaaaaa",
		23);
	// Pointers into the option's own head, and an option that has none.
	expect_problem(
		"48000024 00000000 40110000 0a000001 0a000002 440c0400 00000000 00000000 aaaaaaaa",
		22);
	expect_problem(
		"48000024 00000000 40110000 0a000001 0a000002 440c0000 00000000 00000000 aaaaaaaa",
		22);
	expect_problem("4600001c 00000000 40110000 0a000001 0a000002 01014402 aaaaaaaa", 24);
	expect_problem("4600001c 00000000 40110000 0a000001 0a000002 01440305 aaaaaaaa", 23);
	// What came before is not done either.
	expect_problem("49000028 00000000 40110000 0a000001 0a000002 07070400 00000044 0404f200 "
		       "00000000 aaaaaaaa",
		29);
}

static void
without_error_output(void)
{
	struct rig *r = rig_new("IPGWOptions(1.1.1.1)", 1, 1);

	rig_push(r, 0,
		marked(rig_hex("4600001c 00000000 4011e1cc 0a000001 0a000002 83010101 aaaaaaaa")));
	rig_push(r, 0, marked(rig_hex(RR4)));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "drops", "1");
	// No header, and one that is cut.
	rig_push_hex(r, 0, RR4);
	rig_push(r, 0, marked(rig_hex("48000024 00000000 401158bc 0a000001 0a000002 070b0400")));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	ASSERT_READ(r, "drops", "1");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	rig_truncations("IPGWOptions(1.1.1.1)", 1, 2, 0, RR4, mark);
}

static void
copies_shared_packets(void)
{
	struct rig *r =
		rig_config("RigIn(0) -> IPGWOptions(1.1.1.1) -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = marked(rig_hex(RR4));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, RR8);
	rig_expect_hex(r, 1, 0, RR4);
	rig_free(r);
}

// Whatever stands in the option area, each byte in turn.
static void
any_option_bytes(void)
{
	struct rig *r = rig_new("IPGWOptions(1.1.1.1)", 1, 2);
	uint8_t header[60] = {0x4f, 0, 0, 60};
	static const uint8_t types[] = {7, 68, 131, 1, 0, 255};

	for (unsigned i = 0; i < 65536; i++) {
		struct packet *p;

		header[20 + i % 40] = types[i % sizeof(types)];
		header[20 + (i * 7 + 1) % 40] = (uint8_t)(i >> 3);
		header[20 + (i * 11 + 2) % 40] = (uint8_t)(i * 13);
		p = packet_make(PACKET_HEADROOM, header, sizeof(header));
		rig_push(r, 0, marked(p));
		rig_clear(r);
	}
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("IPGWOptions(MYADDR 1.1.1.1)", 1, 2);

	rig_push(r, 0, marked(rig_hex(RR4)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, RR8);
	rig_free(r);
	ASSERT_ERRORS("IPGWOptions", 1, 1, "MYADDR: required argument missing\n");
	ASSERT_ERRORS("IPGWOptions(x)", 1, 1, "MYADDR: parse error\n");
	ASSERT_ERRORS("IPGWOptions(1.2.3.4, y)", 1, 1, "OTHERADDRS: parse error\n");
	ASSERT_ERRORS("IPGWOptions(1.2.3.4, 1.2.3.5, 1.2.3.6)", 1, 1, "too many arguments\n");
}

static void
no_memory(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config(
		"RigIn(0) -> e :: IPGWOptions(1.1.1.1) -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = marked(rig_hex(RR4));

	rig_push(r, 1, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_free(r);
}

UNIT_SUITE(ipgwoptions, UNIT_CASE(no_options), UNIT_CASE(record_route),
	UNIT_CASE(record_route_problems), UNIT_CASE(timestamps), UNIT_CASE(timestamp_problems),
	UNIT_CASE(without_error_output), UNIT_CASE(copies_shared_packets), UNIT_CASE(no_memory),
	UNIT_CASE(any_option_bytes), UNIT_CASE(pull_and_arguments))
