// SPDX-License-Identifier: BSD-3-Clause
#include "src/element.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

#define REQUEST "4500001c 00010000 ff01b8dd 01000001 02000002 0800f7fb 00030001"
#define REPLY "4500001c 00010000 ff01b8dd 02000002 01000001 0000fffb 00030001"
#define OPTIONS_REQUEST \
	"46000024 00012000 07018dd5 01000001 02000002 01010100 08055d27 00030001 abcdef01"
#define OPTIONS_REPLY \
	"46000024 00010000 ff01b5d4 02000002 01000001 01010100 0000652c 00030001 abcdef01"

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, (packet_length(p) > 0 ? packet_data(p)[0] & 15u : 5) * 4);
}

static struct packet *
marked(struct packet *p)
{
	mark(p);
	return p;
}

static void
replies(void)
{
	struct rig *r = rig_new("ICMPPingResponder", 1, 2);
	struct packet *p = marked(rig_hex(REQUEST));

	packet_set_anno_u8(p, ANNO_PAINT, 5);
	rig_push(r, 0, p);
	rig_push(r, 0, marked(rig_hex(OPTIONS_REQUEST)));
	rig_push(r, 0, marked(rig_segments(OPTIONS_REQUEST, 9)));
	rig_expect_hex(r, 0, 0, REPLY);
	rig_expect_hex(r, 0, 1, OPTIONS_REPLY);
	rig_expect_hex(r, 0, 2, OPTIONS_REPLY);
	p = rig_packet(r, 0, 0);
	CU_ASSERT_EQUAL(packet_anno_u32(p, ANNO_DST_IP), rte_cpu_to_be_32(0x01000001));
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 0);
	CU_ASSERT_TRUE(packet_timestamp(p) > INT64_C(1000000000) * 1000000000);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_TRUE(element_class_find("ICMPPingResponder")->flags & ELEMENT_ANSWERS);
	rig_free(r);
}

// Nothing but zeroes: the checksum is not 0 but 0xffff.
static void
zero_checksum(void)
{
	struct rig *r = rig_new("ICMPPingResponder", 1, 1);

	rig_push(r, 0,
		marked(rig_hex("4500001c 00010000 ff01b8dd 01000001 02000002 0800f7ff 00000000")));
	rig_push(r, 0,
		marked(rig_hex("4500001c 00010000 ff01b8dd 01000001 02000002 0800f7ff 0000ffff")));
	rig_expect_hex(r, 0, 0, "4500001c 00010000 ff01b8dd 02000002 01000001 0000ffff 00000000");
	rig_expect_hex(r, 0, 1, "4500001c 00010000 ff01b8dd 02000002 01000001 00000000 0000ffff");
	rig_free(r);
}

static const char *const others[] = {
	"4500001c 00010000 ff01b8dd 01000001 02000002 0000fffb 00030001", // reply
	"4500001c 00010000 ff11b8dd 01000001 02000002 0800f7fb 00030001", // UDP
	"4500001b 00010000 ff01b8dd 01000001 02000002 0800f7fb 000300", // short
	"4500001c 00010001 ff01b8dd 01000001 02000002 0800f7fb 00030001", // later fragment
	"4400001c 00010000 ff01b8dd 01000001 02000002 0800f7fb 00030001",
	"4600001c 00010000 ff01b8dd 01000001 02000002 0800f7fb 00030001",
};

static void
others_pass_by(void)
{
	struct rig *r = rig_new("ICMPPingResponder", 1, 2);

	for (unsigned i = 0; i < RTE_DIM(others); i++)
		rig_push(r, 0, marked(rig_hex(others[i])));
	rig_push_hex(r, 0, REQUEST);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	CU_ASSERT_EQUAL(rig_count(r, 1), 7);
	for (unsigned i = 0; i < RTE_DIM(others); i++)
		rig_expect_hex(r, 1, i, others[i]);
	rig_free(r);
	r = rig_new("ICMPPingResponder", 1, 1);
	rig_push(r, 0, marked(rig_hex(others[0])));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	rig_truncations("ICMPPingResponder", 1, 2, 0, OPTIONS_REQUEST, mark);
}

static void
shared_packets(void)
{
	static struct hoard hoard;
	struct rig *r = rig_config(
		"RigIn(0) -> e :: ICMPPingResponder -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = marked(rig_hex(REQUEST)), *q = marked(rig_hex(REQUEST));

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 1, packet_clone(q));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, REPLY);
	rig_expect_hex(r, 1, 0, REQUEST);
	hoard_take(&hoard);
	rig_push(r, 0, q);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("ICMPPingResponder", 1, 2);

	rig_push(r, 0, marked(rig_hex(REQUEST)));
	rig_push(r, 0, marked(rig_hex(others[1])));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_expect_hex(r, 0, 0, REPLY);
	rig_expect_hex(r, 1, 0, others[1]);
	rig_free(r);
	ASSERT_ERRORS("ICMPPingResponder(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(icmppingresponder, UNIT_CASE(replies), UNIT_CASE(zero_checksum),
	UNIT_CASE(others_pass_by), UNIT_CASE(shared_packets), UNIT_CASE(pull_and_arguments))
