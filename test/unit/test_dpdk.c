// SPDX-License-Identifier: BSD-3-Clause
// io/dpdk.c and io/dpdk_stats.c: what goes through ports, and what they tell of themselves.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/strbuf.h"
#include "test/unit/dumpfile.h"
#include "test/unit/port_rig.h"

// ---- start, and the two directions

static unsigned
receive(struct io_queue *q, struct packet **pkts, unsigned n)
{
	unsigned got = 0, now;

	for (unsigned tries = 0; got < n && tries < 100; tries++) {
		now = q->rx(q, pkts + got, n - got);
		got += now;
	}
	return got;
}

static void
packets_go_round(enum io_mode mode, const char *spec)
{
	struct io_wish wish = {.promisc = 1};
	struct packet *in[2], *out[8];
	struct io_queue rx, tx;
	struct io_stats stats;
	struct io_port *port;
	uint64_t n_replaced;

	port_rig_start();
	io_setup(mode, false);
	port = port_rig_open(spec);
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	CU_ASSERT_TRUE(port->started);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	ASSERT_SAID("");
	io_rx(port, 0, &rx);
	io_tx(port, 0, &tx);
	CU_ASSERT_EQUAL(receive(&rx, out, 8), 0);
	in[0] = rig_hex("000102030405060708090a0b0c0d0e0f");
	in[1] = rig_segments("101112131415161718191a1b1c1d1e1f", 7);
	packet_set_anno_u8(in[0], ANNO_PAINT, 9);
	n_replaced = packet_thread.n_replaced;
	CU_ASSERT_EQUAL(tx.tx(&tx, in, 2), 2);
	CU_ASSERT_EQUAL(receive(&rx, out, 8), 2);
	// What was written beside the packet does not come in with it.
	CU_ASSERT_EQUAL(packet_anno_u8(out[0], ANNO_PAINT), 0);
	CU_ASSERT_EQUAL(packet_mac_offset(out[0]), 0);
	CU_ASSERT_EQUAL(packet_timestamp(out[0]), 0);
	// Copies, one in each direction, or the same packets.
	CU_ASSERT_EQUAL(packet_thread.n_replaced - n_replaced, mode == IO_POLL ? 4 : 0);
	CU_ASSERT_EQUAL(out[0] == in[0], mode != IO_POLL);
	rig_assert_hex(__FILE__, __LINE__, out[0], "000102030405060708090a0b0c0d0e0f");
	rig_assert_hex(__FILE__, __LINE__, out[1], "101112131415161718191a1b1c1d1e1f");
	CU_ASSERT_TRUE(io_stats(port, &stats));
	CU_ASSERT_EQUAL(stats.rx_packets, 2);
	CU_ASSERT_EQUAL(stats.tx_packets, 2);
	CU_ASSERT_FALSE(stats.rx_missed_unknown);
	packet_free_bulk(out, 2);
	port_rig_settle();
	io_stop_all();
	CU_ASSERT_FALSE(port->started);
	port_rig_stop();
}

static void
zero_copy(void)
{
	packets_go_round(IO_FULL, "net_ring412");
}

static void
zero_copy_without_prefetch(void)
{
	packets_go_round(IO_ZEROCOPY, "net_ring413");
}

static void
copies(void)
{
	packets_go_round(IO_POLL, "net_ring414");
}

// Receiving copies that find no memory are counted with what the device lost.
static void
copies_without_memory(void)
{
	struct io_wish wish = {.promisc = -1};
	struct packet *in[2], *out[2], **all;
	struct packet_pool_info info;
	struct io_queue rx, tx;
	struct io_stats stats;
	struct io_port *port;
	unsigned n = 0;

	port_rig_start();
	port = port_rig_open("net_ring415");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	io_tx(port, 0, &tx);
	io_setup(IO_POLL, false);
	io_rx(port, 0, &rx);
	in[0] = rig_hex("01");
	in[1] = rig_hex("02");
	CU_ASSERT_EQUAL(tx.tx(&tx, in, 2), 2);
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	all = calloc(info.n_packets, sizeof(struct packet *));
	while ((all[n] = packet_make(PACKET_HEADROOM, "x", 1)) != NULL)
		n++;
	CU_ASSERT_EQUAL(n, info.n_free);
	// The first copy has no room; the second takes the buffer of the first.
	CU_ASSERT_EQUAL(rx.rx(&rx, out, 2), 1);
	rig_assert_hex(__FILE__, __LINE__, out[0], "02");
	CU_ASSERT_TRUE(io_stats(port, &stats));
	CU_ASSERT_EQUAL(stats.rx_nombuf, 1);
	// Sending: nothing can be copied, so nothing is taken.
	all[n++] = packet_make(PACKET_HEADROOM, "y", 1);
	io_tx(port, 0, &tx);
	CU_ASSERT_EQUAL(tx.tx(&tx, out, 1), 0);
	packet_free(out[0]);
	packet_free_bulk(all, n);
	free(all);
	port_rig_settle();
	port_rig_stop();
}

// A device of one segment gets one, and what cannot be made so stays with the caller.
static void
devices_of_one_segment(void)
{
	struct io_wish wish = {.promisc = -1};
	struct strbuf bytes = STRBUF_INIT;
	struct io_queue tx;
	struct io_port *port;
	struct packet *p;

	port_rig_start();
	port = port_rig_open(tempdir_text("net_pcap416,tx_pcap=@/segments.pcap"));
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	ASSERT_SAID("");
	io_tx(port, 0, &tx);
	p = rig_segments("000102030405060708090a0b0c0d0e0f", 5);
	CU_ASSERT_EQUAL(tx.tx(&tx, &p, 1), 1);
	port_rig_settle();
	port_rig_stop();
	tempdir_read("segments.pcap", &bytes);
	CU_ASSERT_EQUAL_FATAL(bytes.len, 24 + 16 + 16);
	CU_ASSERT_EQUAL(memcmp(bytes.data + 40, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16), 0);
	strbuf_fini(&bytes);
}

// ---- start

static void
several_queues_without_rss(void)
{
	struct io_wish wish = {.promisc = -1, .n_queues = 2};
	struct io_port *port;

	port_rig_start();
	port = port_rig_open("net_memif417,role=server");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 2);
	ASSERT_SAID("");
	io_start_all(&port_errh);
	ASSERT_SAID("While starting port 'net_memif417':\n"
		    "  warning: port 'net_memif417' has no RSS; how it spreads packets over 2 "
		    "queues is up to it\n");
	port_rig_stop();
}

static void
start_errors(void)
{
	struct io_wish wish = {.promisc = -1, .mtu = 65000};
	struct io_port *port;

	port_rig_start();
	port = port_rig_open("net_null418,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(port->mtu, 65000);
	// Larger than what the device can.
	port->mtu = 65535;
	port->n_rx_queues = 60000;
	CU_ASSERT_EQUAL(io_start_all(&port_errh), -EINVAL);
	CU_ASSERT_EQUAL(strncmp(port_rig_said(), "While starting port 'net_null418':\n", 35), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "Invalid argument\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "  DPDK: "));
	CU_ASSERT_FALSE(port->started);
	port_rig_stop();
}

// ---- statistics

static void
extended_statistics(void)
{
	struct io_wish wish = {.promisc = -1};
	struct strbuf text = STRBUF_INIT;
	struct packet *p;
	struct io_port *port;
	struct io_queue tx;

	port_rig_start();
	port = port_rig_open("net_null419,no-rx=1");
	CU_ASSERT_EQUAL(io_want_tx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	io_tx(port, 0, &tx);
	for (unsigned i = 0; i < 3; i++) {
		p = rig_hex("0102");
		CU_ASSERT_EQUAL(tx.tx(&tx, &p, 1), 1);
	}
	CU_ASSERT_EQUAL(io_xstats(port, NULL, &text), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&text), "rx_good_packets[0] = 0\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(strbuf_text(&text), "tx_good_packets[1] = 3\n"));
	strbuf_clear(&text);
	CU_ASSERT_EQUAL(io_xstats(port, "tx_good_packets", &text), 0);
	ASSERT_TEXT(strbuf_text(&text), "3");
	strbuf_clear(&text);
	CU_ASSERT_EQUAL(io_xstats(port, "tx_good", &text), -ENOENT);
	ASSERT_TEXT(strbuf_text(&text), "");
	strbuf_fini(&text);
	port_rig_settle();
	port_rig_stop();
}

static void
links(void)
{
	struct io_wish wish = {.promisc = -1};
	struct io_port *port;
	struct io_link link;

	port_rig_start();
	port = port_rig_open("net_null420,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_TRUE(io_link(port, &link));
	CU_ASSERT_FALSE(link.up);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	CU_ASSERT_TRUE(io_link(port, &link));
	CU_ASSERT_TRUE(link.up);
	CU_ASSERT_TRUE(link.full_duplex);
	CU_ASSERT_EQUAL(link.mbps, 10000);
	port_rig_stop();
}

static void
hardware_addresses(void)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 7};
	struct io_wish wish = {.promisc = -1, .mac = mac};
	struct io_port *port;
	struct io_info info;

	port_rig_start();
	port = port_rig_open("net_null421,no-rx=1");
	CU_ASSERT_EQUAL(io_want_rx(port, &wish, &port_errh), 1);
	CU_ASSERT_EQUAL(io_start_all(&port_errh), 0);
	ASSERT_SAID("");
	io_port_info(port, &info);
	CU_ASSERT_EQUAL(memcmp(info.mac, mac, 6), 0);
	// A second one it does not have.
	CU_ASSERT_EQUAL(io_add_mac(port, (const uint8_t[6]){2, 0, 0, 0, 0, 8}), -ENOTSUP);
	CU_ASSERT_EQUAL(io_remove_mac(port, (const uint8_t[6]){2, 0, 0, 0, 0, 8}), -ENOTSUP);
	port_rig_stop();
}

UNIT_SUITE(dpdk, UNIT_CASE(zero_copy), UNIT_CASE(zero_copy_without_prefetch), UNIT_CASE(copies),
	UNIT_CASE(copies_without_memory), UNIT_CASE(devices_of_one_segment),
	UNIT_CASE(several_queues_without_rss), UNIT_CASE(start_errors),
	UNIT_CASE(extended_statistics), UNIT_CASE(links), UNIT_CASE(hardware_addresses))
