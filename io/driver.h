// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a kind of device supplies; one file per driver. For io/ itself.

#include "io/io.h"

enum { IO_QUEUES_MAX = 2048 }; // first queue and number of queues are at most 1023 and 1024

struct io_port {
	const struct io_driver *driver;
	char *spec; // owned; as given
	char *name; // owned; part of spec in front of the first comma, or DPDK's name
	unsigned n_users;
	bool started;
	uint16_t number; // DPDK port
	// What elements asked for. Descriptors 0: the driver's default.
	unsigned n_rx_queues, n_tx_queues;
	unsigned n_rx_desc, n_tx_desc;
	unsigned n_rx_desc_wished, n_tx_desc_wished; // before limits() and defaults
	const void *rx_owner; // the router that rx_taken is about; borrowed, never followed
	bool rx_taken[IO_QUEUES_MAX]; // queues that its elements receive from
	uint64_t n_rx_reserved, n_tx_reserved; // packets that the plan has for the queues
	uint64_t n_own_packets; // that the driver keeps beside its queues
	int promisc; // -1: nobody cares
	unsigned mtu;
	uint64_t rss_types;
	bool has_mac;
	uint8_t mac[6];
	// Packets lost in copying for want of memory (IO_POLL, pcap). Written by the polling lcore.
	uint64_t n_no_memory;
	void *private; // owned by the driver
	struct io_port *next;
};

struct io_driver {
	const char *name;
	// Finds or makes the device. port->spec and name are set. 0, or -EINVAL reported.
	int (*open)(struct io_port *port, struct errh *errh);
	void (*close)(struct io_port *port);
	int (*start)(struct io_port *port, struct errh *errh);
	void (*stop)(struct io_port *port);
	void (*info)(const struct io_port *port, struct io_info *info);
	void (*rx)(struct io_port *port, unsigned queue, struct io_queue *q);
	void (*tx)(struct io_port *port, unsigned queue, struct io_queue *q);
	// Both NULL: polled. See io_rx_begin().
	int (*rx_begin)(struct io_port *port, bool (*ready)(void *arg), void *arg);
	void (*rx_end)(struct io_port *port);
	// Optional.
	bool (*link)(const struct io_port *port, struct io_link *link);
	bool (*stats)(const struct io_port *port, struct io_stats *stats);
	int (*xstats)(const struct io_port *port, const char *name, struct strbuf *out);
	int (*add_mac)(struct io_port *port, const uint8_t mac[6]);
	int (*remove_mac)(struct io_port *port, const uint8_t mac[6]);
	void (*limits)(struct io_port *port); // clamps the descriptors to what the device can
};

extern const struct io_driver io_dpdk_driver, io_pcap_driver, io_dry_driver;

// The kernel interface below a device string ("net_af_packet0,iface=veth1": veth1). NULL: it has
// none. New string.
char *io_kernel_interface(const char *spec);
// Whether there is a kernel interface of that name. 0, or -EINVAL, reported with a list of those
// that there are.
int io_check_interface(const char *iface, struct errh *errh);
// The value of a key in a device string. NULL: not there. New string.
char *io_spec_value(const char *spec, const char *key);
// The same for keys that occur several times: *at, the specification at first, moves on.
char *io_spec_next_value(const char **at, const char *key);
// Whether it is a memif whose packets stay in the memory that both sides share.
bool io_is_zero_copy_memif(const char *spec);
