// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/rig.h"

#define SHA "02000000000a"
#define SPA "0a000001"
#define THA "02000000000b"
#define TPA "0a000002"
#define ARP(op, tha) "0001 0800 06 04" op SHA SPA tha TPA

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, 28);
}

static void
push_marked(struct rig *r, const char *hex)
{
	struct packet *p = rig_hex(hex);

	mark(p);
	packet_set_timestamp(p, 1500000000);
	rig_push(r, 0, p);
}

static void
expect_line(const char *element, const char *hex, const char *want)
{
	struct rig *r = rig_new(element, 1, 1);

	push_marked(r, hex);
	ASSERT_TEXT(rig_chatter(r), want);
	rig_expect_hex(r, 0, 0, hex);
	rig_free(r);
}

static void
prints_operations(void)
{
	static const char *const lines[][2] = {
		{ARP("0001", "000000000000"), "arp who-has 10.0.0.2 tell 10.0.0.1\n"},
		{ARP("0001", THA), "arp who-has 10.0.0.2 (02-00-00-00-00-0B) tell 10.0.0.1\n"},
		{ARP("0002", THA), "arp reply 10.0.0.1 is-at 02-00-00-00-00-0A\n"},
		{ARP("0003", THA), "rarp who-is 02-00-00-00-00-0B tell 02-00-00-00-00-0A\n"},
		{ARP("0004", THA), "rarp reply 02-00-00-00-00-0B at 10.0.0.2\n"},
		{ARP("0008", THA), "invarp who-is 02-00-00-00-00-0B tell 02-00-00-00-00-0A\n"},
		{ARP("0009", THA), "invarp reply 02-00-00-00-00-0B at 10.0.0.2\n"},
		{ARP("1234", THA), "arp-#4660\n"},
		{"0006 0800 06 04 0002" SHA SPA THA TPA,
			"arp reply 10.0.0.1 is-at 02-00-00-00-00-0Ahardware #6\n"},
		{"0001 1000 06 04 0002" SHA SPA THA TPA,
			"trailer-arp reply 10.0.0.1 is-at 02-00-00-00-00-0A\n"},
		{"0001 86dd 06 10 0001 00", "arp-#1 for proto #34525 (16) hardware #1 (6)\n"},
		{"0001 0800 00 04 0001", "arp-#1 for proto #2048 (4) hardware #1 (0)\n"},
		{"0001 0800 06 04 00", "truncated-arp (7)\n"},
		{"0001 0800 06 04 0001 02", "truncated-arp (9)\n"},
		{"", "truncated-arp (0)\n"},
	};

	for (unsigned i = 0; i < RTE_DIM(lines); i++)
		expect_line("ARPPrint(TIMESTAMP false)", lines[i][0], lines[i][1]);
}

static void
prints_what_is_asked_for(void)
{
	struct rig *r;
	struct packet *p;

	expect_line("ARPPrint", ARP("0001", "000000000000"),
		"1.500000: arp who-has 10.0.0.2 tell 10.0.0.1\n");
	expect_line("ARPPrint(in)", ARP("0001", "000000000000"),
		"in: 1.500000: arp who-has 10.0.0.2 tell 10.0.0.1\n");
	// No Ethernet header to show.
	expect_line("ARPPrint(in, ETHER true, TIMESTAMP false)", ARP("0001", "000000000000"),
		"in: arp who-has 10.0.0.2 tell 10.0.0.1\n");
	r = rig_new("ARPPrint(in, ETHER true)", 1, 1);
	p = rig_segments("ffffffffffff" SHA "0806" ARP("0001", "000000000000"), 5);
	packet_set_mac(p, 0);
	packet_set_network(p, 14, 28);
	rig_push(r, 0, p);
	ASSERT_TEXT(rig_chatter(r), "in: 0.000000: 02-00-00-00-00-0A > FF-FF-FF-FF-FF-FF: "
				    "arp who-has 10.0.0.2 tell 10.0.0.1\n");
	// Stripped headers are still there.
	p = rig_hex("ffffffffffff" SHA "0806" ARP("0001", "000000000000") "00");
	packet_set_mac(p, 0);
	packet_set_network(p, 14, 28);
	packet_pull(p, 42);
	rig_push(r, 0, p);
	ASSERT_TEXT(rig_chatter(r), "in: 0.000000: 02-00-00-00-00-0A > FF-FF-FF-FF-FF-FF: "
				    "arp who-has 10.0.0.2 tell 10.0.0.1\n");
	rig_free(r);
}

static void
can_be_silent(void)
{
	struct rig *r = rig_new("ARPPrint(ACTIVE false)", 1, 1);

	push_marked(r, ARP("0001", THA));
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	push_marked(r, ARP("0002", THA));
	ASSERT_TEXT(rig_chatter(r), "1.500000: arp reply 10.0.0.1 is-at 02-00-00-00-00-0A\n");
	// Without a network header nothing is printed.
	rig_push_hex(r, 0, ARP("0002", THA));
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_TEXT(rig_write(r, "active", "x"), "expected boolean\n");
	rig_free(r);
}

static void
writes_to_a_file(void)
{
	char *config = mem_strdup(
		tempdir_text("RigIn -> e :: ARPPrint(OUTFILE @/arp, TIMESTAMP false) -> RigOut"));
	struct strbuf got = STRBUF_INIT;
	struct rig *r = rig_config(config);
	char *errors;

	push_marked(r, ARP("0001", "000000000000"));
	// The one that takes its place goes on.
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	free(config);
	push_marked(r, ARP("0002", THA));
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
	tempdir_read("arp", &got);
	ASSERT_TEXT(strbuf_text(&got), "arp who-has 10.0.0.2 tell 10.0.0.1\n"
				       "arp reply 10.0.0.1 is-at 02-00-00-00-00-0A\n");
	strbuf_fini(&got);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("ARPPrint(TIMESTAMP false)", 1, 1);

	push_marked(r, ARP("0002", THA));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	ASSERT_TEXT(rig_chatter(r), "arp reply 10.0.0.1 is-at 02-00-00-00-00-0A\n");
	rig_free(r);
}

static void
survives_truncation(void)
{
	rig_truncations("ARPPrint(ETHER true)", 1, 1, 0, ARP("0001", THA), mark);
}

static void
arguments(void)
{
	char *errors;

	ASSERT_ERRORS("ARPPrint(a, b)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("ARPPrint(TIMESTAMP 3, ETHER x, ACTIVE q)", 1, 1,
		"TIMESTAMP: parse error\nETHER: parse error\nACTIVE: parse error\n");
	errors = rig_errors(tempdir_text("ARPPrint(OUTFILE @/no/arp)"), 1, 1);
	ASSERT_TEXT(errors, tempdir_text("@/no/arp: No such file or directory\n"));
	free(errors);
}

UNIT_SUITE(arpprint, UNIT_CASE(prints_operations), UNIT_CASE(prints_what_is_asked_for),
	UNIT_CASE(can_be_silent), UNIT_CASE(writes_to_a_file), UNIT_CASE(pulls),
	UNIT_CASE(survives_truncation), UNIT_CASE(arguments))
