// SPDX-License-Identifier: BSD-3-Clause
// EtherRewrite: overwrites both addresses of Ethernet headers.

#include <rte_ether.h>

#include "src/element.h"

struct etherrewrite {
	struct element element;
	uint8_t addrs[2 * RTE_ETHER_ADDR_LEN]; // as they stand in a header
	struct mac_addr src, dst;
};

enum { NO_MAC_HEADER, TOO_SHORT };

static inline int
etherrewrite_packet(const struct etherrewrite *e, struct packet **pp)
{
	int32_t mac = packet_mac_offset(*pp);
	uint8_t *bytes;

	if (unlikely(mac == PACKET_NO_HEADER))
		return DROP(NO_MAC_HEADER);
	bytes = packet_edit(pp, mac, sizeof(e->addrs));
	if (unlikely(bytes == NULL))
		return DROP(TOO_SHORT);
	memcpy(bytes, e->addrs, sizeof(e->addrs));
	return 0;
}

ELEMENT_DECIDE(etherrewrite, etherrewrite, etherrewrite_packet)

static int
etherrewrite_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct etherrewrite *e = (struct etherrewrite *)base;

	(void)args;
	(void)errh;
	memcpy(e->addrs, e->dst.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(e->addrs + RTE_ETHER_ADDR_LEN, e->src.bytes, RTE_ETHER_ADDR_LEN);
	return 0;
}

static const struct arg etherrewrite_args[] = {
	ARG(etherrewrite, src, "SRC", ARG_MANDATORY, .help = "new source address"),
	ARG(etherrewrite, dst, "DST", ARG_MANDATORY, .help = "new destination address"),
	ARGS_END,
};

static const struct handler etherrewrite_handlers[] = {
	HANDLER_RECONFIGURE("src", etherrewrite, src, "SRC", 0, .help = "new source address"),
	HANDLER_RECONFIGURE("dst", etherrewrite, dst, "DST", 0, .help = "new destination address"),
	HANDLERS_END,
};

static const char *const etherrewrite_drops[] = {
	[NO_MAC_HEADER] = "no MAC header marked",
	[TOO_SHORT] = "packet too short or no memory",
	NULL,
};

static const struct element_class etherrewrite_class = {
	.name = "EtherRewrite",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct etherrewrite),
	.push = etherrewrite_push,
	.pull = etherrewrite_pull,
	.decide = etherrewrite_decide,
	.configure = etherrewrite_configure,
	.args = etherrewrite_args,
	.handlers = etherrewrite_handlers,
	.drops = etherrewrite_drops,
	.group = "ethernet",
	.brief = "overwrites both addresses of Ethernet headers",
	.manual =
		"Writes SRC and DST into the Ethernet header that the packet's MAC header mark points\n"
		"to, wherever the data begins. Devices set the mark, and so do EtherEncap and\n"
		"MarkMACHeader; a packet without it is dropped.\n"
		"The handlers src and dst each replace the address of their name, unlike Click's.",
	.example = "Idle -> MarkMACHeader -> EtherRewrite(2:0:0:0:0:1, 2:0:0:0:0:2) -> Discard;",
};
ELEMENT_CLASS(etherrewrite_class)
