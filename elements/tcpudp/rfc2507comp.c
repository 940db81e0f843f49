// SPDX-License-Identifier: BSD-3-Clause
// RFC2507Comp: compresses TCP/IP headers.

#include <string.h>

#include "elements/ip/checksum.h"
#include "elements/tcpudp/rfc2507.h"
#include "src/element.h"

struct comp_context {
	struct rfc2507_header header; // of the last packet
	bool used;
};

struct rfc2507comp {
	struct element element;
	uint8_t next; // context that the next connection gets
	struct comp_context contexts[RFC2507_LAST + 1];
};

enum { NO_ROOM };

// Where a code is written.
struct code {
	uint8_t bytes[RFC2507_CODE_MAX];
	unsigned n;
};

// ---- code

static void
add_delta(struct code *c, uint32_t delta, enum rfc2507_change change)
{
	c->bytes[2] |= (uint8_t)change;
	if (delta == 0 || delta > UINT8_MAX) {
		c->bytes[c->n++] = 0;
		c->bytes[c->n++] = (uint8_t)(delta >> 8);
	}
	c->bytes[c->n++] = (uint8_t)delta;
}

// false: the number went down, or up too far.
static bool
add_growth(struct code *c, uint32_t old, uint32_t new, enum rfc2507_change change)
{
	if (new - old > UINT16_MAX)
		return false;
	if (new != old)
		add_delta(c, new - old, change);
	return true;
}

// Whether all is alike that a code does not speak of.
static bool
is_alike(const struct rfc2507_header *a, const struct rfc2507_header *b)
{
	const uint8_t told = RTE_TCP_PSH_FLAG | RTE_TCP_URG_FLAG;

	return a->ip.type_of_service == b->ip.type_of_service &&
	       a->ip.fragment_offset == b->ip.fragment_offset &&
	       a->ip.time_to_live == b->ip.time_to_live && a->tcp.data_off == b->tcp.data_off &&
	       ((a->tcp.tcp_flags ^ b->tcp.tcp_flags) & ~told) == 0 &&
	       (a->tcp.tcp_urp == b->tcp.tcp_urp || (b->tcp.tcp_flags & RTE_TCP_URG_FLAG));
}

static bool
encode(struct code *c, uint8_t context, const struct rfc2507_header *old,
	const struct rfc2507_header *new)
{
	const struct rte_tcp_hdr *from = &old->tcp, *to = &new->tcp;
	uint16_t id = (uint16_t)(rte_be_to_cpu_16(new->ip.packet_id) -
				 rte_be_to_cpu_16(old->ip.packet_id));

	if (!is_alike(old, new))
		return false;
	c->bytes[0] = RFC2507_COMPRESSED;
	c->bytes[1] = context;
	c->bytes[2] = to->tcp_flags & RTE_TCP_PSH_FLAG ? RFC2507_PUSH : 0;
	memcpy(c->bytes + 3, &to->cksum, sizeof(to->cksum));
	c->n = RFC2507_FIXED_SIZE;
	if (to->tcp_flags & RTE_TCP_URG_FLAG)
		add_delta(c, rte_be_to_cpu_16(to->tcp_urp), RFC2507_URGENT);
	if (!add_growth(c, rte_be_to_cpu_16(from->rx_win), rte_be_to_cpu_16(to->rx_win),
		    RFC2507_WINDOW) ||
		!add_growth(c, rte_be_to_cpu_32(from->recv_ack), rte_be_to_cpu_32(to->recv_ack),
			RFC2507_ACK) ||
		!add_growth(c, rte_be_to_cpu_32(from->sent_seq), rte_be_to_cpu_32(to->sent_seq),
			RFC2507_SEQ))
		return false;
	if (id != 1)
		add_delta(c, id, RFC2507_ID);
	return true;
}

// ---- packets

// The other end makes the lengths and the IP checksum anew: they must be right.
static bool
is_compressible(const struct rfc2507_header *h, uint32_t len)
{
	const uint8_t last = RTE_TCP_SYN_FLAG | RTE_TCP_FIN_FLAG | RTE_TCP_RST_FLAG;

	return h->ip.version_ihl == RTE_IPV4_VHL_DEF && h->ip.next_proto_id == IPPROTO_TCP &&
	       (h->ip.fragment_offset & ~RTE_BE16(RTE_IPV4_HDR_DF_FLAG)) == 0 &&
	       rte_be_to_cpu_16(h->ip.total_length) == len &&
	       h->tcp.data_off >> 4 == sizeof(h->tcp) / 4 &&
	       (h->tcp.tcp_flags & (last | RTE_TCP_ACK_FLAG)) == RTE_TCP_ACK_FLAG &&
	       checksum_fold(checksum_add_header(&h->ip)) == 0xffff;
}

// The context of a connection, a new one if *fresh.
static uint8_t
find_context(struct rfc2507comp *e, const struct rfc2507_header *h, bool *fresh)
{
	for (uint8_t i = RFC2507_FIRST; i <= RFC2507_LAST; i++) {
		const struct rfc2507_header *known = &e->contexts[i].header;

		if (e->contexts[i].used && known->ip.src_addr == h->ip.src_addr &&
			known->ip.dst_addr == h->ip.dst_addr &&
			known->tcp.src_port == h->tcp.src_port &&
			known->tcp.dst_port == h->tcp.dst_port)
			return i;
	}
	*fresh = true;
	e->next = e->next >= RFC2507_LAST ? RFC2507_FIRST : (uint8_t)(e->next + 1);
	return e->next;
}

// Puts a code in the place of the first cut bytes.
static bool
replace_front(struct packet **pp, uint32_t cut, const uint8_t *bytes, uint32_t n)
{
	if (cut < n && !packet_push(pp, n - cut))
		return false;
	if (cut > n)
		packet_pull(*pp, cut - n);
	return packet_write(pp, 0, bytes, n);
}

static int
comp_packet(struct rfc2507comp *e, struct packet **pp)
{
	uint8_t front[2] = {RFC2507_ORDINARY};
	struct rfc2507_header h;
	bool fresh = false;
	struct code code;
	uint8_t i;

	if (!packet_read(*pp, 0, &h, sizeof(h)) || !is_compressible(&h, packet_length(*pp)))
		return replace_front(pp, 0, front, 1) ? 0 : DROP(NO_ROOM);
	i = find_context(e, &h, &fresh);
	if (!fresh && encode(&code, i, &e->contexts[i].header, &h)) {
		if (!replace_front(pp, sizeof(h), code.bytes, code.n))
			return DROP(NO_ROOM);
		packet_clear_network(*pp);
	} else {
		front[0] = RFC2507_FULL;
		front[1] = i;
		if (!replace_front(pp, 0, front, sizeof(front)))
			return DROP(NO_ROOM);
	}
	e->contexts[i] = (struct comp_context){.header = h, .used = true};
	return 0;
}

ELEMENT_DECIDE(rfc2507comp, rfc2507comp, comp_packet)

static int
rfc2507comp_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct rfc2507comp *e = (struct rfc2507comp *)base, *old = (struct rfc2507comp *)old_base;

	(void)errh;
	e->next = old->next;
	memcpy(e->contexts, old->contexts, sizeof(e->contexts));
	return 0;
}

static const char *const rfc2507comp_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class rfc2507comp_class = {
	.name = "RFC2507Comp",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct rfc2507comp),
	.push = rfc2507comp_push,
	.pull = rfc2507comp_pull,
	.decide = rfc2507comp_decide,
	.take_state = rfc2507comp_take_state,
	.drops = rfc2507comp_drops,
	.group = "tcpudp",
	.brief = "compresses TCP/IP headers",
	.manual =
		"For slow links: remembers the last headers of 14 TCP connections and sends what has\n"
		"changed since in place of 40 bytes. RFC2507Decomp at the other end undoes it; it must\n"
		"get all packets in order. Packets begin with the IP header. Those with options, other\n"
		"than TCP, with SYN, FIN or RST, or with wrong lengths or IP checksum pass whole, with\n"
		"a zero in front.",
	.example = "Idle -> RFC2507Comp -> RFC2507Decomp -> Discard;",
};
ELEMENT_CLASS(rfc2507comp_class)
