// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "elements/nat/rewriter.h"
#include "src/clock.h"
#include "test/unit/nat_rig.h"

static void
all_protocols_in_one_table(void)
{
	struct rig *r = rig_new("UDPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, pass 0)", 2, 2);

	nat_push_udp(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	nat_push_syn(r, 0, "10.0.0.1:1 > 20.0.0.2:20");
	ASSERT_OUT(r, "0 1.0.0.1:1024 > 20.0.0.2:20");
	nat_push_syn(r, 0, "20.0.0.2:20 > 1.0.0.1:1024");
	ASSERT_OUT(r, "1 20.0.0.2:20 > 10.0.0.1:1");
	// DCCP: no checksum is touched.
	nat_push(r, 0, nat_ip(33, "10.0.0.1 > 20.0.0.2", "0001001401020304"));
	ASSERT_OUT(r, "0 1.0.0.1 > 20.0.0.2");
	rig_expect_hex(r, 0, 0, "4500001c 00070000 402165b8 01000001 14000002 0400001401020304");
	nat_push(r, 0, nat_ip(132, "10.0.0.1 > 20.0.0.2", "0001001401020304"));
	CU_ASSERT_EQUAL(rig_drops(r, REWRITER_UNHANDLED), 1);
	nat_push(r, 1, nat_ip(132, "10.0.0.1 > 20.0.0.2", "0001001401020304"));
	ASSERT_OUT(r, "0 10.0.0.1 > 20.0.0.2");
	ASSERT_READ(r, "table_size", "1");
	ASSERT_SORTED(r, "table",
		"(10.0.0.1, 1, 20.0.0.2, 20) => (1.0.0.1, 1024, 20.0.0.2, 20) [*0 1] i0 exp300\n"
		"(20.0.0.2, 20, 1.0.0.1, 1024) => (20.0.0.2, 20, 10.0.0.1, 1) [0 *1] i0 exp300\n");
	rig_free(r);
}

static void
streaming(void)
{
	struct rig *r = rig_new("UDPRewriter(keep 0 1, UDP_TIMEOUT 4, STREAMING_TIMEOUT 50)", 1, 2);

	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "table"), "exp4\n"));
	nat_push_udp(r, 0, "2.0.0.2:2 > 1.0.0.1:1");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "table"), "exp50\n"));
	rig_write(r, "clear", "");
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	nat_push_udp(r, 0, "2.0.0.2:2 > 1.0.0.1:1");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "table"), "exp4\n"));
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "table"), "exp50\n"));
	rig_free(r);
	r = rig_new("IPRewriter(keep 0 1, UDP_TIMEOUT 4, UDP_STREAMING_TIMEOUT 50)", 1, 2);
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	nat_push_udp(r, 0, "2.0.0.2:2 > 1.0.0.1:1");
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "udp_table"), "exp50\n"));
	rig_free(r);
	r = rig_new("UDPRewriter(keep 0 1, TIMEOUT 4)", 1, 2);
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	nat_push_udp(r, 0, "2.0.0.2:2 > 1.0.0.1:1");
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "table"), "exp4\n"));
	rig_free(r);
}

// The one without a guarantee that times out first goes.
static void
order_of_eviction(void)
{
	struct rig *r = rig_new("UDPRewriter(keep 0 1, CAPACITY 3, GUARANTEE 1, TIMEOUT 4,"
				"UDP_STREAMING_TIMEOUT 5)",
		1, 2);

	// The first one streams, and so lives longer than the second and third.
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	nat_push_udp(r, 0, "2.0.0.2:2 > 1.0.0.1:1");
	nat_push_udp(r, 0, "1.0.0.1:1 > 2.0.0.2:2");
	rig_run_for(r, 500 * CLOCK_MS);
	nat_push_udp(r, 0, "1.0.0.1:2 > 2.0.0.2:2");
	rig_run_for(r, 100 * CLOCK_MS);
	nat_push_udp(r, 0, "1.0.0.1:3 > 2.0.0.2:2");
	nat_push_udp(r, 0, "1.0.0.1:4 > 2.0.0.2:2");
	ASSERT_OUT(r, "outputs ''");
	rig_run_for(r, 1500 * CLOCK_MS);
	nat_push_udp(r, 0, "1.0.0.1:4 > 2.0.0.2:2");
	ASSERT_OUT(r, "0 1.0.0.1:4 > 2.0.0.2:2");
	CU_ASSERT_PTR_NULL(strstr(rig_read(r, "table"), "(1.0.0.1, 2,"));
	nat_push_udp(r, 0, "1.0.0.1:5 > 2.0.0.2:2");
	CU_ASSERT_PTR_NULL(strstr(rig_read(r, "table"), "(1.0.0.1, 3,"));
	nat_push_udp(r, 0, "1.0.0.1:6 > 2.0.0.2:2");
	CU_ASSERT_PTR_NULL(strstr(rig_read(r, "table"), "(1.0.0.1, 1,"));
	nat_push_udp(r, 0, "1.0.0.1:7 > 2.0.0.2:2");
	ASSERT_OUT(r, "outputs ''");
	ASSERT_READ(r, "mapping_failures", "2");
	ASSERT_READ(r, "size", "3");
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
	rig_truncations("UDPRewriter(pattern 5.0.0.5 1-9# - - 0 0)", 1, 1, 0,
		"4500002c 00070000 40110000 0a000001 14000002 000a0014 00180001 00000002 50100000",
		set_network);
}

static void
errors(void)
{
	ASSERT_ERRORS("UDPRewriter(drop, UDP_TIMEOUT x)", 1, 1, "UDP_TIMEOUT: parse error\n");
	ASSERT_ERRORS("UDPRewriter(drop, nope)", 1, 1, "need 1 argument, one per input port\n");
}

UNIT_SUITE(udprewriter, UNIT_CASE(all_protocols_in_one_table), UNIT_CASE(streaming),
	UNIT_CASE(order_of_eviction), UNIT_CASE(cut_up), UNIT_CASE(errors))
