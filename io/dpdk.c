// SPDX-License-Identifier: BSD-3-Clause
// Ports of DPDK's ethdev: physical ones and every virtual device.

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>
#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_log.h>

#include "io/dpdk.h"
#include "io/driver.h"
#include "io/eal.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum { DEFAULT_DESC = 1024, LINK_WAIT_MS = 100 };

// ---- data path

static unsigned
rx_burst(struct io_queue *q, struct packet **pkts, unsigned n)
{
	return rte_eth_rx_burst(q->port, q->queue, (struct rte_mbuf **)pkts, (uint16_t)n);
}

// From devices that hand on another sender's mbufs, with what it wrote beside them.
static unsigned
rx_burst_reset(struct io_queue *q, struct packet **pkts, unsigned n)
{
	unsigned got = rx_burst(q, pkts, n);

	for (unsigned i = 0; i < got; i++)
		packet_reset_meta(pkts[i]);
	return got;
}

// IO_POLL: the packet is taken out of the driver's buffer, as a Click without zero copy does.
static unsigned
rx_burst_copy(struct io_queue *q, struct packet **pkts, unsigned n)
{
	struct packet *from[64];
	unsigned got = rx_burst(q, from, RTE_MIN(n, (unsigned)RTE_DIM(from))), kept = 0;
	struct io_port *port = q->driver;

	for (unsigned i = 0; i < got; i++) {
		struct packet *copy;

		packet_reset_meta(from[i]);
		copy = packet_copy(from[i], PACKET_HEADROOM);
		packet_free(from[i]);
		if (unlikely(copy == NULL)) {
			port->n_no_memory++;
			continue;
		}
		packet_thread.n_replaced++;
		pkts[kept++] = copy;
	}
	return kept;
}

static unsigned
tx_burst(struct io_queue *q, struct packet **pkts, unsigned n)
{
	return rte_eth_tx_burst(q->port, q->queue, (struct rte_mbuf **)pkts, (uint16_t)n);
}

// For devices that take one segment only.
static unsigned
tx_burst_linear(struct io_queue *q, struct packet **pkts, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (unlikely(!packet_is_linear(pkts[i])) &&
			!packet_pullup(&pkts[i], packet_length(pkts[i])))
			return tx_burst(q, pkts, i);
	}
	return tx_burst(q, pkts, n);
}

static unsigned
tx_burst_copy(struct io_queue *q, struct packet **pkts, unsigned n)
{
	struct packet *copies[64];
	unsigned n_copies = 0, sent;

	while (n_copies < RTE_MIN(n, (unsigned)RTE_DIM(copies))) {
		copies[n_copies] = packet_copy(pkts[n_copies], PACKET_HEADROOM);
		if (copies[n_copies] == NULL)
			break;
		packet_thread.n_replaced++;
		n_copies++;
	}
	sent = tx_burst_linear(q, copies, n_copies);
	packet_free_bulk(copies + sent, n_copies - sent);
	packet_free_bulk(pkts, sent);
	return sent;
}

// ---- what EAL and the drivers log while we work: shown only if it fails

struct log_capture {
	FILE *stream;
	char *text;
	size_t len;
};

static void
capture_begin(struct log_capture *c)
{
	c->stream = open_memstream(&c->text, &c->len);
	rte_openlog_stream(c->stream);
}

static void
capture_end(struct log_capture *c)
{
	rte_openlog_stream(NULL);
	if (c->stream != NULL)
		fclose(c->stream);
}

// ---- open

// Drivers on a kernel interface fail with little to say when it is not there.
static int
check_spec(const char *spec, struct errh *errh)
{
	char *iface = io_kernel_interface(spec);
	int err = iface != NULL ? io_check_interface(iface, errh) : 0;

	free(iface);
	return err == 0 ? dpdk_check_size(spec, errh) : err;
}

// One or two of Debian's fifty drivers. address NULL: for whatever there is. All of them where none
// says that it is for the device, which may be on another bus.
static void
load_physical(const char *address)
{
	unsigned n = eal_load_pci_drivers(EAL_PCI_DEVICES, address);

	if (address == NULL && access("/sys/bus/vmbus/devices", F_OK) == 0)
		n += eal_load_driver("net_netvsc") == 0; // Hyper-V's
	if (n == 0)
		eal_load_all_net_drivers();
}

static int
load_driver(struct io_port *port, struct errh *errh)
{
	char *driver = dpdk_driver_of(port->name);
	int err = 0;

	if (dpdk_is_pci_address(port->name)) {
		load_physical(port->name);
	} else if (driver == NULL) {
		err = errh_error(errh,
			"unknown port '%s'\n"
			"give a port number, a PCI address, or device arguments such as "
			"net_af_packet0,iface=veth1",
			port->name);
	} else if (eal_load_driver(dpdk_driver_file(driver)) != 0) {
		const char *why = dlerror();
		char *file = eal_driver_path(dpdk_driver_file(driver));

		if (access(file, F_OK) == 0)
			err = errh_error(errh, "DPDK driver '%s' cannot be loaded: %s", driver,
				why != NULL ? why : "unknown error");
		else
			err = errh_error(errh,
				"no DPDK driver '%s' on this machine\n"
				"look for it with: apt-cache search librte-net",
				driver);
		free(file);
	}
	free(driver);
	return err;
}

static int
count_packets(const char *file, uint64_t *n, struct errh *errh)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(file, text);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	uint64_t before = *n;

	if (pcap == NULL)
		return 0; // the driver says it better
	while (pcap_next_ex(pcap, &header, &bytes) == 1)
		++*n;
	pcap_close(pcap);
	if (*n == before)
		return errh_error(errh, "%s: no packet to replay; infinite_rx needs one", file);
	return 0;
}

// A net_pcap that replays files for ever, one for each queue, keeps all of their packets in mbufs.
// Without any it would take mbufs and never give them back.
static int
count_replayed(struct io_port *port, struct errh *errh)
{
	char *forever = io_spec_value(port->spec, "infinite_rx"), *file;
	const char *at = port->spec;
	int err = 0;

	port->n_own_packets = 0;
	while (forever != NULL && strcmp(forever, "1") == 0 && err == 0 &&
		(file = io_spec_next_value(&at, "rx_pcap")) != NULL) {
		err = count_packets(file, &port->n_own_packets, errh);
		free(file);
	}
	free(forever);
	return err;
}

static int
probe(struct io_port *port, struct errh *errh)
{
	struct log_capture log = {0};
	int err;

	if (load_driver(port, errh) != 0 || check_spec(port->spec, errh) != 0 ||
		count_replayed(port, errh) != 0)
		return -EINVAL;
	capture_begin(&log);
	err = rte_dev_probe(port->spec);
	capture_end(&log);
	if (err == 0 && rte_eth_dev_get_port_by_name(port->name, &port->number) != 0)
		err = -ENODEV;
	if (err != 0)
		dpdk_report(port, "opened", err, log.text, errh);
	free(log.text);
	return err != 0 ? -EINVAL : 0;
}

static void
list_ports(struct strbuf *out)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	uint16_t id;

	RTE_ETH_FOREACH_DEV(id)
	{
		if (rte_eth_dev_get_name_by_port(id, name) == 0)
			strbuf_addf(out, "%s%u (%s)", out->len > 0 ? ", " : "", id, name);
	}
}

static int
open_number(struct io_port *port, struct errh *errh)
{
	struct strbuf sb = STRBUF_INIT;
	char name[RTE_ETH_NAME_MAX_LEN];
	unsigned long n = strtoul(port->spec, NULL, 10);
	int err = 0;

	if (n < RTE_MAX_ETHPORTS && rte_eth_dev_is_valid_port((uint16_t)n) &&
		rte_eth_dev_get_name_by_port((uint16_t)n, name) == 0) {
		port->number = (uint16_t)n;
		free(port->name);
		port->name = mem_strdup(name);
		return 0;
	}
	list_ports(&sb);
	err = errh_error(errh,
		"no DPDK port %s (%s%s)\nbind a NIC with scripts/nic, or give device "
		"arguments such as net_af_packet0,iface=veth1",
		port->spec, sb.len > 0 ? "there are: " : "there is none", strbuf_text(&sb));
	strbuf_fini(&sb);
	return err;
}

// Devices that a driver does not get are no matter, as long as the wanted one is there.
static void
probe_all(void)
{
	struct log_capture log = {0};

	load_physical(NULL);
	capture_begin(&log);
	rte_bus_scan();
	rte_bus_probe();
	capture_end(&log);
	free(log.text);
}

static int
dpdk_open(struct io_port *port, struct errh *errh)
{
	bool is_number =
		port->spec[0] != '\0' && port->spec[strspn(port->spec, "0123456789")] == '\0';

	if (is_number) {
		// Physical ports appear once their drivers are loaded.
		if (rte_eth_dev_count_avail() == 0)
			probe_all();
		return open_number(port, errh);
	}
	if (rte_eth_dev_get_port_by_name(port->name, &port->number) == 0)
		return 0;
	return probe(port, errh);
}

static void
dpdk_close(struct io_port *port)
{
	rte_eth_dev_close(port->number);
}

// Drivers that copy each packet into the mbuf themselves, on the lcore that asks for it.
static bool
copies_packets(const char *driver)
{
	static const char *const copying[] = {"net_af_packet", "net_memif", "net_null", "net_pcap",
		"net_tap", "net_tun", "net_vhost"};

	for (size_t i = 0; i < RTE_DIM(copying); i++) {
		if (strcmp(driver, copying[i]) == 0)
			return true;
	}
	return false;
}

static void
dpdk_info(const struct io_port *port, struct io_info *info)
{
	struct rte_eth_dev_info di;
	struct rte_ether_addr mac = {0};
	int node = rte_eth_dev_socket_id(port->number);

	*info = (struct io_info){.name = port->name, .is_dpdk = true};
	info->node = node < 0 || node >= PACKET_POOL_NODES ? 0 : (unsigned)node;
	info->max_rx_queues = info->max_tx_queues = 1;
	info->driver = "?";
	if (rte_eth_dev_info_get(port->number, &di) == 0) {
		info->driver = di.driver_name;
		info->data_is_hot =
			copies_packets(info->driver) && !io_is_zero_copy_memif(port->spec);
		info->max_rx_queues = RTE_MAX(di.max_rx_queues, 1);
		info->max_tx_queues = RTE_MAX(di.max_tx_queues, 1);
	}
	rte_eth_macaddr_get(port->number, &mac);
	memcpy(info->mac, mac.addr_bytes, sizeof(info->mac));
}

static void
dpdk_limits(struct io_port *port)
{
	uint16_t rx = (uint16_t)RTE_MIN(port->n_rx_desc ? port->n_rx_desc : DEFAULT_DESC, 32768u);
	uint16_t tx = (uint16_t)RTE_MIN(port->n_tx_desc ? port->n_tx_desc : DEFAULT_DESC, 32768u);

	if (rte_eth_dev_adjust_nb_rx_tx_desc(port->number, &rx, &tx) != 0)
		return;
	port->n_rx_desc = rx;
	port->n_tx_desc = tx;
}

uint64_t
io_rss_type(const char *word)
{
	static const struct {
		const char *word;
		uint64_t bits;
	} types[] = {{"ip", RTE_ETH_RSS_IP}, {"tcp", RTE_ETH_RSS_TCP}, {"udp", RTE_ETH_RSS_UDP},
		{"sctp", RTE_ETH_RSS_SCTP}};

	for (size_t i = 0; i < RTE_DIM(types); i++) {
		if (strcmp(types[i].word, word) == 0)
			return types[i].bits;
	}
	return 0;
}

// ---- start

static void
fill_conf(struct io_port *port, const struct rte_eth_dev_info *di, struct rte_eth_conf *conf,
	struct errh *errh)
{
	uint64_t wanted = port->rss_types;

	*conf = (struct rte_eth_conf){0};
	if (wanted == 0)
		wanted = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
	if (port->n_rx_queues > 1) {
		conf->rx_adv_conf.rss_conf.rss_hf = wanted & di->flow_type_rss_offloads;
		if (conf->rx_adv_conf.rss_conf.rss_hf != 0)
			conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		else
			errh_warning(errh,
				"port '%s' has no RSS; how it spreads packets over %u queues is up to it",
				port->name, port->n_rx_queues);
	}
	if (port->mtu > 0)
		conf->rxmode.mtu = port->mtu;
	conf->txmode.offloads = di->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
}

static int
setup_queues(struct io_port *port, const struct rte_eth_dev_info *di)
{
	struct rte_mempool *pool;
	int node = rte_eth_dev_socket_id(port->number), err = 0;

	(void)di;
	pool = packet_pool_near(node < 0 ? 0 : (unsigned)node);
	for (uint16_t q = 0; err == 0 && q < port->n_rx_queues; q++)
		err = rte_eth_rx_queue_setup(
			port->number, q, (uint16_t)port->n_rx_desc, (unsigned)node, NULL, pool);
	for (uint16_t q = 0; err == 0 && q < port->n_tx_queues; q++)
		err = rte_eth_tx_queue_setup(
			port->number, q, (uint16_t)port->n_tx_desc, (unsigned)node, NULL);
	return err;
}

// Some devices keep the address that they have; promiscuous ones receive frames for another too.
static int
set_mac(struct io_port *port, struct errh *errh)
{
	int err =
		rte_eth_dev_default_mac_addr_set(port->number, (struct rte_ether_addr *)port->mac);

	if (err != -ENOTSUP)
		return err;
	errh_warning(errh, "this device cannot take another hardware address%s",
		port->promisc == 0 ? ", so it does not receive what is sent to MAC" : "");
	return 0;
}

static int
configure(struct io_port *port, struct errh *errh)
{
	struct rte_eth_dev_info di;
	struct rte_eth_conf conf;
	int err = rte_eth_dev_info_get(port->number, &di);

	if (err != 0)
		return err;
	// A port that only sends still needs a receive queue for most drivers, and the reverse.
	port->n_rx_queues = RTE_MAX(port->n_rx_queues, 1u);
	port->n_tx_queues = RTE_MAX(port->n_tx_queues, 1u);
	dpdk_limits(port);
	fill_conf(port, &di, &conf, errh);
	err = rte_eth_dev_configure(
		port->number, (uint16_t)port->n_rx_queues, (uint16_t)port->n_tx_queues, &conf);
	if (err == 0)
		err = setup_queues(port, &di);
	if (err == 0 && port->has_mac)
		err = set_mac(port, errh);
	if (err == 0)
		err = rte_eth_dev_start(port->number);
	return err;
}

static void
set_promiscuous(struct io_port *port, struct errh *errh)
{
	int err = 0;

	if (port->promisc == 1)
		err = rte_eth_promiscuous_enable(port->number);
	else if (port->promisc == 0)
		err = rte_eth_promiscuous_disable(port->number);
	if (err != 0 && err != -ENOTSUP)
		errh_warning(errh, "cannot set promiscuous mode: %s", strerror(-err));
}

static int
dpdk_start(struct io_port *port, struct errh *errh)
{
	struct log_capture log = {0};
	int err;

	capture_begin(&log);
	err = configure(port, errh);
	capture_end(&log);
	if (err == 0)
		set_promiscuous(port, errh);
	else
		dpdk_report(port, "started", err, log.text, errh);
	free(log.text);
	return err != 0 ? -EINVAL : 0;
}

static void
dpdk_stop(struct io_port *port)
{
	rte_eth_dev_stop(port->number);
}

// ---- queues

static bool
passes_mbufs_on(const struct io_port *port)
{
	return strncmp(port->name, "net_ring", 8) == 0 ||
	       strncmp(port->name, "net_bonding", 11) == 0;
}

static void
dpdk_rx(struct io_port *port, unsigned queue, struct io_queue *q)
{
	*q = (struct io_queue){.port = port->number, .queue = (uint16_t)queue, .driver = port};
	if (io_mode() == IO_POLL)
		q->rx = rx_burst_copy;
	else
		q->rx = passes_mbufs_on(port) ? rx_burst_reset : rx_burst;
}

static void
dpdk_tx(struct io_port *port, unsigned queue, struct io_queue *q)
{
	struct rte_eth_dev_info di = {0};

	*q = (struct io_queue){.port = port->number, .queue = (uint16_t)queue, .driver = port};
	rte_eth_dev_info_get(port->number, &di);
	if (io_mode() == IO_POLL)
		q->tx = tx_burst_copy;
	else
		q->tx = di.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS ? tx_burst
									   : tx_burst_linear;
}

const struct io_driver io_dpdk_driver = {
	.name = "dpdk",
	.open = dpdk_open,
	.close = dpdk_close,
	.start = dpdk_start,
	.stop = dpdk_stop,
	.info = dpdk_info,
	.rx = dpdk_rx,
	.tx = dpdk_tx,
	.link = dpdk_link,
	.stats = dpdk_stats,
	.xstats = dpdk_xstats,
	.add_mac = dpdk_add_mac,
	.remove_mac = dpdk_remove_mac,
	.limits = dpdk_limits,
};
