// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define ECHO "ICMPIPEncap(1.0.0.1, 2.0.0.2, echo, IDENTIFIER 3)"
#define FIRST "4500001c 00010000 ff01b8dd 01000001 02000002 0800f7fb 00030001"
#define SECOND "45000021 00020000 ff01b8d7 01000001 02000002 08000027 00030002 6869206a6f"

static void
encapsulates(void)
{
	struct rig *r = rig_new(ECHO, 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "");
	rig_push(r, 0, rig_segments("6869206a6f", 1));
	rig_expect_hex(r, 0, 0, FIRST);
	rig_expect_hex(r, 0, 1, SECOND);
	p = rig_packet(r, 0, 1);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	rig_free(r);
}

// The ICMP header of the first packet that a configuration makes of an empty one.
static void
expect_icmp(const char *config, const char *hex)
{
	struct rig *r = rig_new(config, 1, 1);
	struct packet *p;
	uint32_t len;

	if (r == NULL)
		return;
	rig_push_hex(r, 0, "");
	p = rig_packet(r, 0, 0);
	len = packet_length(p) - 20;
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_EQUAL(ippacket_sum(p, 20, len, 0), 0xffff);
	packet_pull(p, 20);
	rig_assert_hex(__FILE__, __LINE__, p, hex);
	rig_free(r);
}

static void
types(void)
{
#define TYPE(type) "ICMPIPEncap(1.0.0.1, 2.0.0.2, " type ", IDENTIFIER 0x102)"
	expect_icmp(TYPE("0"), "0000fefc 01020001");
	expect_icmp(TYPE("echo-reply"), "0000fefc 01020001");
	expect_icmp(TYPE("unreachable, host"), "0301fcfe 00000000");
	expect_icmp(TYPE("redirect, 3"), "0503fafc 00000000");
	expect_icmp(TYPE("timestamp"), "0d00f1fc 01020001 00000000 00000000 00000000");
	expect_icmp(TYPE("14, 1"), "0e01f0fb 01020001 00000000 00000000 00000000");
	expect_icmp(TYPE("inforeq"), "0f00effc 01020001");
	expect_icmp(TYPE("16"), "1000eefc 01020001");
	expect_icmp(TYPE("255, CODE 255"), "ffff0000 00000000");
	expect_icmp("ICMPIPEncap(1.0.0.1, 2.0.0.2, 8)", "0800f7fe 00000001");
#undef TYPE
}

static void
ids_leave_out_zero(void)
{
	struct rig *r = rig_new(ECHO, 1, 1);
	uint16_t id, seq;

	for (unsigned i = 1; i <= 65537; i++) {
		struct packet *p;

		rig_push_hex(r, 0, "");
		p = rig_packet(r, 0, 0);
		packet_read(p, 4, &id, 2);
		packet_read(p, 26, &seq, 2);
		if (rte_be_to_cpu_16(id) != (i - 1) % 65535 + 1 || seq != id)
			CU_FAIL("wrong id");
		rig_clear(r);
	}
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("ICMPIPEncap(3.0.0.3, 4.0.0.4, echo, IDENTIFIER 3)", 1, 1);
	char *errors;

	ASSERT_READ(r, "src", "3.0.0.3");
	ASSERT_READ(r, "dst", "4.0.0.4");
	ASSERT_TEXT(rig_write(r, "src", "1.0.0.1"), "");
	ASSERT_TEXT(rig_write(r, "dst", "2.0.0.2"), "");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, FIRST);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "src", "1.0.0"), "syntax error"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "dst", ""), "syntax error"));
	ASSERT_READ(r, "src", "1.0.0.1");
	ASSERT_READ(r, "handlers",
		"dst\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	errors = rig_swap(r, "RigIn(0) -> e :: " ECHO " -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "6869206a6f");
	rig_expect_hex(r, 0, 1, SECOND);
	rig_free(r);
}

static void
no_room(void)
{
	static struct hoard hoard;
	static const uint8_t bytes[65535 - 27];
	struct rig *r = rig_new(ECHO, 1, 1);
	struct packet *p;

	rig_push(r, 0, packet_make(PACKET_HEADROOM, bytes, sizeof(bytes)));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	p = packet_make(0, bytes, 10);
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull(ECHO, 1, 1);

	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, FIRST);
	rig_free(r);
	ASSERT_ERRORS("ICMPIPEncap", 1, 1,
		"SRC: required argument missing\nDST: required argument missing\n"
		"TYPE: required argument missing\n");
	ASSERT_ERRORS("ICMPIPEncap(x, y, 3)", 1, 1, "SRC: parse error\nDST: parse error\n");
	ASSERT_ERRORS("ICMPIPEncap(1.0.0.1, 2.0.0.2, 256)", 1, 1, "invalid TYPE\n");
	ASSERT_ERRORS("ICMPIPEncap(1.0.0.1, 2.0.0.2, nonsense)", 1, 1, "invalid TYPE\n");
	ASSERT_ERRORS("ICMPIPEncap(1.0.0.1, 2.0.0.2, 3, 256)", 1, 1, "invalid CODE\n");
	ASSERT_ERRORS("ICMPIPEncap(1.0.0.1, 2.0.0.2, echo, host)", 1, 1, "invalid CODE\n");
	ASSERT_ERRORS("ICMPIPEncap(1.0.0.1, 2.0.0.2, echo, 0, 1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("ICMPIPEncap(1.0.0.1, 2.0.0.2, echo, IDENTIFIER 65536)", 1, 1,
		"IDENTIFIER: out of range, bound 65535\n");
}

UNIT_SUITE(icmpipencap, UNIT_CASE(encapsulates), UNIT_CASE(types), UNIT_CASE(ids_leave_out_zero),
	UNIT_CASE(handlers), UNIT_CASE(no_room), UNIT_CASE(pull_and_arguments))
