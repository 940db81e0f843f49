// SPDX-License-Identifier: BSD-3-Clause
// EraseIPPayload: zeroes the payload of TCP and UDP packets.

#include <netinet/in.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/payload.h"
#include "src/element.h"

struct eraseippayload {
	struct element element;
};

enum { NOT_ERASED };
enum { UDP_CHECKSUM = 6, TCP_OFFSET = 12, TCP_CHECKSUM = 16 };

static void
zero_from(struct packet *p, int32_t off)
{
	uint32_t len = packet_length(p), at = off > 0 ? (uint32_t)off : 0;

	if (at < len)
		payload_zero(p, at, len - at);
}

// Two bytes, if the packet has them.
static void
zero_checksum(struct packet **pp, int32_t off)
{
	uint8_t *bytes = packet_edit(pp, off, 2);

	if (bytes != NULL)
		memset(bytes, 0, 2);
}

static void
erase_transport(struct packet **pp, int32_t off, uint8_t proto)
{
	const uint8_t *tcp;
	uint32_t len = sizeof(struct rte_udp_hdr);

	if (proto == IPPROTO_TCP) {
		tcp = packet_peek(pp, off, TCP_OFFSET + 1);
		len = tcp != NULL ? (tcp[TCP_OFFSET] >> 4) * 4u : 0;
		len = RTE_MAX(len, (uint32_t)sizeof(struct rte_tcp_hdr));
	}
	zero_checksum(pp, off + (proto == IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM));
	zero_from(*pp, off + (int32_t)len);
}

static inline int
eraseippayload_packet(const struct eraseippayload *e, struct packet **pp)
{
	int32_t network = packet_network_offset(*pp), transport;
	const struct rte_ipv4_hdr *ip = NULL;
	uint8_t proto;
	bool first;

	(void)e;
	if (network != PACKET_NO_HEADER)
		ip = (const void *)packet_peek(pp, network, sizeof(*ip));
	if (ip == NULL || ip->version_ihl >> 4 != 4 || (ip->version_ihl & 0xf) < 5)
		return DROP(NOT_ERASED);
	proto = ip->next_proto_id;
	first = (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) == 0;
	transport = network + (ip->version_ihl & 0xf) * 4;
	if (proto == IPPROTO_ICMP)
		return 0;
	if ((proto != IPPROTO_TCP && proto != IPPROTO_UDP) || !packet_make_writable(pp))
		return DROP(NOT_ERASED);
	if (first)
		erase_transport(pp, transport, proto);
	else
		zero_from(*pp, transport);
	return 0;
}

ELEMENT_DECIDE(eraseippayload, eraseippayload, eraseippayload_packet)

static const char *const eraseippayload_drops[] = {[NOT_ERASED] = "not TCP, UDP or ICMP", NULL};

static const struct element_class eraseippayload_class = {
	.name = "EraseIPPayload",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct eraseippayload),
	.push = eraseippayload_push,
	.pull = eraseippayload_pull,
	.decide = eraseippayload_decide,
	.drops = eraseippayload_drops,
	.group = "analysis",
	.brief = "zeroes the payload of TCP and UDP packets",
	.manual =
		"Zeroes what stands behind the TCP or UDP header, and its checksum; of later fragments\n"
		"all data. ICMP packets stay as they are, and all others, whose contents nobody knows,\n"
		"are dropped.",
	.example = "Idle -> MarkIPHeader -> EraseIPPayload -> ToDump(trace.pcap);",
};
ELEMENT_CLASS(eraseippayload_class)
