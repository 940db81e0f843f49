// SPDX-License-Identifier: BSD-3-Clause
// io/port.c: the set of ports and what elements ask of them.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "test/unit/dumpfile.h"
#include "test/unit/port_rig.h"

// ---- device strings

static void
assert_value(const char *file, int line, char *got, const char *want)
{
	if (want == NULL)
		CU_assertImplementation(
			got == NULL, (unsigned)line, "no value", file, "", CU_FALSE);
	else
		unit_assert_text(file, line, got, want);
	free(got);
}

#define ASSERT_VALUE(got, want) assert_value(__FILE__, __LINE__, got, want)

static void
values_of_keys(void)
{
	ASSERT_VALUE(io_spec_value("net_tap0,iface=t0,mac=fixed", "iface"), "t0");
	ASSERT_VALUE(io_spec_value("net_tap0,iface=t0,mac=fixed", "mac"), "fixed");
	ASSERT_VALUE(io_spec_value("net_tap0,iface=", "iface"), "");
	ASSERT_VALUE(io_spec_value("net_tap0,iface", "iface"), NULL);
	ASSERT_VALUE(io_spec_value("net_tap0,rx_iface=a,iface=b", "iface"), "b");
	ASSERT_VALUE(io_spec_value("net_tap0", "iface"), NULL);
	ASSERT_VALUE(io_spec_value("iface=x", "iface"), NULL);
	ASSERT_VALUE(io_spec_value("", "iface"), NULL);
	ASSERT_VALUE(io_spec_value(",,,iface=x", "iface"), "x");
}

static void
values_of_repeated_keys(void)
{
	const char *at = "net_pcap0,rx_pcap=a,infinite_rx=1,rx_pcap=b,rx_pcap=";

	ASSERT_VALUE(io_spec_next_value(&at, "rx_pcap"), "a");
	ASSERT_VALUE(io_spec_next_value(&at, "rx_pcap"), "b");
	ASSERT_VALUE(io_spec_next_value(&at, "rx_pcap"), "");
	ASSERT_VALUE(io_spec_next_value(&at, "rx_pcap"), NULL);
}

static void
kernel_interfaces(void)
{
	ASSERT_VALUE(io_kernel_interface("net_af_packet0,iface=veth1"), "veth1");
	ASSERT_VALUE(io_kernel_interface("net_af_xdp3,iface=veth2,start_queue=0"), "veth2");
	ASSERT_VALUE(io_kernel_interface("net_pcap0,iface=veth3"), "veth3");
	ASSERT_VALUE(io_kernel_interface("net_pcap0,rx_iface=veth4,tx_iface=veth5"), "veth4");
	ASSERT_VALUE(io_kernel_interface("net_pcap0,rx_pcap=a.pcap"), NULL);
	// A tap's interface comes and goes with it.
	ASSERT_VALUE(io_kernel_interface("net_tap0,iface=t0"), NULL);
	ASSERT_VALUE(io_kernel_interface("0000:01:00.0"), NULL);
	ASSERT_VALUE(io_kernel_interface("net_null0"), NULL);
}

static void
rss_words(void)
{
	uint64_t ip = io_rss_type("ip"), tcp = io_rss_type("tcp"), udp = io_rss_type("udp"),
		 sctp = io_rss_type("sctp");

	CU_ASSERT_TRUE(ip != 0 && tcp != 0 && udp != 0 && sctp != 0);
	CU_ASSERT_EQUAL(ip & tcp, 0);
	CU_ASSERT_EQUAL((ip | tcp) & udp, 0);
	CU_ASSERT_EQUAL((ip | tcp | udp) & sctp, 0);
	CU_ASSERT_EQUAL(io_rss_type("IP"), 0);
	CU_ASSERT_EQUAL(io_rss_type(""), 0);
	CU_ASSERT_EQUAL(io_rss_type("icmp"), 0);
}

static void
modes(void)
{
	CU_ASSERT_EQUAL(io_mode(), IO_FULL);
	CU_ASSERT_FALSE(io_is_ringed());
	io_setup(IO_POLL, true);
	CU_ASSERT_EQUAL(io_mode(), IO_POLL);
	CU_ASSERT_TRUE(io_is_ringed());
	// What waits in the kernel has no rings.
	io_setup(IO_PCAP, true);
	CU_ASSERT_FALSE(io_is_ringed());
	io_setup(IO_FULL, false);
}

// Once announced it stays, as EAL's start cannot be undone; so this is the only test that does.
static void
shared_memory(void)
{
	CU_ASSERT_FALSE(io_wants_shared_memory());
	io_announce("net_memif0,role=server");
	io_announce("net_memif0,zero-copy=no");
	io_announce("net_tap0,zero-copy=yes");
	CU_ASSERT_FALSE(io_wants_shared_memory());
	io_announce("net_memif0,role=client,zero-copy=yes");
	CU_ASSERT_TRUE(io_wants_shared_memory());
	io_announce("net_null0");
	CU_ASSERT_TRUE(io_wants_shared_memory());
}

// ---- open

static void
one_port_many_users(void)
{
	struct io_port *a, *b;
	struct io_info info;
	char number[16];

	port_rig_start();
	a = port_rig_open("net_null400,no-rx=1");
	CU_ASSERT_PTR_EQUAL(port_rig_open("net_null400,no-rx=1"), a);
	CU_ASSERT_PTR_EQUAL(port_rig_open("net_null400"), a);
	// By its number too.
	snprintf(number, sizeof(number), "%u", a->number);
	CU_ASSERT_PTR_EQUAL(port_rig_open(number), a);
	CU_ASSERT_EQUAL(a->n_users, 4);
	io_close(a);
	CU_ASSERT_EQUAL(a->n_users, 3);
	io_close(NULL);
	// A name that only begins alike is another one.
	b = port_rig_open("net_null4001,no-rx=1");
	CU_ASSERT_PTR_NOT_EQUAL(b, a);
	CU_ASSERT_NOT_EQUAL(b->number, a->number);
	io_port_info(a, &info);
	CU_ASSERT_STRING_EQUAL(info.name, "net_null400");
	CU_ASSERT_STRING_EQUAL(info.driver, "net_null");
	CU_ASSERT_TRUE(info.is_dpdk);
	CU_ASSERT_EQUAL(info.node, 0);
	CU_ASSERT_TRUE(info.max_rx_queues >= 2);
	CU_ASSERT_EQUAL(io_max_rx_queues(a), info.max_rx_queues);
	CU_ASSERT_FALSE(io_is_blocking(a));
	CU_ASSERT_FALSE(io_keeps_packets());
	port_rig_stop();
}

static void
open_errors(void)
{
	port_rig_start();
	CU_ASSERT_PTR_NULL(io_open("veth0", &port_errh));
	ASSERT_SAID("unknown port 'veth0'\n"
		    "give a port number, a PCI address, or device arguments such as "
		    "net_af_packet0,iface=veth1\n");
	CU_ASSERT_PTR_NULL(io_open("net_nonesuch0,a=b", &port_errh));
	ASSERT_SAID("no DPDK driver 'net_nonesuch' on this machine\n"
		    "look for it with: apt-cache search librte-net\n");
	CU_ASSERT_PTR_NULL(io_open("net_nonesuch", &port_errh));
	ASSERT_SAID("no DPDK driver 'net_nonesuch' on this machine\n"
		    "look for it with: apt-cache search librte-net\n");
	CU_ASSERT_PTR_NULL(io_open("", &port_errh));
	ASSERT_SAID("unknown port ''\n"
		    "give a port number, a PCI address, or device arguments such as "
		    "net_af_packet0,iface=veth1\n");
	port_rig_stop();
}

// What kinds of device can say of themselves goes below the error.
static void
device_arguments_that_fail(void)
{
	port_rig_start();
	CU_ASSERT_PTR_NULL(io_open(tempdir_text("net_pcap401,rx_pcap=@/missing.pcap"), &port_errh));
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "cannot be opened: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "  DPDK: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "missing.pcap"));
	port_rig_stop();
	port_rig_start();
	CU_ASSERT_PTR_NULL(io_open("net_af_packet402,iface=nosuchif0", &port_errh));
	CU_ASSERT_EQUAL(
		strncmp(port_rig_said(), "no network interface 'nosuchif0' (there are: ", 45), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "lo"));
	port_rig_stop();
}

static void
numbers_that_are_none(void)
{
	struct io_port *port;
	struct strbuf want = STRBUF_INIT;

	port_rig_start();
	port = port_rig_open("net_null403,no-rx=1");
	CU_ASSERT_PTR_NULL(io_open("31", &port_errh));
	strbuf_addf(&want,
		"no DPDK port 31 (there are: %u (net_null403))\n"
		"bind a NIC with scripts/nic, or give device arguments such as "
		"net_af_packet0,iface=veth1\n",
		port->number);
	ASSERT_SAID(strbuf_text(&want));
	CU_ASSERT_PTR_NULL(io_open("99999999999999999999", &port_errh));
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "no DPDK port 9999999999"));
	strbuf_fini(&want);
	port_rig_stop();
}

// ---- wishes

static void
queues(void)
{
	struct io_wish wish = {.promisc = -1};
	struct io_port *port;
	struct strbuf want = STRBUF_INIT;
	unsigned max;

	port_rig_start();
	port = port_rig_open("net_null404,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	wish.n_queues = 3;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 3);
	wish.n_queues = 2;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 2);
	CU_ASSERT_EQUAL(port->n_rx_queues, 3);
	CU_ASSERT_EQUAL(port->n_tx_queues, 0);
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 2);
	CU_ASSERT_EQUAL(port->n_tx_queues, 2);
	ASSERT_SAID("");
	max = io_max_rx_queues(port);
	wish.n_queues = max + 1;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), (int)max);
	strbuf_addf(
		&want, "warning: port 'net_null404' has %u receive queues, not %u\n", max, max + 1);
	ASSERT_SAID(strbuf_text(&want));
	strbuf_fini(&want);
	port_rig_stop();
}

static void
a_device_of_one_queue(void)
{
	struct dumpfile f = DUMPFILE_INIT;
	struct io_wish wish = {.promisc = -1, .n_queues = 2};
	struct io_port *port;

	dumpfile_header(&f, 0xa1b2c3d4, 4, 1);
	dumpfile_save(&f, "empty.pcap");
	port_rig_start();
	port = port_rig_open(tempdir_text("net_pcap405,rx_pcap=@/empty.pcap"));
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	ASSERT_SAID("warning: port 'net_pcap405' has 1 receive queue, not 2\n");
	wish.n_queues = 5;
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	ASSERT_SAID("warning: port 'net_pcap405' has 1 transmit queue, not 5\n");
	port_rig_stop();
}

static void
descriptors(void)
{
	struct io_wish wish = {.promisc = -1, .n_desc = 256};
	struct io_port *port;

	port_rig_start();
	port = port_rig_open("net_null406,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(port->n_rx_desc, 256);
	// No wish agrees with everyone.
	wish.n_desc = 0;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	ASSERT_SAID("");
	wish.n_desc = 512;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), -EINVAL);
	ASSERT_SAID("Some elements disagree on the number of RX descriptors for device "
		    "'net_null406'\n");
	// The other direction has its own.
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	ASSERT_SAID("");
	CU_ASSERT_EQUAL(port->n_tx_desc, 512);
	wish.n_desc = 128;
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), -EINVAL);
	ASSERT_SAID("Some elements disagree on the number of TX descriptors for device "
		    "'net_null406'\n");
	port_rig_stop();
}

static void
promiscuous_mode(void)
{
	struct io_wish wish = {.promisc = -1};
	struct io_port *port;

	port_rig_start();
	port = port_rig_open("net_null407,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(port->promisc, -1);
	wish.promisc = 0;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(port->promisc, 0);
	wish.promisc = 1;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), -EINVAL);
	ASSERT_SAID("Some elements disagree on whether or not device 'net_null407' should be in "
		    "promiscuous mode\n");
	wish.promisc = -1;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(port->promisc, 0);
	port_rig_stop();
}

// Each queue has one receiver in a router; the router of a hot swap begins anew.
static void
receive_queues_are_handed_out(void)
{
	struct io_port *port;
	int a, b; // two routers
	char want[256];
	unsigned max;

	port_rig_start();
	port = port_rig_open("net_null408,no-rx=1");
	max = io_max_rx_queues(port);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, -1, 2, &port_errh), 0);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, -1, 1, &port_errh), 2);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, 4, 2, &port_errh), 4);
	CU_ASSERT_EQUAL(port->n_rx_queues, 6);
	// Into the gap, or behind it if that is too small.
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, -1, 2, &port_errh), 6);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, -1, 1, &port_errh), 3);
	CU_ASSERT_EQUAL(port->n_rx_queues, 8);
	ASSERT_SAID("");
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, 4, 1, &port_errh), -EINVAL);
	ASSERT_SAID("another element receives from queue 4 of port 'net_null408'\n"
		    "leave QUEUE out, or name the port once and connect that element to both\n");
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, (int)max - 1, 2, &port_errh), -EINVAL);
	snprintf(want, sizeof(want),
		"port 'net_null408' has %u receive queues, too few for queue %u\n"
		"lower QUEUE or N_QUEUES, or name the port in fewer elements\n",
		max, max);
	ASSERT_SAID(want);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &b, 4, 1, &port_errh), 4);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &b, -1, 1, &port_errh), 0);
	// One that has ended lets go of its own only.
	io_give_rx_queues(port, &a);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &b, -1, 1, &port_errh), 1);
	io_give_rx_queues(port, &b);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &b, -1, 1, &port_errh), 0);
	ASSERT_SAID("");
	port_rig_stop();
}

// A port that runs has the queues that it was started with.
static void
queues_of_a_running_port(void)
{
	struct io_wish wish = {.promisc = -1, .n_queues = 2};
	struct io_port *port;
	int a, b;

	port_rig_start();
	port = port_rig_open("net_null423,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 2);
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &a, -1, 2, &port_errh), 0);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	CU_ASSERT_EQUAL(io_max_rx_queues(port), 2);
	wish.n_queues = 3;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 2);
	ASSERT_SAID("warning: port 'net_null423' has 2 receive queues, not 3\n");
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	ASSERT_SAID("warning: port 'net_null423' has 1 transmit queue, not 3\n");
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &b, 1, 2, &port_errh), -EINVAL);
	ASSERT_SAID("port 'net_null423' has 2 receive queues since it was started, too few for "
		    "queue 2\n"
		    "lower QUEUE or N_QUEUES, or name the port in fewer elements\n");
	CU_ASSERT_EQUAL(io_take_rx_queues(port, &b, -1, 2, &port_errh), 0);
	CU_ASSERT_EQUAL(port->n_rx_queues, 2);
	port_rig_stop();
}

static void
packets_for_queues(void)
{
	struct io_wish wish = {.promisc = -1, .n_queues = 2, .n_desc = 128};
	struct strbuf lines = STRBUF_INIT;
	struct plan plan = {0};
	struct io_port *port;

	port_rig_start();
	port = port_rig_open("net_null409,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 2);
	io_reserve_rx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 256);
	io_reserve_rx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 256);
	// One more queue adds its own only.
	wish.n_queues = 3;
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 3);
	io_reserve_rx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 384);
	wish.n_queues = 1;
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	io_reserve_tx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 512);
	plan_items_text(&plan, &lines);
	plan_fini(&plan);
	ASSERT_TEXT(strbuf_text(&lines),
		"       256 packets, node 0: net_null409, 2 receive queues of 128 descriptors\n"
		"       128 packets, node 0: net_null409, 3 receive queues of 128 descriptors\n"
		"       128 packets, node 0: net_null409, 1 transmit queue of 128 descriptors\n");
	strbuf_fini(&lines);
	port_rig_stop();
}

// Without a wish it is 1024.
static void
default_descriptors(void)
{
	struct io_wish wish = {.promisc = -1};
	struct plan plan = {0};
	struct io_port *port;

	port_rig_start();
	port = port_rig_open("net_null410,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	io_reserve_rx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 1024);
	plan_fini(&plan);
	port_rig_stop();
}

// A file that is replayed for ever stays in mbufs.
static void
packets_that_a_driver_keeps(void)
{
	struct dumpfile f = DUMPFILE_INIT;
	struct io_wish wish = {.promisc = -1, .n_desc = 64};
	struct strbuf lines = STRBUF_INIT;
	struct plan plan = {0};
	struct io_port *port;

	dumpfile_header(&f, 0xa1b2c3d4, 4, 1);
	for (unsigned i = 0; i < 3; i++)
		dumpfile_record(&f, 1, 2, 60, 60, 0, 60);
	dumpfile_save(&f, "three.pcap");
	port_rig_start();
	port = port_rig_open(tempdir_text("net_pcap411,rx_pcap=@/three.pcap,infinite_rx=1"));
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	io_reserve_rx(port, &plan);
	io_reserve_rx(port, &plan);
	CU_ASSERT_EQUAL(plan.packets[0], 67);
	plan_items_text(&plan, &lines);
	plan_fini(&plan);
	CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&lines), " 3 packets, node 0: net_pcap411 keeps "
							   "for itself\n"));
	strbuf_fini(&lines);
	port_rig_stop();
}

UNIT_SUITE(port, UNIT_CASE(values_of_keys), UNIT_CASE(values_of_repeated_keys),
	UNIT_CASE(kernel_interfaces), UNIT_CASE(rss_words), UNIT_CASE(modes),
	UNIT_CASE(shared_memory), UNIT_CASE(one_port_many_users), UNIT_CASE(open_errors),
	UNIT_CASE(device_arguments_that_fail), UNIT_CASE(numbers_that_are_none), UNIT_CASE(queues),
	UNIT_CASE(a_device_of_one_queue), UNIT_CASE(descriptors), UNIT_CASE(promiscuous_mode),
	UNIT_CASE(receive_queues_are_handed_out), UNIT_CASE(queues_of_a_running_port),
	UNIT_CASE(packets_for_queues), UNIT_CASE(default_descriptors),
	UNIT_CASE(packets_that_a_driver_keeps))
