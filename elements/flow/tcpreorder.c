// SPDX-License-Identifier: BSD-3-Clause
// TCPReorder: puts the segments of TCP flows in order.

#include <inttypes.h>

#include "elements/flow/heldflow.h"
#include "elements/flow/tcprange.h"
#include "src/chatter.h"
#include "src/strbuf.h"

struct reorder_flow {
	struct held_flow held; // sorted by sequence number
	uint32_t expected; // sequence number of what comes next
	bool begun;
};

struct tcpreorder_lcore {
	struct held_lcore held;
	uint64_t n_reordered; // packets that had to wait
	uint64_t n_gaps; // that were not waited for any longer
};

struct tcpreorder {
	struct element element;
	bool no_timeout, verbose;
	uint32_t capacity; // packets of an lcore
	struct timespan timeout;
	struct flow_slot slot; // struct reorder_flow
};

enum { NO_FLOW, RETRANSMITTED, FLOW_ENDED, END };

enum { FLOW_MAX = 256 }; // packets that one flow may hold

// ---- what goes out

struct output {
	struct element *element;
	int64_t now_ns; // 0: nobody has asked yet; most batches are in order
	struct batch b;
};

static int64_t
output_now(struct output *out)
{
	if (out->now_ns == 0)
		out->now_ns = clock_steady();
	return out->now_ns;
}

static void
output_add(struct output *out, struct packet *p)
{
	out->b.pkt[out->b.n++] = p;
	if (out->b.n == BATCH_MAX) {
		element_push(out->element, 0, &out->b);
		out->b.n = 0;
	}
}

static void
output_flush(struct output *out)
{
	element_push(out->element, 0, &out->b);
	out->b.n = 0;
}

// ---- flows

static void
retransmitted(struct tcpreorder *e, struct output *out, struct packet *p)
{
	// In front of it is what came before.
	output_flush(out);
	element_push_checked(&e->element, 1, p, RETRANSMITTED);
}

// All that is held up to the next gap, which is waited for from now on if it is another one; with
// skip, what is behind this one.
static void
release_held(struct tcpreorder *e, struct reorder_flow *flow, struct output *out, bool skip)
{
	struct held_lcore *l = element_lcore(&e->element);
	uint32_t n = flow->held.n;

	while (flow->held.n > 0) {
		uint32_t seq = held_first_seq(l, &flow->held);
		struct tcp_range r;
		struct packet *p;

		if (!skip && (int32_t)(seq - flow->expected) > 0) {
			if (flow->held.n < n)
				held_wait_anew(l, &flow->held, output_now(out));
			return;
		}
		skip = false;
		p = held_take_first(l, &flow->held);
		tcp_range_read(&r, &p);
		if ((int32_t)(seq + r.len - flow->expected) <= 0) {
			retransmitted(e, out, p);
			continue;
		}
		flow->expected = seq + r.len;
		output_add(out, p);
	}
}

static void
give_up_gap(struct tcpreorder *e, struct reorder_flow *flow, struct output *out)
{
	struct tcpreorder_lcore *l = element_lcore(&e->element);

	l->n_gaps++;
	if (e->verbose)
		chatter(ELEMENT_FMT ": gap of %u bytes was not filled", ELEMENT_ARG(e),
			held_first_seq(&l->held, &flow->held) - flow->expected);
	release_held(e, flow, out, true);
}

static void
wait_for_oldest(const struct tcpreorder *e, struct held_lcore *l)
{
	if (!e->no_timeout && l->oldest != NULL && !timer_is_scheduled(&l->timer))
		timer_schedule_at(&l->timer, l->oldest->since_ns + e->timeout.ns);
}

static void
hold(struct tcpreorder *e, struct reorder_flow *flow, struct output *out, struct packet *p,
	uint32_t seq)
{
	struct tcpreorder_lcore *l = element_lcore(&e->element);

	if (unlikely(held_is_full(&l->held) || flow->held.n == FLOW_MAX)) {
		if (flow->held.n > 0)
			give_up_gap(e, flow, out);
		if (held_is_full(&l->held)) {
			// Others have all the room: out of order is better than lost.
			output_add(out, p);
			return;
		}
	}
	l->n_reordered++;
	held_add(&l->held, &flow->held, p, seq, output_now(out));
	wait_for_oldest(e, &l->held);
}

static void
take_packet(struct tcpreorder *e, struct reorder_flow *flow, struct output *out, struct packet *p)
{
	struct tcp_range r;
	int32_t ahead;

	tcp_range_read(&r, &p);
	if (!r.is_tcp || (r.flags & RTE_TCP_RST_FLAG)) {
		output_add(out, p);
		return;
	}
	if (unlikely(!flow->begun)) {
		flow->begun = true;
		flow->expected = r.seq;
	}
	ahead = (int32_t)(r.seq - flow->expected);
	if (likely(ahead == 0)) {
		flow->expected += r.len;
		output_add(out, p);
		if (unlikely(flow->held.n > 0))
			release_held(e, flow, out, false);
	} else if (ahead > 0) {
		hold(e, flow, out, p, r.seq);
	} else if (r.len == 0) {
		output_add(out, p); // a keep-alive
	} else if ((int32_t)(r.seq + r.len - flow->expected) > 0) {
		flow->expected = r.seq + r.len; // some of it is new
		output_add(out, p);
		release_held(e, flow, out, false);
	} else {
		retransmitted(e, out, p);
	}
}

static void
tcpreorder_push(struct element *base, unsigned port, struct batch *b)
{
	struct tcpreorder *e = (struct tcpreorder *)base;
	struct reorder_flow *flow = flow_slot_here(&e->slot);
	struct output out = {.element = base};
	unsigned n = b->n;

	(void)port;
	if (unlikely(flow == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	for (unsigned i = 0; i < n; i++)
		take_packet(e, flow, &out, b->pkt[i]);
	output_flush(&out);
}

static void
tcpreorder_fire(struct timer *timer)
{
	struct tcpreorder *e = (struct tcpreorder *)timer->element;
	struct held_lcore *l = element_lcore(timer->element);
	struct output out = {.element = &e->element};
	int64_t now = output_now(&out);

	while (l->oldest != NULL && l->oldest->since_ns + e->timeout.ns <= now) {
		struct reorder_flow *flow = (struct reorder_flow *)l->oldest;
		struct flow_visit outer;

		flow_enter(&e->slot, flow, &outer);
		while (flow->held.n > 0)
			give_up_gap(e, flow, &out);
		output_flush(&out);
		flow_leave(&e->slot, &outer);
	}
	wait_for_oldest(e, l);
}

static void
flow_ends(struct element *base, void *slot)
{
	held_drop(base, &((struct reorder_flow *)slot)->held, FLOW_ENDED);
}

// ---- life

static int
tcpreorder_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(&((struct tcpreorder *)base)->slot, base,
		sizeof(struct reorder_flow), flow_ends, errh);
}

static int
tcpreorder_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	(void)errh;
	return held_reserve(base, ((struct tcpreorder *)base)->capacity, plan);
}

static int
tcpreorder_initialize(struct element *base, struct errh *errh)
{
	(void)errh;
	held_init(base, ((struct tcpreorder *)base)->capacity, tcpreorder_fire);
	return 0;
}

static void
tcpreorder_cleanup(struct element *base)
{
	held_fini(base, END);
}

static void
tcpreorder_lcores_changed(struct element *base)
{
	held_drop_strays(base, END);
}

static int
tcpreorder_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct tcpreorder_lcore *l = element_lcore(base);
	uint64_t reordered = ELEMENT_SUM(old, tcpreorder_lcore, n_reordered);
	uint64_t gaps = ELEMENT_SUM(old, tcpreorder_lcore, n_gaps);

	(void)errh;
	if (flow_slot_moves(&((struct tcpreorder *)base)->slot, &((struct tcpreorder *)old)->slot))
		held_take(base, old);
	l->n_reordered += reordered;
	l->n_gaps += gaps;
	return 0;
}

// ---- tables

enum { HELD, REORDERED, GAPS };

static int
read_value(const struct handler_read *call)
{
	uint64_t n = call->row->number == HELD ? held_count(call->element)
		     : call->row->number == REORDERED
			     ? ELEMENT_SUM(call->element, tcpreorder_lcore, n_reordered)
			     : ELEMENT_SUM(call->element, tcpreorder_lcore, n_gaps);

	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

static const struct arg tcpreorder_args[] = {
	ARG(tcpreorder, no_timeout, "NOTIMEOUT", ARG_KEYWORD, .def = "false",
		.help = "true: a gap is waited for as long as the flow lives"),
	ARG(tcpreorder, timeout, "TIMEOUT", ARG_KEYWORD, .def = "100ms", .min = 1, .max = INT64_MAX,
		.help = "how long a gap is waited for otherwise"),
	ARG(tcpreorder, capacity, "CAPACITY", ARG_KEYWORD, .def = "4096", .min = 1, .max = 1 << 20,
		.help = "packets that each lcore can hold"),
	ARG(tcpreorder, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "tells of each gap that was not filled"),
	ARGS_END,
};

static const struct handler tcpreorder_handlers[] = {
	{.name = "length", .read = read_value, .number = HELD, .help = "packets held"},
	{.name = "reordered",
		.read = read_value,
		.number = REORDERED,
		.help = "packets that had to wait for others"},
	{.name = "gaps",
		.read = read_value,
		.number = GAPS,
		.help = "gaps that were not waited for any longer"},
	HANDLERS_END,
};

static const char *const tcpreorder_drops[] = {[NO_FLOW] = "no flow",
	[RETRANSMITTED] = "retransmitted",
	[FLOW_ENDED] = "flow ended in front of a gap",
	[END] = "still held at the end",
	NULL};

static const struct element_class tcpreorder_class = {
	.name = "TCPReorder",
	.ports = "1/1-2",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct tcpreorder),
	.lcore_size = sizeof(struct tcpreorder_lcore),
	.push = tcpreorder_push,
	.attach = tcpreorder_attach,
	.reserve = tcpreorder_reserve,
	.initialize = tcpreorder_initialize,
	.cleanup = tcpreorder_cleanup,
	.lcores_changed = tcpreorder_lcores_changed,
	.take_state = tcpreorder_take_state,
	.held = held_count,
	.args = tcpreorder_args,
	.handlers = tcpreorder_handlers,
	.drops = tcpreorder_drops,
	.group = "flow",
	.brief = "puts the segments of TCP flows in order",
	.manual =
		"Segments that come too early are held until what is missing has come, or for\n"
		"TIMEOUT. What was sent before leaves by output 1 or is dropped. A flow begins with\n"
		"the first segment seen of it. Neither a flow, at 256 packets, nor CAPACITY lets\n"
		"memory run out: then gaps are given up. Packets that are not TCP pass.\n"
		"\n"
		"Needs a FlowIPManager in front. FastClick's MERGESORT and FLOWDIRECTION have no\n"
		"meaning here and are not accepted.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> TCPReorder -> Discard;",
};
ELEMENT_CLASS(tcpreorder_class)
