// SPDX-License-Identifier: BSD-3-Clause
// IPOutputCombo: DropBroadcasts, PaintTee, IPGWOptions, FixIPSrc, DecIPTTL and the length check of
// IPFragmenter in one.

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "elements/ip/gwoptions.h"
#include "src/element.h"

struct ipoutputcombo {
	struct element element;
	uint8_t color;
	struct ip_addr ipaddr;
	uint32_t mtu;
	int32_t color_arg; // as configured
};

enum { BROADCAST, NO_HEADER, NO_MEMORY };

enum { TO_NEXT, TO_REDIRECT, TO_PROBLEM, TO_EXPIRED, TO_FRAGMENT };

// ---- data path

// A packet with options, or one that asks for a source address.
static __attribute__((noinline)) int
special_packet(const struct ipoutputcombo *e, struct packet **pp, unsigned header_len)
{
	struct gwoptions g = {e->ipaddr, NULL};
	struct rte_ipv4_hdr *ip;
	unsigned problem = 0;

	if (header_len > sizeof(*ip)) {
		switch (gwoptions_packet(&g, pp, 0, header_len, &problem)) {
		case GWOPTIONS_PROBLEM:
			packet_set_anno_u8(*pp, ANNO_ICMP_PARAMPROB, (uint8_t)problem);
			return TO_PROBLEM;
		case GWOPTIONS_NO_HEADER:
			return DROP(NO_HEADER);
		case GWOPTIONS_NO_MEMORY:
			return DROP(NO_MEMORY);
		default:
			break;
		}
	}
	if (packet_anno_u8(*pp, ANNO_FIX_IP_SRC) == 0 || header_len < sizeof(*ip))
		return TO_NEXT;
	packet_set_anno_u8(*pp, ANNO_FIX_IP_SRC, 0);
	ip = (void *)packet_edit(pp, 0, header_len);
	if (ip == NULL)
		return DROP(NO_MEMORY);
	ip->src_addr = e->ipaddr.be;
	checksum_set_ip(ip, header_len);
	return TO_NEXT;
}

static inline int
decide(const struct ipoutputcombo *e, struct packet **pp, uint32_t mtu)
{
	struct rte_ipv4_hdr *ip = (void *)packet_edit(pp, 0, sizeof(*ip));
	int decision;

	if (unlikely(ip == NULL))
		return DROP(packet_is_shared(*pp) ? NO_MEMORY : NO_HEADER);
	if (unlikely(rte_ipv4_hdr_len(ip) > sizeof(*ip) ||
		     packet_anno_u8(*pp, ANNO_FIX_IP_SRC) != 0)) {
		decision = special_packet(e, pp, rte_ipv4_hdr_len(ip));
		if (decision != TO_NEXT)
			return decision;
		ip = (void *)packet_edit(pp, 0, sizeof(*ip));
		if (unlikely(ip == NULL))
			return DROP(NO_MEMORY);
	}
	if (unlikely(ip->time_to_live <= 1))
		return TO_EXPIRED;
	ip->time_to_live--;
	ip->hdr_checksum = checksum_update_ttl(ip->hdr_checksum);
	return unlikely(packet_length(*pp) > mtu) ? TO_FRAGMENT : TO_NEXT;
}

static void
push_all(struct ipoutputcombo *e, struct batch *b)
{
	uint8_t color = e->color;
	uint32_t mtu = e->mtu;
	int16_t decision[BATCH_MAX];
	struct batch redirected;

	redirected.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		enum packet_type type = packet_type(b->pkt[i]);
		struct packet *clone;

		if (unlikely(type == PACKET_BROADCAST || type == PACKET_MULTICAST)) {
			decision[i] = DROP(BROADCAST);
			continue;
		}
		if (unlikely(packet_anno_u8(b->pkt[i], ANNO_PAINT) == color)) {
			// Without memory the copy is left out; the pool's counters tell.
			clone = packet_clone(b->pkt[i]);
			if (likely(clone != NULL))
				redirected.pkt[redirected.n++] = clone;
		}
		decision[i] = (int16_t)decide(e, &b->pkt[i], mtu);
	}
	element_push(&e->element, TO_REDIRECT, &redirected);
	element_split(&e->element, b, decision);
}

static void
ipoutputcombo_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	if (likely(!base->split_runs)) {
		push_all((struct ipoutputcombo *)base, b);
		return;
	}
	// Where outputs meet again, a copy comes right before its packet.
	for (unsigned i = 0; i < b->n; i++) {
		struct batch one;

		batch_one(&one, b->pkt[i]);
		push_all((struct ipoutputcombo *)base, &one);
	}
}

static int
ipoutputcombo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipoutputcombo *e = (struct ipoutputcombo *)base;

	(void)args;
	(void)errh;
	e->color = (uint8_t)e->color_arg;
	return 0;
}

static const struct arg ipoutputcombo_args[] = {
	ARG(ipoutputcombo, color_arg, "COLOR", ARG_MANDATORY,
		.help = "paint annotation, modulo 256, of packets that came in where they go out"),
	ARG(ipoutputcombo, ipaddr, "IPADDR", ARG_MANDATORY, .help = "the interface's address"),
	ARG(ipoutputcombo, mtu, "MTU", ARG_MANDATORY, .help = "longest packet of the link"),
	ARGS_END,
};

static const char *const ipoutputcombo_drops[] = {[BROADCAST] = "broadcast or multicast",
	[NO_HEADER] = "no IP header",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class ipoutputcombo_class = {
	.name = "IPOutputCombo",
	.ports = "1/5",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipoutputcombo),
	.push = ipoutputcombo_push,
	.configure = ipoutputcombo_configure,
	.args = ipoutputcombo_args,
	.drops = ipoutputcombo_drops,
	.reads = "PAINT FIX_IP_SRC",
	.writes = "ICMP_PARAMPROB",
	.group = "ip",
	.brief = "the elements of an IP router's output side in one",
	.manual =
		"Does in one pass over the packets what these do: DropBroadcasts -> PaintTee(COLOR) ->\n"
		"IPGWOptions(IPADDR) -> FixIPSrc(IPADDR) -> DecIPTTL, and tells packets longer than\n"
		"MTU from others. The IP header must begin the data.\n"
		"\n"
		"Output 0: packets that may go out. 1: copies of packets painted COLOR, for redirects.\n"
		"2: packets with a malformed option. 3: packets whose time to live was over.\n"
		"4: packets that are too long, for IPFragmenter.",
	.example = "Idle -> o :: IPOutputCombo(1, 10.0.0.1, 1500) -> d :: Discard;\n"
		   "o [1] -> ICMPError(10.0.0.1, redirect, host) -> d;\n"
		   "o [2] -> ICMPError(10.0.0.1, parameterproblem) -> d;\n"
		   "o [3] -> ICMPError(10.0.0.1, timeexceeded) -> d;\n"
		   "o [4] -> IPFragmenter(1500) -> d;",
};
ELEMENT_CLASS(ipoutputcombo_class)
