// SPDX-License-Identifier: BSD-3-Clause
// IP6SREncap, IP6SRDecap, IP6SRProcess.
#include <stdlib.h>
#include <string.h>

#include "elements/ip6/address.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

enum { NO_HEADER, NO_ROOM };

#define IP6_C "20010db8 00000000 00000000 00000003"
#define IP6_D "20010db8 00000000 00000000 00000004"
#define HEAD(len, proto, dst) "60000000 " len proto "ff" IP6_A dst
#define ROUTE(left) "1104 04 " left "01 00 0000"
// By way of C to B.
#define ON_THE_WAY HEAD("0034", "2b", IP6_C) ROUTE("01") IP6_B IP6_C IP6_UDP_BODY
#define ARRIVED HEAD("0034", "2b", IP6_B) ROUTE("00") IP6_B IP6_C IP6_UDP_BODY

static void
expect(const char *element, const char *hex, const char *want)
{
	for (unsigned size = 0; size < 90; size += 13) {
		struct rig *r = rig_new(element, 1, 1);
		struct packet *p = size == 0 ? rig_hex(hex) : rig_segments(hex, size);

		ip6packet_mark(p);
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), 1);
		rig_expect_hex(r, 0, 0, want);
		CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 0);
		rig_free(r);
	}
}

static void
expect_anno(const char *element, const char *hex, uint8_t last)
{
	struct rig *r = rig_new(element, 1, 1);
	struct ip6_addr a;

	rig_push(r, 0, ip6packet_marked(rig_hex(hex)));
	a = ip6_anno(rig_packet(r, 0, 0));
	CU_ASSERT_EQUAL(a.bytes[15], last);
	rig_free(r);
}

static void
encapsulates(void)
{
	expect("IP6SREncap(2001:db8::3)", IP6_UDP, ON_THE_WAY);
	expect_anno("IP6SREncap(2001:db8::3)", IP6_UDP, 3);
	expect("IP6SREncap(2001:db8::4, 2001:db8::3)", IP6_UDP,
		HEAD("0044", "2b", IP6_D) "1106 04 02 02 00 0000" IP6_B IP6_C IP6_D IP6_UDP_BODY);
	expect("IP6SREncap(2001:db8::4, 2001:db8::3, ENCAP_DST false)", IP6_UDP,
		HEAD("0034", "2b", IP6_D) ROUTE("01") IP6_C IP6_D IP6_UDP_BODY);
	// Options for every hop stay in front.
	expect("IP6SREncap(2001:db8::3)",
		HEAD("0014", "00", IP6_B) "1100 0104 00000000" IP6_UDP_BODY,
		HEAD("003c", "00", IP6_C) "2b00 0104 00000000" ROUTE("01")
			IP6_B IP6_C IP6_UDP_BODY);
}

static void
decapsulates(void)
{
	expect("IP6SRDecap", ARRIVED, IP6_UDP);
	expect("IP6SRDecap", ON_THE_WAY, ON_THE_WAY);
	expect("IP6SRDecap", IP6_UDP, IP6_UDP);
	expect("IP6SRDecap(FORCE_DECAP true)", ON_THE_WAY, IP6_UDP);
	expect_anno("IP6SRDecap(true)", ON_THE_WAY, 2);
	// Behind options for every hop.
	expect("IP6SRDecap",
		HEAD("003c", "00", IP6_B) "2b00 0104 00000000" ROUTE("00") IP6_B IP6_C IP6_UDP_BODY,
		HEAD("0014", "00", IP6_B) "1100 0104 00000000" IP6_UDP_BODY);
}

static void
goes_on(void)
{
	expect("IP6SRProcess(2001:db8::9, 2001:db8::3)", ON_THE_WAY, ARRIVED);
	expect_anno("IP6SRProcess(2001:db8::3)", ON_THE_WAY, 2);
	expect("IP6SRProcess(2001:db8::9)", ON_THE_WAY, ON_THE_WAY);
	expect("IP6SRProcess(2001:db8::2)", ARRIVED, ARRIVED);
	expect("IP6SRProcess(2001:db8::2)", IP6_UDP, IP6_UDP);
}

// A list that is longer than the header, segments that are not in it, another type.
static void
leaves_damaged_ones_alone(void)
{
	static const char *const damaged[] = {
		HEAD("0034", "2b", IP6_C) "1104 04 02 01 00 0000" IP6_B IP6_C IP6_UDP_BODY,
		HEAD("0034", "2b", IP6_C) "1104 04 01 02 00 0000" IP6_B IP6_C IP6_UDP_BODY,
		HEAD("0034", "2b", IP6_C) "1104 03 01 01 00 0000" IP6_B IP6_C IP6_UDP_BODY,
		HEAD("0034", "2b", IP6_C) "11ff 04 01 01 00 0000" IP6_B IP6_C IP6_UDP_BODY,
		HEAD("0034", "00", IP6_C) "2bff 04 01 01 00 0000" IP6_B IP6_C IP6_UDP_BODY,
	};

	for (unsigned i = 0; i < RTE_DIM(damaged); i++) {
		expect("IP6SRProcess(2001:db8::3)", damaged[i], damaged[i]);
		expect("IP6SRDecap(true)", damaged[i], damaged[i]);
	}
	rig_truncations("IP6SREncap(2001:db8::3)", 1, 1, 0, IP6_UDP, ip6packet_mark);
	rig_truncations("IP6SRDecap(true)", 1, 1, 0, ON_THE_WAY, ip6packet_mark);
	rig_truncations("IP6SRProcess(2001:db8::3)", 1, 1, 0, ON_THE_WAY, ip6packet_mark);
}

static void
behind_a_link_header(void)
{
	struct rig *r = rig_new("IP6SREncap(2001:db8::3)", 1, 1);
	struct packet *p = rig_hex("0102" IP6_UDP);

	packet_set_mac(p, 0);
	packet_set_network(p, 2, 40);
	rig_push(r, 0, p);
	rig_push_hex(r, 0, IP6_UDP); // not marked
	rig_expect_hex(r, 0, 0, "0102" ON_THE_WAY);
	CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, 0)), 0);
	CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, 0)), 2);
	CU_ASSERT_EQUAL(rig_drops(r, NO_HEADER), 1);
	p = packet_alloc(28, 65535);
	packet_write(&p, 0, "\x60\0\0\0\xff\xd7", 6);
	ip6packet_mark(p);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_drops(r, NO_ROOM), 1);
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("IP6SREncap()", 1, 1, "ADDR: required argument missing\n");
	ASSERT_ERRORS("IP6SRProcess()", 1, 1, "ADDR: required argument missing\n");
	ASSERT_ERRORS("IP6SREncap(1.2.3.4)", 1, 1, "ADDR: parse error\n");
	ASSERT_ERRORS("IP6SRDecap(x)", 1, 1, "FORCE_DECAP: parse error\n");
}

UNIT_SUITE(ip6sr, UNIT_CASE(encapsulates), UNIT_CASE(decapsulates), UNIT_CASE(goes_on),
	UNIT_CASE(leaves_damaged_ones_alone), UNIT_CASE(behind_a_link_header),
	UNIT_CASE(configuration_errors))
