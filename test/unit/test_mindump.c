// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/flowpacket.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// ToMinDump and FromMinDump.

static struct rig *
open_rig(const char *element, unsigned n_in, unsigned n_out)
{
	return rig_new(tempdir_text(element), n_in, n_out);
}

static void
push_at(struct rig *r, struct packet *p, int64_t ns)
{
	packet_set_timestamp(p, ns);
	rig_push(r, 0, p);
}

#define TCP                                                                                \
	"4500002c 00070000 40060000 01000001 02000002 000a0014 00000064 000000c8 60182000" \
	"12340000 02040578"

static void
write_file(const char *name)
{
	struct strbuf element = STRBUF_INIT;
	struct rig *r;
	struct packet *p;

	strbuf_addf(&element, "ToMinDump(@/%s)", name);
	r = open_rig(strbuf_text(&element), 1, 1);
	p = ippacket_marked(rig_hex("ffff" TCP "616263"));
	packet_data_rw(p)[5] = 47;
	packet_set_network(p, 2, 20);
	push_at(r, p, 5 * CLOCK_S);
	push_at(r, flowpacket_make(&(struct flowpacket){.sport = 9, .data = "abc"}),
		5 * CLOCK_S + 7);
	rig_push_hex(r, 0, "00");
	// Later fragments have no ports.
	p = flowpacket_make(&(struct flowpacket){.sport = 9, .data = "abc"});
	packet_data_rw(p)[7] = 5;
	push_at(r, p, 6 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "skipped", "1");
	ASSERT_TEXT(rig_write(r, "flush", ""), "");
	rig_free(r);
	strbuf_fini(&element);
}

static void
there_and_back(void)
{
	struct strbuf file = STRBUF_INIT;
	struct rig *r;

	write_file("m1");
	tempdir_read("m1", &file);
	CU_ASSERT_EQUAL(file.len, 8 + 3 * 12 + 44 + 28 + 20);
	CU_ASSERT_EQUAL(memcmp(strbuf_text(&file), "MINDUMP\1", 8), 0);
	strbuf_fini(&file);
	r = open_rig("FromMinDump(@/m1)", 0, 1);
	rig_run(r, 20);
	CU_ASSERT_TRUE(rig_stopped(r));
	CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 3);
	rig_expect_hex(r, 0, 0,
		"4500002f 00070000 40060000 01000001 02000002 000a0014 00000064 000000c8 60182000"
		"12340000 02040578 000000");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 5 * CLOCK_S);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 0)), 20);
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 31);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 1))[21], 9);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 1)), 5 * CLOCK_S + 7);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 2)), 31);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[21], 0);
	rig_free(r);
}

static void
loops(void)
{
	struct rig *r;

	write_file("m2");
	r = rig_config(
		tempdir_text("c :: Counter; Idle -> c -> Discard; Message(x);"
			     "e :: FromMinDump(@/m2, TIMES 3, LOOP_CALL c.reset) -> RigOut;"));
	rig_run(r, 40);
	CU_ASSERT_EQUAL(rig_count(r, 0), 9);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = open_rig("FromMinDump(@/m2, TIMES -1, LIMIT 7, STOP false)", 0, 1);
	rig_run(r, 40);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_free(r);
}

static void
pulled_with_timing(void)
{
	struct rig *r;

	write_file("m3");
	r = rig_config(
		tempdir_text("e :: FromMinDump(@/m3, TIMING true, ACTIVE false) -> RigOut;"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	rig_run_for(r, 2 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_S / 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

// Each end that the file may have, and each byte wrong.
static void
damaged_files(void)
{
	struct strbuf file = STRBUF_INIT;

	write_file("m4");
	tempdir_read("m4", &file);
	for (size_t n = 8; n < file.len; n++) {
		struct rig *r;

		tempdir_write("m5", strbuf_text(&file), n);
		r = open_rig("FromMinDump(@/m5)", 0, 1);
		rig_run(r, 10);
		CU_ASSERT_TRUE(rig_stopped(r));
		CU_ASSERT(rig_count(r, 0) < 3);
		CU_ASSERT_EQUAL(*rig_chatter(r) == '\0', n == 8 || n == 64 || n == 104);
		rig_free(r);
	}
	for (size_t i = 8; i < file.len; i++) {
		struct rig *r;

		file.data[i] = (char)(file.data[i] ^ 0x80);
		tempdir_write("m5", strbuf_text(&file), file.len);
		file.data[i] = (char)(file.data[i] ^ 0x80);
		r = open_rig("FromMinDump(@/m5)", 0, 1);
		rig_run(r, 20);
		CU_ASSERT_TRUE(rig_stopped(r));
		rig_free(r);
	}
	strbuf_fini(&file);
}

static void
hot_swap(void)
{
	struct rig *r;
	char *errors, *to, *from;

	to = mem_strdup(
		tempdir_text("RigIn(0) -> e :: ToMinDump(@/m6, VERBOSE true) -> RigOut(0)"));
	r = rig_config(to);
	push_at(r, flowpacket_make(&(struct flowpacket){.sport = 1}), 1);
	errors = rig_swap(r, to);
	ASSERT_TEXT(errors, "");
	free(errors);
	push_at(r, flowpacket_make(&(struct flowpacket){.sport = 2}), 2);
	ASSERT_READ(r, "count", "2");
	rig_free(r);
	from = mem_strdup(tempdir_text("e :: FromMinDump(@/m6) -> RigOut(0)"));
	r = rig_config(from);
	rig_run(r, 1);
	errors = rig_swap(r, from);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	free(to);
	free(from);
}

static void
errors(void)
{
	tempdir_write("m7", "MINDUMP\2", 8);
	ASSERT_ERRORS("ToMinDump", 1, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS(
		"ToMinDump(/nonexistent/x)", 1, 1, "/nonexistent/x: No such file or directory\n");
	ASSERT_ERRORS(
		"FromMinDump(/nonexistent/x)", 0, 1, "/nonexistent/x: No such file or directory\n");
	ASSERT_ERRORS("FromMinDump(/dev/null)", 0, 1, "/dev/null: not a file of ToMinDump\n");
	ASSERT_ERRORS("FromMinDump(/dev/null, BURST 2)", 0, 1, "BURST: unknown argument\n");
}

static void
truncated_packets(void)
{
	struct strbuf element = STRBUF_INIT;

	strbuf_adds(&element, tempdir_text("ToMinDump(@/m8)"));
	rig_truncations(strbuf_text(&element), 1, 1, 0, TCP, ippacket_mark);
	strbuf_fini(&element);
}

UNIT_SUITE(mindump, UNIT_CASE(there_and_back), UNIT_CASE(loops), UNIT_CASE(pulled_with_timing),
	UNIT_CASE(damaged_files), UNIT_CASE(hot_swap), UNIT_CASE(errors),
	UNIT_CASE(truncated_packets))
