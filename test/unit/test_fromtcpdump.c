// SPDX-License-Identifier: BSD-3-Clause
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "elements/dump/tcpdumpline.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/dumpfile.h"
#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

static struct rig *
open_rig(const char *text, const char *args)
{
	char *element;
	struct rig *r;

	tempdir_write("a", text, strlen(text));
	element = mem_printf("FromTcpdump(%s%s)", tempdir_text("@/a"), args);
	r = rig_new(element, 0, 1);
	free(element);
	rig_run(r, 1000);
	return r;
}

// IP header without options from 10.0.0.1 to 10.0.0.2, and back.
#define FORTH(len, proto) "4500" len "0000000064" proto "00000a0000010a000002"
#define BACK(len, proto) "4500" len "0000000064" proto "00000a0000020a000001"

static void
new_versions(void)
{
	struct rig *r = open_rig(
		"1000.250000 IP 10.0.0.1.80 > 10.0.0.2.1024: Flags [S], seq 1000, win 512, "
		"options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0\n"
		"1000.5 IP 10.0.0.2.1024 > 10.0.0.1.80: Flags [S.], seq 2000, ack 1001, win 256, "
		"length 0\n"
		"1000.6 IP 10.0.0.1.80 > 10.0.0.2.1024: Flags [.], ack 1, win 512, length 0\n"
		"1000.7 IP 10.0.0.1.80 > 10.0.0.2.1024: Flags [P.], seq 1:101, ack 1, win 512, "
		"length 100: HTTP\n"
		"1000.8 IP 10.0.0.2.1024 > 10.0.0.1.80: Flags [F.], seq 1, ack 101, win 256, length 0\n"
		"1000.9 IP 10.0.0.1.53 > 10.0.0.2.99: UDP, length 20\n"
		"1001 IP 10.0.0.1.53 > 10.0.0.2.99: 4711+ A? example.com. (29)\n"
		"1002 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64\n"
		"1003 ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28\n",
		", STOP true");

	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	rig_expect_hex(r, 0, 0,
		FORTH("003c", "06") "00500400 000003e8 00000000 a0020200 00000000"
				    "020405b4 0402 080a0000000100000000 01 030307");
	rig_expect_hex(r, 0, 1, BACK("0028", "06") "04000050 000007d0 000003e9 50120100 00000000");
	rig_expect_hex(r, 0, 2, FORTH("0028", "06") "00500400 000003e9 000007d1 50100200 00000000");
	rig_expect_hex(r, 0, 3, FORTH("008c", "06") "00500400 000003e9 000007d1 50180200 00000000");
	CU_ASSERT_EQUAL(packet_anno_u32(rig_packet(r, 0, 3), ANNO_EXTRA_LENGTH), 100);
	rig_expect_hex(r, 0, 4, BACK("0028", "06") "04000050 000007d1 0000044d 50110100 00000000");
	rig_expect_hex(r, 0, 5, FORTH("0030", "11") "00350063 001c0000");
	rig_expect_hex(r, 0, 6, FORTH("0039", "11") "00350063 00250000");
	rig_expect_hex(r, 0, 7, FORTH("0054", "01") "0800000000000000");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 1000 * CLOCK_S + 250 * CLOCK_MS);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "bad_lines", "0");
	ASSERT_READ(r, "encap", "IP");
	rig_free(r);
}

static void
old_versions(void)
{
	struct rig *r = open_rig(
		"01:02:03.5 10.0.0.1.80 > 10.0.0.2.1024: S 1000:1000(0) win 512 <mss 1460> (DF) "
		"(ttl 63, id 77)\n"
		"01:02:04 10.0.0.2.1024 > 10.0.0.1.80: S 2000:2000(0) ack 1001 win 256\n"
		"01:02:05 10.0.0.1.80 > 10.0.0.2.1024: P 1:11(10) ack 1 win 512\n"
		"01:02:06 10.0.0.1.80 > 10.0.0.2.1024: . ack 1 win 512\n"
		"01:02:07 10.0.0.1.53 > 10.0.0.2.99: udp 20 (frag 9:28@0+)\n"
		"01:02:08 10.0.0.1 > 10.0.0.2: (frag 9:8@24)\n"
		"01:02:09 10.0.0.2 > 10.0.0.1: icmp: 10.0.0.2 udp port 53 unreachable\n",
		"");

	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	rig_expect_hex(r, 0, 0,
		"4500002c 004d4000 3f060000 0a000001 0a000002"
		"00500400 000003e8 00000000 60020200 00000000 020405b4");
	CU_ASSERT_EQUAL(
		packet_timestamp(rig_packet(r, 0, 0)), (3600 + 2 * 60 + 3) * CLOCK_S + CLOCK_S / 2);
	rig_expect_hex(r, 0, 2, FORTH("0032", "06") "00500400 000003e9 000007d1 50180200 00000000");
	rig_expect_hex(r, 0, 3, FORTH("0028", "06") "00500400 000003f3 000007d1 50100200 00000000");
	rig_expect_hex(r, 0, 4, "45000030 00092000 64110000 0a000001 0a000002 00350063 001c0000");
	rig_expect_hex(r, 0, 5, "4500001c 00090003 64000000 0a000001 0a000002");
	rig_expect_hex(r, 0, 6, "4500001c 00000000 64010000 0a000002 0a000001 0303000000000000");
	rig_free(r);
}

static void
two_lines(void)
{
	struct rig *r =
		open_rig("2001-09-09 01:46:40.000001 IP (tos 0x10, ttl 62, id 258, offset 0, "
			 "flags [DF], proto TCP (6), length 40)\n"
			 "    10.0.0.1.80 > 10.0.0.2.1024: Flags [R], cksum 0x1 (correct), "
			 "seq 5, win 0, length 0\n"
			 "    10.0.0.1.80 > 10.0.0.2.1024: Flags [R], seq 5, win 0, length 0\n",
			", CHECKSUM true");

	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_expect_hex(r, 0, 0,
		"45100028 01024000 3e0627bc 0a000001 0a000002"
		"00500400 00000005 00000000 50040000 97890000");
	CU_ASSERT_TRUE(ippacket_header_is_right(rig_packet(r, 0, 0)));
	CU_ASSERT_TRUE(ippacket_segment_is_right(rig_packet(r, 0, 0), 20));
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 0)), 1000000000 * CLOCK_S + 1 * CLOCK_US);
	rig_free(r);
}

static void
absolute_numbers(void)
{
	static const char text[] =
		"1 IP 10.0.0.1.1 > 10.0.0.2.2: Flags [S], seq 1000, win 1, length 0\n"
		"2 IP 10.0.0.1.1 > 10.0.0.2.2: Flags [.], seq 1001:1003, ack 7, "
		"win 1, length 2\n";
	struct rig *r = open_rig(text, ", ABSOLUTE_SEQ true");
	uint8_t seq[4];

	packet_read(rig_packet(r, 0, 1), 24, seq, 4);
	CU_ASSERT_EQUAL(memcmp(seq, "\0\0\3\xe9", 4), 0);
	rig_free(r);
	r = open_rig(text, "");
	packet_read(rig_packet(r, 0, 1), 24, seq, 4);
	CU_ASSERT_EQUAL(memcmp(seq, "\0\0\7\xd1", 4), 0);
	rig_free(r);
}

static void
bad_lines(void)
{
	struct rig *r =
		open_rig("# comment\nx\n\n1 IP 1.2.3 > 1.2.3.4: x\n1 IP 1.2.3.4 1.2.3.4: x\n"
			 "1:2 IP 1.2.3.4.5 > 1.2.3.4.5: UDP, length 5\n"
			 "1 IP 256.2.3.4.5 > 1.2.3.4.5: UDP, length 5\n"
			 "2147483647:00:00.0 IP 1.2.3.4.5 > 1.2.3.4.5: UDP, length 5\n"
			 "24:00:00.0 IP 1.2.3.4.5 > 1.2.3.4.5: UDP, length 5\n"
			 "5 packets captured\n1 IP 1.2.3.4 > 5.6.7.8: VRRPv2\n",
			"");

	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	ASSERT_READ(r, "bad_lines", "7");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_chatter(r), "a:2: packet parse error\n"));
	rig_free(r);
	ASSERT_ERRORS("FromTcpdump()", 0, 1, "FILENAME: required argument missing\n");
	ASSERT_ERRORS("FromTcpdump(/nosuch)", 0, 1, "/nosuch: No such file or directory\n");
}

// Cut anywhere, and with any byte in any place, a line is read or not, and nothing else happens.
static void
damaged_lines(void)
{
	static const char *const lines[] = {
		"2001-09-09 01:02:03.5 IP 10.0.0.1.80 > 10.0.0.2.1024: Flags [S.], seq 1:2, ack 1, "
		"win 512, urg 1, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 1",
		"01:02:03.5 10.0.0.1.80 > 10.0.0.2.1024: SFP 1:2(1) ack 3 win 5 <mss 1,nop,timestamp "
		"1 2> (DF) (frag 1:2@0+) [tos 0x1] (ttl 63, id 77)",
		"1.5 IP 10.0.0.1.53 > 10.0.0.2.99: 4711+ A? example.com. (29)",
		"1.5 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto ICMP (1), length 84)",
	};

	for (unsigned i = 0; i < RTE_DIM(lines); i++) {
		size_t len = strlen(lines[i]);

		for (size_t at = 0; at <= len; at++) {
			for (unsigned c = 0; c < 128; c++) {
				char *text = mem_strdup(lines[i]);
				struct tcpdump_line l = {0};

				text[at] = (char)c;
				text[len] = '\0';
				tcpdump_line_read(text, &l);
				CU_ASSERT_TRUE(l.n_options <= 40);
				free(text);
			}
		}
	}
}

UNIT_SUITE(fromtcpdump, UNIT_CASE(new_versions), UNIT_CASE(old_versions), UNIT_CASE(two_lines),
	UNIT_CASE(absolute_numbers), UNIT_CASE(bad_lines), UNIT_CASE(damaged_lines))
