// SPDX-License-Identifier: BSD-3-Clause
// SetTransportChecksumIP6: computes the checksum of what an IPv6 packet carries anew.

#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip6/address.h"
#include "elements/ip6/extension.h"
#include "elements/ip6/icmp6.h"
#include "elements/ip6/udpip6.h"
#include "src/element.h"

enum { BAD_PACKET, OTHER_PROTOCOL, NO_MEMORY };

// Where the checksum is in the header, and the size of that. false: there is none.
static bool
find_checksum(uint8_t proto, uint32_t *place, uint32_t *header_size)
{
	switch (proto) {
	case IPPROTO_TCP:
		*place = offsetof(struct rte_tcp_hdr, cksum);
		*header_size = sizeof(struct rte_tcp_hdr);
		return true;
	case IPPROTO_UDP:
		*place = offsetof(struct rte_udp_hdr, dgram_cksum);
		*header_size = sizeof(struct rte_udp_hdr);
		return true;
	case IPPROTO_ICMPV6:
		*place = offsetof(struct icmp6_header, checksum);
		*header_size = sizeof(struct icmp6_header);
		return true;
	}
	return false;
}

static inline int
set_packet(const struct element *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	uint32_t place, header_size, len, before;
	const struct rte_ipv6_hdr *ip;
	struct ip6_upper upper;
	uint16_t checksum = 0;
	uint64_t sum;

	(void)e;
	if (unlikely(off == PACKET_NO_HEADER || !packet_make_writable(pp)))
		return DROP(off == PACKET_NO_HEADER ? BAD_PACKET : NO_MEMORY);
	ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	if (unlikely(ip == NULL || !ip6_find_upper(*pp, off, &upper)))
		return DROP(BAD_PACKET);
	if (unlikely(!find_checksum(upper.proto, &place, &header_size) || upper.is_fragment))
		return DROP(OTHER_PROTOCOL);
	len = rte_be_to_cpu_16(ip->payload_len);
	before = (uint32_t)(upper.off - off) - (uint32_t)sizeof(*ip); // extensions
	if (unlikely(len < before + header_size ||
		     len - before > packet_length_from(*pp, upper.off)))
		return DROP(BAD_PACKET);
	len -= before;
	sum = ip6_pseudo_sum(ip, upper.proto, len);
	if (upper.off + (int32_t)place < 0)
		return DROP(BAD_PACKET);
	packet_write(pp, (uint32_t)(upper.off + (int32_t)place), &checksum, sizeof(checksum));
	checksum_add_packet(&sum, *pp, upper.off, len);
	checksum = upper.proto == IPPROTO_UDP ? udpip6_checksum(sum) : checksum_finish(sum);
	packet_write(pp, (uint32_t)(upper.off + (int32_t)place), &checksum, sizeof(checksum));
	return 0;
}

ELEMENT_DECIDE(settransportchecksumip6, element, set_packet)

static const char *const settransportchecksumip6_drops[] = {[BAD_PACKET] = "bad packet",
	[OTHER_PROTOCOL] = "no TCP, UDP or ICMPv6, or a fragment",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class settransportchecksumip6_class = {
	.name = "SetTransportChecksumIP6",
	.aliases = "SetTCPChecksumIP6 SetUDPChecksumIP6 SetICMPChecksumIP6",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.push = settransportchecksumip6_push,
	.pull = settransportchecksumip6_pull,
	.decide = settransportchecksumip6_decide,
	.drops = settransportchecksumip6_drops,
	.group = "ip6",
	.brief = "computes the checksum of what an IPv6 packet carries anew",
	.manual =
		"Behind the IPv6 header and its extension headers there must be a whole TCP or UDP\n"
		"segment or ICMPv6 message; other packets, and fragments, are dropped. All of its\n"
		"names do the same. Needs a header place: put a MarkIP6Header in front. The address\n"
		"in the header is taken for the destination, also where there is a routing header.",
	.example = "Idle -> MarkIP6Header(14) -> SetTransportChecksumIP6 -> Discard;",
};
ELEMENT_CLASS(settransportchecksumip6_class)
