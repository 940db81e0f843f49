// SPDX-License-Identifier: BSD-3-Clause
// IPMirror: swaps source and destination of IP packets.

#include <rte_ip.h>
#include <rte_tcp.h>

#include "src/element.h"

struct ipmirror {
	struct element element;
	bool dst_anno;
};

enum { NO_HEADER, NO_MEMORY };

enum { PORTS_SIZE = 4, UDP_SIZE = 8, TCP_SIZE = 12 }; // what is looked at

static inline void
swap_words(uint8_t *bytes)
{
	uint8_t first[4];

	memcpy(first, bytes, sizeof(first));
	memcpy(bytes, bytes + sizeof(first), sizeof(first));
	memcpy(bytes + sizeof(first), first, sizeof(first));
}

static inline void
swap_ports(uint8_t *bytes)
{
	uint16_t ports[2];

	memcpy(ports, bytes, PORTS_SIZE);
	memcpy(bytes, &ports[1], sizeof(ports[1]));
	memcpy(bytes + sizeof(ports[0]), &ports[0], sizeof(ports[0]));
}

// How many bytes behind the IP header are changed or must be there.
static inline uint32_t
transport_size(const struct rte_ipv4_hdr *ip, uint32_t have)
{
	if (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK))
		return 0;
	if (ip->next_proto_id == IPPROTO_TCP && have >= TCP_SIZE)
		return TCP_SIZE;
	if (ip->next_proto_id == IPPROTO_TCP || ip->next_proto_id == IPPROTO_UDP)
		return have >= UDP_SIZE ? UDP_SIZE : 0;
	return 0;
}

static inline int
mirror_packet(const struct ipmirror *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	uint32_t header_len, size, dst;
	uint8_t *bytes;

	if (unlikely(ip == NULL || rte_ipv4_hdr_len(ip) < sizeof(*ip)))
		return DROP(NO_HEADER);
	header_len = rte_ipv4_hdr_len(ip);
	size = transport_size(ip, packet_length_from(*pp, off + (int32_t)header_len));
	bytes = packet_edit(pp, off, size > 0 ? header_len + size : sizeof(*ip));
	if (unlikely(bytes == NULL))
		return DROP(NO_MEMORY);
	swap_words(bytes + offsetof(struct rte_ipv4_hdr, src_addr));
	if (e->dst_anno) {
		memcpy(&dst, bytes + offsetof(struct rte_ipv4_hdr, dst_addr), sizeof(dst));
		packet_set_anno_u32(*pp, ANNO_DST_IP, dst);
	}
	if (size > 0)
		swap_ports(bytes + header_len);
	if (size == TCP_SIZE)
		swap_words(bytes + header_len + offsetof(struct rte_tcp_hdr, sent_seq));
	return 0;
}

ELEMENT_DECIDE(ipmirror, ipmirror, mirror_packet)

static const struct arg ipmirror_args[] = {
	ARG(ipmirror, dst_anno, "DST_ANNO", ARG_OPTIONAL, .def = "true",
		.help = "sets the destination annotation to the new destination"),
	ARGS_END,
};

static const char *const ipmirror_drops[] = {
	[NO_HEADER] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class ipmirror_class = {
	.name = "IPMirror",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipmirror),
	.push = ipmirror_push,
	.pull = ipmirror_pull,
	.decide = ipmirror_decide,
	.args = ipmirror_args,
	.drops = ipmirror_drops,
	.group = "ip",
	.brief = "swaps source and destination of IP packets",
	.manual =
		"Exchanges the addresses, the ports of TCP and UDP packets, and sequence and\n"
		"acknowledgement number of TCP packets that have both. Checksums stay right as they\n"
		"are. Packets need an IP header place; others are dropped.",
	.example = "Idle -> CheckIPHeader -> IPMirror -> Discard;",
};
ELEMENT_CLASS(ipmirror_class)
