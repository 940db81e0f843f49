// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

#define UDP "45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define UDP_TO_3 "45000020 00000000 fa11bcc9 01000001 03000003 03e807d0 000c2b54 61626364"
#define TCP                                                                                 \
	"4500002d 00070000 400677c2 01000001 02000002 000a0014 00000064 000000c8 50182000 " \
	"47a90000 68656c6c6f"

static struct packet *
annotated(struct packet *p, uint32_t addr)
{
	packet_set_anno_u32(p, ANNO_DST_IP, rte_cpu_to_be_32(addr));
	return p;
}

static void
header_addresses(void)
{
	struct rig *r = rig_new("StoreIPAddress(3.0.0.3, dst)", 1, 2);
	struct packet *p;

	rig_push(r, 0, ippacket_marked(rig_hex(UDP)));
	rig_push(r, 0, ippacket_marked(rig_segments(UDP, 3)));
	rig_expect_hex(r, 0, 0, UDP_TO_3);
	rig_expect_hex(r, 0, 1, UDP_TO_3);
	// No UDP checksum, later fragment, short transport header: the IP checksum alone.
	rig_push(r, 0,
		ippacket_marked(rig_hex("45000020 00000000 fa11bdca 01000001 02000002 03e807d0 "
					"000c0000 61626364")));
	rig_expect_hex(
		r, 0, 2, "45000020 00000000 fa11bcc9 01000001 03000003 03e807d0 000c0000 61626364");
	rig_push(r, 0,
		ippacket_marked(
			rig_hex("4500001c 00000001 fa11bdcd 01000001 02000002 03e807d0 000c2c55")));
	rig_expect_hex(r, 0, 3, "4500001c 00000001 fa11bccc 01000001 03000003 03e807d0 000c2c55");
	rig_push(r, 0,
		ippacket_marked(
			rig_hex("4500001b 00000000 fa11bdcf 01000001 02000002 03e807d0 000c2c")));
	rig_expect_hex(r, 0, 4, "4500001b 00000000 fa11bcce 01000001 03000003 03e807d0 000c2c");
	rig_push(r, 0, ippacket_marked(rig_hex(TCP)));
	p = rig_packet(r, 0, 5);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, 25));
	rig_free(r);
	r = rig_new("StoreIPAddress(SRC)", 1, 2);
	rig_push(r, 0, annotated(ippacket_marked(rig_hex(TCP)), 0x7f000001));
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_data(p)[12], 127);
	CU_ASSERT_TRUE(ippacket_header_is_right(p));
	CU_ASSERT_TRUE(ippacket_segment_is_right(p, 25));
	// No address: no change.
	rig_push(r, 0, annotated(ippacket_marked(rig_hex(TCP)), 0));
	rig_expect_hex(r, 0, 1, TCP);
	rig_push(r, 0, rig_hex(""));
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	// No header.
	rig_push(r, 0, annotated(rig_hex(TCP), 5));
	rig_expect_hex(r, 1, 0, TCP);
	rig_free(r);
}

static void
data_places(void)
{
	struct rig *r = rig_new("StoreIPAddress(1.2.3.4, 3)", 1, 2);

	rig_push_hex(r, 0, "aaaaaaaaaaaaaa");
	rig_push(r, 0, rig_segments("aaaaaaaaaaaaaaaa", 1));
	rig_push_hex(r, 0, "aaaaaaaaaaaa");
	rig_push_hex(r, 0, "");
	// Checksums stay.
	rig_push(r, 0, ippacket_marked(rig_hex(UDP)));
	rig_expect_hex(r, 0, 0, "aaaaaa01020304");
	rig_expect_hex(r, 0, 1, "aaaaaa01020304aa");
	rig_expect_hex(
		r, 0, 2, "45000001 02030400 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364");
	rig_expect_hex(r, 1, 0, "aaaaaaaaaaaa");
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_free(r);
	r = rig_new("StoreIPAddress(OFFSET 0)", 1, 1);
	rig_push(r, 0, annotated(rig_hex("aaaaaaaa"), 0x01020304));
	rig_push(r, 0, annotated(rig_hex("aaaaaaaa"), 0));
	rig_push(r, 0, annotated(rig_hex("aaaaaa"), 1));
	rig_expect_hex(r, 0, 0, "01020304");
	rig_expect_hex(r, 0, 1, "aaaaaaaa");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new("StoreIPAddress(1.2.3.4, 2147483647)", 1, 1);
	rig_push_hex(r, 0, "aaaaaaaaaaaaaa");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
shared_packets(void)
{
	static struct hoard hoard;
	static const char *const configs[] = {
		"StoreIPAddress(3.0.0.3, dst)", "StoreIPAddress(3.0.0.3, 16)"};

	for (unsigned i = 0; i < RTE_DIM(configs); i++) {
		struct rig *r = rig_new(configs[i], 1, 1);
		struct packet *p = ippacket_marked(rig_hex(UDP)), *clone = packet_clone(p);

		rig_push(r, 0, clone);
		rig_assert_hex(__FILE__, __LINE__, p, UDP);
		clone = packet_clone(p);
		hoard_take(&hoard);
		rig_push(r, 0, clone);
		hoard_release(&hoard);
		CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
		rig_push(r, 0, p);
		rig_free(r);
	}
	rig_truncations("StoreIPAddress(3.0.0.3, dst)", 1, 2, 0, UDP, ippacket_mark);
	rig_truncations("StoreIPAddress(3.0.0.3, src)", 1, 1, 0, TCP, ippacket_mark);
	rig_truncations("StoreIPAddress(3.0.0.3, 16)", 1, 1, 0, TCP, ippacket_mark);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("StoreIPAddress(3.0.0.3, dst)", 1, 2);

	rig_push(r, 0, ippacket_marked(rig_hex(UDP)));
	rig_push_hex(r, 0, UDP);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_expect_hex(r, 0, 0, UDP_TO_3);
	rig_free(r);
	ASSERT_ERRORS("StoreIPAddress", 1, 1, "OFFSET: required argument missing\n");
	ASSERT_ERRORS("StoreIPAddress(x)", 1, 1, "type mismatch: OFFSET requires integer\n");
	ASSERT_ERRORS("StoreIPAddress(-1)", 1, 1, "type mismatch: OFFSET requires integer\n");
	ASSERT_ERRORS("StoreIPAddress(1.2.3, 5)", 1, 1, "ADDR: parse error\n");
	ASSERT_ERRORS(
		"StoreIPAddress(1.2.3.4, -1)", 1, 1, "type mismatch: OFFSET requires integer\n");
	ASSERT_ERRORS("StoreIPAddress(1.2.3.4, 2147483648)", 1, 1,
		"type mismatch: OFFSET requires integer\n");
	ASSERT_ERRORS("StoreIPAddress(1.2.3.4, 1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(storeipaddress, UNIT_CASE(header_addresses), UNIT_CASE(data_places),
	UNIT_CASE(shared_packets), UNIT_CASE(pull_and_arguments))
