// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define ENCAP "IPEncap(ipip, 1.0.0.1, 2.0.0.2)"
#define FIRST "45000018 00000000 fa04bddf 01000001 02000002 61626364"
#define SECOND "45000017 00010000 fa04bddf 01000001 02000002 616263"

static void
encapsulates(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "61626364");
	rig_push(r, 0, rig_segments("616263", 1));
	rig_expect_hex(r, 0, 0, FIRST);
	rig_expect_hex(r, 0, 1, SECOND);
	p = rig_packet(r, 0, 1);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	rig_free(r);
}

static void
destination_annotation(void)
{
	struct rig *r = rig_new("IPEncap(ipip, 1.0.0.1, DST_ANNO)", 1, 1);
	struct packet *p = rig_hex("61626364");

	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(0x02000002));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FIRST);
	ASSERT_READ(r, "dst", "DST_ANNO");
	ASSERT_TEXT(rig_write(r, "dst", "3.0.0.3"), "");
	ASSERT_READ(r, "dst", "3.0.0.3");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 1, "45000014 00010000 fa04bce1 01000001 03000003");
	ASSERT_TEXT(rig_write(r, "dst", "DST_ANNO"), "");
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 2, "45000014 00020000 fa04bfe3 01000001 00000000");
	rig_free(r);
}

// Byte `at` of the header that a configuration gives.
static unsigned
header_byte(const char *config, unsigned at)
{
	struct rig *r = rig_new(config, 1, 1);
	unsigned byte = 0;

	if (r == NULL)
		return 256;
	rig_push_hex(r, 0, "61");
	if (rig_count(r, 0) == 1) {
		CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 0)));
		byte = packet_data(rig_packet(r, 0, 0))[at];
	}
	rig_free(r);
	return byte;
}

static void
fields(void)
{
#define WITH(keywords) "IPEncap(17, 1.0.0.1, 2.0.0.2, " keywords ")"
	CU_ASSERT_EQUAL(header_byte(WITH("TTL 3"), 8), 3);
	CU_ASSERT_EQUAL(header_byte(WITH("TTL 255"), 8), 255);
	CU_ASSERT_EQUAL(header_byte(WITH("TTL 1"), 9), 17);
	CU_ASSERT_EQUAL(header_byte(WITH("DSCP 10"), 1), 40);
	CU_ASSERT_EQUAL(header_byte(WITH("DSCP 63"), 1), 252);
	CU_ASSERT_EQUAL(header_byte(WITH("DSCP 10, CE true"), 1), 43);
	CU_ASSERT_EQUAL(header_byte(WITH("ECT true"), 1), 1);
	CU_ASSERT_EQUAL(header_byte(WITH("ECT 1"), 1), 1);
	CU_ASSERT_EQUAL(header_byte(WITH("ECT 2"), 1), 2);
	CU_ASSERT_EQUAL(header_byte(WITH("ECT false"), 1), 0);
	CU_ASSERT_EQUAL(header_byte(WITH("TOS 0xFF"), 1), 255);
	CU_ASSERT_EQUAL(header_byte(WITH("TOS 0"), 1), 0);
	CU_ASSERT_EQUAL(header_byte(WITH("DF true"), 6), 0x40);
	CU_ASSERT_EQUAL(header_byte(WITH("DF false"), 6), 0);
#undef WITH
}

static void
handlers(void)
{
	struct rig *r = rig_new("IPEncap(ipip, 3.0.0.3, 2.0.0.2, TTL 250)", 1, 1);
	char *errors;

	ASSERT_READ(r, "src", "3.0.0.3");
	ASSERT_TEXT(rig_write(r, "src", "1.0.0.1"), "");
	ASSERT_READ(r, "config", "ipip, 1.0.0.1, 2.0.0.2, TTL 250");
	rig_push_hex(r, 0, "61626364");
	rig_expect_hex(r, 0, 0, FIRST);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "src", "x"), "SRC: parse error"));
	CU_ASSERT_PTR_NOT_NULL(strstr(
		rig_write(r, "dst", "x"), "DST argument should be IP address or 'DST_ANNO'"));
	ASSERT_READ(r, "handlers",
		"dst\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	// Ids go on.
	errors = rig_swap(r, "RigIn(0) -> e :: " ENCAP " -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "616263");
	rig_expect_hex(r, 0, 1, SECOND);
	rig_free(r);
}

static void
no_room(void)
{
	static struct hoard hoard;
	static const uint8_t bytes[65535 - 19];
	struct rig *r = rig_new(ENCAP, 1, 1);
	struct packet *some[3] = {rig_hex("61626364"),
		packet_make(PACKET_HEADROOM, bytes, sizeof(bytes)),
		packet_make(0, bytes, sizeof(bytes) - 1)};
	struct packet *p;

	// The others of a batch go on, in order.
	rig_push_batch(r, 0, some, 3);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, FIRST);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 1)), 65535);
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 1)));
	p = packet_make(0, bytes, 10);
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull(ENCAP, 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_push_hex(r, 0, "61626364");
	rig_push_hex(r, 0, "616263");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 2);
	rig_expect_hex(r, 0, 0, FIRST);
	rig_expect_hex(r, 0, 1, SECOND);
	rig_free(r);
}

static void
arguments(void)
{
#define WITH(keywords) "IPEncap(4, 1.0.0.1, 2.0.0.2, " keywords ")"
	ASSERT_ERRORS("IPEncap", 1, 1,
		"PROTO: required argument missing\nSRC: required argument missing\n"
		"DST: required argument missing\n");
	ASSERT_ERRORS("IPEncap(256, 1.2.3.4, 1.2.3.4)", 1, 1, "bad IP protocol\n");
	ASSERT_ERRORS("IPEncap(nonsense, x, DST)", 1, 1,
		"bad IP protocol\nSRC: parse error\n"
		"DST argument should be IP address or 'DST_ANNO'\n");
	ASSERT_ERRORS(WITH("3"), 1, 1, "too many arguments\n");
	ASSERT_ERRORS(WITH("TTL 256"), 1, 1, "TTL: out of range, bound 255\n");
	ASSERT_ERRORS(WITH("TOS 256"), 1, 1, "TOS too large; max 255\n");
	ASSERT_ERRORS(WITH("DSCP 64"), 1, 1, "DSCP too large; max 63\n");
	ASSERT_ERRORS(WITH("TOS 1, DSCP 1"), 1, 1, "cannot set both TOS and DSCP\n");
	ASSERT_ERRORS(WITH("TOS 1, CE true"), 1, 1, "cannot set both TOS and ECN bits\n");
	ASSERT_ERRORS(WITH("TOS 1, ECT 2"), 1, 1, "cannot set both TOS and ECN bits\n");
	ASSERT_ERRORS(WITH("CE true, ECT 2"), 1, 1, "can set at most one ECN option\n");
	ASSERT_ERRORS(WITH("ECT 3"), 1, 1, "bad ECT value '3'\n");
	ASSERT_ERRORS(WITH("CE 2"), 1, 1, "CE: parse error\n");
	ASSERT_ERRORS(WITH("DF 2"), 1, 1, "DF: parse error\n");
#undef WITH
}

UNIT_SUITE(ipencap, UNIT_CASE(encapsulates), UNIT_CASE(destination_annotation), UNIT_CASE(fields),
	UNIT_CASE(handlers), UNIT_CASE(no_room), UNIT_CASE(pulls), UNIT_CASE(arguments))
