// SPDX-License-Identifier: BSD-3-Clause
// ARPQuerier: puts IP packets into Ethernet frames, and asks for the addresses of next hops by ARP.

#include <errno.h>
#include <inttypes.h>

#include "elements/ethernet/arpcache.h"
#include "elements/ethernet/arppacket.h"
#include "elements/ethernet/arptable.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strbuf.h"

struct arpquerier_lcore {
	uint64_t n_queries, n_responses;
};

struct arpquerier {
	struct element element;
	// What the data path reads.
	struct arp_cache *cache; // own, or that of TABLE
	uint64_t head, tail; // the header as two words; the destination is to be added to the first
	int64_t poll_ns;
	struct ip_addr ip, broadcast;
	struct mac_addr mac;
	bool broadcast_poll;
	_Atomic bool told; // of a packet without destination

	struct arp_cache own __rte_cache_aligned; // unused with TABLE
	// Arguments; what is used of them is above.
	struct ip_prefix given_ip;
	struct mac_addr given_mac;
	struct ip_addr given_broadcast;
	bool has_mac, has_broadcast, has_table;
	struct element *table;
	struct timespan poll;
	struct arp_limits limits;
	// By `clear` and hot swap: what handlers subtract.
	uint64_t n_queries_forgotten, n_responses_forgotten, n_drops_forgotten;
};

enum {
	NO_ADDRESS = ARP_CACHE_DROPS,
	NO_DESTINATION,
	NO_MEMORY,
	LEARNT,
	NO_REPLY,
};
enum { TAIL_AT = RTE_ETHER_HDR_LEN - sizeof(uint64_t) };

// ---- data path

static inline void
write_words(struct packet *p, uint64_t head, uint64_t tail)
{
	uint8_t *bytes = packet_data_rw(p);

	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + TAIL_AT, &tail, sizeof(tail));
	packet_set_mac(p, 0);
}

static void
write_header(const struct arpquerier *e, struct packet *p, uint64_t mac)
{
	write_words(p, mac | e->head, e->tail);
}

static uint64_t
mac_word(const uint8_t bytes[6])
{
	uint64_t word = 0;

	memcpy(&word, bytes, RTE_ETHER_ADDR_LEN);
	return word;
}

static void
flush(struct arpquerier *e, struct batch *run)
{
	element_push(&e->element, 0, run);
	run->n = 0;
}

// What a query takes over from the packet that needs it.
struct cause {
	int64_t timestamp_ns;
	uint16_t vlan_tci;
};

static void
send_query(struct arpquerier *e, uint32_t ip_be, uint64_t eth_dst, const struct cause *cause)
{
	struct arpquerier_lcore *l = element_lcore(&e->element);
	struct arp_frame query = {.arp.arp_data.arp_sip = e->ip.be, .arp.arp_data.arp_tip = ip_be};
	struct packet *p;

	memcpy(&query.eth.dst_addr, &eth_dst, sizeof(query.eth.dst_addr));
	memcpy(&query.eth.src_addr, e->mac.bytes, sizeof(query.eth.src_addr));
	query.arp.arp_data.arp_sha = query.eth.src_addr;
	p = arp_packet_make(&query, RTE_ARP_OP_REQUEST, cause->vlan_tci);
	if (p == NULL)
		return;
	packet_set_timestamp(p, cause->timestamp_ns);
	l->n_queries++;
	element_push_one(&e->element, e->element.n_outputs - 1u, p);
}

// Packets that had to wait; they have room for the header already.
static void
send_waiting(struct arpquerier *e, struct arp_chain *chain, uint64_t mac)
{
	struct batch b;

	while (chain->first != 0) {
		arp_cache_take_waiting(e->cache, chain, &b);
		for (unsigned i = 0; i < b.n; i++)
			write_header(e, b.pkt[i], mac);
		element_push(&e->element, 0, &b);
	}
}

static void
complain(struct arpquerier *e)
{
	if (!atomic_exchange(&e->told, true))
		chatter(ELEMENT_FMT ": would query for 0.0.0.0; missing dest IP addr annotation?",
			ELEMENT_ARG(e));
}

// Addresses that need no query. false: ip is not one of them.
static bool
find_group(const struct arpquerier *e, uint32_t ip_be, uint64_t *mac)
{
	uint32_t ip = rte_be_to_cpu_32(ip_be);
	const uint8_t broadcast[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const uint8_t multicast[] = {
		0x01, 0x00, 0x5e, (ip >> 16) & 0x7f, (ip >> 8) & 0xff, ip & 0xff};

	if (ip == UINT32_MAX || ip_be == e->broadcast.be)
		*mac = mac_word(broadcast);
	else if (ip >> 28 == 0xe)
		*mac = mac_word(multicast);
	else
		return false;
	return true;
}

// A packet, with room for its header, whose next hop is not known or needs care. What was collected
// in run goes first wherever something else leaves. Returns whether the packet may be sent to *mac.
static bool
resolve(struct arpquerier *e, struct packet *p, uint32_t ip_be, int64_t now, struct batch *run,
	uint64_t *mac)
{
	static const uint8_t broadcast[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct cause cause = {packet_timestamp(p), packet_anno_u16(p, ANNO_VLAN_TCI)};
	struct arp_chain waiting;

	switch (arp_cache_resolve(e->cache, ip_be, now, e->poll_ns, p, mac, &waiting)) {
	case ARP_KNOWN_POLL:
		flush(e, run);
		send_query(e, ip_be, e->broadcast_poll ? mac_word(broadcast) : *mac, &cause);
		break;
	case ARP_KNOWN:
		break;
	case ARP_STORED_ASK:
		flush(e, run);
		send_query(e, ip_be, mac_word(broadcast), &cause);
		return false;
	default:
		return false;
	}
	if (waiting.first != 0) {
		flush(e, run);
		send_waiting(e, &waiting, *mac);
	}
	return true;
}

static void
push_packet(struct arpquerier *e, struct packet *p, int64_t now, struct batch *run)
{
	uint32_t ip_be = packet_anno_u32(p, ANNO_DST_IP);
	uint64_t mac;

	if (unlikely(!packet_push(&p, RTE_ETHER_HDR_LEN))) {
		element_drop(&e->element, NO_MEMORY, p);
		return;
	}
	if (!arp_cache_find(e->cache, ip_be, now, &mac) && !find_group(e, ip_be, &mac)) {
		if (ip_be == 0) {
			complain(e);
			element_drop(&e->element, NO_DESTINATION, p);
			return;
		}
		if (!resolve(e, p, ip_be, now, run, &mac))
			return;
	}
	write_header(e, p, mac);
	run->pkt[run->n++] = p;
}

// From packet `at` on one by one; those in front of it are ready.
static void
push_rest(struct arpquerier *e, struct batch *b, unsigned at, int64_t now)
{
	unsigned n = b->n;
	struct batch run;

	run.n = (uint16_t)at;
	memcpy(run.pkt, b->pkt, at * sizeof(b->pkt[0]));
	for (unsigned i = at; i < n; i++)
		push_packet(e, b->pkt[i], now, &run);
	flush(e, &run);
}

static void
push_packets(struct arpquerier *e, struct batch *b)
{
	const struct arp_cache *cache = e->cache;
	const uint64_t head = e->head, tail = e->tail;
	int64_t now = clock_steady();
	uint64_t mac;

	for (unsigned i = 0; i < b->n; i++) {
		if (unlikely(!arp_cache_find(
				     cache, packet_anno_u32(b->pkt[i], ANNO_DST_IP), now, &mac) ||
			     !packet_push(&b->pkt[i], RTE_ETHER_HDR_LEN))) {
			push_rest(e, b, i, now);
			return;
		}
		write_words(b->pkt[i], mac | head, tail);
	}
	element_push(&e->element, 0, b);
}

static bool
learn(struct arpquerier *e, const struct packet *p, int64_t now)
{
	struct arp_chain waiting;
	struct arp_frame reply;
	const struct rte_arp_ipv4 *data = &reply.arp.arp_data;

	if (!arp_frame_read(p, RTE_ARP_OP_REPLY, &reply) ||
		rte_is_multicast_ether_addr(&data->arp_sha))
		return false;
	arp_cache_insert(e->cache, data->arp_sip, data->arp_sha.addr_bytes, now, &waiting);
	send_waiting(e, &waiting, mac_word(data->arp_sha.addr_bytes));
	return true;
}

static void
push_replies(struct arpquerier *e, struct batch *b)
{
	struct arpquerier_lcore *l = element_lcore(&e->element);
	int64_t now = clock_steady();

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		l->n_responses += packet_length(p) >= sizeof(struct arp_frame);
		element_drop(&e->element, learn(e, p, now) ? LEARNT : NO_REPLY, p);
	}
}

static void
arpquerier_push(struct element *base, unsigned port, struct batch *b)
{
	struct arpquerier *e = (struct arpquerier *)base;

	if (port == 1)
		push_replies(e, b);
	else if (likely(e->ip.be != 0))
		push_packets(e, b);
	else
		element_drop_batch(base, NO_ADDRESS, b);
}

// ---- configuration

static bool
has_own_cache(const struct arpquerier *e)
{
	return e->cache == &e->own;
}

// One argument stands for both addresses: a name.
static int
check_mac(struct arpquerier *e, const struct strvec *args, struct errh *errh)
{
	const char *value;

	if (e->has_mac)
		return 0;
	if (confstr_keyword(args->v[0], &value) > 0)
		return errh_error(errh, "ETH: required argument missing");
	return args_parse_value(&arg_mac_addr, args->v[0], &e->given_mac, "ETH", &e->element, errh);
}

static int
check_table(struct arpquerier *e, struct errh *errh)
{
	struct arp_cache *cache = e->has_table ? arptable_cache(e->table) : &e->own;

	if (cache == NULL)
		return errh_error(errh, "TABLE: element type mismatch, expected ARPTable");
	if (e->cache != NULL && e->cache != cache)
		return errh_error(errh, "TABLE: cannot change while running");
	e->cache = cache;
	return 0;
}

static void
build_header(struct arpquerier *e)
{
	struct rte_ether_hdr h = {.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4)};

	memcpy(&h.src_addr, e->mac.bytes, sizeof(h.src_addr));
	memcpy(&e->head, &h, sizeof(e->head));
	memcpy(&e->tail, (const uint8_t *)&h + TAIL_AT, sizeof(e->tail));
}

static void
use_addresses(struct arpquerier *e)
{
	e->ip = e->given_ip.addr;
	e->mac = e->given_mac;
	if (e->has_broadcast)
		e->broadcast = e->given_broadcast;
	else if (e->given_ip.mask.be == UINT32_MAX)
		e->broadcast.be = UINT32_MAX;
	else
		e->broadcast.be = e->given_ip.addr.be | ~e->given_ip.mask.be;
	build_header(e);
}

// A shared cache shows every querier in time that it wants to poll.
static void
use_poll(struct arpquerier *e)
{
	int64_t shared = has_own_cache(e) ? 0 : e->cache->poll_ns;

	e->poll_ns = e->poll.ns;
	if (shared == 0 || (e->poll_ns != 0 && e->poll_ns < shared))
		arp_cache_set_poll(e->cache, e->poll_ns);
}

static int
arpquerier_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct arpquerier *e = (struct arpquerier *)base;
	bool changed, again = e->cache != NULL;

	if (check_mac(e, args, errh) != 0 || arp_limits_check(&e->limits, errh) != 0 ||
		check_table(e, errh) != 0)
		return -EINVAL;
	changed = e->ip.be != e->given_ip.addr.be || memcmp(&e->mac, &e->given_mac, 6) != 0;
	if (has_own_cache(e)) {
		if (!again)
			arp_cache_init(&e->own, base, &e->limits);
		else
			arp_cache_set_limits(&e->own, &e->limits);
		if (again && changed)
			arp_cache_clear(&e->own, ARP_CLEARED);
	}
	use_addresses(e);
	if (base->info->initialized)
		use_poll(e);
	return 0;
}

static int
arpquerier_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	struct arpquerier *e = (struct arpquerier *)base;

	(void)errh;
	if (has_own_cache(e))
		arp_cache_reserve(&e->own, plan);
	return 0;
}

static int
arpquerier_initialize(struct element *base, struct errh *errh)
{
	struct arpquerier *e = (struct arpquerier *)base;

	(void)errh;
	if (has_own_cache(e))
		arp_cache_start(&e->own);
	use_poll(e);
	return 0;
}

static void
arpquerier_cleanup(struct element *base)
{
	arp_cache_fini(&((struct arpquerier *)base)->own);
}

static uint32_t
arpquerier_held(struct element *base)
{
	return arp_cache_held(&((struct arpquerier *)base)->own);
}

// ---- handlers

static uint64_t
n_queries(const struct arpquerier *e)
{
	return ELEMENT_SUM(&e->element, arpquerier_lcore, n_queries) - e->n_queries_forgotten;
}

static uint64_t
n_responses(const struct arpquerier *e)
{
	return ELEMENT_SUM(&e->element, arpquerier_lcore, n_responses) - e->n_responses_forgotten;
}

static uint64_t
n_drops(const struct arpquerier *e)
{
	return element_drops(&e->element, NO_ADDRESS) + element_drops(&e->element, NO_DESTINATION) +
	       element_drops(&e->element, NO_MEMORY) - e->n_drops_forgotten;
}

static int
arpquerier_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct arpquerier *e = (struct arpquerier *)base, *old = (struct arpquerier *)old_base;

	if (old_base->class != base->class || e->ip.be != old->ip.be ||
		memcmp(&e->mac, &old->mac, sizeof(e->mac)) != 0 ||
		e->broadcast.be != old->broadcast.be)
		return 0;
	if (has_own_cache(e) && has_own_cache(old) && arp_cache_take(&e->own, &old->own, errh) != 0)
		return -EINVAL;
	e->n_queries_forgotten -= n_queries(old);
	e->n_responses_forgotten -= n_responses(old);
	e->n_drops_forgotten = old->n_drops_forgotten;
	return 0;
}

enum { STATS, QUERIES, RESPONSES, DROPS };

static int
read_count(const struct handler_read *call)
{
	const struct arpquerier *e = (struct arpquerier *)call->element;
	struct strbuf *out = call->out;

	switch (call->row->number) {
	case STATS:
		strbuf_addf(out, "%" PRIu64 " packets killed\n%" PRIu64 " ARP queries sent\n",
			n_drops(e) + arp_cache_drops(e->cache), n_queries(e));
		break;
	case QUERIES:
		strbuf_addf(out, "%" PRIu64, n_queries(e));
		break;
	case RESPONSES:
		strbuf_addf(out, "%" PRIu64, n_responses(e));
		break;
	case DROPS:
		strbuf_addf(out, "%" PRIu64, n_drops(e));
		break;
	}
	return 0;
}

static int
read_cache(const struct handler_read *call)
{
	return arp_cache_read(((struct arpquerier *)call->element)->cache, call);
}

static int
write_value(const struct handler_write *call)
{
	struct arpquerier *e = (struct arpquerier *)call->element;

	if (call->row->number == ARP_WRITE_CLEAR) {
		e->n_queries_forgotten += n_queries(e);
		e->n_responses_forgotten += n_responses(e);
		e->n_drops_forgotten += n_drops(e);
	}
	return arp_cache_write(e->cache, call);
}

static const struct arg arpquerier_args[] = {
	ARG_AS(arpquerier, given_ip, arg_ip_prefix_or_addr, "IP", ARG_MANDATORY,
		.help = "our address on this network, with the prefix length of the network"),
	ARG(arpquerier, given_mac, "ETH", ARG_OPTIONAL, .given = ARG_GIVEN(arpquerier, has_mac),
		.help = "our Ethernet address; left out, IP must be a name that has both"),
	ARP_LIMITS_ARGS(arpquerier, limits),
	ARG(arpquerier, table, "TABLE", ARG_KEYWORD, .given = ARG_GIVEN(arpquerier, has_table),
		.help = "the ARPTable to share; the arguments in front of this one are its own then"),
	ARG(arpquerier, given_broadcast, "BROADCAST", ARG_KEYWORD,
		.given = ARG_GIVEN(arpquerier, has_broadcast),
		.help = "address of all hosts; else the last one of IP's network"),
	ARG(arpquerier, poll, "POLL_TIMEOUT", ARG_KEYWORD, .def = "60",
		.help = "age of an address from which on it is asked for again; 0: never"),
	ARG(arpquerier, broadcast_poll, "BROADCAST_POLL", ARG_KEYWORD, .def = "false",
		.help = "true: asks everybody even where the address is still known"),
	ARGS_END,
};

#define ROW(handler_name, handler_flags, function, handler_number, text)        \
	{                                                                       \
		.name = handler_name, .read = function, .flags = handler_flags, \
		.number = handler_number, .help = text                          \
	}
static const struct handler arpquerier_handlers[] = {
	HANDLER_FIELD_RW("ipaddr", arpquerier, ip, 0, .help = "our address"),
	HANDLER_FIELD_RW("broadcast", arpquerier, broadcast, 0, .help = "address of all hosts"),
	ROW("table", 0, read_cache, ARP_READ_TABLE,
		"entries, oldest first: `IP 1|0 ETH AGE`, 1 if the address is known"),
	ROW("stats", HANDLER_LIVE, read_count, STATS, "packets dropped and queries sent, in words"),
	ROW("queries", HANDLER_LIVE, read_count, QUERIES, "ARP requests sent"),
	ROW("responses", HANDLER_LIVE, read_count, RESPONSES, "packets that came as ARP replies"),
	ROW("drops", HANDLER_LIVE, read_count, DROPS,
		"packets dropped by itself, not by the table"),
	ROW("count", HANDLER_LIVE, read_cache, ARP_READ_COUNT, "entries of the table"),
	ROW("length", HANDLER_LIVE, read_cache, ARP_READ_LENGTH, "packets that wait for replies"),
	{.name = "insert",
		.write = write_value,
		.number = ARP_WRITE_INSERT,
		.help = "adds or changes an entry, `IP ETH`"},
	{.name = "delete",
		.write = write_value,
		.number = ARP_WRITE_DELETE,
		.help = "makes the entry of an IP unknown"},
	{.name = "clear",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = ARP_WRITE_CLEAR,
		.help = "removes all entries and sets the counts to 0"},
	HANDLERS_END,
};

static const char *const arpquerier_drops[] = {
	ARP_CACHE_DROP_NAMES,
	[NO_ADDRESS] = "our own address is 0.0.0.0",
	[NO_DESTINATION] = "no next hop annotation",
	[NO_MEMORY] = "no memory",
	[LEARNT] = "reply learnt from",
	[NO_REPLY] = "not a usable ARP reply",
	NULL,
};

static const struct element_class arpquerier_class = {
	.name = "ARPQuerier",
	.ports = "2/1-2",
	.processing = "h/h",
	.flow = "xy/[xy]y",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct arpquerier),
	.lcore_size = sizeof(struct arpquerier_lcore),
	.push = arpquerier_push,
	.configure = arpquerier_configure,
	.reserve = arpquerier_reserve,
	.initialize = arpquerier_initialize,
	.cleanup = arpquerier_cleanup,
	.take_state = arpquerier_take_state,
	.held = arpquerier_held,
	.args = arpquerier_args,
	.handlers = arpquerier_handlers,
	.drops = arpquerier_drops,
	.reads = "DST_IP VLAN_TCI",
	.group = "ethernet",
	.brief = "puts IP packets into Ethernet frames for next hops that it finds by ARP",
	.manual =
		"Input 0 takes IP packets whose destination annotation is the next hop. A packet whose\n"
		"next hop is known leaves by output 0 as an Ethernet frame. Else it waits, and an ARP\n"
		"request leaves by the last output: at most one in 100 ms for an address, one in 2 s\n"
		"after ten without a reply. Broadcast and multicast addresses need no query.\n"
		"Input 1 takes ARP replies. Packets that wait for one leave when it comes; requests\n"
		"teach nothing.\n"
		"An address is asked for again when it is POLL_TIMEOUT old and still used. All lcores\n"
		"may use one ARPQuerier; the lookup takes no lock.\n"
		"An entry that is written by handler lets packets that wait for it go together with\n"
		"the next packet to that address.",
	.example = "q :: ARPQuerier(10.0.0.1/24, 2:0:0:0:0:1);\n"
		   "Idle -> q; Idle -> [1] q; q -> Discard;",
};
ELEMENT_CLASS(arpquerier_class)
