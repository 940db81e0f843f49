// SPDX-License-Identifier: BSD-3-Clause
// VXLANEncap, VXLANDecap: carry Ethernet frames over IP (RFC 7348).

#include <stdatomic.h>

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_jhash.h>
#include <rte_udp.h>

#include "elements/ip/encap.h"
#include "elements/tcpudp/segment.h"
#include "src/element.h"

struct vxlan_header {
	rte_be32_t flags;
	rte_be32_t vni; // in the upper three bytes
} __rte_packed;

enum { VXLAN_FLAG_VNI = 0x08000000, VXLAN_PORT = 4789, VNI_MAX = 0xffffff };

// What stands in front of the frame.
struct vxlan_headers {
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;
	struct vxlan_header vxlan;
} __rte_packed;

// ---- VXLANEncap

struct vxlanencap {
	struct element element;
	struct encap encap;
	struct encap_dst dst;
	_Atomic uint16_t next_id;
	rte_be16_t dport_be;
	rte_be32_t vni_be; // as in the header
	// As configured.
	uint32_t vni;
	struct ip_addr src;
	uint16_t sport; // 0: of the frame's flow
	struct udp_port dport;
	uint8_t ttl;
	bool df;
};

enum { NO_ROOM };

// Of the flow that a frame belongs to: the same in one direction for all its packets, so that they
// take one way through the network and stay in order.
static inline uint32_t
frame_hash(struct packet **pp)
{
	enum { L3 = sizeof(struct rte_ether_hdr), L4 = L3 + sizeof(struct rte_ipv4_hdr) };
	const uint8_t *frame = packet_peek(pp, 0, L4 + 4);
	const struct rte_ether_hdr *ether = (const void *)frame;
	uint32_t words[4] = {0};

	if (likely(frame != NULL) && ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4)) {
		const struct rte_ipv4_hdr *ip = (const void *)(frame + L3);
		bool ports =
			ip->version_ihl == RTE_IPV4_VHL_DEF &&
			(ip->next_proto_id == IPPROTO_TCP || ip->next_proto_id == IPPROTO_UDP) &&
			(ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_MF_FLAG |
								RTE_IPV4_HDR_OFFSET_MASK)) == 0;

		memcpy(words, &ip->src_addr, 8);
		if (ports)
			memcpy(&words[2], frame + L4, 4);
		return rte_jhash_32b(words, 3, ip->next_proto_id);
	}
	if (frame != NULL && ether->ether_type == rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV6)) {
		enum { ADDRS = 8, ADDRS_LEN = 32 };
		uint32_t addrs[ADDRS_LEN / sizeof(uint32_t)]; // as aligned as jhash wants it
		const uint8_t *ip6 = packet_peek(pp, L3, ADDRS + ADDRS_LEN);

		if (ip6 != NULL) {
			memcpy(addrs, ip6 + ADDRS, sizeof(addrs));
			return rte_jhash_32b(addrs, RTE_DIM(addrs), 0);
		}
	}
	packet_read(*pp, 0, words, RTE_MIN(packet_length(*pp), (uint32_t)L3));
	return rte_jhash_32b(words, 4, 0);
}

// RFC 7348, 5: from the dynamic range.
static inline rte_be16_t
source_port(uint32_t hash)
{
	return rte_cpu_to_be_16((uint16_t)(0xc000 | (hash & 0x3fff)));
}

static inline bool
encap_frame(const struct vxlanencap *e, struct packet **pp, uint16_t id)
{
	rte_be16_t sport = e->sport != 0 ? rte_cpu_to_be_16(e->sport) : source_port(frame_hash(pp));
	struct vxlan_headers *h;
	uint32_t len;

	if (unlikely(!encap_push(pp, sizeof(*h))))
		return false;
	h = (void *)packet_data_rw(*pp);
	len = packet_length(*pp);
	encap_write(&e->encap, (uint8_t *)h, len, id,
		encap_destination(*pp, e->dst.addr.be, e->dst.from_anno));
	h->udp = (struct rte_udp_hdr){
		.src_port = sport,
		.dst_port = e->dport_be,
		.dgram_len = rte_cpu_to_be_16((uint16_t)(len - sizeof(h->ip))),
	};
	h->vxlan =
		(struct vxlan_header){.flags = rte_cpu_to_be_32(VXLAN_FLAG_VNI), .vni = e->vni_be};
	packet_set_network(*pp, 0, sizeof(h->ip));
	return true;
}

static void
encap_batch(struct vxlanencap *e, struct batch *b)
{
	uint16_t id = atomic_fetch_add_explicit(&e->next_id, b->n, memory_order_relaxed);
	unsigned n = 0;

	batch_prefetch_data(b);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (likely(encap_frame(e, &p, id++)))
			b->pkt[n++] = p;
		else
			element_drop(&e->element, NO_ROOM, p);
	}
	b->n = (uint16_t)n;
}

static void
vxlanencap_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	encap_batch((struct vxlanencap *)base, b);
	element_push(base, 0, b);
}

static void
vxlanencap_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	if (b->n > 0)
		encap_batch((struct vxlanencap *)base, b);
}

static int
vxlanencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct vxlanencap *e = (struct vxlanencap *)base;
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.fragment_offset = e->df ? rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG) : 0,
		.time_to_live = e->ttl,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = e->src.be,
	};

	(void)args;
	(void)errh;
	encap_init(&e->encap, &ip);
	e->vni_be = rte_cpu_to_be_32(e->vni << 8);
	e->dport_be = rte_cpu_to_be_16(e->dport.number);
	return 0;
}

static int
vxlanencap_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(&((struct vxlanencap *)base)->next_id,
		atomic_load(&((struct vxlanencap *)old)->next_id));
	return 0;
}

static const struct arg vxlanencap_args[] = {
	ARG(vxlanencap, vni, "VNI", ARG_MANDATORY, .min = 0, .max = VNI_MAX,
		.help = "network identifier, 24 bits"),
	ARG(vxlanencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG_AS(vxlanencap, dst, arg_encap_dst, "DST", ARG_MANDATORY, .range_error = "bad DST",
		.help = "destination address; `DST_ANNO`: the packet's destination annotation"),
	ARG(vxlanencap, sport, "SPORT", ARG_KEYWORD, .def = "0",
		.help = "source port; 0: from a hash of the frame's flow, 49152 to 65535"),
	ARG(vxlanencap, dport, "DPORT", ARG_KEYWORD, .def = "4789", .help = "destination port"),
	ARG(vxlanencap, ttl, "TTL", ARG_KEYWORD, .def = "250", .help = "time to live"),
	ARG(vxlanencap, df, "DF", ARG_KEYWORD, .def = "true", .help = "forbids fragmentation"),
	ARGS_END,
};

static const struct handler vxlanencap_handlers[] = {
	HANDLER_RECONFIGURE("vni", vxlanencap, vni, "VNI", 0, .help = "network identifier"),
	HANDLER_RECONFIGURE("src", vxlanencap, src, "SRC", 0, .help = "source address"),
	{.name = "dst",
		.read = handler_read_field,
		.write = handler_write_argument,
		.type = &arg_encap_dst,
		.offset = offsetof(struct vxlanencap, dst),
		.argument = "DST",
		.help = "destination address, or `DST_ANNO`"},
	HANDLERS_END,
};

static const char *const vxlanencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class vxlanencap_class = {
	.name = "VXLANEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct vxlanencap),
	.push = vxlanencap_push,
	.pull = vxlanencap_pull,
	.configure = vxlanencap_configure,
	.take_state = vxlanencap_take_state,
	.args = vxlanencap_args,
	.handlers = vxlanencap_handlers,
	.drops = vxlanencap_drops,
	.group = "tunnel",
	.brief = "carries Ethernet frames in UDP packets (VXLAN)",
	.manual =
		"Each frame gets an IP, a UDP and a VXLAN header, 36 bytes in all, and becomes a packet\n"
		"for IP routing. The source port comes from the frame's addresses, and from the ports\n"
		"of TCP and UDP in IPv4, so that the network spreads flows over its paths. There is no\n"
		"UDP checksum, as RFC 7348 advises. A fixed DST becomes the packet's destination\n"
		"annotation too.",
	.example = "Idle -> VXLANEncap(42, 10.0.0.1, 10.0.0.2)"
		   " -> EtherEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2) -> Discard;",
};
ELEMENT_CLASS(vxlanencap_class)

// ---- VXLANDecap

struct vxlandecap {
	struct element element;
	uint32_t vni;
	bool has_vni;
	struct udp_port port;
	struct anno4 anno;
};

enum { NOT_VXLAN, OTHER_VNI };

static inline int
decap_packet(const struct vxlandecap *e, struct packet **pp)
{
	struct segment s;
	const struct rte_udp_hdr *udp;
	struct vxlan_header vxlan;
	uint32_t vni;

	if (unlikely(!segment_read(&s, pp, sizeof(*udp) + sizeof(vxlan)) || s.off < 0 ||
		     s.ip->next_proto_id != IPPROTO_UDP || segment_is_fragment(&s)))
		return element_output_or_drop(&e->element, 1, NOT_VXLAN);
	udp = segment_header(&s);
	memcpy(&vxlan, udp + 1, sizeof(vxlan));
	if (unlikely(udp->dst_port != rte_cpu_to_be_16(e->port.number) ||
		     (vxlan.flags & rte_cpu_to_be_32(VXLAN_FLAG_VNI)) == 0))
		return element_output_or_drop(&e->element, 1, NOT_VXLAN);
	vni = rte_be_to_cpu_32(vxlan.vni) >> 8;
	if (unlikely(e->has_vni && vni != e->vni))
		return element_output_or_drop(&e->element, 1, OTHER_VNI);
	packet_pull(*pp, (uint32_t)(s.off + (int32_t)(sizeof(*udp) + sizeof(vxlan))));
	packet_clear_network(*pp);
	packet_set_mac(*pp, 0);
	packet_set_anno_u32(*pp, e->anno.offset, vni);
	return 0;
}

ELEMENT_DECIDE(vxlandecap, vxlandecap, decap_packet)

static const struct arg vxlandecap_args[] = {
	ARG(vxlandecap, vni, "VNI", ARG_OPTIONAL, .min = 0, .max = VNI_MAX,
		.given = ARG_GIVEN(vxlandecap, has_vni),
		.help = "network identifier that packets must have; any without it"),
	ARG(vxlandecap, port, "PORT", ARG_KEYWORD, .def = "4789", .help = "destination port"),
	ARG(vxlandecap, anno, "ANNO", ARG_KEYWORD, .def = "AGGREGATE",
		.help = "annotation that the network identifier is stored in"),
	ARGS_END,
};

static const char *const vxlandecap_drops[] = {
	[NOT_VXLAN] = "not VXLAN", [OTHER_VNI] = "another network", NULL};

static const struct element_class vxlandecap_class = {
	.name = "VXLANDecap",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct vxlandecap),
	.push = vxlandecap_push,
	.pull = vxlandecap_pull,
	.decide = vxlandecap_decide,
	.args = vxlandecap_args,
	.drops = vxlandecap_drops,
	.writes = "ANNO",
	.group = "tunnel",
	.brief = "takes Ethernet frames out of VXLAN packets",
	.manual =
		"Removes everything up to the frame from IP packets that carry VXLAN. All others, and\n"
		"those of another network if VNI is given, leave by output 1, or are dropped if it is\n"
		"not there. The checksum is not looked at. Needs header places: put a CheckIPHeader in\n"
		"front. The IP header must still be part of the packet.",
	.example = "Idle -> CheckIPHeader -> d :: VXLANDecap(42) -> Discard; d [1] -> Discard;",
};
ELEMENT_CLASS(vxlandecap_class)
