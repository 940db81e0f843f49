// SPDX-License-Identifier: BSD-3-Clause
// FlowSwitch, IPRRSwitch, FlowMinLoadSwitch: spread flows over their outputs.

#include "elements/balance/balancer.h"
#include "elements/balance/flowpins.h"
#include "src/clock.h"
#include "src/lcore.h"
#include "src/strbuf.h"

struct flowswitch {
	struct element element;
	struct balancer balancer; // servers are outputs
	uint32_t capacity; // flows of an lcore
	uint32_t timeout_s;
	uint32_t max; // outputs to use; 0: all
};

struct flowswitch_lcore {
	struct balancer_lcore balancer;
	struct flow_pins pins;
};

enum { NOT_IP, TOO_MANY_FLOWS };

static inline int16_t
choose(struct flowswitch *e, struct flowswitch_lcore *l, struct packet **pp, uint32_t now_s)
{
	struct balancer_packet bp;
	struct flow_pins_key key;
	uint16_t output;

	if (unlikely(!balancer_read(&bp, pp)))
		return DROP(NOT_IP);
	key = flow_pins_key(&bp);
	output = flow_pins_find(&l->pins, &key, now_s);
	if (unlikely(output == FLOW_PINS_NONE)) {
		output = (uint16_t)balancer_pick(&e->balancer, &l->balancer, *pp, &bp);
		if (!flow_pins_add(&l->pins, &key, output, now_s, e->timeout_s))
			return DROP(TOO_MANY_FLOWS);
	}
	balancer_track(&e->balancer, output, *pp, &bp);
	return (int16_t)output;
}

static void
flowswitch_push(struct element *base, unsigned port, struct batch *b)
{
	struct flowswitch_lcore *l = element_lcore(base);
	uint32_t now_s = (uint32_t)(clock_steady() / CLOCK_S);
	int16_t decision[BATCH_MAX];

	(void)port;
	batch_prefetch_data(b);
	for (unsigned i = 0; i < b->n; i++)
		decision[i] = choose((struct flowswitch *)base, l, &b->pkt[i], now_s);
	element_split(base, b, decision);
}

// ---- life

static int
flowswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct flowswitch *e = (struct flowswitch *)base;

	(void)args;
	return balancer_configure(&e->balancer, base->n_outputs, errh);
}

static int
iprrswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct flowswitch *e = (struct flowswitch *)base;

	(void)args;
	if (e->max > base->n_outputs)
		return errh_error(errh, "MAX: there are only %u outputs", base->n_outputs);
	balancer_init(&e->balancer, base->n_outputs, e->max);
	return 0;
}

// A new flow goes where the fewest packets have gone so far.
static int
flowminloadswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct balancer *b = &((struct flowswitch *)base)->balancer;
	int err = iprrswitch_configure(base, args, errh);

	b->mode = BALANCER_LEAST;
	b->load = BALANCER_PACKETS;
	b->tracks = true;
	return err;
}

static struct flowswitch_lcore *
lcore_state(struct element *e, unsigned lcore)
{
	return (struct flowswitch_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

static int
flowswitch_initialize(struct element *base, struct errh *errh)
{
	struct flowswitch *e = (struct flowswitch *)base;

	(void)errh;
	balancer_start(&e->balancer, base);
	for (unsigned i = 0; i < lcores_n(); i++)
		flow_pins_init(&lcore_state(base, i)->pins, e->capacity);
	return 0;
}

static void
flowswitch_cleanup(struct element *base)
{
	for (unsigned i = 0; base->lcore_data != NULL && i < lcores_n(); i++)
		flow_pins_fini(&lcore_state(base, i)->pins);
	balancer_fini(&((struct flowswitch *)base)->balancer);
}

static int
flowswitch_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct flowswitch *e = (struct flowswitch *)base, *old = (struct flowswitch *)old_base;

	(void)errh;
	if (base->n_outputs != old_base->n_outputs || e->capacity != old->capacity)
		return 0;
	balancer_take(&e->balancer, &old->balancer);
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct flow_pins mine = lcore_state(base, i)->pins;

		lcore_state(base, i)->pins = lcore_state(old_base, i)->pins;
		lcore_state(old_base, i)->pins = mine;
	}
	return 0;
}

// ---- tables

static int
read_flow_count(const struct handler_read *call)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		n += lcore_state(call->element, i)->pins.table.n;
	strbuf_addf(call->out, "%u", n);
	return 0;
}

static const struct handler flow_count = {
	.name = "flow_count", .read = read_flow_count, .help = "flows that are remembered"};

static void
flowswitch_add_handlers(struct element *e)
{
	element_add_handler(e, "flow_count", &flow_count, 0);
}

#define FLOW_ARGS                                                                             \
	ARG(flowswitch, capacity, "CAPACITY", ARG_KEYWORD, .def = "65536", .min = 1,          \
		.max = 1 << 24, .help = "flows that each lcore remembers"),                   \
		ARG(flowswitch, timeout_s, "TIMEOUT", ARG_KEYWORD, .def = "60",               \
			.help = "seconds without a packet after which a flow makes room for " \
				"another; 0: never")

static const struct arg flowswitch_args[] = {BALANCER_ARGS(flowswitch), FLOW_ARGS, ARGS_END};

static const struct arg iprrswitch_args[] = {
	ARG(flowswitch, max, "MAX", ARG_KEYWORD, .def = "0", .help = "outputs to use; 0: all"),
	FLOW_ARGS,
	ARGS_END,
};

static const char *const flowswitch_drops[] = {
	[NOT_IP] = "no IP header", [TOO_MANY_FLOWS] = "too many flows", NULL};

static const struct element_class flowswitch_class = {
	.name = "FlowSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowswitch),
	.lcore_size = sizeof(struct flowswitch_lcore),
	.push = flowswitch_push,
	.configure = flowswitch_configure,
	.initialize = flowswitch_initialize,
	.cleanup = flowswitch_cleanup,
	.take_state = flowswitch_take_state,
	.args = flowswitch_args,
	.handlers = balancer_handlers,
	.add_handlers = flowswitch_add_handlers,
	.drops = flowswitch_drops,
	.group = "balance",
	.brief = "spreads flows over its outputs",
	.manual =
		"All packets of a flow leave by the output that was chosen for its first one. Flows are\n"
		"remembered by each lcore for itself; no flow manager is needed in front.\n"
		"\n" BALANCER_MODES_MANUAL,
	.example = "Idle -> CheckIPHeader -> s :: FlowSwitch(LB_MODE pow2);"
		   "s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(flowswitch_class)

static const struct element_class iprrswitch_class = {
	.name = "IPRRSwitch",
	.aliases = "FlowRoundRobinSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowswitch),
	.lcore_size = sizeof(struct flowswitch_lcore),
	.push = flowswitch_push,
	.configure = iprrswitch_configure,
	.initialize = flowswitch_initialize,
	.cleanup = flowswitch_cleanup,
	.take_state = flowswitch_take_state,
	.args = iprrswitch_args,
	.add_handlers = flowswitch_add_handlers,
	.drops = flowswitch_drops,
	.group = "balance",
	.brief = "gives flows to its outputs in turn",
	.manual =
		"The first packet of each new flow takes the next output, and the flow's other packets\n"
		"follow. Each lcore has its own turn and remembers flows for itself.",
	.example = "Idle -> CheckIPHeader -> s :: IPRRSwitch; s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(iprrswitch_class)

static const struct element_class flowminloadswitch_class = {
	.name = "FlowMinLoadSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowswitch),
	.lcore_size = sizeof(struct flowswitch_lcore),
	.push = flowswitch_push,
	.configure = flowminloadswitch_configure,
	.initialize = flowswitch_initialize,
	.cleanup = flowswitch_cleanup,
	.take_state = flowswitch_take_state,
	.args = iprrswitch_args,
	.handlers = balancer_handlers,
	.add_handlers = flowswitch_add_handlers,
	.drops = flowswitch_drops,
	.group = "balance",
	.brief = "gives flows to the output with the least load",
	.manual =
		"The first packet of each new flow takes the output that has had the fewest packets,\n"
		"of all lcores together, and the flow's other packets follow.",
	.example = "Idle -> CheckIPHeader -> s :: FlowMinLoadSwitch;"
		   "s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(flowminloadswitch_class)
