// SPDX-License-Identifier: BSD-3-Clause
// io/pcap.c, on the loopback interface where the rights allow that; everywhere what it says when it
// cannot.
#include "io/pcap.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/driver.h"
#include "mbuf-bridge/packet.h"
#include "src/strbuf.h"
#include "test/unit/port_rig.h"

// The loopback interface; NULL, with the cure checked, if this user may not.
static struct pcap_device *
open_lo(struct pcap_options o)
{
	struct pcap_device *d;

	o.interface = "lo";
	if (o.snaplen == 0)
		o.snaplen = 2046;
	o.immediate = true;
	o.headroom = o.headroom ? o.headroom : 30;
	d = pcap_device_open(&o, &port_errh);
	if (d != NULL) {
		ASSERT_SAID("");
		return d;
	}
	CU_ASSERT_EQUAL(strncmp(port_rig_said(), "lo: ", 4), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "\nrun as root, or with CAP_NET_RAW\n"));
	return NULL;
}

// One of ours: the loopback has other guests.
static const char frame_hex[] = "02020202020204040404040488b5"
				"636c69636b6420756e69742074657374";

static bool
is_ours(const struct packet *p)
{
	uint8_t bytes[30] = {0};

	return packet_length(p) >= 30 && packet_read(p, 0, bytes, sizeof(bytes)) &&
	       memcmp(bytes + 14, "clickd unit test", 16) == 0;
}

// The next of our packets; NULL when a long time has passed. Others are let go.
static struct packet *
receive(struct pcap_device *d)
{
	struct pollfd wait = {.fd = pcap_device_fd(d), .events = POLLIN};
	struct packet *p;
	bool error;

	for (unsigned tries = 0; tries < 2000; tries++) {
		if (poll(&wait, 1, 10) < 0)
			return NULL;
		while (pcap_device_receive(d, &p, 1, &error) == 1) {
			CU_ASSERT_FALSE(error);
			if (is_ours(p))
				return p;
			packet_free(p);
		}
	}
	return NULL;
}

static void
sends_and_receives(void)
{
	struct pcap_device *d;
	struct packet *p, *q;
	uint64_t n;

	port_rig_start();
	d = open_lo((struct pcap_options){.filter = "ether proto 0x88b5"});
	if (d == NULL) {
		port_rig_settle();
		port_rig_stop();
		return;
	}
	CU_ASSERT_EQUAL(pcap_device_datalink(d), 1);
	CU_ASSERT_STRING_EQUAL(pcap_device_encap(d), "ETHER");
	CU_ASSERT_TRUE(pcap_device_fd(d) >= 0);
	p = rig_hex(frame_hex);
	CU_ASSERT_EQUAL(pcap_device_send(d, p), 0);
	q = receive(d);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q);
	rig_assert_hex(__FILE__, __LINE__, q, frame_hex);
	CU_ASSERT_EQUAL(packet_mac_offset(q), 0);
	CU_ASSERT_EQUAL(packet_headroom(q), 30);
	CU_ASSERT_EQUAL(packet_type(q), PACKET_HOST);
	CU_ASSERT_EQUAL(packet_anno_u32(q, ANNO_EXTRA_LENGTH), 0);
	// The kernel's time of reception, not so long ago.
	CU_ASSERT_TRUE(llabs(packet_timestamp(q) - (int64_t)time(NULL) * 1000000000) <
		       INT64_C(3600) * 1000000000);
	packet_free(q);
	packet_free(p);
	// In several segments too.
	p = rig_segments(frame_hex, 4);
	CU_ASSERT_EQUAL(pcap_device_send(d, p), 0);
	q = receive(d);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q);
	rig_assert_hex(__FILE__, __LINE__, q, frame_hex);
	packet_free(q);
	packet_free(p);
	CU_ASSERT_TRUE(pcap_device_drops(d, &n));
	CU_ASSERT_EQUAL(pcap_device_no_memory(d), 0);
	pcap_device_close(d);
	port_rig_settle();
	port_rig_stop();
}

static void
types_and_lengths(void)
{
	static const struct {
		const char *first;
		enum packet_type type;
	} cases[] = {{"ffffffffffff", PACKET_BROADCAST}, {"010203040506", PACKET_MULTICAST},
		{"feffffffffff", PACKET_HOST}};
	struct pcap_device *d;

	port_rig_start();
	d = open_lo((struct pcap_options){.filter = "ether proto 0x88b5", .snaplen = 30});
	for (size_t i = 0; d != NULL && i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf hex = STRBUF_INIT;
		struct packet *p, *q;

		strbuf_addf(&hex, "%s%s0102030405", cases[i].first, frame_hex + 12);
		p = rig_hex(strbuf_text(&hex));
		CU_ASSERT_EQUAL(pcap_device_send(d, p), 0);
		q = receive(d);
		CU_ASSERT_PTR_NOT_NULL_FATAL(q);
		CU_ASSERT_EQUAL(packet_type(q), cases[i].type);
		// What SNAPLEN cut off is told beside the packet.
		CU_ASSERT_EQUAL(packet_length(q), 30);
		CU_ASSERT_EQUAL(packet_anno_u32(q, ANNO_EXTRA_LENGTH), 5);
		packet_free(p);
		packet_free(q);
		strbuf_fini(&hex);
	}
	pcap_device_close(d);
	port_rig_settle();
	port_rig_stop();
}

static void
send_errors(void)
{
	struct pcap_device *d;
	struct packet *p;

	port_rig_start();
	d = open_lo((struct pcap_options){.filter = ""});
	if (d != NULL) {
		p = rig_hex("");
		CU_ASSERT_TRUE(pcap_device_send(d, p) < 0);
		packet_free(p);
	}
	pcap_device_close(d);
	port_rig_settle();
	port_rig_stop();
}

static void
open_errors(void)
{
	struct pcap_options o = {.interface = "nosuchif0", .snaplen = 100};
	struct pcap_device *d;

	port_rig_start();
	CU_ASSERT_PTR_NULL(pcap_device_open(&o, &port_errh));
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "nosuchif0"));
	CU_ASSERT_EQUAL(port_errh.n_errors, 1);
	port_rig_forget();
	o.interface = "lo";
	o.filter = "no filter";
	d = pcap_device_open(&o, &port_errh);
	CU_ASSERT_PTR_NULL(d);
	CU_ASSERT_TRUE(strncmp(port_rig_said(), "BPF_FILTER: ", 12) == 0 ||
		       strstr(port_rig_said(), "CAP_NET_RAW") != NULL);
	pcap_device_close(NULL);
	port_rig_settle();
	port_rig_stop();
}

// ---- as the driver of ports

static void
ports_need_an_interface(void)
{
	port_rig_start();
	io_setup(IO_PCAP, false);
	CU_ASSERT_PTR_NULL(io_open("net_null600", &port_errh));
	ASSERT_SAID("port 'net_null600' does not stand on a kernel interface, which --io pcap "
		    "needs\n"
		    "use a device such as net_af_packet0,iface=veth1, or another --io mode\n");
	CU_ASSERT_PTR_NULL(io_open("net_af_packet0,iface=nosuchif0", &port_errh));
	CU_ASSERT_EQUAL(
		strncmp(port_rig_said(), "no network interface 'nosuchif0' (there are: ", 45), 0);
	port_rig_settle();
	port_rig_stop();
}

static void
ports_stand_on_one(void)
{
	struct io_wish wish = {.promisc = -1, .n_queues = 2};
	struct io_port *port;
	struct io_info info;
	struct io_stats stats;
	struct io_link link;
	struct strbuf text = STRBUF_INIT;

	port_rig_start();
	io_setup(IO_PCAP, false);
	port = io_open("net_af_packet0,iface=lo", &port_errh);
	CU_ASSERT_PTR_NOT_NULL_FATAL(port);
	CU_ASSERT_PTR_EQUAL(io_open("lo", &port_errh), port);
	io_port_info(port, &info);
	CU_ASSERT_STRING_EQUAL(info.name, "lo");
	CU_ASSERT_STRING_EQUAL(info.driver, "pcap");
	CU_ASSERT_FALSE(info.is_dpdk);
	CU_ASSERT_TRUE(io_is_blocking(port));
	ASSERT_SAID("");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	ASSERT_SAID("warning: port 'lo' has 1 receive queue, not 2\n");
	// What libpcap does not know.
	CU_ASSERT_FALSE(io_link(port, &link));
	CU_ASSERT_FALSE(io_stats(port, &stats));
	CU_ASSERT_EQUAL(io_xstats(port, NULL, &text), -ENOENT);
	CU_ASSERT_EQUAL(io_add_mac(port, info.mac), -ENOTSUP);
	CU_ASSERT_EQUAL(io_remove_mac(port, info.mac), -ENOTSUP);
	port_rig_settle();
	port_rig_stop();
}

static bool
count_call(void *arg)
{
	__atomic_fetch_add((unsigned *)arg, 1, __ATOMIC_RELAXED);
	return true;
}

static void
ports_send_and_receive(void)
{
	struct io_wish wish = {.promisc = -1};
	struct packet *in[2], *p = NULL;
	struct io_queue rx, tx;
	struct io_port *port;
	struct io_stats stats;
	unsigned n = 0, n_calls = 0;

	port_rig_start();
	io_setup(IO_PCAP, false);
	port = io_open("lo", &port_errh);
	CU_ASSERT_PTR_NOT_NULL_FATAL(port);
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	if (io_start_all(&port_errh) != 0) {
		CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "CAP_NET_RAW"));
		port_rig_settle();
		port_rig_stop();
		return;
	}
	CU_ASSERT_EQUAL(io_rx_begin(port, count_call, &n_calls), 0);
	io_rx(port, 0, &rx);
	io_tx(port, 0, &tx);
	in[0] = rig_hex(frame_hex);
	in[1] = rig_segments(frame_hex, 9);
	CU_ASSERT_EQUAL(tx.tx(&tx, in, 2), 2);
	for (unsigned tries = 0; n < 2 && tries < 2000; tries++) {
		usleep(1000);
		while (rx.rx(&rx, &p, 1) == 1) {
			n += is_ours(p);
			packet_free(p);
		}
	}
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_TRUE(__atomic_load_n(&n_calls, __ATOMIC_RELAXED) >= 1);
	// The thread can be ended and begun again, as in a hot swap.
	io_rx_end(port);
	io_rx_end(port);
	CU_ASSERT_EQUAL(io_rx_begin(port, count_call, &n_calls), 0);
	CU_ASSERT_TRUE(io_stats(port, &stats));
	CU_ASSERT_EQUAL(stats.rx_nombuf, 0);
	CU_ASSERT_EQUAL(stats.rx_errors, 0);
	port_rig_settle();
	port_rig_stop();
}

UNIT_SUITE(pcap, UNIT_CASE(sends_and_receives), UNIT_CASE(types_and_lengths),
	UNIT_CASE(send_errors), UNIT_CASE(open_errors), UNIT_CASE(ports_need_an_interface),
	UNIT_CASE(ports_stand_on_one), UNIT_CASE(ports_send_and_receive))
