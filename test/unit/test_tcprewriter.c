// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include <rte_tcp.h>

#include "elements/nat/rewriter.h"
#include "src/clock.h"
#include "test/unit/nat_rig.h"

#define NAT "TCPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop"
#define OUT "10.0.0.1:1 > 20.0.0.2:20"
#define BACK "20.0.0.2:20 > 1.0.0.1:1024"

static void
push(struct rig *r, const char *ends, uint8_t flags, const char *data)
{
	nat_push(r, 0, nat_tcp((struct nat_tcp){.ends = ends, .flags = flags, .data = data}));
}

static void
expect_timeout(struct rig *r, const char *seconds)
{
	char want[400];

	snprintf(want, sizeof(want),
		"(10.0.0.1, 1, 20.0.0.2, 20) => (1.0.0.1, 1024, 20.0.0.2, 20) [*0 1] i0 exp%s\n"
		"(20.0.0.2, 20, 1.0.0.1, 1024) => (20.0.0.2, 20, 10.0.0.1, 1) [0 *1] i0 exp%s\n",
		seconds, seconds);
	ASSERT_SORTED(r, "table", want);
}

static void
life_of_a_connection(void)
{
	struct rig *r = rig_new(NAT ", TCP_NODATA_TIMEOUT 100, TCP_TIMEOUT 1000,"
				    "TCP_DONE_TIMEOUT 10, TCP_GUARANTEE 1)",
		2, 2);

	push(r, OUT, RTE_TCP_SYN_FLAG, NULL);
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	expect_timeout(r, "100");
	push(r, BACK, RTE_TCP_SYN_FLAG | RTE_TCP_ACK_FLAG, NULL);
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:1");
	push(r, OUT, RTE_TCP_ACK_FLAG, "data");
	expect_timeout(r, "100");
	push(r, BACK, RTE_TCP_ACK_FLAG, "data");
	expect_timeout(r, "1000");
	push(r, OUT, RTE_TCP_FIN_FLAG | RTE_TCP_ACK_FLAG, NULL);
	expect_timeout(r, "1000");
	push(r, BACK, RTE_TCP_FIN_FLAG | RTE_TCP_ACK_FLAG, NULL);
	expect_timeout(r, "10");
	push(r, OUT, RTE_TCP_ACK_FLAG, NULL);
	expect_timeout(r, "10");
	// A new connection of the same ends.
	push(r, OUT, RTE_TCP_SYN_FLAG, NULL);
	expect_timeout(r, "1000");
	push(r, BACK, RTE_TCP_RST_FLAG, NULL);
	expect_timeout(r, "10");
	rig_run_for(r, 3 * CLOCK_S);
	expect_timeout(r, "7");
	ASSERT_READ(r, "mappings", rig_read(r, "table"));
	rig_free(r);
}

static void
padding_is_no_data(void)
{
	struct rig *r = rig_new(NAT ")", 2, 2);
	struct packet *p;

	for (unsigned i = 0; i < 2; i++) {
		p = nat_tcp((struct nat_tcp){
			.ends = i == 0 ? OUT : BACK, .flags = RTE_TCP_ACK_FLAG, .data = NULL});
		packet_put(&p, 6);
		nat_push(r, 0, p);
	}
	expect_timeout(r, "300");
	rig_free(r);
}

static void
only_tcp(void)
{
	struct rig *r = rig_new(NAT ", pass 1)", 3, 2);

	nat_push_udp(r, 2, OUT);
	ASSERT_OUT(r, "1 10.0.0.1:1 > 20.0.0.2:20");
	nat_push_udp(r, 0, OUT);
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 1);
	// Short headers keep their ports.
	nat_push(r, 0, nat_ip(6, "10.0.0.1 > 20.0.0.2", "00010014000000000000000000000000 00"));
	CU_ASSERT_TRUE(strncmp(nat_out(r), "0 1.0.0.1:1 > 20.0.0.2:20", 25) == 0);
	ASSERT_READ(r, "size", "1");
	nat_push(r, 0, nat_ip(6, "10.0.0.1 > 20.0.0.2", "00010014000000"));
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 2);
	ASSERT_TEXT(
		rig_read_param(r, "lookup", "10.0.0.1 1 20.0.0.2 20"), "1.0.0.1 1024 20.0.0.2 20");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.1 1 20.0.0.2 21"), "");
	rig_free(r);
}

static void
set_network(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
cut_up(void)
{
	static const char hex[] = "4500002c 00070000 40066ec3 0a000001 14000002"
				  "000a0014 00000001 00000002 70100000 00000000 01010101 01010101";

	rig_truncations(NAT ")", 2, 2, 0, hex, set_network);
}

static void
errors(void)
{
	ASSERT_ERRORS(
		"TCPRewriter(drop, UDP_TIMEOUT 5)", 1, 1, "need 1 argument, one per input port\n");
	ASSERT_ERRORS("TCPRewriter(drop, TCP_GUARANTEE x)", 1, 1, "TCP_GUARANTEE: parse error\n");
}

UNIT_SUITE(tcprewriter, UNIT_CASE(life_of_a_connection), UNIT_CASE(padding_is_no_data),
	UNIT_CASE(only_tcp), UNIT_CASE(cut_up), UNIT_CASE(errors))
