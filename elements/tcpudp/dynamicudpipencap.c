// SPDX-License-Identifier: BSD-3-Clause
// DynamicUDPIPEncap: puts UDP and IP headers, whose ports change, in front of packets.

#include "elements/tcpudp/udpip.h"
#include "src/element.h"

struct dynamicudpipencap {
	struct element element;
	struct udpip udpip;
	uint16_t next_id;
	uint32_t left; // packets with these ports
	uint16_t sport_now, dport_now;
	// As configured.
	struct ip_addr src, dst;
	struct udp_port sport, dport;
	bool checksum;
	uint32_t interval; // packets with the same ports; 0: all
};

enum { NO_ROOM };

static void
use_ports(struct dynamicudpipencap *e)
{
	udpip_init(&e->udpip, e->src, e->sport_now, e->dport_now, UDPIP_TTL, e->checksum);
	e->left = e->interval;
}

static inline int
encap_packet(struct dynamicudpipencap *e, struct packet **pp)
{
	if (unlikely(!udpip_packet(&e->udpip, pp, e->next_id, e->dst.be, false)))
		return DROP(NO_ROOM);
	e->next_id++;
	if (e->interval > 0 && --e->left == 0) {
		e->sport_now++;
		e->dport_now++;
		use_ports(e);
	}
	return 0;
}

ELEMENT_DECIDE(dynamicudpipencap, dynamicudpipencap, encap_packet)

static int
dynamicudpipencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct dynamicudpipencap *e = (struct dynamicudpipencap *)base;

	(void)args;
	(void)errh;
	e->sport_now = e->sport.number;
	e->dport_now = e->dport.number;
	use_ports(e);
	return 0;
}

static int
dynamicudpipencap_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct dynamicudpipencap *e = (struct dynamicudpipencap *)base;
	const struct dynamicudpipencap *old = (struct dynamicudpipencap *)old_base;

	(void)errh;
	e->next_id = old->next_id;
	// Goes on where the old one was only if it would have come there itself.
	if (e->sport.number != old->sport.number || e->dport.number != old->dport.number ||
		e->interval != old->interval)
		return 0;
	e->sport_now = old->sport_now;
	e->dport_now = old->dport_now;
	use_ports(e);
	e->left = old->left;
	return 0;
}

static const struct arg dynamicudpipencap_args[] = {
	ARG(dynamicudpipencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(dynamicudpipencap, sport, "SPORT", ARG_MANDATORY,
		.range_error = "SPORT: overflow, range 0-65535", .help = "first source port"),
	ARG(dynamicudpipencap, dst, "DST", ARG_MANDATORY, .help = "destination address"),
	ARG(dynamicudpipencap, dport, "DPORT", ARG_MANDATORY,
		.range_error = "DPORT: overflow, range 0-65535", .help = "first destination port"),
	ARG(dynamicudpipencap, checksum, "CHECKSUM", ARG_OPTIONAL, .def = "true",
		.help = "false: no UDP checksum"),
	ARG(dynamicudpipencap, interval, "INTERVAL", ARG_OPTIONAL, .def = "0",
		.help = "packets after which both ports go up by one; 0: never"),
	ARGS_END,
};

static const char *const dynamicudpipencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class dynamicudpipencap_class = {
	.name = "DynamicUDPIPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct dynamicudpipencap),
	.push = dynamicudpipencap_push,
	.pull = dynamicudpipencap_pull,
	.decide = dynamicudpipencap_decide,
	.configure = dynamicudpipencap_configure,
	.take_state = dynamicudpipencap_take_state,
	.args = dynamicudpipencap_args,
	.drops = dynamicudpipencap_drops,
	.group = "tcpudp",
	.brief = "puts UDP and IP headers with changing ports in front of packets",
	.manual =
		"As UDPIPEncap, but both ports go up by one after every INTERVAL packets, so that the\n"
		"packets look like many flows.",
	.example =
		"Idle -> DynamicUDPIPEncap(10.0.0.1, 1000, 10.0.0.2, 2000, true, 10) -> Discard;",
};
ELEMENT_CLASS(dynamicudpipencap_class)
