// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

static void
push_to(struct rig *r, unsigned input, uint32_t aggregate)
{
	struct packet *p = rig_hex("00010203");

	packet_set_anno_u32(p, ANNO_AGGREGATE, aggregate);
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, 2);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	packet_set_network(p, 1, 2);
	rig_push(r, input, p);
}

static void
push(struct rig *r, uint32_t aggregate)
{
	push_to(r, 0, aggregate);
}

static void
expect_file(struct rig *r, const char *handler, const char *want)
{
	struct strbuf bytes = STRBUF_INIT;

	ASSERT_TEXT(rig_write(r, handler, tempdir_name("out")), "");
	tempdir_read("out", &bytes);
	ASSERT_TEXT(strbuf_text(&bytes), want);
	strbuf_fini(&bytes);
}

static void
counts(void)
{
	static const struct {
		const char *element, *count;
	} cases[] = {
		{"AggregateCounter", "9"},
		{"AggregateCounter(MULTIPACKET false)", "3"},
		{"AggregateCounter(BYTES true)", "312"},
		{"AggregateCounter(BYTES true, IP_BYTES true)", "309"},
		{"AggregateCounter(BYTES true, EXTRA_LENGTH false)", "12"},
	};

	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		struct rig *r = rig_new(cases[i].element, 1, 1);

		push(r, 5);
		push(r, 0);
		push(r, 5);
		ASSERT_READ(r, "count", cases[i].count);
		ASSERT_READ(r, "nagg", "2");
		CU_ASSERT_EQUAL(rig_count(r, 0), 3);
		ASSERT_TEXT(rig_write(r, "clear", ""), "");
		ASSERT_READ(r, "count", "0");
		ASSERT_READ(r, "nagg", "0");
		rig_free(r);
	}
}

static void
files(void)
{
	struct rig *r = rig_new("AggregateCounter(BANNER \"hello\", MULTIPACKET false)", 1, 1);
	struct strbuf bytes = STRBUF_INIT, hex = STRBUF_INIT;

	push(r, 0x01020304);
	push(r, 5);
	push(r, 5);
	push(r, 5);
	expect_file(
		r, "write_text_file", "!IPAggregate 1.0\nhello\n!num_nonzero 2\n5 3\n16909060 1\n");
	expect_file(r, "write_ascii_file",
		"!IPAggregate 1.0\nhello\n!num_nonzero 2\n5 3\n16909060 1\n");
	ASSERT_TEXT(rig_write(r, "banner", "\"\""), "");
	expect_file(r, "write_ip_file",
		"!IPAggregate 1.0\n!num_nonzero 2\n!ip\n0.0.0.5 3\n1.2.3.4 1\n");
	expect_file(
		r, "write_pdf_file", "!IPAggregate 1.0\n!num_nonzero 2\n5 0.75\n16909060 0.25\n");
	ASSERT_TEXT(rig_write(r, "write_file", tempdir_name("out")), "");
	tempdir_read("out", &bytes);
	strbuf_addhex(&hex, (const uint8_t *)bytes.data + bytes.len - 27, 27);
	ASSERT_TEXT(strbuf_text(&hex), "217061636b65645f6c650a" /* !packed_le */ "0500000003000000"
				       "0403020101000000");
	strbuf_fini(&bytes);
	strbuf_fini(&hex);
	push(r, 7);
	ASSERT_TEXT(rig_write(r, "reaggregate_counts", ""), "");
	expect_file(r, "write_text_file", "!IPAggregate 1.0\n!num_nonzero 2\n1 2\n3 1\n");
	ASSERT_TEXT(rig_write(r, "counts_pdf", ""), "");
	expect_file(r, "write_text_file", "!IPAggregate 1.0\n!num_nonzero 2\n1 1\n2 1\n");
	ASSERT_TEXT(rig_write(r, "write_file", ""), "argument should be filename\n");
	ASSERT_TEXT(rig_write(r, "write_file", "/nonexistent/x"),
		"/nonexistent/x: No such file or directory\n");
	rig_free(r);
}

static void
freezes(void)
{
	struct rig *r = rig_new("AggregateCounter(AGGREGATE_FREEZE 2)", 2, 2);

	ASSERT_READ(r, "aggregate_call", "2 e.freeze true");
	push(r, 1);
	push_to(r, 1, 2);
	push_to(r, 1, 1);
	push(r, 2);
	ASSERT_READ(r, "freeze", "false");
	push(r, 3);
	ASSERT_READ(r, "freeze", "true");
	ASSERT_READ(r, "aggregate_call", "");
	push(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	ASSERT_READ(r, "nagg", "2");
	ASSERT_TEXT(rig_write(r, "freeze", "false"), "");
	push(r, 3);
	ASSERT_READ(r, "nagg", "3");
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	push(r, 3);
	ASSERT_READ(r, "count", "15");
	rig_free(r);
}

static void
stops_and_calls(void)
{
	struct rig *r = rig_new("AggregateCounter(COUNT_STOP 6)", 1, 1);

	push(r, 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	push(r, 1);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "active", "false");
	rig_free(r);
	r = rig_new("AggregateCounter", 1, 1);
	ASSERT_TEXT(rig_write(r, "stop", ""), "");
	CU_ASSERT_TRUE(rig_stopped(r));
	push(r, 1);
	ASSERT_READ(r, "count", "0");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	r = rig_new("AggregateCounter(AGGREGATE_CALL 1 e.clear)", 1, 1);
	push(r, 1);
	push(r, 2);
	ASSERT_READ(r, "nagg", "1");
	ASSERT_TEXT(rig_write(r, "count_call", "5 e.clear"), "");
	ASSERT_READ(r, "count_call", "5 e.clear");
	push(r, 2);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "count_call", "");
	ASSERT_TEXT(rig_write(r, "count_call", "x"),
		"argument to 'count_call' should be 'N HANDLER [VALUE]'\n");
	ASSERT_TEXT(rig_write(r, "aggregate_call", "5 e.nope"), "no 'e.nope' write handler\n");
	ASSERT_TEXT(rig_write(r, "aggregate_call", ""), "");
	rig_free(r);
	// The aggregate that was new is there when the call has been made.
	r = rig_new("AggregateCounter(AGGREGATE_CALL 1 e.reaggregate_counts)", 1, 1);
	push(r, 1);
	push(r, 3);
	ASSERT_READ(r, "nagg", "1");
	expect_file(r, "write_text_file", "!IPAggregate 1.0\n!num_nonzero 1\n3 4\n");
	rig_free(r);
	// A call that asks for another one.
	r = rig_new("AggregateCounter(COUNT_CALL 3 e.count_call 9 e.clear)", 1, 1);
	push(r, 1);
	ASSERT_READ(r, "count_call", "9 e.clear");
	push(r, 1);
	push(r, 1);
	ASSERT_READ(r, "count_call", "");
	ASSERT_READ(r, "count", "0");
	rig_free(r);
}

static void
limits(void)
{
	struct rig *r = rig_new_pull("AggregateCounter(CAPACITY 1)", 1, 1);

	push(r, 1);
	push(r, 2);
	push(r, 1);
	rig_pull(r, 0, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "count", "6");
	ASSERT_READ(r, "overflows", "1");
	rig_free(r);
}

static void
swaps(void)
{
#define CALLS "RigIn -> e :: AggregateCounter(COUNT_FREEZE 3, AGGREGATE_CALL 5 e.clear) -> RigOut;"
	struct rig *r = rig_config("RigIn -> e :: AggregateCounter -> RigOut;");
	char *errors;

	push(r, 1);
	errors = rig_swap(r, "RigIn -> e :: AggregateCounter -> RigOut;");
	ASSERT_TEXT(errors, "");
	free(errors);
	push(r, 1);
	push(r, 2);
	ASSERT_READ(r, "count", "9");
	ASSERT_READ(r, "nagg", "2");
	rig_free(r);
	// What has been called is not called again.
	r = rig_config(CALLS);
	push(r, 1);
	ASSERT_READ(r, "freeze", "true");
	ASSERT_TEXT(rig_write(r, "freeze", "false"), "");
	errors = rig_swap(r, CALLS);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "count_call", "");
	ASSERT_READ(r, "aggregate_call", "5 e.clear");
	push(r, 1);
	ASSERT_READ(r, "freeze", "false");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("AggregateCounter(AGGREGATE_STOP 1, AGGREGATE_FREEZE 1)", 1, 1,
		"'AGGREGATE_FREEZE', 'AGGREGATE_STOP', and 'AGGREGATE_CALL' are mutually exclusive\n");
	ASSERT_ERRORS("AggregateCounter(COUNT_STOP 1, COUNT_CALL 1 x)", 1, 1,
		"'COUNT_FREEZE', 'COUNT_STOP', and 'COUNT_CALL' are mutually exclusive\n");
	ASSERT_ERRORS("AggregateCounter(AGGREGATE_CALL x)", 1, 1,
		"AGGREGATE_CALL first word should be unsigned (number of aggregates)\n");
	ASSERT_ERRORS("AggregateCounter(COUNT_CALL x)", 1, 1,
		"COUNT_CALL first word should be unsigned (count)\n");
	ASSERT_ERRORS("AggregateCounter(COUNT_CALL 1 e.x)", 1, 1, "no 'e.x' write handler\n");
	ASSERT_ERRORS("AggregateCounter(BYTES x, CAPACITY 0)", 1, 1,
		"BYTES: parse error\nCAPACITY: out of range, bound 1\n");
}

UNIT_SUITE(aggregatecounter, UNIT_CASE(counts), UNIT_CASE(files), UNIT_CASE(freezes),
	UNIT_CASE(stops_and_calls), UNIT_CASE(limits), UNIT_CASE(swaps), UNIT_CASE(arguments))
