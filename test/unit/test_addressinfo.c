// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <stdlib.h>

#include "src/addrname.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/rig.h"

// What a name stands for, as seen from an element: ip, prefix, ip6, ip6 prefix, mac, `-` for none.
static void
expect(struct rig *r, const char *element, const char *name, const char *want)
{
	struct element *e = rig_find(r, element);
	struct name_scope scope = {.names = element_names(e), .element_name = element_name(e)};
	struct strbuf sb = STRBUF_INIT;
	struct ip_addr ip;
	struct ip_prefix prefix;
	struct ip6_addr ip6;
	struct ip6_prefix prefix6;
	struct mac_addr mac;

	strbuf_addf(&sb, "%s ", name);
	if (addrname_ip(scope, name, &ip))
		text_ip(&sb, ip);
	strbuf_addc(&sb, '|');
	if (addrname_ip_prefix(scope, name, &prefix))
		text_prefix(&sb, prefix);
	strbuf_addc(&sb, '|');
	if (addrname_ip6(scope, name, &ip6))
		text_ip6(&sb, &ip6);
	strbuf_addc(&sb, '|');
	if (addrname_ip6_prefix(scope, name, &prefix6))
		text_ip6_prefix(&sb, &prefix6);
	strbuf_addc(&sb, '|');
	if (addrname_mac(scope, name, &mac))
		text_mac(&sb, mac.bytes);
	ASSERT_TEXT(strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

static void
names_have_addresses(void)
{
	struct rig *r =
		rig_config("e :: AddressInfo(a 1.0.0.1, b 1.0.0.0/8, , c 1.0.0.5/8 "
			   "00:01:02:03:04:05, d 2001:db8::1, e6 2001:db8::/32 2001:db8::5, "
			   "f 2001:db8::7/64, g 18.26/16, all 1.2.3.4 5.0.0.0/8 2::1 0-1-2-3-4-5)");

	expect(r, "e", "a", "a 1.0.0.1||||");
	expect(r, "e", "b", "b |1.0.0.0/8|||");
	expect(r, "e", "c", "c 1.0.0.5|1.0.0.5/8|||00-01-02-03-04-05");
	expect(r, "e", "d", "d ||2001:db8::1||");
	expect(r, "e", "e6", "e6 ||2001:db8::5|2001:db8::/32|");
	expect(r, "e", "f", "f ||2001:db8::7|2001:db8::7/64|");
	expect(r, "e", "g", "g |18.26.0.0/16|||");
	expect(r, "e", "all", "all 1.2.3.4|5.0.0.0/8|2::1||00-01-02-03-04-05");
	expect(r, "e", "c:ip", "c:ip 1.0.0.5||||");
	expect(r, "e", "c:bcast", "c:bcast 1.255.255.255||||");
	expect(r, "e", "c:gw", "c:gw 1.0.0.1||||");
	expect(r, "e", "c:NET", "c:NET |1.0.0.5/8|||");
	expect(r, "e", "c:eth", "c:eth ||||00-01-02-03-04-05");
	expect(r, "e", "nothing", "nothing ||||");
	rig_free(r);
}

static void
names_of_names(void)
{
	struct rig *r =
		rig_config("e :: AddressInfo(a 1.0.0.1 1.0.0.0/8, a:gw 1.0.0.9, b a 0-1-2-3-4-5, "
			   "c a:gw)");

	expect(r, "e", "a:gw", "a:gw 1.0.0.9||||");
	expect(r, "e", "b", "b 1.0.0.1|1.0.0.0/8|||00-01-02-03-04-05");
	expect(r, "e", "c", "c 1.0.0.9||||");
	rig_free(r);
}

static void
scopes(void)
{
	struct rig *r = rig_config("e :: AddressInfo(a 1.0.0.1, b 2.0.0.2);"
				   "c :: { AddressInfo(a 3.0.0.3); x :: Idle; "
				   "d :: { y :: Idle } }; z :: Idle");

	expect(r, "z", "a", "a 1.0.0.1||||");
	expect(r, "c/x", "a", "a 3.0.0.3||||");
	expect(r, "c/d/y", "a", "a 3.0.0.3||||");
	expect(r, "c/d/y", "b", "b 2.0.0.2||||");
	rig_free(r);
}

static void
other_elements_use_them(void)
{
	// Wherever it stands in the text.
	struct rig *r =
		rig_config("RigIn -> SetIPAddress(there) -> RigOut; AddressInfo(there 1.2.3.4)");

	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), 3), 4);
	rig_free(r);
}

static void
errors(void)
{
	ASSERT_ERRORS("AddressInfo(a)", 0, 0, "expected 'NAME [ADDRS]'\n");
	ASSERT_ERRORS("AddressInfo(a 1.2.3, b 1.0.0.1 nonsense, c 1.0.0.1/33)", 0, 0,
		"'1.2.3' is not a recognizable address\n"
		"'nonsense' is not a recognizable address\n"
		"'1.0.0.1/33' is not a recognizable address\n");
	ASSERT_ERRORS("AddressInfo(a 1.0.0.1, a 2.0.0.1, a 0-1-2-3-4-5, b)", 0, 0,
		"warning: 'a' is defined already, the earlier address holds\n"
		"expected 'NAME [ADDRS]'\n");
	ASSERT_ERRORS("AddressInfo", 0, 0, "");
}

UNIT_SUITE(addressinfo, UNIT_CASE(names_have_addresses), UNIT_CASE(names_of_names),
	UNIT_CASE(scopes), UNIT_CASE(other_elements_use_them), UNIT_CASE(errors))
