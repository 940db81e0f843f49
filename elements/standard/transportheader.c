// SPDX-License-Identifier: BSD-3-Clause
// StripTransportHeader, UnstripTransportHeader: remove what is in front of TCP and UDP data, and
// bring the transport header back.

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "src/element.h"

struct transportheader {
	struct element element;
};

enum { NO_HEADER, NO_MEMORY };

// Bytes of the transport header; 0: none that is known, or the packet is shorter.
static inline uint32_t
header_len(struct packet **pp, int32_t off)
{
	int32_t network = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, network, sizeof(*ip));
	const struct rte_tcp_hdr *tcp;
	uint32_t len;

	if (unlikely(ip == NULL))
		return 0;
	if (ip->next_proto_id == IPPROTO_UDP)
		return sizeof(struct rte_udp_hdr);
	if (ip->next_proto_id != IPPROTO_TCP)
		return 0;
	tcp = (const void *)packet_peek(pp, off, sizeof(*tcp));
	len = tcp != NULL ? (tcp->data_off >> 4) * 4u : 0;
	return len >= sizeof(*tcp) ? len : 0;
}

static inline int
strip_packet(const struct transportheader *e, struct packet **pp)
{
	int32_t off = packet_transport_offset(*pp);
	uint32_t len;

	(void)e;
	if (unlikely(off == PACKET_NO_HEADER || off < 0))
		return DROP(NO_HEADER);
	len = header_len(pp, off);
	if (unlikely(len == 0 || !packet_pull(*pp, (uint32_t)off + len)))
		return DROP(NO_HEADER);
	return 0;
}

ELEMENT_DECIDE(strip, transportheader, strip_packet)

static inline int
unstrip_packet(const struct transportheader *e, struct packet **pp)
{
	int32_t off = packet_transport_offset(*pp);

	(void)e;
	if (unlikely(off >= 0 || off == PACKET_NO_HEADER))
		return 0;
	return likely(packet_push(pp, (uint32_t)-off)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(unstrip, transportheader, unstrip_packet)

static const char *const transportheader_drops[] = {
	[NO_HEADER] = "no whole TCP or UDP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class striptransportheader_class = {
	.name = "StripTransportHeader",
	.aliases = "StripTCPHeader StripUDPHeader",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct transportheader),
	.push = strip_push,
	.pull = strip_pull,
	.decide = strip_decide,
	.drops = transportheader_drops,
	.group = "standard",
	.brief = "lets packets begin with their TCP or UDP data",
	.manual =
		"Removes everything up to the end of the TCP or UDP header, as the header places\n"
		"say. Needs them: put a CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> StripTransportHeader -> Discard;",
};
ELEMENT_CLASS(striptransportheader_class)

static const struct element_class unstriptransportheader_class = {
	.name = "UnstripTransportHeader",
	.aliases = "UnstripTCPHeader",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct transportheader),
	.push = unstrip_push,
	.pull = unstrip_pull,
	.decide = unstrip_decide,
	.drops = transportheader_drops,
	.group = "standard",
	.brief = "brings back a transport header that was removed",
	.manual = "Makes the packet begin with its transport header again after\n"
		  "StripTransportHeader. A packet whose header was not removed passes unchanged.",
	.example = "Idle -> CheckIPHeader -> StripTransportHeader -> UnstripTransportHeader"
		   " -> Discard;",
};
ELEMENT_CLASS(unstriptransportheader_class)
