// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A flow that has been given a port of another address: what FlowIPNAT and FlowNAPTLoadBalancer
// keep of it.

#include <rte_tcp.h>

#include "elements/balance/balancer.h"
#include "elements/flow/flowmanager.h"
#include "elements/flow/portpool.h"

struct natted_rules {
	bool accept_nonsyn;
	bool state;
};

struct natted_flow {
	uint16_t port; // 0: none
	uint16_t server; // FlowNAPTLoadBalancer's
	uint8_t protocol;
	bool sent_fin;
	bool done; // the port can be given back
};

static inline bool
natted_may_begin(const struct natted_rules *rules, const struct balancer_packet *bp)
{
	return rules->accept_nonsyn || bp->protocol != IPPROTO_TCP ||
	       (bp->flags & RTE_TCP_SYN_FLAG) != 0;
}

// false: no port.
static inline bool
natted_begin(struct natted_flow *flow, struct port_pool *pool, uint8_t protocol,
	const struct port_user *user)
{
	flow->port = port_pool_take(pool, protocol, user);
	flow->protocol = protocol;
	return flow->port != 0;
}

// A TCP flow ends with a RST, or with the ACK of the second FIN, which comes from here if the other
// side closes last, and else when it is idle.
static inline void
natted_follow(struct natted_flow *flow, struct port_pool *pool, uint8_t flags)
{
	struct port_mapping *m = &pool->mappings[0][flow->port];

	if (flow->protocol != IPPROTO_TCP)
		return;
	if (flags & RTE_TCP_RST_FLAG)
		flow->done = true;
	else if (flags & RTE_TCP_FIN_FLAG)
		flow->sent_fin = true;
	else if (flow->sent_fin && atomic_load_explicit(&m->peer_is_done, memory_order_relaxed))
		flow->done = true;
}

static inline void
natted_end(struct natted_flow *flow, struct port_pool *pool)
{
	if (flow->port != 0)
		port_pool_give_back(pool, flow->protocol, flow->port);
	flow->port = 0;
}

// ---- data path

// Drop reasons of the two, with NATTED_DROPS.
enum { NATTED_NO_FLOW, NATTED_NOT_POSSIBLE, NATTED_NOT_SYN, NATTED_NO_PORT, NATTED_NO_MEMORY };

#define NATTED_DROPS                                                                          \
	[NATTED_NO_FLOW] = "no flow", [NATTED_NOT_POSSIBLE] = "no TCP or UDP, or a fragment", \
	[NATTED_NOT_SYN] = "flow without SYN", [NATTED_NO_PORT] = "no free port",             \
	[NATTED_NO_MEMORY] = "no memory", NULL

// A DROP() or 0.
typedef int natted_translate_fn(struct element *e, struct natted_flow *flow, struct packet **pp);

// The push of both; translate becomes part of it.
static inline __attribute__((always_inline)) void
natted_push(struct element *e, const struct flow_slot *slot, struct batch *b,
	natted_translate_fn *translate)
{
	struct natted_flow *flow = flow_slot_here(slot);
	unsigned n = 0;

	if (unlikely(flow == NULL)) {
		element_drop_batch(e, NATTED_NO_FLOW, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int decision = translate(e, flow, &p);

		if (likely(decision == 0))
			b->pkt[n++] = p;
		else
			element_drop(e, (unsigned)(-1 - decision), p);
	}
	b->n = (uint16_t)n;
	// One that was rejected may try again.
	if (unlikely(flow->port == 0 || flow->done))
		flow_close_here(slot);
	element_push(e, 0, b);
}

// Rows of an argument table, for the field `rules` of the struct.
#define NATTED_ARGS(struct_name)                                                           \
	ARG(struct_name, rules.accept_nonsyn, "ACCEPT_NONSYN", ARG_KEYWORD, .def = "true", \
		.help = "whether TCP flows may begin without a SYN"),                      \
		ARG(struct_name, rules.state, "STATE", ARG_KEYWORD, .def = "false",        \
			.help = "true: follows TCP flows, and frees their ports when they close")

#define NATTED_MANUAL                                                                             \
	"With ACCEPT_NONSYN false a TCP flow must begin with a SYN, which FastClick does not\n"   \
	"check by mistake. With STATE the port of a TCP flow is free again with a RST, or when\n" \
	"the end of both directions has been acknowledged; else when the flow manager ends the\n" \
	"flow."
