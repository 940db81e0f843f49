// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static const char *const echo_packet = "45000020 00010000 40010000 0a000001 0a000002"
				       "08000000 00010002 00000000";
static const char *const syn_packet = "45000028 00010000 40060000 0a000001 0a000002"
				      "04010050 00000000 00000000 50022000 00000000";
static const char *const udp_packet = "45000024 00070000 05110000 0a000002 c0a80101"
				      "00350401 00100000 01020304 05060708";

static void
push(struct rig *r, const char *hex)
{
	struct packet *p = rig_hex(hex);

	packet_set_network(p, 0, 20);
	rig_push(r, 0, p);
}

static void
classifies(void)
{
	struct rig *r = rig_new("IPClassifier(icmp type echo, tcp dst port www or https, -)", 1, 3);
	char *order;

	push(r, udp_packet);
	push(r, syn_packet);
	push(r, echo_packet);
	order = rig_order(r);
	ASSERT_TEXT(order, "2 1 0");
	free(order);
	rig_push_hex(r, 0, udp_packet); // no header marked
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_READ(r, "program",
		" 0 264/00010000%00ff0000  yes->step 1  no->step 3\n"
		" 1 260/00000000%00001fff  yes->step 2  no->[2]\n"
		" 2 512/08000000%ff000000  yes->[0]  no->[2]\n"
		" 3 264/00060000%00ff0000  yes->step 4  no->[2]\n"
		" 4 260/00000000%00001fff  yes->step 5  no->[2]\n"
		" 5 512/00000050%0000ffff  yes->[1]  no->step 6\n"
		" 6 512/000001bb%0000ffff  yes->[1]  no->[2]\n"
		"safe length 516\n"
		"alignment offset 0\n");
	rig_free(r);
	r = rig_new("IPClassifier(tcp, udp)", 1, 2);
	push(r, echo_packet);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	// An empty pattern, and one in quotes.
	r = rig_new("IPClassifier(\"src 10.0.0.2 and udp\", )", 1, 1);
	push(r, udp_packet);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	r = rig_new("IPClassifier(udp, , )", 1, 2);
	push(r, echo_packet);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("IPClassifier(tcp)", 1, 2, "need 2 arguments, one per output port\n");
	ASSERT_ERRORS("IPClassifier(tcp, -)", 1, 1, "need 1 arguments, one per output port\n");
	ASSERT_ERRORS("IPClassifier(tcp, allow udp)", 1, 2, "pattern 1: empty term near 'allow'\n");
	ASSERT_ERRORS("IPClassifier(tcp, \"(\", -, foo or)", 1, 4,
		"pattern 1: missing expression after '('\n"
		"pattern 3: empty term near 'foo'\n");
}

static void
warnings(void)
{
	struct rig *r;

	ASSERT_ERRORS("IPClassifier(tcp, tcp port 80, ip proto 6, -, udp)", 1, 5,
		"warning: output 1 matches no packets\n"
		"warning: output 2 matches no packets\n"
		"warning: output 4 matches no packets\n");
	// Not when it is configured again.
	r = rig_new("IPClassifier(tcp, -)", 1, 2);
	ASSERT_TEXT(rig_write(r, "config", "-, tcp"), "");
	ASSERT_READ(r, "program", "all->[0]\nsafe length 0\nalignment offset 0\n");
	rig_free(r);
}

static void
pattern_handlers(void)
{
	struct rig *r = rig_new("IPClassifier(tcp, src 10.0.0.2, -)", 1, 3);

	ASSERT_READ(r, "handlers",
		"pattern2\trw\npattern1\trw\npattern0\trw\nprogram\tr.\nhandlers\tr.\nports\tr.\n"
		"config\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "pattern0", "tcp");
	ASSERT_READ(r, "pattern1", "src 10.0.0.2");
	ASSERT_READ(r, "pattern2", "-");
	ASSERT_TEXT(rig_write(r, "pattern1", "icmp"), "");
	ASSERT_READ(r, "config", "tcp, icmp, -");
	ASSERT_READ(r, "pattern1", "icmp");
	push(r, echo_packet);
	push(r, udp_packet);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	// Nothing changes after an error.
	ASSERT_TEXT(rig_write(r, "pattern0", "tcp or"), "pattern 0: missing expression\n");
	ASSERT_TEXT(rig_write(r, "pattern0", "a, b"), "need 3 arguments, one per output port\n");
	ASSERT_READ(r, "config", "tcp, icmp, -");
	push(r, syn_packet);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	// An empty pattern, which would get lost at the end of the list, is the same as this.
	ASSERT_TEXT(rig_write(r, "pattern2", " // all"), "");
	ASSERT_READ(r, "pattern2", "-");
	ASSERT_TEXT(rig_write(r, "pattern2", "udp"), "");
	ASSERT_READ(r, "pattern2", "udp");
	rig_free(r);
}

UNIT_SUITE(ipclassifier, UNIT_CASE(classifies), UNIT_CASE(arguments), UNIT_CASE(warnings),
	UNIT_CASE(pattern_handlers))
