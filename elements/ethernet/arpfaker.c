// SPDX-License-Identifier: BSD-3-Clause
// ARPFaker: sends an ARP reply that nobody asked for, again and again.

#include "elements/ethernet/arppacket.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/timer.h"

struct arpfaker {
	struct element element;
	struct timer timer;
	struct ip_addr dst_ip, src_ip;
	struct mac_addr dst_eth, src_eth;
};

static const int64_t first_ns = CLOCK_S, interval_ns = 10 * CLOCK_S;

static struct packet *
make_reply(const struct arpfaker *e)
{
	struct arp_frame frame = {0};
	struct rte_arp_ipv4 *data = &frame.arp.arp_data;

	memcpy(&frame.eth.dst_addr, e->dst_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&frame.eth.src_addr, e->src_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&data->arp_sha, e->src_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&data->arp_tha, e->dst_eth.bytes, RTE_ETHER_ADDR_LEN);
	data->arp_sip = e->src_ip.be;
	data->arp_tip = e->dst_ip.be;
	return arp_packet_make(&frame, RTE_ARP_OP_REPLY, 0);
}

static void
arpfaker_fire(struct timer *timer)
{
	struct arpfaker *e = (struct arpfaker *)timer->element;
	struct packet *p;

	if (lcores_are_draining())
		return;
	p = make_reply(e);
	if (likely(p != NULL))
		element_push_one(&e->element, 0, p);
	timer_reschedule_after(timer, interval_ns);
}

static int
arpfaker_attach(struct element *e, struct errh *errh)
{
	(void)errh;
	element_timer_carries(e, element_home(e));
	return 0;
}

static int
arpfaker_initialize(struct element *base, struct errh *errh)
{
	struct arpfaker *e = (struct arpfaker *)base;

	(void)errh;
	timer_init(&e->timer, base, arpfaker_fire, element_home(base));
	timer_schedule_after(&e->timer, first_ns);
	return 0;
}

static void
arpfaker_cleanup(struct element *base)
{
	timer_unschedule(&((struct arpfaker *)base)->timer);
}

static const struct arg arpfaker_args[] = {
	ARG(arpfaker, dst_ip, "DSTIP", ARG_MANDATORY, .help = "whom the reply is for"),
	ARG(arpfaker, dst_eth, "DSTETH", ARG_MANDATORY, .help = "its Ethernet address"),
	ARG(arpfaker, src_ip, "SRCIP", ARG_MANDATORY, .help = "address that the reply speaks of"),
	ARG(arpfaker, src_eth, "SRCETH", ARG_MANDATORY,
		.help = "the Ethernet address that it is said to have"),
	ARGS_END,
};

static const struct element_class arpfaker_class = {
	.name = "ARPFaker",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct arpfaker),
	.attach = arpfaker_attach,
	.initialize = arpfaker_initialize,
	.cleanup = arpfaker_cleanup,
	.args = arpfaker_args,
	.group = "ethernet",
	.brief = "sends ARP replies that nobody asked for",
	.manual =
		"One second after the start, and every 10 seconds from then on, tells DSTIP by an ARP\n"
		"reply that SRCIP is at SRCETH.",
	.example = "ARPFaker(10.0.0.2, 2:0:0:0:0:2, 10.0.0.1, 2:0:0:0:0:1) -> Discard;",
};
ELEMENT_CLASS(arpfaker_class)
