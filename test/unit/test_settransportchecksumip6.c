// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

#define IP6(len, next) "60000000 00" len next "ff" IP6_A IP6_B
#define TCP IP6("16", "06") "000a0014 00000064 000000c8 50182000 12340000 6162"
#define ICMP IP6("0a", "3a") "80001234 00010002 6162"
#define UDP IP6_UDP_HEAD("ff") "03e807d0 000c1234 61626364"
// Hop-by-hop options in front.
#define OPTIONS IP6("14", "00") "1100010400000000 03e807d0 000c1234 61626364"

static void
sets(void)
{
	struct rig *r = rig_new("SetTransportChecksumIP6", 1, 1);

	rig_push(r, 0, ip6packet_marked(rig_hex(UDP)));
	rig_push(r, 0, ip6packet_marked(rig_hex(TCP)));
	rig_push(r, 0, ip6packet_marked(rig_hex(ICMP)));
	rig_push(r, 0, ip6packet_marked(rig_segments(TCP, 3)));
	rig_push(r, 0, ip6packet_marked(rig_hex(OPTIONS)));
	rig_expect_hex(r, 0, 0, IP6_UDP);
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_TRUE(ip6packet_is_right(rig_packet(r, 0, i)));
	rig_expect_hex(r, 0, 4, IP6("14", "00") "1100010400000000 03e807d0 000cd3e2 61626364");
	rig_free(r);
	r = rig_new_pull("SetUDPChecksumIP6", 1, 1);
	rig_push(r, 0, ip6packet_marked(rig_hex(UDP)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_expect_hex(r, 0, 0, IP6_UDP);
	rig_free(r);
}

// Bytes behind the datagram are not part of it.
static void
padding(void)
{
	struct rig *r = rig_new("SetTCPChecksumIP6", 1, 1);

	rig_push(r, 0, ip6packet_marked(rig_hex(UDP "ffff")));
	rig_expect_hex(r, 0, 0, IP6_UDP "ffff");
	rig_free(r);
}

static void
refused(void)
{
	struct rig *r = rig_new("SetICMPChecksumIP6", 1, 1);

	rig_push_hex(r, 0, UDP); // no header place
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6("09", "3a") "80001234 00010002 61")));
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6("0a", "3a") "80001234 00010002 61")));
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6("04", "11") "80001234 00010002 61")));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_push(r, 0, ip6packet_marked(rig_hex(IP6("02", "3b") "0000")));
	rig_push(r, 0,
		ip6packet_marked(rig_hex(IP6("14", "2c") "1100000100000001 03e807d0 000c1234"
							 "61626364")));
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	rig_free(r);
	rig_truncations("SetTransportChecksumIP6", 1, 1, 0, OPTIONS, ip6packet_mark);
	rig_truncations("SetTransportChecksumIP6", 1, 1, 0, TCP, ip6packet_mark);
	ASSERT_ERRORS("SetTransportChecksumIP6(1)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(settransportchecksumip6, UNIT_CASE(sets), UNIT_CASE(padding), UNIT_CASE(refused))
