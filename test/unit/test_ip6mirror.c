// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

static void
swaps(void)
{
	struct rig *r = rig_new("IP6Mirror", 1, 1);

	rig_push(r, 0, ip6packet_marked(rig_hex(IP6_UDP)));
	rig_push(r, 0, ip6packet_marked(rig_segments(IP6_UDP, 9)));
	rig_push(r, 0,
		ip6packet_marked(rig_hex("60000000 0008063f" IP6_A IP6_B "0001000200000003")));
	rig_push(r, 0, ip6packet_marked(rig_hex("60000000 0007063f" IP6_A IP6_B "00010002000000")));
	rig_push(r, 0,
		ip6packet_marked(rig_hex("60000000 00083a3f" IP6_A IP6_B "0001000200000003")));
	for (unsigned i = 0; i < 2; i++) {
		rig_expect_hex(
			r, 0, i, "60000000 000c11ff" IP6_B IP6_A "07d003e8 000cd3e2 61626364");
		CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, i)));
	}
	rig_expect_hex(r, 0, 2, "60000000 0008063f" IP6_B IP6_A "0002000100000003");
	rig_expect_hex(r, 0, 3, "60000000 0007063f" IP6_B IP6_A "00010002000000");
	rig_expect_hex(r, 0, 4, "60000000 00083a3f" IP6_B IP6_A "0001000200000003");
	rig_push_hex(r, 0, IP6_UDP);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
limits(void)
{
	static struct hoard hoard;
	struct rig *r =
		rig_config("RigIn(0) -> e :: IP6Mirror -> RigOut(0); RigIn(1) -> RigOut(1)");
	struct packet *p = ip6packet_marked(rig_hex(IP6_UDP));

	rig_push(r, 1, packet_clone(p));
	hoard_take(&hoard);
	rig_push(r, 0, p);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
	r = rig_new_pull("IP6Mirror", 1, 1);
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6_UDP)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_free(r);
	rig_truncations("IP6Mirror", 1, 1, 0, IP6_UDP, ip6packet_mark);
	ASSERT_ERRORS("IP6Mirror(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(ip6mirror, UNIT_CASE(swaps), UNIT_CASE(limits))
