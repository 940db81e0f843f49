// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static const char *const arp_request = "ffffffffffff 010203040506 0806 0001 0800 06 04 0001 00";
static const char *const arp_reply = "ffffffffffff 010203040506 0806 0001 0800 06 04 0002 00";
static const char *const ip_packet = "ffffffffffff 010203040506 0800 45000014 00000000 40110000";

static void
first_pattern_wins(void)
{
	struct rig *r =
		rig_new("Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, 0/ff)", 1, 4);
	char *order;

	rig_push_hex(r, 0, ip_packet);
	rig_push_hex(r, 0, arp_reply);
	rig_push_hex(r, 0, arp_request);
	rig_push_hex(r, 0, "ff");
	rig_push_hex(r, 0, "00");
	order = rig_order(r);
	ASSERT_TEXT(order, "2 1 0 3");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	free(order);
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new("Classifier(0/01, 0/02)", 1, 2);
	struct packet *p[8];

	for (unsigned i = 0; i < 8; i++)
		p[i] = rig_hex(i % 3 == 0 ? "01" : i % 3 == 1 ? "02" : "03");
	rig_push_batch(r, 0, p, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 1), 3);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static unsigned
matches(const char *pattern, const char *hex, unsigned segment)
{
	char config[256];
	struct rig *r;
	unsigned n;

	snprintf(config, sizeof(config), "Classifier(%s)", pattern);
	r = rig_new(config, 1, 1);
	rig_push(r, 0, segment == 0 ? rig_hex(hex) : rig_segments(hex, segment));
	n = rig_count(r, 0);
	rig_free(r);
	return n;
}

static void
expect_match(const char *pattern, const char *hex, unsigned want)
{
	CU_ASSERT_EQUAL(matches(pattern, hex, 0), want);
	CU_ASSERT_EQUAL(matches(pattern, hex, 1), want);
	CU_ASSERT_EQUAL(matches(pattern, hex, 3), want);
}

static void
clauses(void)
{
	expect_match("-", "", 1);
	expect_match("0/45", "45", 1);
	expect_match("0/45", "46", 0);
	expect_match("0/4?", "4f", 1);
	expect_match("0/?5", "45", 1);
	expect_match("0/?5", "46", 0);
	expect_match("0/40%f0", "4f", 1);
	expect_match("0/4f%f?", "40", 1); // ? in the mask is 0
	expect_match("0/40%40", "ff", 1);
	expect_match("3/aAbBCc", "000000aabbcc", 1); // over two words
	expect_match("3/aAbBCc", "000000aabbcd", 0);
	expect_match("1/02 3/04", "01020304", 1);
	expect_match("1/02 3/05", "01020304", 0);
	expect_match("  1/02  3/04  ", "01020304", 1);
	expect_match("1/02!3/05", "01020304", 1);
	expect_match("! 1/02", "01030304", 1);
	expect_match("!1/0203", "01020304", 0);
	expect_match("!1/0203", "01020404", 1);
	expect_match("!1/02 !1/03", "0103", 0);
}

static void
short_packets(void)
{
	expect_match("0/4500", "45", 0);
	expect_match("0/4500", "", 0);
	expect_match("!0/4500", "45", 1);
	expect_match("2/0000%0000", "", 1); // no bit of them matters
	expect_match("!2/????", "0102030405", 0);
	expect_match("2/01??", "000001", 1);
	expect_match("0/01020304 !4/05", "01020304", 1);
	expect_match("65534/00", "00", 0);
	rig_truncations("Classifier(12/0800 23/11 !34/0035, !12/0800 14/45%f0, -)", 1, 3, 0,
		"ffffffffffff 010203040506 0800 45000014 00000000 40110000 01020304 01020304 "
		"00350001 00080000",
		NULL);
}

static void
programs(void)
{
	struct rig *r = rig_new("Classifier(0/45, -)", 1, 2);

	ASSERT_READ(r, "program",
		" 0   0/45000000%ff000000  yes->[0]  no->[1]\n"
		"safe length 1\n"
		"alignment offset 0\n");
	ASSERT_READ(r, "handlers",
		"program\tr.\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new("Classifier(9/11, 9/06, -)", 1, 3);
	ASSERT_READ(r, "program",
		" 0   8/00110000%00ff0000  yes->[0]  no->step 1\n"
		" 1   8/00060000%00ff0000  yes->[1]  no->[2]\n"
		"safe length 10\n"
		"alignment offset 0\n");
	rig_free(r);
	r = rig_new("Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -)", 1, 4);
	ASSERT_READ(r, "program",
		" 0  12/08060000%ffff0000  yes->step 1  no->step 3\n"
		" 1  20/00010000%ffff0000  yes->[0]  no->step 2\n"
		" 2  20/00020000%ffff0000  yes->[1]  no->[3]\n"
		" 3  12/08000000%ffff0000  yes->[2]  no->[3]\n"
		"safe length 22\n"
		"alignment offset 0\n");
	rig_free(r);
	r = rig_new("Classifier(-)", 1, 1);
	ASSERT_READ(r, "program", "all->[0]\nsafe length 0\nalignment offset 0\n");
	rig_free(r);
	r = rig_new("Classifier", 1, 0);
	ASSERT_READ(r, "program", "all->[2147483647]\nsafe length 0\nalignment offset 0\n");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	// An empty pattern takes all packets; 14/?? as well; 264 is an offset like others.
	r = rig_new("Classifier(264/01 260/02, , 14/?"
		    "?)",
		1, 3);
	ASSERT_READ(r, "program",
		" 0 264/01000000%ff000000  yes->step 1  no->[1]\n"
		" 1 260/02000000%ff000000  yes->[0]  no->[1]\n"
		"safe length 265\n"
		"alignment offset 0\n");
	rig_free(r);
}

static void
warnings(void)
{
	ASSERT_ERRORS("Classifier(-, 0/00)", 1, 2, "warning: output 1 matches no packets\n");
	ASSERT_ERRORS("Classifier(0/01 0/02, 0/4?, 0/45, 0/46, -)", 1, 5,
		"warning: output 0 matches no packets\n"
		"warning: output 2 matches no packets\n"
		"warning: output 3 matches no packets\n");
	ASSERT_ERRORS("Classifier(0/01, !0/01, -)", 1, 3, "warning: output 2 matches no packets\n");
}

static void
errors(void)
{
	ASSERT_ERRORS("Classifier(0/01)", 1, 2, "need 2 arguments, one per output port\n");
	ASSERT_ERRORS("Classifier(0/01, -)", 1, 1, "need 1 arguments, one per output port\n");
	ASSERT_ERRORS("Classifier(-, x)", 1, 2, "pattern 1: expected a digit\n");
	ASSERT_ERRORS("Classifier(0/01 -)", 1, 1, "pattern 0: expected a digit\n");
	ASSERT_ERRORS("Classifier(!)", 1, 1, "pattern 0: expected a digit\n");
	ASSERT_ERRORS("Classifier(12)", 1, 1, "pattern 0: expected '/'\n");
	ASSERT_ERRORS("Classifier(12 /01)", 1, 1, "pattern 0: expected '/'\n");
	ASSERT_ERRORS("Classifier(12/)", 1, 1, "pattern 0: value has less than 2 hex digits\n");
	ASSERT_ERRORS("Classifier(12/1)", 1, 1, "pattern 0: value has less than 2 hex digits\n");
	ASSERT_ERRORS(
		"Classifier(12/080)", 1, 1, "pattern 0: value has odd number of hex digits\n");
	ASSERT_ERRORS("Classifier(12/08%f)", 1, 1, "pattern 0: mask has too few hex digits\n");
	ASSERT_ERRORS("Classifier(12/08%)", 1, 1, "pattern 0: mask has too few hex digits\n");
	ASSERT_ERRORS("Classifier(12/08%ff0)", 1, 1, "pattern 0: mask has too many hex digits\n");
	ASSERT_ERRORS("Classifier(65535/08)", 1, 1,
		"pattern 0: offset out of range, packets have 65535 bytes\n");
	ASSERT_ERRORS("Classifier(99999999999999999999/08)", 1, 1,
		"pattern 0: offset out of range, packets have 65535 bytes\n");
	ASSERT_ERRORS("Classifier(12/080 13/4, 1/zz, 14/00)", 1, 3,
		"pattern 0: value has odd number of hex digits\n"
		"pattern 0: value has less than 2 hex digits\n"
		"pattern 1: value has less than 2 hex digits\n"
		"pattern 1: expected a digit\n");
}

static void
configures_again(void)
{
	struct rig *r = rig_new("Classifier(0/01, -)", 1, 2);

	ASSERT_TEXT(rig_write(r, "config", "0/02, -"), "");
	rig_push_hex(r, 0, "02");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	// The old program stays.
	ASSERT_TEXT(rig_write(r, "config", "0/03, 1"), "pattern 1: expected '/'\n");
	ASSERT_TEXT(rig_write(r, "config", "-"), "need 2 arguments, one per output port\n");
	ASSERT_READ(r, "config", "0/02, -");
	rig_push_hex(r, 0, "02");
	rig_push_hex(r, 0, "03");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "program",
		" 0   0/02000000%ff000000  yes->[0]  no->[1]\n"
		"safe length 1\n"
		"alignment offset 0\n");
	rig_free(r);
}

UNIT_SUITE(classifier, UNIT_CASE(first_pattern_wins), UNIT_CASE(batches), UNIT_CASE(clauses),
	UNIT_CASE(short_packets), UNIT_CASE(programs), UNIT_CASE(warnings), UNIT_CASE(errors),
	UNIT_CASE(configures_again))
