// SPDX-License-Identifier: BSD-3-Clause
// TruncateIPPayload: cuts packets behind their headers.

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/payload.h"
#include "src/element.h"

struct truncateippayload {
	struct element element;
	uint16_t length;
	bool transport;
	bool extra_length;
};

enum {
	ICMP_SIZE = 8,
	ICMP_TIMESTAMP_SIZE = 20,
	ICMP_TIMESTAMP = 13,
	ICMP_TIMESTAMP_REPLY = 14,
	TCP_SEEN = 13, // a TCP header's bytes up to the one with its length
};

static uint32_t
tcp_size(const struct packet *p, int32_t off)
{
	uint8_t data_off;

	if (!payload_has(p, off, TCP_SEEN) ||
		!payload_read(p, off + (int32_t)offsetof(struct rte_tcp_hdr, data_off), &data_off,
			sizeof(data_off)) ||
		(data_off >> 4) * 4u < sizeof(struct rte_tcp_hdr))
		return sizeof(struct rte_tcp_hdr);
	return (data_off >> 4) * 4u;
}

static uint32_t
icmp_size(const struct packet *p, int32_t off)
{
	uint8_t type;

	if (payload_has(p, off, ICMP_SIZE) && payload_read(p, off, &type, sizeof(type)) &&
		(type == ICMP_TIMESTAMP || type == ICMP_TIMESTAMP_REPLY))
		return ICMP_TIMESTAMP_SIZE;
	return ICMP_SIZE;
}

static uint32_t
transport_size(const struct packet *p, int32_t ip_off, int32_t off)
{
	uint8_t proto;

	if (!payload_read(p, ip_off + (int32_t)offsetof(struct rte_ipv4_hdr, next_proto_id), &proto,
		    sizeof(proto)))
		return 0;
	switch (proto) {
	case IPPROTO_TCP:
		return tcp_size(p, off);
	case IPPROTO_UDP:
		return sizeof(struct rte_udp_hdr);
	case IPPROTO_ICMP:
		return icmp_size(p, off);
	default:
		return 0;
	}
}

// Bytes of the packet that are kept, counted from the start of its data; may be negative.
static int64_t
bytes_kept(const struct truncateippayload *e, const struct packet *p)
{
	int32_t off = packet_network_offset(p);
	uint32_t header_len = sizeof(struct rte_ipv4_hdr), size = 0;
	uint8_t first;

	if (off == PACKET_NO_HEADER)
		return e->length;
	if (payload_read(p, off, &first, sizeof(first)) && (first & 15) >= RTE_IPV4_MIN_IHL) {
		header_len = (first & 15u) * 4;
		if (e->transport)
			size = transport_size(p, off, off + (int32_t)header_len);
	}
	return (int64_t)off + header_len + size + e->length;
}

static inline void
truncate_packet(const struct truncateippayload *e, struct packet *p)
{
	int64_t kept = RTE_MAX(bytes_kept(e, p), 0);
	uint32_t cut;

	if (kept >= (int64_t)packet_length(p))
		return;
	cut = packet_length(p) - (uint32_t)kept;
	packet_take(p, cut);
	if (e->extra_length)
		packet_set_anno_u32(
			p, ANNO_EXTRA_LENGTH, packet_anno_u32(p, ANNO_EXTRA_LENGTH) + cut);
}

ELEMENT_CHANGE(truncateippayload, truncateippayload, truncate_packet)

static const struct arg truncateippayload_args[] = {
	ARG(truncateippayload, length, "LENGTH", ARG_OPTIONAL, .def = "0",
		.help = "bytes of payload that are kept"),
	ARG(truncateippayload, transport, "TRANSPORT", ARG_OPTIONAL, .def = "true",
		.help = "false: TCP, UDP and ICMP headers count as payload"),
	ARG(truncateippayload, extra_length, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "adds the bytes cut to the EXTRA_LENGTH annotation"),
	ARGS_END,
};

static const struct element_class truncateippayload_class = {
	.name = "TruncateIPPayload",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct truncateippayload),
	.push = truncateippayload_push,
	.pull = truncateippayload_pull,
	.decide = truncateippayload_decide,
	.args = truncateippayload_args,
	.group = "ip",
	.brief = "cuts packets behind their headers",
	.manual =
		"Keeps the IP header, the TCP, UDP or ICMP header and LENGTH bytes behind them, for\n"
		"traces that are to hold no contents. Nothing in the headers is changed. Of a packet\n"
		"without an IP header place the first LENGTH bytes are kept.",
	.example = "Idle -> CheckIPHeader -> TruncateIPPayload(8) -> Discard;",
};
ELEMENT_CLASS(truncateippayload_class)
