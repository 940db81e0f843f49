// SPDX-License-Identifier: BSD-3-Clause
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

enum { ABSENT, TOO_FAR };

static void
strips(void)
{
	struct rig *r = rig_new("Search(\"\\<0d0a>\")", 1, 2);

	rig_push_hex(r, 0, "610d0a62 0d0a63");
	rig_push_hex(r, 0, "0d0a");
	rig_push_hex(r, 0, "610d62");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, "620d0a63");
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), ANNO_MISC_IP), 3);
	rig_expect_hex(r, 0, 1, "");
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 1), ANNO_MISC_IP), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_expect_hex(r, 1, 0, "610d62");
	rig_free(r);
	r = rig_new_pull("Search(bc, false, SET_ANNO false)", 1, 1);
	rig_push_hex(r, 0, "61626364");
	rig_push_hex(r, 0, "61");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, "626364");
	CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), ANNO_MISC_IP), 0);
	CU_ASSERT_EQUAL(rig_drops(r, ABSENT), 1);
	rig_free(r);
}

// Wherever the pattern lies, and however the packet is cut.
static void
searches_segments(void)
{
	for (unsigned at = 0; at < 30; at++) {
		char *hex = mem_printf("%0*d %s %0*d", (int)(2 * at), 0, "616262", 20, 0);
		const char *text = at == 0 ? hex + 1 : hex; // %0*d with 0 prints a digit

		for (unsigned size = 1; size < 8; size++) {
			struct rig *r = rig_new("Search(abb, ANNO 4)", 1, 1);

			rig_push(r, 0, rig_segments(text, size));
			CU_ASSERT_EQUAL(rig_count(r, 0), 1);
			rig_expect_hex(r, 0, 0, "00000000000000000000");
			CU_ASSERT_EQUAL(packet_anno_u16(rig_packet(r, 0, 0), 4), at + 3);
			rig_free(r);
		}
		free(hex);
	}
}

static void
long_packets(void)
{
	struct rig *r = rig_new("Search(abc) ", 1, 2);

	for (uint32_t at = 2030; at < 2060; at++) {
		struct packet *p = packet_alloc(28, 9000);

		for (uint32_t i = 0; i < 9000; i++)
			packet_write(&p, i, "x", 1);
		packet_write(&p, at, "abc", 3);
		rig_clear(r);
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 9000 - at - 3);
	}
	rig_free(r);
}

static void
brings_back(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Search(c, ANNO 30) -> u :: UnstripAnno(30)"
				   "-> RigOut(0);");

	rig_push_hex(r, 0, "61626364");
	rig_expect_hex(r, 0, 0, "61626364");
	rig_free(r);
	r = rig_new("UnstripAnno", 1, 1);
	rig_push_hex(r, 0, "6162");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 2);
	{
		struct packet *p = rig_hex("61");

		packet_set_anno_u16(p, ANNO_MISC_IP, UINT16_MAX);
		rig_push(r, 0, p); // no packet can be so long
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	}
	rig_free(r);
}

static void
configuration_errors(void)
{
	char *longest = mem_printf("Search(%01025d)", 0);

	ASSERT_ERRORS("Search()", 1, 1, "PATTERN: required argument missing\n");
	ASSERT_ERRORS("Search(\"\")", 1, 1, "Cannot search for an empty string!\n");
	ASSERT_ERRORS(longest, 1, 1, "PATTERN longer than 1024 bytes\n");
	ASSERT_ERRORS("Search(a, ANNO 47)", 1, 1, "ANNO: parse error\n");
	ASSERT_ERRORS("UnstripAnno(PAINT)", 1, 1, "ANNO: parse error\n");
	free(longest);
}

static void
any_length(void)
{
	rig_truncations("Search(\\<0203>)", 1, 2, 0, "000102030405", NULL);
	rig_truncations("Search(\\<0203>, STRIP_AFTER false)", 1, 1, 0, "000102030405", NULL);
}

UNIT_SUITE(search, UNIT_CASE(strips), UNIT_CASE(searches_segments), UNIT_CASE(long_packets),
	UNIT_CASE(brings_back), UNIT_CASE(configuration_errors), UNIT_CASE(any_length))
