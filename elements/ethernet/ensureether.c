// SPDX-License-Identifier: BSD-3-Clause
// EnsureEther: makes sure that IP packets have an Ethernet header.

#include <errno.h>

#include <rte_ether.h>

#include "src/element.h"

struct ensureether {
	struct element element;
	struct rte_ether_hdr header;
	uint32_t ethertype;
	struct mac_addr src, dst;
};

enum { NO_ROOM };

// Whether an IP header's protocol stands in front of off.
static bool
has_ip_type(struct packet **pp, int32_t off)
{
	const uint8_t *bytes = packet_peek(pp, off - 2, 2);
	uint16_t type;

	if (bytes == NULL)
		return false;
	memcpy(&type, bytes, sizeof(type));
	return type == RTE_BE16(RTE_ETHER_TYPE_IPV4) || type == RTE_BE16(RTE_ETHER_TYPE_IPV6);
}

// Takes away what stands in front of the network header, and puts our header there.
static int
encapsulate(const struct ensureether *e, struct packet **pp, int32_t network)
{
	// In front of the data (it was stripped): the header between them is had back.
	bool good = network < 0 ? packet_push(pp, (uint32_t)-network)
				: packet_pull(*pp, (uint32_t)network);

	if (!good || !packet_push(pp, RTE_ETHER_HDR_LEN))
		return DROP(NO_ROOM);
	memcpy(packet_data_rw(*pp), &e->header, sizeof(e->header));
	packet_set_mac(*pp, 0);
	return 0;
}

static inline int
ensureether_packet(const struct ensureether *e, struct packet **pp)
{
	int32_t network = packet_network_offset(*pp);

	if (network == PACKET_NO_HEADER ||
		(network == RTE_ETHER_HDR_LEN && has_ip_type(pp, network)))
		return 0;
	// Old bytes in front of the data are a header only if they were once marked as one.
	if (network == 0 && packet_mac_offset(*pp) == -RTE_ETHER_HDR_LEN && has_ip_type(pp, 0))
		return packet_push(pp, RTE_ETHER_HDR_LEN) ? 0 : DROP(NO_ROOM);
	return encapsulate(e, pp, network);
}

ELEMENT_DECIDE(ensureether, ensureether, ensureether_packet)

static int
ensureether_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ensureether *e = (struct ensureether *)base;

	(void)args;
	if (e->ethertype > UINT16_MAX)
		return errh_error(
			errh, "argument 1 (Ethernet encapsulation type) must be <= 0xFFFF");
	e->header.ether_type = rte_cpu_to_be_16((uint16_t)e->ethertype);
	memcpy(&e->header.src_addr, e->src.bytes, sizeof(e->src));
	memcpy(&e->header.dst_addr, e->dst.bytes, sizeof(e->dst));
	return 0;
}

static const struct arg ensureether_args[] = {
	ARG(ensureether, ethertype, "ETHERTYPE", ARG_OPTIONAL, .def = "0x0800",
		.help = "protocol in a new header"),
	ARG(ensureether, src, "SRC", ARG_OPTIONAL, .def = "01-01-01-01-01-01",
		.help = "source address in a new header"),
	ARG(ensureether, dst, "DST", ARG_OPTIONAL, .def = "02-02-02-02-02-02",
		.help = "destination address in a new header"),
	ARGS_END,
};

static const char *const ensureether_drops[] = {
	[NO_ROOM] = "no memory, or no network header where the mark says", NULL};

static const struct element_class ensureether_class = {
	.name = "EnsureEther",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ensureether),
	.push = ensureether_push,
	.pull = ensureether_pull,
	.decide = ensureether_decide,
	.configure = ensureether_configure,
	.args = ensureether_args,
	.drops = ensureether_drops,
	.group = "ethernet",
	.brief = "makes sure that IP packets have an Ethernet header",
	.manual =
		"A packet whose network header stands behind an Ethernet header passes unchanged, and\n"
		"so does one without a network header mark. If the Ethernet header was stripped, and\n"
		"its mark is still in place, it is brought back. In all other cases the packet gets a\n"
		"new one directly in front of its network header.",
	.example = "FromDump(trace.pcap, FORCE_IP true) -> EnsureEther -> ToDump(ether.pcap);",
};
ELEMENT_CLASS(ensureether_class)
