// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/mem.h"
#include "test/unit/rig.h"

#define SYN \
	"45000028 00000000 400677ce 01000001 02000002 000a0014 00000005 00000000 50020000 00000000"
#define PUSH \
	"4504002d 00070000 400677be 01000001 02000002 000a0014 00000064 000000c8 50182000 00000000 68656c6c 6f"
#define ACK \
	"45000028 00000000 400677ce 01000001 02000002 000a0014 00000064 000000c8 50102000 00000000"
#define ALL \
	"4500002a 00000000 400677cc 01000001 02000002 000a0014 ffffffff 00000000 502f0001 00000000 7879"
#define UDPFRAG \
	"4500002c 00072000 401157b8 01000001 02000002 000a0014 00500000 00000000 00000000 00000000 00000000"
#define UDPLATER "45000024 00070003 401177bd 01000001 02000002 00000000 00000000 00000000 00000000"
#define TCPLATER "45000024 00072003 400657c8 01000001 02000002 00000000 00000000 00000000 00000000"
#define ICMPLATER "45000024 00070003 400177cd 01000001 02000002 00000000 00000000 00000000 00000000"
#define UDP "45000020 00000000 401177cb 01000001 02000002 000a0014 000c0000 61626364"
#define ECHO "4500001c 00000000 400177df 01000001 02000002 0800f7fb 00030001"
#define ECHOREPLY "4500001c 00000000 400177df 01000001 02000002 0000fffb 00030001"
#define PORT \
	"4500003c 00000000 400167af 09090909 01000001 0303001d 00000000 45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define NEEDFRAG \
	"4500003c 00000000 400167af 09090909 01000001 0304faa3 00000578 45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define NEEDFRAG0 \
	"4500003c 00000000 400167af 09090909 01000001 0304001c 00000000 45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define PROTO \
	"4500003c 00000000 400167af 09090909 01000001 0302001e 00000000 45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define PROTO99 \
	"45000030 00000000 400167bb 09090909 01000001 0302fcfd 00000000 45000014 00000000 40637785 01000001 02000002"
#define PORT99 \
	"45000034 00000000 400167b7 09090909 01000001 0303fcfc 00000000 45000018 00000000 40637781 01000001 02000002 00000000"
#define CODE77 \
	"4500003c 00000000 400167af 09090909 01000001 034dffd2 00000000 45000020 00000000 fa11bdca 01000001 02000002 03e807d0 000c2c55 61626364"
#define PORTCUT \
	"45000033 00000000 400167b8 09090909 01000001 0303f214 00000000 45000020 00000000 fa11bdca 01000001 02000002 03e807"
#define UNREACHCUT \
	"4500002f 00000000 400167bc 09090909 01000001 0301fd00 00000000 45000020 00000000 fa11bdca 01000001 020000"
#define TRANSIT "4500001c 00000000 400167cf 09090909 01000001 0b00f4ff 00000000"
#define TIMECODE5 "4500001c 00000000 400167cf 09090909 01000001 0b05f4fa 00000000"
#define TYPE99 "4500001c 00000000 400167cf 09090909 01000001 63009cff 00000000"
#define TYPE99CODE3 "4500001c 00000000 400167cf 09090909 01000001 63039cfc 00000000"
#define GRE "45000014 00000000 402f77b9 01000001 02000002"

static void
mark(struct packet *p)
{
	packet_set_network(p, 0, (packet_length(p) > 0 ? packet_data(p)[0] & 15u : 5) * 4);
}

static struct packet *
marked(struct packet *p)
{
	mark(p);
	packet_set_timestamp(p, 1500000000);
	return p;
}

// What an element prints about a packet, whole and in segments.
static void
expect(const char *element, const char *hex, const char *line)
{
	struct rig *r = rig_new(element, 1, 1);

	rig_push(r, 0, marked(rig_hex(hex)));
	ASSERT_TEXT(rig_chatter(r), line);
	rig_push(r, 0, marked(rig_segments(hex, 3)));
	ASSERT_TEXT(rig_chatter(r), line);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_expect_hex(r, 0, 0, hex);
	rig_free(r);
}

#define T "1.500000: 1.0.0.1.10 > 2.0.0.2.20: "
#define A "1.500000: 1.0.0.1 > 2.0.0.2: "
#define E "1.500000: 9.9.9.9 > 1.0.0.1: "

static void
tcp(void)
{
	expect("IPPrint", SYN, T "S 5:6(1,40,40) win 0\n");
	expect("IPPrint", PUSH, T "P 100:105(5,45,45) ack 200 win 8192\n");
	expect("IPPrint", ACK, T ". 100:100(0,40,40) ack 200 win 8192\n");
	expect("IPPrint", ALL, T "SFRP 4294967295:3(4,42,42) win 1\n");
	expect("IPPrint", TCPLATER, A "tcp (frag 7:16@24+)\n");
}

static void
behind_an_ethernet_header(void)
{
	struct rig *r = rig_config("RigIn -> MarkIPHeader(14) -> IPPrint -> RigOut");
	struct packet *p = rig_hex("0000000000000000000000000800" ACK);

	packet_set_timestamp(p, 1500000000);
	rig_push(r, 0, p);
	ASSERT_TEXT(rig_chatter(r), T ". 100:100(0,54,40) ack 200 win 8192\n");
	rig_free(r);
}

static void
udp_and_others(void)
{
	expect("IPPrint", UDP, T "udp 12\n");
	expect("IPPrint", UDPFRAG, T "udp 80 (frag 7:24@0+)\n");
	expect("IPPrint", UDPLATER, A "udp (frag 7:16@24)\n");
	expect("IPPrint", GRE, A "ip-proto-47\n");
}

static void
icmp(void)
{
	expect("IPPrint", ECHO, A "icmp echo (3, 1)\n");
	expect("IPPrint", ECHOREPLY, A "icmp echo-reply (3, 1)\n");
	expect("IPPrint(SWAP false)", ECHO, A "icmp echo (768, 256)\n");
	expect("IPPrint", ICMPLATER, A "icmp (frag 7:16@24)\n");
	expect("IPPrint", PORT, E "icmp 2.0.0.2 unreachable port udp/2000\n");
	expect("IPPrint", PORT99, E "icmp 2.0.0.2 unreachable port protocol 99/0\n");
	expect("IPPrint", NEEDFRAG, E "icmp 2.0.0.2 unreachable needfrag (mtu 1400)\n");
	expect("IPPrint", NEEDFRAG0, E "icmp 2.0.0.2 unreachable needfrag\n");
	expect("IPPrint", PROTO, E "icmp 2.0.0.2 unreachable protocol udp\n");
	expect("IPPrint", PROTO99, E "icmp 2.0.0.2 unreachable protocol protocol 99\n");
	expect("IPPrint", CODE77, E "icmp 2.0.0.2 unreachable code 77\n");
	expect("IPPrint", TRANSIT, E "icmp timeexceeded transit\n");
	expect("IPPrint", TIMECODE5, E "icmp timeexceeded code 5\n");
	expect("IPPrint", TYPE99, E "icmp type 99\n");
	expect("IPPrint", TYPE99CODE3, E "icmp type 99 code 3\n");
}

// The first n bytes of a packet.
static void
expect_cut(const char *hex, unsigned n, const char *line)
{
	struct rig *r = rig_new("IPPrint", 1, 1);
	struct packet *p = marked(rig_hex(hex));

	packet_take(p, packet_length(p) - n);
	rig_push(r, 0, p);
	ASSERT_TEXT(rig_chatter(r), line);
	rig_free(r);
}

static void
truncated(void)
{
	expect_cut(SYN, 19, "1.500000: truncated-ip\n");
	expect_cut(SYN, 20, A "truncated-tcp\n");
	expect_cut(SYN, 23, A "truncated-tcp\n");
	expect_cut(SYN, 24, T "truncated-tcp\n");
	expect_cut(SYN, 33, T "truncated-tcp\n");
	expect_cut(PUSH, 34, T "P 100:105(5,34,45) ack 200truncated-tcp\n");
	expect_cut(PUSH, 36, T "P 100:105(5,36,45) ack 200 win 8192\n");
	expect_cut(UDP, 23, A "truncated-udp\n");
	expect_cut(UDP, 27, T "truncated-udp\n");
	expect_cut(UDP, 28, T "udp 12\n");
	expect_cut(ECHO, 21, A "truncated-icmp\n");
	expect_cut(ECHO, 22, A "icmp echo truncated-icmp\n");
	expect_cut(ECHOREPLY, 27, A "icmp echo-reply truncated-icmp\n");
	expect("IPPrint", UNREACHCUT, E "icmp unreachable host truncated-icmp\n");
	expect("IPPrint", PORTCUT, E "icmp 2.0.0.2 unreachable port udp/truncated-icmp\n");
	rig_truncations("IPPrint(PAYLOAD hex)", 1, 1, 0, PORT, mark);
	rig_truncations("IPPrint(CONTENTS ascii)", 1, 1, 0, PUSH, mark);
}

static void
fields(void)
{
	struct rig *r = rig_new("IPPrint(x, ID true, TTL true, TOS true, LENGTH true, PAINT true, "
				"AGGREGATE true)",
		1, 1);
	struct packet *p = marked(rig_hex(PUSH));

	packet_set_anno_u8(p, ANNO_PAINT, 2);
	rig_push(r, 0, p);
	ASSERT_TEXT(rig_chatter(r),
		"x: 1.500000: #0.2: id 7 ttl 64 tos 4 length 45 "
		"1.0.0.1.10 > 2.0.0.2.20: P 100:105(5,45,45) ack 200 win 8192\n");
	rig_free(r);
	expect("IPPrint(PAINT true, TIMESTAMP false)", GRE,
		"paint 0: 1.0.0.1 > 2.0.0.2: ip-proto-47\n");
	expect("IPPrint(AGGREGATE true, TIMESTAMP false)", GRE,
		"#0: 1.0.0.1 > 2.0.0.2: ip-proto-47\n");
	expect("IPPrint(LABEL \"a b\", TIMESTAMP false)", GRE,
		"a b: 1.0.0.1 > 2.0.0.2: ip-proto-47\n");
	r = rig_new("IPPrint(\"\")", 1, 1);
	p = marked(rig_hex(GRE));
	packet_set_timestamp(p, 1500000001);
	rig_push(r, 0, p);
	ASSERT_TEXT(rig_chatter(r), "1.500000001: 1.0.0.1 > 2.0.0.2: ip-proto-47\n");
	rig_free(r);
}

static void
contents(void)
{
	static const char hex[] = T "P 100:105(5,45,45) ack 200 win 8192\n"
				    "  4504002d 00070000 400677be 01000001 02000002 000a0014\n"
				    "  00000064 000000c8 50182000 00000000 68656c6c 6f\n";

	expect("IPPrint(CONTENTS true)", PUSH, hex);
	expect("IPPrint(CONTENTS hex)", PUSH, hex);
	expect("IPPrint(CONTENTS NONE, PAYLOAD no)", PUSH,
		T "P 100:105(5,45,45) ack 200 win 8192\n");
	expect("IPPrint(CONTENTS ASCII)", PUSH,
		T "P 100:105(5,45,45) ack 200 win 8192\n"
		  "  E..-.... @.w..... ........ ...d.... P. ..... hello\n");
	expect("IPPrint(CONTENTS true, MAXLENGTH 5)", PUSH,
		T "P 100:105(5,45,45) ack 200 win 8192\n  4504002d 00\n");
	expect("IPPrint(CONTENTS true, NBYTES 5)", PUSH,
		T "P 100:105(5,45,45) ack 200 win 8192\n  4504002d 00\n");
	expect("IPPrint(CONTENTS true, MAXLENGTH -1)", PUSH, hex);
	expect("IPPrint(PAYLOAD yes)", PUSH,
		T "P 100:105(5,45,45) ack 200 win 8192\n  68656c6c 6f\n");
	expect("IPPrint(PAYLOAD Ascii)", PUSH, T "P 100:105(5,45,45) ack 200 win 8192\n  hello\n");
	expect("IPPrint(PAYLOAD ascii)", UDP, T "udp 12\n  abcd\n");
	expect("IPPrint(PAYLOAD hex)", UDPLATER,
		A "udp (frag 7:16@24)\n  00000000 00000000 00000000 00000000\n");
	expect("IPPrint(PAYLOAD hex)", ECHO, A "icmp echo (3, 1)\n  0800f7fb 00030001\n");
	expect("IPPrint(PAYLOAD hex)", GRE, A "ip-proto-47\n");
}

static void
silent(void)
{
	struct rig *r = rig_new("IPPrint(ACTIVE false)", 1, 1);

	rig_push(r, 0, marked(rig_hex(GRE)));
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_push(r, 0, marked(rig_hex(GRE)));
	ASSERT_TEXT(rig_chatter(r), A "ip-proto-47\n");
	// No IP header place.
	rig_push_hex(r, 0, GRE);
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "handlers",
		"active\trwc\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

// A router that does not come to run, and one that takes another's place, leave the lines there.
static void
expect_kept(const char *name, const char *element)
{
	char *config = mem_printf("RigIn(0) -> e :: %s -> RigOut(0)", element), text[200] = "";
	char *bad = mem_printf("%s; Nope -> RigOut(1)", config), *errors;
	struct rig *r = rig_config(config);
	FILE *f;

	rig_push(r, 0, marked(rig_hex(GRE)));
	errors = rig_swap(r, bad);
	CU_ASSERT_TRUE(errors[0] != '\0');
	free(errors);
	free(bad);
	bad = mem_printf("%s; Idle -> IPPrint(OUTFILE /nowhere/x) -> RigOut(1)", config);
	errors = rig_swap(r, bad);
	CU_ASSERT_TRUE(errors[0] != '\0');
	free(errors);
	free(bad);
	rig_push(r, 0, marked(rig_hex(UDP)));
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	free(config);
	rig_push(r, 0, marked(rig_hex(GRE)));
	rig_free(r);
	f = fopen(name, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_TRUE(fread(text, 1, sizeof(text) - 1, f) > 0);
	ASSERT_TEXT(text, "1.0.0.1 > 2.0.0.2: ip-proto-47\n1.0.0.1.10 > 2.0.0.2.20: udp 12\n"
			  "1.0.0.1 > 2.0.0.2: ip-proto-47\n");
	fclose(f);
}

static void
to_a_file(void)
{
	char name[] = "/tmp/ipprint-test-XXXXXX", text[200] = "", *element;
	int fd = mkstemp(name);
	struct rig *r;

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, "old", 3), 3);
	element = mem_printf("IPPrint(OUTFILE %s, TIMESTAMP false, CHANNEL foo)", name);
	r = rig_new(element, 1, 1);
	rig_push(r, 0, marked(rig_hex(GRE)));
	rig_push(r, 0, marked(rig_hex(UDP)));
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
	CU_ASSERT_TRUE(pread(fd, text, sizeof(text) - 1, 0) > 0);
	ASSERT_TEXT(text, "1.0.0.1 > 2.0.0.2: ip-proto-47\n1.0.0.1.10 > 2.0.0.2.20: udp 12\n");
	expect_kept(name, element);
	close(fd);
	unlink(name);
	free(element);
	ASSERT_ERRORS(
		"IPPrint(OUTFILE /nowhere/x)", 1, 1, "/nowhere/x: No such file or directory\n");
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("IPPrint", 1, 1);

	rig_push(r, 0, marked(rig_hex(GRE)));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	ASSERT_TEXT(rig_chatter(r), A "ip-proto-47\n");
	rig_free(r);
	ASSERT_ERRORS("IPPrint(CONTENTS octal)", 1, 1,
		"bad contents value 'octal'; should be 'NONE', 'HEX', or 'ASCII'\n");
	ASSERT_ERRORS("IPPrint(PAYLOAD octal, CONTENTS hex)", 1, 1,
		"bad payload value 'octal'; should be 'false', 'hex', or 'ascii'\n");
	ASSERT_ERRORS("IPPrint(PAYLOAD hex, CONTENTS hex)", 1, 1,
		"specify at most one of PAYLOAD and CONTENTS\n");
	ASSERT_ERRORS("IPPrint(x, y)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("IPPrint(MAXLENGTH x)", 1, 1, "MAXLENGTH: invalid number\n");
	ASSERT_ERRORS("IPPrint(TTL x)", 1, 1, "TTL: parse error\n");
	ASSERT_ERRORS("IPPrint(ACTIVE x)", 1, 1, "ACTIVE: parse error\n");
}

UNIT_SUITE(ipprint, UNIT_CASE(tcp), UNIT_CASE(behind_an_ethernet_header), UNIT_CASE(udp_and_others),
	UNIT_CASE(icmp), UNIT_CASE(truncated), UNIT_CASE(fields), UNIT_CASE(contents),
	UNIT_CASE(silent), UNIT_CASE(to_a_file), UNIT_CASE(pull_and_arguments))
