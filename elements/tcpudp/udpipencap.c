// SPDX-License-Identifier: BSD-3-Clause
// UDPIPEncap: puts fixed UDP and IP headers in front of packets.

#include <stdatomic.h>

#include "elements/tcpudp/udpip.h"
#include "src/element.h"

struct udpipencap {
	struct element element;
	struct udpip udpip;
	struct encap_dst dst;
	_Atomic uint16_t next_id;
	// As configured.
	struct ip_addr src;
	struct udp_port sport, dport;
	bool checksum;
};

enum { NO_ROOM };

static inline __attribute__((always_inline)) void
encap_each(const struct udpipencap *e, struct batch *b, uint16_t id, bool anno)
{
	uint32_t dst_be = e->dst.addr.be;
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (likely(udpip_packet(&e->udpip, &p, id++, dst_be, anno)))
			b->pkt[n++] = p;
		else
			element_drop(&e->element, NO_ROOM, p);
	}
	b->n = (uint16_t)n;
}

static void
encap_batch(struct udpipencap *e, struct batch *b)
{
	uint16_t id = atomic_fetch_add_explicit(&e->next_id, b->n, memory_order_relaxed);

	if (e->dst.from_anno)
		encap_each(e, b, id, true);
	else
		encap_each(e, b, id, false);
}

static void
udpipencap_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	encap_batch((struct udpipencap *)base, b);
	element_push(base, 0, b);
}

static void
udpipencap_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	if (b->n > 0)
		encap_batch((struct udpipencap *)base, b);
}

static int
udpipencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct udpipencap *e = (struct udpipencap *)base;

	(void)args;
	(void)errh;
	udpip_init(&e->udpip, e->src, e->sport.number, e->dport.number, UDPIP_TTL, e->checksum);
	return 0;
}

static int
udpipencap_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(&((struct udpipencap *)base)->next_id,
		atomic_load(&((struct udpipencap *)old)->next_id));
	return 0;
}

static const struct arg udpipencap_args[] = {
	ARG(udpipencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(udpipencap, sport, "SPORT", ARG_MANDATORY,
		.range_error = "SPORT: overflow, range 0-65535", .help = "source port"),
	ARG_AS(udpipencap, dst, arg_encap_dst, "DST", ARG_MANDATORY, .range_error = "bad DST",
		.help = "destination address; `DST_ANNO`: the packet's destination annotation"),
	ARG(udpipencap, dport, "DPORT", ARG_MANDATORY,
		.range_error = "DPORT: overflow, range 0-65535", .help = "destination port"),
	ARG(udpipencap, checksum, "CHECKSUM", ARG_OPTIONAL, .def = "true",
		.help = "false: no UDP checksum"),
	ARGS_END,
};

static const struct handler udpipencap_handlers[] = {
	HANDLER_RECONFIGURE("src", udpipencap, src, "SRC", 0, .help = "source address"),
	HANDLER_RECONFIGURE("sport", udpipencap, sport, "SPORT", 0, .help = "source port"),
	HANDLER_RECONFIGURE("dst", udpipencap, dst.addr, "DST", 0,
		.help = "destination address; reads 0.0.0.0 for `DST_ANNO`"),
	HANDLER_RECONFIGURE("dport", udpipencap, dport, "DPORT", 0, .help = "destination port"),
	HANDLERS_END,
};

static const char *const udpipencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class udpipencap_class = {
	.name = "UDPIPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct udpipencap),
	.push = udpipencap_push,
	.pull = udpipencap_pull,
	.configure = udpipencap_configure,
	.take_state = udpipencap_take_state,
	.args = udpipencap_args,
	.handlers = udpipencap_handlers,
	.drops = udpipencap_drops,
	.group = "tcpudp",
	.brief = "puts fixed UDP and IP headers in front of packets",
	.manual =
		"Each packet becomes the data of a UDP packet: it gets 28 bytes of headers and their\n"
		"places. IP ids count from 0, the time to live is 250. A fixed DST becomes the\n"
		"packet's destination annotation too.",
	.example = "Idle -> UDPIPEncap(10.0.0.1, 1000, 10.0.0.2, domain) -> Discard;",
};
ELEMENT_CLASS(udpipencap_class)
