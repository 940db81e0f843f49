// SPDX-License-Identifier: BSD-3-Clause
// IP6Mirror: swaps source and destination of IPv6 packets.

#include "elements/ip6/address.h"
#include "src/element.h"

struct ip6mirror {
	struct element element;
};

enum { NO_HEADER, NO_MEMORY };

enum { TRANSPORT_SIZE = 8 }; // must be there for the ports to be swapped

// Bytes behind the header that are looked at.
static inline uint32_t
transport_size(const struct rte_ipv6_hdr *ip, uint32_t have)
{
	bool has_ports = ip->proto == IPPROTO_TCP || ip->proto == IPPROTO_UDP;

	return has_ports && have >= TRANSPORT_SIZE ? TRANSPORT_SIZE : 0;
}

static inline int
mirror_packet(const struct ip6mirror *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	struct rte_ipv6_hdr *ip = (void *)packet_edit(pp, off, sizeof(*ip));
	uint16_t ports[2], swapped[2];
	struct ip6_addr src;
	uint32_t size;

	(void)e;
	if (unlikely(ip == NULL))
		return DROP(packet_is_shared(*pp) ? NO_MEMORY : NO_HEADER);
	size = transport_size(ip, packet_length_from(*pp, off) - (uint32_t)sizeof(*ip));
	ip = (void *)packet_edit(pp, off, (uint32_t)sizeof(*ip) + size);
	if (unlikely(ip == NULL))
		return DROP(NO_MEMORY);
	src = ip6_from(ip->src_addr);
	memcpy(ip->src_addr, ip->dst_addr, sizeof(ip->src_addr));
	memcpy(ip->dst_addr, &src, sizeof(ip->dst_addr));
	if (size > 0) {
		memcpy(ports, ip + 1, sizeof(ports));
		swapped[0] = ports[1];
		swapped[1] = ports[0];
		memcpy(ip + 1, swapped, sizeof(swapped));
	}
	return 0;
}

ELEMENT_DECIDE(ip6mirror, ip6mirror, mirror_packet)

static const char *const ip6mirror_drops[] = {
	[NO_HEADER] = "no IPv6 header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class ip6mirror_class = {
	.name = "IP6Mirror",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip6mirror),
	.push = ip6mirror_push,
	.pull = ip6mirror_pull,
	.decide = ip6mirror_decide,
	.drops = ip6mirror_drops,
	.group = "ip6",
	.brief = "swaps source and destination of IPv6 packets",
	.manual =
		"Exchanges the addresses, and the ports where TCP or UDP follows the IPv6 header\n"
		"directly. Checksums stay right as they are; the destination annotation is not\n"
		"touched. Packets need an IPv6 header place; others are dropped.",
	.example = "Idle -> CheckIP6Header -> IP6Mirror -> Discard;",
};
ELEMENT_CLASS(ip6mirror_class)
