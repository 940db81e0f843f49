// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

#include "io/dpdk.h"
#include "src/mem.h"
#include "src/strbuf.h"

bool
dpdk_link(const struct io_port *port, struct io_link *link)
{
	struct rte_eth_link l;

	if (rte_eth_link_get_nowait(port->number, &l) != 0)
		return false;
	*link = (struct io_link){
		.up = l.link_status == RTE_ETH_LINK_UP,
		.full_duplex = l.link_duplex == RTE_ETH_LINK_FULL_DUPLEX,
		.autoneg = l.link_autoneg == RTE_ETH_LINK_AUTONEG,
		.mbps = l.link_speed,
	};
	return true;
}

bool
dpdk_stats(const struct io_port *port, struct io_stats *stats)
{
	struct rte_eth_stats s;

	if (rte_eth_stats_get(port->number, &s) != 0)
		return false;
	*stats = (struct io_stats){
		.rx_packets = s.ipackets,
		.rx_bytes = s.ibytes,
		.tx_packets = s.opackets,
		.tx_bytes = s.obytes,
		.rx_missed = s.imissed,
		// The packets that its kernel ring had no room for are told to nobody.
		.rx_missed_unknown = strncmp(port->name, "net_af_packet", 13) == 0,
		.rx_errors = s.ierrors,
		.tx_errors = s.oerrors,
		.rx_nombuf = s.rx_nombuf,
	};
	return true;
}

int
dpdk_xstats(const struct io_port *port, const char *name, struct strbuf *out)
{
	int n = rte_eth_xstats_get(port->number, NULL, 0);
	struct rte_eth_xstat_name *names;
	struct rte_eth_xstat *values;
	bool found = false;

	if (n <= 0)
		return -ENOENT;
	names = mem_zalloc((size_t)n * sizeof(*names));
	values = mem_zalloc((size_t)n * sizeof(*values));
	if (rte_eth_xstats_get_names(port->number, names, (unsigned)n) != n ||
		rte_eth_xstats_get(port->number, values, (unsigned)n) != n)
		n = 0;
	for (int i = 0; i < n; i++) {
		if (name == NULL || *name == '\0')
			strbuf_addf(
				out, "%s[%d] = %" PRIu64 "\n", names[i].name, i, values[i].value);
		else if (strcmp(names[i].name, name) == 0)
			strbuf_addf(out, "%" PRIu64, values[i].value);
		else
			continue;
		found = true;
	}
	free(names);
	free(values);
	return found ? 0 : -ENOENT;
}

int
dpdk_add_mac(struct io_port *port, const uint8_t mac[6])
{
	struct rte_ether_addr addr;

	memcpy(addr.addr_bytes, mac, sizeof(addr.addr_bytes));
	return rte_eth_dev_mac_addr_add(port->number, &addr, 0);
}

int
dpdk_remove_mac(struct io_port *port, const uint8_t mac[6])
{
	struct rte_ether_addr addr;

	memcpy(addr.addr_bytes, mac, sizeof(addr.addr_bytes));
	return rte_eth_dev_mac_addr_remove(port->number, &addr);
}
