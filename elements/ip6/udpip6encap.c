// SPDX-License-Identifier: BSD-3-Clause
// UDPIP6Encap: puts fixed UDP and IPv6 headers in front of packets.

#include "elements/ip6/encap6.h"
#include "elements/ip6/udpip6.h"
#include "src/element.h"

struct udpip6encap {
	struct element element;
	struct udpip6 headers; // without lengths, destination and checksum
	struct encap6_dst dst;
	// As configured.
	struct ip6_addr src;
	struct udp_port sport, dport;
};

enum { NO_ROOM };

enum { HOP_LIMIT = 255 };

static inline int
encap_packet(const struct udpip6encap *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp) + (uint32_t)sizeof(struct rte_udp_hdr);
	struct udpip6 headers = e->headers;
	struct ip6_addr dst;
	uint64_t sum;

	if (unlikely(len > UINT16_MAX || !packet_push(pp, sizeof(headers))))
		return DROP(NO_ROOM);
	dst = encap6_destination(*pp, &e->dst);
	memcpy(headers.ip.dst_addr, &dst, sizeof(dst));
	headers.ip.payload_len = headers.udp.dgram_len = rte_cpu_to_be_16((uint16_t)len);
	sum = ip6_pseudo_sum(&headers.ip, IPPROTO_UDP, len);
	sum = checksum_add(sum, &headers.udp, sizeof(headers.udp));
	checksum_add_packet(&sum, *pp, sizeof(headers), len - (uint32_t)sizeof(headers.udp));
	headers.udp.dgram_cksum = udpip6_checksum(sum);
	memcpy(packet_data_rw(*pp), &headers, sizeof(headers));
	packet_set_network(*pp, 0, sizeof(headers.ip));
	return 0;
}

ELEMENT_DECIDE(udpip6encap, udpip6encap, encap_packet)

static int
udpip6encap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct udpip6encap *e = (struct udpip6encap *)base;

	(void)args;
	(void)errh;
	e->headers = (struct udpip6){
		.ip = {.vtc_flow = IP6_VTC_FLOW, .proto = IPPROTO_UDP, .hop_limits = HOP_LIMIT},
		.udp = {.src_port = rte_cpu_to_be_16(e->sport.number),
			.dst_port = rte_cpu_to_be_16(e->dport.number)},
	};
	memcpy(e->headers.ip.src_addr, &e->src, sizeof(e->src));
	return 0;
}

static const struct arg udpip6encap_args[] = {
	ARG(udpip6encap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(udpip6encap, sport, "SPORT", ARG_MANDATORY, .help = "source port"),
	ARG_AS(udpip6encap, dst, arg_encap6_dst, "DST", ARG_MANDATORY, .range_error = "bad DST",
		.help = "destination address; `DST_ANNO`: the packet's destination annotation"),
	ARG(udpip6encap, dport, "DPORT", ARG_MANDATORY, .help = "destination port"),
	ARGS_END,
};

static const struct handler udpip6encap_handlers[] = {
	HANDLER_RECONFIGURE("src", udpip6encap, src, "SRC", 0, .help = "source address"),
	HANDLER_RECONFIGURE("sport", udpip6encap, sport, "SPORT", 0, .help = "source port"),
	{.name = "dst",
		.read = handler_read_field,
		.write = handler_write_argument,
		.type = &arg_encap6_dst,
		.offset = offsetof(struct udpip6encap, dst),
		.argument = "DST",
		.help = "destination address, or `DST_ANNO`"},
	HANDLER_RECONFIGURE("dport", udpip6encap, dport, "DPORT", 0, .help = "destination port"),
	HANDLERS_END,
};

static const char *const udpip6encap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class udpip6encap_class = {
	.name = "UDPIP6Encap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct udpip6encap),
	.push = udpip6encap_push,
	.pull = udpip6encap_pull,
	.decide = udpip6encap_decide,
	.configure = udpip6encap_configure,
	.args = udpip6encap_args,
	.handlers = udpip6encap_handlers,
	.drops = udpip6encap_drops,
	.writes = "DST_IP6",
	.group = "ip6",
	.brief = "puts fixed UDP and IPv6 headers in front of packets",
	.manual =
		"Each packet becomes the data of a UDP packet: it gets 48 bytes of headers and their\n"
		"places. The hop limit is 255, the checksum is always there; unlike in Click one of 0\n"
		"is sent as ffff, since receivers refuse 0. A fixed DST becomes the packet's\n"
		"destination annotation too.",
	.example = "Idle -> UDPIP6Encap(2001:db8::1, 1000, 2001:db8::2, domain) -> Discard;",
};
ELEMENT_CLASS(udpip6encap_class)
