// SPDX-License-Identifier: BSD-3-Clause
// ConsistencyCheck: counts flows whose packets do not all carry the same value.

#include <inttypes.h>
#include <stdlib.h>

#include "elements/analysis/keytable.h"
#include "elements/balance/balancer.h"
#include "elements/balance/flowpins.h"
#include "src/chatter.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct flow_value {
	uint32_t value; // of the first packet
	bool broken;
};

struct consistencycheck_lcore {
	uint64_t n_broken_flows, n_broken, n_packets, n_too_short, n_unchecked;
	struct key_table flows;
	struct flow_value *values; // owned; by place
};

struct consistencycheck {
	struct element element;
	uint32_t offset;
	uint32_t capacity; // flows of an lcore
	bool verbose;
};

static __attribute__((noinline, cold)) void
found_broken(const struct consistencycheck *e, struct consistencycheck_lcore *l,
	struct flow_value *flow, uint32_t value)
{
	l->n_broken++;
	if (flow->broken)
		return;
	flow->broken = true;
	l->n_broken_flows++;
	if (e->verbose)
		chatter(ELEMENT_FMT ": connection broken, value %08x was %08x", ELEMENT_ARG(e),
			rte_be_to_cpu_32(value), rte_be_to_cpu_32(flow->value));
}

static inline void
check_packet(struct consistencycheck *e, struct consistencycheck_lcore *l, struct packet **pp)
{
	struct balancer_packet bp;
	struct flow_pins_key key;
	uint32_t value, place;

	l->n_packets++;
	if (unlikely(!packet_read(*pp, e->offset, &value, sizeof(value)))) {
		l->n_too_short++;
		return;
	}
	if (unlikely(!balancer_read(&bp, pp))) {
		l->n_unchecked++;
		return;
	}
	key = flow_pins_key(&bp);
	place = key_table_find(&l->flows, &key);
	if (unlikely(place == KEY_TABLE_NONE)) {
		place = key_table_add(&l->flows, &key);
		if (place == KEY_TABLE_NONE)
			l->n_unchecked++;
		else
			l->values[place] = (struct flow_value){.value = value};
	} else if (unlikely(l->values[place].value != value)) {
		found_broken(e, l, &l->values[place], value);
	}
}

static void
check_batch(struct element *e, struct batch *b)
{
	struct consistencycheck_lcore *l = element_lcore(e);

	for (unsigned i = 0; i < b->n; i++)
		check_packet((struct consistencycheck *)e, l, &b->pkt[i]);
}

static void
consistencycheck_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	batch_prefetch_data(b);
	check_batch(e, b);
	element_push(e, 0, b);
}

static void
consistencycheck_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	check_batch(e, b);
}

// ---- life

static struct consistencycheck_lcore *
lcore_state(struct element *e, unsigned lcore)
{
	return (struct consistencycheck_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

static int
consistencycheck_initialize(struct element *base, struct errh *errh)
{
	struct consistencycheck *e = (struct consistencycheck *)base;

	(void)errh;
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct consistencycheck_lcore *l = lcore_state(base, i);

		key_table_init(&l->flows, sizeof(struct flow_pins_key), e->capacity);
		l->values = mem_zalloc(e->capacity * sizeof(*l->values));
	}
	return 0;
}

static void
consistencycheck_cleanup(struct element *base)
{
	for (unsigned i = 0; base->lcore_data != NULL && i < lcores_n(); i++) {
		key_table_fini(&lcore_state(base, i)->flows);
		free(lcore_state(base, i)->values);
	}
}

static int
consistencycheck_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	if (((struct consistencycheck *)base)->capacity !=
		((struct consistencycheck *)old)->capacity)
		return 0;
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct consistencycheck_lcore mine = *lcore_state(base, i);

		*lcore_state(base, i) = *lcore_state(old, i);
		*lcore_state(old, i) = mine;
	}
	return 0;
}

// ---- handlers

enum {
	BROKEN_FLOWS,
	BROKEN,
	BROKEN_RATIO,
	BROKEN_FLOWS_RATIO,
	AVERAGE,
	TOO_SHORT,
	FLOWS,
	UNCHECKED
};

static int
read_value(const struct handler_read *call)
{
	const struct element *e = call->element;
	uint64_t broken_flows = ELEMENT_SUM(e, consistencycheck_lcore, n_broken_flows);
	uint64_t broken = ELEMENT_SUM(e, consistencycheck_lcore, n_broken), flows = 0;
	struct {
		uint64_t n, of;
	} v = {0};

	for (unsigned i = 0; i < lcores_n(); i++)
		flows += lcore_state(call->element, i)->flows.n;
	switch (call->row->number) {
	case BROKEN_FLOWS:
		v.n = broken_flows;
		break;
	case BROKEN:
		v.n = broken;
		break;
	case TOO_SHORT:
		v.n = ELEMENT_SUM(e, consistencycheck_lcore, n_too_short);
		break;
	case FLOWS:
		v.n = flows;
		break;
	case UNCHECKED:
		v.n = ELEMENT_SUM(e, consistencycheck_lcore, n_unchecked);
		break;
	case BROKEN_RATIO:
		v.n = broken;
		v.of = ELEMENT_SUM(e, consistencycheck_lcore, n_packets);
		break;
	case BROKEN_FLOWS_RATIO:
		v.n = broken_flows;
		v.of = flows;
		break;
	case AVERAGE:
		v.n = broken;
		v.of = broken_flows;
		break;
	}
	if (v.of > 0)
		text_double(call->out, (double)v.n / (double)v.of);
	else
		strbuf_addf(call->out, "%" PRIu64, v.n);
	return 0;
}

static const struct arg consistencycheck_args[] = {
	ARG(consistencycheck, offset, "OFFSET", ARG_OPTIONAL, .def = "40", .min = 0,
		.max = UINT16_MAX, .help = "place of the value, 4 bytes, in the packet"),
	ARG(consistencycheck, capacity, "CAPACITY", ARG_KEYWORD, .def = "65536", .min = 1,
		.max = 1 << 24, .help = "flows that each lcore remembers"),
	ARG(consistencycheck, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "tells of each connection that breaks"),
	ARGS_END,
};

#define VALUE(handler_name, which, text)                                                \
	{                                                                               \
		.name = handler_name, .read = read_value, .number = which, .help = text \
	}

static const struct handler consistencycheck_handlers[] = {
	VALUE("broken_connections", BROKEN_FLOWS, "connections with different values"),
	VALUE("broken_packets", BROKEN, "packets with another value than their connection's first"),
	VALUE("broken_packets_ratio", BROKEN_RATIO, "their share of all packets, 0 to 1"),
	VALUE("broken_connections_ratio", BROKEN_FLOWS_RATIO, "the share of broken connections"),
	VALUE("avg_broken_per_connection", AVERAGE, "broken packets of a broken connection"),
	VALUE("too_short", TOO_SHORT, "packets without a value"),
	VALUE("total_connections", FLOWS, "connections that are remembered"),
	VALUE("unchecked", UNCHECKED, "packets that are not IP, or of connections beyond CAPACITY"),
	HANDLERS_END,
};

static const struct element_class consistencycheck_class = {
	.name = "ConsistencyCheck",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct consistencycheck),
	.lcore_size = sizeof(struct consistencycheck_lcore),
	.push = consistencycheck_push,
	.pull = consistencycheck_pull,
	.initialize = consistencycheck_initialize,
	.cleanup = consistencycheck_cleanup,
	.take_state = consistencycheck_take_state,
	.args = consistencycheck_args,
	.handlers = consistencycheck_handlers,
	.group = "measure",
	.brief = "counts flows whose packets do not all carry the same value",
	.manual =
		"To check balancers: servers write their number at OFFSET, and a connection that sees\n"
		"two is broken. A connection is known by addresses, ports and protocol, and by its\n"
		"first packet's value; each lcore remembers its own. Packets always pass. Needs\n"
		"header places: put a CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> c :: ConsistencyCheck(42) -> Discard;",
};
ELEMENT_CLASS(consistencycheck_class)
