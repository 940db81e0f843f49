// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// The examples of the specification: 66.9.149.187:2794 to 161.142.100.80:1766 has the hash
// 51ccc178, and 323e8fc2 without ports.
#define ADDRS "420995bb a18e6450"
#define TCP "45000028 00000000 40060000" ADDRS "0aea06e6 00000000 00000000 50000000 00000000"
#define ICMP "4500001c 00000000 40010000" ADDRS "08000000 00000000"
#define FRAGMENT "45000028 00002000 40060000" ADDRS "0aea06e6 00000000 00000000 50000000 00000000"

static void
hashes_as_specified(void)
{
	struct rig *r = rig_new("RSSHashSwitch", 1, 59);

	rig_push(r, 0, ippacket_marked(rig_hex(TCP)));
	CU_ASSERT_EQUAL(rig_count(r, 0x51ccc178 % 59), 1);
	rig_push(r, 0, ippacket_marked(rig_segments(TCP, 3)));
	CU_ASSERT_EQUAL(rig_count(r, 0x51ccc178 % 59), 2);
	rig_push(r, 0, ippacket_marked(rig_hex(ICMP)));
	CU_ASSERT_EQUAL(rig_count(r, 0x323e8fc2 % 59), 1);
	rig_push(r, 0, ippacket_marked(rig_hex(FRAGMENT)));
	CU_ASSERT_EQUAL(rig_count(r, 0x323e8fc2 % 59), 2);
	rig_push_hex(r, 0, TCP);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	r = rig_new("RSSHashSwitch(MAX 3)", 1, 7);
	rig_push(r, 0, ippacket_marked(rig_hex(TCP)));
	CU_ASSERT_EQUAL(rig_count(r, 0x51ccc178 % 3), 1);
	rig_free(r);
	rig_truncations("RSSHashSwitch", 1, 2, 0, TCP, ippacket_mark);
	ASSERT_ERRORS("RSSHashSwitch(MAX 3)", 1, 2, "MAX: there are only 2 outputs\n");
	ASSERT_ERRORS("RSSHashSwitch(MAX x)", 1, 2, "MAX: invalid number\n");
}

UNIT_SUITE(rsshashswitch, UNIT_CASE(hashes_as_specified))
