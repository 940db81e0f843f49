// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define FRAME "020000000001 020000000002 0800"

static void
gets(void)
{
	struct rig *r = rig_new("GetEtherAddress(40, src)", 1, 2);
	struct packet *p;

	rig_push_hex(r, 0, FRAME);
	rig_push(r, 0, rig_segments(FRAME, 5));
	for (unsigned i = 0; i < 2; i++) {
		p = rig_packet(r, 0, i);
		CU_ASSERT_EQUAL(memcmp(p->anno + 40, "\2\0\0\0\0\2", 6), 0);
	}
	rig_push_hex(r, 0, "020000000001 0200000000");
	rig_expect_hex(r, 1, 0, "020000000001 0200000000");
	rig_free(r);
	r = rig_new("GetEtherAddress(42, OFFSET 8)", 1, 1);
	rig_push_hex(r, 0, FRAME);
	CU_ASSERT_EQUAL(memcmp(rig_packet(r, 0, 0)->anno + 42, "\0\0\0\2\x08\0", 6), 0);
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("GetEtherAddress(0, dst)", 1, 2, 0, FRAME, NULL);
	r = rig_new_pull("GetEtherAddress(0, dst)", 1, 2);
	rig_push_hex(r, 0, FRAME);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
stores(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("StoreEtherAddress(0A:0B:0C:0D:0E:0F, src)", 1, 2);
	struct packet *p = rig_hex(FRAME), *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_assert_hex(__FILE__, __LINE__, p, FRAME);
	rig_push(r, 0, rig_segments(FRAME, 5));
	rig_expect_hex(r, 0, 0, "020000000001 0a0b0c0d0e0f 0800");
	rig_expect_hex(r, 0, 1, "020000000001 0a0b0c0d0e0f 0800");
	rig_push_hex(r, 0, "020000000001 0200000000");
	rig_expect_hex(r, 1, 0, "020000000001 0200000000");
	ASSERT_READ(r, "addr", "0A-0B-0C-0D-0E-0F");
	ASSERT_TEXT(rig_write(r, "addr", "1:2:3:4:5:6"), "");
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 2, "020000000001 010203040506 0800");
	ASSERT_TEXT(rig_write(r, "addr", "x"), "expected Ethernet address\n");
	p = rig_hex(FRAME);
	clone = packet_clone(p);
	hoard_take(&hoard);
	rig_push(r, 0, clone);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, p);
	ASSERT_READ(r, "handlers",
		"addr\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new("StoreEtherAddress(OFFSET 1, ANNO 40)", 1, 1);
	p = rig_hex("aaaaaaaaaaaaaaaa");
	memcpy(packet_meta(p)->anno + 40, "\1\2\3\4\5\6", 6);
	rig_push(r, 0, p);
	rig_push_hex(r, 0, "aaaaaaaaaaaaaa");
	rig_push_hex(r, 0, "aaaaaaaaaaaa");
	rig_expect_hex(r, 0, 0, "aa010203040506aa");
	rig_expect_hex(r, 0, 1, "aa000000000000");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("StoreEtherAddress(1:2:3:4:5:6, dst)", 1, 2, 0, FRAME, NULL);
	r = rig_new_pull("StoreEtherAddress(1:2:3:4:5:6, dst)", 1, 2);
	rig_push_hex(r, 0, FRAME);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, "010203040506 020000000002 0800");
	rig_free(r);
}

static void
sets(void)
{
	struct rig *r = rig_new("SetEtherAddress(1:2:3:4:5:6, 40)", 1, 1);

	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(memcmp(rig_packet(r, 0, 0)->anno + 40, "\1\2\3\4\5\6", 6), 0);
	ASSERT_READ(r, "addr", "01-02-03-04-05-06");
	ASSERT_TEXT(rig_write(r, "addr", "6:5:4:3:2:1"), "");
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(memcmp(rig_packet(r, 0, 1)->anno + 40, "\6\5\4\3\2\1", 6), 0);
	rig_free(r);
	r = rig_new_pull("SetEtherAddress(1:2:3:4:5:6, 40)", 1, 1);
	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(memcmp(rig_packet(r, 0, 0)->anno + 40, "\1\2\3\4\5\6", 6), 0);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("GetEtherAddress", 1, 1,
		"ANNO: required argument missing\nOFFSET: required argument missing\n");
	ASSERT_ERRORS(
		"GetEtherAddress(43, x)", 1, 1, "ANNO: parse error\ntype mismatch: bad OFFSET\n");
	ASSERT_ERRORS("GetEtherAddress(DST_IP, -1)", 1, 1,
		"ANNO: parse error\ntype mismatch: bad OFFSET\n");
	ASSERT_ERRORS("GetEtherAddress(0, 0, 0)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS(
		"StoreEtherAddress(OFFSET 0)", 1, 1, "must specify exactly one of ADDR/ANNO\n");
	ASSERT_ERRORS("StoreEtherAddress(1:2:3:4:5:6, 0, ANNO 40)", 1, 1,
		"must specify exactly one of ADDR/ANNO\n");
	ASSERT_ERRORS("StoreEtherAddress(1:2:3:4:5, SRC)", 1, 1,
		"ADDR: parse error\ntype mismatch: bad OFFSET\n");
	ASSERT_ERRORS(
		"StoreEtherAddress(1:2:3:4:5:6, 2147483648)", 1, 1, "type mismatch: bad OFFSET\n");
	ASSERT_ERRORS("SetEtherAddress", 1, 1,
		"ADDR: required argument missing\nANNO: required argument missing\n");
	ASSERT_ERRORS("SetEtherAddress(x, 43)", 1, 1, "ADDR: parse error\nANNO: parse error\n");
}

UNIT_SUITE(etheraddress, UNIT_CASE(gets), UNIT_CASE(stores), UNIT_CASE(sets), UNIT_CASE(arguments))
