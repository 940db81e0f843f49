// SPDX-License-Identifier: BSD-3-Clause
// IPLoadBalancer, FlowIPLoadBalancer and their reverse sides: spread packets over IP servers.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <rte_tcp.h>

#include "elements/balance/balancer.h"
#include "elements/balance/flowpins.h"
#include "src/clock.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

struct iploadbalancer {
	struct element element;
	struct balancer balancer;
	struct strvec names; // arguments DST
	struct ip_addr *addrs; // owned; by server
	struct ip_addr vip;
	// FlowIPLoadBalancer
	bool keeps_flows, nonsyn;
	uint32_t capacity; // flows of an lcore
	uint32_t timeout_s;
};

struct iploadbalancer_lcore {
	struct balancer_lcore balancer;
	struct flow_pins pins;
	uint32_t now_s; // of the batch, for flows
};

enum { NOT_IP, NO_MEMORY, NOT_SYN, TOO_MANY_FLOWS };

// ---- data path

static inline int
send_to(struct iploadbalancer *e, unsigned server, struct packet **pp, struct balancer_packet *bp)
{
	uint32_t dst = e->addrs[server].be;

	balancer_track(&e->balancer, server, *pp, bp);
	if (unlikely(!balancer_set_address(bp, pp, false, dst)))
		return DROP(NO_MEMORY);
	packet_set_anno_u32(*pp, ANNO_DST_IP, dst);
	return 0;
}

static inline int
balance_packet(struct iploadbalancer *e, struct packet **pp)
{
	struct iploadbalancer_lcore *l = element_lcore(&e->element);
	struct balancer_packet bp;

	if (unlikely(!balancer_read(&bp, pp)))
		return DROP(NOT_IP);
	return send_to(e, balancer_pick(&e->balancer, &l->balancer, *pp, &bp), pp, &bp);
}

ELEMENT_DECIDE(iploadbalancer, iploadbalancer, balance_packet)

static inline int
balance_flow(struct iploadbalancer *e, struct packet **pp)
{
	struct iploadbalancer_lcore *l = element_lcore(&e->element);
	uint32_t now_s = l->now_s;
	struct balancer_packet bp;
	struct flow_pins_key key;
	uint16_t server;

	if (unlikely(!balancer_read(&bp, pp)))
		return DROP(NOT_IP);
	key = flow_pins_key(&bp);
	server = flow_pins_find(&l->pins, &key, now_s);
	if (unlikely(server == FLOW_PINS_NONE)) {
		if (!e->nonsyn && key.protocol == IPPROTO_TCP && !(bp.flags & RTE_TCP_SYN_FLAG))
			return DROP(NOT_SYN);
		server = (uint16_t)balancer_pick(&e->balancer, &l->balancer, *pp, &bp);
		if (!flow_pins_add(&l->pins, &key, server, now_s, e->timeout_s))
			return DROP(TOO_MANY_FLOWS);
	}
	return send_to(e, server, pp, &bp);
}

ELEMENT_DECIDE(balanceflow, iploadbalancer, balance_flow)

static void
note_time(struct element *base)
{
	struct iploadbalancer_lcore *l = element_lcore(base);

	l->now_s = (uint32_t)(clock_steady() / CLOCK_S);
}

static void
flowiploadbalancer_push(struct element *base, unsigned port, struct batch *b)
{
	note_time(base);
	balanceflow_push(base, port, b);
}

static void
flowiploadbalancer_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	note_time(base);
	balanceflow_pull(base, port, b, max);
}

// ---- life

static int
iploadbalancer_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct iploadbalancer *e = (struct iploadbalancer *)base;
	int err = 0;

	(void)args;
	if (e->names.n >= FLOW_PINS_NONE)
		return errh_error(errh, "too many servers");
	e->addrs = mem_zalloc(e->names.n * sizeof(*e->addrs));
	for (size_t i = 0; i < e->names.n; i++) {
		if (args_parse_value(
			    &arg_ip_addr, e->names.v[i], &e->addrs[i], "DST", base, errh) != 0)
			err = -EINVAL;
	}
	if (balancer_configure(&e->balancer, (uint32_t)e->names.n, errh) != 0)
		err = -EINVAL;
	return err;
}

static int
flowiploadbalancer_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	((struct iploadbalancer *)base)->keeps_flows = true;
	return iploadbalancer_configure(base, args, errh);
}

static struct iploadbalancer_lcore *
lcore_state(struct element *e, unsigned lcore)
{
	return (struct iploadbalancer_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

static int
iploadbalancer_initialize(struct element *base, struct errh *errh)
{
	struct iploadbalancer *e = (struct iploadbalancer *)base;

	(void)errh;
	balancer_start(&e->balancer, base);
	for (unsigned i = 0; e->keeps_flows && i < lcores_n(); i++)
		flow_pins_init(&lcore_state(base, i)->pins, e->capacity);
	return 0;
}

static void
iploadbalancer_cleanup(struct element *base)
{
	struct iploadbalancer *e = (struct iploadbalancer *)base;

	for (unsigned i = 0; base->lcore_data != NULL && i < lcores_n(); i++)
		flow_pins_fini(&lcore_state(base, i)->pins);
	balancer_fini(&e->balancer);
	free(e->addrs);
}

static bool
has_same_servers(const struct iploadbalancer *a, const struct iploadbalancer *b)
{
	return a->names.n == b->names.n &&
	       memcmp(a->addrs, b->addrs, a->names.n * sizeof(*a->addrs)) == 0;
}

static int
iploadbalancer_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct iploadbalancer *e = (struct iploadbalancer *)base;
	struct iploadbalancer *old = (struct iploadbalancer *)old_base;

	(void)errh;
	if (!has_same_servers(e, old))
		return 0;
	balancer_take(&e->balancer, &old->balancer);
	for (unsigned i = 0; e->keeps_flows && old->keeps_flows && i < lcores_n(); i++) {
		struct flow_pins *to = &lcore_state(base, i)->pins;
		struct flow_pins *from = &lcore_state(old_base, i)->pins;
		struct flow_pins mine = *to;

		if (e->capacity != old->capacity)
			continue;
		*to = *from;
		*from = mine;
	}
	return 0;
}

// ---- handlers and tables

static int
read_count(const struct handler_read *call)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		n += lcore_state(call->element, i)->pins.table.n;
	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

static void
flowiploadbalancer_add_handlers(struct element *e)
{
	static const struct handler count = {
		.read = read_count, .help = "flows that are remembered"};

	element_add_handler(e, "count", &count, 0);
}

#define SERVER_ARGS                                                                 \
	ARG(iploadbalancer, names, "DST", ARG_KEYWORD | ARG_EACH | ARG_MANDATORY,   \
		.help = "address of a server"),                                     \
		ARG(iploadbalancer, vip, "VIP", ARG_KEYWORD | ARG_MANDATORY,        \
			.help = "address that clients know, for the reverse side"), \
		BALANCER_ARGS(iploadbalancer)

static const struct arg iploadbalancer_args[] = {SERVER_ARGS, ARGS_END};

static const struct arg flowiploadbalancer_args[] = {
	SERVER_ARGS,
	ARG(iploadbalancer, nonsyn, "NONSYN", ARG_KEYWORD, .def = "true",
		.help = "whether TCP flows may begin without a SYN"),
	ARG(iploadbalancer, capacity, "CAPACITY", ARG_KEYWORD, .def = "65536", .min = 1,
		.max = 1 << 24, .help = "flows that each lcore remembers"),
	ARG(iploadbalancer, timeout_s, "TIMEOUT", ARG_KEYWORD, .def = "60",
		.help = "seconds without a packet after which a flow makes room for another; 0: "
			"never"),
	ARGS_END,
};

static const char *const iploadbalancer_drops[] = {[NOT_IP] = "no IP header",
	[NO_MEMORY] = "no memory",
	[NOT_SYN] = "flow without SYN",
	[TOO_MANY_FLOWS] = "too many flows",
	NULL};

static const struct element_class iploadbalancer_class = {
	.name = "IPLoadBalancer",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct iploadbalancer),
	.lcore_size = sizeof(struct iploadbalancer_lcore),
	.push = iploadbalancer_push,
	.pull = iploadbalancer_pull,
	.decide = iploadbalancer_decide,
	.configure = iploadbalancer_configure,
	.initialize = iploadbalancer_initialize,
	.cleanup = iploadbalancer_cleanup,
	.take_state = iploadbalancer_take_state,
	.args = iploadbalancer_args,
	.handlers = balancer_handlers,
	.drops = iploadbalancer_drops,
	.writes = "DST_IP",
	.group = "balance",
	.brief = "spreads packets over IP servers",
	.manual =
		"Each packet gets the address of a server as its destination, in the header and in its\n"
		"annotation. Nothing is remembered: for whole flows choose a mode that hashes, or\n"
		"FlowIPLoadBalancer. Unlike in FastClick the checksums stay right.\n"
		"\n" BALANCER_MODES_MANUAL,
	.example = "lb :: IPLoadBalancer(DST 10.0.0.1, DST 10.0.0.2, VIP 1.0.0.1, LB_MODE hash);"
		   "Idle -> CheckIPHeader -> lb -> Discard;",
};
ELEMENT_CLASS(iploadbalancer_class)

static const struct element_class flowiploadbalancer_class = {
	.name = "FlowIPLoadBalancer",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct iploadbalancer),
	.lcore_size = sizeof(struct iploadbalancer_lcore),
	.push = flowiploadbalancer_push,
	.pull = flowiploadbalancer_pull,
	.configure = flowiploadbalancer_configure,
	.initialize = iploadbalancer_initialize,
	.cleanup = iploadbalancer_cleanup,
	.take_state = iploadbalancer_take_state,
	.args = flowiploadbalancer_args,
	.handlers = balancer_handlers,
	.add_handlers = flowiploadbalancer_add_handlers,
	.drops = iploadbalancer_drops,
	.writes = "DST_IP",
	.group = "balance",
	.brief = "spreads flows over IP servers",
	.manual =
		"As IPLoadBalancer, but all packets of a flow go to the server that its first packet\n"
		"was given to. Flows are remembered by each lcore for itself (receive-side scaling\n"
		"keeps a flow on one lcore); no flow manager is needed in front.\n"
		"\n" BALANCER_MODES_MANUAL,
	.example = "lb :: FlowIPLoadBalancer(DST 10.0.0.1, DST 10.0.0.2, VIP 1.0.0.1);"
		   "Idle -> CheckIPHeader -> lb -> Discard;",
};
ELEMENT_CLASS(flowiploadbalancer_class)

// ---- the reverse side

struct iploadbalancerreverse {
	struct element element;
	struct element *lb;
	struct ip_addr vip; // of it
};

static inline int
reverse_packet(const struct iploadbalancerreverse *e, struct packet **pp)
{
	struct balancer_packet bp;

	if (unlikely(!balancer_read(&bp, pp)))
		return DROP(NOT_IP);
	return likely(balancer_set_address(&bp, pp, true, e->vip.be)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(iploadbalancerreverse, iploadbalancerreverse, reverse_packet)

static int
iploadbalancerreverse_initialize(struct element *base, struct errh *errh)
{
	struct iploadbalancerreverse *e = (struct iploadbalancerreverse *)base;

	if (e->lb->class != &iploadbalancer_class && e->lb->class != &flowiploadbalancer_class)
		return errh_error(errh, "LB must be an IPLoadBalancer or FlowIPLoadBalancer");
	e->vip = ((struct iploadbalancer *)e->lb)->vip;
	return 0;
}

static const struct arg iploadbalancerreverse_args[] = {
	ARG(iploadbalancerreverse, lb, "LB", ARG_MANDATORY, .help = "the load balancer"),
	ARGS_END,
};

static const char *const reverse_drops[] = {
	[NOT_IP] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class iploadbalancerreverse_class = {
	.name = "IPLoadBalancerReverse",
	.aliases = "FlowIPLoadBalancerReverse",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct iploadbalancerreverse),
	.push = iploadbalancerreverse_push,
	.pull = iploadbalancerreverse_pull,
	.decide = iploadbalancerreverse_decide,
	.initialize = iploadbalancerreverse_initialize,
	.args = iploadbalancerreverse_args,
	.drops = reverse_drops,
	.group = "balance",
	.brief = "the way back from servers behind a load balancer",
	.manual =
		"Packets get the VIP of the load balancer as their source, so that clients see the\n"
		"address that they talk to. Checksums stay right.",
	.example = "lb :: IPLoadBalancer(DST 10.0.0.1, VIP 1.0.0.1); Idle -> lb -> Discard;"
		   "Idle -> CheckIPHeader -> IPLoadBalancerReverse(lb) -> Discard;",
};
ELEMENT_CLASS(iploadbalancerreverse_class)
