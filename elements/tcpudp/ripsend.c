// SPDX-License-Identifier: BSD-3-Clause
// RIPSend: announces a route by RIP (RFC 2453).

#include <string.h>

#include "elements/tcpudp/udpip.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/timer.h"

struct ripsend {
	struct element element;
	struct udpip udpip;
	struct timer timer;
	uint16_t next_id;
	struct ip_addr src, dst;
	struct ip_prefix prefix;
	int32_t metric;
};

enum { RIP_PORT = 520, RIP_TTL = 200, RIP_RESPONSE = 2, RIP_VERSION = 2, FAMILY_IP = 2 };

struct rip_message { // with one route
	uint8_t command, version;
	rte_be16_t zero;
	rte_be16_t family, tag;
	rte_be32_t addr, mask, next_hop, metric;
};
static_assert(sizeof(struct rip_message) == 24, "as RFC 2453 has it");

static const int64_t first_ns = 3 * CLOCK_S, interval_ns = 30 * CLOCK_S;

static struct packet *
make_message(struct ripsend *e)
{
	const struct rip_message message = {
		.command = RIP_RESPONSE,
		.version = RIP_VERSION,
		.family = RTE_BE16(FAMILY_IP),
		.addr = e->prefix.addr.be,
		.mask = e->prefix.mask.be,
		.next_hop = e->src.be,
		.metric = rte_cpu_to_be_32((uint32_t)e->metric),
	};
	struct packet *p = packet_make(PACKET_HEADROOM, &message, sizeof(message));

	if (likely(p != NULL))
		udpip_packet(&e->udpip, &p, e->next_id++, e->dst.be, false);
	return p;
}

static void
ripsend_fire(struct timer *timer)
{
	struct ripsend *e = (struct ripsend *)timer->element;
	struct packet *p;

	if (lcores_are_draining())
		return;
	p = make_message(e);
	if (likely(p != NULL))
		element_push_one(&e->element, 0, p);
	timer_reschedule_after(timer, interval_ns);
}

static int
ripsend_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ripsend *e = (struct ripsend *)base;

	(void)args;
	(void)errh;
	udpip_init(&e->udpip, e->src, RIP_PORT, RIP_PORT, RIP_TTL, true);
	e->prefix.addr.be &= e->prefix.mask.be;
	return 0;
}

static int
ripsend_attach(struct element *e, struct errh *errh)
{
	(void)errh;
	element_timer_carries(e, element_home(e));
	return 0;
}

static int
ripsend_initialize(struct element *base, struct errh *errh)
{
	struct ripsend *e = (struct ripsend *)base;

	(void)errh;
	timer_init(&e->timer, base, ripsend_fire, element_home(base));
	timer_schedule_after(&e->timer, first_ns);
	return 0;
}

static void
ripsend_cleanup(struct element *base)
{
	timer_unschedule(&((struct ripsend *)base)->timer);
}

static int
ripsend_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct ripsend *)base)->next_id = ((struct ripsend *)old)->next_id;
	return 0;
}

static const struct arg ripsend_args[] = {
	ARG(ripsend, src, "SRC", ARG_MANDATORY,
		.help = "source address, which is the route's next hop"),
	ARG(ripsend, dst, "DST", ARG_MANDATORY, .help = "address to send to"),
	ARG_AS(ripsend, prefix, arg_ip_prefix_or_addr, "PREFIX", ARG_MANDATORY,
		.help = "where the route leads"),
	ARG(ripsend, metric, "METRIC", ARG_MANDATORY, .help = "its cost, 16 for unreachable"),
	ARGS_END,
};

static const struct element_class ripsend_class = {
	.name = "RIPSend",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct ripsend),
	.configure = ripsend_configure,
	.attach = ripsend_attach,
	.initialize = ripsend_initialize,
	.cleanup = ripsend_cleanup,
	.take_state = ripsend_take_state,
	.args = ripsend_args,
	.group = "ip",
	.brief = "announces a route by RIP",
	.manual =
		"Three seconds after the start, and every 30 seconds from then on, sends a RIP version\n"
		"2 response with one route from SRC to DST, UDP port 520. The packets begin with the\n"
		"IP header.",
	.example = "RIPSend(10.0.0.1, 224.0.0.9, 10.1.0.0/16, 1) -> Discard;",
};
ELEMENT_CLASS(ripsend_class)
