// SPDX-License-Identifier: BSD-3-Clause
// RFC2507Decomp: undoes what RFC2507Comp does.

#include <string.h>

#include "elements/ip/checksum.h"
#include "elements/tcpudp/rfc2507.h"
#include "src/element.h"

struct decomp_context {
	struct rfc2507_header header; // of the last packet
	bool used;
};

struct rfc2507decomp {
	struct element element;
	struct decomp_context contexts[RFC2507_LAST + 1];
};

enum { MALFORMED, NO_CONTEXT, NO_ROOM };

// What is left of a code.
struct reader {
	const uint8_t *at;
	uint32_t left;
	bool bad; // it was too short
};

static uint32_t
read_delta(struct reader *r)
{
	uint32_t v;

	if (r->left < 1 || (r->at[0] == 0 && r->left < RFC2507_DELTA_MAX)) {
		r->bad = true;
		return 0;
	}
	v = r->at[0] != 0 ? r->at[0] : (uint32_t)(r->at[1] << 8 | r->at[2]);
	r->left -= r->at[0] != 0 ? 1 : RFC2507_DELTA_MAX;
	r->at += r->at[0] != 0 ? 1 : RFC2507_DELTA_MAX;
	return v;
}

static rte_be32_t
grown32(rte_be32_t old, struct reader *r)
{
	return rte_cpu_to_be_32(rte_be_to_cpu_32(old) + read_delta(r));
}

static rte_be16_t
grown16(rte_be16_t old, uint32_t delta)
{
	return rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(old) + delta));
}

static void
decode(struct rfc2507_header *h, uint8_t changes, const uint8_t *checksum, struct reader *r)
{
	struct rte_tcp_hdr *tcp = &h->tcp;

	tcp->tcp_flags &= (uint8_t) ~(RTE_TCP_PSH_FLAG | RTE_TCP_URG_FLAG);
	if (changes & RFC2507_PUSH)
		tcp->tcp_flags |= RTE_TCP_PSH_FLAG;
	if (changes & RFC2507_URGENT) {
		tcp->tcp_flags |= RTE_TCP_URG_FLAG;
		tcp->tcp_urp = grown16(0, read_delta(r));
	}
	if (changes & RFC2507_WINDOW)
		tcp->rx_win = grown16(tcp->rx_win, read_delta(r));
	if (changes & RFC2507_ACK)
		tcp->recv_ack = grown32(tcp->recv_ack, r);
	if (changes & RFC2507_SEQ)
		tcp->sent_seq = grown32(tcp->sent_seq, r);
	h->ip.packet_id = grown16(h->ip.packet_id, changes & RFC2507_ID ? read_delta(r) : 1);
	memcpy(&tcp->cksum, checksum, sizeof(tcp->cksum));
}

static int
compressed_packet(struct rfc2507decomp *e, struct packet **pp)
{
	uint32_t n = RTE_MIN(packet_length(*pp), (uint32_t)RFC2507_CODE_MAX), len;
	uint8_t code[RFC2507_CODE_MAX];
	struct rfc2507_header h;
	struct reader r = {code + RFC2507_FIXED_SIZE, n - RFC2507_FIXED_SIZE, false};

	if (n < RFC2507_FIXED_SIZE || !packet_read(*pp, 0, code, n) || code[1] < RFC2507_FIRST ||
		code[1] > RFC2507_LAST)
		return DROP(MALFORMED);
	if (!e->contexts[code[1]].used)
		return DROP(NO_CONTEXT);
	h = e->contexts[code[1]].header;
	decode(&h, code[2], code + 3, &r);
	len = packet_length(*pp) - (n - r.left) + (uint32_t)sizeof(h);
	if (r.bad || len > UINT16_MAX)
		return DROP(MALFORMED);
	h.ip.total_length = rte_cpu_to_be_16((uint16_t)len);
	checksum_set_ip(&h.ip, sizeof(h.ip));
	packet_pull(*pp, n - r.left);
	if (!packet_push(pp, sizeof(h)) || !packet_write(pp, 0, &h, sizeof(h)))
		return DROP(NO_ROOM);
	packet_set_network(*pp, 0, sizeof(h.ip));
	e->contexts[code[1]].header = h;
	return 0;
}

static int
full_packet(struct rfc2507decomp *e, struct packet **pp)
{
	struct rfc2507_header h;
	uint8_t front[2];

	if (!packet_read(*pp, 0, front, sizeof(front)) || front[1] < RFC2507_FIRST ||
		front[1] > RFC2507_LAST || !packet_read(*pp, sizeof(front), &h, sizeof(h)) ||
		h.ip.version_ihl != RTE_IPV4_VHL_DEF)
		return DROP(MALFORMED);
	e->contexts[front[1]] = (struct decomp_context){.header = h, .used = true};
	packet_pull(*pp, sizeof(front));
	packet_set_network(*pp, 0, sizeof(h.ip));
	return 0;
}

static int
decomp_packet(struct rfc2507decomp *e, struct packet **pp)
{
	uint8_t kind;

	if (!packet_read(*pp, 0, &kind, sizeof(kind)))
		return DROP(MALFORMED);
	switch (kind) {
	case RFC2507_ORDINARY:
		packet_pull(*pp, sizeof(kind));
		return 0;
	case RFC2507_FULL:
		return full_packet(e, pp);
	case RFC2507_COMPRESSED:
		return compressed_packet(e, pp);
	default:
		return DROP(MALFORMED);
	}
}

ELEMENT_DECIDE(rfc2507decomp, rfc2507decomp, decomp_packet)

static int
rfc2507decomp_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct rfc2507decomp *e = (struct rfc2507decomp *)base;

	(void)errh;
	memcpy(e->contexts, ((struct rfc2507decomp *)old)->contexts, sizeof(e->contexts));
	return 0;
}

static const char *const rfc2507decomp_drops[] = {[MALFORMED] = "malformed code",
	[NO_CONTEXT] = "unknown context",
	[NO_ROOM] = "no memory",
	NULL};

static const struct element_class rfc2507decomp_class = {
	.name = "RFC2507Decomp",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct rfc2507decomp),
	.push = rfc2507decomp_push,
	.pull = rfc2507decomp_pull,
	.decide = rfc2507decomp_decide,
	.take_state = rfc2507decomp_take_state,
	.drops = rfc2507decomp_drops,
	.group = "tcpudp",
	.brief = "undoes what RFC2507Comp does",
	.manual =
		"Gives packets their TCP/IP headers again. Where a packet was lost on the way, those\n"
		"that follow of its connection are wrong, which CheckTCPHeader finds, until one comes\n"
		"whole. What is malformed, or belongs to no connection known, is dropped.",
	.example = "Idle -> RFC2507Comp -> RFC2507Decomp -> Discard;",
};
ELEMENT_CLASS(rfc2507decomp_class)
