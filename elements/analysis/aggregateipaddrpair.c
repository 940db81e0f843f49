// SPDX-License-Identifier: BSD-3-Clause
// AggregateIPAddrPair: numbers the pairs of IP addresses that talk to each other.

#include <stdlib.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "elements/analysis/aggregatenotifier.h"
#include "elements/analysis/keytable.h"
#include "elements/ip/batchclock.h"
#include "src/mem.h"

struct pair_key {
	uint32_t a, b; // network order, the lower address first
};

struct pair {
	uint32_t aggregate;
	bool reverse; // its first packet went from b to a
	int64_t last_ns;
};

struct aggregateipaddrpair {
	struct aggregate_notifier notifier;
	struct key_table table; // struct pair_key
	struct pair *pairs; // owned; by place in the table
	uint32_t next_aggregate;
	int64_t reap_ns;
	struct batch_clock clock;

	// Arguments.
	struct timespan timeout, reap;
	uint32_t capacity;
};

enum { NO_IP, FULL };

static bool
is_idle(const struct aggregateipaddrpair *e, const struct pair *pair, int64_t ns)
{
	return e->timeout.ns != 0 && ns - pair->last_ns > e->timeout.ns;
}

// Idle pairs, or all.
static void
reap(struct aggregateipaddrpair *e, int64_t ns, bool all)
{
	for (uint32_t i = 0; i < e->table.n_used; i++) {
		if (!key_table_has(&e->table, i) || (!all && !is_idle(e, &e->pairs[i], ns)))
			continue;
		aggregate_notify(&e->notifier, e->pairs[i].aggregate, AGGREGATE_DELETE, NULL);
		key_table_remove(&e->table, i);
	}
}

static void
begin_pair(struct aggregateipaddrpair *e, struct pair *pair, bool reverse, const struct packet *p)
{
	*pair = (struct pair){.aggregate = e->next_aggregate++, .reverse = reverse};
	if (e->next_aggregate == 0)
		e->next_aggregate = 1;
	aggregate_notify(&e->notifier, pair->aggregate, AGGREGATE_NEW, p);
}

static struct pair *
find_pair(struct aggregateipaddrpair *e, const struct rte_ipv4_hdr *ip, int64_t ns, bool *reverse,
	const struct packet *p)
{
	struct pair_key key = {ip->src_addr, ip->dst_addr};
	struct pair *pair;
	uint32_t place;

	*reverse = rte_be_to_cpu_32(key.a) > rte_be_to_cpu_32(key.b);
	if (*reverse)
		key = (struct pair_key){ip->dst_addr, ip->src_addr};
	place = key_table_find(&e->table, &key);
	if (place == KEY_TABLE_NONE) {
		place = key_table_add(&e->table, &key);
		if (place == KEY_TABLE_NONE)
			return NULL;
		begin_pair(e, &e->pairs[place], *reverse, p);
		return &e->pairs[place];
	}
	pair = &e->pairs[place];
	if (is_idle(e, pair, ns)) {
		aggregate_notify(&e->notifier, pair->aggregate, AGGREGATE_DELETE, NULL);
		begin_pair(e, pair, *reverse, p);
	}
	return pair;
}

static inline int
aggregateipaddrpair_packet(struct aggregateipaddrpair *e, struct packet **pp)
{
	struct element *base = &e->notifier.element;
	int32_t network = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = NULL;
	int64_t ns = packet_timestamp(*pp);
	struct pair *pair;
	bool reverse;

	if (network != PACKET_NO_HEADER)
		ip = (const void *)packet_peek(pp, network, sizeof(*ip));
	if (ip == NULL || ip->version_ihl >> 4 != 4)
		return element_output_or_drop(base, 1, NO_IP);
	if (ns == 0)
		ns = batch_clock_now(&e->clock);
	if (e->timeout.ns != 0 && ns >= e->reap_ns) {
		reap(e, ns, false);
		e->reap_ns = ns + e->reap.ns;
	}
	pair = find_pair(e, ip, ns, &reverse, *pp);
	if (pair == NULL)
		return element_output_or_drop(base, 1, FULL);
	pair->last_ns = ns;
	packet_set_anno_u32(*pp, ANNO_AGGREGATE, pair->aggregate);
	packet_set_anno_u8(*pp, ANNO_PAINT, reverse != pair->reverse);
	return 0;
}

ELEMENT_DECIDE(one, aggregateipaddrpair, aggregateipaddrpair_packet)

// What a listener hears must not be ahead of the packets: one at a time then.
static void
aggregateipaddrpair_push(struct element *base, unsigned port, struct batch *b)
{
	struct batch one;

	batch_clock_begin(&((struct aggregateipaddrpair *)base)->clock);
	if (((struct aggregate_notifier *)base)->listeners == NULL) {
		one_push(base, port, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		batch_one(&one, b->pkt[i]);
		one_push(base, port, &one);
	}
}

static void
aggregateipaddrpair_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	batch_clock_begin(&((struct aggregateipaddrpair *)base)->clock);
	one_pull(base, port, b, ((struct aggregate_notifier *)base)->listeners == NULL ? max : 1);
}

static int
aggregateipaddrpair_initialize(struct element *base, struct errh *errh)
{
	struct aggregateipaddrpair *e = (struct aggregateipaddrpair *)base;

	(void)errh;
	e->next_aggregate = 1;
	key_table_init(&e->table, sizeof(struct pair_key), e->capacity);
	e->pairs = mem_zalloc((size_t)e->capacity * sizeof(*e->pairs));
	return 0;
}

static void
aggregateipaddrpair_cleanup(struct element *base)
{
	struct aggregateipaddrpair *e = (struct aggregateipaddrpair *)base;

	key_table_fini(&e->table);
	free(e->pairs);
}

static int
aggregateipaddrpair_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregateipaddrpair *e = (struct aggregateipaddrpair *)base;
	const struct aggregateipaddrpair *old = (struct aggregateipaddrpair *)old_base;

	(void)errh;
	e->next_aggregate = old->next_aggregate;
	e->reap_ns = old->reap_ns;
	for (uint32_t i = 0; i < old->table.n_used; i++) {
		uint32_t place = key_table_has(&old->table, i)
					 ? key_table_add(&e->table, key_table_key(&old->table, i))
					 : KEY_TABLE_NONE;

		if (place != KEY_TABLE_NONE)
			e->pairs[place] = old->pairs[i];
	}
	return 0;
}

static int
write_clear(const struct handler_write *call)
{
	reap((struct aggregateipaddrpair *)call->element, 0, true);
	return 0;
}

static const struct arg aggregateipaddrpair_args[] = {
	ARG(aggregateipaddrpair, timeout, "TIMEOUT", ARG_KEYWORD, .def = "0",
		.help = "after how long without a packet a pair gets a new number; 0: never"),
	ARG(aggregateipaddrpair, reap, "REAP", ARG_KEYWORD, .def = "1200",
		.help = "how often idle pairs are looked for"),
	ARG(aggregateipaddrpair, capacity, "CAPACITY", ARG_KEYWORD, .def = "1048576", .min = 1,
		.max = 1 << 26, .help = "pairs that there is room for"),
	ARGS_END,
};

static const struct handler aggregateipaddrpair_handlers[] = {
	{.name = "clear",
		.write = write_clear,
		.flags = HANDLER_BUTTON,
		.help = "forgets all pairs"},
	HANDLERS_END,
};

static const char *const aggregateipaddrpair_drops[] = {
	[NO_IP] = "no IP header", [FULL] = "table full", NULL};

static const struct element_class aggregateipaddrpair_class = {
	.name = "AggregateIPAddrPair",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregateipaddrpair),
	.push = aggregateipaddrpair_push,
	.pull = aggregateipaddrpair_pull,
	.initialize = aggregateipaddrpair_initialize,
	.cleanup = aggregateipaddrpair_cleanup,
	.take_state = aggregateipaddrpair_take_state,
	.args = aggregateipaddrpair_args,
	.handlers = aggregateipaddrpair_handlers,
	.drops = aggregateipaddrpair_drops,
	.writes = "AGGREGATE PAINT",
	.group = "analysis",
	.brief = "numbers the pairs of IP addresses that talk to each other",
	.manual =
		"Sets the aggregate annotation to the pair's number, from 1 on, and the paint\n"
		"annotation to 0 for packets in the direction of its first packet, else 1.\n"
		"Packets without an IPv4 header, and those of new pairs when there is no room, leave\n"
		"by output 1 if it is connected.",
	.example = "Idle -> AggregateIPAddrPair(TIMEOUT 60) -> AggregateCounter -> Discard;",
};
ELEMENT_CLASS(aggregateipaddrpair_class)
AGGREGATE_NOTIFIER_CLASS(aggregateipaddrpair_class)
