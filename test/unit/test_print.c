// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

static struct rig *
print_rig(const char *args)
{
	char *config = mem_printf("Print(%s)", args);
	struct rig *r = rig_new(config, 1, 1);

	free(config);
	return r;
}

static void
check_line(const char *file, int line, struct rig *r, struct packet *p, const char *want)
{
	rig_push(r, 0, p);
	unit_assert_text(file, line, rig_chatter(r), want);
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, 0), p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
}

// What Print with these arguments writes about a packet. Packets are made once the rig is there.
#define ASSERT_LINE(args, packet, want)                             \
	do {                                                        \
		struct rig *rig_ = print_rig(args);                 \
                                                                    \
		check_line(__FILE__, __LINE__, rig_, packet, want); \
	} while (0)

static struct packet *
stamped(const char *hex, int64_t ns)
{
	struct packet *p = rig_hex(hex);

	packet_set_timestamp(p, ns);
	packet_set_anno_u8(p, 0, 0xab);
	packet_set_anno_u8(p, 47, 0x0c);
	return p;
}

static void
shows_bytes_in_groups(void)
{
	ASSERT_LINE("", rig_hex("01 02 03 04 05"), "   5 | 01020304 05\n");
	ASSERT_LINE("", rig_hex("01 02 03 04"), "   4 | 01020304\n");
	ASSERT_LINE("A", rig_hex("11"), "A:    1 | 11\n");
	ASSERT_LINE("\"a b\"", rig_hex("ff"), "a b:    1 | ff\n");
	ASSERT_LINE("", rig_hex(""), "   0\n");
	ASSERT_LINE("X", rig_hex(""), "X:    0\n");
	ASSERT_LINE("", rig_segments("0102030405060708090a", 3), "  10 | 01020304 05060708 090a\n");
}

static void
cuts_at_maxlength(void)
{
	const char *hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a";

	ASSERT_LINE(
		"", rig_hex(hex), "  27 | 00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617\n");
	ASSERT_LINE("MAXLENGTH 2", rig_hex(hex), "  27 | 0001\n");
	ASSERT_LINE("L, 5", rig_hex(hex), "L:   27 | 00010203 04\n");
	ASSERT_LINE("L, 0", rig_hex(hex), "L:   27\n");
	ASSERT_LINE("L, -1", rig_hex(hex),
		"L:   27 | 00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a\n");
}

static void
shows_text(void)
{
	ASSERT_LINE(
		"CONTENTS ASCII", rig_hex("48656c6c6f2c20776f726c64"), "  12 |  Hello, w orld\n");
	ASSERT_LINE("CONTENTS ascii", rig_hex("00411f7f7e207f80"), "   8 |  .A..~ ..\n");
	ASSERT_LINE("CONTENTS ASCII", rig_segments("48656c6c6f2c20776f726c64", 5),
		"  12 |  Hello, w orld\n");
	ASSERT_LINE("CONTENTS NONE", rig_hex("4865"), "   2\n");
	ASSERT_LINE("X, CONTENTS none", rig_hex("01020304"), "X:    4\n");
	ASSERT_LINE("CONTENTS false", rig_hex("4865"), "   2\n");
	ASSERT_LINE("CONTENTS true", rig_hex("4865"), "   2 | 4865\n");
	ASSERT_LINE("CONTENTS Hex", rig_hex("4865"), "   2 | 4865\n");
}

static void
shows_what_else_is_known(void)
{
	ASSERT_LINE("TIMESTAMP true", rig_hex("01 02 03 04 05"), "0.000000:    5 | 01020304 05\n");
	ASSERT_LINE("L, TIMESTAMP true, CONTENTS NONE", stamped("01", 1500000001),
		"L: 1.500000001:    1\n");
	ASSERT_LINE(
		"HEADROOM true", rig_hex("01 02 03 04 05"), "   5 (h128 t2043) | 01020304 05\n");
	ASSERT_LINE("L, HEADROOM 1, PRINTANNO 1, TIMESTAMP 1", stamped("01", 2000000),
		"L: 0.002000:    1 (h128 t2047) | "
		"ab0000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000c | 01\n");
	ASSERT_LINE("PRINTANNO true, CONTENTS NONE", rig_hex("01"),
		"   1 | 000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000000\n");
}

static void
is_silent_while_inactive(void)
{
	struct rig *r = rig_new("Print(A, ACTIVE false)", 1, 1);

	rig_push_hex(r, 0, "01");
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_push_hex(r, 0, "02");
	ASSERT_TEXT(rig_chatter(r), "A:    1 | 02\n");
	ASSERT_TEXT(rig_write(r, "active", "maybe"), "expected boolean\n");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
}

// Lines of one packet stand together, as with Click's one packet at a time.
static void
prints_packet_by_packet(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: Print(A) -> Print(B) -> RigOut(0);");
	struct packet *p[] = {rig_hex("01"), rig_hex("02")};

	rig_push_batch(r, 0, p, 2);
	ASSERT_TEXT(rig_chatter(r), "A:    1 | 01\nB:    1 | 01\nA:    1 | 02\nB:    1 | 02\n");
	rig_expect_hex(r, 0, 1, "02");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Print", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 0);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_push_hex(r, 0, "01");
	rig_push_hex(r, 0, "02");
	rig_push_hex(r, 0, "03");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	ASSERT_TEXT(rig_chatter(r), "   1 | 01\n");
	rig_write(r, "active", "false");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 2);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("Print(A, CONTENTS NONE)", 1, 1);

	ASSERT_READ(r, "handlers",
		"active\trw.c\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "config", "B, 1"), "");
	ASSERT_READ(r, "config", "B, 1");
	rig_push_hex(r, 0, "0102");
	ASSERT_TEXT(rig_chatter(r), "B:    2 | 01\n");
	// A configuration that fails changes nothing.
	ASSERT_TEXT(rig_write(r, "config", "C, CONTENTS hexx"),
		"bad contents value 'HEXX'; should be 'NONE', 'HEX', or 'ASCII'\n");
	rig_push_hex(r, 0, "0102");
	ASSERT_TEXT(rig_chatter(r), "B:    2 | 01\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Print(CONTENTS foo)", 1, 1,
		"bad contents value 'FOO'; should be 'NONE', 'HEX', or 'ASCII'\n");
	ASSERT_ERRORS("Print(CONTENTS \"a b\")", 1, 1, "CONTENTS: parse error\n");
	ASSERT_ERRORS("Print(a b)", 1, 1, "a: unknown argument\n");
	ASSERT_ERRORS("Print(A, x)", 1, 1, "MAXLENGTH: invalid number\n");
	ASSERT_ERRORS("Print(A, 1, 2)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("Print(ACTIVE 2)", 1, 1, "ACTIVE: parse error\n");
	ASSERT_ERRORS("Print(HEADROOM x)", 1, 1, "HEADROOM: parse error\n");
	ASSERT_ERRORS("Print(PRINTANNO x)", 1, 1, "PRINTANNO: parse error\n");
	ASSERT_ERRORS("Print(TIMESTAMP x)", 1, 1, "TIMESTAMP: parse error\n");
	// Old names work and say so.
	ASSERT_ERRORS("Print(LENGTH 3)", 1, 1, "LENGTH: warning: argument deprecated\n");
	ASSERT_ERRORS("Print(NBYTES 3)", 1, 1, "NBYTES: warning: argument deprecated\n");
	ASSERT_LINE("NBYTES 1", rig_hex("0102"), "   2 | 01\n");
}

static void
any_length(void)
{
	rig_truncations("Print(X, 6)", 1, 1, 0, "0102030405060708090a", NULL);
	rig_truncations("Print(X, -1, CONTENTS ASCII)", 1, 1, 0, "0102030405060708090a", NULL);
}

UNIT_SUITE(print, UNIT_CASE(shows_bytes_in_groups), UNIT_CASE(cuts_at_maxlength),
	UNIT_CASE(shows_text), UNIT_CASE(shows_what_else_is_known),
	UNIT_CASE(is_silent_while_inactive), UNIT_CASE(prints_packet_by_packet), UNIT_CASE(pulls),
	UNIT_CASE(handlers), UNIT_CASE(arguments), UNIT_CASE(any_length))
