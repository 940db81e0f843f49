// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/hoard.h"
#include "test/unit/rig.h"

// A packet whose data begins at an address with this remainder modulo 8.
static struct packet *
at(const char *hex, unsigned remainder)
{
	struct packet *p = rig_hex(hex);

	packet_push(&p, 8);
	packet_pull(p, remainder);
	packet_take(p, 8 - remainder);
	CU_ASSERT_EQUAL((uintptr_t)packet_data(p) % 8, remainder);
	return p;
}

static void
every_alignment_from_every_other(void)
{
	for (unsigned modulus = 2; modulus <= 8; modulus *= 2) {
		for (unsigned offset = 0; offset < modulus; offset++) {
			char *config = mem_printf("Align(%u, %u)", modulus, offset);
			struct rig *r = rig_new(config, 1, 1);
			const struct packet *p;

			free(config);
			for (unsigned i = 0; i < 8; i++) {
				rig_push(r, 0, at("0102030405060708", i));
				p = rig_packet(r, 0, i);
				CU_ASSERT_EQUAL((uintptr_t)packet_data(p) % modulus, offset);
				CU_ASSERT_EQUAL(packet_length(p), 8);
			}
			// One in modulus was right already.
			CU_ASSERT_EQUAL(rig_drops(r, 1), 8 - 8 / modulus);
			rig_free(r);
		}
	}
}

static void
keeps_bytes_and_annotations(void)
{
	struct rig *r = rig_new("Align(4, 2)", 1, 1);
	struct packet *p = rig_hex("00 01 02 03 04 05");
	const struct packet *moved;

	packet_pull(p, 1);
	packet_set_anno_u8(p, ANNO_PAINT, 9);
	packet_set_mac(p, -1);
	packet_set_network(p, 2, 1);
	packet_set_timestamp(p, 77);
	rig_push(r, 0, p);
	moved = rig_packet(r, 0, 0);
	CU_ASSERT_PTR_NOT_EQUAL(moved, p);
	rig_expect_hex(r, 0, 0, "01 02 03 04 05");
	CU_ASSERT_EQUAL(packet_data(moved)[-1], 0);
	CU_ASSERT_EQUAL(packet_anno_u8(moved, ANNO_PAINT), 9);
	CU_ASSERT_EQUAL(packet_mac_offset(moved), -1);
	CU_ASSERT_EQUAL(packet_network_offset(moved), 2);
	CU_ASSERT_EQUAL(packet_transport_offset(moved), 3);
	CU_ASSERT_EQUAL(packet_timestamp(moved), 77);
	rig_free(r);
}

static void
aligned_packets_pass(void)
{
	struct rig *r = rig_new("Align(8, 0)", 1, 1);
	struct packet *p = rig_hex("01");

	rig_push(r, 0, p);
	CU_ASSERT_PTR_EQUAL(rig_packet(r, 0, 0), p);
	rig_push(r, 0, rig_segments("0102030405060708090a", 3));
	rig_expect_hex(r, 0, 1, "0102030405060708090a");
	rig_free(r);
	rig_truncations("Align(8, 3)", 1, 1, 0, "0102030405", NULL);
}

static void
drops_what_cannot_be_copied(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new("Align(2, 1)", 1, 1);
	struct packet *p = rig_hex("01");

	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	ASSERT_READ(r, "drop_reasons", "1\tno memory\n0\treplaced by an aligned copy\n");
	rig_free(r);
}

static void
pulls(void)
{
	struct rig *r = rig_new_pull("Align(4, 1)", 1, 1);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	CU_ASSERT_EQUAL((uintptr_t)packet_data(rig_packet(r, 0, 0)) % 4, 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Align", 1, 1,
		"MODULUS: required argument missing\nOFFSET: required argument missing\n");
	ASSERT_ERRORS("Align(3, 0)", 1, 1, "MODULUS must be 2, 4, or 8\n");
	ASSERT_ERRORS("Align(0, 0)", 1, 1, "MODULUS must be 2, 4, or 8\n");
	ASSERT_ERRORS("Align(4, 4)", 1, 1, "OFFSET must be smaller than MODULUS\n");
	ASSERT_ERRORS("Align(4, -1)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("Align(4, 1, 1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(align, UNIT_CASE(every_alignment_from_every_other),
	UNIT_CASE(keeps_bytes_and_annotations), UNIT_CASE(aligned_packets_pass),
	UNIT_CASE(drops_what_cannot_be_copied), UNIT_CASE(pulls), UNIT_CASE(arguments))
