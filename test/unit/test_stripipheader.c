// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

#define OPTIONS "4600001c 00010000 401163cd 0a000001 0a000002 01010100 aaaaaaaa"

static void
strips_and_brings_back(void)
{
	struct rig *r = rig_config("RigIn -> MarkIPHeader(2) -> e :: StripIPHeader -> RigOut;"
				   "RigIn(1) -> MarkIPHeader(2) -> StripIPHeader"
				   " -> UnstripIPHeader -> RigOut(1)");
	struct packet *p;

	rig_push_hex(r, 0, "eeee" OPTIONS);
	rig_push(r, 0, rig_segments("eeee" OPTIONS, 5));
	for (unsigned i = 0; i < 2; i++) {
		rig_expect_hex(r, 0, i, "aaaaaaaa");
		CU_ASSERT_EQUAL(packet_transport_offset(rig_packet(r, 0, i)), 0);
	}
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), -24);
	rig_push_hex(r, 1, "eeee" OPTIONS);
	p = rig_packet(r, 1, 0);
	rig_expect_hex(r, 1, 0, OPTIONS);
	CU_ASSERT_EQUAL(packet_network_offset(p), 0);
	CU_ASSERT_EQUAL(packet_transport_offset(p), 24);
	rig_free(r);
}

static void
nothing_to_do(void)
{
	struct rig *r = rig_config("RigIn -> StripIPHeader -> RigOut;"
				   "RigIn(1) -> UnstripIPHeader -> RigOut(1);"
				   "RigIn(2) -> MarkIPHeader(4) -> UnstripIPHeader -> RigOut(2);"
				   "RigIn(3) -> MarkIPHeader -> StripIPHeader -> RigOut(3)");

	rig_push_hex(r, 0, OPTIONS);
	rig_push_hex(r, 1, OPTIONS);
	rig_push_hex(r, 2, OPTIONS);
	rig_expect_hex(r, 0, 0, OPTIONS);
	rig_expect_hex(r, 1, 0, OPTIONS);
	rig_expect_hex(r, 2, 0, OPTIONS);
	// Shorter than its header says.
	rig_push_hex(r, 3, "4600001c 00010000 401163cd 0a000001 0a000002");
	CU_ASSERT_EQUAL(packet_length(rig_packet(r, 3, 0)), 0);
	rig_free(r);
}

static void
shared_packets(void)
{
	struct rig *r = rig_config("RigIn -> MarkIPHeader -> StripIPHeader -> UnstripIPHeader"
				   " -> RigOut; RigIn(1) -> RigOut(1)");
	struct packet *p = rig_hex(OPTIONS);

	rig_push(r, 1, packet_clone(p));
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, OPTIONS);
	rig_expect_hex(r, 1, 0, OPTIONS);
	rig_free(r);
}

static void
truncations(void)
{
	struct rig *r = rig_config("RigIn -> MarkIPHeader -> StripIPHeader -> UnstripIPHeader"
				   " -> RigOut");
	static const uint8_t bytes[28] = {0x46, 0, 0, 0x1c, 0, 1, 0, 0, 0x40, 0x11};
	char hex[57];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	for (unsigned n = 0; n <= sizeof(bytes); n++) {
		hex[2 * n] = '\0';
		for (unsigned size = 1; size <= 28; size += 9)
			rig_push(r, 0, rig_segments(hex, size));
		if (n < sizeof(bytes))
			snprintf(hex + 2 * n, 3, "%02x", bytes[n]);
		rig_clear(r);
	}
	rig_free(r);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("StripIPHeader", 1, 1);
	struct packet *p = rig_hex(OPTIONS);

	packet_set_network(p, 0, 24);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, "aaaaaaaa");
	rig_free(r);
	r = rig_new_pull("UnstripIPHeader", 1, 1);
	p = rig_hex(OPTIONS);
	packet_set_network(p, 0, 24);
	packet_pull(p, 24);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	rig_expect_hex(r, 0, 0, OPTIONS);
	rig_free(r);
	ASSERT_ERRORS("StripIPHeader(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("UnstripIPHeader(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(stripipheader, UNIT_CASE(strips_and_brings_back), UNIT_CASE(nothing_to_do),
	UNIT_CASE(shared_packets), UNIT_CASE(truncations), UNIT_CASE(pull_and_arguments))
