// SPDX-License-Identifier: BSD-3-Clause
// Ports that do not exist, for --check: the answers that elements need to be placed, from the
// device string alone. Nothing is opened, made or asked of the kernel.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/dpdk.h"
#include "io/driver.h"
#include "io/pcap_reader.h"
#include "src/errh.h"
#include "src/mem.h"

enum {
	DEFAULT_DESCRIPTORS = 1024,
	NIC_QUEUES = 64, // of a device whose string does not tell
};

// How many queues drivers have, or the argument that says so.
static const struct {
	const char *driver;
	unsigned n_queues;
	const char *key; // its value counts; NULL: there is none
} drivers[] = {{"net_af_packet", 1, "qpairs"}, {"net_af_xdp", 1, "queue_count"},
	{"net_memif", 1024, NULL}, {"net_null", 1024, NULL}, {"net_pcap", 1, NULL},
	{"net_ring", 1, NULL}, {"net_tap", 16, NULL}, {"net_vhost", 1, "queues"},
	{"net_virtio_user", 1, "queues"}};

static unsigned
queues_of(const char *spec, const char *name)
{
	char *driver = dpdk_driver_of(name), *value;
	unsigned n = NIC_QUEUES;

	for (size_t i = 0; driver != NULL && i < RTE_DIM(drivers); i++) {
		if (strcmp(drivers[i].driver, driver) != 0)
			continue;
		n = drivers[i].n_queues;
		value = drivers[i].key != NULL ? io_spec_value(spec, drivers[i].key) : NULL;
		if (value != NULL && atoi(value) > 0)
			n = RTE_MIN((unsigned)atoi(value), (unsigned)IO_QUEUES_MAX);
		free(value);
	}
	free(driver);
	return n;
}

static int
dry_open(struct io_port *port, struct errh *errh)
{
	if (*port->spec == '\0')
		return errh_error(errh, "port has no name");
	if (io_mode() == IO_PCAP)
		port->n_own_packets = PCAP_READER_CAPACITY + PCAP_READER_BURST;
	return 0;
}

static void
dry_close(struct io_port *port)
{
	(void)port;
}

static int
dry_start(struct io_port *port, struct errh *errh)
{
	return errh_error(errh, "port '%s' is only imagined", port->name);
}

static void
dry_info(const struct io_port *port, struct io_info *info)
{
	unsigned n = io_mode() == IO_PCAP ? 1 : queues_of(port->spec, port->name);

	*info = (struct io_info){.name = port->name,
		.driver = io_mode() == IO_PCAP ? "pcap" : "",
		.max_rx_queues = n,
		.max_tx_queues = n,
		.is_dpdk = io_mode() != IO_PCAP};
}

static void
dry_limits(struct io_port *port)
{
	if (io_mode() == IO_PCAP)
		return;
	if (port->n_rx_desc == 0)
		port->n_rx_desc = DEFAULT_DESCRIPTORS;
	if (port->n_tx_desc == 0)
		port->n_tx_desc = DEFAULT_DESCRIPTORS;
}

const struct io_driver io_dry_driver = {
	.name = "dry",
	.open = dry_open,
	.close = dry_close,
	.start = dry_start,
	.stop = dry_close,
	.info = dry_info,
	.limits = dry_limits,
};
