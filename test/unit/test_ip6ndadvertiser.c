// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/hoard.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

#define HOST "0200000000aa"
#define US "020000000001"
// From 2001:db8::2 for 2001:db8::1.
#define ASK_HEAD(hlim) \
	"3333ff000001" HOST "86dd 60000000 00203a" hlim IP6_B "ff020000 00000000 00000001 ff000001"
#define ASK ASK_HEAD("ff") "8700 1b7f 00000000" IP6_A "0101" HOST
#define TELL HOST US "86dd 60000000 00203aff" IP6_A IP6_B "8800 2a73 c0000000" IP6_A "0201" US

static void
answers(void)
{
	struct rig *r = rig_new("IP6NDAdvertiser(2001:db8::1 2:0:0:0:0:1)", 1, 1);

	rig_push_hex(r, 0, ASK);
	rig_push(r, 0, rig_segments(ASK, 9));
	rig_push_hex(r, 0, ASK "0000"); // padded
	for (unsigned i = 0; i < 3; i++) {
		struct packet *p;

		rig_expect_hex(r, 0, i, TELL);
		CU_ASSERT_EQUAL(packet_mac_offset(rig_packet(r, 0, i)), 0);
		CU_ASSERT_EQUAL(packet_network_offset(rig_packet(r, 0, i)), 14);
		p = rig_packet(r, 0, i);
		packet_pull(p, 14);
		CU_ASSERT_TRUE(ip6packet_is_right(p));
	}
	CU_ASSERT_EQUAL(rig_drops(r, 1), 3);
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
is_silent(const char *config, const char *frame)
{
	struct rig *r = rig_new(config, 1, 1);

	rig_push_hex(r, 0, frame);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
others(void)
{
	is_silent("IP6NDAdvertiser", ASK);
	is_silent("IP6NDAdvertiser(2001:db8::2 2:0:0:0:0:1)", ASK);
#define FOR_A "IP6NDAdvertiser(2001:db8::1 2:0:0:0:0:1)"
	is_silent(FOR_A, ASK_HEAD("fe") "8700 1b7f 00000000" IP6_A "0101" HOST);
	is_silent(FOR_A, ASK_HEAD("ff") "8700 1b80 00000000" IP6_A "0101" HOST);
	is_silent(FOR_A, ASK_HEAD("ff") "8800 1a7f 00000000" IP6_A "0101" HOST);
	is_silent(FOR_A, ASK_HEAD("ff") "8701 1b7e 00000000" IP6_A "0101" HOST);
	is_silent(FOR_A, TELL);
	is_silent(FOR_A, "3333ff000001" HOST "0800 60000000 00203aff");
}

static const char *
mac_of(const char *config)
{
	static uint8_t mac[13];
	struct rig *r = rig_new(config, 1, 1);

	rig_push_hex(r, 0, ASK);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	packet_read(rig_packet(r, 0, 0), 11, mac, 1);
	mac[0] = (uint8_t)(mac[0] + '0');
	mac[1] = '\0';
	rig_free(r);
	return (const char *)mac;
}

static void
most_specific(void)
{
	ASSERT_TEXT(mac_of("IP6NDAdvertiser(::/0 2:0:0:0:0:1, 2001:db8::/64 2:0:0:0:0:2,"
			   "2001:db8::/32 2:0:0:0:0:3)"),
		"2");
	ASSERT_TEXT(
		mac_of("IP6NDAdvertiser(2:0:0:0:0:4 fe80::1 2001:db8::ffff/112, ::/0 2:0:0:0:0:5)"),
		"4");
}

static void
arguments(void)
{
	struct rig *r;

	ASSERT_ERRORS("IP6NDAdvertiser(::1 2:0:0:0:0:1 2:0:0:0:0:2)", 1, 1,
		"argument 0 has more than one Ethernet address\n");
	ASSERT_ERRORS("IP6NDAdvertiser(::1 2:0:0:0:0:1, ::1)", 1, 1,
		"argument 1 should be `IP6/MASK ETHADDR'\n");
	ASSERT_ERRORS("IP6NDAdvertiser(1.2.3.4 2:0:0:0:0:1)", 1, 1,
		"argument 0 should be `IP6/MASK ETHADDR'\n");
	ASSERT_ERRORS(
		"IP6NDAdvertiser(2:0:0:0:0:1)", 1, 1, "argument 0 had no IP6 address and masks\n");
	r = rig_config("AddressInfo(us 2001:db8::1 2:0:0:0:0:1);"
		       "RigIn -> IP6NDAdvertiser(us) -> RigOut");
	rig_push_hex(r, 0, ASK);
	rig_expect_hex(r, 0, 0, TELL);
	rig_free(r);
}

static void
limits(void)
{
	static struct hoard hoard;
	struct rig *r = rig_new_pull(FOR_A, 1, 1);

	rig_push_hex(r, 0, ASK);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	rig_push_hex(r, 0, ASK);
	hoard_take(&hoard);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	hoard_release(&hoard);
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_free(r);
	rig_truncations(FOR_A, 1, 1, 0, ASK, NULL);
}

UNIT_SUITE(ip6ndadvertiser, UNIT_CASE(answers), UNIT_CASE(others), UNIT_CASE(most_specific),
	UNIT_CASE(arguments), UNIT_CASE(limits))
