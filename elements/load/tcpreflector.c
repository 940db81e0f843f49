// SPDX-License-Identifier: BSD-3-Clause
// TCPReflector: answers TCP segments as a server would that keeps nothing in mind.

#include <string.h>

#include <rte_random.h>
#include <rte_tcp.h>

#include "elements/tcpudp/segment.h"
#include "src/element.h"

struct tcpreflector {
	struct element element;
	struct data data; // what is sent for data; len 0: nothing of its own
	bool strip_payload, rand_seq;
};

enum { BAD_PACKET, NOTHING_TO_SAY, NO_MEMORY };

// What the segment that is answered has.
struct asked {
	uint32_t seq, ack;
	uint32_t n_data;
	uint8_t flags;
};

// Header and segment, all there. false: not a whole TCP segment.
static bool
read_segment(struct segment *s, struct packet **pp, struct asked *asked, uint32_t *header_len)
{
	const struct rte_tcp_hdr *tcp;

	if (!packet_has_network(*pp) || !segment_read(s, pp, sizeof(*tcp)) ||
		s->ip->next_proto_id != IPPROTO_TCP || segment_is_fragment(s) || s->len > s->have)
		return false;
	tcp = segment_header(s);
	*header_len = (tcp->data_off >> 4) * 4u;
	if (*header_len < sizeof(*tcp) || *header_len > s->len)
		return false;
	*asked = (struct asked){.seq = rte_be_to_cpu_32(tcp->sent_seq),
		.ack = rte_be_to_cpu_32(tcp->recv_ack),
		.n_data = s->len - *header_len,
		.flags = tcp->tcp_flags};
	return true;
}

// Makes the packet n bytes of data behind the TCP header. false: no memory.
static bool
set_payload(const struct tcpreflector *e, struct packet **pp, int32_t data_off, uint32_t *n)
{
	uint32_t have = packet_length_from(*pp, data_off);
	const struct data *data = &e->data;

	if (data->len == 0 && !e->strip_payload) {
		packet_take(*pp, have - *n); // padding behind it
		return true;
	}
	packet_take(*pp, have);
	*n = *n > 0 ? (uint32_t)data->len : 0;
	if (*n == 0)
		return true;
	return data_off >= 0 && packet_put(pp, *n) &&
	       packet_write(pp, (uint32_t)data_off, data->bytes, *n);
}

static void
set_tcp(const struct tcpreflector *e, struct rte_tcp_hdr *tcp, const struct asked *asked)
{
	uint16_t port = tcp->src_port;
	uint8_t flags = RTE_TCP_ACK_FLAG | (asked->flags & (RTE_TCP_SYN_FLAG | RTE_TCP_FIN_FLAG));
	uint32_t ack = asked->seq + asked->n_data +
		       ((asked->flags & (RTE_TCP_SYN_FLAG | RTE_TCP_FIN_FLAG)) != 0);
	uint32_t seq = asked->ack;

	if (asked->flags & RTE_TCP_SYN_FLAG)
		seq = e->rand_seq ? (uint32_t)rte_rand() : 0;
	else if (asked->n_data > 0)
		flags |= RTE_TCP_PSH_FLAG;
	tcp->src_port = tcp->dst_port;
	tcp->dst_port = port;
	tcp->sent_seq = rte_cpu_to_be_32(seq);
	tcp->recv_ack = rte_cpu_to_be_32(ack);
	tcp->tcp_flags = flags;
	tcp->cksum = 0;
}

static inline int
reflect_packet(const struct tcpreflector *e, struct packet **pp)
{
	uint32_t tcp_len, n, addr;
	struct rte_ipv4_hdr *ip;
	struct asked asked;
	struct segment s;

	if (unlikely(!packet_make_writable(pp)))
		return DROP(NO_MEMORY);
	if (unlikely(!read_segment(&s, pp, &asked, &tcp_len)))
		return DROP(BAD_PACKET);
	if ((asked.flags & RTE_TCP_RST_FLAG) ||
		(asked.n_data == 0 && !(asked.flags & (RTE_TCP_SYN_FLAG | RTE_TCP_FIN_FLAG))))
		return DROP(NOTHING_TO_SAY);
	n = asked.n_data;
	if (unlikely(!set_payload(e, pp, s.off + (int32_t)tcp_len, &n)))
		return DROP(NO_MEMORY);
	ip = (void *)packet_edit(pp, s.off - (int32_t)s.header_len, s.header_len + tcp_len);
	if (unlikely(ip == NULL))
		return DROP(NO_MEMORY);
	addr = ip->src_addr;
	ip->src_addr = ip->dst_addr;
	ip->dst_addr = addr;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(s.header_len + tcp_len + n));
	ip->time_to_live = 64;
	checksum_set_ip(ip, s.header_len);
	set_tcp(e, (void *)((uint8_t *)ip + s.header_len), &asked);
	if (unlikely(!segment_read(&s, pp, tcp_len)))
		return DROP(NO_MEMORY);
	((struct rte_tcp_hdr *)((uint8_t *)ip + s.header_len))->cksum =
		segment_checksum(&s, *pp, s.len);
	packet_set_anno_u32(*pp, ANNO_DST_IP, ip->dst_addr);
	return 0;
}

ELEMENT_DECIDE(tcpreflector, tcpreflector, reflect_packet)

static int
tcpreflector_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	if (((struct tcpreflector *)base)->data.len > 1400)
		return errh_error(errh, "DATA: more than 1400 bytes");
	return 0;
}

static const struct arg tcpreflector_args[] = {
	ARG(tcpreflector, data, "DATA", ARG_KEYWORD,
		.help = "data to send for data; the same comes back if not given"),
	ARG(tcpreflector, strip_payload, "STRIP_PAYLOAD", ARG_KEYWORD, .def = "false",
		.help = "true: without DATA, nothing comes back but an acknowledgement"),
	ARG(tcpreflector, rand_seq, "RAND_SEQ", ARG_KEYWORD, .def = "false",
		.help = "whether connections begin with random sequence numbers, not with 0"),
	ARGS_END,
};

static const char *const tcpreflector_drops[] = {[BAD_PACKET] = "not a whole TCP segment",
	[NOTHING_TO_SAY] = "needs no answer",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class tcpreflector_class = {
	.name = "TCPReflector",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct tcpreflector),
	.push = tcpreflector_push,
	.pull = tcpreflector_pull,
	.decide = tcpreflector_decide,
	.configure = tcpreflector_configure,
	.args = tcpreflector_args,
	.drops = tcpreflector_drops,
	.writes = "DST_IP",
	.group = "load",
	.brief = "answers TCP segments as a server would that keeps nothing in mind",
	.manual =
		"Each segment becomes its own answer: a SYN a SYN-ACK, a FIN a FIN-ACK, and data an\n"
		"acknowledgement with data. Acknowledgements and RSTs need no answer and are dropped.\n"
		"Nothing is remembered, hence nothing is sent twice. IP addresses are exchanged, those\n"
		"of Ethernet are not: put an EtherMirror behind it. Needs header places.",
	.example = "Idle -> CheckIPHeader(14) -> TCPReflector(DATA \"hello\") -> EtherMirror"
		   " -> Discard;",
};
ELEMENT_CLASS(tcpreflector_class)
