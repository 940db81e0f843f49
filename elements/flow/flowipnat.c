// SPDX-License-Identifier: BSD-3-Clause
// FlowIPNAT, FlowIPNATReverse: give flows another source, and their answers the old one.

#include <rte_tcp.h>

#include "elements/flow/nattedflow.h"
#include "elements/flow/rewrite.h"
#include "src/strbuf.h"

struct flowipnat {
	struct element element;
	struct ip_addr sip;
	struct natted_rules rules;
	struct port_pool pool;
	struct flow_slot slot; // struct natted_flow
};

static inline int
translate(struct element *base, struct natted_flow *flow, struct packet **pp)
{
	struct flowipnat *e = (struct flowipnat *)base;
	struct balancer_packet bp;
	struct rewrite_end source, destination;

	if (unlikely(!balancer_read(&bp, pp) || !rewrite_is_possible(&bp)))
		return DROP(NATTED_NOT_POSSIBLE);
	source = rewrite_source(&bp);
	destination = rewrite_destination(&bp);
	if (unlikely(flow->port == 0)) {
		struct port_user user = {.addr = source.addr,
			.port = source.port,
			.peer_addr = destination.addr,
			.peer_port = destination.port,
			.asked_addr = destination.addr};

		if (!natted_may_begin(&e->rules, &bp))
			return DROP(NATTED_NOT_SYN);
		if (!natted_begin(flow, &e->pool, bp.protocol, &user))
			return DROP(NATTED_NO_PORT);
	}
	if (e->rules.state)
		natted_follow(flow, &e->pool, bp.flags);
	source = (struct rewrite_end){.addr = e->sip.be, .port = rte_cpu_to_be_16(flow->port)};
	return likely(rewrite_packet(&bp, pp, source, destination)) ? 0 : DROP(NATTED_NO_MEMORY);
}

static void
flowipnat_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	natted_push(base, &((struct flowipnat *)base)->slot, b, translate);
}

static void
flow_ends(struct element *base, void *slot)
{
	natted_end(slot, &((struct flowipnat *)base)->pool);
}

// ---- life

static int
flowipnat_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(&((struct flowipnat *)base)->slot, base, sizeof(struct natted_flow),
		flow_ends, errh);
}

static int
flowipnat_initialize(struct element *base, struct errh *errh)
{
	struct flowipnat *e = (struct flowipnat *)base;

	(void)errh;
	port_pool_init(&e->pool);
	port_pool_deal(&e->pool, base->info->push_lcores);
	return 0;
}

static void
flowipnat_cleanup(struct element *base)
{
	port_pool_fini(&((struct flowipnat *)base)->pool);
}

static void
flowipnat_lcores_changed(struct element *base)
{
	port_pool_deal(&((struct flowipnat *)base)->pool, base->info->push_lcores);
}

// Ports go over if the flows do.
static int
flowipnat_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct flowipnat *e = (struct flowipnat *)base, *old = (struct flowipnat *)old_base;
	struct port_pool mine = e->pool;

	(void)errh;
	if (!flow_slot_moves(&e->slot, &old->slot))
		return 0;
	e->pool = old->pool;
	old->pool = mine;
	port_pool_deal(&e->pool, base->info->push_lcores);
	return 0;
}

static const struct arg flowipnat_args[] = {
	ARG(flowipnat, sip, "SIP", ARG_MANDATORY, .help = "the new source address"),
	NATTED_ARGS(flowipnat),
	ARGS_END,
};

static const char *const flowipnat_drops[] = {NATTED_DROPS};

static const struct element_class flowipnat_class = {
	.name = "FlowIPNAT",
	.ports = "1/1",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowipnat),
	.push = flowipnat_push,
	.attach = flowipnat_attach,
	.initialize = flowipnat_initialize,
	.cleanup = flowipnat_cleanup,
	.lcores_changed = flowipnat_lcores_changed,
	.take_state = flowipnat_take_state,
	.args = flowipnat_args,
	.drops = flowipnat_drops,
	.group = "flow",
	.brief = "gives flows another source address and port",
	.manual =
		"Each TCP or UDP flow gets a port of SIP, 1024 and above, for as long as it lives.\n"
		"Every lcore that can come here has an equal share of them. Other packets are\n"
		"dropped, and so are those of flows for which there is no port. Needs a\n"
		"FlowIPManager in front; FlowIPNATReverse translates the answers.\n"
		"\n" NATTED_MANUAL,
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> n :: FlowIPNAT(1.0.0.1) -> Discard;"
		   "Idle -> CheckIPHeader -> FlowIPNATReverse(n) -> Discard;",
};
ELEMENT_CLASS(flowipnat_class)

// ---- answers

struct flowipnatreverse {
	struct element element;
	struct element *nat;
};

enum { UNKNOWN, REVERSE_NO_MEMORY };

static inline int
answer_packet(const struct flowipnatreverse *e, struct packet **pp)
{
	struct flowipnat *nat = (struct flowipnat *)e->nat;
	struct rewrite_end source, destination;
	struct balancer_packet bp;
	struct port_mapping *m;
	struct port_user user;

	if (unlikely(!balancer_read(&bp, pp) || !rewrite_is_possible(&bp)))
		return DROP(UNKNOWN);
	source = rewrite_source(&bp);
	destination = rewrite_destination(&bp);
	m = port_pool_find(&nat->pool, bp.protocol, rte_be_to_cpu_16(destination.port), &user);
	if (unlikely(m == NULL || destination.addr != nat->sip.be ||
		     user.peer_addr != source.addr || user.peer_port != source.port))
		return DROP(UNKNOWN);
	if (nat->rules.state && (bp.flags & (RTE_TCP_FIN_FLAG | RTE_TCP_RST_FLAG)))
		atomic_store_explicit(&m->peer_is_done, true, memory_order_relaxed);
	destination = (struct rewrite_end){.addr = user.addr, .port = user.port};
	if (unlikely(!rewrite_packet(&bp, pp, source, destination)))
		return DROP(REVERSE_NO_MEMORY);
	packet_set_anno_u32(*pp, ANNO_DST_IP, user.addr);
	return 0;
}

ELEMENT_DECIDE(flowipnatreverse, flowipnatreverse, answer_packet)

static int
flowipnatreverse_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	if (((struct flowipnatreverse *)base)->nat->class != &flowipnat_class)
		return errh_error(errh, "NAT must be a FlowIPNAT");
	return 0;
}

static const struct arg flowipnatreverse_args[] = {
	ARG(flowipnatreverse, nat, "NAT", ARG_MANDATORY, .help = "the FlowIPNAT of the flows"),
	ARGS_END,
};

static const char *const flowipnatreverse_drops[] = {
	[UNKNOWN] = "no flow has asked for it", [REVERSE_NO_MEMORY] = "no memory", NULL};

static const struct element_class flowipnatreverse_class = {
	.name = "FlowIPNATReverse",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowipnatreverse),
	.push = flowipnatreverse_push,
	.pull = flowipnatreverse_pull,
	.decide = flowipnatreverse_decide,
	.configure = flowipnatreverse_configure,
	.args = flowipnatreverse_args,
	.drops = flowipnatreverse_drops,
	.writes = "DST_IP",
	.group = "flow",
	.brief = "gives the answers to FlowIPNAT's flows their destination back",
	.manual =
		"A packet passes if it comes from the address and port that the flow with its\n"
		"destination port talks to; others are dropped. It needs no flow manager, and no\n"
		"mapping is forgotten before the flow ends, as FastClick's are with the first answer.\n"
		"Answers may come in on any lcore.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> n :: FlowIPNAT(1.0.0.1) -> Discard;"
		   "Idle -> CheckIPHeader -> FlowIPNATReverse(n) -> Discard;",
};
ELEMENT_CLASS(flowipnatreverse_class)
