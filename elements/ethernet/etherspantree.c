// SPDX-License-Identifier: BSD-3-Clause
// EtherSpanTree: the spanning tree protocol of bridges (IEEE 802.1D-1998, section 8).

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ethernet/bpdu.h"
#include "elements/ethernet/suppressor.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/timer.h"

enum port_state { BLOCK, LISTEN, LEARN, FORWARD };

struct port {
	enum port_state state;
	int64_t since_ns; // in that state; steady clock
	bool heard; // of another bridge
	bool acknowledge; // a topology change, in the next message
	struct bpdu message; // the best one of that bridge
	int64_t heard_ns; // when its age was 0
};

struct etherspantree {
	struct element element;
	struct port *ports; // owned; n_inputs of them
	struct timer timer;
	uint64_t id; // of this bridge
	int root_port; // -1: this bridge is the root
	struct bpdu_vector best; // root and the cost of the way there
	bool changed; // topology: still to be told to the root
	int64_t change_ends_ns; // as the root: until then all are told of a change
	struct mac_addr addr;
	struct element *input_suppressor, *output_suppressor, *bridge;
};

enum { TAKEN, NOT_A_BPDU };

enum { PRIORITY = 0xdead, TIME_UNIT = 256, LINK_COST = 1 };
enum { MAX_AGE_S = 20, HELLO_S = 2, FORWARD_DELAY_S = 15 };

static unsigned
n_ports(const struct etherspantree *e)
{
	return e->element.n_inputs;
}

// ---- the tree

// What this bridge says at a port.
static struct bpdu_vector
own_vector(const struct etherspantree *e, unsigned port)
{
	return (struct bpdu_vector){e->best.root, e->best.cost, e->id, (uint16_t)port};
}

static void
find_root(struct etherspantree *e)
{
	e->best = (struct bpdu_vector){e->id, 0, e->id, 0};
	e->root_port = -1;
	for (unsigned i = 0; i < n_ports(e); i++) {
		struct bpdu_vector v = e->ports[i].message.vector;

		if (!e->ports[i].heard || v.cost > UINT32_MAX - LINK_COST)
			continue;
		v.cost += LINK_COST;
		if (bpdu_compare(&v, &e->best) < 0) {
			e->best = v;
			e->root_port = (int)i;
		}
	}
}

// Whether the port carries traffic: it leads to the root, or from here to others.
static bool
is_used(const struct etherspantree *e, unsigned port)
{
	struct bpdu_vector own = own_vector(e, port);

	return (int)port == e->root_port || !e->ports[port].heard ||
	       bpdu_compare(&own, &e->ports[port].message.vector) < 0;
}

static void
topology_changed(struct etherspantree *e, int64_t now)
{
	if (e->root_port < 0)
		e->change_ends_ns = now + (MAX_AGE_S + FORWARD_DELAY_S) * CLOCK_S;
	else
		e->changed = true;
}

static void
set_state(struct etherspantree *e, unsigned port, enum port_state state, int64_t now)
{
	struct port *p = &e->ports[port];

	if (p->state == state)
		return;
	if (p->state == FORWARD || state == FORWARD)
		topology_changed(e, now);
	p->state = state;
	p->since_ns = now;
}

// Ports take effect in the suppressors every time: those may have been replaced by a hot swap.
static void
apply_states(struct etherspantree *e)
{
	for (unsigned i = 0; i < n_ports(e); i++) {
		suppressor_set(e->input_suppressor, i, e->ports[i].state >= LEARN);
		suppressor_set(e->output_suppressor, i, e->ports[i].state == FORWARD);
	}
}

static void
recompute(struct etherspantree *e, int64_t now)
{
	find_root(e);
	for (unsigned i = 0; i < n_ports(e); i++) {
		if (!is_used(e, i))
			set_state(e, i, BLOCK, now);
		else if (e->ports[i].state == BLOCK)
			set_state(e, i, LISTEN, now);
	}
	apply_states(e);
}

static void
advance(struct etherspantree *e, int64_t now)
{
	for (unsigned i = 0; i < n_ports(e); i++) {
		struct port *p = &e->ports[i];

		if (p->state != BLOCK && p->state != FORWARD &&
			now - p->since_ns >= FORWARD_DELAY_S * CLOCK_S)
			set_state(e, i, p->state + 1, now);
		if (p->heard && now - p->heard_ns > MAX_AGE_S * CLOCK_S)
			p->heard = false;
	}
}

// ---- messages

static uint16_t
message_age(const struct etherspantree *e, int64_t now)
{
	int64_t age = 0;

	if (e->root_port >= 0)
		age = (now - e->ports[e->root_port].heard_ns) * TIME_UNIT / CLOCK_S;
	return (uint16_t)RTE_MIN(age, (int64_t)UINT16_MAX);
}

static void
send_bpdu(struct etherspantree *e, unsigned port, const struct bpdu *b)
{
	struct packet *p = bpdu_make(b, e->addr);

	if (likely(p != NULL))
		element_push_one(&e->element, port, p);
}

static void
say_hello(struct etherspantree *e, unsigned port, int64_t now)
{
	struct bpdu b = {
		.vector = own_vector(e, port),
		.message_age = message_age(e, now),
		.max_age = MAX_AGE_S * TIME_UNIT,
		.hello_time = HELLO_S * TIME_UNIT,
		.forward_delay = FORWARD_DELAY_S * TIME_UNIT,
	};
	bool root_says = e->root_port >= 0 &&
			 (e->ports[e->root_port].message.flags & BPDU_TOPOLOGY_CHANGE) != 0;

	if (e->ports[port].acknowledge)
		b.flags |= BPDU_TOPOLOGY_ACK;
	if (root_says || (e->root_port < 0 && now < e->change_ends_ns))
		b.flags |= BPDU_TOPOLOGY_CHANGE;
	e->ports[port].acknowledge = false;
	send_bpdu(e, port, &b);
}

static void
etherspantree_fire(struct timer *timer)
{
	static const struct bpdu notification = {.is_tcn = true};
	struct etherspantree *e = (struct etherspantree *)timer->element;
	int64_t now = clock_steady();

	if (lcores_are_draining())
		return;
	advance(e, now);
	recompute(e, now);
	for (unsigned i = 0; i < n_ports(e); i++) {
		if ((int)i == e->root_port) {
			if (e->changed)
				send_bpdu(e, i, &notification);
		} else if (is_used(e, i)) {
			say_hello(e, i, now);
		}
	}
	timer_reschedule_after(timer, HELLO_S * CLOCK_S);
}

static void
receive(struct etherspantree *e, unsigned port, const struct bpdu *b)
{
	struct port *p = &e->ports[port];
	int64_t now = clock_steady();

	if (b->is_tcn) {
		p->acknowledge = true;
		topology_changed(e, now);
		return;
	}
	if (b->message_age >= MAX_AGE_S * TIME_UNIT)
		return;
	if (p->heard && bpdu_compare(&b->vector, &p->message.vector) > 0)
		return;
	if ((int)port == e->root_port && (b->flags & BPDU_TOPOLOGY_ACK))
		e->changed = false;
	p->heard = true;
	p->message = *b;
	p->heard_ns = now - b->message_age * CLOCK_S / TIME_UNIT;
	recompute(e, now);
}

static void
etherspantree_push(struct element *base, unsigned port, struct batch *b)
{
	struct etherspantree *e = (struct etherspantree *)base;
	struct bpdu bpdu;

	for (unsigned i = 0; i < b->n; i++) {
		bool good = bpdu_read(b->pkt[i], &bpdu);

		element_drop(base, good ? TAKEN : NOT_A_BPDU, b->pkt[i]);
		// A bridge hears itself where a hub or cable loops.
		if (good)
			receive(e, port, &bpdu);
	}
}

// ---- configuration

static int
check_suppressor(
	const struct etherspantree *e, const struct element *s, const char *arg, struct errh *errh)
{
	if (!element_is_suppressor(s))
		return errh_error(errh, "%s: element type mismatch, expected Suppressor", arg);
	if (s->n_inputs < n_ports(e))
		return errh_error(
			errh, "%s: has %u ports, %u wanted", arg, s->n_inputs, n_ports(e));
	return 0;
}

static int
etherspantree_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct etherspantree *e = (struct etherspantree *)base;
	int err;

	(void)args;
	e->id = PRIORITY;
	for (unsigned i = 0; i < sizeof(e->addr.bytes); i++)
		e->id = e->id << 8 | e->addr.bytes[i];
	e->ports = mem_zalloc(n_ports(e) * sizeof(*e->ports));
	find_root(e);
	err = check_suppressor(e, e->input_suppressor, "INPUT_SUPPRESSOR", errh);
	if (check_suppressor(e, e->output_suppressor, "OUTPUT_SUPPRESSOR", errh) != 0)
		err = -EINVAL;
	if (strcmp(e->bridge->class->name, "EtherSwitch") != 0 &&
		strcmp(e->bridge->class->name, "ListenEtherSwitch") != 0)
		return errh_error(errh, "SWITCH: element type mismatch, expected EtherSwitch");
	return err;
}

static int
etherspantree_attach(struct element *e, struct errh *errh)
{
	(void)errh;
	element_timer_carries(e, element_home(e));
	return 0;
}

static int
etherspantree_initialize(struct element *base, struct errh *errh)
{
	struct etherspantree *e = (struct etherspantree *)base;
	int64_t now = clock_steady();

	(void)errh;
	for (unsigned i = 0; i < n_ports(e); i++)
		e->ports[i].since_ns = now;
	apply_states(e);
	timer_init(&e->timer, base, etherspantree_fire, element_home(base));
	timer_schedule_after(&e->timer, HELLO_S * CLOCK_S);
	return 0;
}

static void
etherspantree_cleanup(struct element *base)
{
	struct etherspantree *e = (struct etherspantree *)base;

	timer_unschedule(&e->timer);
	free(e->ports);
}

// The same bridge goes on: no port has to wait again.
static int
etherspantree_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct etherspantree *e = (struct etherspantree *)base;
	const struct etherspantree *old = (struct etherspantree *)old_base;

	(void)errh;
	if (e->id != old->id || n_ports(e) != n_ports(old))
		return 0;
	memcpy(e->ports, old->ports, n_ports(e) * sizeof(*e->ports));
	e->changed = old->changed;
	e->change_ends_ns = old->change_ends_ns;
	find_root(e);
	apply_states(e);
	return 0;
}

// ---- handlers

static int
read_msgs(const struct handler_read *call)
{
	static const char *const names[] = {"BLOCK", "LISTEN", "LEARN", "FORWARD"};
	const struct etherspantree *e = (struct etherspantree *)call->element;

	for (unsigned i = 0; i < n_ports(e); i++) {
		const struct port *p = &e->ports[i];

		strbuf_addf(call->out, "%u %s ", i, names[p->state]);
		if (p->heard)
			bpdu_vector_text(&p->message.vector, call->out);
		else
			strbuf_addc(call->out, '-');
		strbuf_addc(call->out, '\n');
	}
	strbuf_adds(call->out, "best ");
	bpdu_vector_text(&e->best, call->out);
	strbuf_addc(call->out, '\n');
	return 0;
}

static const struct arg etherspantree_args[] = {
	ARG(etherspantree, addr, "ADDR", ARG_MANDATORY, .help = "address of the bridge"),
	ARG(etherspantree, input_suppressor, "INPUT_SUPPRESSOR", ARG_MANDATORY,
		.help = "Suppressor in front of the bridge's inputs"),
	ARG(etherspantree, output_suppressor, "OUTPUT_SUPPRESSOR", ARG_MANDATORY,
		.help = "Suppressor behind the bridge's outputs"),
	ARG(etherspantree, bridge, "SWITCH", ARG_MANDATORY, .help = "the EtherSwitch"),
	ARGS_END,
};

static const struct handler etherspantree_handlers[] = {
	{.name = "msgs",
		.read = read_msgs,
		.help = "a line for each port: number, state, and root, cost, bridge and port of the "
			"best message heard; then the best of all"},
	HANDLERS_END,
};

static const char *const etherspantree_drops[] = {
	[TAKEN] = "BPDU received", [NOT_A_BPDU] = "not a BPDU", NULL};

static const struct element_class etherspantree_class = {
	.name = "EtherSpanTree",
	.ports = "-/=",
	.processing = "h/h",
	.flags = ELEMENT_ANSWERS,
	.lcores = LCORES_ONE,
	.size = sizeof(struct etherspantree),
	.push = etherspantree_push,
	.configure = etherspantree_configure,
	.attach = etherspantree_attach,
	.initialize = etherspantree_initialize,
	.cleanup = etherspantree_cleanup,
	.take_state = etherspantree_take_state,
	.args = etherspantree_args,
	.handlers = etherspantree_handlers,
	.drops = etherspantree_drops,
	.group = "ethernet",
	.brief = "the spanning tree protocol of bridges",
	.manual =
		"Keeps a network of bridges free of loops: input i takes the BPDUs (frames to\n"
		"01:80:c2:00:00:00) that arrive at port i of a bridge, output i sends those of this\n"
		"bridge, every 2 seconds. A port that is not needed is blocked in both Suppressors;\n"
		"one that is needed listens for 15 seconds, lets the bridge learn for another 15, and\n"
		"then forwards. A neighbour is forgotten after 20 seconds. The bridge's id is ADDR\n"
		"with priority 0xdead; unlike in Click its bytes are in the standard's order, and\n"
		"changes of the topology are told. SWITCH is only checked for its class.",
	.example =
		"in :: Suppressor; out :: Suppressor; s :: EtherSwitch;\n"
		"Idle -> c0 :: Classifier(0/0180c2000000, -); c0 [1] -> in -> s -> out -> Discard;\n"
		"Idle -> c1 :: Classifier(0/0180c2000000, -); c1 [1] -> [1] in [1] -> [1] s [1]\n"
		"-> [1] out [1] -> Discard;\n"
		"c0 -> t :: EtherSpanTree(2:0:0:0:0:1, in, out, s) -> Discard;\n"
		"c1 -> [1] t [1] -> Discard;",
};
ELEMENT_CLASS(etherspantree_class)
