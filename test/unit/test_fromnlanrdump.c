// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

// 1000.500000 s, interface 3; an IP header of length len from 1.2.3.4; 16 bytes.
static void
add_record(struct strbuf *f, uint8_t interface, uint8_t vhl, uint8_t len)
{
	const uint8_t bytes[44] = {0, 0, 3, 0xe8, interface, 0x07, 0xa1, 0x20, vhl, 0, 0, len, 0, 0,
		0, 0, 64, 6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 'a', 'b', 'c'};

	strbuf_add(f, bytes, sizeof(bytes));
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
	char *element = mem_printf("FromNLANRDump(%s)", tempdir_text(args));
	struct rig *r = rig_new(element, 0, outputs);

	free(element);
	return r;
}

static void
reads_tsh(void)
{
	struct strbuf f = STRBUF_INIT;
	const struct packet *p;
	struct rig *r;

	add_record(&f, 3, 0x45, 100);
	add_record(&f, 4, 0x45, 30);
	add_record(&f, 4, 0x55, 30);
	save(&f, "a.tsh");
	r = open_rig("@/a.tsh, STOP true", 2);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_length(p), 36);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_EXTRA_LENGTH), 64);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 3);
	CU_ASSERT_EQUAL(packet_timestamp(p), 1000 * CLOCK_S + 500 * CLOCK_MS);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 20, "abc", 3), 0);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 30);
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 1), ANNO_EXTRA_LENGTH), 0);
	ASSERT_READ(r, "encap", "IP");
	ASSERT_READ(r, "filepos", "132");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
	r = open_rig("@/a.tsh, FORCE_IP false", 2);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), PACKET_NO_HEADER);
	rig_free(r);
}

static void
reads_fr(void)
{
	struct strbuf f = STRBUF_INIT;
	struct rig *r;

	add_record(&f, 0, 0x45, 100);
	save(&f, "a.fr+");
	r = open_rig("@/a.fr+", 1);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 0);
	rig_free(r);
	tempdir_write("a.fr.gz", "012345678901234567890123012345678901234567890123", 48);
	r = open_rig("@/a.fr.gz, STOP true", 1);
	rig_run(r, 1000);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
survives_damage(void)
{
	for (unsigned cut = 1; cut <= 88; cut++) {
		struct strbuf f = STRBUF_INIT;
		struct rig *r;

		add_record(&f, 0, 0x45, 100);
		add_record(&f, 0, 0x45, 100);
		strbuf_truncate(&f, cut);
		save(&f, "a");
		r = open_rig("@/a, FORMAT tsh", 1);
		rig_run(r, 100);
		CU_ASSERT_EQUAL(rig_count(r, 0), cut / 44);
		CU_ASSERT_EQUAL(strstr(rig_chatter(r), "a: the last packet is cut off\n") == NULL,
			cut % 44 == 0);
		rig_free(r);
	}
}

static void
configuration_errors(void)
{
	struct strbuf f = STRBUF_INIT;
	char *config, *errors, *want;

	add_record(&f, 0, 0x45, 100);
	save(&f, "a");
	config = mem_printf("FromNLANRDump(%s) -> Discard;", tempdir_text("@/a"));
	errors = rig_config_errors(config);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		errors, "warning: cannot guess file format from filename, assuming 'tsh'\n"));
	free(config);
	free(errors);
	tempdir_write("empty.tsh", "", 0);
	config = mem_printf("FromNLANRDump(%s)", tempdir_text("@/empty.tsh"));
	want = mem_printf("%s: empty file\n", tempdir_text("@/empty.tsh"));
	ASSERT_ERRORS(config, 0, 1, want);
	free(config);
	free(want);
	ASSERT_ERRORS("FromNLANRDump()", 0, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS("FromNLANRDump(a.tsh, FORMAT x)", 0, 1, "bad FORMAT\n");
	ASSERT_ERRORS(
		"FromNLANRDump(/nosuch.tsh)", 0, 1, "/nosuch.tsh: No such file or directory\n");
}

UNIT_SUITE(fromnlanrdump, UNIT_CASE(reads_tsh), UNIT_CASE(reads_fr), UNIT_CASE(survives_damage),
	UNIT_CASE(configuration_errors))
