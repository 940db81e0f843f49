// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define HEADER "0a0000000001 0a0000000002"
#define NEW "020202020202 010101010101 0800"

static void
push_marked(struct rig *r, const char *hex, int32_t network)
{
	struct packet *p = rig_hex(hex);

	packet_set_network(p, network, 20);
	rig_push(r, 0, p);
}

static void
leaves_ethernet_alone(void)
{
	struct rig *r = rig_new("EnsureEther", 1, 1);

	rig_push_hex(r, 0, "45");
	push_marked(r, HEADER "0800 45", 14);
	push_marked(r, HEADER "86dd 60", 14);
	rig_expect_hex(r, 0, 0, "45");
	rig_expect_hex(r, 0, 1, HEADER "0800 45");
	rig_expect_hex(r, 0, 2, HEADER "86dd 60");
	rig_free(r);
}

static void
brings_back_a_stripped_header(void)
{
	struct rig *r = rig_new("EnsureEther", 1, 1);
	struct packet *p = rig_hex(HEADER "0800 45"), *clone;

	packet_set_mac(p, 0);
	packet_set_network(p, 14, 20);
	packet_pull(p, 14);
	clone = packet_clone(p);
	rig_push(r, 0, p);
	rig_push(r, 0, clone);
	rig_expect_hex(r, 0, 0, HEADER "0800 45");
	rig_expect_hex(r, 0, 1, HEADER "0800 45");
	// Old bytes that are no header, or nobody's header.
	p = rig_hex(HEADER "0806 45");
	packet_set_mac(p, 0);
	packet_set_network(p, 14, 20);
	packet_pull(p, 14);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 2, NEW "45");
	p = rig_hex(HEADER "0800 45");
	packet_set_network(p, 14, 20);
	packet_pull(p, 14);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 3, NEW "45");
	rig_free(r);
}

static void
makes_a_header(void)
{
	struct rig *r = rig_new("EnsureEther(0x86DD, 2:0:0:0:0:1, 2:0:0:0:0:2)", 1, 1);
	struct packet *p = rig_hex("0102 45");

	push_marked(r, "60", 0);
	push_marked(r, "aabbcc 60", 3);
	push_marked(r, HEADER "8100 60", 14);
	rig_expect_hex(r, 0, 0, "020000000002 020000000001 86dd 60");
	rig_expect_hex(r, 0, 1, "020000000002 020000000001 86dd 60");
	rig_expect_hex(r, 0, 2, "020000000002 020000000001 86dd 60");
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 1)), 14);
	// Even the IP header was stripped.
	packet_set_network(p, 2, 20);
	packet_pull(p, 3);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 3, "020000000002 020000000001 86dd 45");
	rig_free(r);
}

static void
drops_what_is_marked_behind_its_end(void)
{
	struct rig *r = rig_new("EnsureEther", 1, 1);

	push_marked(r, "0102", 3);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
mark_14(struct packet *p)
{
	packet_set_mac(p, 0);
	packet_set_network(p, 14, 20);
}

static void
survives_truncation(void)
{
	rig_truncations("EnsureEther", 1, 1, 0, HEADER "0800 45000000", mark_14);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("EnsureEther", 1, 1);

	push_marked(r, "45", 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 1);
	rig_expect_hex(r, 0, 0, NEW "45");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EnsureEther(65536)", 1, 1,
		"argument 1 (Ethernet encapsulation type) must be <= 0xFFFF\n");
	ASSERT_ERRORS("EnsureEther(x, y, z)", 1, 1,
		"ETHERTYPE: invalid number\nSRC: parse error\nDST: parse error\n");
}

UNIT_SUITE(ensureether, UNIT_CASE(leaves_ethernet_alone), UNIT_CASE(brings_back_a_stripped_header),
	UNIT_CASE(makes_a_header), UNIT_CASE(drops_what_is_marked_behind_its_end),
	UNIT_CASE(survives_truncation), UNIT_CASE(pulls), UNIT_CASE(arguments))
