// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

#define MAGIC 0xa1b2c3d4
#define MAGIC_NS 0xa1b23c4d
#define MAGIC_PATCHED 0xa1b2cd34

enum { NOT_IP, HELD_AT_END };

// n packets of 4 bytes, 1.5 s apart from 1000.25 s on; the first bytes are 0x10, 0x20 ...
static void
save_simple(const char *name, unsigned n)
{
	struct dumpfile f = DUMPFILE_INIT;

	dumpfile_header(&f, MAGIC, 4, 1);
	for (unsigned i = 0; i < n; i++)
		dumpfile_record(&f, 1000 + i * 3 / 2, i % 2 ? 750000 : 250000, 4, 100 + i,
			(uint8_t)(0x10 * (i + 1)), 4);
	dumpfile_save(&f, name);
}

static struct rig *
open_rig(const char *args)
{
	char *element = mem_printf("FromDump(%s)", tempdir_text(args));
	struct rig *r = rig_new(element, 0, 1);

	free(element);
	return r;
}

// The first bytes of what came out, in hexadecimal.
static void
expect_firsts(struct rig *r, const char *want)
{
	struct strbuf got = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, 0); i++)
		strbuf_addf(&got, "%s%02x", i ? " " : "", packet_data(rig_packet(r, 0, i))[0]);
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
}

static void
run_expect(const char *args, const char *want)
{
	struct rig *r = open_rig(args);

	rig_run(r, 1000);
	expect_firsts(r, want);
	rig_free(r);
}

static void
gives_the_packets(void)
{
	struct rig *r;
	const struct packet *p;

	save_simple("a", 3);
	r = open_rig("@/a");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_expect_hex(r, 0, 0, "10111213");
	rig_expect_hex(r, 0, 1, "20212223");
	rig_expect_hex(r, 0, 2, "30313233");
	p = rig_packet(r, 0, 1);
	CU_ASSERT_EQUAL(packet_timestamp(p), 1001 * CLOCK_S + 750 * CLOCK_MS);
	CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 97);
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "encap", "ETHER");
	ASSERT_READ(r, "filename", tempdir_name("a"));
	ASSERT_READ(r, "filesize", "84");
	ASSERT_READ(r, "filepos", "84");
	ASSERT_READ(r, "packet_filepos", "64");
	ASSERT_READ(r, "sampling_prob", "1");
	ASSERT_READ(r, "active", "true");
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_FALSE(rig_stopped(r));
	CU_ASSERT_EQUAL(lcore_self->n_received, 3);
	rig_free(r);
}

// The same two packets in every dialect.
static void
reads_all_dialects(void)
{
	static const struct {
		uint32_t magic;
		uint16_t minor;
		bool swapped;
	} dialects[] = {
		{MAGIC, 4, false},
		{MAGIC, 4, true},
		{MAGIC, 3, false},
		{MAGIC, 3, true},
		{MAGIC, 2, false},
		{MAGIC, 0, true},
		{MAGIC_NS, 4, false},
		{MAGIC_NS, 4, true},
		{MAGIC_PATCHED, 4, false},
		{MAGIC_PATCHED, 4, true},
	};

	for (unsigned i = 0; i < RTE_DIM(dialects); i++) {
		struct dumpfile f = {.bytes = STRBUF_INIT, .swapped = dialects[i].swapped};
		bool nano = dialects[i].magic == MAGIC_NS, old = dialects[i].minor < 3;
		struct rig *r;

		dumpfile_header(&f, dialects[i].magic, dialects[i].minor, 1);
		for (unsigned k = 0; k < 2; k++) {
			dumpfile_record(&f, 1000 + k, nano ? 250001000 : 250001, old ? 1500 : 6,
				old ? 6 : 1500, 0, 0);
			if (dialects[i].magic == MAGIC_PATCHED)
				strbuf_add(&f.bytes, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
			strbuf_add(&f.bytes, "abcdef", 6);
		}
		dumpfile_save(&f, "a");
		r = open_rig("@/a");
		rig_run(r, 1000);
		CU_ASSERT_EQUAL(rig_count(r, 0), 2);
		rig_expect_hex(r, 0, 0, "616263646566");
		rig_expect_hex(r, 0, 1, "616263646566");
		if (rig_count(r, 0) == 2) {
			const struct packet *p = rig_packet(r, 0, 1);

			CU_ASSERT_EQUAL(packet_timestamp(p), 1001 * CLOCK_S + 250001 * CLOCK_US);
			CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 1494);
		}
		ASSERT_READ(r, "encap", "ETHER");
		ASSERT_TEXT(rig_chatter(r), "");
		rig_free(r);
	}
}

// In version 2.3 the lengths are exchanged only if they make no sense otherwise; where there is
// more than the packet had, the rest is skipped.
static void
sorts_out_odd_lengths(void)
{
	struct dumpfile f = DUMPFILE_INIT;

	dumpfile_header(&f, MAGIC, 3, 1);
	dumpfile_record(&f, 1, 0, 9, 3, 0x10, 3);
	dumpfile_record(&f, 1, 0, 3, 9, 0x20, 3);
	dumpfile_save(&f, "a");
	run_expect("@/a", "10 20");
	dumpfile_header(&f, MAGIC, 4, 1);
	dumpfile_record(&f, 1, 0, 9, 3, 0x10, 9);
	dumpfile_record(&f, 1, 0, 3, 3, 0x20, 3);
	dumpfile_save(&f, "a");
	{
		struct rig *r = open_rig("@/a");

		rig_run(r, 1000);
		rig_expect_hex(r, 0, 0, "101112");
		rig_expect_hex(r, 0, 1, "202122");
		CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 0);
		rig_free(r);
	}
}

static void
empty_and_huge_packets_are_packets(void)
{
	struct dumpfile f = DUMPFILE_INIT;
	struct rig *r;

	dumpfile_header(&f, MAGIC, 4, 1);
	dumpfile_record(&f, 1, 0, 0, 60, 0, 0);
	dumpfile_record(&f, 1, 4294967295, 65535, 65535, 0x07, 65535);
	dumpfile_record(&f, 4294967295, 0, 1, 4294967295, 0x20, 1);
	dumpfile_save(&f, "a");
	r = open_rig("@/a");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_expect_hex(r, 0, 0, "");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 65535);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 1)), CLOCK_S + 4294967295 * CLOCK_US);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 2)), 4294967295 * CLOCK_S);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 2), ANNO_EXTRA_LENGTH), 4294967294);
	rig_free(r);
}

static void
expect_damage(const char *want_firsts, const char *want_chatter)
{
	struct rig *r = open_rig("@/a");
	char *chatter = mem_strdup(tempdir_text(want_chatter));

	rig_run(r, 1000);
	expect_firsts(r, want_firsts);
	ASSERT_TEXT(rig_chatter(r), chatter);
	free(chatter);
	rig_free(r);
}

static void
damaged_files_end_at_the_damage(void)
{
	struct dumpfile f = DUMPFILE_INIT;

	dumpfile_header(&f, MAGIC, 4, 1);
	dumpfile_record(&f, 1, 0, 2, 2, 0x10, 2);
	dumpfile_record(&f, 1, 0, 65536, 65536, 0x20, 2);
	dumpfile_save(&f, "a");
	expect_damage("10", "@/a: bad packet header; giving up\n");
	dumpfile_header(&f, MAGIC, 4, 1);
	dumpfile_record(&f, 1, 0, 0xffffffff, 0xffffffff, 0x20, 2);
	dumpfile_save(&f, "a");
	expect_damage("", "@/a: bad packet header; giving up\n");
	dumpfile_header(&f, MAGIC, 4, 1);
	dumpfile_record(&f, 1, 0, 2, 2, 0x10, 2);
	dumpfile_record(&f, 1, 0, 9, 9, 0x20, 8);
	dumpfile_save(&f, "a");
	expect_damage("10", "@/a: the last packet is cut off\n");
	dumpfile_header(&f, MAGIC, 4, 1);
	dumpfile_record(&f, 1, 0, 2, 2, 0x10, 2);
	dumpfile_u32(&f, 1);
	dumpfile_save(&f, "a");
	expect_damage("10", "@/a: the last packet is cut off\n");
}

// Whatever the bytes are: no crash, no endless run.
static void
garbage_is_survived(void)
{
	srandom(7);
	for (unsigned i = 0; i < 200; i++) {
		struct dumpfile f = {.bytes = STRBUF_INIT, .swapped = i % 2};
		struct rig *r;

		dumpfile_header(&f, i % 3 ? MAGIC : MAGIC_PATCHED, (uint16_t)(i % 5), i % 130);
		for (unsigned k = 0; k < 400; k++) {
			// Small numbers now and then, so that some records are right.
			uint32_t v = random() % 4 ? (uint32_t)random() % 64 : (uint32_t)random();

			dumpfile_u32(&f, v);
		}
		dumpfile_save(&f, "a");
		r = open_rig(i % 7 && i % 130 != 120 ? "@/a, STOP true" : "@/a");
		rig_run(r, 1000);
		rig_free(r);
	}
}

static void
compressed_files_are_read(void)
{
	save_simple("a", 3);
	CU_ASSERT_EQUAL(system(tempdir_text("gzip -c @/a > @/b; bzip2 -c @/a > @/c")), 0);
	run_expect("@/b", "10 20 30");
	run_expect("@/c", "10 20 30");
	{
		struct rig *r = open_rig("@/b");

		ASSERT_READ(r, "filesize", "-");
		ASSERT_TEXT(rig_write(r, "filepos", "64"), "");
		rig_run(r, 1000);
		expect_firsts(r, "30");
		ASSERT_TEXT(rig_write(r, "filepos", "24"), tempdir_text("@/b: Illegal seek\n"));
		rig_free(r);
	}
	CU_ASSERT_EQUAL(system(tempdir_text("dd if=@/b of=@/d bs=1 count=50 2>/dev/null")), 0);
	{
		struct rig *r = open_rig("@/d");

		rig_run(r, 1000);
		ASSERT_TEXT(rig_chatter(r), tempdir_text("@/d: the last packet is cut off\n"));
		rig_free(r);
	}
}

static void
start_and_end_choose_packets(void)
{
	save_simple("a", 6); // 1000.25 1001.75 1003.25 1004.75 1006.25 1007.75
	run_expect("@/a, START 1001.75", "20 30 40 50 60");
	run_expect("@/a, START 1001.7500001", "30 40 50 60");
	run_expect("@/a, START_AFTER 2", "30 40 50 60");
	run_expect("@/a, END 1004.75", "10 20 30");
	run_expect("@/a, END_AFTER 1.5", "10");
	run_expect("@/a, START_AFTER 1.5, INTERVAL 1.6", "20 30");
	run_expect("@/a, INTERVAL 1.6", "10 20");
	run_expect("@/a, START 1003, INTERVAL 2s", "30 40");
	run_expect("@/a, END 1", "");
	run_expect("@/a, FILEPOS 64", "30 40 50 60");
	run_expect("@/a, START_AFTER 9223372036s, END_AFTER 9223372036s", "");
}

static void
the_end_stops_or_calls(void)
{
	struct rig *r;

	save_simple("a", 3);
	r = open_rig("@/a, STOP true");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "active", "false");
	rig_free(r);
	r = open_rig("@/a, STOP true, END_AFTER 1");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = open_rig("@/a, END_AFTER 1");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_FALSE(rig_stopped(r));
	ASSERT_READ(r, "active", "false");
	// What was at the end is lost; the rest is still there.
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 1000);
	expect_firsts(r, "10 30");
	rig_free(r);
}

static void
calls_extend_the_interval(void)
{
	struct rig *r;

	save_simple("a", 6);
	r = open_rig("@/a, END_AFTER 1, END_CALL extend_interval 3");
	rig_run(r, 1000);
	expect_firsts(r, "10 20 30 40 50 60");
	rig_free(r);
	// An extension by nothing must not hang it.
	r = open_rig("@/a, END_AFTER 1, END_CALL extend_interval 0");
	rig_run(r, 1000);
	expect_firsts(r, "10");
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(
		rig_write(r, "extend_interval", "x"), "'extend_interval' takes a time interval\n");
	ASSERT_TEXT(rig_write(r, "extend_interval", "2.1s"), "");
	ASSERT_READ(r, "active", "true");
	rig_run(r, 1000);
	expect_firsts(r, "10 30");
	rig_free(r);
	r = rig_config(tempdir_text("e :: FromDump(@/a, INTERVAL 2, END_CALL c.reset) -> RigOut;"
				    "c :: Counter; Idle -> c -> Discard;"));
	rig_run(r, 1000);
	// The call leaves it active: it goes on to the end of the file.
	expect_firsts(r, "10 20 30 40 50 60");
	rig_free(r);
}

#define SWAPPED(args) "e :: FromDump(@/a, " args ") -> RigOut;"

// The time that is wanted counts from the first packet of the file in a new router too.
static void
the_end_moves_to_a_new_router(void)
{
	struct rig *r;

	save_simple("a", 6);
	r = rig_config(tempdir_text(SWAPPED("END_AFTER 1")));
	rig_run(r, 1000);
	expect_firsts(r, "10");
	free(rig_swap(r, tempdir_text(SWAPPED("END_AFTER 1"))));
	rig_run(r, 1000);
	expect_firsts(r, "10");
	ASSERT_READ(r, "active", "false");
	free(rig_swap(r, tempdir_text(SWAPPED("END_AFTER 7"))));
	rig_run(r, 1000);
	expect_firsts(r, "10 40 50");
	ASSERT_READ(r, "active", "false");
	rig_free(r);
	// What the end was moved by stays.
	r = rig_config(tempdir_text(SWAPPED("END_AFTER 1")));
	rig_run(r, 1000);
	ASSERT_TEXT(rig_write(r, "extend_interval", "2.1s"), "");
	free(rig_swap(r, tempdir_text(SWAPPED("END_AFTER 1"))));
	rig_run(r, 1000);
	expect_firsts(r, "10 30");
	rig_free(r);
}

static void
samples(void)
{
	struct dumpfile f = DUMPFILE_INIT;
	struct rig *r;

	dumpfile_header(&f, MAGIC, 4, 1);
	for (unsigned i = 0; i < 2000; i++)
		dumpfile_record(&f, 1, 0, 1, 1, 0, 1);
	dumpfile_save(&f, "a");
	r = open_rig("@/a, SAMPLE 0.25");
	rig_run(r, 3000);
	CU_ASSERT_TRUE(rig_count(r, 0) > 350 && rig_count(r, 0) < 650);
	ASSERT_READ(r, "sampling_prob", "0.25");
	rig_free(r);
	r = open_rig("@/a, SAMPLE 0");
	rig_run(r, 3000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
timing_keeps_the_gaps(void)
{
	struct rig *r;

	save_simple("a", 4);
	r = open_rig("@/a, true");
	rig_run_for(r, CLOCK_MS);
	expect_firsts(r, "10");
	rig_run_for(r, 1500 * CLOCK_MS - 2 * CLOCK_MS);
	expect_firsts(r, "10");
	rig_run_for(r, 2 * CLOCK_MS);
	expect_firsts(r, "10 20");
	// The next one is due at once, and those behind it count from there.
	ASSERT_TEXT(rig_write(r, "reset_timing", ""), "");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_MS);
	expect_firsts(r, "10 20 30");
	rig_run_for(r, 1490 * CLOCK_MS);
	expect_firsts(r, "10 20 30");
	ASSERT_READ(r, "count", "3");
	// The one that waits is counted as held.
	rig_free(r);
	r = rig_new_pull(tempdir_text("FromDump(@/a, TIMING true)"), 0, 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	rig_run_for(r, 1501 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	rig_free(r);
}

// IPv4 header without options to 1.2.3.4, as hex.
#define IP4                                \
	"45000014000000004011000001010101" \
	"01020304"
#define IP6 "60000000000011400000000000000000000000000000000100000000000000000000000000000002"

static void
add_hex(struct dumpfile *f, const char *hex)
{
	uint8_t bytes[256];
	size_t n = 0;
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		bytes[n++] = (uint8_t)byte;
	dumpfile_record(f, 1, 0, (uint32_t)n, (uint32_t)n, 0, 0);
	strbuf_add(&f->bytes, bytes, n);
}

static void
force_ip_finds_headers(void)
{
	static const struct {
		uint32_t type;
		const char *before; // what stands in front of the IP header
		const char *encap;
	} links[] = {
		{1, "0102030405060708090a0b0c0800", "ETHER"},
		{1, "0102030405060708090a0b0c810000050800", "ETHER"},
		{101, "", "IP"},
		{12, "", "IP"},
		{14, "", "IP"},
		{0, "02000000", "NULL"},
		{113, "00000001000601020304050600000800", "SLL"},
		{9, "ff030021", "PPP"},
		{9, "0021", "PPP"},
		{9, "21", "PPP"},
		{50, "ff030021", "PPP_HDLC"},
		{50, "0f000800", "PPP_HDLC"},
		{104, "0f000800", "HDLC"},
		{100, "aaaa030000000800", "ATM"},
		{123, "01020304aaaa030000000800", "SUNATM"},
		{10, "00000000000000000000000000aaaa030000000800", "FDDI"},
		{105,
			"0800000001020304050601020304050601020304050600"
			"00aaaa030000000800",
			"802_11"},
		{105,
			"8803000001020304050601020304050601020304050600000102030405060000"
			"aaaa030000000800",
			"802_11"},
		{127,
			"0000080000000000"
			"08000000010203040506010203040506010203040506"
			"0000"
			"aaaa030000000800",
			"802_11_RADIO"},
	};

	for (unsigned i = 0; i < RTE_DIM(links); i++) {
		struct dumpfile f = DUMPFILE_INIT;
		int32_t off = (int32_t)strlen(links[i].before) / 2;
		char *hex = mem_printf("%s%s", links[i].before, IP4);
		struct rig *r;
		const struct packet *p;

		dumpfile_header(&f, MAGIC, 4, links[i].type);
		add_hex(&f, hex);
		hex[strlen(hex) - 2] = '\0'; // a byte too short
		add_hex(&f, hex);
		free(hex);
		dumpfile_save(&f, "a");
		r = rig_new(tempdir_text("FromDump(@/a, FORCE_IP true)"), 0, 2);
		rig_run(r, 1000);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		CU_ASSERT_EQUAL(rig_count(r, 1), 1);
		p = rig_packet(r, 0, 0);
		if (p != NULL) {
			CU_ASSERT_EQUAL(packet_network_offset(p), off);
			CU_ASSERT_EQUAL(packet_transport_offset(p), off + 20);
			CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), RTE_BE32(0x01020304));
		}
		ASSERT_READ(r, "encap", links[i].encap);
		ASSERT_READ(r, "count", "1");
		rig_free(r);
	}
}

static void
force_ip_refuses_the_rest(void)
{
	static const char *const bad[] = {
		"0102030405060708090a0b0c0806" IP4, // ARP
		"0102030405060708090a0b0c0800"
		"35"
		"000014000000004011000001010101"
		"01020304",
		"0102030405060708090a0b0c0800"
		"44"
		"000014000000004011000001010101"
		"01020304",
		"0102030405060708090a0b0c0800"
		"46"
		"000014000000004011000001010101"
		"01020304",
		"0102030405060708090a0b0c0800",
		"",
	};
	struct dumpfile f = DUMPFILE_INIT;
	struct rig *r;
	const struct packet *p;

	dumpfile_header(&f, MAGIC, 4, 1);
	for (unsigned i = 0; i < RTE_DIM(bad); i++)
		add_hex(&f, bad[i]);
	add_hex(&f, "0102030405060708090a0b0c86dd" IP6);
	dumpfile_save(&f, "a");
	r = open_rig("@/a, FORCE_IP true");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_drops(r, NOT_IP), RTE_DIM(bad));
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), 14);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 54);
	rig_free(r);
	// Raw IP needs no FORCE_IP.
	dumpfile_header(&f, MAGIC, 4, 101);
	add_hex(&f, "00");
	add_hex(&f, IP4 "55");
	dumpfile_save(&f, "a");
	r = open_rig("@/a");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r;

	save_simple("a", 3);
	r = rig_new_pull(tempdir_text("FromDump(@/a)"), 0, 1);
	for (unsigned i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	expect_firsts(r, "10 20 30");
	ASSERT_READ(r, "handlers",
		"reset_timing\twb\nreset_counts\twb\nextend_interval\tw\nstop\twb\ncount\tr\n"
		"encap\tr.\nactive\trwc\nsampling_prob\tr.\npacket_filepos\tr\nfilepos\trw\n"
		"filesize\tr\nfilename\tr.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\n"
		"name\tr.\n");
	rig_free(r);
	// A puller sleeps while there is nothing, and wakes when it is active again.
	r = rig_config(tempdir_text("e :: FromDump(@/a, ACTIVE false) -> Unqueue -> RigOut;"));
	rig_run(r, 100);
	expect_firsts(r, "");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 100);
	expect_firsts(r, "10 20 30");
	rig_free(r);
}

static void
waits_for_full_queues(void)
{
	struct rig *r;

	save_simple("a", 6);
	r = rig_config(tempdir_text("e :: FromDump(@/a) -> q :: Queue(2) -> RigOut;"));
	rig_run(r, 100);
	ASSERT_READ(r, "q.length", "2");
	ASSERT_READ(r, "q.drops", "0");
	for (unsigned i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
		rig_run(r, 10);
	}
	expect_firsts(r, "10 20 30 40 50 60");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r;

	save_simple("a", 4);
	r = open_rig("@/a, ACTIVE false");
	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "filepos", "24");
	ASSERT_TEXT(rig_write(r, "active", "x"), "type mismatch\n");
	ASSERT_TEXT(rig_write(r, "filepos", "x"), "type mismatch\n");
	ASSERT_TEXT(rig_write(r, "filepos", "64"), "");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 10);
	expect_firsts(r, "30 40");
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_TEXT(rig_write(r, "filepos", "24"), "");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 1000);
	expect_firsts(r, "30 40 10 20 30 40");
	ASSERT_TEXT(rig_write(r, "stop", ""), "");
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "active", "false");
	rig_free(r);
}

static void
the_place_moves_to_a_new_router(void)
{
	struct rig *r;
	struct element *e, *f;
	struct errh errh;

	save_simple("a", 4);
	save_simple("b", 4);
	r = rig_config(tempdir_text("e :: FromDump(@/a, ACTIVE false) -> RigOut(0);"
				    "f :: FromDump(@/a, ACTIVE false) -> RigOut(1);"
				    "g :: FromDump(@/b, ACTIVE false) -> RigOut(2);"));
	e = rig_element(r);
	f = rig_find(r, "f");
	errh_init_silent(&errh);
	ASSERT_TEXT(rig_write(r, "filepos", "64"), "");
	CU_ASSERT_EQUAL(f->class->take_state(f, rig_find(r, "g"), &errh), 0);
	ASSERT_READ(r, "f.filepos", "24");
	CU_ASSERT_EQUAL(f->class->take_state(f, e, &errh), 0);
	ASSERT_READ(r, "f.filepos", "64");
	ASSERT_TEXT(rig_write(r, "f.active", "true"), "");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 100);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
}

static void
expect_errors(const char *args, const char *want)
{
	char *element = mem_printf("FromDump(%s)", tempdir_text(args));
	char *errors = rig_errors(element, 0, 1);

	ASSERT_TEXT(errors, tempdir_text(want));
	free(errors);
	free(element);
}

static void
arguments(void)
{
	struct dumpfile f = DUMPFILE_INIT;

	save_simple("a", 1);
	expect_errors("", "FILENAME: required argument missing\n");
	expect_errors("\"\"", "FILENAME: parse error\n");
	expect_errors("@/a, x", "TIMING: parse error\n");
	expect_errors("@/a, true, 1", "too many arguments\n");
	expect_errors(
		"@/a, START 1, START_AFTER 1", "START and START_AFTER are mutually exclusive\n");
	expect_errors(
		"@/a, END 1, INTERVAL 1", "END, END_AFTER, and INTERVAL are mutually exclusive\n");
	expect_errors(
		"@/a, END_CALL stop, STOP true", "END_CALL and STOP are mutually exclusive\n");
	expect_errors("@/a, END_CALL foo", "no 'foo' write handler\n");
	expect_errors("@/a, SAMPLE 1.5", "warning: SAMPLE probability reduced to 1\n");
	expect_errors("@/a, SAMPLE 0", "warning: SAMPLE probability is 0; emitting no packets\n");
	expect_errors("@/a, SAMPLE x", "SAMPLE: parse error\n");
	expect_errors("@/nothing", "@/nothing: No such file or directory\n");
	expect_errors("@", "@: Is a directory\n");
	tempdir_write("a", "", 0);
	expect_errors("@/a", "@/a: empty file\n");
	tempdir_write("a", "\xd4\xc3\xb2\xa1\x02\x00\x04\x00", 8);
	expect_errors("@/a", "@/a: not a tcpdump file (too short)\n");
	dumpfile_header(&f, 0x12345678, 4, 1);
	dumpfile_save(&f, "a");
	expect_errors("@/a", "@/a: not a tcpdump file (bad magic number)\n");
	dumpfile_header(&f, 0x0a0d0d0a, 4, 1);
	dumpfile_save(&f, "a");
	expect_errors("@/a", "@/a: not a tcpdump file (bad magic number): it is pcapng, which "
			     "`editcap -F pcap` converts\n");
	dumpfile_u32(&f, MAGIC);
	dumpfile_u16(&f, 3);
	for (unsigned i = 0; i < 9; i++)
		dumpfile_u16(&f, 0);
	dumpfile_save(&f, "a");
	expect_errors("@/a", "@/a: unknown major version 3\n");
	dumpfile_header(&f, MAGIC, 4, 120);
	dumpfile_save(&f, "a");
	expect_errors("@/a", "");
	expect_errors("@/a, FORCE_IP true", "@/a: unknown linktype 120; can't force IP packets\n");
	dumpfile_header(&f, MAGIC, 4, 200);
	dumpfile_save(&f, "a");
	expect_errors("@/a, FORCE_IP true", "@/a: unknown linktype 200; can't force IP packets\n");
}

UNIT_SUITE(fromdump, UNIT_CASE(gives_the_packets), UNIT_CASE(reads_all_dialects),
	UNIT_CASE(sorts_out_odd_lengths), UNIT_CASE(empty_and_huge_packets_are_packets),
	UNIT_CASE(damaged_files_end_at_the_damage), UNIT_CASE(garbage_is_survived),
	UNIT_CASE(compressed_files_are_read), UNIT_CASE(start_and_end_choose_packets),
	UNIT_CASE(the_end_stops_or_calls), UNIT_CASE(calls_extend_the_interval),
	UNIT_CASE(the_end_moves_to_a_new_router), UNIT_CASE(samples),
	UNIT_CASE(timing_keeps_the_gaps), UNIT_CASE(force_ip_finds_headers),
	UNIT_CASE(force_ip_refuses_the_rest), UNIT_CASE(pulls), UNIT_CASE(waits_for_full_queues),
	UNIT_CASE(handlers), UNIT_CASE(the_place_moves_to_a_new_router), UNIT_CASE(arguments))
