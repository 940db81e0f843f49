// SPDX-License-Identifier: BSD-3-Clause
// EtherSwitch, ListenEtherSwitch: learning bridges.

#include <inttypes.h>
#include <stdlib.h>

#include <rte_ether.h>

#include "elements/ethernet/mactable.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strbuf.h"

struct etherswitch {
	struct element element;
	struct mac_table table;
	int64_t timeout_ns; // whole seconds; 0: learns nothing
	struct timespan timeout; // as configured
	int16_t listener; // output behind those of the ports that hears everything; -1: none
};

enum { TOO_SHORT, SAME_PORT, NO_OTHER_PORT };

// ---- data path

// In place of an output: to all but the one that it came from.
enum { FLOOD = INT16_MAX };

// The time of a packet, *now being that of the whole batch once it is known.
static int64_t
packet_time(const struct packet *p, int64_t *now)
{
	int64_t ns = packet_timestamp(p);

	if (ns != 0)
		return ns;
	if (*now == 0)
		*now = clock_now();
	return *now;
}

static int16_t
flood_decision(const struct etherswitch *e, unsigned port)
{
	if (e->element.n_outputs > 2)
		return FLOOD;
	return e->element.n_outputs == 2 ? (int16_t)(1 - port) : DROP(NO_OTHER_PORT);
}

static int16_t
decide(struct etherswitch *e, unsigned port, struct packet **pp, int64_t *now)
{
	const uint8_t *dst = packet_peek(pp, 0, RTE_ETHER_HDR_LEN), *src;
	int64_t ns;
	int to;

	if (unlikely(dst == NULL))
		return DROP(TOO_SHORT);
	if (e->timeout_ns == 0)
		return flood_decision(e, port);
	src = dst + RTE_ETHER_ADDR_LEN;
	ns = packet_time(*pp, now);
	// No station has a group address.
	if (!(src[0] & RTE_ETHER_GROUP_ADDR))
		mac_table_learn(&e->table, src, port, ns, e->timeout_ns);
	if (dst[0] & RTE_ETHER_GROUP_ADDR)
		return flood_decision(e, port);
	to = mac_table_find(&e->table, dst, ns, e->timeout_ns);
	if (to < 0 || to >= e->element.n_inputs)
		return flood_decision(e, port);
	if ((unsigned)to == port)
		return e->listener >= 0 ? e->listener : DROP(SAME_PORT);
	return (int16_t)to;
}

// Copies from the highest output down, the packet itself to the last.
static void
flood(struct element *base, unsigned port, struct packet *p)
{
	unsigned lowest = port == 0 ? 1 : 0;

	for (unsigned i = base->n_outputs; --i > lowest;) {
		struct packet *copy = i != port ? packet_clone(p) : NULL;

		if (copy != NULL)
			element_push_one(base, i, copy);
	}
	element_push_one(base, lowest, p);
}

// What waits to be pushed: packets for one output, and for the listener, which hears them first.
struct waiting {
	struct batch heard, run;
	int16_t to; // of run
};

static void
push_waiting(struct etherswitch *e, struct waiting *w)
{
	struct element *base = &e->element;

	if (w->heard.n > 0)
		element_push(base, (unsigned)e->listener, &w->heard);
	if (w->run.n > 0)
		element_push(base, (unsigned)w->to, &w->run);
	w->heard.n = w->run.n = 0;
}

static void
wait_for(struct etherswitch *e, struct waiting *w, struct packet *p, int16_t to)
{
	struct packet *copy;

	if (to == e->listener) {
		w->heard.pkt[w->heard.n++] = p;
		return;
	}
	if (to != w->to)
		push_waiting(e, w);
	w->to = to;
	copy = e->listener >= 0 ? packet_clone(p) : NULL;
	if (copy != NULL)
		w->heard.pkt[w->heard.n++] = copy;
	w->run.pkt[w->run.n++] = p;
}

// Neighbours that go to one output go together.
static void
push_mixed(struct etherswitch *e, unsigned port, const struct batch *b, const int16_t *decision)
{
	struct waiting w;

	w.heard.n = w.run.n = 0;
	w.to = 0;
	for (unsigned i = 0; i < b->n; i++) {
		if (decision[i] < 0) {
			element_drop(&e->element, (unsigned)(-1 - decision[i]), b->pkt[i]);
		} else if (decision[i] == FLOOD) {
			push_waiting(e, &w);
			flood(&e->element, port, b->pkt[i]);
		} else {
			wait_for(e, &w, b->pkt[i], decision[i]);
		}
	}
	push_waiting(e, &w);
}

static void
etherswitch_push(struct element *base, unsigned port, struct batch *b)
{
	struct etherswitch *e = (struct etherswitch *)base;
	int16_t decision[BATCH_MAX];
	bool mixed = e->listener >= 0;
	int64_t now = 0;

	for (unsigned i = 0; i < b->n; i++) {
		decision[i] = decide(e, port, &b->pkt[i], &now);
		mixed |= decision[i] == FLOOD;
	}
	if (mixed)
		push_mixed(e, port, b, decision);
	else
		element_split(base, b, decision);
}

// ---- configuration

static int
etherswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct etherswitch *e = (struct etherswitch *)base;

	(void)args;
	(void)errh;
	e->timeout_ns = e->timeout.ns / CLOCK_S * CLOCK_S;
	if (e->timeout.ns - e->timeout_ns >= CLOCK_S / 2)
		e->timeout_ns += CLOCK_S;
	e->listener = base->n_outputs > base->n_inputs ? (int16_t)(base->n_outputs - 1) : -1;
	mac_table_init(&e->table);
	return 0;
}

static void
etherswitch_cleanup(struct element *base)
{
	mac_table_fini(&((struct etherswitch *)base)->table);
}

static int
etherswitch_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct etherswitch *e = (struct etherswitch *)base, *old = (struct etherswitch *)old_base;

	(void)errh;
	if (old_base->class != base->class || base->n_outputs != old_base->n_outputs)
		return 0;
	mac_table_fini(&e->table);
	e->table = old->table;
	old->table = (struct mac_table){0};
	return 0;
}

// ---- handlers

static int
read_table(const struct handler_read *call)
{
	mac_table_text(&((struct etherswitch *)call->element)->table, call->out);
	return 0;
}

static int
read_timeout(const struct handler_read *call)
{
	const struct etherswitch *e = (struct etherswitch *)call->element;

	strbuf_addf(call->out, "%" PRId64, e->timeout_ns / CLOCK_S);
	return 0;
}

static int
write_timeout(const struct handler_write *call)
{
	struct etherswitch *e = (struct etherswitch *)call->element;
	char *text = confstr_uncomment(call->text);
	uint64_t seconds;
	int err = text_read_uint64(text, &seconds);

	free(text);
	if (err != 0 || seconds > UINT32_MAX)
		return errh_error(call->errh, "expected timeout (integer)");
	e->timeout_ns = (int64_t)seconds * CLOCK_S;
	return 0;
}

static const struct arg etherswitch_args[] = {
	ARG(etherswitch, timeout, "TIMEOUT", ARG_KEYWORD, .def = "300", .min = 0,
		.max = UINT32_MAX * CLOCK_S,
		.help = "how long a station is remembered, whole seconds; 0: learns nothing"),
	ARGS_END,
};

static const struct handler etherswitch_handlers[] = {
	{.name = "table", .read = read_table, .help = "the stations known: `ETH PORT` lines"},
	{.name = "timeout",
		.read = read_timeout,
		.write = write_timeout,
		.help = "how long a station is remembered, whole seconds"},
	HANDLERS_END,
};

static const char *const etherswitch_drops[] = {
	[TOO_SHORT] = "too short for an Ethernet header",
	[SAME_PORT] = "for a station where it came from",
	[NO_OTHER_PORT] = "no other port",
	NULL,
};

#define ETHERSWITCH_FIELDS                                                  \
	.processing = "h/h", .flow = "#/[^#]", .lcores = LCORES_ANY,        \
	.size = sizeof(struct etherswitch), .push = etherswitch_push,       \
	.configure = etherswitch_configure, .cleanup = etherswitch_cleanup, \
	.take_state = etherswitch_take_state, .args = etherswitch_args,     \
	.handlers = etherswitch_handlers, .drops = etherswitch_drops, .group = "ethernet"

static const struct element_class etherswitch_class = {
	.name = "EtherSwitch",
	.ports = "-/=",
	ETHERSWITCH_FIELDS,
	.brief = "a learning bridge",
	.manual =
		"Input and output of the same number belong to one port. It learns from the source\n"
		"address of each frame which port leads to a station. Frames for a known station go to\n"
		"its port, or are dropped if they came from there; all others go to all other ports.\n"
		"A station that is not heard of for TIMEOUT, by the packets' timestamps (or the clock,\n"
		"for packets without one), is forgotten. There is room for 65536 stations; while that is\n"
		"full, frames for others go to all ports. All lcores may use one EtherSwitch.",
	.example = "s :: EtherSwitch; Idle -> s -> Discard; Idle -> [1] s [1] -> Discard;",
};
ELEMENT_CLASS(etherswitch_class)

static const struct element_class listenetherswitch_class = {
	.name = "ListenEtherSwitch",
	.ports = "-/=+",
	ETHERSWITCH_FIELDS,
	.brief = "a learning bridge with an output that hears everything",
	.manual =
		"As EtherSwitch, with one more output than inputs. The last one gets every frame that\n"
		"the bridge takes, once: a copy of what goes to one port, a copy of what goes to all, and\n"
		"what EtherSwitch would drop because it is for a station where it came from.",
	.example = "s :: ListenEtherSwitch; Idle -> s -> Discard; Idle -> [1] s [1] -> Discard;\n"
		   "s [2] -> Discard;",
};
ELEMENT_CLASS(listenetherswitch_class)
