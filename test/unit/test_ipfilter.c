// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

// TCP SYN 10.0.0.1:1025 -> 10.0.0.2:80, TTL 64, window 0x2000.
static const char *const syn_packet = "45000028 00010000 40060000 0a000001 0a000002"
				      "04010050 00000000 00000000 50022000 00000000";
// UDP 10.0.0.2:53 -> 192.168.1.1:1025, TOS 0x13, ID 7, a first fragment with more to come.
static const char *const udp_packet = "45130024 00072000 05110000 0a000002 c0a80101"
				      "00350401 00100000 01020304 05060708";
// ICMP echo 10.0.0.1 -> 10.0.0.2.
static const char *const echo_packet = "45000020 00010000 40010000 0a000001 0a000002"
				       "08000000 00010002 00000000";
// A later fragment of TCP.
static const char *const fragment = "45000028 00010001 40060000 0a000001 0a000002"
				    "04010050 00000000 00000000 50022000 00000000";

static struct packet *
ip_packet(const char *hex, unsigned segment)
{
	struct packet *p = segment == 0 ? rig_hex(hex) : rig_segments(hex, segment);

	packet_set_network(p, 0, 20);
	return p;
}

// Whether the packet matches, whole and in segments.
static bool
matches(const char *pattern, const char *hex)
{
	char *config = mem_printf("IPFilter(\"allow %s\")", pattern);
	struct rig *r = rig_new(config, 1, 1);
	unsigned n;

	free(config);
	if (r == NULL)
		return false;
	rig_push(r, 0, ip_packet(hex, 0));
	rig_push(r, 0, ip_packet(hex, 1));
	rig_push(r, 0, ip_packet(hex, 7));
	n = rig_count(r, 0);
	rig_free(r);
	if (n != 0 && n != 3)
		CU_FAIL("segments change the decision");
	return n > 0;
}

static void
expect(const char *file, int line, const char *pattern, const char *hex, bool want)
{
	bool got = matches(pattern, hex);

	if (got != want)
		printf("\n%s:%d: '%s': %d, want %d\n", file, line, pattern, got, want);
	CU_ASSERT_EQUAL(got, want);
}
#define YES_FOR(packet, pattern) expect(__FILE__, __LINE__, pattern, packet, true)
#define NO_FOR(packet, pattern) expect(__FILE__, __LINE__, pattern, packet, false)

// ---- what matches

static void
known_results(void)
{
	YES_FOR(syn_packet, "src 10.0.0.1 and dst port www");
	NO_FOR(syn_packet, "syn ack");
	YES_FOR(syn_packet, "dst port 22 or 80");
	YES_FOR(syn_packet, "port > 1023");
	NO_FOR(syn_packet, "src and dst port > 1023");
	YES_FOR(syn_packet, "not dst port < 80");
	YES_FOR(syn_packet, "ip[8] & 0xc0 = 64");
	YES_FOR(syn_packet, "ip[9] = 6");
	YES_FOR(syn_packet, "tcp[13:1] & 2 != 0");
	YES_FOR(syn_packet, "udp or tcp ? dst port 80 : src port 53");
	YES_FOR(syn_packet, "net 10.0.0.0/30");
	YES_FOR(syn_packet, "10.0.0.0/255.255.255.252");
	NO_FOR(syn_packet, "ip frag");
	YES_FOR(syn_packet, "unfrag");
	NO_FOR(syn_packet, "ip ect");
}

static void
addresses(void)
{
	YES_FOR(syn_packet, "host 10.0.0.1");
	YES_FOR(syn_packet, "10.0.0.2");
	NO_FOR(syn_packet, "10.0.0.3");
	YES_FOR(syn_packet, "ip host = 10.0.0.2");
	YES_FOR(syn_packet, "src host 10.0.0.1");
	NO_FOR(syn_packet, "dst host 10.0.0.1");
	YES_FOR(syn_packet, "dest 10.0.0.2");
	NO_FOR(syn_packet, "src and dst 10.0.0.1");
	YES_FOR(syn_packet, "src or dst 10.0.0.1");
	YES_FOR(syn_packet, "src && dst net 10.0.0.0/24");
	YES_FOR(syn_packet, "src || dest host 10.0.0.1");
	// != denies the whole combination.
	NO_FOR(syn_packet, "host != 10.0.0.1");
	YES_FOR(syn_packet, "host != 10.0.0.3");
	YES_FOR(syn_packet, "src and dst host != 10.0.0.1");
	YES_FOR(syn_packet, "src != 10.0.0.2");
	YES_FOR(syn_packet, "src net 10.0.0.0 mask 255.0.0.0");
	YES_FOR(syn_packet, "src 10.0.0.0 mask 255.0.0.0");
	NO_FOR(syn_packet, "src net 10.0.1.0/24");
	YES_FOR(syn_packet, "src net != 10.0.1.0/24");
	YES_FOR(syn_packet, "src host & 255.0.255.255 = 10.7.0.1");
	YES_FOR(syn_packet, "src host & 0xff00ffff = 10.7.0.1");
	YES_FOR(udp_packet, "dst 192.168/16");
	// What is left out comes from the test before.
	NO_FOR(syn_packet, "src 10.0.0.9 or 10.0.0.2");
	YES_FOR(syn_packet, "src 10.0.0.9 or 10.0.0.1");
	YES_FOR(syn_packet, "src 10.0.0.9 or host 10.0.0.2");
	NO_FOR(syn_packet, "(dst 10.0.0.9) or not (10.0.0.2)");
}

static void
protocols(void)
{
	YES_FOR(syn_packet, "tcp");
	NO_FOR(udp_packet, "tcp");
	YES_FOR(udp_packet, "ip proto udp");
	YES_FOR(udp_packet, "proto 17");
	YES_FOR(udp_packet, "ip proto 256");
	YES_FOR(syn_packet, "tcpudp");
	NO_FOR(echo_packet, "tcpudp");
	YES_FOR(echo_packet, "ip proto != tcpudp");
	YES_FOR(echo_packet, "ip proto < 6");
	NO_FOR(syn_packet, "ip proto < 6");
	YES_FOR(syn_packet, "ip proto <= 6");
	YES_FOR(udp_packet, "ip proto & 0xf0 = 0x1f");
	YES_FOR(udp_packet, "tcp or 17");
	YES_FOR(udp_packet, "igmp or gre or ipip or udp");
}

static void
ports(void)
{
	YES_FOR(syn_packet, "tcp dst port 80");
	NO_FOR(syn_packet, "udp dst port 80");
	YES_FOR(syn_packet, "www");
	YES_FOR(syn_packet, "tcp www");
	YES_FOR(udp_packet, "src udp port dns");
	YES_FOR(udp_packet, "dst udp port 53 or 1025");
	NO_FOR(udp_packet, "dst udp port 1024 or 53");
	NO_FOR(udp_packet, "tcp src port 54 or 53");
	YES_FOR(udp_packet, "tcpudp port 53");
	NO_FOR(echo_packet, "port 2048");
	NO_FOR(fragment, "port 80");
	NO_FOR(fragment, "port != 80");
	YES_FOR(fragment, "not port 80");
	NO_FOR(udp_packet, "tcp port != 5");
	YES_FOR(udp_packet, "not tcp port 5");
	YES_FOR(syn_packet, "src port & 0xff00 = 0x0455");
	YES_FOR(syn_packet, "dst port >= 80");
	YES_FOR(syn_packet, "dst port <= 80");
	NO_FOR(syn_packet, "dst port > 80");
	NO_FOR(syn_packet, "dst port < 80");
	NO_FOR(syn_packet, "port < 1025"); // neither port may be above
	YES_FOR(syn_packet, "port < 1026");
	YES_FOR(syn_packet, "port != 81");
	NO_FOR(syn_packet, "port != 80");
	YES_FOR(syn_packet, "dst port != 5");
}

static void
fields(void)
{
	YES_FOR(udp_packet, "ip vers 4");
	YES_FOR(udp_packet, "ip hl 5");
	YES_FOR(udp_packet, "ip tos 0x13");
	YES_FOR(udp_packet, "ip dscp 4");
	YES_FOR(udp_packet, "ip len 36");
	YES_FOR(udp_packet, "ip id 7");
	YES_FOR(udp_packet, "ip ttl 5");
	YES_FOR(udp_packet, "ttl 4 or 5");
	NO_FOR(udp_packet, "ttl 4 or 6");
	YES_FOR(udp_packet, "ip ttl > 4");
	NO_FOR(udp_packet, "ip ttl > 5");
	YES_FOR(udp_packet, "ip ttl & 4 > 3");
	YES_FOR(udp_packet, "ip ttl & 4 > 2");
	NO_FOR(udp_packet, "ip ttl & 4 > 4");
	YES_FOR(udp_packet, "ip ttl & 12 < 5");
	YES_FOR(udp_packet, "ip ect");
	YES_FOR(udp_packet, "ip ect 3");
	NO_FOR(udp_packet, "ip ect 1");
	YES_FOR(udp_packet, "ip ect & 1 = 1");
	YES_FOR(udp_packet, "ip ce");
	NO_FOR(syn_packet, "ce");
	YES_FOR(udp_packet, "frag");
	NO_FOR(udp_packet, "ip unfrag");
	YES_FOR(fragment, "ip frag");
	YES_FOR(syn_packet, "syn");
	YES_FOR(syn_packet, "tcp opt syn");
	YES_FOR(syn_packet, "tcp opt 2");
	NO_FOR(syn_packet, "tcp opt 3");
	NO_FOR(syn_packet, "ack or fin or rst or psh or urg");
	YES_FOR(syn_packet, "not ack");
	NO_FOR(udp_packet, "not ack and udp and syn");
	YES_FOR(syn_packet, "tcp win 8192");
	YES_FOR(syn_packet, "win > 8191");
	NO_FOR(fragment, "syn");
	YES_FOR(echo_packet, "icmp type echo");
	YES_FOR(echo_packet, "icmp type 8");
	YES_FOR(echo_packet, "type echo");
	YES_FOR(echo_packet, "icmp echo");
	NO_FOR(echo_packet, "echo-reply");
	YES_FOR(echo_packet, "icmp type 0 or 8");
	NO_FOR(syn_packet, "icmp type 4");
}

// These make warnings.
static void
constant_relations(void)
{
	NO_FOR(syn_packet, "ttl < 0");
	YES_FOR(syn_packet, "ttl >= 0");
	YES_FOR(syn_packet, "port < 65536");
	NO_FOR(echo_packet, "port < 65536");
}

static void
brackets(void)
{
	YES_FOR(syn_packet, "ip[12:4] = 0x0a000001");
	YES_FOR(syn_packet, "ip[12,15] = 0x0a000001");
	YES_FOR(syn_packet, "ip[16:2] 2560");
	NO_FOR(udp_packet, "ip[16:4] < 0xc0a80101");
	YES_FOR(udp_packet, "ip[16:4] <= 0xc0a80101");
	YES_FOR(udp_packet, "ip[16:4] > 0xc0a80000");
	YES_FOR(udp_packet, "udp[8:4] = 0x01020304");
	NO_FOR(udp_packet, "tcp[8:4] = 0x01020304");
	YES_FOR(udp_packet, "tcpudp[9] = 2");
	YES_FOR(udp_packet, "transp[9] = 2");
	NO_FOR(fragment, "transp[3] = 80");
	YES_FOR(syn_packet, "transp[3] = 80");
	YES_FOR(echo_packet, "icmp[0] = 8 or 9");
	YES_FOR(syn_packet, "ip[1:1] = 0");
	YES_FOR(syn_packet, "ip[20:2] = 1025"); // behind the IP header
	NO_FOR(syn_packet, "ip[40] = 0 or ip[44] != 1");
}

static void
expressions(void)
{
	YES_FOR(syn_packet, "true");
	NO_FOR(syn_packet, "false");
	YES_FOR(syn_packet, "not false");
	NO_FOR(syn_packet, "! ! false");
	YES_FOR(syn_packet, "-");
	YES_FOR(syn_packet, "any");
	YES_FOR(syn_packet, "all");
	YES_FOR(syn_packet, "");
	YES_FOR(syn_packet, "tcp && !udp");
	YES_FOR(syn_packet, "udp && tcp || tcp");
	NO_FOR(syn_packet, "udp && (tcp || tcp)");
	YES_FOR(syn_packet, "not udp or tcp and udp");
	YES_FOR(syn_packet, "tcp src 10.0.0.1 and ttl 64 and port 80");
	YES_FOR(syn_packet, "src 10.0.0.1 dst 10.0.0.2 tcp");
	NO_FOR(syn_packet, "not tcp src host 10.0.0.1");
	NO_FOR(syn_packet, "src not host 10.0.0.1");
	YES_FOR(syn_packet, "udp ? false : true");
	YES_FOR(syn_packet, "udp ? false : tcp ? syn : false");
	NO_FOR(syn_packet, "udp ? true : tcp ? ack : true");
	YES_FOR(echo_packet, "udp ? true : tcp ? ack : true");
	YES_FOR(syn_packet, "tcp ? syn ? src 10.0.0.1 : false : false");
}

static void
ether(void)
{
	static const char *const frame = "0a0b0c0d0e0f 010203040506 0800";
	static const struct {
		const char *pattern;
		bool want;
	} cases[] = {
		{"ether src 1:2:3:4:5:6", true},
		{"ether dst 0A-0B-0C-0D-0E-0F", true},
		{"ether dst 1:2:3:4:5:6", false},
		{"ether host 1:2:3:4:5:6", true},
		{"1:2:3:4:5:6", true},
		{"ether host != 1:2:3:4:5:6", false},
		{"ether src 1:2:3:4:5:7", false},
		{"ether src & ff:ff:ff:ff:ff:0 = 1:2:3:4:5:7", true},
		{"ether src 1:2:3:4:5:7 or 1:2:3:4:5:6", true},
		{"ether src 1:2:3:4:5:6 and tcp", true},
		{"ether src 1:2:3:4:5:6 and udp", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *config = mem_printf("IPFilter(allow %s)", cases[i].pattern);
		char *hex = mem_printf("%s %s", frame, syn_packet);
		struct rig *r = rig_new(config, 1, 1);

		for (unsigned segment = 0; segment < 3; segment++) {
			struct packet *p = segment == 0 ? rig_hex(hex) : rig_segments(hex, segment);

			packet_set_mac(p, 0);
			packet_set_network(p, 14, 20);
			rig_push(r, 0, p);
		}
		// Stripped, as it is behind Strip(14).
		struct packet *p = rig_hex(hex);

		packet_set_mac(p, 0);
		packet_set_network(p, 14, 20);
		packet_pull(p, 14);
		rig_push(r, 0, p);
		CU_ASSERT_EQUAL(rig_count(r, 0), cases[i].want ? 4 : 0);
		rig_free(r);
		free(config);
		free(hex);
	}
}

static void
headers_that_are_missing(void)
{
	struct rig *r = rig_new("IPFilter(allow not tcp)", 1, 1);

	rig_push_hex(r, 0, syn_packet); // not marked
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_push(r, 0, ip_packet(syn_packet, 0));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	// Nothing looks at the header.
	r = rig_new("IPFilter(allow all)", 1, 1);
	rig_push_hex(r, 0, syn_packet);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	// Without a MAC header its tests do not hold.
	r = rig_new("IPFilter(0 ether host 1:2:3:4:5:6, 1 not ether src != 1:2:3:4:5:6)", 1, 2);
	struct packet *p = ip_packet(syn_packet, 0);

	p->mac = 0;
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
short_packets(void)
{
	// One byte of transport header.
	static const char *const one = "45000015 00010000 40060000 0a000001 0a000002 80";

	NO_FOR(one, "transp[1] & 128 != 0");
	YES_FOR(one, "not (transp[1] & 128 == 0)");
	NO_FOR(one, "transp[1] & 128 == 0");
	YES_FOR(one, "transp[0] & 128 != 0");
	NO_FOR(one, "port 80");
	NO_FOR(one, "port != 80");
	NO_FOR(one, "dst port > 5");
	NO_FOR(one, "dst port < 5");
	YES_FOR(one, "not dst port < 5");
	NO_FOR(one, "not syn and ack");
	NO_FOR(one, "ack and not syn");
	YES_FOR(one, "not syn and not ack");
	YES_FOR(one, "src 10.0.0.1 and tcp");
	NO_FOR("45000014 0001", "tcp");
	NO_FOR("45000014 0001", "src != 10.0.0.1");
	NO_FOR("45000014 0001", "ip frag or ip unfrag");
	YES_FOR("45000014 0001", "ip id 1 and ip vers 4");
	// IP fields behind the end of a packet that goes on behind its IP header.
	NO_FOR(one, "ip[24] != 5");
	NO_FOR(one, "ip[24] = 0");
	YES_FOR(one, "not ip[24] = 0");
	YES_FOR(one, "ip[20] = 128");
}

static void
prepare(struct packet *p)
{
	packet_set_mac(p, 0);
	packet_set_network(p, 14, 20);
}

static void
truncations(void)
{
	rig_truncations(
		"IPFilter(0 tcp dst port www and not syn, 1 ip frag or transp[200] = 5, "
		"0 ether src 1:2:3:4:5:6, deny ip[40] & 3 > 1, 1 icmp type echo or ttl < 7)",
		1, 2, 0,
		"0a0b0c0d0e0f 010203040506 0800 45000028 00010000 40060000 0a000001 0a000002"
		"04010050 00000000 00000000 50022000 00000000 01020304 05060708",
		prepare);
}

static void
actions(void)
{
	struct rig *r =
		rig_new("IPFilter(deny src 10.0.0.2, 1 dst port www, drop port 1025, 2)", 1, 3);
	struct packet *p[4];
	char *order;

	p[0] = ip_packet(udp_packet, 0);
	p[1] = ip_packet(syn_packet, 0);
	p[2] = ip_packet(echo_packet, 0);
	p[3] = ip_packet(fragment, 0);
	rig_push_batch(r, 0, p, 4);
	order = rig_order(r);
	ASSERT_TEXT(order, "1 2 2");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	free(order);
	rig_free(r);
	r = rig_new("IPFilter()", 1, 1);
	rig_push(r, 0, ip_packet(syn_packet, 0));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
}

static void
names(void)
{
	struct rig *r = rig_config("AddressInfo(me 10.0.0.1 10.0.0.0/31 1:2:3:4:5:6);\n"
				   "PortInfo(web 80);\n"
				   "e :: IPFilter(0 src me and tcp dst port web, 1 all);\n"
				   "f :: IPFilter(0 dst net me, 1 all);\n"
				   "RigIn(0) -> e; e[0] -> RigOut(0); e[1] -> RigOut(1);\n"
				   "RigIn(1) -> f; f[0] -> RigOut(2); f[1] -> RigOut(3);\n");

	ASSERT_READ(r, "program",
		" 0 268/0a000001%ffffffff  yes->step 1  no->[1]\n"
		" 1 264/00060000%00ff0000  yes->step 2  no->[1]\n"
		" 2 260/00000000%00001fff  yes->step 3  no->[1]\n"
		" 3 512/00000050%0000ffff  yes->[0]  no->[1]\n"
		"safe length 516\n"
		"alignment offset 0\n");
	ASSERT_READ(r, "f.program",
		" 0 272/0a000000%fffffffe  yes->[0]  no->[1]\n"
		"safe length 276\n"
		"alignment offset 0\n");
	rig_free(r);
}

// ---- programs

static void
expect_program(const char *rules, const char *want)
{
	char *config = mem_printf("IPFilter(%s)", rules);
	struct rig *r = rig_new(config, 1, 1);

	ASSERT_READ(r, "program", want);
	rig_free(r);
	free(config);
}

static void
programs(void)
{
	expect_program("allow dst 192.0.2.1", " 0 272/c0000201%ffffffff  yes->[0]  no->[X]\n"
					      "safe length 276\n"
					      "alignment offset 0\n");
	expect_program("allow all, deny tcp", "all->[0]\nsafe length 0\nalignment offset 0\n");
	expect_program("", "all->[2147483647]\nsafe length 0\nalignment offset 0\n");
	expect_program("deny all", "all->[2147483647]\nsafe length 0\nalignment offset 0\n");
	// What fails leaves the rest.
	expect_program("deny false, allow tcp", " 0 264/00060000%00ff0000  yes->[0]  no->[X]\n"
						"safe length 266\n"
						"alignment offset 0\n");
	// Both ports in one test.
	expect_program("allow tcp src port 5 and dst port 6",
		" 0 264/00060000%00ff0000  yes->step 1  no->[X]\n"
		" 1 260/00000000%00001fff  yes->step 2  no->[X]\n"
		" 2 512/00050006%ffffffff  yes->[0]  no->[X]\n"
		"safe length 516\n"
		"alignment offset 0\n");
	expect_program("allow tcp win > 5", " 0 264/00060000%00ff0000  yes->step 1  no->[X]\n"
					    " 1 260/00000000%00001fff  yes->step 2  no->[X]\n"
					    " 2 524/00000000%0000fff8  yes->step 3  no->[0]  "
					    "short->yes\n"
					    " 3 524/00000006%00000006  yes->[0]  no->[X]\n"
					    "safe length 528\n"
					    "alignment offset 0\n");
	expect_program("allow ip frag", " 0 260/00000000%00003fff  yes->[X]  no->[0]  short->yes\n"
					"safe length 264\n"
					"alignment offset 0\n");
	// Known from the first rule: TCP.
	expect_program("deny tcp, allow tcp dst port 80 or udp",
		" 0 264/00060000%00ff0000  yes->[X]  no->step 1\n"
		" 1 264/00110000%00ff0000  yes->[0]  no->[X]\n"
		"safe length 266\n"
		"alignment offset 0\n");
	expect_program("allow ether host 1:2:3:4:5:6",
		" 0   8/01020304%ffffffff  yes->step 1  no->step 2\n"
		" 1  12/05060000%ffff0000  yes->[0]  no->step 2\n"
		" 2   0/00000102%0000ffff  yes->step 3  no->[X]\n"
		" 3   4/03040506%ffffffff  yes->[0]  no->[X]\n"
		"safe length 14\n"
		"alignment offset 0\n");
}

static void
handlers(void)
{
	struct rig *r = rig_new("IPFilter(allow all)", 1, 1);

	ASSERT_READ(r, "handlers",
		"program\tr.\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

// ---- configuring again

static void
configures_again(void)
{
	struct rig *r = rig_new("IPFilter(allow udp)", 1, 1);

	rig_push(r, 0, ip_packet(syn_packet, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "config", "allow tcp"), "");
	rig_push(r, 0, ip_packet(syn_packet, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_TEXT(rig_write(r, "config", "deny tcp, allow ("),
		"pattern 1: missing expression after '('\n");
	ASSERT_READ(r, "config", "allow tcp");
	rig_push(r, 0, ip_packet(syn_packet, 0));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_READ(r, "program",
		" 0 264/00060000%00ff0000  yes->[0]  no->[X]\n"
		"safe length 266\n"
		"alignment offset 0\n");
	rig_free(r);
}

UNIT_SUITE(ipfilter, UNIT_CASE(known_results), UNIT_CASE(addresses), UNIT_CASE(protocols),
	UNIT_CASE(ports), UNIT_CASE(fields), UNIT_CASE(constant_relations), UNIT_CASE(brackets),
	UNIT_CASE(expressions), UNIT_CASE(ether), UNIT_CASE(headers_that_are_missing),
	UNIT_CASE(short_packets), UNIT_CASE(truncations), UNIT_CASE(actions), UNIT_CASE(names),
	UNIT_CASE(programs), UNIT_CASE(handlers), UNIT_CASE(configures_again))
