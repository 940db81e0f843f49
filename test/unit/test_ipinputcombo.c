// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "test/unit/rig.h"

#define ETHER "020000000001 020000000002 0800 "
#define GOOD "4500001c 00010000 401166ce 0a000001 0a000002 0102030405060708"

static const char *const frames[] = {
	ETHER GOOD,
	ETHER GOOD "ffff", // longer than its header says
	ETHER "47000024 00010000 401162c5 0a000001 0a000002 01010100 00000000 0102030405060708",
	ETHER "4500001c 00010000 401166cf 0a000001 0a000002 0102030405060708",
	ETHER "6500001c 00010000 401146ce 0a000001 0a000002 0102030405060708",
	ETHER "4400001c 00010000 401167ce 0a000001 0a000002 0102030405060708",
	ETHER "4500001d 00010000 401166cd 0a000001 0a000002 0102030405060708",
	ETHER "45000013 00010000 401166d7 0a000001 0a000002 0102030405060708",
	ETHER "4500001c 00010000 401165d0 0a0000ff 0a000002 0102030405060708", // bad source
	ETHER "4500001c 00010000 401165d1 0a0000ff 0a000001 0102030405060708", // good destination
	ETHER "4500001c 00010000 401170cf 00000000 0a000002 0102030405060708",
	ETHER,
	"02000000000102000000000208",
	"",
};

static void
push_all(struct rig *r, unsigned segment)
{
	for (unsigned i = 0; i < RTE_DIM(frames); i++)
		rig_push(r, 0, segment > 0 ? rig_segments(frames[i], segment) : rig_hex(frames[i]));
}

static bool
are_equal(struct rig *r, unsigned a, unsigned b, unsigned i)
{
	struct packet *p = rig_packet(r, a, i), *q = rig_packet(r, b, i);
	uint8_t x[100], y[100];

	return packet_length(p) == packet_length(q) && packet_read(p, 0, x, packet_length(p)) &&
	       packet_read(q, 0, y, packet_length(q)) && memcmp(x, y, packet_length(p)) == 0 &&
	       packet_network_offset(p) == packet_network_offset(q) &&
	       packet_transport_offset(p) == packet_transport_offset(q) &&
	       memcmp(packet_meta(p)->anno, packet_meta(q)->anno, PACKET_ANNO_SIZE) == 0;
}

// It does what the three elements do.
static void
equals_its_parts(void)
{
	struct rig *r = rig_config(
		"RigIn(0) -> t :: Tee; t [0] -> e :: IPInputCombo(7, INTERFACES 10.0.0.1/24)"
		" -> RigOut(0);"
		"t [1] -> Paint(7) -> Strip(14) -> c :: CheckIPHeader(INTERFACES 10.0.0.1/24)"
		" -> RigOut(1);");

	push_all(r, 0);
	push_all(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	CU_ASSERT_EQUAL(rig_count(r, 1), 8);
	for (unsigned i = 0; i < rig_count(r, 0); i++)
		CU_ASSERT_TRUE(are_equal(r, 0, 1, i));
	rig_expect_hex(r, 0, 1, GOOD);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 7);
	ASSERT_READ(r, "drops", "20");
	ASSERT_READ(r, "c.drops", "20");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "IP checksum failed\n"));
	rig_free(r);
}

static void
bad_sources(void)
{
	struct rig *r = rig_new("IPInputCombo(256, 10.0.0.1)", 1, 1);

	push_all(r, 0);
	// Only 10.0.0.1, 0.0.0.0 and 255.255.255.255 are bad.
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 0);
	ASSERT_READ(r, "drops", "12");
	ASSERT_READ(r, "handlers",
		"drops\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new("IPInputCombo(1, BADSRC 10.0.0.1, GOODDST 10.0.0.2)", 1, 1);
	push_all(r, 0);
	CU_ASSERT_EQUAL(rig_count(r, 0), 6);
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new("IPInputCombo(1)", 1, 1);
	struct packet *some[3] = {rig_hex(frames[0]), rig_hex(frames[3]), rig_hex(frames[2])};
	char *errors;

	rig_push_batch(r, 0, some, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, 1)), 28);
	ASSERT_TEXT(rig_chatter(r), "IP checksum failed\n");
	errors = rig_swap(r, "RigIn(0) -> e :: IPInputCombo(1) -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "drops", "1");
	rig_free(r);
	rig_truncations("IPInputCombo(1)", 1, 1, 0, frames[0], NULL);
	rig_truncations("IPInputCombo(1)", 1, 1, 0, frames[2], NULL);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("IPInputCombo(1)", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	rig_push_hex(r, 0, frames[3]);
	rig_push_hex(r, 0, frames[0]);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, GOOD);
	rig_free(r);
	ASSERT_ERRORS("IPInputCombo", 1, 1, "COLOR: required argument missing\n");
	ASSERT_ERRORS("IPInputCombo(x, y, INTERFACES z, BADSRC u, GOODDST v)", 1, 1,
		"COLOR: invalid number\nBADADDRS: parse error\nINTERFACES: parse error\n"
		"BADSRC: parse error\nGOODDST: parse error\n");
	ASSERT_ERRORS("IPInputCombo(1, 1.2.3.4, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(ipinputcombo, UNIT_CASE(equals_its_parts), UNIT_CASE(bad_sources), UNIT_CASE(batches),
	UNIT_CASE(pull_and_arguments))
