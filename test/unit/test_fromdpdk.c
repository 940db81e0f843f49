// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "io/io.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "test/unit/dumpfile.h"
#include "test/unit/lcores_rig.h"

// Devices are named once in the whole program, since DPDK does not forget them.

enum { LEN = 60 };

// A dump of n packets of LEN bytes that count up from 10, 11, ...
static void
save_packets(const char *name, unsigned n)
{
	struct dumpfile f = DUMPFILE_INIT;

	dumpfile_header(&f, 0xa1b2c3d4, 4, 1);
	for (unsigned i = 0; i < n; i++)
		dumpfile_record(&f, 1, 2, LEN, LEN, (uint8_t)(10 + i), LEN);
	dumpfile_save(&f, name);
}

static struct rig *
start(const char *config)
{
	struct strbuf errors = STRBUF_INIT;
	struct rig *r = rig_config(config);
	struct errh errh;

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(io_start_all(&errh), 0);
	ASSERT_TEXT(strbuf_text(&errors), "");
	strbuf_fini(&errors);
	return r;
}

static void
stop(struct rig *r)
{
	rig_free(r);
	io_close_all();
	io_setup(IO_FULL, false);
}

// What it says instead, without the context line.
static void
assert_says(const char *file, int line, const char *element, const char *want)
{
	char *errors = rig_errors(element, 0, 1);

	io_close_all();
	unit_assert_text(file, line, errors, want);
	free(errors);
}

#define ASSERT_SAYS(element, want) assert_says(__FILE__, __LINE__, element, want)

static void
receives(void)
{
	struct packet *p;
	struct rig *r;

	save_packets("rx.pcap", 40);
	r = start(tempdir_text("e :: FromDPDK(net_pcap100,rx_pcap=@/rx.pcap) -> RigOut"));
	rig_run(r, 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 40);
	for (unsigned i = 0; i < 40; i++) {
		uint8_t bytes[LEN];

		p = rig_packet(r, 0, i);
		CU_ASSERT_EQUAL_FATAL(packet_length(p), LEN);
		CU_ASSERT_TRUE(packet_read(p, 0, bytes, LEN));
		for (unsigned k = 0; k < LEN; k++)
			CU_ASSERT_EQUAL(bytes[k], 10 + i + k);
	}
	// As a device gives them: nothing is known but where the frame begins.
	CU_ASSERT_EQUAL(packet_mac_offset(p), 0);
	CU_ASSERT_EQUAL(packet_network_offset(p), PACKET_NO_HEADER);
	CU_ASSERT_EQUAL(packet_timestamp(p), 0);
	CU_ASSERT_EQUAL(packet_type(p), PACKET_HOST);
	CU_ASSERT_EQUAL(packet_anno_u8(p, ANNO_PAINT), 0);
	CU_ASSERT_EQUAL(lcores_control()->n_received, 40);
	stop(r);
}

// Every way of receiving brings the same packets.
static void
ways_of_receiving(void)
{
	static const struct {
		enum io_mode mode;
		const char *config;
	} ways[] = {
		{IO_ZEROCOPY, "FromDPDK(net_pcap101,rx_pcap=@/three.pcap) -> RigOut"},
		{IO_POLL, "FromDPDK(net_pcap102,rx_pcap=@/three.pcap) -> RigOut"},
	};

	save_packets("three.pcap", 3);
	for (unsigned i = 0; i < 2; i++) {
		struct rig *r;

		io_setup(ways[i].mode, false);
		r = start(tempdir_text(ways[i].config));
		rig_run(r, 10);
		CU_ASSERT_EQUAL(rig_count(r, 0), 3);
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[0], 12);
		CU_ASSERT_EQUAL(packet_headroom(rig_packet(r, 0, 2)), PACKET_HEADROOM);
		stop(r);
	}
}

// One burst in one run of the task.
static void
bursts(void)
{
	struct rig *r;

	save_packets("ten.pcap", 10);
	r = start(tempdir_text("e :: FromDPDK(net_pcap103,rx_pcap=@/ten.pcap, BURST 3) -> RigOut"));
	lcores_control()->tasks.running = NULL;
	task_list_run(&lcores_control()->tasks, 1, false);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "burst", "3");
	ASSERT_TEXT(rig_write(r, "burst", "5"), "");
	task_list_run(&lcores_control()->tasks, 1, false);
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	ASSERT_TEXT(rig_write(r, "burst", "x"), "expected integer\n");
	stop(r);
}

static void
counts(void)
{
	struct rig *r;

	save_packets("five.pcap", 5);
	r = start(tempdir_text("e :: FromDPDK(net_pcap104,rx_pcap=@/five.pcap) -> RigOut"));
	ASSERT_READ(r, "count", "0");
	rig_run(r, 10);
	ASSERT_READ(r, "count", "5");
	ASSERT_READ(r, "hw_count", "5");
	ASSERT_READ(r, "hw_bytes", "300");
	ASSERT_READ(r, "hw_errors", "0");
	ASSERT_READ(r, "hw_dropped", "0");
	ASSERT_TEXT(rig_write(r, "reset_count", ""), "");
	ASSERT_READ(r, "count", "0");
	// The device's own go on.
	ASSERT_READ(r, "hw_count", "5");
	ASSERT_TEXT(rig_write(r, "count", "1"), "no 'e.count' write handler\n");
	stop(r);
}

static void
handlers_of_the_port(void)
{
	struct rig *r =
		start("e :: FromDPDK(net_null105,no-rx=1, MAC 02:00:00:00:00:05) -> RigOut");

	ASSERT_READ(r, "device", "net_null105");
	ASSERT_READ(r, "driver", "net_null");
	ASSERT_READ(r, "mac", "02-00-00-00-00-05");
	ASSERT_READ(r, "carrier", "1");
	ASSERT_READ(r, "duplex", "1");
	ASSERT_READ(r, "autoneg", "0");
	ASSERT_READ(r, "speed", "10000");
	ASSERT_READ(r, "nb_rx_queues", "1");
	ASSERT_TEXT(rig_read_param(r, "xstats", "rx_good_packets"), "0");
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "xstats"), "rx_good_packets[0] = 0\n"));
	ASSERT_TEXT(rig_read_error(r, "xstats", "nonsense"), "no extended statistic 'nonsense'\n");
	ASSERT_READ(r, "scheduled", "true");
	ASSERT_READ(r, "tickets", "1024");
	ASSERT_READ(r, "home_thread", "0");
	ASSERT_TEXT(rig_write(r, "add_mac", "02:00:00:00:00:06"), "Could not add mac address !\n");
	ASSERT_TEXT(rig_write(r, "remove_mac", "02:00:00:00:00:06"),
		"Could not remove mac address !\n");
	ASSERT_TEXT(rig_write(r, "add_mac", "zz"), "Invalid MAC address zz\n");
	stop(r);
}

static void
active(void)
{
	struct rig *r;

	save_packets("active.pcap", 4);
	r = start(tempdir_text(
		"e :: FromDPDK(net_pcap106,rx_pcap=@/active.pcap, ACTIVE false, BURST 1) -> RigOut"));
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "active", "false");
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	ASSERT_TEXT(rig_write(r, "active", "0"), "");
	rig_run(r, 2);
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "active", "perhaps"), "Not a valid boolean\n");
	ASSERT_READ(r, "active", "false");
	stop(r);
}

static void
no_device_wanted(void)
{
	struct rig *r = start("e :: FromDPDK(net_nonesuch0, ALLOW_NONEXISTENT true) -> RigOut");

	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "nb_rx_queues", "0");
	ASSERT_READ(r, "hw_dropped", "??");
	ASSERT_TEXT(rig_write(r, "add_mac", "02:00:00:00:00:06"), "Could not add mac address !\n");
	stop(r);
}

// No handler may stumble over the port that is not there.
static void
handlers_without_a_port(void)
{
	static const char *const names[] = {"device", "duplex", "autoneg", "speed", "carrier",
		"driver", "mac", "xstats", "hw_count", "hw_bytes", "hw_errors"};
	struct rig *r = start("e :: FromDPDK(net_nonesuch1, ALLOW_NONEXISTENT true) -> RigOut");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		rig_read_error(r, names[i], NULL);
	stop(r);
}

static void
errors_of_arguments(void)
{
	ASSERT_SAYS("FromDPDK", "PORT: required argument missing\n");
	ASSERT_SAYS("FromDPDK(net_null107, x)", "QUEUE: invalid number\n");
	ASSERT_SAYS("FromDPDK(net_null107, QUEUE -2)", "QUEUE: out of range, bound -1\n");
	ASSERT_SAYS("FromDPDK(net_null107, QUEUE 1024)", "QUEUE: out of range, bound 1023\n");
	ASSERT_SAYS("FromDPDK(net_null107, N_QUEUES 1025)", "N_QUEUES: out of range, bound 1024\n");
	ASSERT_SAYS("FromDPDK(net_null107, MAXTHREADS 65)", "MAXTHREADS: out of range, bound 64\n");
	ASSERT_SAYS("FromDPDK(net_null107, BURST 0)", "BURST: out of range, bound 1\n");
	ASSERT_SAYS("FromDPDK(net_null107, BURST 65)", "BURST: out of range, bound 64\n");
	ASSERT_SAYS("FromDPDK(net_null107, NDESC 32769)", "NDESC: out of range, bound 32768\n");
	ASSERT_SAYS("FromDPDK(net_null107, MTU 65536)", "MTU: out of range, bound 65535\n");
	ASSERT_SAYS("FromDPDK(net_null107, MAC nonsense)", "MAC: parse error\n");
	ASSERT_SAYS("FromDPDK(net_null107, PROMISC perhaps)", "PROMISC: parse error\n");
	ASSERT_SAYS("FromDPDK(net_null107, RSS ip smtp)",
		"RSS: unknown field 'smtp', expected ip, tcp, udp or sctp\n");
	ASSERT_SAYS("FromDPDK(net_null107, 0, 1)", "too many arguments\n");
	ASSERT_SAYS("FromDPDK(net_null107, NOSUCH 1)", "NOSUCH: unknown argument\n");
}

static void
errors_of_ports(void)
{
	save_packets("one.pcap", 1);
	ASSERT_SAYS("FromDPDK(eth7)", "unknown port 'eth7'\n"
				      "give a port number, a PCI address, or device arguments such "
				      "as net_af_packet0,iface=veth1\n");
	ASSERT_SAYS("FromDPDK(net_nonesuch2)", "no DPDK driver 'net_nonesuch' on this machine\n"
					       "look for it with: apt-cache search librte-net\n");
	ASSERT_SAYS(tempdir_text("FromDPDK(net_pcap108,rx_pcap=@/one.pcap, QUEUE 5)"),
		"port 'net_pcap108' has 1 receive queue, too few for queue 5\n"
		"lower QUEUE or N_QUEUES, or name the port in fewer elements\n");
}

// Two elements may not receive from one queue; the error names the cure.
static void
one_receiver_for_each_queue(void)
{
	char *errors = rig_config_errors("a :: FromDPDK(net_null109,no-rx=1, QUEUE 0) -> Discard;\n"
					 "b :: FromDPDK(net_null109, QUEUE 0) -> Discard");
	struct rig *r;

	io_close_all();
	ASSERT_TEXT(errors,
		"config:2: While initializing 'b :: FromDPDK':\n"
		"  another element receives from queue 0 of port 'net_null109'\n"
		"  leave QUEUE out, or name the port once and connect that element to both\n");
	free(errors);
	// Each gets one of its own.
	r = start("a :: FromDPDK(net_null110,no-rx=1) -> RigOut(0);"
		  "b :: FromDPDK(net_null110) -> RigOut(1);"
		  "c :: FromDPDK(net_null110, QUEUE 7) -> RigOut(2)");
	rig_run(r, 10);
	ASSERT_READ(r, "a.nb_rx_queues", "1");
	CU_ASSERT_EQUAL(
		io_max_rx_queues(*(struct io_port **)((char *)rig_find(r, "a") +
						      rig_find(r, "a")->class->handlers[0].number)),
		8);
	stop(r);
}

static void
elements_must_agree(void)
{
	char *errors =
		rig_config_errors("a :: FromDPDK(net_null111,no-rx=1, NDESC 256) -> Discard;\n"
				  "b :: FromDPDK(net_null111, NDESC 512) -> Discard;\n"
				  "c :: FromDPDK(net_null111, PROMISC false) -> Discard");

	io_close_all();
	ASSERT_TEXT(errors,
		"config:2: While initializing 'b :: FromDPDK':\n"
		"  Some elements disagree on the number of RX descriptors for device "
		"'net_null111'\n"
		"config:3: While initializing 'c :: FromDPDK':\n"
		"  Some elements disagree on whether or not device 'net_null111' should be in "
		"promiscuous mode\n");
	free(errors);
}

// What is asked for arrives at the port.
static void
wishes_reach_the_port(void)
{
	struct rig *r = start("e :: FromDPDK(net_null112,no-rx=1, QUEUE 1, N_QUEUES 2, NDESC 128, "
			      "PROMISC false, MTU 1400, RSS ip udp, MAC 02:00:00:00:00:12) -> "
			      "RigOut");
	struct io_port *port = *(struct io_port **)((char *)rig_element(r) +
						    rig_element(r)->class->handlers[0].number);

	CU_ASSERT_EQUAL(port->n_rx_queues, 3);
	CU_ASSERT_EQUAL(port->n_rx_desc, 128);
	CU_ASSERT_EQUAL(port->promisc, 0);
	CU_ASSERT_EQUAL(port->mtu, 1400);
	CU_ASSERT_EQUAL(port->rss_types, io_rss_type("ip") | io_rss_type("udp"));
	CU_ASSERT_TRUE(port->has_mac);
	CU_ASSERT_EQUAL(port->mac[5], 0x12);
	ASSERT_READ(r, "nb_rx_queues", "2");
	rig_run(r, 5);
	stop(r);
	r = start("e :: FromDPDK(net_null113,no-rx=1) -> RigOut");
	port = *(struct io_port **)((char *)rig_element(r) +
				    rig_element(r)->class->handlers[0].number);
	CU_ASSERT_EQUAL(port->n_rx_queues, 1);
	CU_ASSERT_EQUAL(port->n_rx_desc, 1024);
	CU_ASSERT_EQUAL(port->promisc, 1);
	CU_ASSERT_EQUAL(port->mtu, 0);
	CU_ASSERT_FALSE(port->has_mac);
	stop(r);
}

// ---- on several lcores

static const char *
describe(struct router *r, const char *name, unsigned lcore)
{
	static struct strbuf sb;
	struct element *e = router_find(r, name);

	strbuf_clear(&sb);
	if (e->info->own_lcores >> lcore & 1)
		e->class->describe(e, lcore, &sb);
	return strbuf_text(&sb);
}

static void
queues_are_spread_over_lcores(void)
{
	struct router *r = lcores_rig("e :: FromDPDK(net_null114,no-rx=1) -> Discard", 2);

	ASSERT_TEXT(describe(r, "e", 0), "net_null114 queue 0");
	ASSERT_TEXT(describe(r, "e", 1), "net_null114 queue 1");
	ASSERT_LCORES_READ(r, "e.nb_rx_queues", "2");
	lcores_rig_free(r);
	r = lcores_rig("e :: FromDPDK(net_null115,no-rx=1, N_QUEUES 5) -> Discard", 2);
	ASSERT_TEXT(describe(r, "e", 0), "net_null115 queue 0-2");
	ASSERT_TEXT(describe(r, "e", 1), "net_null115 queue 3-4");
	lcores_rig_free(r);
	r = lcores_rig(
		"e :: FromDPDK(net_null116,no-rx=1, N_QUEUES 4, MAXTHREADS 1) -> Discard", 2);
	ASSERT_TEXT(describe(r, "e", 0), "net_null116 queue 0-3");
	ASSERT_TEXT(describe(r, "e", 1), "");
	lcores_rig_free(r);
	r = lcores_rig("StaticThreadSched(e 1); e :: FromDPDK(net_null117,no-rx=1) -> Discard", 2);
	ASSERT_TEXT(describe(r, "e", 0), "");
	ASSERT_TEXT(describe(r, "e", 1), "net_null117 queue 0");
	lcores_rig_free(r);
	// Two inputs share the lcores.
	r = lcores_rig("e :: FromDPDK(net_null118,no-rx=1) -> Discard;"
		       "f :: FromDPDK(net_null119,no-rx=1) -> Discard",
		2);
	ASSERT_TEXT(describe(r, "e", 0), "net_null118 queue 0");
	ASSERT_TEXT(describe(r, "e", 1), "");
	ASSERT_TEXT(describe(r, "f", 0), "");
	ASSERT_TEXT(describe(r, "f", 1), "net_null119 queue 0");
	lcores_rig_free(r);
}

// Lcores of the device's NUMA node come first; without any, all will do.
static void
numa(void)
{
	static const struct {
		const char *config;
		unsigned near, want;
	} cases[] = {
		{"e :: FromDPDK(net_null120,no-rx=1) -> Discard", 1, 2},
		{"e :: FromDPDK(net_null121,no-rx=1, NUMA false) -> Discard", 1, 3},
		{"e :: FromDPDK(net_null122,no-rx=1) -> Discard", 99, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct router *r = lcores_rig_prepared(cases[i].config, 2, NULL);
		struct element *e = router_find(r, "e");

		// Attached once more, as on a machine where only this lcore is near.
		e->class->cleanup(e);
		e->info->own_lcores = 0;
		for (unsigned k = 0; k < 2; k++)
			lcores_at(k)->node = k == cases[i].near ? 0 : 3;
		CU_ASSERT_EQUAL(e->class->attach(e, NULL), 0);
		CU_ASSERT_EQUAL(e->info->own_lcores, cases[i].want);
		lcores_rig_free(r);
	}
}

static void
each_lcore_counts_its_own(void)
{
	struct router *r;

	save_packets("lcores.pcap", 7);
	r = lcores_rig(tempdir_text("StaticThreadSched(e 1);"
				    "e :: FromDPDK(net_pcap123,rx_pcap=@/lcores.pcap) -> Discard"),
		2);
	lcores_rig_run(0, 5);
	ASSERT_LCORES_READ(r, "e.count", "0");
	lcores_rig_run(1, 5);
	ASSERT_LCORES_READ(r, "e.count", "7");
	CU_ASSERT_EQUAL(lcores_at(1)->n_received, 7);
	// Input stops when the router drains.
	ASSERT_TEXT(lcores_rig_write(r, "e.reset_count", ""), "");
	ASSERT_LCORES_READ(r, "e.count", "0");
	lcores_rig_free(r);
}

static void
drains(void)
{
	struct rig *r;

	save_packets("drain.pcap", 3);
	r = start(tempdir_text("e :: FromDPDK(net_pcap124,rx_pcap=@/drain.pcap) -> RigOut"));
	lcores_drain(true);
	rig_run(r, 5);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	stop(r);
}

static void
takes_the_count_over(void)
{
	struct element *old, *new;
	struct rig *r;

	save_packets("take.pcap", 6);
	r = start(tempdir_text("old :: FromDPDK(net_pcap125,rx_pcap=@/take.pcap) -> RigOut(0);"
			       "new :: FromDPDK(net_null125,no-rx=1) -> RigOut(1)"));
	rig_run(r, 5);
	old = rig_find(r, "old");
	new = rig_find(r, "new");
	ASSERT_READ(r, "old.count", "6");
	CU_ASSERT_EQUAL(new->class->take_state(new, old, NULL), 0);
	ASSERT_READ(r, "new.count", "6");
	stop(r);
}

UNIT_SUITE(fromdpdk, UNIT_CASE(receives), UNIT_CASE(ways_of_receiving), UNIT_CASE(bursts),
	UNIT_CASE(counts), UNIT_CASE(handlers_of_the_port), UNIT_CASE(active),
	UNIT_CASE(no_device_wanted), UNIT_CASE(errors_of_arguments), UNIT_CASE(errors_of_ports),
	UNIT_CASE(one_receiver_for_each_queue), UNIT_CASE(elements_must_agree),
	UNIT_CASE(wishes_reach_the_port), UNIT_CASE(queues_are_spread_over_lcores), UNIT_CASE(numa),
	UNIT_CASE(each_lcore_counts_its_own), UNIT_CASE(drains), UNIT_CASE(takes_the_count_over),
	UNIT_CASE(handlers_without_a_port))
