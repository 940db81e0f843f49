// SPDX-License-Identifier: BSD-3-Clause
// IP6Encap: puts a fixed IPv6 header in front of packets.

#include "elements/ip/encap.h"
#include "elements/ip6/encap6.h"
#include "src/element.h"

struct ip6encap {
	struct element element;
	struct rte_ipv6_hdr ip; // without length and destination
	struct encap6_dst dst;
	// As configured.
	struct ip_proto proto;
	struct ip6_addr src;
	uint8_t hlim, class;
};

enum { NO_ROOM };

// With DST_ANNO and no annotation the destination is zero, as is everything else that Click leaves.
static inline int
encap_packet(const struct ip6encap *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp);
	struct rte_ipv6_hdr *ip;
	struct ip6_addr dst;

	if (unlikely(len > UINT16_MAX || !packet_push(pp, sizeof(*ip))))
		return DROP(NO_ROOM);
	dst = encap6_destination(*pp, &e->dst);
	ip = (void *)packet_data_rw(*pp);
	*ip = e->ip;
	ip->payload_len = rte_cpu_to_be_16((uint16_t)len);
	memcpy(ip->dst_addr, &dst, sizeof(ip->dst_addr));
	packet_set_network(*pp, 0, sizeof(*ip));
	return 0;
}

ELEMENT_DECIDE(ip6encap, ip6encap, encap_packet)

static int
ip6encap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ip6encap *e = (struct ip6encap *)base;

	(void)args;
	(void)errh;
	e->ip = (struct rte_ipv6_hdr){
		.vtc_flow = IP6_VTC_FLOW |
			    rte_cpu_to_be_32((uint32_t)e->class << RTE_IPV6_HDR_TC_SHIFT),
		.proto = e->proto.number,
		.hop_limits = e->hlim,
	};
	memcpy(e->ip.src_addr, &e->src, sizeof(e->ip.src_addr));
	return 0;
}

static const struct arg ip6encap_args[] = {
	ARG_AS(ip6encap, proto, arg_encap_proto, "PROTO", ARG_MANDATORY,
		.help = "protocol of the data, name or number"),
	ARG(ip6encap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG_AS(ip6encap, dst, arg_encap6_dst, "DST", ARG_MANDATORY,
		.range_error = "DST argument should be IP address or 'DST_ANNO'",
		.help = "destination address; `DST_ANNO`: the packet's destination annotation"),
	ARG(ip6encap, hlim, "HLIM", ARG_KEYWORD, .def = "250", .help = "hop limit"),
	ARG(ip6encap, class, "CLASS", ARG_KEYWORD, .def = "0", .help = "traffic class"),
	ARGS_END,
};

static const struct handler ip6encap_handlers[] = {
	HANDLER_RECONFIGURE("src", ip6encap, src, "SRC", 0, .help = "source address"),
	{.name = "dst",
		.read = handler_read_field,
		.write = handler_write_argument,
		.type = &arg_encap6_dst,
		.offset = offsetof(struct ip6encap, dst),
		.argument = "DST",
		.help = "destination address, or `DST_ANNO`"},
	HANDLERS_END,
};

static const char *const ip6encap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class ip6encap_class = {
	.name = "IP6Encap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip6encap),
	.push = ip6encap_push,
	.pull = ip6encap_pull,
	.decide = ip6encap_decide,
	.configure = ip6encap_configure,
	.args = ip6encap_args,
	.handlers = ip6encap_handlers,
	.drops = ip6encap_drops,
	.writes = "DST_IP6",
	.group = "ip6",
	.brief = "puts a fixed IPv6 header in front of packets",
	.manual =
		"Each packet gets a 40-byte IPv6 header and its place; the flow label is 0. A fixed DST\n"
		"becomes the packet's destination annotation too.",
	.example = "Idle -> IP6Encap(udp, 2001:db8::1, 2001:db8::2, HLIM 64) -> Discard;",
};
ELEMENT_CLASS(ip6encap_class)
