// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

#define FLOW "1.2.3.4|5.6.7.8|9.9.9.9|3|4|5|1000|100|104.5|80|1024|0|18|6|8|0\n"

static struct rig *
open_rig(const char *text, const char *args)
{
	char *element;
	struct rig *r;

	tempdir_write("a", text, strlen(text));
	element = mem_printf("FromNetFlowSummaryDump(%s%s)", tempdir_text("@/a"), args);
	r = rig_new(element, 0, 1);
	free(element);
	rig_run(r, 1000);
	return r;
}

static void
makes_packets(void)
{
	struct rig *r = open_rig("# comment\n\n" FLOW
				 "1.2.3.4 | 5.6.7.8 |9.9.9.9|3|4|1|28|100|100|1|2|0|0|17|0",
		", STOP true");
	const struct packet *p;

	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0,
		"450803e8 00000000 64060000 01020304 05060708"
		"00500400 00000000 00000000 50120000 00000000");
	rig_expect_hex(r, 0, 1, "4500001c 00000000 64110000 01020304 05060708 00010002 00080000");
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_timestamp(p), 104 * CLOCK_S + 500 * CLOCK_MS);
	CU_ASSERT_EQUAL((int64_t)packet_anno_u64(p, ANNO_FIRST_TIMESTAMP), 100 * CLOCK_S);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_PACKETS), 4);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 960);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 3);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "bad_lines", "0");
	ASSERT_READ(r, "encap", "IP");
	rig_free(r);
}

static void
paints(void)
{
	struct rig *r = open_rig(FLOW, ", LINK output");

	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 4);
	rig_free(r);
	r = open_rig(FLOW, ", LINK both");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 0x43);
	rig_free(r);
}

static void
spreads(void)
{
	struct rig *r = open_rig(FLOW, ", MULTIPACKET true");
	uint32_t bytes = 0;

	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	for (unsigned i = 0; i < rig_count(r, 0); i++) {
		const struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_timestamp(p),
			i == 4 ? 104500 * CLOCK_MS : 100 * CLOCK_S + i * 1125 * CLOCK_MS);
		CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_PACKETS), 0);
		bytes += packet_length(p) + packet_anno_u32(p, ANNO_EXTRA_LENGTH);
	}
	CU_ASSERT_EQUAL(bytes, 1000);
	rig_free(r);
}

static void
counts_bad_lines(void)
{
	static const char *const bad[] = {
		"x",
		"1.2.3.4|5.6.7.8|9.9.9.9|3|4|5|1000|100|104.5|80|1024|0|18|6",
		"1.2.3|5.6.7.8|9.9.9.9|3|4|5|1000|100|104.5|80|1024|0|18|6|0",
		"1.2.3.4|5.6.7.8|9.9.9.9|3|4|0|1000|100|104.5|80|1024|0|18|6|0",
		"1.2.3.4|5.6.7.8|9.9.9.9|3|4|5|-1|100|104.5|80|1024|0|18|6|0",
		"1.2.3.4|5.6.7.8|9.9.9.9|3|4|5|1000|100|x|80|1024|0|18|6|0",
		"1.2.3.4|5.6.7.8|9.9.9.9|3|4|5|1000|100|104|65536|1024|0|18|6|0",
		"1.2.3.4|5.6.7.8|9.9.9.9|3|4|5|1000|100|104|80|1024|0|256|6|0",
		"||||||||||||||",
	};
	struct strbuf text = STRBUF_INIT;
	struct rig *r;

	for (unsigned i = 0; i < RTE_DIM(bad); i++)
		strbuf_addf(&text, "%s\n", bad[i]);
	strbuf_adds(&text, FLOW);
	r = open_rig(strbuf_text(&text), "");
	strbuf_fini(&text);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_READ(r, "bad_lines", "9");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "a:1: bad format\n"));
	rig_free(r);
}

static void
survives_truncation(void)
{
	for (size_t cut = 0; cut < strlen(FLOW); cut++) {
		char *text = mem_strndup(FLOW, cut);
		struct rig *r = open_rig(text, "");

		CU_ASSERT_TRUE(rig_count(r, 0) <= 1);
		rig_free(r);
		free(text);
	}
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("FromNetFlowSummaryDump()", 0, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS("FromNetFlowSummaryDump(a, LINK x)", 0, 1,
		"'LINK' should be 'input', 'output', or 'both'\n");
	ASSERT_ERRORS(
		"FromNetFlowSummaryDump(/nosuch)", 0, 1, "/nosuch: No such file or directory\n");
}

UNIT_SUITE(fromnetflowsummarydump, UNIT_CASE(makes_packets), UNIT_CASE(paints), UNIT_CASE(spreads),
	UNIT_CASE(counts_bad_lines), UNIT_CASE(survives_truncation),
	UNIT_CASE(configuration_errors))
