// SPDX-License-Identifier: BSD-3-Clause
// The texts of fields are in test/golden/ipsummarydump-*.
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

#define IP "45000020 00000000 40060000 01020304 05060708"

// The file without the lines of its beginning.
static void
expect_file(const char *want)
{
	struct strbuf bytes = STRBUF_INIT;

	tempdir_read("out", &bytes);
	ASSERT_TEXT(strbuf_text(&bytes), want);
	strbuf_fini(&bytes);
}

static struct rig *
open_rig(const char *args, unsigned n_out)
{
	char *element = mem_printf("ToIPSummaryDump(%s)", tempdir_text(args));
	struct rig *r = rig_new(element, 1, n_out);

	free(element);
	return r;
}

static struct packet *
ip_packet(const char *hex)
{
	struct packet *p = rig_hex(hex);

	packet_set_network(p, 0, 20);
	packet_set_timestamp(p, 1000 * CLOCK_S);
	return p;
}

static void
writes_lines(void)
{
	struct rig *r =
		open_rig("@/out, HEADER false, FIELDS timestamp src len sport tcp_flags", 0);

	rig_push(r, 0, ip_packet(IP "0050000a 00000000 00000000 50120000"));
	expect_file("");
	ASSERT_TEXT(rig_write(r, "flush", ""), "");
	expect_file("1000.000000 1.2.3.4 32 80 -\n");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_push_hex(r, 0, "00");
	rig_free(r);
	expect_file("1000.000000 1.2.3.4 32 80 -\n0.000000 - 1 - -\n");
}

static void
passes_packets_on(void)
{
	struct rig *r = open_rig("@/out, FIELDS src, HEADER false", 1);

	rig_push(r, 0, ip_packet(IP));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 20);
	ASSERT_READ(r, "handlers",
		"flush\twb\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	expect_file("1.2.3.4\n");
	r = rig_new_pull(tempdir_text("ToIPSummaryDump(@/out, FIELDS src, HEADER false)"), 1, 1);
	rig_push(r, 0, ip_packet(IP));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	rig_free(r);
	expect_file("1.2.3.4\n");
	r = rig_new_pull(tempdir_text("ToIPSummaryDump(@/out, FIELDS src, HEADER false)"), 1, 0);
	rig_push(r, 0, ip_packet(IP));
	rig_run(r, 10);
	ASSERT_READ(r, "scheduled", "true");
	rig_free(r);
	expect_file("1.2.3.4\n");
}

// The file begins when the router runs.
static void
run_and_free(struct rig *r)
{
	rig_run(r, 10);
	rig_free(r);
}

static void
file_begins(void)
{
	run_and_free(open_rig("@/out", 0));
	expect_file("!IPSummaryDump 1.3\n!data timestamp ip_src\n");
	run_and_free(open_rig(
		"@/out, CONTENTS 'tcp flags' 'ts', BANNER \"a \\\"b\\\"\", BINARY true", 0));
	expect_file(
		"!IPSummaryDump 1.3\n!creator \"a \\\"b\\\"\"\n!data tcp_flags timestamp\n!binary\n");
	run_and_free(open_rig("@/out, FIELDS ntimestamp, HEADER false", 0));
	expect_file("");
}

static void
verbose_tells_the_run(void)
{
	struct strbuf bytes = STRBUF_INIT;
	char *runtime;

	run_and_free(open_rig("@/out, VERBOSE true, FIELDS src", 0));
	tempdir_read("out", &bytes);
	CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&bytes), "\n!host "));
	runtime = strstr(strbuf_text(&bytes), "\n!runtime 1000000000.");
	CU_ASSERT_PTR_NOT_NULL(runtime);
	if (runtime != NULL)
		CU_ASSERT_PTR_NOT_NULL(strstr(runtime, " (Sun Sep  9 01:46:40 2001)\n!data"));
	strbuf_fini(&bytes);
}

// EXTRA_LENGTH is what a capture cut off, and the header knows of it; or packets that the one
// stands for.
static void
lengths(void)
{
	struct rig *r = open_rig(
		"@/out, HEADER false, FIELDS len wire_len payload_len ip_capture_len count", 0);
	struct packet *p = ip_packet(IP "0050000a 00000000 00000000 50120000");

	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	rig_push(r, 0, p);
	p = ip_packet(IP "0050000a 00000000 00000000 50120000");
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, 2);
	rig_push(r, 0, p);
	rig_free(r);
	expect_file("32 136 0 32 1\n132 136 100 32 3\n");
	r = open_rig("@/out, HEADER false, EXTRA_LENGTH false, FIELDS len wire_len", 0);
	p = ip_packet(IP "0050000a 00000000 00000000 50120000");
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, 2);
	rig_push(r, 0, p);
	rig_free(r);
	expect_file("32 36\n");
}

static struct packet *
multipacket(uint32_t extra)
{
	struct packet *p = ip_packet(IP "0050000a 00000000 00000000");

	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, extra);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 101);
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)(998 * CLOCK_S));
	return p;
}

static void
multipackets(void)
{
	struct rig *r = open_rig("@/out, MULTIPACKET true, HEADER false, FIELDS timestamp len", 1);

	rig_push(r, 0, multipacket(2));
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_PACKETS), 2);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 101);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 1000 * CLOCK_S);
	rig_free(r);
	expect_file("998.000000 44\n999.000000 44\n1000.000000 45\n");
	r = open_rig("@/out, MULTIPACKET true, HEADER false, FIELDS timestamp count", 1);
	rig_push(r, 0, multipacket(2));
	rig_free(r);
	expect_file("1000.000000 3\n");
	// An annotation that is not one.
	r = open_rig("@/out, MULTIPACKET true, HEADER false, FIELDS src", 1);
	rig_push(r, 0, multipacket(UINT32_MAX));
	rig_free(r);
	{
		struct strbuf bytes = STRBUF_INIT;

		tempdir_read("out", &bytes);
		CU_ASSERT_EQUAL(bytes.len, 65536 * strlen("1.2.3.4\n"));
		strbuf_fini(&bytes);
	}
}

#define ALL                                                                                    \
	"src dst tos len id fragoff ip_opt ip_frag ip_ttl ip_sum sport dport tcp_seq tcp_ack " \
	"tcp_flags tcp_opt tcp_sack tcp_ntopt tcp_window udp_len icmp_type icmp_code_name "    \
	"icmp_seq icmp_nextmtu payload payload_len payload_md5 eth_src eth_type"

static void
prepare(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
truncations(void)
{
	static const char *const packets[] = {
		"4f0000ff 00000000 40060000 01020304 05060708 44280d12 01020304 00000001 0102 8307"
		" 05060708 0700 9001 aabbccdd eeff0011 22334455 0050000a 00000000 00000000 f0120000"
		" 00000000 050a0102 03040506 07080204 05b40300 0101080a 000000",
		"46000060 00000000 40010000 01020304 05060708 07070401 02030400 03040000 00000578 45",
		"45000040 00000000 40110000 01020304 05060708 00010002 00200000 61626364",
	};
	char *element = mem_printf("ToIPSummaryDump(%s, FIELDS %s)", tempdir_name("out"), ALL);

	for (unsigned i = 0; i < RTE_DIM(packets); i++)
		rig_truncations(element, 1, 0, 0, packets[i], prepare);
	free(element);
}

static void
segments(void)
{
	struct rig *r = open_rig("@/out, HEADER false, FIELDS src sport dport payload", 0);
	struct packet *p = rig_segments(
		"45000020 00000000 40110000 01020304 05060708 00010002 000c0000 61626364", 3);

	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
	rig_free(r);
	expect_file("1.2.3.4 1 2 \"abcd\"\n");
}

static void
swaps(void)
{
	struct rig *r = rig_config(
		tempdir_text("RigIn -> e :: ToIPSummaryDump(@/out, FIELDS src, HEADER false)"));
	char *errors;

	rig_push(r, 0, ip_packet(IP));
	errors = rig_swap(r, tempdir_text("RigIn -> e :: ToIPSummaryDump(@/out, FIELDS src)"));
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push(r, 0, ip_packet(IP));
	rig_free(r);
	expect_file("1.2.3.4\n1.2.3.4\n");
}

static void
full_disks(void)
{
	struct rig *r = rig_new("ToIPSummaryDump(/dev/full, FIELDS src)", 1, 0);

	rig_push(r, 0, ip_packet(IP));
	ASSERT_TEXT(rig_write(r, "flush", ""), "");
	ASSERT_TEXT(rig_chatter(r), "ToIPSummaryDump(/dev/full): No space left on device\n");
	rig_push(r, 0, ip_packet(IP));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("ToIPSummaryDump", 1, 0, "FILENAME: required argument missing\n");
	ASSERT_ERRORS("ToIPSummaryDump(-, FIELDS src what \"a b\")", 1, 0,
		"unknown content type 'what'\nunknown content type 'a b'\n");
	ASSERT_ERRORS("ToIPSummaryDump(-, FIELDS \"\")", 1, 0, "unknown content type ''\n");
	ASSERT_ERRORS("ToIPSummaryDump(-, FIELDS payload, BINARY true)", 1, 0,
		"cannot use field payload with BINARY\n");
	ASSERT_ERRORS("ToIPSummaryDump(/nonexistent/x)", 1, 0,
		"/nonexistent/x: No such file or directory\n");
	ASSERT_ERRORS("ToIPSummaryDump(-, HEADER 3)", 1, 0, "HEADER: parse error\n");
	ASSERT_ERRORS("ToIPSummaryDump(-, VERBOSE x, MULTIPACKET x, BAD_PACKETS x)", 1, 0,
		"VERBOSE: parse error\nMULTIPACKET: parse error\nBAD_PACKETS: parse error\n");
	ASSERT_ERRORS("ToIPSummaryDump(-, CAREFUL_TRUNC x, EXTRA_LENGTH x, BINARY x)", 1, 0,
		"CAREFUL_TRUNC: parse error\nEXTRA_LENGTH: parse error\nBINARY: parse error\n");
}

UNIT_SUITE(toipsummarydump, UNIT_CASE(writes_lines), UNIT_CASE(passes_packets_on),
	UNIT_CASE(file_begins), UNIT_CASE(verbose_tells_the_run), UNIT_CASE(lengths),
	UNIT_CASE(multipackets), UNIT_CASE(truncations), UNIT_CASE(segments), UNIT_CASE(swaps),
	UNIT_CASE(full_disks), UNIT_CASE(arguments))
