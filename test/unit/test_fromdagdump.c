// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

enum { LEGACY, HDLC, ETHERNET, ATM, AAL5 };

// A record's header: seconds and half of one more.
static void
add_header(struct strbuf *f, uint32_t seconds, unsigned type, unsigned record_len, unsigned wire)
{
	uint8_t h[16] = {0, 0, 0, 0x80, (uint8_t)seconds, (uint8_t)(seconds >> 8), 0, 0,
		(uint8_t)type, 0, (uint8_t)(record_len >> 8), (uint8_t)record_len, 0, 0,
		(uint8_t)(wire >> 8), (uint8_t)wire};

	strbuf_add(f, h, sizeof(h));
}

static void
add_bytes(struct strbuf *f, unsigned n, uint8_t first)
{
	for (unsigned i = 0; i < n; i++)
		strbuf_addc(f, (char)(first + i));
}

static void
save(struct strbuf *f, const char *name)
{
	tempdir_write(name, f->data, f->len);
	strbuf_fini(f);
}

static struct rig *
open_rig(const char *args, unsigned outputs)
{
	char *element = mem_printf("FromDAGDump(%s)", tempdir_text(args));
	struct rig *r = rig_new(element, 0, outputs);

	free(element);
	return r;
}

static void
reads_all_types(void)
{
	struct strbuf f = STRBUF_INIT;
	struct rig *r;

	add_header(&f, 1000, ETHERNET, 16 + 2 + 4, 104);
	add_bytes(&f, 2 + 4, 0x10);
	add_header(&f, 1001, HDLC, 16 + 3, 3);
	add_bytes(&f, 3, 0x20);
	add_header(&f, 1002, ATM, 72, 52);
	add_bytes(&f, 56, 0x30);
	add_header(&f, 1003, AAL5, 16 + 6, 9);
	add_bytes(&f, 6, 0x40);
	add_header(&f, 1004, LEGACY, 0, 0);
	add_bytes(&f, 48, 0x50);
	add_header(&f, 1005, 77, 0, 0);
	add_bytes(&f, 48, 0x60);
	add_header(&f, 1006, ETHERNET, 16 + 2 + 20, 8); // shorter on the wire than in the file
	add_bytes(&f, 22, 0x70);
	save(&f, "a");
	r = open_rig("@/a", 1);
	ASSERT_READ(r, "encap", "ETHER");
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	rig_expect_hex(r, 0, 0, "12131415");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 0), ANNO_EXTRA_LENGTH), 96);
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 1000 * CLOCK_S + CLOCK_S / 2);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	rig_expect_hex(r, 0, 1, "202122");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 2)), 48);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[0], 0x34);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 2), ANNO_EXTRA_LENGTH), 0);
	rig_expect_hex(r, 0, 3, "4445");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 3), ANNO_EXTRA_LENGTH), 7);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 4)), 48);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 4))[0], 0x50);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 5))[0], 0x60);
	rig_expect_hex(r, 0, 6, "72737475");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rig_chatter(r), "a: warning: odd record type 77, read as ATM cell\n"));
	ASSERT_READ(r, "filename", tempdir_name("a"));
	ASSERT_READ(r, "filepos", rig_read(r, "filesize"));
	ASSERT_READ(r, "sampling_prob", "1");
	ASSERT_READ(r, "active", "true");
	ASSERT_READ(r, "tickets", "1024");
	rig_free(r);
}

static void
forces_ip(void)
{
	static const char ip[] = "\x45\0\0\x14\0\0\0\0\x40\x11\0\0\1\2\3\4\5\6\7\x08";
	struct strbuf f = STRBUF_INIT;
	struct rig *r;

	add_header(&f, 1, ETHERNET, 16 + 2 + 34, 38);
	strbuf_add(&f, "\0\0aaaaaabbbbbb\x08\0", 16);
	strbuf_add(&f, ip, 20);
	add_header(&f, 2, ETHERNET, 16 + 2 + 34, 38);
	add_bytes(&f, 36, 0);
	save(&f, "a");
	r = open_rig("@/a, FORCE_IP true, STOP true", 2);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 14);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	// As raw IP nothing of it is.
	r = open_rig("@/a, FORCE_IP true, ENCAP IP", 2);
	rig_run(r, 1000);
	ASSERT_READ(r, "encap", "IP");
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
}

static void
chooses_times(void)
{
	struct strbuf f = STRBUF_INIT;
	struct rig *r;

	for (unsigned i = 0; i < 6; i++) {
		add_header(&f, 100 + i, HDLC, 17, 1);
		add_bytes(&f, 1, (uint8_t)i);
	}
	save(&f, "a");
	r = open_rig("@/a, START 101.6, INTERVAL 2s", 1);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, "02");
	ASSERT_READ(r, "active", "false");
	rig_free(r);
	r = open_rig("@/a, FILEPOS 34, END_AFTER 1s", 1);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0, "02");
	rig_free(r);
	r = open_rig("@/a, TIMING true", 1);
	rig_run_for(r, 2500 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

// Wherever the file is cut, and whatever length a record says, reading ends with a message.
static void
survives_damage(void)
{
	for (unsigned cut = 1; cut < 2 * (16 + 2 + 14); cut++) {
		struct strbuf f = STRBUF_INIT;
		bool whole = cut == 16 + 2 + 14;
		struct rig *r;
		char *config, *errors;

		for (unsigned i = 0; i < 2; i++) {
			add_header(&f, 1 + i, ETHERNET, 16 + 2 + 14, 18);
			add_bytes(&f, 16, 0);
		}
		strbuf_truncate(&f, cut);
		save(&f, "a");
		config = mem_printf("FromDAGDump(%s) -> Discard;", tempdir_text("@/a"));
		errors = rig_config_errors(config);
		CU_ASSERT_EQUAL(*errors == '\0', cut >= 16 + 2 + 14);
		if (*errors == '\0') {
			r = open_rig("@/a", 1);
			rig_run(r, 100);
			CU_ASSERT_EQUAL(rig_count(r, 0), 1);
			CU_ASSERT_EQUAL(*rig_chatter(r) == '\0', whole);
			rig_free(r);
		}
		free(config);
		free(errors);
	}
	for (unsigned len = 0; len < 18; len++) {
		struct strbuf f = STRBUF_INIT;
		struct rig *r;

		add_header(&f, 1, HDLC, 17, 1);
		add_bytes(&f, 1, 0);
		add_header(&f, 1, ETHERNET, len, 18);
		add_bytes(&f, 16, 0);
		save(&f, "a");
		r = open_rig("@/a", 1);
		rig_run(r, 100);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "a: bad record length; giving up\n"));
		ASSERT_READ(r, "filename", tempdir_name("a"));
		ASSERT_READ(r, "filepos", "17");
		ASSERT_READ(r, "filesize", "-");
		rig_free(r);
	}
}

static void
hot_swap(void)
{
	struct strbuf f = STRBUF_INIT;
	struct rig *r;
	char *config, *errors;

	for (unsigned i = 0; i < 3; i++) {
		add_header(&f, 100 + i, HDLC, 17, 1);
		add_bytes(&f, 1, (uint8_t)i);
	}
	save(&f, "a");
	config = mem_printf("e :: FromDAGDump(%s) -> RigOut(0);", tempdir_text("@/a"));
	r = rig_config(config);
	rig_run(r, 1);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run(r, 100);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, rig_count(r, 0) - 1))[0], 2);
	CU_ASSERT_TRUE(rig_count(r, 0) <= 3);
	ASSERT_READ(r, "filepos", "51");
	rig_free(r);
	free(config);
}

static void
configuration_errors(void)
{
	tempdir_write("empty", "", 0);
	ASSERT_ERRORS("FromDAGDump()", 0, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS("FromDAGDump(x, ENCAP y)", 0, 1, "bad encapsulation type\n");
	ASSERT_ERRORS("FromDAGDump(x, FORCE_IP true, TIMING true)", 0, 1,
		"FORCE_IP and TIMING options are incompatible\n");
	ASSERT_ERRORS("FromDAGDump(x, START 1, START_AFTER 1)", 0, 1,
		"START and START_AFTER are mutually exclusive\n");
	ASSERT_ERRORS("FromDAGDump(x, END 1, INTERVAL 1)", 0, 1,
		"END, END_AFTER, and INTERVAL are mutually exclusive\n");
	ASSERT_ERRORS("FromDAGDump(/nosuch)", 0, 1, "/nosuch: No such file or directory\n");
}

UNIT_SUITE(fromdagdump, UNIT_CASE(reads_all_types), UNIT_CASE(forces_ip), UNIT_CASE(chooses_times),
	UNIT_CASE(survives_damage), UNIT_CASE(hot_swap), UNIT_CASE(configuration_errors))
