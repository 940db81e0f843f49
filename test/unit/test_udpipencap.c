// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define ENCAP "UDPIPEncap(1.0.0.1, 1000, 2.0.0.2, 2000)"
#define FIRST "45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"

static void
encapsulates(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);
	struct packet *p;

	rig_push_hex(r, 0, "61626364");
	rig_push(r, 0, rig_segments("6162636465", 2));
	rig_push_hex(r, 0, "");
	rig_expect_hex(r, 0, 0, FIRST);
	rig_expect_hex(r, 0, 1,
		"45000021 00010000 fa11bdc8 01000001 02000002 03e807d0 000dc752 6162636465");
	for (unsigned i = 0; i < 3; i++) {
		p = rig_packet(r, 0, i);
		CU_ASSERT_TRUE(ippacket_header_is_right(p));
		CU_ASSERT_TRUE(ippacket_segment_is_right(p, packet_length(p) - 20));
		CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x02000002));
		CU_ASSERT_EQUAL(packet_network_offset(p), 0);
		CU_ASSERT_EQUAL(packet_transport_offset(p), 20);
	}
	rig_free(r);
	r = rig_new("UDPIPEncap(1.0.0.1, 1000, 2.0.0.2, domain, false)", 1, 1);
	rig_push_hex(r, 0, "61626364");
	rig_expect_hex(
		r, 0, 0, "45000020 00000000 fa11bdca 01000001 02000002 03e80035 000c0000 61626364");
	rig_free(r);
}

static void
ids_wrap(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);
	uint16_t id;

	for (unsigned i = 0; i <= 65536; i++) {
		struct packet *p;

		rig_push_hex(r, 0, "61");
		p = rig_packet(r, 0, 0);
		packet_read(p, 4, &id, 2);
		if (rte_be_to_cpu_16(id) != (uint16_t)i)
			CU_FAIL("wrong id");
		rig_clear(r);
	}
	rig_free(r);
}

static void
destination_annotation(void)
{
	struct rig *r = rig_new("UDPIPEncap(1.0.0.1, 1000, DST_ANNO, 2000)", 1, 1);
	struct packet *p = rig_hex("61626364");

	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(0x02000002));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FIRST);
	ASSERT_READ(r, "dst", "0.0.0.0");
	rig_push_hex(r, 0, "61");
	CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, 1), 9));
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("UDPIPEncap(3.0.0.3, 1, 4.0.0.4, 2)", 1, 1);
	char *errors;

	ASSERT_READ(r, "src", "3.0.0.3");
	ASSERT_READ(r, "sport", "1");
	ASSERT_READ(r, "dst", "4.0.0.4");
	ASSERT_READ(r, "dport", "2");
	ASSERT_TEXT(rig_write(r, "src", "1.0.0.1"), "");
	ASSERT_TEXT(rig_write(r, "sport", "1000"), "");
	ASSERT_TEXT(rig_write(r, "dst", "2.0.0.2"), "");
	ASSERT_TEXT(rig_write(r, "dport", "2000"), "");
	ASSERT_READ(r, "config", "1.0.0.1, 1000, 2.0.0.2, 2000");
	rig_push_hex(r, 0, "61626364");
	rig_expect_hex(r, 0, 0, FIRST);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_write(r, "dst", "x"), "bad DST"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(rig_write(r, "sport", "65536"), "SPORT: overflow, range 0-65535"));
	ASSERT_READ(r, "sport", "1000");
	ASSERT_READ(r, "handlers",
		"dport\trw\ndst\trw\nsport\trw\nsrc\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\n"
		"class\tr.\nname\tr.\n");
	// The next id stays, through a new configuration and a hot swap.
	ASSERT_TEXT(rig_write(r, "config", "1.0.0.1, 1000, 2.0.0.2, 2000, false"), "");
	errors = rig_swap(r, "RigIn(0) -> e :: " ENCAP " -> RigOut(0)");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push_hex(r, 0, "6162636465");
	rig_expect_hex(r, 0, 1,
		"45000021 00010000 fa11bdc8 01000001 02000002 03e807d0 000dc752 6162636465");
	rig_free(r);
}

static void
no_room(void)
{
	static struct hoard hoard;
	static const uint8_t bytes[65535 - 27];
	struct rig *r = rig_new(ENCAP, 1, 1);
	struct packet *some[3] = {packet_make(PACKET_HEADROOM, bytes, sizeof(bytes)), rig_hex("61"),
		packet_make(0, bytes, sizeof(bytes) - 1)};
	struct packet *p;

	rig_push_batch(r, 0, some, 3);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 0, 0)), 29);
	p = rig_packet(r, 0, 1);
	CU_ASSERT_EQUAL(packet_length(p), 65535);
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, 65515));
	p = packet_make(0, bytes, 10);
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
shared_packets(void)
{
	struct rig *r = rig_new(ENCAP, 1, 1);
	struct packet *p = rig_hex("61626364"), *clone = packet_clone(p);

	rig_push(r, 0, clone);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, FIRST);
	CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, 1), 12));
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull(ENCAP, 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	rig_push_hex(r, 0, "61626364");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, FIRST);
	rig_free(r);
	ASSERT_ERRORS("UDPIPEncap", 1, 1,
		"SRC: required argument missing\nSPORT: required argument missing\n"
		"DST: required argument missing\nDPORT: required argument missing\n");
	ASSERT_ERRORS("UDPIPEncap(x, nonsense, y, 65536, 2)", 1, 1,
		"SRC: parse error\nSPORT: parse error\nbad DST\nDPORT: overflow, range 0-65535\n"
		"CHECKSUM: parse error\n");
	ASSERT_ERRORS(
		"UDPIPEncap(1.0.0.1, 65536, 2.0.0.2, 2)", 1, 1, "SPORT: overflow, range 0-65535\n");
	ASSERT_ERRORS("UDPIPEncap(1.0.0.1, 1, 2.0.0.2, 2, true, 3)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(udpipencap, UNIT_CASE(encapsulates), UNIT_CASE(ids_wrap),
	UNIT_CASE(destination_annotation), UNIT_CASE(handlers), UNIT_CASE(no_room),
	UNIT_CASE(shared_packets), UNIT_CASE(pull_and_arguments))
