// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Devices. A port belongs to the process and is shared by all elements that name it; it stays open
// through hot swaps. Elements say at attach and reserve what they want of it; io_start_all() then
// configures and starts every port once.
//
//	attach	    io_open()
//	reserve	    io_want_rx(), io_want_tx(): queues and descriptors; packets for the pool
//	initialize  io_rx(), io_tx(): the queues, ready for use once io_start_all() ran
//
// Data path: a queue is used by one lcore at a time.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mbuf-bridge/packet.h"

struct errh;
struct plan;
struct strbuf;

enum io_mode {
	IO_FULL, // DPDK polling, zero copy, prefetch of the next packets' data
	IO_ZEROCOPY, // the same without prefetch
	IO_POLL, // DPDK polling; packets are copied out of and into the driver's mbufs
	IO_PCAP, // libpcap on the kernel interface below the port: blocking, copies
};

struct io_port;

// One direction of one queue.
struct io_queue {
	// Receives at most n packets, which the caller owns. Never blocks.
	unsigned (*rx)(struct io_queue *q, struct packet **pkts, unsigned n);
	// Sends packets; those that the device took (the first so many, returned) belong to it from
	// then on, the rest still to the caller.
	unsigned (*tx)(struct io_queue *q, struct packet **pkts, unsigned n);
	uint16_t port; // DPDK port number
	uint16_t queue; // queue number
	void *driver; // the driver's own
};

struct io_info {
	const char *name; // borrowed; as DPDK knows it
	const char *driver; // borrowed; "net_tap"
	unsigned node; // NUMA node
	unsigned max_rx_queues, max_tx_queues;
	uint8_t mac[6];
	bool is_dpdk;
	bool data_is_hot; // the driver copies packets, so this CPU's cache has them already
};

struct io_link {
	bool up, full_duplex, autoneg;
	uint32_t mbps; // 0 or UINT32_MAX: unknown
};

struct io_stats { // of the device itself
	uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes;
	uint64_t rx_missed; // packets that found no room in the device's queue
	bool rx_missed_unknown; // the device cannot tell
	uint64_t rx_errors, tx_errors, rx_nombuf;
};

// What elements ask of a port, both directions. 0 or -1: no wish.
struct io_wish {
	unsigned n_queues;
	unsigned n_desc;
	int promisc; // -1 no wish, 0, 1
	unsigned mtu;
	uint64_t rss_types; // RTE_ETH_RSS_...; 0: IP, TCP and UDP if there are several queues
	const uint8_t *mac; // address to set; NULL: none
};

// ---- the set of ports

void io_setup(enum io_mode mode, bool ringed);
// From now on ports are only imagined: everything works but io_start_all().
void io_setup_dry(void);
enum io_mode io_mode(void);
bool io_is_ringed(void);
// Whether a device string that asks for shared memory was announced before EAL started.
bool io_wants_shared_memory(void);
void io_announce(const char *spec);

// Configures and starts all ports that are not started. 0, or -EINVAL with the errors reported.
int io_start_all(struct errh *errh);
void io_stop_all(void); // no packet is received or sent afterwards
void io_close_all(void);
// Whether a driver that does not give all of its packets back when it is closed was in use.
bool io_keeps_packets(void);

// ---- one port

// spec: a port number, a PCI address, the name of a port, or device arguments ("net_tap0,iface=t0")
// that create it. The same spec, or the same name, gives the same port. NULL: reported.
struct io_port *io_open(const char *spec, struct errh *errh);
void io_close(struct io_port *port); // one user less; NULL is fine

void io_port_info(const struct io_port *port, struct io_info *info);
unsigned io_max_rx_queues(const struct io_port *port);
// The RTE_ETH_RSS_... bits of "ip", "tcp", "udp", "sctp"; 0: another word.
uint64_t io_rss_type(const char *word);
// Returns the number of queues granted, at least 1 (limits of the device are applied with a
// warning), or -EINVAL reported (somebody else wished for something different).
int io_want_rx(struct io_port *port, const struct io_wish *wish, struct errh *errh);
int io_want_tx(struct io_port *port, const struct io_wish *wish, struct errh *errh);
// Takes n receive queues for an element of the router `owner`: from `first` on, or the next free
// ones if that is negative. A hot swap's new router has all queues to itself. Returns the first
// one, or -EINVAL, reported: the device has no such queue, or another element receives from it.
int io_take_rx_queues(
	struct io_port *port, const void *owner, int first, unsigned n, struct errh *errh);
// The router has come to its end.
void io_give_rx_queues(struct io_port *port, const void *owner);
// Adds the packets that the port's queues will hold.
void io_reserve_rx(struct io_port *port, struct plan *plan);
void io_reserve_tx(struct io_port *port, struct plan *plan);

void io_rx(struct io_port *port, unsigned queue, struct io_queue *q);
void io_tx(struct io_port *port, unsigned queue, struct io_queue *q);

// Whether a thread of its own waits for the port's packets (libpcap), so that nobody has to poll.
bool io_is_blocking(const struct io_port *port);
// For those: starts that thread, once the port is started. ready() is called by it when packets
// wait for io_queue.rx(), and again if it returns false. 0 or -errno.
int io_rx_begin(struct io_port *port, bool (*ready)(void *arg), void *arg);
// The thread has ended when this returns.
void io_rx_end(struct io_port *port);

// Control side, at any time after io_start_all().
bool io_link(const struct io_port *port, struct io_link *link);
bool io_stats(const struct io_port *port, struct io_stats *stats);
// All extended statistics, "NAME[ID] = VALUE" lines; with a name its value alone. -ENOENT.
int io_xstats(const struct io_port *port, const char *name, struct strbuf *out);
int io_add_mac(struct io_port *port, const uint8_t mac[6]); // 0 or -errno
int io_remove_mac(struct io_port *port, const uint8_t mac[6]); // 0 or -errno
