// SPDX-License-Identifier: BSD-3-Clause
// The set of ports, and what elements ask of them.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/plan.h"

// Control thread only.
static struct {
	struct io_port *ports; // owned list
	enum io_mode mode;
	bool ringed;
	bool shared_memory;
	bool keeps_packets;
} set;

void
io_setup(enum io_mode mode, bool ringed)
{
	set.mode = mode;
	set.ringed = ringed;
}

enum io_mode
io_mode(void)
{
	return set.mode;
}

bool
io_is_ringed(void)
{
	return set.ringed && set.mode != IO_PCAP;
}

// ---- device strings

char *
io_spec_value(const char *spec, const char *key)
{
	size_t len = strlen(key);
	const char *at = strchr(spec, ',');

	for (; at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, len) == 0 && at[len] == '=')
			return mem_strndup(at + len + 1, strcspn(at + len + 1, ","));
	}
	return NULL;
}

// Drivers that stand on an interface which exists without them; a tap's comes and goes with it.
char *
io_kernel_interface(const char *spec)
{
	char *iface = NULL;

	if (strncmp(spec, "net_af_packet", 13) == 0 || strncmp(spec, "net_af_xdp", 10) == 0 ||
		strncmp(spec, "net_pcap", 8) == 0)
		iface = io_spec_value(spec, "iface");
	if (iface == NULL && strncmp(spec, "net_pcap", 8) == 0)
		iface = io_spec_value(spec, "rx_iface");
	return iface;
}

void
io_announce(const char *spec)
{
	char *zero_copy = io_spec_value(spec, "zero-copy");

	if (strncmp(spec, "net_virtio_user", 15) == 0 ||
		(strncmp(spec, "net_memif", 9) == 0 && zero_copy != NULL &&
			strcmp(zero_copy, "yes") == 0))
		set.shared_memory = true;
	free(zero_copy);
}

bool
io_keeps_packets(void)
{
	return set.keeps_packets;
}

bool
io_wants_shared_memory(void)
{
	return set.shared_memory;
}

// ---- open and close

static struct io_port *
find(const char *spec)
{
	size_t len = strcspn(spec, ",");

	for (struct io_port *p = set.ports; p != NULL; p = p->next) {
		if (strcmp(p->spec, spec) == 0 ||
			(strlen(p->name) == len && strncmp(p->name, spec, len) == 0))
			return p;
	}
	return NULL;
}

static void
destroy(struct io_port *port)
{
	free(port->spec);
	free(port->name);
	free(port);
}

struct io_port *
io_open(const char *spec, struct errh *errh)
{
	struct io_port *port = find(spec), *same;

	if (port != NULL) {
		port->n_users++;
		return port;
	}
	port = mem_zalloc(sizeof(*port));
	port->driver = set.mode == IO_PCAP ? &io_pcap_driver : &io_dpdk_driver;
	port->spec = mem_strdup(spec);
	port->name = mem_strndup(spec, strcspn(spec, ","));
	port->n_users = 1;
	port->promisc = -1;
	if (port->driver->open(port, errh) != 0) {
		destroy(port);
		return NULL;
	}
	// A number and a name may mean the same device.
	same = find(port->name);
	if (same != NULL) {
		destroy(port);
		same->n_users++;
		return same;
	}
	// net_af_xdp forgets what is in its fill and completion rings.
	set.keeps_packets |= strncmp(port->name, "net_af_xdp", 10) == 0;
	port->next = set.ports;
	set.ports = port;
	return port;
}

// The device stays, for the router of a hot swap, until io_close_all().
void
io_close(struct io_port *port)
{
	if (port != NULL)
		port->n_users--;
}

void
io_stop_all(void)
{
	for (struct io_port *p = set.ports; p != NULL; p = p->next) {
		if (p->started)
			p->driver->stop(p);
		p->started = false;
	}
}

void
io_close_all(void)
{
	struct io_port *port;

	io_stop_all();
	while ((port = set.ports) != NULL) {
		set.ports = port->next;
		port->driver->close(port);
		destroy(port);
	}
}

int
io_start_all(struct errh *errh)
{
	struct errh_context ctx;
	int err = 0;

	for (struct io_port *p = set.ports; p != NULL; p = p->next) {
		if (p->started)
			continue;
		errh_push(errh, &ctx, "While starting port '%s':", p->name);
		if (p->driver->start(p, errh) == 0)
			p->started = true;
		else
			err = -EINVAL;
		errh_pop(errh);
	}
	return err;
}

// ---- wishes

static int
want_queues(struct io_port *port, const struct io_wish *wish, bool rx, struct errh *errh)
{
	unsigned *n = rx ? &port->n_rx_queues : &port->n_tx_queues, max, wanted;
	struct io_info info;

	port->driver->info(port, &info);
	max = rx ? info.max_rx_queues : info.max_tx_queues;
	wanted = wish->n_queues > 0 ? wish->n_queues : 1;
	if (wanted > max) {
		errh_warning(errh, "port '%s' has %u %s queue%s, not %u", port->name, max,
			rx ? "receive" : "transmit", max == 1 ? "" : "s", wanted);
		wanted = max;
	}
	if (!port->started && wanted > *n)
		*n = wanted;
	return (int)wanted;
}

static int
want_descriptors(struct io_port *port, unsigned n_desc, bool rx, struct errh *errh)
{
	unsigned *n = rx ? &port->n_rx_desc : &port->n_tx_desc;

	if (n_desc == 0)
		return 0;
	if (*n != 0 && *n != n_desc)
		return errh_error(errh,
			"Some elements disagree on the number of %s descriptors for device '%s'",
			rx ? "RX" : "TX", port->name);
	*n = n_desc;
	if (port->driver->limits == NULL)
		return 0;
	port->driver->limits(port);
	if (*n != n_desc)
		errh_warning(errh, "port '%s' takes %u %s descriptors, not %u", port->name, *n,
			rx ? "receive" : "transmit", n_desc);
	return 0;
}

int
io_want_rx(struct io_port *port, const struct io_wish *wish, struct errh *errh)
{
	if (wish->promisc >= 0) {
		if (port->promisc >= 0 && port->promisc != wish->promisc)
			return errh_error(errh,
				"Some elements disagree on whether or not device '%s' should be in "
				"promiscuous mode",
				port->name);
		port->promisc = wish->promisc;
	}
	if (want_descriptors(port, wish->n_desc, true, errh) != 0)
		return -EINVAL;
	if (wish->mtu != 0)
		port->mtu = wish->mtu;
	if (wish->rss_types != 0)
		port->rss_types = wish->rss_types;
	if (wish->mac != NULL) {
		port->has_mac = true;
		memcpy(port->mac, wish->mac, sizeof(port->mac));
	}
	return want_queues(port, wish, true, errh);
}

int
io_want_tx(struct io_port *port, const struct io_wish *wish, struct errh *errh)
{
	if (want_descriptors(port, wish->n_desc, false, errh) != 0)
		return -EINVAL;
	return want_queues(port, wish, false, errh);
}

unsigned
io_take_rx_queues(struct io_port *port, unsigned n)
{
	unsigned first = port->n_rx_taken;

	port->n_rx_taken += n;
	return first;
}

// Several elements share a port: only what is new is added.
static void
reserve(struct io_port *port, struct plan *plan, bool rx)
{
	uint64_t *done = rx ? &port->n_rx_reserved : &port->n_tx_reserved, n;
	unsigned n_queues = rx ? port->n_rx_queues : port->n_tx_queues, n_desc;
	struct io_info info;

	port->driver->info(port, &info);
	if (port->driver->limits != NULL)
		port->driver->limits(port);
	n_desc = rx ? port->n_rx_desc : port->n_tx_desc;
	n = (uint64_t)n_queues * n_desc;
	if (n > *done)
		plan_add_packets(plan, info.node, n - *done, "%s, %u %s queue%s of %u descriptors",
			port->name, n_queues, rx ? "receive" : "transmit", n_queues == 1 ? "" : "s",
			n_desc);
	*done = RTE_MAX(n, *done);
	if (port->n_own_packets > 0)
		plan_add_packets(
			plan, info.node, port->n_own_packets, "%s keeps for itself", port->name);
	port->n_own_packets = 0;
}

void
io_reserve_rx(struct io_port *port, struct plan *plan)
{
	reserve(port, plan, true);
}

void
io_reserve_tx(struct io_port *port, struct plan *plan)
{
	reserve(port, plan, false);
}

unsigned
io_max_rx_queues(const struct io_port *port)
{
	struct io_info info;

	port->driver->info(port, &info);
	return info.max_rx_queues;
}

// ---- straight to the driver

void
io_port_info(const struct io_port *port, struct io_info *info)
{
	port->driver->info(port, info);
}

void
io_rx(struct io_port *port, unsigned queue, struct io_queue *q)
{
	port->driver->rx(port, queue, q);
}

void
io_tx(struct io_port *port, unsigned queue, struct io_queue *q)
{
	port->driver->tx(port, queue, q);
}

bool
io_is_blocking(const struct io_port *port)
{
	return port->driver->rx_fd != NULL;
}

int
io_rx_fd(struct io_port *port, struct errh *errh)
{
	return port->driver->rx_fd(port, errh);
}

bool
io_link(const struct io_port *port, struct io_link *link)
{
	return port->driver->link != NULL && port->driver->link(port, link);
}

bool
io_stats(const struct io_port *port, struct io_stats *stats)
{
	if (port->driver->stats == NULL || !port->driver->stats(port, stats))
		return false;
	stats->rx_nombuf += __atomic_load_n(&port->n_no_memory, __ATOMIC_RELAXED);
	return true;
}

int
io_xstats(const struct io_port *port, const char *name, struct strbuf *out)
{
	return port->driver->xstats != NULL ? port->driver->xstats(port, name, out) : -ENOENT;
}

int
io_add_mac(struct io_port *port, const uint8_t mac[6])
{
	return port->driver->add_mac != NULL ? port->driver->add_mac(port, mac) : -ENOTSUP;
}

int
io_remove_mac(struct io_port *port, const uint8_t mac[6])
{
	return port->driver->remove_mac != NULL ? port->driver->remove_mac(port, mac) : -ENOTSUP;
}
