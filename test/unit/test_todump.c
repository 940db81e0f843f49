// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

#define MAGIC 0xa1b2c3d4
#define MAGIC_NS 0xa1b23c4d

enum { WRITE_ERROR };

static struct rig *
open_rig(const char *args, unsigned n_out)
{
	char *element = mem_printf("ToDump(%s)", tempdir_text(args));
	struct rig *r = rig_new(element, 1, n_out);

	free(element);
	return r;
}

static void
push_at(struct rig *r, const char *hex, int64_t ns)
{
	struct packet *p = rig_hex(hex);

	packet_set_timestamp(p, ns);
	rig_push(r, 0, p);
}

// Header as the files here have it.
static void
want_header(struct dumpfile *f, uint32_t magic, uint32_t snaplen, uint32_t link_type)
{
	dumpfile_u32(f, magic);
	dumpfile_u16(f, 2);
	dumpfile_u16(f, 4);
	dumpfile_u32(f, 0);
	dumpfile_u32(f, 0);
	dumpfile_u32(f, snaplen);
	dumpfile_u32(f, link_type);
}

static void
expect_file(const char *name, struct dumpfile *want)
{
	struct strbuf got = STRBUF_INIT, got_hex = STRBUF_INIT, want_hex = STRBUF_INIT;

	tempdir_read(name, &got);
	strbuf_addhex(&got_hex, (const uint8_t *)strbuf_text(&got), got.len);
	strbuf_addhex(&want_hex, (const uint8_t *)strbuf_text(&want->bytes), want->bytes.len);
	ASSERT_TEXT(strbuf_text(&got_hex), strbuf_text(&want_hex));
	strbuf_fini(&got);
	strbuf_fini(&got_hex);
	strbuf_fini(&want_hex);
	strbuf_fini(&want->bytes);
}

static void
writes_records(void)
{
	struct dumpfile want = DUMPFILE_INIT;
	struct rig *r = open_rig("@/t1", 0);
	struct packet *p = rig_segments("101112131415", 2);

	packet_set_timestamp(p, 7 * CLOCK_S + 123456789);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	rig_push(r, 0, p);
	push_at(r, "", CLOCK_S);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "filename", tempdir_name("t1"));
	CU_ASSERT_EQUAL(lcore_self->n_sent, 2);
	rig_free(r);
	want_header(&want, MAGIC_NS, 2000, 1);
	dumpfile_record(&want, 7, 123456789, 6, 106, 0x10, 6);
	dumpfile_record(&want, 1, 0, 0, 0, 0, 0);
	expect_file("t1", &want);
}

static void
arguments_change_the_format(void)
{
	struct dumpfile want = DUMPFILE_INIT;
	struct rig *r = open_rig("@/t2, 3, IP, NANO false, EXTRA_LENGTH false", 0);
	struct packet *p = rig_hex("101112131415");

	packet_set_timestamp(p, 7 * CLOCK_S + 123456789);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 100);
	rig_push(r, 0, p);
	rig_free(r);
	want_header(&want, MAGIC, 3, 101);
	dumpfile_record(&want, 7, 123456, 3, 6, 0x10, 3);
	expect_file("t2", &want);
	r = open_rig("@/t3, SNAPLEN 0, ENCAP #77", 0);
	push_at(r, "1011", CLOCK_S);
	rig_free(r);
	want_header(&want, MAGIC_NS, 0xffffffff, 77);
	dumpfile_record(&want, 1, 0, 2, 2, 0x10, 2);
	expect_file("t3", &want);
}

static void
packets_without_a_time_have_the_present_one(void)
{
	struct rig *r = open_rig("@/t4", 0);
	struct strbuf got = STRBUF_INIT;
	uint32_t seconds;

	rig_push_hex(r, 0, "01");
	rig_free(r);
	tempdir_read("t4", &got);
	CU_ASSERT_EQUAL_FATAL(got.len, 24 + 16 + 1);
	memcpy(&seconds, got.data + 24, sizeof(seconds));
	CU_ASSERT_EQUAL(seconds, 1000000000);
	strbuf_fini(&got);
}

static void
passes_packets_on(void)
{
	struct rig *r = open_rig("@/t5", 1);

	push_at(r, "0102", CLOCK_S);
	rig_expect_hex(r, 0, 0, "0102");
	ASSERT_READ(r, "count", "1");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "handlers",
		"reset_counts\twb\ncount\tr\nfilename\tr.\nhandlers\tr.\nports\tr.\nconfig\tr.\n"
		"class\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new_pull(tempdir_text("ToDump(@/t5)"), 1, 1);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 2);
	rig_expect_hex(r, 0, 1, "02");
	ASSERT_READ(r, "count", "2");
	rig_free(r);
}

static void
pulls_by_a_task(void)
{
	struct dumpfile want = DUMPFILE_INIT;
	struct rig *r = rig_config(tempdir_text("RigIn -> Queue(10) -> e :: ToDump(@/t6)"));

	rig_run(r, 10);
	for (unsigned i = 0; i < 3; i++)
		push_at(r, "1011", CLOCK_S);
	rig_run(r, 20);
	ASSERT_READ(r, "count", "3");
	push_at(r, "1011", CLOCK_S);
	rig_run(r, 20);
	ASSERT_READ(r, "count", "4");
	ASSERT_READ(r, "tickets", "1024");
	rig_free(r);
	want_header(&want, MAGIC_NS, 2000, 1);
	for (unsigned i = 0; i < 4; i++)
		dumpfile_record(&want, 1, 0, 2, 2, 0x10, 2);
	expect_file("t6", &want);
}

static void
unbuffered_packets_are_there_at_once(void)
{
	struct dumpfile want = DUMPFILE_INIT;
	struct rig *r = open_rig("@/t7, UNBUFFERED true", 0);

	push_at(r, "1011", CLOCK_S);
	want_header(&want, MAGIC_NS, 2000, 1);
	dumpfile_record(&want, 1, 0, 2, 2, 0x10, 2);
	expect_file("t7", &want);
	rig_free(r);
	r = open_rig("@/t8", 0);
	push_at(r, "1011", CLOCK_S);
	want_header(&want, MAGIC_NS, 2000, 1);
	expect_file("t8", &want);
	rig_free(r);
}

// More than the buffer holds, in packets longer than a buffer of the pool.
static void
much_is_written_whole(void)
{
	struct rig *r = open_rig("@/t9, 0", 0);
	struct strbuf got = STRBUF_INIT;

	for (unsigned i = 0; i < 20; i++) {
		struct packet *p = packet_alloc(0, 65535);

		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_TRUE(packet_write(&p, 65531, "\x01\x02\x03\x04", 4));
		rig_push(r, 0, p);
	}
	rig_free(r);
	tempdir_read("t9", &got);
	CU_ASSERT_EQUAL_FATAL(got.len, 24 + 20 * (16 + 65535));
	CU_ASSERT_EQUAL(memcmp(got.data + got.len - 4, "\x01\x02\x03\x04", 4), 0);
	strbuf_fini(&got);
}

static void
what_was_there_goes_when_the_router_runs(void)
{
	struct dumpfile want = DUMPFILE_INIT;
	struct strbuf got = STRBUF_INIT;
	struct rig *r;
	char *errors;

	tempdir_write("t10", "precious", 8);
	errors = rig_config_errors(
		tempdir_text("Idle -> ToDump(@/t10) -> Discard; Idle -> x :: ToDump(@/no/where)"));
	ASSERT_TEXT(errors, tempdir_text("config:1: While initializing 'x :: ToDump':\n"
					 "  @/no/where: No such file or directory\n"));
	free(errors);
	tempdir_read("t10", &got);
	ASSERT_TEXT(strbuf_text(&got), "precious");
	strbuf_fini(&got);
	r = open_rig("@/t10", 0);
	rig_run(r, 2);
	want_header(&want, MAGIC_NS, 2000, 1);
	expect_file("t10", &want);
	rig_free(r);
	// Packets may come first.
	tempdir_write("t10", "precious and longer than what will be written there", 50);
	r = open_rig("@/t10", 0);
	push_at(r, "10", CLOCK_S);
	rig_run(r, 2);
	push_at(r, "11", CLOCK_S);
	rig_free(r);
	want_header(&want, MAGIC_NS, 2000, 1);
	dumpfile_record(&want, 1, 0, 1, 1, 0x10, 1);
	dumpfile_record(&want, 1, 0, 1, 1, 0x11, 1);
	expect_file("t10", &want);
}

static void
compresses(void)
{
	static const char *const names[] = {"t11.gz", "t11.bz2"};

	for (unsigned i = 0; i < 2; i++) {
		char *element = mem_printf("ToDump(%s)", tempdir_name(names[i]));
		struct rig *r = rig_new(element, 1, 0);
		struct dumpfile want = DUMPFILE_INIT;
		char *command;

		free(element);
		push_at(r, "1011", CLOCK_S);
		rig_free(r);
		command = mem_printf("%s -c %s > %s", i ? "bzcat" : "zcat", tempdir_name(names[i]),
			tempdir_name("t11"));
		CU_ASSERT_EQUAL(system(command), 0);
		free(command);
		want_header(&want, MAGIC_NS, 2000, 1);
		dumpfile_record(&want, 1, 0, 2, 2, 0x10, 2);
		expect_file("t11", &want);
	}
}

static void
errors_are_told_once(void)
{
	struct rig *r = rig_new("ToDump(/dev/full, UNBUFFERED true)", 1, 0);

	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	ASSERT_TEXT(rig_chatter(r), "ToDump(/dev/full): No space left on device\n");
	CU_ASSERT_EQUAL(rig_drops(r, WRITE_ERROR), 2);
	ASSERT_READ(r, "count", "0");
	rig_free(r);
	r = rig_new("ToDump(/dev/full, UNBUFFERED true)", 1, 1);
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "count", "0");
	rig_free(r);
	// Buffered: seen when the buffer is full.
	r = rig_new("ToDump(/dev/full, 0)", 1, 0);
	for (unsigned i = 0; i < 10; i++)
		rig_push(r, 0, packet_alloc(0, 60000));
	ASSERT_TEXT(rig_chatter(r), "ToDump(/dev/full): No space left on device\n");
	ASSERT_READ(r, "count", "0"); // four were lost in the buffer
	CU_ASSERT_EQUAL(rig_drops(r, WRITE_ERROR), 6);
	rig_free(r);
}

static void
a_reader_that_left_is_an_error(void)
{
	struct rig *r;
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	int out = dup(STDOUT_FILENO), ends[2];

	CU_ASSERT_EQUAL(pipe(ends), 0);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[0]);
	close(ends[1]);
	r = rig_new("ToDump(-, UNBUFFERED true)", 1, 0);
	dup2(out, STDOUT_FILENO);
	close(out);
	rig_push_hex(r, 0, "01");
	ASSERT_READ(r, "filename", "<stdout>");
	ASSERT_TEXT(rig_chatter(r), "ToDump(<stdout>): Broken pipe\n");
	rig_free(r);
	signal(SIGPIPE, old);
}

static void
takes_the_encapsulation_from_others(void)
{
	struct dumpfile f = DUMPFILE_INIT;
	struct rig *r;
	char *errors;

	want_header(&f, MAGIC, 2000, 113);
	dumpfile_save(&f, "s1");
	want_header(&f, MAGIC, 2000, 101);
	dumpfile_save(&f, "s2");
	r = rig_config(tempdir_text("e :: ToDump(@/t12, USE_ENCAP_FROM s t);"
				    "Idle -> e; s :: FromDump(@/s1) -> Discard;"
				    "t :: FromDump(@/s1) -> Discard;"));
	rig_free(r);
	want_header(&f, MAGIC_NS, 2000, 113);
	expect_file("t12", &f);
	errors = rig_config_errors(tempdir_text("e :: ToDump(@/t13, USE_ENCAP_FROM s t);"
						"Idle -> e; s :: FromDump(@/s1) -> Discard;"
						"t :: FromDump(@/s2) -> Discard;"));
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ToDump':\n"
			    "  source encapsulation types disagree:\n"
			    "    s: SLL\n"
			    "    t: IP\n");
	free(errors);
	errors = rig_config_errors(
		tempdir_text("e :: ToDump(@/t13, USE_ENCAP_FROM i x c);"
			     "i :: Idle -> e; c :: Script(TYPE PROXY, return ATMOS)"));
	ASSERT_TEXT(errors, "config:1: While initializing 'e :: ToDump':\n"
			    "  'i' has no 'encap' read handler\n"
			    "  no element named 'x'\n"
			    "  'c.encap' did not return a valid encapsulation type\n");
	free(errors);
}

static void
the_file_moves_to_a_new_router(void)
{
	struct rig *r = rig_config(tempdir_text("e :: ToDump(@/t14); f :: ToDump(@/t14);"
						"g :: ToDump(@/t14, ENCAP IP);"
						"RigIn(0) -> e; RigIn(1) -> f; Idle -> g"));
	struct element *e = rig_element(r), *f = rig_find(r, "f"), *g = rig_find(r, "g");
	struct dumpfile want = DUMPFILE_INIT;
	struct packet *p = rig_hex("1112");
	struct errh errh;

	errh_init_silent(&errh);
	push_at(r, "1011", CLOCK_S);
	CU_ASSERT_EQUAL(g->class->take_state(g, e, &errh), 0);
	CU_ASSERT_EQUAL(f->class->take_state(f, e, &errh), 0);
	ASSERT_READ(r, "f.count", "1");
	packet_set_timestamp(p, CLOCK_S);
	rig_push(r, 1, p);
	g->class->cleanup(g);
	g->info->configured = false;
	rig_free(r);
	want_header(&want, MAGIC_NS, 2000, 1);
	dumpfile_record(&want, 1, 0, 2, 2, 0x10, 2);
	dumpfile_record(&want, 1, 0, 2, 2, 0x11, 2);
	expect_file("t14", &want);
}

// Its header says what times and lengths are, whatever the new arguments say.
static void
the_file_keeps_its_format(void)
{
	struct dumpfile want = DUMPFILE_INIT;
	struct rig *r = rig_config(tempdir_text("RigIn -> e :: ToDump(@/t30, SNAPLEN 2);"));

	push_at(r, "101112", 7 * CLOCK_S + 123456789);
	free(rig_swap(r, tempdir_text("RigIn -> e :: ToDump(@/t30, NANO false);")));
	push_at(r, "101112", 7 * CLOCK_S + 123456789);
	push_at(r, "10", -1); // fractions count forwards, seconds are as they may be
	rig_free(r);
	want_header(&want, MAGIC_NS, 2, 1);
	for (unsigned i = 0; i < 2; i++)
		dumpfile_record(&want, 7, 123456789, 2, 3, 0x10, 2);
	dumpfile_record(&want, UINT32_MAX, 999999999, 1, 1, 0x10, 1);
	expect_file("t30", &want);
}

static void
what_is_written_can_be_read(void)
{
	struct rig *r = open_rig("@/t15, 96", 0);
	struct strbuf packet = STRBUF_INIT;

	for (unsigned i = 0; i < 100; i++) {
		push_at(r, strbuf_text(&packet), (i + 1) * CLOCK_S + i);
		strbuf_adds(&packet, "ab");
	}
	strbuf_fini(&packet);
	rig_free(r);
	r = rig_new(tempdir_text("FromDump(@/t15)"), 0, 1);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 100);
	for (unsigned i = 0; i < rig_count(r, 0); i++) {
		const struct packet *p = rig_packet(r, 0, i);

		CU_ASSERT_EQUAL(packet_length(p), i < 96 ? i : 96);
		CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), i < 96 ? 0 : i - 96);
		CU_ASSERT_EQUAL(packet_timestamp(p), (i + 1) * CLOCK_S + i);
	}
	rig_free(r);
}

static void
expect_errors(const char *args, const char *want)
{
	char *element = mem_printf("ToDump(%s)", tempdir_text(args));
	char *errors = rig_errors(element, 1, 0);

	ASSERT_TEXT(errors, tempdir_text(want));
	free(errors);
	free(element);
}

static void
arguments(void)
{
	expect_errors("", "FILENAME: required argument missing\n");
	expect_errors("@/t16, x", "SNAPLEN: invalid number\n");
	expect_errors("@/t16, 1, ether", "bad encapsulation type\n");
	expect_errors("@/t16, 1, #x", "bad encapsulation type\n");
	expect_errors("@/t16, 1, ETHER, 2", "too many arguments\n");
	expect_errors("@/t16, ENCAP IP, USE_ENCAP_FROM x",
		"specify at most one of 'ENCAP' and 'USE_ENCAP_FROM'\n");
	expect_errors("@/no/t16", "@/no/t16: No such file or directory\n");
}

UNIT_SUITE(todump, UNIT_CASE(writes_records), UNIT_CASE(arguments_change_the_format),
	UNIT_CASE(packets_without_a_time_have_the_present_one), UNIT_CASE(passes_packets_on),
	UNIT_CASE(pulls_by_a_task), UNIT_CASE(unbuffered_packets_are_there_at_once),
	UNIT_CASE(much_is_written_whole), UNIT_CASE(what_was_there_goes_when_the_router_runs),
	UNIT_CASE(compresses), UNIT_CASE(errors_are_told_once),
	UNIT_CASE(a_reader_that_left_is_an_error), UNIT_CASE(takes_the_encapsulation_from_others),
	UNIT_CASE(the_file_moves_to_a_new_router), UNIT_CASE(the_file_keeps_its_format),
	UNIT_CASE(what_is_written_can_be_read), UNIT_CASE(arguments))
