// SPDX-License-Identifier: BSD-3-Clause
// TCPFragmenter: cuts long TCP packets into several.

#include <rte_tcp.h>

#include "elements/ip/payload.h"
#include "elements/tcpudp/segment.h"
#include "src/element.h"

struct tcpfragmenter_lcore {
	uint64_t n_packets, n_cut, n_pieces;
};

struct tcpfragmenter {
	struct element element;
	uint16_t mtu; // 0: none
	struct anno2 anno;
	bool has_mtu, has_anno;
};

enum { CUT, NO_MEMORY };

// A packet that is being cut.
struct cut {
	struct packet *p;
	int32_t ip_off;
	uint32_t ip_len; // of the IP header
	uint32_t head; // where its payload begins
	uint32_t payload, piece; // bytes of payload, of it in a packet
	uint32_t seq;
};

// ---- pieces

static void
emit(struct tcpfragmenter *e, struct batch *out, struct packet *p)
{
	if (out->n == BATCH_MAX) {
		element_push(&e->element, 0, out);
		out->n = 0;
	}
	out->pkt[out->n++] = p;
}

// Writes what differs from piece to piece: it has n bytes that begin at `at` of the payload.
static bool
finish_piece(const struct cut *c, struct packet **pp, uint32_t at, uint32_t n)
{
	uint32_t tcp_len = c->head - (uint32_t)c->ip_off - c->ip_len;
	struct rte_ipv4_hdr *ip = (void *)packet_edit(pp, c->ip_off, c->ip_len + tcp_len);
	struct rte_tcp_hdr *tcp;
	struct segment s;

	if (ip == NULL)
		return false;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(c->ip_len + tcp_len + n));
	checksum_set_ip(ip, c->ip_len);
	tcp = (void *)((uint8_t *)ip + c->ip_len);
	tcp->sent_seq = rte_cpu_to_be_32(c->seq + at);
	if (at + n < c->payload)
		tcp->tcp_flags &= (uint8_t)~RTE_TCP_FIN_FLAG;
	tcp->cksum = 0;
	if (!segment_read(&s, pp, sizeof(*tcp)))
		return false;
	tcp->cksum = segment_checksum(&s, *pp, s.len);
	return true;
}

static struct packet *
make_piece(const struct cut *c, uint32_t at, uint32_t n)
{
	struct packet *p = packet_alloc(PACKET_HEADROOM, c->head + n);

	if (p == NULL)
		return NULL;
	packet_copy_annos(p, c->p);
	// One that was stripped does not come along.
	if (packet_mac_offset(c->p) >= 0)
		packet_set_mac(p, packet_mac_offset(c->p));
	packet_set_network(p, c->ip_off, c->ip_len);
	payload_copy(p, 0, c->p, 0, c->head);
	payload_copy(p, c->head, c->p, (int32_t)(c->head + at), n);
	return p;
}

static void
cut_packet(struct tcpfragmenter *e, struct batch *out, const struct cut *c)
{
	struct tcpfragmenter_lcore *l = element_lcore(&e->element);
	uint32_t n;

	l->n_cut++;
	for (uint32_t at = 0; at < c->payload; at += n) {
		struct packet *p;

		n = RTE_MIN(c->piece, c->payload - at);
		p = make_piece(c, at, n);
		if (unlikely(p == NULL || !finish_piece(c, &p, at, n))) {
			if (p != NULL)
				element_drop(&e->element, NO_MEMORY, p);
			element_drop(&e->element, NO_MEMORY, c->p);
			return;
		}
		l->n_pieces++;
		emit(e, out, p);
	}
	element_drop(&e->element, CUT, c->p);
}

// ---- packets

// The smaller of both limits. 0: there is none.
static inline uint32_t
packet_mtu(const struct tcpfragmenter *e, const struct packet *p)
{
	uint32_t mtu = e->mtu, anno = e->has_anno ? packet_anno_u16(p, e->anno.offset) : 0;

	return mtu == 0 || (anno > 0 && anno < mtu) ? anno : mtu;
}

// Whether the packet is a TCP packet, and so long that it is cut.
static bool
is_long(struct packet **pp, struct cut *c, uint32_t mtu)
{
	const struct rte_tcp_hdr *tcp;
	struct segment s;
	uint32_t tcp_len;

	if (!segment_read(&s, pp, sizeof(*tcp)) || s.ip->next_proto_id != IPPROTO_TCP ||
		segment_is_fragment(&s) || s.len > s.have)
		return false;
	c->p = *pp;
	c->ip_off = s.off - (int32_t)s.header_len;
	c->ip_len = s.header_len;
	tcp = segment_header(&s);
	tcp_len = (tcp->data_off >> 4) * 4u;
	if (c->ip_off < 0 || tcp_len < sizeof(*tcp) || tcp_len > s.len ||
		mtu <= s.header_len + tcp_len)
		return false;
	c->head = (uint32_t)s.off + tcp_len;
	c->payload = s.len - tcp_len;
	c->piece = mtu - s.header_len - tcp_len;
	c->seq = rte_be_to_cpu_32(tcp->sent_seq);
	return c->payload >= c->piece;
}

static void
tcpfragmenter_push(struct element *base, unsigned port, struct batch *b)
{
	struct tcpfragmenter *e = (struct tcpfragmenter *)base;
	struct tcpfragmenter_lcore *l = element_lcore(base);
	struct batch out;

	(void)port;
	out.n = 0;
	l->n_packets += b->n;
	for (unsigned i = 0; i < b->n; i++) {
		uint32_t mtu = packet_mtu(e, b->pkt[i]);
		struct cut c;

		if (mtu != 0 && packet_length(b->pkt[i]) >= mtu && is_long(&b->pkt[i], &c, mtu))
			cut_packet(e, &out, &c);
		else
			emit(e, &out, b->pkt[i]);
	}
	element_push(base, 0, &out);
}

// ---- configuration

static int
tcpfragmenter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct tcpfragmenter *e = (struct tcpfragmenter *)base;

	(void)args;
	if (!e->has_mtu && !e->has_anno)
		return errh_error(errh, "At least one of MTU and MTU_ANNO must be set");
	return 0;
}

static int
tcpfragmenter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct tcpfragmenter_lcore *l = element_lcore(base);

	(void)errh;
	l->n_packets += ELEMENT_SUM(old, tcpfragmenter_lcore, n_packets);
	l->n_cut += ELEMENT_SUM(old, tcpfragmenter_lcore, n_cut);
	l->n_pieces += ELEMENT_SUM(old, tcpfragmenter_lcore, n_pieces);
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	uint64_t n = element_lcore_sum(call->element, call->row->number);

	arg_uint64.print(&n, call->out);
	return 0;
}

static const struct arg tcpfragmenter_args[] = {
	ARG(tcpfragmenter, mtu, "MTU", ARG_KEYWORD, .def = "0",
		.given = ARG_GIVEN(tcpfragmenter, has_mtu),
		.help = "longest packet, from its IP header on; 0: no limit"),
	ARG(tcpfragmenter, anno, "MTU_ANNO", ARG_KEYWORD,
		.given = ARG_GIVEN(tcpfragmenter, has_anno),
		.help = "annotation of 2 bytes with the packet's own limit; 0: none"),
	ARGS_END,
};

#define COUNT(handler_name, field, text)                                            \
	{                                                                           \
		.name = handler_name, .read = read_count, .flags = HANDLER_LIVE,    \
		.number = offsetof(struct tcpfragmenter_lcore, field), .help = text \
	}

static const struct handler tcpfragmenter_handlers[] = {
	COUNT("fragments", n_pieces, "packets made"),
	COUNT("fragmented_count", n_cut, "packets that were cut"),
	COUNT("count", n_packets, "packets so far"),
	HANDLERS_END,
};

static const char *const tcpfragmenter_drops[] = {
	[CUT] = "cut into packets that were sent", [NO_MEMORY] = "no memory", NULL};

static const struct element_class tcpfragmenter_class = {
	.name = "TCPFragmenter",
	.ports = "1/1",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct tcpfragmenter),
	.lcore_size = sizeof(struct tcpfragmenter_lcore),
	.push = tcpfragmenter_push,
	.configure = tcpfragmenter_configure,
	.take_state = tcpfragmenter_take_state,
	.args = tcpfragmenter_args,
	.handlers = tcpfragmenter_handlers,
	.drops = tcpfragmenter_drops,
	.group = "tcpudp",
	.brief = "cuts long TCP packets into several",
	.manual =
		"TCP packets that are longer than the smaller of MTU and their annotation become\n"
		"several, each with the headers, its sequence number and right checksums. FIN stays\n"
		"with the last one (Click may leave it on an earlier one). Packets need an IP header\n"
		"place; what is no whole TCP packet passes as it is, and so does all if the limit\n"
		"leaves no room behind the headers.",
	.example = "Idle -> CheckIPHeader -> TCPFragmenter(MTU 1400) -> Discard;",
};
ELEMENT_CLASS(tcpfragmenter_class)
