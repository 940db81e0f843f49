// SPDX-License-Identifier: BSD-3-Clause
// GetIP6Address and SetIP6Address.

#include "elements/ip6/address.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

static void
expect_anno(struct rig *r, unsigned i, const char *want)
{
	struct ip6_addr a = ip6_anno(rig_packet(r, 0, i));
	struct strbuf sb = STRBUF_INIT;

	text_ip6(&sb, &a);
	ASSERT_TEXT(strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

static void
gets(void)
{
	struct rig *r = rig_new("GetIP6Address(24)", 1, 1);

	rig_push_hex(r, 0, IP6_UDP);
	rig_push(r, 0, rig_segments(IP6_UDP, 5));
	rig_push_hex(r, 0, "60000000 0000113f" IP6_A "20010db8 00000000 00000000 000000");
	expect_anno(r, 0, "2001:db8::2");
	expect_anno(r, 1, "2001:db8::2");
	expect_anno(r, 2, "::");
	rig_expect_hex(r, 0, 0, IP6_UDP);
	rig_free(r);
	r = rig_new_pull("GetIP6Address(OFFSET 8)", 1, 1);
	rig_push_hex(r, 0, IP6_UDP);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	expect_anno(r, 0, "2001:db8::1");
	rig_free(r);
	rig_truncations("GetIP6Address(24)", 1, 1, 0, IP6_UDP, NULL);
	rig_truncations("GetIP6Address(-2147483648)", 1, 1, 0, "00", NULL);
	rig_truncations("GetIP6Address(2147483647)", 1, 1, 0, "00", NULL);
	ASSERT_ERRORS("GetIP6Address", 1, 1, "OFFSET: required argument missing\n");
	ASSERT_ERRORS("GetIP6Address(x)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("GetIP6Address(1, 2)", 1, 1, "too many arguments\n");
}

static void
sets(void)
{
	struct rig *r = rig_new("SetIP6Address(fe80::ff:1)", 1, 1);

	rig_push_hex(r, 0, "");
	expect_anno(r, 0, "fe80::ff:1");
	rig_free(r);
	r = rig_new_pull("SetIP6Address(IPADDR ::ffff:1.2.3.4)", 1, 1);
	rig_push_hex(r, 0, "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	expect_anno(r, 0, "::ffff:1.2.3.4");
	rig_free(r);
	ASSERT_ERRORS("SetIP6Address", 1, 1, "IPADDR: required argument missing\n");
	ASSERT_ERRORS("SetIP6Address(1.2.3.4)", 1, 1, "IPADDR: parse error\n");
	ASSERT_ERRORS("SetIP6Address(::, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(getip6address, UNIT_CASE(gets), UNIT_CASE(sets))
