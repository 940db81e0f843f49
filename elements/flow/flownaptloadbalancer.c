// SPDX-License-Identifier: BSD-3-Clause
// FlowNAPTLoadBalancer, FlowNAPTLoadBalancerReverse: spread flows over servers, which see another
// source.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <rte_tcp.h>

#include "elements/flow/nattedflow.h"
#include "elements/flow/rewrite.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

struct server {
	struct ip_addr addr, source; // where flows go to, and seem to come from
	unsigned pool; // of the source
};

struct flownaptloadbalancer_lcore {
	struct balancer_lcore balancer;
	uint64_t n_begun, n_ended;
};

struct flownaptloadbalancer {
	struct element element;
	struct balancer balancer;
	struct strvec dst, sip; // arguments
	struct server *servers; // owned; by number
	struct port_pool *pools; // owned; of each different source address
	struct ip_addr *pool_addrs; // owned
	unsigned n_pools;
	struct natted_rules rules;
	struct flow_slot slot; // struct natted_flow
};

enum { SERVERS_MAX = 256 };

// ---- data path

static int
begin(struct flownaptloadbalancer *e, struct natted_flow *flow, struct packet *p,
	const struct balancer_packet *bp)
{
	struct flownaptloadbalancer_lcore *l = element_lcore(&e->element);
	struct rewrite_end source = rewrite_source(bp), asked = rewrite_destination(bp);
	const struct server *s;
	struct port_user user;

	if (!natted_may_begin(&e->rules, bp))
		return DROP(NATTED_NOT_SYN);
	flow->server = (uint16_t)balancer_pick(&e->balancer, &l->balancer, p, bp);
	s = &e->servers[flow->server];
	user = (struct port_user){.addr = source.addr,
		.port = source.port,
		.peer_addr = s->addr.be,
		.peer_port = asked.port,
		.asked_addr = asked.addr};
	if (!natted_begin(flow, &e->pools[s->pool], bp->protocol, &user))
		return DROP(NATTED_NO_PORT);
	l->n_begun++;
	return 0;
}

static inline int
balance(struct element *base, struct natted_flow *flow, struct packet **pp)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;
	struct rewrite_end source, destination;
	const struct server *s;
	struct balancer_packet bp;
	int err;

	if (unlikely(!balancer_read(&bp, pp) || !rewrite_is_possible(&bp)))
		return DROP(NATTED_NOT_POSSIBLE);
	if (unlikely(flow->port == 0)) {
		err = begin(e, flow, *pp, &bp);
		if (err != 0)
			return err;
	}
	s = &e->servers[flow->server];
	if (e->rules.state)
		natted_follow(flow, &e->pools[s->pool], bp.flags);
	balancer_track(&e->balancer, flow->server, *pp, &bp);
	source = (struct rewrite_end){.addr = s->source.be, .port = rte_cpu_to_be_16(flow->port)};
	destination =
		(struct rewrite_end){.addr = s->addr.be, .port = rewrite_destination(&bp).port};
	if (unlikely(!rewrite_packet(&bp, pp, source, destination)))
		return DROP(NATTED_NO_MEMORY);
	packet_set_anno_u32(*pp, ANNO_DST_IP, s->addr.be);
	return 0;
}

static void
flownaptloadbalancer_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	natted_push(base, &((struct flownaptloadbalancer *)base)->slot, b, balance);
}

static void
flow_ends(struct element *base, void *slot)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;
	struct flownaptloadbalancer_lcore *l = element_lcore(base);
	struct natted_flow *flow = slot;

	if (flow->port == 0)
		return;
	l->n_ended++;
	natted_end(flow, &e->pools[e->servers[flow->server].pool]);
}

// ---- life

static unsigned
pool_of(struct flownaptloadbalancer *e, struct ip_addr addr)
{
	unsigned i = 0;

	while (i < e->n_pools && e->pool_addrs[i].be != addr.be)
		i++;
	if (i == e->n_pools)
		e->pool_addrs[e->n_pools++] = addr;
	return i;
}

static int
flownaptloadbalancer_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;
	size_t n = e->dst.n;
	int err = 0;

	(void)args;
	if (n != e->sip.n)
		return errh_error(errh, "The number of SIP must match DST");
	if (n > SERVERS_MAX)
		return errh_error(errh, "more than %d servers", SERVERS_MAX);
	e->servers = mem_zalloc(n * sizeof(*e->servers));
	e->pool_addrs = mem_zalloc(n * sizeof(*e->pool_addrs));
	for (size_t i = 0; i < n; i++) {
		struct server *s = &e->servers[i];

		if (args_parse_value(&arg_ip_addr, e->dst.v[i], &s->addr, "DST", base, errh) != 0)
			err = -EINVAL;
		if (args_parse_value(&arg_ip_addr, e->sip.v[i], &s->source, "SIP", base, errh) != 0)
			err = -EINVAL;
		s->pool = pool_of(e, s->source);
	}
	if (balancer_configure(&e->balancer, (uint32_t)n, errh) != 0)
		err = -EINVAL;
	return err;
}

static int
flownaptloadbalancer_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(&((struct flownaptloadbalancer *)base)->slot, base,
		sizeof(struct natted_flow), flow_ends, errh);
}

static void
deal_ports(struct element *base)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;

	for (unsigned i = 0; i < e->n_pools; i++)
		port_pool_deal(&e->pools[i], base->info->push_lcores);
}

static int
flownaptloadbalancer_initialize(struct element *base, struct errh *errh)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;

	(void)errh;
	e->pools = mem_zalloc(e->n_pools * sizeof(*e->pools));
	for (unsigned i = 0; i < e->n_pools; i++)
		port_pool_init(&e->pools[i]);
	deal_ports(base);
	balancer_start(&e->balancer, base);
	return 0;
}

static void
flownaptloadbalancer_cleanup(struct element *base)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;

	for (unsigned i = 0; e->pools != NULL && i < e->n_pools; i++)
		port_pool_fini(&e->pools[i]);
	free(e->pools);
	free(e->pool_addrs);
	free(e->servers);
	balancer_fini(&e->balancer);
}

static bool
has_same_servers(const struct flownaptloadbalancer *e, const struct flownaptloadbalancer *old)
{
	if (e->dst.n != old->dst.n)
		return false;
	for (size_t i = 0; i < e->dst.n; i++) {
		if (e->servers[i].addr.be != old->servers[i].addr.be ||
			e->servers[i].source.be != old->servers[i].source.be)
			return false;
	}
	return true;
}

// Slots hold numbers of servers: with others, flows begin anew with their next packet.
static void
forget_flow(void *slot, unsigned lcore, void *arg)
{
	(void)lcore;
	(void)arg;
	*(struct natted_flow *)slot = (struct natted_flow){0};
}

static int
flownaptloadbalancer_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct flownaptloadbalancer *e = (struct flownaptloadbalancer *)base;
	struct flownaptloadbalancer *old = (struct flownaptloadbalancer *)old_base;
	struct flownaptloadbalancer_lcore *l = element_lcore(base);
	struct port_pool *mine = e->pools;
	bool flows = flow_slot_moves(&e->slot, &old->slot), same = has_same_servers(e, old);
	uint64_t begun = ELEMENT_SUM(old_base, flownaptloadbalancer_lcore, n_begun);

	(void)errh;
	l->n_begun += begun;
	l->n_ended += begun;
	if (same)
		balancer_take(&e->balancer, &old->balancer);
	if (flows && same) {
		l->n_ended -= begun - ELEMENT_SUM(old_base, flownaptloadbalancer_lcore, n_ended);
		e->pools = old->pools;
		old->pools = mine;
		deal_ports(base);
	} else if (flows) {
		// The manager has them either already or not yet.
		flow_slot_each(&old->slot, forget_flow, NULL);
		flow_slot_each(&e->slot, forget_flow, NULL);
	}
	return 0;
}

// ---- tables

static int
read_count(const struct handler_read *call)
{
	uint64_t begun = ELEMENT_SUM(call->element, flownaptloadbalancer_lcore, n_begun);
	uint64_t ended = ELEMENT_SUM(call->element, flownaptloadbalancer_lcore, n_ended);

	strbuf_addf(call->out, "%" PRIu64, call->row->number ? begun - ended : begun);
	return 0;
}

static void
flownaptloadbalancer_add_handlers(struct element *e)
{
	static const struct handler conn = {
		.read = read_count, .flags = HANDLER_LIVE, .help = "flows that have begun"};
	static const struct handler open = {.read = read_count,
		.flags = HANDLER_LIVE,
		.help = "of these, flows that have not ended"};

	element_add_handler(e, "conn", &conn, 0);
	element_add_handler(e, "open", &open, 1);
}

static const struct arg flownaptloadbalancer_args[] = {
	ARG(flownaptloadbalancer, dst, "DST", ARG_KEYWORD | ARG_EACH | ARG_MANDATORY,
		.help = "address of a server"),
	ARG(flownaptloadbalancer, sip, "SIP", ARG_KEYWORD | ARG_EACH | ARG_MANDATORY,
		.help = "source address that the server with the same number sees"),
	BALANCER_ARGS(flownaptloadbalancer),
	NATTED_ARGS(flownaptloadbalancer),
	ARGS_END,
};

static const char *const flownaptloadbalancer_drops[] = {NATTED_DROPS};

#define EXAMPLE                                                                                  \
	"Idle -> CheckIPHeader -> FlowIPManager"                                                 \
	" -> lb :: FlowNAPTLoadBalancer(DST 10.0.0.1, SIP 10.0.1.1, DST 10.0.0.2, SIP 10.0.1.1)" \
	" -> Discard; Idle -> CheckIPHeader -> FlowNAPTLoadBalancerReverse(lb) -> Discard;"

static const struct element_class flownaptloadbalancer_class = {
	.name = "FlowNAPTLoadBalancer",
	.ports = "1/1",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct flownaptloadbalancer),
	.lcore_size = sizeof(struct flownaptloadbalancer_lcore),
	.push = flownaptloadbalancer_push,
	.configure = flownaptloadbalancer_configure,
	.attach = flownaptloadbalancer_attach,
	.initialize = flownaptloadbalancer_initialize,
	.cleanup = flownaptloadbalancer_cleanup,
	.lcores_changed = deal_ports,
	.take_state = flownaptloadbalancer_take_state,
	.args = flownaptloadbalancer_args,
	.handlers = balancer_handlers,
	.add_handlers = flownaptloadbalancer_add_handlers,
	.drops = flownaptloadbalancer_drops,
	.writes = "DST_IP",
	.group = "flow",
	.brief = "spreads flows over servers, which see another source",
	.manual =
		"Each flow gets a server as its destination, and an address and port of ours as its\n"
		"source, so that answers come back here: FlowNAPTLoadBalancerReverse translates them.\n"
		"Servers may share a SIP. Needs a FlowIPManager in front.\n"
		"\n" NATTED_MANUAL "\n\n" BALANCER_MODES_MANUAL,
	.example = EXAMPLE,
};
ELEMENT_CLASS(flownaptloadbalancer_class)

// ---- answers

struct flownaptloadbalancerreverse {
	struct element element;
	struct element *lb;
};

enum { UNKNOWN, REVERSE_NO_MEMORY };

static inline int
answer_packet(const struct flownaptloadbalancerreverse *e, struct packet **pp)
{
	const struct flownaptloadbalancer *lb = (struct flownaptloadbalancer *)e->lb;
	struct rewrite_end source, destination;
	struct balancer_packet bp;
	struct port_mapping *m;
	struct port_user user;
	unsigned pool = 0;

	if (unlikely(!balancer_read(&bp, pp) || !rewrite_is_possible(&bp)))
		return DROP(UNKNOWN);
	source = rewrite_source(&bp);
	destination = rewrite_destination(&bp);
	while (pool < lb->n_pools && lb->pool_addrs[pool].be != destination.addr)
		pool++;
	if (unlikely(pool == lb->n_pools))
		return DROP(UNKNOWN);
	m = port_pool_find(
		&lb->pools[pool], bp.protocol, rte_be_to_cpu_16(destination.port), &user);
	if (unlikely(m == NULL || user.peer_addr != source.addr || user.peer_port != source.port))
		return DROP(UNKNOWN);
	if (lb->rules.state && (bp.flags & (RTE_TCP_FIN_FLAG | RTE_TCP_RST_FLAG)))
		atomic_store_explicit(&m->peer_is_done, true, memory_order_relaxed);
	source.addr = user.asked_addr;
	destination = (struct rewrite_end){.addr = user.addr, .port = user.port};
	if (unlikely(!rewrite_packet(&bp, pp, source, destination)))
		return DROP(REVERSE_NO_MEMORY);
	packet_set_anno_u32(*pp, ANNO_DST_IP, user.addr);
	return 0;
}

ELEMENT_DECIDE(flownaptloadbalancerreverse, flownaptloadbalancerreverse, answer_packet)

static int
flownaptloadbalancerreverse_configure(
	struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct element *lb = ((struct flownaptloadbalancerreverse *)base)->lb;

	(void)args;
	if (lb->class != &flownaptloadbalancer_class)
		return errh_error(errh, "LB must be a FlowNAPTLoadBalancer");
	return 0;
}

static const struct arg flownaptloadbalancerreverse_args[] = {
	ARG(flownaptloadbalancerreverse, lb, "LB", ARG_MANDATORY, .help = "the load balancer"),
	ARGS_END,
};

static const char *const flownaptloadbalancerreverse_drops[] = {
	[UNKNOWN] = "no flow has asked for it", [REVERSE_NO_MEMORY] = "no memory", NULL};

static const struct element_class flownaptloadbalancerreverse_class = {
	.name = "FlowNAPTLoadBalancerReverse",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct flownaptloadbalancerreverse),
	.push = flownaptloadbalancerreverse_push,
	.pull = flownaptloadbalancerreverse_pull,
	.decide = flownaptloadbalancerreverse_decide,
	.configure = flownaptloadbalancerreverse_configure,
	.args = flownaptloadbalancerreverse_args,
	.drops = flownaptloadbalancerreverse_drops,
	.writes = "DST_IP",
	.group = "flow",
	.brief = "the way back from servers behind a FlowNAPTLoadBalancer",
	.manual =
		"A packet from a server gets the address that the client talks to as its source, and\n"
		"goes to the client. Those that no flow has asked for are dropped. Needs no flow\n"
		"manager.",
	.example = EXAMPLE,
};
ELEMENT_CLASS(flownaptloadbalancerreverse_class)
