// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

enum { NO_FLOW, FULL, TOO_MANY_FRAGMENTS, NO_FIRST_FRAGMENT, HELD_AT_END };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

static void
prepare(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
push_hex(struct rig *r, const char *hex, int64_t seconds)
{
	struct packet *p = rig_hex(hex);

	prepare(p);
	packet_set_timestamp(p, seconds * CLOCK_S);
	rig_push(r, 0, p);
}

static void
push_ip(struct rig *r, unsigned frag, unsigned proto, unsigned from, unsigned to, const char *rest,
	int64_t seconds)
{
	char *hex = mem_printf("45000028 0007%04x 40%02x0000 0a0000%02x 0a0000%02x %s", frag, proto,
		from, to, rest);

	push_hex(r, hex, seconds);
	free(hex);
}

static void
push_tcp(struct rig *r, unsigned from, unsigned to, unsigned flags, int64_t seconds)
{
	char *rest =
		mem_printf("%04x%04x 00000000 00000000 50%02x0000", 100 + from, 100 + to, flags);

	push_ip(r, 0, 6, from, to, rest, seconds);
	free(rest);
}

// Aggregate and paint of each packet of output 0.
static void
expect(struct rig *r, const char *want)
{
	struct strbuf got = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, 0); i++)
		strbuf_addf(&got, "%s%u/%u", i ? " " : "",
			packet_anno_u32(rig_packet(r, 0, i), ANNO_AGGREGATE),
			packet_anno_u8(rig_packet(r, 0, i), ANNO_PAINT));
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
	rig_clear(r);
}

static void
numbers_flows(void)
{
	struct rig *r = rig_new("AggregateIPFlows", 1, 2);

	push_tcp(r, 2, 1, SYN, 1);
	push_tcp(r, 1, 2, SYN | ACK, 1);
	push_tcp(r, 2, 3, ACK, 1);
	push_ip(r, 0, 17, 2, 1, "00660065 00080000", 1);
	push_ip(r, 0, 17, 1, 2, "00650066 00080000", 1);
	push_ip(r, 0, 17, 1, 1, "00020001 00080000", 1);
	push_ip(r, 0, 17, 1, 1, "00010002 00080000", 1);
	push_ip(r, 0, 17, 1, 1, "00010001 00080000", 1);
	expect(r, "1/0 1/1 2/0 3/0 3/1 4/0 4/1 5/0");
	// Neither TCP nor UDP, too short, ICMP, no addresses.
	push_ip(r, 0, 99, 1, 2, "00000000", 1);
	push_ip(r, 0, 17, 1, 2, "000000", 1);
	push_ip(r, 0, 1, 1, 2, "03000000 00000000", 1);
	push_hex(r, "45000028 00070000 40060000 00000000 00000000 00000000", 1);
	rig_push_hex(r, 0, "45000028 00070000 40060000 01000000 00000000 00000000");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 5);
	rig_free(r);
}

static void
flows_end(void)
{
	struct rig *r = rig_new("AggregateIPFlows(TCP_TIMEOUT 100, UDP_TIMEOUT 10)", 1, 1);

	push_tcp(r, 1, 2, SYN, 1000);
	push_tcp(r, 1, 2, FIN, 1100);
	push_tcp(r, 2, 1, ACK, 1150);
	push_tcp(r, 1, 2, SYN, 1150); // one side is still open
	push_tcp(r, 1, 2, FIN, 1150);
	push_tcp(r, 2, 1, FIN, 1150);
	push_tcp(r, 2, 1, ACK, 1180);
	push_tcp(r, 2, 1, SYN, 1180);
	push_tcp(r, 2, 1, RST, 1180);
	push_tcp(r, 1, 2, ACK, 1211);
	push_tcp(r, 1, 2, ACK, 1312);
	expect(r, "1/0 1/0 1/1 1/0 1/0 1/1 1/1 2/0 2/0 3/0 4/0");
	push_ip(r, 0, 17, 1, 2, "00010002 00080000", 1312);
	push_ip(r, 0, 17, 1, 2, "00010002 00080000", 1322);
	push_ip(r, 0, 17, 1, 2, "00010002 00080000", 1333);
	expect(r, "5/0 5/0 6/0");
	rig_free(r);
	// Without a timestamp: now, with a remark.
	r = rig_new("AggregateIPFlows", 1, 1);
	push_tcp(r, 1, 2, ACK, 0);
	push_tcp(r, 1, 2, ACK, 0);
	ASSERT_TEXT(rig_chatter(r), "e: warning: packet received without timestamp\n");
	expect(r, "1/0 1/0");
	rig_free(r);
}

static void
icmp_errors_belong_to_flows(void)
{
	struct rig *r = rig_new("AggregateIPFlows(ICMP true)", 1, 2);
	const char *quoted = "00000000 45000028 00070000 40060000 0a000001 0a000002 00650066";
	char *error = mem_printf("03010000 %s", quoted), *echo = mem_printf("08000000 %s", quoted);

	push_tcp(r, 1, 2, SYN, 1);
	push_ip(r, 0, 1, 9, 1, error, 1);
	expect(r, "1/0 1/2");
	push_ip(r, 0, 1, 9, 1, echo, 1);
	push_ip(r, 0, 1, 9, 1, "0301", 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
	rig_truncations("AggregateIPFlows(ICMP true)", 1, 2, 0,
		"45000028 00000000 40010000 0a000009 0a000001 03010000 00000000"
		"46000028 00070000 40060000 0a000001 0a000002 01010100 00650066",
		prepare);
	free(error);
	free(echo);
}

static void
fragments_wait(void)
{
	struct rig *r = rig_new("AggregateIPFlows(FRAGMENT_TIMEOUT 10)", 1, 2);

	push_ip(r, 0x0002, 17, 1, 2, "00000000", 1); // later one first
	push_ip(r, 0x2000, 17, 1, 2, "00010002 00080000", 2);
	push_ip(r, 0, 17, 1, 2, "00010003 00080000", 3); // behind them
	push_ip(r, 0, 17, 1, 4, "00010003 00080000", 3); // not behind them
	expect(r, "3/0");
	push_ip(r, 0x0004, 17, 1, 2, "00000000", 4);
	push_ip(r, 0, 17, 2, 1, "00030001 00080000", 12);
	expect(r, "1/0 1/0 2/0");
	push_ip(r, 0, 17, 2, 1, "00030001 00080000", 20);
	expect(r, "1/0 2/1 2/1");
	// The first one never comes.
	push_ip(r, 0x0004, 17, 1, 2, "00000000", 30);
	push_ip(r, 0, 17, 2, 1, "00030001 00080000", 41);
	expect(r, "2/1");
	CU_ASSERT_EQUAL(rig_drops(r, NO_FIRST_FRAGMENT), 1);
	push_ip(r, 0x0004, 17, 1, 2, "00000000", 50);
	rig_free(r);
	r = rig_new("AggregateIPFlows(FRAGMENT_CAPACITY 1)", 1, 1);
	push_ip(r, 0x2000, 17, 1, 2, "00010002 00080000", 2);
	push_ip(r, 0x0004, 17, 1, 2, "00000000", 2);
	CU_ASSERT_EQUAL(rig_drops(r, TOO_MANY_FRAGMENTS), 1);
	ASSERT_TEXT(rig_write(r, "clear", ""), "");
	expect(r, "1/0");
	rig_free(r);
	r = rig_new("AggregateIPFlows(FRAGMENTS false)", 1, 1);
	push_ip(r, 0x2000, 17, 1, 2, "00010002 00080000", 2);
	push_ip(r, 0x0004, 17, 1, 2, "00000000", 2);
	expect(r, "1/0");
	CU_ASSERT_EQUAL(rig_drops(r, NO_FLOW), 1);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("AggregateIPFlows(CAPACITY 1)", 1, 2);

	push_tcp(r, 1, 2, SYN, 1);
	push_tcp(r, 1, 3, SYN, 1);
	push_ip(r, 0x0004, 17, 1, 2, "00000000", 2);
	push_tcp(r, 2, 1, SYN, 1);
	rig_pull(r, 0, 8);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	expect(r, "1/0 1/1");
	rig_free(r);
}

static void
state_moves(void)
{
	struct rig *r = rig_config("RigIn -> e :: AggregateIPFlows -> RigOut;");
	char *errors;

	push_tcp(r, 1, 2, SYN, 1);
	push_ip(r, 0x0002, 17, 1, 2, "00000000", 1);
	push_ip(r, 0x2000, 17, 1, 2, "00010002 00080000", 1);
	rig_clear(r);
	errors = rig_swap(r, "RigIn -> e :: AggregateIPFlows -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	push_tcp(r, 1, 3, SYN, 1);
	push_tcp(r, 2, 1, SYN, 50);
	expect(r, "3/0 2/0 2/0 1/1");
	rig_free(r);
}

// A packet on its way out calls a handler that sends others.
static void
called_while_it_emits(void)
{
	struct rig *r = rig_config("RigIn -> e :: AggregateIPFlows -> c :: IPClassifier(tcp, -);"
				   "c -> AggregateCounter(COUNT_CALL 1 e.clear) -> RigOut(0);"
				   "c [1] -> RigOut(1);");
	struct packet *batch[2];

	push_ip(r, 0x2000, 17, 1, 2, "00010002 00080000", 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 0);
	batch[0] = rig_hex("45000028 00070000 40060000 0a000001 0a000003 00650067 00000000"
			   "00000000 50020000");
	batch[1] = rig_hex("45000028 00070000 40110000 0a000001 0a000004 00650067 00080000");
	prepare(batch[0]);
	prepare(batch[1]);
	rig_push_batch(r, 0, batch, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
}

static void
writes_traceinfo(void)
{
	struct rig *r;
	struct dumpfile f = DUMPFILE_INIT;
	struct strbuf got = STRBUF_INIT;
	char *want;

	dumpfile_header(&f, 0xa1b2c3d4, 4, 1);
	dumpfile_save(&f, "d");
	r = rig_config(
		tempdir_text("RigIn -> e :: AggregateIPFlows(TRACEINFO @/out, SOURCE d) -> RigOut;"
			     "d :: FromDump(@/d, ACTIVE false) -> Discard;"));
	push_tcp(r, 2, 1, SYN, 1);
	push_tcp(r, 1, 2, SYN, 3);
	push_tcp(r, 2, 1, SYN, 4);
	rig_free(r);
	tempdir_read("out", &got);
	want = mem_printf(
		"<?xml version='1.0' standalone='yes'?>\n<trace file='%s'>\n"
		"<flow aggregate='1' src='10.0.0.2' sport='102' dst='10.0.0.1' dport='101'"
		" begin='1.000000' duration='3.000000' filepos='0'>\n"
		"  <stream dir='0' packets='2' /><stream dir='1' packets='1' />\n"
		"</flow>\n</trace>\n",
		tempdir_name("d"));
	ASSERT_TEXT(strbuf_text(&got), want);
	free(want);
	strbuf_fini(&got);
}

static void
arguments(void)
{
	char *errors = rig_config_errors(
		"Idle -> Queue -> AggregateIPFlows(FRAGMENTS true) -> Unqueue -> Discard;");

	CU_ASSERT_PTR_NOT_NULL(
		strstr(errors, "'FRAGMENTS true' is incompatible with pull; run this "
			       "element in a push context\n"));
	free(errors);
	ASSERT_ERRORS("AggregateIPFlows(TRACEINFO /nonexistent/x)", 1, 1,
		"/nonexistent/x: No such file or directory\n");
	ASSERT_ERRORS("AggregateIPFlows(TCP_TIMEOUT x, ICMP x)", 1, 1,
		"TCP_TIMEOUT: invalid number\nICMP: parse error\n");
}

UNIT_SUITE(aggregateipflows, UNIT_CASE(numbers_flows), UNIT_CASE(flows_end),
	UNIT_CASE(icmp_errors_belong_to_flows), UNIT_CASE(fragments_wait), UNIT_CASE(pulls),
	UNIT_CASE(state_moves), UNIT_CASE(called_while_it_emits), UNIT_CASE(writes_traceinfo),
	UNIT_CASE(arguments))
