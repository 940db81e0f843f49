// SPDX-License-Identifier: BSD-3-Clause
// SFMaker: holds packets for a moment, so that those of a flow leave together.

#include <inttypes.h>

#include "elements/flow/heldflow.h"
#include "elements/flow/tcprange.h"
#include "src/counter.h"
#include "src/lcore.h"
#include "src/strbuf.h"

struct sf_flow {
	struct held_flow held;
	int64_t last_ns; // latest packet
	uint32_t last_seq; // the highest of TCP
	bool has_seq;
};

struct sfmaker_lcore {
	struct held_lcore held;
	uint64_t n_packets, n_sent, n_frames, n_reordered;
};

struct sfmaker {
	struct element element;
	uint32_t delay_us, delay_last_us;
	bool reorder, bypass_syn;
	uint32_t max_burst; // packets of a super frame
	int32_t max_cap; // of an lcore; negative: DEFAULT_CAP
	uint32_t capacity;
	struct flow_slot slot; // struct sf_flow
};

enum { NO_FLOW, FLOW_ENDED, END };

enum { DEFAULT_CAP = 4096 };

// ---- data path

// All packets of a flow.
static void
send_flow(struct sfmaker *e, struct sf_flow *flow)
{
	struct sfmaker_lcore *l = element_lcore(&e->element);
	struct batch b;

	if (flow->held.n == 0)
		return;
	l->n_frames++;
	while (flow->held.n > 0) {
		for (b.n = 0; b.n < BATCH_MAX && flow->held.n > 0;)
			b.pkt[b.n++] = held_take_first(&l->held, &flow->held);
		l->n_sent += b.n;
		element_push(&e->element, 0, &b);
	}
}

// The same out of its turn.
static void
send_oldest(struct sfmaker *e, struct held_lcore *l)
{
	struct sf_flow *flow = (struct sf_flow *)l->oldest;
	struct flow_visit outer;

	flow_enter(&e->slot, flow, &outer);
	send_flow(e, flow);
	flow_leave(&e->slot, &outer);
}

static void
hold(struct sfmaker *e, struct sf_flow *flow, struct packet *p, uint32_t seq, bool has_seq)
{
	struct sfmaker_lcore *l = element_lcore(&e->element);

	if (unlikely(held_is_full(&l->held)))
		send_oldest(e, &l->held);
	// Packets without a number stand behind all others.
	if (!has_seq || !e->reorder)
		seq = flow->has_seq ? flow->last_seq : 0;
	if (flow->has_seq && flow->held.n > 0 && (int32_t)(seq - flow->last_seq) < 0)
		l->n_reordered++;
	else
		flow->last_seq = seq;
	flow->has_seq = true;
	held_add(&l->held, &flow->held, p, seq, flow->last_ns);
}

// When the oldest flow must go.
static int64_t
deadline(const struct sfmaker *e, const struct sf_flow *flow)
{
	int64_t at = flow->held.since_ns + e->delay_us * CLOCK_US;

	if (e->delay_last_us > 0)
		at = RTE_MIN(at, flow->last_ns + e->delay_last_us * CLOCK_US);
	return at;
}

static void
wait_for_oldest(const struct sfmaker *e, struct held_lcore *l)
{
	if (l->oldest != NULL && !timer_is_scheduled(&l->timer))
		timer_schedule_at(&l->timer, deadline(e, (struct sf_flow *)l->oldest));
}

static void
sfmaker_push(struct element *base, unsigned port, struct batch *b)
{
	struct sfmaker *e = (struct sfmaker *)base;
	struct sf_flow *flow = flow_slot_here(&e->slot);
	struct sfmaker_lcore *l = element_lcore(base);
	unsigned n = b->n;

	(void)port;
	if (unlikely(flow == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	l->n_packets += n;
	flow->last_ns = clock_steady();
	for (unsigned i = 0; i < n; i++) {
		struct packet *p = b->pkt[i];
		struct tcp_range r;

		tcp_range_read(&r, &p);
		hold(e, flow, p, r.seq, r.is_tcp);
		if (flow->held.n >= e->max_burst || (e->bypass_syn && (r.flags & RTE_TCP_SYN_FLAG)))
			send_flow(e, flow);
	}
	wait_for_oldest(e, &l->held);
}

static void
sfmaker_fire(struct timer *timer)
{
	struct sfmaker *e = (struct sfmaker *)timer->element;
	struct held_lcore *l = element_lcore(timer->element);
	int64_t now = clock_steady();

	while (l->oldest != NULL && deadline(e, (struct sf_flow *)l->oldest) <= now)
		send_oldest(e, l);
	wait_for_oldest(e, l);
}

static void
flow_ends(struct element *base, void *slot)
{
	held_drop(base, &((struct sf_flow *)slot)->held, FLOW_ENDED);
}

// ---- life

static int
sfmaker_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct sfmaker *e = (struct sfmaker *)base;

	(void)args;
	if (e->max_cap == 0)
		return errh_error(errh, "MAX_CAP must not be 0");
	e->capacity = e->max_cap < 0 ? DEFAULT_CAP : (uint32_t)e->max_cap;
	return 0;
}

static int
sfmaker_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(
		&((struct sfmaker *)base)->slot, base, sizeof(struct sf_flow), flow_ends, errh);
}

static int
sfmaker_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	(void)errh;
	return held_reserve(base, ((struct sfmaker *)base)->capacity, plan);
}

static int
sfmaker_initialize(struct element *base, struct errh *errh)
{
	(void)errh;
	held_init(base, ((struct sfmaker *)base)->capacity, sfmaker_fire);
	return 0;
}

static void
sfmaker_cleanup(struct element *base)
{
	held_fini(base, END);
}

static void
sfmaker_lcores_changed(struct element *base)
{
	held_drop_strays(base, END);
}

static struct sfmaker_lcore
sum_lcores(const struct element *e)
{
	return (struct sfmaker_lcore){
		.n_packets = ELEMENT_SUM(e, sfmaker_lcore, n_packets),
		.n_sent = ELEMENT_SUM(e, sfmaker_lcore, n_sent),
		.n_frames = ELEMENT_SUM(e, sfmaker_lcore, n_frames),
		.n_reordered = ELEMENT_SUM(e, sfmaker_lcore, n_reordered),
	};
}

static int
sfmaker_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct sfmaker_lcore *l = element_lcore(base), sum = sum_lcores(old);

	(void)errh;
	if (flow_slot_moves(&((struct sfmaker *)base)->slot, &((struct sfmaker *)old)->slot))
		held_take(base, old);
	l->n_packets += sum.n_packets;
	l->n_sent += sum.n_sent;
	l->n_frames += sum.n_frames;
	l->n_reordered += sum.n_reordered;
	return 0;
}

// ---- handlers

enum { COUNT, SENT, DROPPED, QUEUED, FRAMES, REORDERED, FRAME_AVERAGE };

static int
read_value(const struct handler_read *call)
{
	struct sfmaker_lcore sum = sum_lcores(call->element);
	uint64_t n = 0;

	switch (call->row->number) {
	case COUNT:
		n = sum.n_packets;
		break;
	case SENT:
		n = sum.n_sent;
		break;
	case DROPPED:
		n = element_drops(call->element, FLOW_ENDED) + element_drops(call->element, END);
		break;
	case QUEUED:
		n = held_count(call->element);
		break;
	case FRAMES:
		n = sum.n_frames;
		break;
	case REORDERED:
		n = sum.n_reordered;
		break;
	case FRAME_AVERAGE:
		text_double(call->out,
			sum.n_frames > 0 ? (double)sum.n_sent / (double)sum.n_frames : 0);
		return 0;
	}
	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

// Each lcore sends its own as soon as it comes round.
static int
write_flush(const struct handler_write *call)
{
	struct sfmaker *e = (struct sfmaker *)call->element;

	for (unsigned i = 0; i < lcores_n(); i++) {
		struct held_lcore *l = (void *)(uintptr_t)element_lcore_at(call->element, i);

		for (struct held_flow *flow = l->oldest; flow != NULL; flow = flow->next)
			flow->since_ns -= e->delay_us * CLOCK_US;
		if (l->oldest != NULL)
			timer_schedule_after(&l->timer, 0);
	}
	return 0;
}

static const struct arg sfmaker_args[] = {
	ARG(sfmaker, delay_us, "DELAY", ARG_OPTIONAL, .def = "100", .min = 1, .max = 10000000,
		.help = "microseconds that the first packet of a flow waits for others"),
	ARG(sfmaker, delay_last_us, "DELAY_LAST", ARG_KEYWORD, .def = "0", .min = 0,
		.max = 10000000,
		.help = "microseconds without another packet after which they leave; 0: DELAY"),
	ARG(sfmaker, reorder, "REORDER", ARG_KEYWORD, .def = "true",
		.help = "whether TCP segments that are held are put in order"),
	ARG(sfmaker, bypass_syn, "BYPASS_SYN", ARG_KEYWORD, .def = "false",
		.help = "true: a SYN does not wait"),
	ARG(sfmaker, max_burst, "MAX_BURST", ARG_KEYWORD, .def = "1024", .min = 1, .max = 1 << 20,
		.help = "packets of a flow that leave without waiting"),
	ARG(sfmaker, max_cap, "MAX_CAP", ARG_KEYWORD, .def = "-1", .min = -1, .max = 1 << 20,
		.help = "packets that each lcore can hold; -1: 4096"),
	ARGS_END,
};

#define VALUE(handler_name, which, text)                                                \
	{                                                                               \
		.name = handler_name, .read = read_value, .number = which, .help = text \
	}

static const struct handler sfmaker_handlers[] = {
	VALUE("count", COUNT, "packets that came"),
	VALUE("sent", SENT, "packets that left"),
	VALUE("dropped", DROPPED, "packets that were held to the end"),
	VALUE("queued", QUEUED, "packets held"),
	VALUE("superframes", FRAMES, "runs of a flow's packets that left together"),
	VALUE("reordered", REORDERED, "packets that left in front of earlier ones"),
	VALUE("superframe_size_avg", FRAME_AVERAGE, "packets of such a run on average"),
	{.name = "flush",
		.write = write_flush,
		.flags = HANDLER_BUTTON,
		.help = "all packets that are held leave soon"},
	HANDLERS_END,
};

static const char *const sfmaker_drops[] = {[NO_FLOW] = "no flow",
	[FLOW_ENDED] = "held when their flow ended",
	[END] = "still held at the end",
	NULL};

static const struct element_class sfmaker_class = {
	.name = "SFMaker",
	.ports = "1/1",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct sfmaker),
	.lcore_size = sizeof(struct sfmaker_lcore),
	.push = sfmaker_push,
	.configure = sfmaker_configure,
	.attach = sfmaker_attach,
	.reserve = sfmaker_reserve,
	.initialize = sfmaker_initialize,
	.cleanup = sfmaker_cleanup,
	.lcores_changed = sfmaker_lcores_changed,
	.take_state = sfmaker_take_state,
	.held = held_count,
	.args = sfmaker_args,
	.handlers = sfmaker_handlers,
	.drops = sfmaker_drops,
	.group = "flow",
	.brief = "holds packets for a moment, so that those of a flow leave together",
	.manual =
		"What comes behind works better on packets of one flow that follow each other (its\n"
		"caches, its batches). Flows leave in the order in which they began to wait. With\n"
		"MAX_CAP packets held the oldest flow leaves at once. With DELAY_LAST only the flow\n"
		"that has waited for the longest time can leave early.\n"
		"\n"
		"Needs a FlowIPManager in front. Of FastClick's arguments those are here that decide\n"
		"when packets leave; the models that choose among flows are not.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> SFMaker(50) -> Discard;",
};
ELEMENT_CLASS(sfmaker_class)
