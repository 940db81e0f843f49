// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elements/dump/flowpattern.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// ---- names

static void
expect_name(const char *pattern, const char *want)
{
	struct flow_name flow = {.aggregate = 0x12ab34cd,
		.src.be = htonl(0x0a010203),
		.dst.be = htonl(0xc0a80a0b),
		.sport = 1234,
		.dport = 80,
		.is_tcp = true};
	struct strbuf got = STRBUF_INIT;

	CU_ASSERT_TRUE(flow_pattern_is_valid(pattern));
	flow_pattern_expand(pattern, &flow, &got);
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
}

static void
names(void)
{
	static const char *const bad[] = {"%", "a%", "%q", "%5", "%.n", "%.6n", "%.4s", "%.0S",
		"%.0p", "%100n", "%%%", "%-5n"};

	expect_name("", "");
	expect_name("a/b", "a/b");
	expect_name("%n", "313210061");
	expect_name("f%x-%X.txt", "f12ab34cd-12AB34CD.txt");
	expect_name("%.0x/%.1x/%.2n/%.3n %.4x %.5X", "12/ab/52/205 12ab 34CD");
	expect_name("%s:%S-%d:%D/%p", "10.1.2.3:1234-192.168.10.11:80/T");
	expect_name("%.0s.%.3d %%", "10.11 %");
	expect_name("%06S %6S %06.0s %2S", "001234 __1234 000010 1234");
	for (unsigned i = 0; i < RTE_DIM(bad); i++)
		CU_ASSERT_FALSE(flow_pattern_is_valid(bad[i]));
	CU_ASSERT_TRUE(flow_pattern_is_fixed("a%%b"));
	CU_ASSERT_FALSE(flow_pattern_is_fixed("a%%b%p"));
}

// ---- files

static void
expect_file(const char *name, const char *want)
{
	struct strbuf bytes = STRBUF_INIT;

	tempdir_read(name, &bytes);
	ASSERT_TEXT(strbuf_text(&bytes), want);
	strbuf_fini(&bytes);
}

static struct rig *
open_rig(const char *args)
{
	char *element = mem_printf("ToIPFlowDumps(%s)", tempdir_text(args));
	struct rig *r = rig_new(element, 1, 1);

	free(element);
	return r;
}

// An IP packet of a flow, at so many milliseconds.
static void
push(struct rig *r, const char *hex, uint32_t aggregate, uint8_t paint, int64_t ms)
{
	struct packet *p = ippacket_marked(rig_segments(hex, 9));

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	packet_set_anno_u8(p, ANNO_PAINT, paint);
	packet_set_timestamp(p, 1000 * CLOCK_S + ms * CLOCK_MS);
	rig_push(r, 0, p);
}

#define FORTH(len) "450000" len "00050000 40060000 01000001 02000002"
#define BACK(len) "450000" len "00060000 40060000 02000002 01000001"
#define SYN FORTH("2c") "04d20050 000003e8 00000000 60020200 00000000 020405b4"
#define SYNACK BACK("28") "005004d2 000007d0 000003e9 50120100 00000000"
#define DATA FORTH("2b") "04d20050 000003e9 000007d1 50180200 00000000 616263"
// A timestamp and a SACK block from 2010 to 2020.
#define SACK                                                             \
	FORTH("40")                                                      \
	"04d20050 000003ec 000007d1 b0100200 00000000 0101080a 00000001" \
	"00000002 0101050a 000007da 000007e4"

static void
push_flow(struct rig *r)
{
	push(r, SYN, 5, 0, 0);
	push(r, SYNACK, 5, 1, 1);
	push(r, DATA, 5, 0, 2);
	push(r, SACK, 5, 0, 3);
}

static void
tcp(void)
{
	struct rig *r = open_rig("@/d1/d2/%04n, TCP_OPT true, IP_ID true, TCP_WINDOW true");

	push_flow(r);
	push(r, SYN, 5, 2, 4); // an ICMP error's
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	ASSERT_READ(r, "files", "1");
	expect_file("d1/d2/0005",
		"!IPSummaryDump 1.3\n!flowid 1.0.0.1 1234 2.0.0.2 80 T\n!aggregate 5\n"
		"!data ntimestamp direction ip_id tcp_flags tcp_seq payload_len tcp_ack tcp_window "
		"tcp_ntopt\n"
		"!firstseq > 1000\n!firstseq < 2000\n!firsttime 999.999999999\n"
		"0.000000001 > 5 S 0 0 - 512 mss1460\n"
		"0.001000001 < 6 SA 0 0 1 256 .\n"
		"0.002000001 > 5 PA 1 3 1 512 .\n"
		"0.003000001 > 5 A 4 0 1 512 sack10-20\n"
		"#0.004000001 > ICMP_error\n");
	rig_free(r);
	unlink(tempdir_name("d1/d2/0005"));
	rmdir(tempdir_name("d1/d2"));
	rmdir(tempdir_name("d1"));
}

static void
absolute(void)
{
	struct rig *r = open_rig("@/f%n, ALL_TCP_OPT true, ABSOLUTE_SEQ true, ABSOLUTE_TIME true");

	push_flow(r);
	rig_free(r); // writes the rest
	expect_file("f5",
		"!IPSummaryDump 1.3\n!flowid 1.0.0.1 1234 2.0.0.2 80 T\n!aggregate 5\n"
		"!data ntimestamp direction tcp_flags tcp_seq payload_len tcp_ack tcp_opt\n"
		"1000.000000 > S 1000 0 - mss1460\n"
		"1000.001000 < SA 2000 0 1001 .\n"
		"1000.002000 > PA 1001 3 2001 .\n"
		"1000.003000 > A 1004 0 2001 ts1:2;sack2010-2020\n");
}

// The first packet goes the other way, and the file is begun before the answer is there.
static void
udp_and_halves(void)
{
	struct rig *r = open_rig("@/g%n%p");

	push(r, "4500001f 00050000 40110000 01000001 02000002 04d20050000b0000 616263", 7, 1, 0);
	push(r, SYNACK, 8, 1, 0);
	for (unsigned i = 0; i < 2000; i++) { // more than is kept in memory
		rig_clear(r);
		push(r, BACK("28") "005004d2 000007d1 000003e9 50000100 00000000", 8, 1, i);
	}
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	expect_file("g7U", "!IPSummaryDump 1.3\n!flowid 2.0.0.2 80 1.0.0.1 1234 U\n!aggregate 7\n"
			   "!data ntimestamp direction payload_len\n!firsttime 999.999999999\n"
			   "0.000000001 < 3\n");
	{
		struct strbuf bytes = STRBUF_INIT;
		unsigned n = 0;

		tempdir_read("g8T", &bytes);
		for (size_t i = 0; i < bytes.len; i++)
			n += bytes.data[i] == '\n';
		CU_ASSERT_EQUAL(n, 7 + 2001);
		CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&bytes), "\n1.999000001 < . 1 0 -\n"));
		strbuf_fini(&bytes);
	}
	rig_free(r);
}

static void
others_are_in_no_file(void)
{
	struct rig *r = open_rig("@/h%n, MINCOUNT 2, CAPACITY 1");

	push(r, SYN, 0, 0, 0);
	push(r, "45000014 00050000 40020000 01000001 02000002", 3, 0, 0);
	push(r, "45000018 00050001 40060000 01000001 02000002 00000000", 3, 0, 0);
	push(r, "55000014 00050000 40060000 01000001 02000002", 3, 0, 0);
	rig_push_hex(r, 0, SYN);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	ASSERT_READ(r, "skipped", "5");
	push(r, SYN, 4, 0, 0);
	push(r, SYN, 5, 0, 0); // no room
	ASSERT_READ(r, "skipped", "6");
	rig_free(r);
	CU_ASSERT_EQUAL(access(tempdir_name("h4"), F_OK), -1); // too few packets
}

// A value that is missing is a `-`, whatever columns there are.
static void
short_headers(void)
{
	struct rig *r = open_rig("@/s%n, TCP_OPT true, TCP_WINDOW true, ABSOLUTE_TIME true");

	push(r, FORTH("2c") "04d20050 000003e8", 5, 0, 0);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	expect_file("s5",
		"!IPSummaryDump 1.3\n!flowid 1.0.0.1 1234 2.0.0.2 80 T\n!aggregate 5\n"
		"!data ntimestamp direction tcp_flags tcp_seq payload_len tcp_ack tcp_window "
		"tcp_ntopt\n1000.000000 > - - - - - -\n");
	rig_free(r);
}

static void
truncations(void)
{
	for (unsigned len = 0; len <= 64; len++) {
		struct rig *r = open_rig("-, MINCOUNT 2, ALL_TCP_OPT true");
		struct packet *p = rig_hex(SACK);

		packet_take(p, 64 - len);
		if (len >= 20)
			packet_set_network(p, 0, 20);
		packet_set_anno_u32(p, ANNO_AGGREGATE, 1);
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		rig_free(r);
	}
}

// Flows end when their notifier says so, a little later.
static void
ends_with_the_aggregate(void)
{
	char *config = mem_printf("RigIn(0) -> af :: AggregateIPFlows -> e :: ToIPFlowDumps(%s, "
				  "NOTIFIER af);",
		tempdir_text("@/k%n"));
	struct rig *r = rig_config(config), *other;
	char *errors;

	push(r, SYN, 0, 0, 0);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	push(r, DATA, 0, 0, 1);
	ASSERT_TEXT(rig_write(r, "af.clear", ""), "");
	ASSERT_READ(r, "files", "0");
	errors = rig_swap(r, config); // meanwhile: it ends all the same
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, 251 * CLOCK_MS);
	push(r, SYNACK, 0, 0, 2); // begins another one
	ASSERT_READ(r, "files", "1");
	other = r;
	rig_free(other);
	expect_file("k1", "!IPSummaryDump 1.3\n!flowid 1.0.0.1 1234 2.0.0.2 80 T\n!aggregate 1\n"
			  "!data ntimestamp direction tcp_flags tcp_seq payload_len tcp_ack\n"
			  "!firstseq > 1000\n!firstseq < 2000\n!firsttime 999.999999999\n"
			  "0.000000001 > S 0 0 -\n0.001000001 > PA 1 3 1\n");
	free(config);
}

static void
write_errors(void)
{
	struct rig *r = rig_new("ToIPFlowDumps(/proc/nosuch/%n)", 1, 0);

	push(r, SYN, 4, 0, 0);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	ASSERT_TEXT(rig_chatter(r), "ToIPFlowDumps(/proc/nosuch/%n): No such file or directory\n");
	push(r, SYN, 4, 0, 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	ASSERT_ERRORS("ToIPFlowDumps(%q)", 1, 1, "bad filename pattern\n");
	ASSERT_ERRORS(
		"ToIPFlowDumps(a%n, BINARY true)", 1, 1, "BINARY: not supported, files are text\n");
	ASSERT_ERRORS("ToIPFlowDumps(a%n, GZIP true)", 1, 1,
		"GZIP: not supported, compress the files afterwards\n");
	ASSERT_ERRORS("ToIPFlowDumps(a%n, NOTIFIER e)", 1, 1, "e is not an AggregateNotifier\n");
	{
		char *errors = rig_check_errors("Idle -> e :: ToIPFlowDumps(a);");

		ASSERT_TEXT(errors,
			"config:1: While configuring 'e :: ToIPFlowDumps':\n"
			"  warning: OUTPUT_PATTERN has no % escapes, so output files will get "
			"overwritten\n");
		free(errors);
	}
}

UNIT_SUITE(toipflowdumps, UNIT_CASE(names), UNIT_CASE(tcp), UNIT_CASE(absolute),
	UNIT_CASE(udp_and_halves), UNIT_CASE(others_are_in_no_file), UNIT_CASE(short_headers),
	UNIT_CASE(truncations), UNIT_CASE(ends_with_the_aggregate), UNIT_CASE(write_errors))
