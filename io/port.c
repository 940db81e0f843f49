// SPDX-License-Identifier: BSD-3-Clause
// The set of ports, and what elements ask of them.

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "src/counter.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/strbuf.h"

// Control thread only.
static struct {
	struct io_port *ports; // owned list
	enum io_mode mode;
	bool ringed;
	bool dry;
	bool shared_memory;
	bool keeps_packets;
} set;

void
io_setup(enum io_mode mode, bool ringed)
{
	set.mode = mode;
	set.ringed = ringed;
	set.dry = false;
}

void
io_setup_dry(void)
{
	set.dry = true;
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
io_spec_next_value(const char **at, const char *key)
{
	size_t len = strlen(key);

	for (*at = strchr(*at, ','); *at != NULL; *at = strchr(*at, ',')) {
		++*at;
		if (strncmp(*at, key, len) == 0 && (*at)[len] == '=')
			return mem_strndup(*at + len + 1, strcspn(*at + len + 1, ","));
	}
	return NULL;
}

char *
io_spec_value(const char *spec, const char *key)
{
	return io_spec_next_value(&spec, key);
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
	if (iface == NULL && strncmp(spec, "net_pcap", 8) == 0)
		iface = io_spec_value(spec, "rx_iface_in");
	return iface;
}

int
io_check_interface(const char *iface, struct errh *errh)
{
	struct if_nameindex *list;
	struct strbuf sb = STRBUF_INIT;

	if (if_nametoindex(iface) != 0)
		return 0;
	list = if_nameindex();
	for (struct if_nameindex *i = list; i != NULL && i->if_name != NULL; i++)
		strbuf_addf(&sb, "%s%s", sb.len > 0 ? ", " : "", i->if_name);
	if_freenameindex(list);
	errh_error(errh, "no network interface '%s' (there are: %s)", iface, strbuf_text(&sb));
	strbuf_fini(&sb);
	return -EINVAL;
}

bool
io_is_zero_copy_memif(const char *spec)
{
	char *zero_copy = io_spec_value(spec, "zero-copy");
	bool is = strncmp(spec, "net_memif", 9) == 0 && zero_copy != NULL &&
		  strcmp(zero_copy, "yes") == 0;

	free(zero_copy);
	return is;
}

void
io_announce(const char *spec)
{
	set.shared_memory |=
		strncmp(spec, "net_virtio_user", 15) == 0 || io_is_zero_copy_memif(spec);
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
	port->driver = set.dry               ? &io_dry_driver
		       : set.mode == IO_PCAP ? &io_pcap_driver
					     : &io_dpdk_driver;
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
	// They forget what is in their rings.
	set.keeps_packets |=
		strncmp(port->name, "net_af_xdp", 10) == 0 || io_is_zero_copy_memif(spec);
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

// Of a port that runs, those that it was started with.
static unsigned
max_queues(const struct io_port *port, bool rx)
{
	struct io_info info;

	if (port->started)
		return RTE_MAX(rx ? port->n_rx_queues : port->n_tx_queues, 1u);
	port->driver->info(port, &info);
	return rx ? info.max_rx_queues : info.max_tx_queues;
}

static int
want_queues(struct io_port *port, const struct io_wish *wish, bool rx, struct errh *errh)
{
	unsigned *n = rx ? &port->n_rx_queues : &port->n_tx_queues, max = max_queues(port, rx);
	unsigned wanted = wish->n_queues > 0 ? wish->n_queues : 1;

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
	unsigned *wished = rx ? &port->n_rx_desc_wished : &port->n_tx_desc_wished;

	if (n_desc == 0)
		return 0;
	if (*wished != 0 && *wished != n_desc)
		return errh_error(errh,
			"Some elements disagree on the number of %s descriptors for device '%s'",
			rx ? "RX" : "TX", port->name);
	*n = *wished = n_desc;
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

static bool
are_free(const struct io_port *port, unsigned first, unsigned n)
{
	for (unsigned q = first; q < first + n; q++) {
		if (port->rx_taken[q])
			return false;
	}
	return true;
}

static int
no_rx_queue(const struct io_port *port, unsigned first, unsigned n, unsigned max, struct errh *errh)
{
	if (first + n <= max)
		return errh_error(errh,
			"another element receives from queue %u of port '%s'\n"
			"leave QUEUE out, or name the port once and connect that element to both",
			first, port->name);
	return errh_error(errh,
		"port '%s' has %u receive queue%s%s, too few for queue %u\n"
		"lower QUEUE or N_QUEUES, or name the port in fewer elements",
		port->name, max, max == 1 ? "" : "s", port->started ? " since it was started" : "",
		first + n - 1);
}

int
io_take_rx_queues(struct io_port *port, const void *owner, int first, unsigned n, struct errh *errh)
{
	unsigned max = RTE_MIN(max_queues(port, true), (unsigned)IO_QUEUES_MAX);
	unsigned q = first > 0 ? (unsigned)first : 0;

	if (port->rx_owner != owner)
		memset(port->rx_taken, 0, sizeof(port->rx_taken));
	port->rx_owner = owner;
	while (first < 0 && q + n <= max && !are_free(port, q, n))
		q++;
	if (q + n > max || !are_free(port, q, n))
		return no_rx_queue(port, q, n, max, errh);
	memset(port->rx_taken + q, true, n);
	if (!port->started)
		port->n_rx_queues = RTE_MAX(port->n_rx_queues, q + n);
	return (int)q;
}

void
io_give_rx_queues(struct io_port *port, const void *owner)
{
	if (port->rx_owner == owner)
		port->rx_owner = NULL;
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
	return max_queues(port, true);
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
	return port->driver->rx_begin != NULL || (set.dry && set.mode == IO_PCAP);
}

int
io_rx_begin(struct io_port *port, bool (*ready)(void *arg), void *arg)
{
	return port->driver->rx_begin(port, ready, arg);
}

void
io_rx_end(struct io_port *port)
{
	if (port->driver->rx_end != NULL)
		port->driver->rx_end(port);
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
	stats->rx_nombuf += counter_read(&port->n_no_memory);
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
