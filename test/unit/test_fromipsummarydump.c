// SPDX-License-Identifier: BSD-3-Clause
// Reading fields is in test/golden/ipsummarydump-*.
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

static struct rig *
data_rig(const char *data, const char *args)
{
	char *element = mem_printf("FromIPSummaryDump(DATA \"%s\"%s)", data, args);
	struct rig *r = rig_new(element, 0, 1);

	free(element);
	return r;
}

static void
makes_packets(void)
{
	struct rig *r = data_rig("!data ts src dst proto sport dport tcp_flags agg direction len\n"
				 "1000.5 1.2.3.4 5.6.7.8 T 80 1024 S 9 < 100\n",
		"");
	const struct packet *p;

	rig_run(r, 100);
	CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0,
		"45000064 00000000 64060000 01020304 05060708"
		"00500400 00000000 00000000 50020000 00000000");
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_headroom(p), 16);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_EQUAL(packet_mac_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_timestamp(p), 1000 * CLOCK_S + 500 * CLOCK_MS);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), RTE_BE32(0x05060708));
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 60);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_AGGREGATE), 9);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 1);
	CU_ASSERT_EQUAL(lcore_self->n_received, 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_free(r);
}

static void
ethernet_headers_are_in_front(void)
{
	struct rig *r = data_rig("!data eth_src eth_dst\n0:1:2:3:4:5 6:7:8:9:a:b\n", "");
	struct packet *p;

	rig_run(r, 100);
	CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 1);
	p = rig_take(r, 0);
	CU_ASSERT_EQUAL(packet_mac_offset(p), -14);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_TRUE(packet_push(&p, 14));
	rig_assert_hex(__FILE__, __LINE__, p,
		"060708090a0b 000102030405 0800 45000028 00000000 64060000 00000000 00000000"
		"00000000 00000000 00000000 50000000 00000000");
	packet_pull(p, 14);
	packet_free(p);
	rig_free(r);
}

static void
checksums(void)
{
	struct rig *r;

	r = rig_config(
		"FromIPSummaryDump(DATA \"!data src dst proto len payload\n"
		"1.0.0.1 2.0.0.2 U 31 'abc'\n"
		"1.0.0.1 2.0.0.2 U 131 'abc'\n"
		"1.0.0.1 2.0.0.2 T 60 -\n"
		"1.0.0.1 2.0.0.2 I 33 -\n\", CHECKSUM true)"
		"-> e :: CheckIPHeader -> i :: IPClassifier(udp, tcp, icmp);"
		"i[0] -> RigOut(0); i[1] -> RigOut(1); i[2] -> CheckICMPHeader -> RigOut(2);");
	rig_run(r, 100);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	rig_expect_hex(
		r, 0, 0, "4500001f 00000000 641153cc 01000001 02000002 00000000 000b3873 616263");
	rig_free(r);
}

static void
expect_lens(struct rig *r, const char *want)
{
	struct strbuf got = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, 0); i++) {
		const struct packet *p = rig_packet(r, 0, i);

		strbuf_addf(&got, "%s%lld:%u+%u", i ? " " : "",
			(long long)(packet_timestamp(p) / CLOCK_MS), packet_length(p),
			packet_anno_u32(p, ANNO_EXTRA_LENGTH));
		CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_PACKETS), 0);
	}
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
}

static void
multipackets(void)
{
	struct rig *r = data_rig("!data ts first_ts count len\n"
				 "10 8 3 301\n"
				 "20 - 2 10\n"
				 "30 - 1 50\n",
		", MULTIPACKET true");

	rig_run(r, 100);
	expect_lens(r, "8000:40+60 9000:40+60 10000:40+61 20000:40+0 20000:40+0 30000:40+10");
	rig_free(r);
}

static void
timing(void)
{
	struct rig *r = data_rig("!data ts\n1\n2.5\n", ", TIMING true");

	rig_run_for(r, CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 1490 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 20 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r;

	tempdir_write("a", "!IPSummaryDump 1.3\n!data src\n1.1.1.1\nx\ny\n2.2.2.2\n", 50);
	r = rig_new(tempdir_text("FromIPSummaryDump(@/a, ACTIVE false)"), 0, 1);
	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\nbad_lines\tr\nfilepos\tr\nfilesize\tr\n"
		"filename\tr.\nstop\twb\nencap\tr.\nactive\trwc\nsampling_prob\tr.\nhandlers\tr.\n"
		"ports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "filename", tempdir_name("a"));
	ASSERT_READ(r, "filesize", "50");
	ASSERT_READ(r, "filepos", "0");
	ASSERT_READ(r, "encap", "IP");
	ASSERT_READ(r, "sampling_prob", "1");
	ASSERT_TEXT(rig_write(r, "active", "x"), "type mismatch\n");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 100);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "filepos", "50");
	ASSERT_READ(r, "bad_lines", "2");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "/a:4: packet parse error\n"));
	ASSERT_TEXT(rig_write(r, "stop", ""), "");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = rig_new_pull("FromIPSummaryDump(DATA \"!data src\n1.1.1.1\", STOP true)", 0, 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "filesize", "-");
	ASSERT_READ(r, "filename", "<data>");
	rig_free(r);
}

static void
swaps(void)
{
	struct rig *r;
	char *errors;

	tempdir_write("a", "!data src payload\n1.1.1.1 'a'\n2.2.2.2 'b'\n", 43);
	r = rig_config(tempdir_text("e :: FromIPSummaryDump(@/a) -> q :: Queue(1) -> RigOut;"));
	rig_run(r, 20);
	errors = rig_swap(
		r, tempdir_text("e :: FromIPSummaryDump(@/a) -> q :: Queue(1) -> RigOut;"));
	ASSERT_TEXT(errors, "");
	free(errors);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_run(r, 20);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_run(r, 20);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[12], 1);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 1))[12], 2);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 1))[40], 'b');
	rig_free(r);
}

// Files that make no sense must be read without harm, and to their end.
static void
garbage(void)
{
	static const char *const pieces[] = {"!data ", "ip_opt ", "tcp_opt ", "payload ", "src ",
		"\n", "!binary\n", "\"", "rr{", "lsrr{1.2.3.4,", "}", "+9", "^", "ts.ip{", "=",
		"sack1-2;", ",", ";", "ts1:2", "-", " ", "4294967295 ", "99999999999999999999 ",
		"!flowid ", "1.2.3.4 ", "T ", "count ", "ip_hl ", "60 ", "tcp_off ", "ip_fragoff ",
		"8+! ", "!IPSummaryDump 1.0\n", "\\<", "/*", "'", "0", "\xff", "timestamp ",
		"1e300 ", "len ", "7=1:2:3 ", "wscale300 ", "mss ", "!contents src dst proto\n"};
	uint32_t seed = 1;

	for (unsigned i = 0; i < 100; i++) {
		struct strbuf text = STRBUF_INIT;
		struct rig *r;

		strbuf_adds(&text, i % 4 ? "!IPSummaryDump 1.3\n!data ip_opt tcp_opt payload src "
					   "count ip_hl ip_fragoff len proto timestamp\n"
					 : "");
		for (unsigned k = 0; k < 60; k++) {
			seed = seed * 1103515245 + 12345;
			strbuf_adds(&text, pieces[(seed >> 16) % RTE_DIM(pieces)]);
			if (seed >> 28 == 0)
				strbuf_add(&text, "\0\0\0\x0c\0\1\2\3", 8);
		}
		tempdir_write("g", text.data, text.len);
		strbuf_fini(&text);
		r = rig_new(tempdir_text("FromIPSummaryDump(@/g, CHECKSUM true)"), 0, 1);
		if (r == NULL)
			break;
		rig_run(r, 200);
		rig_chatter(r);
		rig_free(r);
	}
}

// Records of random bytes, and of random length.
static void
binary_garbage(void)
{
	uint32_t seed = 7;

	for (unsigned i = 0; i < 50; i++) {
		struct strbuf text = STRBUF_INIT;
		struct rig *r;

		strbuf_adds(&text,
			"!IPSummaryDump 1.3\n!data ip_opt ip_hl tcp_off tcp_opt src proto "
			"eth_src ntimestamp fragoff len count payload_md5 icmp_seq\n!binary\n");
		for (unsigned k = 0; k < 20; k++) {
			seed = seed * 1103515245 + 12345;
			strbuf_add(&text, "\0\0", 2);
			strbuf_addc(&text, 0);
			strbuf_addc(&text, (char)(seed >> 24));
			for (unsigned n = seed >> 24; n > 4; n--) {
				seed = seed * 1103515245 + 12345;
				strbuf_addc(&text, (char)(seed >> (n % 2 ? 16 : 27)));
			}
		}
		tempdir_write("g", text.data, text.len);
		strbuf_fini(&text);
		r = rig_new(tempdir_text("FromIPSummaryDump(@/g, CHECKSUM true)"), 0, 1);
		if (r == NULL)
			break;
		rig_run(r, 200);
		rig_chatter(r);
		rig_free(r);
	}
}

static void
expect_errors(const char *args, const char *want)
{
	char *element = mem_printf("FromIPSummaryDump(%s)", tempdir_text(args));
	char *errors = rig_errors(element, 0, 1);

	ASSERT_TEXT(errors, tempdir_text(want));
	free(errors);
	free(element);
}

static void
arguments(void)
{
	tempdir_write("empty", "", 0);
	tempdir_write("plain", "1.2.3.4\n", 8);
	tempdir_write("new", "!IPSummaryDump 2.0\n", 19);
	expect_errors("", "FILENAME: required argument missing\n");
	expect_errors("x, DATA y", "FILENAME and DATA conflict\n");
	expect_errors("@/nothing", "@/nothing: No such file or directory\n");
	expect_errors("@/nothing, ALLOW_NONEXISTENT true", "");
	expect_errors("@/empty", "@/empty: empty file\n");
	expect_errors("@/plain",
		"@/plain:1: warning: missing banner line; is this an IP summary dump?\n");
	expect_errors("@/plain, FIELDS src", "");
	expect_errors("@/plain, FIELDS src foo payload_md5",
		"warning: unknown content type 'foo'\n"
		"warning: content type 'payload_md5' ignored on input\n");
	expect_errors("DATA \"!data src\n\", FLOWID \"1.1.1.1\"",
		"bad flow ID: should be 'SRC SPORT DST DPORT [PROTO]'\n");
	expect_errors("DATA \"!data src\n\", DEFAULT_FLOWID - 1.1.1.1 1 2.2.2.2 2", "");
	expect_errors(
		"DATA \"!data src\n\", SAMPLE 1.5", "warning: SAMPLE probability reduced to 1\n");
	expect_errors("DATA \"!data src\n\", SAMPLE 0",
		"warning: SAMPLE probability is 0; emitting no packets\n");
	expect_errors("DATA \"!data src\n\", PROTO nonesuch", "PROTO: parse error\n");
	expect_errors("@/plain, STOP x, ZERO x, TIMING x, CHECKSUM x, MULTIPACKET x",
		"STOP: parse error\nZERO: parse error\nTIMING: parse error\n"
		"CHECKSUM: parse error\nMULTIPACKET: parse error\n");
}

UNIT_SUITE(fromipsummarydump, UNIT_CASE(makes_packets), UNIT_CASE(ethernet_headers_are_in_front),
	UNIT_CASE(checksums), UNIT_CASE(multipackets), UNIT_CASE(timing), UNIT_CASE(handlers),
	UNIT_CASE(swaps), UNIT_CASE(garbage), UNIT_CASE(binary_garbage), UNIT_CASE(arguments))
