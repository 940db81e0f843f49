// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/checksum.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define FIRST "4500001c 00010000 ff01b8dd 01000001 02000002 0800f7fb 00030001"
#define SECOND "45000021 00020000 ff01b8d7 01000001 02000002 08000027 00030002 6869206a6f"

static void
encapsulates(void)
{
	struct rig *r = rig_new("ICMPPingEncap(1.0.0.1, 2.0.0.2, IDENTIFIER 3)", 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "");
	rig_push_hex(r, 0, "6869206a6f");
	rig_expect_hex(r, 0, 0, FIRST);
	rig_expect_hex(r, 0, 1, SECOND);
	p = rig_packet(r, 0, 1);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	ASSERT_READ(r, "handlers",
		"dst\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	// In segments, without headroom.
	r = rig_new("ICMPPingEncap(1.0.0.1, 2.0.0.2, IDENTIFIER 3)", 1, 1);
	rig_push(r, 0, packet_alloc(0, 0));
	p = rig_segments("6869206a6f", 1);
	CU_ASSERT_TRUE(packet_push(&p, packet_headroom(p)));
	CU_ASSERT_TRUE(packet_pull(p, packet_length(p) - 5));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FIRST);
	rig_expect_hex(r, 0, 1, SECOND);
	rig_free(r);
}

static void
ids_leave_out_zero(void)
{
	struct rig *r = rig_new("ICMPPingEncap(1.0.0.1, 2.0.0.2)", 1, 1);
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
	struct rig *r = rig_new("ICMPPingEncap(3.0.0.3, 4.0.0.4, IDENTIFIER 3)", 1, 1);

	ASSERT_READ(r, "src", "3.0.0.3");
	ASSERT_READ(r, "dst", "4.0.0.4");
	ASSERT_TEXT(rig_write(r, "src", "1.0.0.1"), "");
	ASSERT_TEXT(rig_write(r, "dst", "2.0.0.2"), "");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, FIRST);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "src", "1.0.0"), "syntax error"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "dst", ""), "syntax error"));
	ASSERT_READ(r, "src", "1.0.0.1");
	rig_free(r);
}

static void
no_room(void)
{
	static struct hoard hoard;
	static const uint8_t bytes[65535 - 27];
	struct rig *r = rig_new("ICMPPingEncap(1.0.0.1, 2.0.0.2)", 1, 1);
	struct packet *p;

	rig_push(r, 0, packet_make(PACKET_HEADROOM, bytes, sizeof(bytes)));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	p = packet_make(0, bytes, sizeof(bytes) - 1);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 65535);
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
	struct rig *r = rig_new_pull("ICMPPingEncap(1.0.0.1, 2.0.0.2, IDENTIFIER 3)", 1, 1);

	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, FIRST);
	rig_free(r);
	ASSERT_ERRORS("ICMPPingEncap", 1, 1,
		"SRC: required argument missing\nDST: required argument missing\n");
	ASSERT_ERRORS("ICMPPingEncap(x, 1.2.3.4)", 1, 1, "SRC: parse error\n");
	ASSERT_ERRORS("ICMPPingEncap(1.2.3.4, x)", 1, 1, "DST: parse error\n");
	ASSERT_ERRORS("ICMPPingEncap(1.2.3.4, 1.2.3.4, 3)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("ICMPPingEncap(1.2.3.4, 1.2.3.4, IDENTIFIER 65536)", 1, 1,
		"IDENTIFIER: out of range, bound 65535\n");
}

UNIT_SUITE(icmppingencap, UNIT_CASE(encapsulates), UNIT_CASE(ids_leave_out_zero),
	UNIT_CASE(handlers), UNIT_CASE(no_room), UNIT_CASE(pull_and_arguments))
