// SPDX-License-Identifier: BSD-3-Clause
// L2LoadBalancer: spreads frames over servers with Ethernet addresses.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ether.h>

#include "elements/balance/balancer.h"
#include "src/mem.h"
#include "src/strvec.h"

struct l2loadbalancer {
	struct element element;
	struct balancer balancer;
	struct strvec names; // arguments DST
	struct mac_addr *addrs; // owned; by server
};

enum { TOO_SHORT };

static inline int
balance_packet(struct l2loadbalancer *e, struct packet **pp)
{
	struct balancer_packet bp;
	unsigned server;
	uint8_t *frame;

	// Frames that carry something else take part as well.
	balancer_read(&bp, pp);
	server = balancer_pick(&e->balancer, element_lcore(&e->element), *pp, &bp);
	frame = packet_edit(pp, 0, RTE_ETHER_ADDR_LEN);
	if (unlikely(frame == NULL))
		return DROP(TOO_SHORT);
	memcpy(frame, &e->addrs[server], RTE_ETHER_ADDR_LEN);
	balancer_track(&e->balancer, server, *pp, &bp);
	return 0;
}

ELEMENT_DECIDE(l2loadbalancer, l2loadbalancer, balance_packet)

static int
l2loadbalancer_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct l2loadbalancer *e = (struct l2loadbalancer *)base;
	int err = 0;

	(void)args;
	if (e->names.n >= UINT16_MAX)
		return errh_error(errh, "too many servers");
	e->addrs = mem_zalloc(e->names.n * sizeof(*e->addrs));
	for (size_t i = 0; i < e->names.n; i++) {
		if (args_parse_value(
			    &arg_mac_addr, e->names.v[i], &e->addrs[i], "DST", base, errh) != 0)
			err = -EINVAL;
	}
	if (balancer_configure(&e->balancer, (uint32_t)e->names.n, errh) != 0)
		err = -EINVAL;
	return err;
}

static int
l2loadbalancer_initialize(struct element *base, struct errh *errh)
{
	(void)errh;
	balancer_start(&((struct l2loadbalancer *)base)->balancer, base);
	return 0;
}

static void
l2loadbalancer_cleanup(struct element *base)
{
	struct l2loadbalancer *e = (struct l2loadbalancer *)base;

	balancer_fini(&e->balancer);
	free(e->addrs);
}

// Loads are those of a server: they move if all servers stay what they were.
static int
l2loadbalancer_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct l2loadbalancer *e = (struct l2loadbalancer *)base;
	struct l2loadbalancer *old = (struct l2loadbalancer *)old_base;

	(void)errh;
	if (e->names.n == old->names.n &&
		memcmp(e->addrs, old->addrs, e->names.n * sizeof(*e->addrs)) == 0)
		balancer_take(&e->balancer, &old->balancer);
	return 0;
}

static const struct arg l2loadbalancer_args[] = {
	ARG(l2loadbalancer, names, "DST", ARG_KEYWORD | ARG_EACH | ARG_MANDATORY,
		.help = "Ethernet address of a server"),
	BALANCER_ARGS(l2loadbalancer),
	ARGS_END,
};

static const char *const l2loadbalancer_drops[] = {[TOO_SHORT] = "too short, or no memory", NULL};

static const struct element_class l2loadbalancer_class = {
	.name = "L2LoadBalancer",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct l2loadbalancer),
	.lcore_size = sizeof(struct balancer_lcore),
	.push = l2loadbalancer_push,
	.pull = l2loadbalancer_pull,
	.decide = l2loadbalancer_decide,
	.configure = l2loadbalancer_configure,
	.initialize = l2loadbalancer_initialize,
	.cleanup = l2loadbalancer_cleanup,
	.take_state = l2loadbalancer_take_state,
	.args = l2loadbalancer_args,
	.handlers = balancer_handlers,
	.drops = l2loadbalancer_drops,
	.group = "balance",
	.brief = "spreads frames over servers with Ethernet addresses",
	.manual = "Each frame gets the address of a server as its destination. Modes that look at\n"
		  "addresses and ports need a MarkIPHeader or CheckIPHeader in front.\n"
		  "\n" BALANCER_MODES_MANUAL,
	.example = "Idle -> L2LoadBalancer(DST 2:0:0:0:0:1, DST 2:0:0:0:0:2) -> Discard;",
};
ELEMENT_CLASS(l2loadbalancer_class)
