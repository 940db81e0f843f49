// SPDX-License-Identifier: BSD-3-Clause
// IP6NDSolicitor: puts IPv6 packets into Ethernet frames, and asks for the addresses of next hops
// by neighbour discovery (RFC 4861).

#include <inttypes.h>

#include "elements/ip6/ndcache.h"
#include "elements/ip6/ndpacket.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct ip6ndsolicitor_lcore {
	uint64_t n_solicitations;
};

struct ip6ndsolicitor {
	struct element element;
	struct nd_cache cache;
	struct rte_ether_hdr header; // without destination
	struct timer timer; // ages the cache
	// As configured.
	struct ip6_addr ip;
	struct mac_addr mac;
};

enum { NO_DESTINATION, NO_MEMORY, REPLACED, EXPIRED, LEARNT, NO_ADVERTISEMENT, END };

#define AGE_EVERY_NS (15 * CLOCK_S)
#define POLL_NS (60 * CLOCK_S)
#define EXPIRE_NS (120 * CLOCK_S)

// ---- data path

static inline void
write_header(const struct rte_ether_hdr *header, struct packet *p, uint64_t mac)
{
	struct rte_ether_hdr *eth = (void *)packet_data_rw(p);

	*eth = *header;
	memcpy(&eth->dst_addr, &mac, sizeof(eth->dst_addr));
	packet_set_mac(p, 0);
}

static void
flush(struct ip6ndsolicitor *e, struct batch *run)
{
	element_push(&e->element, 0, run);
	run->n = 0;
}

static void
multicast_mac(const struct ip6_addr *a, uint8_t mac[6])
{
	mac[0] = mac[1] = 0x33;
	memcpy(mac + 2, a->bytes + 12, 4);
}

static void
solicit(struct ip6ndsolicitor *e, const struct ip6_addr *target)
{
	struct ip6ndsolicitor_lcore *l = element_lcore(&e->element);
	struct ip6_addr group = {{0xff, 0x02, [11] = 1, [12] = 0xff}}; // solicited-node
	struct nd_frame frame = {.option = ND_SOURCE_ADDRESS};
	struct packet *p;

	memcpy(group.bytes + 13, target->bytes + 13, 3);
	multicast_mac(&group, frame.eth.dst_addr.addr_bytes);
	memcpy(&frame.eth.src_addr, e->mac.bytes, sizeof(e->mac.bytes));
	memcpy(frame.mac, e->mac.bytes, sizeof(frame.mac));
	memcpy(frame.ip.src_addr, &e->ip, sizeof(frame.ip.src_addr));
	memcpy(frame.ip.dst_addr, &group, sizeof(frame.ip.dst_addr));
	memcpy(frame.target, target, sizeof(frame.target));
	p = nd_packet_make(&frame, ICMP6_NEIGHBOUR_SOLICITATION);
	if (p == NULL)
		return;
	l->n_solicitations++;
	element_push_one(&e->element, e->element.n_outputs - 1u, p);
}

// A packet, with room for its header, whose next hop is not known or needs care. What was collected
// in run goes first wherever something else leaves. Returns whether the packet may be sent to *mac.
static bool
resolve(struct ip6ndsolicitor *e, struct packet *p, const struct ip6_addr *next_hop, int64_t now,
	struct batch *run, uint64_t *mac)
{
	struct packet *out;
	enum nd_answer answer = nd_cache_resolve(&e->cache, next_hop, now, p, mac, &out);

	if (out != NULL)
		element_drop(&e->element, REPLACED, out);
	if (answer != ND_KNOWN) {
		flush(e, run);
		solicit(e, next_hop);
	}
	return answer != ND_STORED;
}

static void
push_packet(struct ip6ndsolicitor *e, struct packet *p, int64_t now, struct batch *run)
{
	struct ip6_addr next_hop = ip6_anno(p);
	uint64_t mac = 0;

	if (unlikely(ip6_is_zero(&next_hop))) {
		element_drop(&e->element, NO_DESTINATION, p);
		return;
	}
	if (unlikely(!packet_push(&p, RTE_ETHER_HDR_LEN))) {
		element_drop(&e->element, NO_MEMORY, p);
		return;
	}
	if (ip6_is_multicast(next_hop.bytes))
		multicast_mac(&next_hop, (uint8_t *)&mac);
	else if (!nd_cache_find(&e->cache, &next_hop, &mac) &&
		 !resolve(e, p, &next_hop, now, run, &mac))
		return;
	write_header(&e->header, p, mac);
	run->pkt[run->n++] = p;
}

// From packet `at` on one by one; those in front of it are ready.
static void
push_rest(struct ip6ndsolicitor *e, struct batch *b, unsigned at)
{
	int64_t now = clock_steady();
	unsigned n = b->n;
	struct batch run;

	run.n = (uint16_t)at;
	memcpy(run.pkt, b->pkt, at * sizeof(b->pkt[0]));
	for (unsigned i = at; i < n; i++)
		push_packet(e, b->pkt[i], now, &run);
	flush(e, &run);
}

static void
push_packets(struct ip6ndsolicitor *e, struct batch *b)
{
	const struct nd_cache *cache = &e->cache;
	const struct rte_ether_hdr header = e->header;
	uint64_t mac;

	for (unsigned i = 0; i < b->n; i++) {
		struct ip6_addr next_hop = ip6_anno(b->pkt[i]);

		if (unlikely(!nd_cache_find(cache, &next_hop, &mac) ||
			     !packet_push(&b->pkt[i], RTE_ETHER_HDR_LEN))) {
			push_rest(e, b, i);
			return;
		}
		write_header(&header, b->pkt[i], mac);
	}
	element_push(&e->element, 0, b);
}

static bool
learn(struct ip6ndsolicitor *e, const struct packet *p, int64_t now)
{
	struct nd_frame advert;
	struct packet *waiting;
	struct ip6_addr target;
	uint64_t mac = 0;
	bool changed;

	if (!nd_frame_read(p, ICMP6_NEIGHBOUR_ADVERTISEMENT, &advert) ||
		advert.option != ND_TARGET_ADDRESS || advert.option_len != 1 || (advert.mac[0] & 1))
		return false;
	target = ip6_from(advert.target);
	if (!nd_cache_learn(&e->cache, &target, advert.mac, now, &waiting, &changed))
		return false;
	if (changed)
		chatter("IP6NDSolicitor overwriting an entry");
	if (waiting != NULL) {
		memcpy(&mac, advert.mac, sizeof(advert.mac));
		write_header(&e->header, waiting, mac);
		element_push_one(&e->element, 0, waiting);
	}
	return true;
}

static void
ip6ndsolicitor_push(struct element *base, unsigned port, struct batch *b)
{
	struct ip6ndsolicitor *e = (struct ip6ndsolicitor *)base;
	int64_t now;

	if (port == 0) {
		push_packets(e, b);
		return;
	}
	now = clock_steady();
	for (unsigned i = 0; i < b->n; i++) {
		bool good = learn(e, b->pkt[i], now);

		element_drop(base, good ? LEARNT : NO_ADVERTISEMENT, b->pkt[i]);
	}
}

// ---- life

static void
age(struct timer *timer)
{
	struct ip6ndsolicitor *e = container_of(timer, struct ip6ndsolicitor, timer);
	int64_t now = clock_steady();
	struct packet *p;

	while ((p = nd_cache_age(&e->cache, now, POLL_NS, EXPIRE_NS)) != NULL)
		element_drop(&e->element, EXPIRED, p);
	timer_reschedule_after(timer, AGE_EVERY_NS);
}

static int
ip6ndsolicitor_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ip6ndsolicitor *e = (struct ip6ndsolicitor *)base;

	(void)args;
	(void)errh;
	e->header = (struct rte_ether_hdr){.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV6)};
	memcpy(&e->header.src_addr, e->mac.bytes, sizeof(e->mac.bytes));
	nd_cache_init(&e->cache);
	return 0;
}

static int
ip6ndsolicitor_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(
		plan, 0, ND_WAITING_MAX, "%s holds up to %u", element_name(base), ND_WAITING_MAX);
	return 0;
}

static int
ip6ndsolicitor_initialize(struct element *base, struct errh *errh)
{
	struct ip6ndsolicitor *e = (struct ip6ndsolicitor *)base;

	(void)errh;
	timer_init(&e->timer, base, age, element_home(base));
	timer_schedule_after(&e->timer, AGE_EVERY_NS);
	return 0;
}

static void
ip6ndsolicitor_cleanup(struct element *base)
{
	struct ip6ndsolicitor *e = (struct ip6ndsolicitor *)base;
	struct packet *p;

	timer_unschedule(&e->timer);
	while ((p = nd_cache_take_waiting(&e->cache)) != NULL)
		element_drop(base, END, p);
	nd_cache_fini(&e->cache);
}

static uint32_t
ip6ndsolicitor_held(struct element *base)
{
	return ((struct ip6ndsolicitor *)base)->cache.n_waiting;
}

static int
ip6ndsolicitor_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct ip6ndsolicitor *e = (struct ip6ndsolicitor *)base;
	struct ip6ndsolicitor *old = (struct ip6ndsolicitor *)old_base;
	struct ip6ndsolicitor_lcore *l = element_lcore(base);

	(void)errh;
	if (!ip6_equal(&e->ip, &old->ip) || memcmp(&e->mac, &old->mac, sizeof(e->mac)) != 0)
		return 0;
	nd_cache_take(&e->cache, &old->cache);
	l->n_solicitations += ELEMENT_SUM(old_base, ip6ndsolicitor_lcore, n_solicitations);
	return 0;
}

// ---- handlers

static int
read_table(const struct handler_read *call)
{
	nd_cache_text(&((struct ip6ndsolicitor *)call->element)->cache, call->out);
	return 0;
}

static int
read_stats(const struct handler_read *call)
{
	uint64_t n_killed =
		element_drops(call->element, REPLACED) + element_drops(call->element, EXPIRED);

	strbuf_addf(call->out,
		"%" PRIu64 " packets killed\n%" PRIu64 " ND Solicitation Message sent\n", n_killed,
		ELEMENT_SUM(call->element, ip6ndsolicitor_lcore, n_solicitations));
	return 0;
}

static const struct arg ip6ndsolicitor_args[] = {
	ARG(ip6ndsolicitor, ip, "IP", ARG_MANDATORY, .help = "our address on this link"),
	ARG(ip6ndsolicitor, mac, "ETH", ARG_MANDATORY, .help = "our Ethernet address"),
	ARGS_END,
};

static const struct handler ip6ndsolicitor_handlers[] = {
	{.name = "table",
		.read = read_table,
		.help = "the neighbours: `IP6 1|0 ETH`, 1 if the address is known"},
	{.name = "stats",
		.read = read_stats,
		.flags = HANDLER_LIVE,
		.help = "packets dropped while they waited, and solicitations sent, in words"},
	HANDLERS_END,
};

static const char *const ip6ndsolicitor_drops[] = {
	[NO_DESTINATION] = "no destination annotation",
	[NO_MEMORY] = "no memory for a header",
	[REPLACED] = "another packet waits instead",
	[EXPIRED] = "no advertisement in time",
	[LEARNT] = "advertisement learnt from",
	[NO_ADVERTISEMENT] = "no advertisement that was asked for",
	[END] = "still waiting at the end",
	NULL,
};

static const struct element_class ip6ndsolicitor_class = {
	.name = "IP6NDSolicitor",
	.ports = "2/1-2",
	.processing = "h/h",
	.flow = "xy/[xy]y",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip6ndsolicitor),
	.lcore_size = sizeof(struct ip6ndsolicitor_lcore),
	.push = ip6ndsolicitor_push,
	.configure = ip6ndsolicitor_configure,
	.reserve = ip6ndsolicitor_reserve,
	.initialize = ip6ndsolicitor_initialize,
	.cleanup = ip6ndsolicitor_cleanup,
	.take_state = ip6ndsolicitor_take_state,
	.held = ip6ndsolicitor_held,
	.args = ip6ndsolicitor_args,
	.handlers = ip6ndsolicitor_handlers,
	.drops = ip6ndsolicitor_drops,
	.reads = "DST_IP6",
	.group = "ip6",
	.brief = "finds neighbours' Ethernet addresses for IPv6 packets",
	.manual =
		"Input 0 takes IPv6 packets, their next hop in the destination annotation. Each gets\n"
		"an Ethernet header with the next hop's address and leaves by output 0. Where the\n"
		"address is not known, one packet for each next hop waits, the latest one, and a\n"
		"neighbour solicitation leaves by the last output for each that comes.\n"
		"\n"
		"Input 1 takes neighbour advertisements as Ethernet frames. Those that nobody asked\n"
		"for, or with a hop limit other than 255, or without an Ethernet address are ignored;\n"
		"their checksum is not looked at.\n"
		"\n"
		"Every 15 s: an address that was advertised more than 60 s ago is asked for again with\n"
		"the next packet, while it is still used; after 120 s it is forgotten, and so, unlike\n"
		"in Click, is one that nobody answers for. At most 16384 neighbours and 2048 packets\n"
		"are kept. Packets to multicast addresses need no solicitation.",
	.example = "Idle -> nd :: IP6NDSolicitor(2001:db8::1, 2:0:0:0:0:1) -> Discard;\n"
		   "Idle -> [1] nd;",
};
ELEMENT_CLASS(ip6ndsolicitor_class)
