// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/flowpacket.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static void
shifts(void)
{
	struct rig *r = rig_new("Shifter(256, 1, -1, -80)", 1, 1);
	struct flowpacket f;

	for (unsigned i = 0; i < 2; i++) {
		rig_push(r, 0,
			flowpacket_make(&(struct flowpacket){.src = 0x0a0000ff,
				.dst = 0x02000000,
				.sport = 65535,
				.dport = 79,
				.flags = i == 0 ? FLOW_SYN : 0,
				.data = "abc"}));
		f = flowpacket_read(rig_packet(r, 0, i));
		CU_ASSERT_EQUAL(f.src, 0x0a0001ff);
		CU_ASSERT_EQUAL(f.dst, 0x01ffffff);
		CU_ASSERT_EQUAL(f.sport, 0);
		CU_ASSERT_EQUAL(f.dport, 65535);
	}
	rig_push_hex(r, 0, "45");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
addresses_only(void)
{
	struct rig *r = rig_new_pull("Shifter(1, 1, 1, 1)", 1, 1);
	struct packet *p = flowpacket_make(&(struct flowpacket){.sport = 7, .dport = 8});

	packet_data_rw(p)[6] = 0x20; // a fragment
	packet_data_rw(p)[10] = 0;
	packet_data_rw(p)[11] = 0;
	rig_push(r, 0, p);
	p = flowpacket_make(&(struct flowpacket){.sport = 7, .dport = 8});
	packet_data_rw(p)[9] = 132;
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	for (unsigned i = 0; i < 2; i++) {
		const uint8_t *d = packet_data(rig_packet(r, 0, i));

		CU_ASSERT_EQUAL(d[15], 2);
		CU_ASSERT_EQUAL(d[19], 3);
		CU_ASSERT_EQUAL(d[21], 7);
		CU_ASSERT_EQUAL(d[23], 8);
	}
	rig_free(r);
	rig_truncations("Shifter(1, 1, 1, 1)", 1, 1, 0,
		"4600002c 00000000 40060000 01000001 01000009 00000000 0001 0035 00000000 00000000"
		"50020000 00000000",
		ippacket_mark);
	ASSERT_ERRORS("Shifter(x)", 1, 1, "IP_OFFSET: invalid number\n");
}

UNIT_SUITE(shifter, UNIT_CASE(shifts), UNIT_CASE(addresses_only))
