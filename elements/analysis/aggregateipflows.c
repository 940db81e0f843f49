// SPDX-License-Identifier: BSD-3-Clause
// AggregateIPFlows: numbers the flows of TCP and UDP.

#include "elements/analysis/aggregateipflows.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include <rte_tcp.h>

#include "src/chatter.h"
#include "src/mem.h"
#include "src/plan.h"

enum { NO_FLOW, FULL, TOO_MANY_FRAGMENTS, NO_FIRST_FRAGMENT, HELD_AT_END };
enum { OVER_BOTH = 3, PAINT_ICMP = 2 };

// ---- flows

// A handler that is called downstream (`clear`) may collect packets again meanwhile.
static void
flush(struct aggregateipflows *e)
{
	struct batch b;

	b.n = e->out.n;
	memcpy(b.pkt, e->out.pkt, b.n * sizeof(b.pkt[0]));
	e->out.n = 0;
	element_push(&e->notifier.element, 0, &b);
}

// Listeners hear of it when all packets before it have passed them.
static void
notify(struct aggregateipflows *e, uint32_t aggregate, enum aggregate_event event,
	const struct packet *p)
{
	if (e->notifier.listeners == NULL)
		return;
	flush(e);
	aggregate_notify(&e->notifier, aggregate, event, p);
}

static int64_t
timeout_ns(const struct aggregateipflows *e, uint8_t proto, const struct flow *flow)
{
	if (proto == IPPROTO_UDP)
		return e->udp_timeout * CLOCK_S;
	return (flow->over == OVER_BOTH ? e->tcp_done_timeout : e->tcp_timeout) * CLOCK_S;
}

static void
end_flow(struct aggregateipflows *e, uint32_t place)
{
	const struct flow *flow = &e->flows[place];

	flow_trace_add(e, key_table_key(&e->table, place), flow);
	notify(e, flow->aggregate, AGGREGATE_DELETE, NULL);
}

static void
begin_flow(struct aggregateipflows *e, uint32_t place, const struct flow_packet *fp, int64_t ns,
	const struct packet *p)
{
	struct flow *flow = &e->flows[place];

	*flow = (struct flow){.aggregate = e->next_aggregate++,
		.reverse = fp->reverse,
		.first_ns = ns,
		.last_ns = ns};
	// 0 is no aggregate.
	if (e->next_aggregate == 0)
		e->next_aggregate = 1;
	flow_trace_note_filepos(e, flow);
	notify(e, flow->aggregate, AGGREGATE_NEW, p);
}

// Ends the flows that are idle at this time, or all.
static void
reap_flows(struct aggregateipflows *e, int64_t ns, bool all)
{
	for (uint32_t i = 0; i < e->table.n_used; i++) {
		const struct flow_key *key;

		if (!key_table_has(&e->table, i))
			continue;
		key = key_table_key(&e->table, i);
		if (!all && ns - e->flows[i].last_ns <= timeout_ns(e, key->proto, &e->flows[i]))
			continue;
		end_flow(e, i);
		key_table_remove(&e->table, i);
	}
}

static struct flow *
find_flow(struct aggregateipflows *e, const struct flow_packet *fp, int64_t ns,
	const struct packet *p)
{
	uint32_t place = key_table_find(&e->table, &fp->key);
	struct flow *flow;

	if (place == KEY_TABLE_NONE) {
		place = key_table_add(&e->table, &fp->key);
		if (place == KEY_TABLE_NONE)
			return NULL;
		begin_flow(e, place, fp, ns, p);
		return &e->flows[place];
	}
	flow = &e->flows[place];
	if (ns - flow->last_ns > timeout_ns(e, fp->key.proto, flow) ||
		(flow->over == OVER_BOTH && (fp->tcp_flags & RTE_TCP_SYN_FLAG))) {
		end_flow(e, place);
		begin_flow(e, place, fp, ns, p);
	}
	return flow;
}

// Marks the packet as one of the flow, and notes what it says about the flow's end.
static void
join_flow(struct flow *flow, const struct flow_packet *fp, int64_t ns, struct packet *p)
{
	unsigned direction = fp->reverse != flow->reverse;

	packet_set_anno_u32(p, ANNO_AGGREGATE, flow->aggregate);
	packet_set_anno_u8(p, ANNO_PAINT, (uint8_t)(direction + (fp->icmp_error ? PAINT_ICMP : 0)));
	flow->last_ns = ns;
	if (fp->icmp_error)
		return;
	flow->n_packets[direction]++;
	if (fp->tcp_flags & RTE_TCP_RST_FLAG)
		flow->over = OVER_BOTH;
	else if (fp->tcp_flags & RTE_TCP_FIN_FLAG)
		flow->over |= (uint8_t)(1u << direction);
	else if (fp->tcp_flags & RTE_TCP_SYN_FLAG)
		flow->over = 0;
}

// ---- data path

static void
emit(struct aggregateipflows *e, struct packet *p)
{
	e->out.pkt[e->out.n++] = p;
	if (e->out.n == BATCH_MAX)
		flush(e);
}

// What needs not wait any more. A fragment whose first one never came has no flow.
static void
emit_fragments(struct aggregateipflows *e, uint32_t place, int64_t until_ns)
{
	struct packet *p;

	while (key_table_has(&e->fragments.pairs, place) &&
		(p = flow_fragments_take(&e->fragments, place, until_ns)) != NULL) {
		if (packet_anno_u32(p, ANNO_AGGREGATE) != 0)
			emit(e, p);
		else
			element_drop(&e->notifier.element, NO_FIRST_FRAGMENT, p);
	}
}

static void
emit_all_fragments(struct aggregateipflows *e)
{
	for (uint32_t i = 0; e->fragments.n > 0 && i < e->fragments.pairs.n_used; i++)
		emit_fragments(e, i, INT64_MAX);
}

static int64_t
packet_time(struct aggregateipflows *e, struct packet *p)
{
	int64_t ns = packet_timestamp(p);

	if (likely(ns != 0))
		return ns;
	if (!e->warned)
		chatter("%s: warning: packet received without timestamp",
			element_name(&e->notifier.element));
	e->warned = true;
	packet_set_timestamp(p, batch_clock_now(&e->clock));
	return packet_timestamp(p);
}

static bool
waits_for_fragments(const struct aggregateipflows *e)
{
	return e->fragments.capacity > 0;
}

// Returns 0: the packet goes on; PACKET_TAKEN; or a drop.
static int
take_packet(struct aggregateipflows *e, struct packet **pp)
{
	struct flow_packet fp;
	struct flow *flow;
	int64_t ns = packet_time(e, *pp);
	uint32_t queue;

	if (ns >= e->reap_ns) {
		emit_all_fragments(e);
		reap_flows(e, ns, false);
		e->reap_ns = ns + e->reap * CLOCK_S;
	}
	if (!flow_packet_read(&fp, pp, e->icmp) || (!fp.first && !waits_for_fragments(e)))
		return DROP(NO_FLOW);
	if (fp.first) {
		flow = find_flow(e, &fp, ns, *pp);
		if (flow == NULL)
			return DROP(FULL);
		join_flow(flow, &fp, ns, *pp);
	} else {
		packet_set_anno_u32(*pp, ANNO_AGGREGATE, 0);
	}
	if (!waits_for_fragments(e))
		return 0;
	queue = flow_fragments_find(&e->fragments, &fp.key);
	if (queue == KEY_TABLE_NONE && !fp.fragment)
		return 0;
	if (!flow_fragments_add(&e->fragments, *pp, &fp, ns))
		return DROP(TOO_MANY_FRAGMENTS);
	emit_fragments(
		e, flow_fragments_find(&e->fragments, &fp.key), ns - e->fragment_timeout * CLOCK_S);
	return PACKET_TAKEN;
}

static void
refuse(struct aggregateipflows *e, struct packet *p, int decision)
{
	element_push_checked(&e->notifier.element, 1, p, (unsigned)(-1 - decision));
}

static void
aggregateipflows_push(struct element *base, unsigned port, struct batch *b)
{
	struct aggregateipflows *e = (struct aggregateipflows *)base;

	(void)port;
	batch_clock_begin(&e->clock);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int decision = take_packet(e, &p);

		if (likely(decision == 0))
			emit(e, p);
		else if (decision != PACKET_TAKEN)
			refuse(e, p, decision);
	}
	b->n = 0;
	flush(e);
}

static void
aggregateipflows_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct aggregateipflows *e = (struct aggregateipflows *)base;
	unsigned n = 0;

	(void)port;
	// What a listener hears must not be ahead of the packets.
	element_pull(base, 0, b, e->notifier.listeners != NULL ? 1 : max);
	batch_clock_begin(&e->clock);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int decision = take_packet(e, &p);

		if (decision == 0)
			b->pkt[n++] = p;
		else
			refuse(e, p, decision);
	}
	b->n = (uint16_t)n;
}

// ---- life

static int
aggregateipflows_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct aggregateipflows *e = (struct aggregateipflows *)base;
	bool pull = element_input_is_pull(base, 0);

	(void)args;
	e->trace = (struct dump_output)DUMP_OUTPUT_CLOSED;
	e->next_aggregate = 1;
	if (e->has_fragments && e->want_fragments && pull)
		return errh_error(errh, "'FRAGMENTS true' is incompatible with pull; run this "
					"element in a push context");
	if (!e->has_fragments)
		e->want_fragments = !pull;
	return 0;
}

static int
aggregateipflows_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	const struct aggregateipflows *e = (struct aggregateipflows *)base;

	(void)errh;
	if (e->want_fragments)
		plan_add_packets(plan, 0, e->fragment_capacity, "%s holds up to %u fragments",
			element_name(base), e->fragment_capacity);
	return 0;
}

static int
aggregateipflows_initialize(struct element *base, struct errh *errh)
{
	struct aggregateipflows *e = (struct aggregateipflows *)base;

	key_table_init(&e->table, sizeof(struct flow_key), e->capacity);
	e->flows = mem_zalloc((size_t)e->capacity * sizeof(*e->flows));
	if (e->want_fragments)
		flow_fragments_init(&e->fragments, e->fragment_capacity);
	return flow_trace_open(e, errh);
}

static void
aggregateipflows_cleanup(struct element *base)
{
	struct aggregateipflows *e = (struct aggregateipflows *)base;

	for (uint32_t i = 0; e->fragments.n > 0 && i < e->fragments.capacity; i++) {
		if (e->fragments.v[i].p != NULL)
			element_drop(base, HELD_AT_END, e->fragments.v[i].p);
	}
	for (uint32_t i = 0; i < e->table.n_used; i++) {
		if (key_table_has(&e->table, i))
			flow_trace_add(e, key_table_key(&e->table, i), &e->flows[i]);
	}
	flow_trace_close(e);
	flow_fragments_fini(&e->fragments);
	key_table_fini(&e->table);
	free(e->flows);
}

static uint32_t
aggregateipflows_held(struct element *base)
{
	return ((struct aggregateipflows *)base)->fragments.n;
}

static void
take_fragments(struct aggregateipflows *e, struct aggregateipflows *old)
{
	if (!waits_for_fragments(e) || e->fragments.capacity < old->fragments.capacity)
		return;
	for (uint32_t i = 0; i < old->fragments.pairs.n_used; i++) {
		const struct flow_fragments *f = &old->fragments;
		struct flow_packet fp = {0};

		if (!key_table_has(&f->pairs, i))
			continue;
		memcpy(&fp.key, key_table_key(&f->pairs, i), 2 * sizeof(uint32_t));
		while (key_table_has(&f->pairs, i)) {
			const struct flow_fragment *v = &f->v[f->queues[i].first];
			int64_t ns = v->ns;

			fp.key.proto = v->proto;
			fp.id = v->id;
			fp.fragment = v->is_fragment;
			fp.reverse = v->reverse;
			flow_fragments_add(&e->fragments,
				flow_fragments_take(&old->fragments, i, INT64_MAX), &fp, ns);
		}
	}
}

static int
aggregateipflows_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregateipflows *e = (struct aggregateipflows *)base;
	struct aggregateipflows *old = (struct aggregateipflows *)old_base;

	(void)errh;
	e->next_aggregate = old->next_aggregate;
	e->reap_ns = old->reap_ns;
	e->warned = old->warned;
	for (uint32_t i = 0; i < old->table.n_used; i++) {
		uint32_t place;

		if (!key_table_has(&old->table, i))
			continue;
		place = key_table_add(&e->table, key_table_key(&old->table, i));
		if (place == KEY_TABLE_NONE)
			break;
		e->flows[place] = old->flows[i];
		key_table_remove(&old->table, i);
	}
	take_fragments(e, old);
	return 0;
}

static int
write_clear(const struct handler_write *call)
{
	struct aggregateipflows *e = (struct aggregateipflows *)call->element;

	emit_all_fragments(e);
	reap_flows(e, 0, true);
	flush(e);
	return 0;
}

static const struct arg aggregateipflows_args[] = {
	ARG(aggregateipflows, tcp_timeout, "TCP_TIMEOUT", ARG_KEYWORD, .def = "86400",
		.help = "seconds after which an idle TCP flow has ended"),
	ARG(aggregateipflows, tcp_done_timeout, "TCP_DONE_TIMEOUT", ARG_KEYWORD, .def = "30",
		.help = "the same for one that both sides have closed"),
	ARG(aggregateipflows, udp_timeout, "UDP_TIMEOUT", ARG_KEYWORD, .def = "60",
		.help = "the same for UDP"),
	ARG(aggregateipflows, fragment_timeout, "FRAGMENT_TIMEOUT", ARG_KEYWORD, .def = "30",
		.help = "seconds that fragments wait for the first of their packet"),
	ARG(aggregateipflows, reap, "REAP", ARG_KEYWORD, .def = "1200",
		.help = "how often idle flows are looked for, seconds"),
	ARG(aggregateipflows, icmp, "ICMP", ARG_KEYWORD, .def = "false",
		.help = "true: ICMP errors belong to the flow of the packet that they quote"),
	ARG(aggregateipflows, traceinfo, "TRACEINFO", ARG_KEYWORD,
		.help = "file to write an XML element about each flow to; -: standard output"),
	ARG(aggregateipflows, source, "SOURCE", ARG_KEYWORD,
		.help = "for TRACEINFO: element whose handlers filename and packet_filepos tell where "
			"packets come from"),
	ARG(aggregateipflows, want_fragments, "FRAGMENTS", ARG_KEYWORD,
		.given = ARG_GIVEN(aggregateipflows, has_fragments),
		.help = "whether fragments find their flow; true when pushed"),
	ARG(aggregateipflows, capacity, "CAPACITY", ARG_KEYWORD, .def = "262144", .min = 1,
		.max = 1 << 26, .help = "flows that there is room for"),
	ARG(aggregateipflows, fragment_capacity, "FRAGMENT_CAPACITY", ARG_KEYWORD, .def = "1024",
		.min = 1, .max = 1 << 20, .help = "packets that can wait for fragments"),
	ARGS_END,
};

static const struct handler aggregateipflows_handlers[] = {
	{.name = "clear", .write = write_clear, .flags = HANDLER_BUTTON, .help = "ends all flows"},
	HANDLERS_END,
};

static const char *const aggregateipflows_drops[] = {
	[NO_FLOW] = "no TCP or UDP",
	[FULL] = "table full",
	[TOO_MANY_FRAGMENTS] = "too many fragments",
	[NO_FIRST_FRAGMENT] = "first fragment missing",
	[HELD_AT_END] = "fragment held at the end",
	NULL,
};

static const struct element_class aggregateipflows_class = {
	.name = "AggregateIPFlows",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregateipflows),
	.push = aggregateipflows_push,
	.pull = aggregateipflows_pull,
	.configure = aggregateipflows_configure,
	.reserve = aggregateipflows_reserve,
	.initialize = aggregateipflows_initialize,
	.cleanup = aggregateipflows_cleanup,
	.take_state = aggregateipflows_take_state,
	.held = aggregateipflows_held,
	.args = aggregateipflows_args,
	.handlers = aggregateipflows_handlers,
	.drops = aggregateipflows_drops,
	.writes = "AGGREGATE PAINT",
	.group = "analysis",
	.brief = "numbers the flows of TCP and UDP",
	.manual =
		"Sets the aggregate annotation to the number of the packet's flow, from 1 on in the\n"
		"order of their first packets, and the paint annotation to 0 for packets in the\n"
		"direction of the first one, 1 for the others (2 and 3 for ICMP errors). Time is that of\n"
		"the packets' timestamps. A flow that was idle for longer than its timeout, or a closed\n"
		"one that begins with a SYN again, is a new one.\n"
		"Fragments wait, with all packets between their addresses behind them, until\n"
		"FRAGMENT_TIMEOUT is over, so that all of a datagram have its flow's number.\n"
		"Packets without a flow leave by output 1 if it is connected; so do those that there is\n"
		"no room for (CAPACITY, FRAGMENT_CAPACITY).",
	.example = "Idle -> AggregateIPFlows(TCP_TIMEOUT 3600) -> AggregateCounter -> Discard;",
};
ELEMENT_CLASS(aggregateipflows_class)
AGGREGATE_NOTIFIER_CLASS(aggregateipflows_class)
