// SPDX-License-Identifier: BSD-3-Clause
// ComparePackets and CheckPacket.
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

static struct rig *
open_rig(const char *args)
{
	char *config = mem_printf("RigIn(0) -> [0]e :: ComparePackets(%s); RigIn(1) -> [1]e;"
				  "e[0] -> RigOut(0); e[1] -> RigOut(1);",
		args);
	struct rig *r = rig_config(config);

	free(config);
	return r;
}

static void
pull_both(struct rig *r, struct packet *a, struct packet *b)
{
	rig_push(r, 0, a);
	rig_push(r, 1, b);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 1), 1);
}

static void
finds_differences(void)
{
	struct rig *r = open_rig("");
	struct packet *p;

	pull_both(r, rig_hex("0102"), rig_segments("0102", 1));
	ASSERT_READ(r, "diffs", "0");
	ASSERT_READ(r, "all_same", "true");
	pull_both(r, rig_hex("0102"), rig_hex("010203"));
	pull_both(r, rig_hex("0102"), rig_hex("0103"));
	p = rig_hex("0102");
	packet_set_timestamp(p, 1);
	pull_both(r, rig_hex("0102"), p);
	p = rig_hex("0102");
	packet_set_network(p, 0, 1);
	pull_both(r, rig_hex("0102"), p);
	p = rig_hex("0102");
	packet_set_network(p, 0, 1);
	{
		struct packet *q = rig_hex("0102");

		packet_set_network(q, 1, 0);
		pull_both(r, p, q);
	}
	ASSERT_READ(r, "diffs", "5");
	ASSERT_READ(r, "all_same", "false");
	rig_push_hex(r, 1, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 1, 4), 1);
	ASSERT_READ(r, "diff_details",
		"1\tdifferent length\n1\tdifferent data\n1\tdifferent timestamp\n"
		"1\tdifferent network header offset\n1\tdifferent network header length\n"
		"1\tdifferent network header presence\n0\tmore packets in [0]\n"
		"1\tmore packets in [1]\n");
	ASSERT_READ(r, "diffs", "6");
	rig_expect_hex(r, 0, 0, "0102");
	rig_free(r);
}

static void
leaves_timestamps_out(void)
{
	struct rig *r = open_rig("TIMESTAMP false");
	struct packet *p = rig_hex("0102");

	packet_set_timestamp(p, 1);
	pull_both(r, rig_hex("0102"), p);
	ASSERT_READ(r, "all_same", "true");
	rig_free(r);
}

// One path is far ahead of the other.
static void
waits_so_long(void)
{
	struct rig *r = open_rig("TIMESTAMP false");

	for (unsigned i = 0; i < 1030; i++) {
		uint16_t number = (uint16_t)i;

		rig_push(r, 0, packet_make(28, &number, 2));
		rig_pull(r, 0, 1);
		rig_clear(r);
	}
	ASSERT_READ(r, "diffs", "1030");
	for (unsigned i = 6; i < 1030; i++) {
		uint16_t number = (uint16_t)i;

		rig_push(r, 1, packet_make(28, &number, 2));
		rig_pull(r, 1, 1);
		rig_clear(r);
	}
	ASSERT_READ(r, "diffs", "6");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "diff_details"), "\n6\tmore packets in [0]\n"));
	rig_free(r);
	ASSERT_ERRORS("ComparePackets(TIMESTAMP x)", 2, 2, "TIMESTAMP: parse error\n");
}

static void
expect_said(const char *element, const char *hex, const char *want)
{
	struct rig *r = rig_new(element, 1, 1);

	rig_push(r, 0, rig_segments(hex, 2));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_chatter(r), want);
	rig_free(r);
}

#define SAYS "e :: CheckPacket: "

static void
checks_packets(void)
{
	expect_said("CheckPacket", "0102", "");
	expect_said("CheckPacket(LENGTH 2, DATA \\<0102>)", "0102", "");
	expect_said("CheckPacket(LENGTH 3)", "0102", SAYS "bad length 2 (wanted 3)\n");
	expect_said("CheckPacket(LENGTH_EQ 1)", "0102", SAYS "bad length 2 (wanted 1)\n");
	expect_said("CheckPacket(LENGTH_GE 3)", "0102", SAYS "bad length 2 (wanted > 3)\n");
	expect_said("CheckPacket(LENGTH_GE 2)", "0102", "");
	expect_said("CheckPacket(LENGTH_LE 1)", "0102", SAYS "bad length 2 (wanted < 1)\n");
	expect_said("CheckPacket(DATA abc)", "6162", SAYS "data too short (2 bytes, wanted 3)\n");
	expect_said("CheckPacket(DATA abc, DATA_OFFSET 9)", "6162",
		SAYS "data too short (0 bytes, wanted 3)\n");
	expect_said("CheckPacket(DATA a)", "6162", SAYS "data too long (2 bytes, wanted 1)\n");
	expect_said("CheckPacket(DATA a, LENGTH_GE 1)", "6162", "");
	expect_said(
		"CheckPacket(DATA c, DATA_OFFSET 1)", "6162", SAYS "bad data (does not match)\n");
	expect_said("CheckPacket(DATA b, DATA_OFFSET 1)", "6162", "");
	expect_said("CheckPacket(ALIGNMENT 1 0)", "6162", "");
	ASSERT_ERRORS("CheckPacket(LENGTH 1, LENGTH_LE 2)", 1, 1,
		"LENGTH_EQ, LENGTH_GE, and LENGTH_LE are mutually exclusive\n");
	ASSERT_ERRORS("CheckPacket(ALIGNMENT 4)", 1, 1, "ALIGNMENT: expected 'MODULUS OFFSET'\n");
	ASSERT_ERRORS("CheckPacket(ALIGNMENT 4 4)", 1, 1, "ALIGNMENT: expected 'MODULUS OFFSET'\n");
}

static void
checks_alignment(void)
{
	struct rig *r = rig_new("CheckPacket(ALIGNMENT 4 1)", 1, 1);

	rig_push(r, 0, packet_make(1, "a", 1));
	rig_push(r, 0, packet_make(4, "a", 1));
	ASSERT_TEXT(rig_chatter(r), SAYS "bad alignment (4/0, expected 4/1)\n");
	rig_free(r);
}

static void
any_length(void)
{
	rig_truncations(
		"CheckPacket(DATA_OFFSET 1, DATA \\<0203>, LENGTH_LE 9)", 1, 1, 0, "010203", NULL);
}

UNIT_SUITE(comparepackets, UNIT_CASE(finds_differences), UNIT_CASE(leaves_timestamps_out),
	UNIT_CASE(waits_so_long), UNIT_CASE(checks_packets), UNIT_CASE(checks_alignment),
	UNIT_CASE(any_length))
