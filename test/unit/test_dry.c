// SPDX-License-Identifier: BSD-3-Clause
// io/dry.c: ports that are only imagined.
#include <stdlib.h>

#include "io/io.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "test/unit/port_rig.h"

static unsigned
max_queues(const char *spec)
{
	struct io_port *port = port_rig_open(spec);
	struct io_info info;

	io_port_info(port, &info);
	CU_ASSERT_EQUAL(info.max_rx_queues, info.max_tx_queues);
	CU_ASSERT_TRUE(info.is_dpdk);
	return info.max_rx_queues;
}

static void
queues_by_the_string(void)
{
	port_rig_start();
	io_setup_dry();
	CU_ASSERT_EQUAL(max_queues("net_af_packet0,iface=nosuchif0"), 1);
	CU_ASSERT_EQUAL(max_queues("net_af_packet1,iface=nosuchif0,qpairs=4"), 4);
	CU_ASSERT_EQUAL(max_queues("net_vhost0,iface=/x,queues=2"), 2);
	CU_ASSERT_EQUAL(max_queues("net_vhost1,iface=/x,queues=99999999"), 2048);
	CU_ASSERT_EQUAL(max_queues("net_vhost2,iface=/x,queues=many"), 1);
	CU_ASSERT_EQUAL(max_queues("net_tap0"), 16);
	CU_ASSERT_EQUAL(max_queues("0000:01:00.0"), 64);
	CU_ASSERT_EQUAL(max_queues("7"), 64);
	CU_ASSERT_PTR_NULL(io_open("", &port_errh));
	ASSERT_SAID("port has no name\n");
	port_rig_stop();
}

static void
plans_but_does_not_start(void)
{
	struct io_wish wish = {.promisc = -1, .n_desc = 256};
	struct strbuf lines = STRBUF_INIT;
	struct plan plan = {0};
	struct io_port *port;

	port_rig_start();
	io_setup_dry();
	port = port_rig_open("0000:02:00.0");
	CU_ASSERT_PTR_EQUAL(port_rig_open("0000:02:00.0"), port);
	CU_ASSERT_FALSE(io_is_blocking(port));
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	wish.n_desc = 0;
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	io_reserve_rx(port, &plan);
	io_reserve_tx(port, &plan);
	plan_items_text(&plan, &lines);
	ASSERT_TEXT(strbuf_text(&lines),
		"       256 packets, node 0: 0000:02:00.0, 1 receive queue of 256 descriptors\n"
		"      1024 packets, node 0: 0000:02:00.0, 1 transmit queue of 1024 descriptors\n");
	CU_ASSERT_TRUE(io_start_all(&port_errh) < 0);
	strbuf_fini(&lines);
	plan_fini(&plan);
	port_rig_stop();
}

static void
as_libpcap(void)
{
	struct io_wish wish = {.promisc = -1};
	struct plan plan = {0};
	struct io_port *port;

	port_rig_start();
	io_setup(IO_PCAP, false);
	io_setup_dry();
	port = port_rig_open("nosuchif1");
	CU_ASSERT_TRUE(io_is_blocking(port));
	CU_ASSERT_EQUAL(io_max_rx_queues(port), 1);
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	io_reserve_rx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 576);
	plan_fini(&plan);
	port_rig_stop();
}

UNIT_SUITE(dry, UNIT_CASE(queues_by_the_string), UNIT_CASE(plans_but_does_not_start),
	UNIT_CASE(as_libpcap))
