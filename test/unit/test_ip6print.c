// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

static void
expect_print(const char *element, struct packet *(*make)(const char *hex), const char *want)
{
	struct rig *r = rig_new(element, 1, 1);

	rig_push(r, 0, make(IP6_UDP));
	rig_expect_hex(r, 0, 0, IP6_UDP);
	ASSERT_TEXT(rig_chatter(r), want);
	rig_free(r);
}

static struct packet *
whole(const char *hex)
{
	return ip6packet_marked(rig_hex(hex));
}

static struct packet *
in_segments(const char *hex)
{
	return ip6packet_marked(rig_segments(hex, 11));
}

#define LINE "2001:db8::1 -> 2001:db8::2 plen 12, next 17, hlim 255\n"

static void
prints(void)
{
	expect_print("IP6Print", whole, LINE "\n");
	expect_print("IP6Print(\"x y\")", whole, "x y: " LINE "\n");
	expect_print("IP6Print(in, CONTENTS true, NBYTES 25)", in_segments,
		"in: " LINE "  60000000 000c11ff 20010db8 00000000 00000000 00000001\n"
		"  20\n");
	expect_print("IP6Print(CONTENTS true)", in_segments,
		LINE "  60000000 000c11ff 20010db8 00000000 00000000 00000001\n"
		     "  20010db8 00000000 00000000 00000002 03e807d0 000cd3e2\n"
		     "  61626364 \n");
	expect_print("IP6Print(CONTENTS true, NBYTES 0)", whole, LINE "  \n");
	expect_print("IP6Print", rig_hex, "");
}

static void
limits(void)
{
	struct rig *r = rig_new_pull("IP6Print", 1, 1);

	rig_push(r, 0, whole(IP6_UDP));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_TEXT(rig_chatter(r), LINE "\n");
	rig_free(r);
	rig_truncations("IP6Print(CONTENTS true)", 1, 1, 0, IP6_UDP, ip6packet_mark);
	ASSERT_ERRORS("IP6Print(a, b)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("IP6Print(CONTENTS 7)", 1, 1, "CONTENTS: parse error\n");
	ASSERT_ERRORS("IP6Print(NBYTES x)", 1, 1, "NBYTES: invalid number\n");
}

UNIT_SUITE(ip6print, UNIT_CASE(prints), UNIT_CASE(limits))
