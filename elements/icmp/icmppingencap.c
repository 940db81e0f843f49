// SPDX-License-Identifier: BSD-3-Clause
// ICMPPingEncap: makes packets the data of echo requests.

#include <rte_byteorder.h>

#include "elements/icmp/ping.h"
#include "elements/ip/encap.h"
#include "src/element.h"

struct icmppingencap {
	struct element element;
	struct ip_addr src, dst;
	uint16_t identifier;
	_Atomic uint16_t next_id;
};

enum { NO_ROOM };

enum { REQUEST_TTL = 255 };

static uint16_t
take_id(struct icmppingencap *e)
{
	uint16_t id;

	do {
		id = atomic_fetch_add_explicit(&e->next_id, 1, memory_order_relaxed);
	} while (unlikely(id == 0));
	return id;
}

static inline int
encap_packet(struct icmppingencap *e, struct packet **pp)
{
	struct ping ping = {
		.src = e->src,
		.dst = e->dst,
		.identifier = rte_cpu_to_be_16(e->identifier),
		.ttl = REQUEST_TTL,
	};

	if (unlikely(!encap_push(pp, PING_HEAD_SIZE)))
		return DROP(NO_ROOM);
	ping.id = take_id(e);
	ping_write(*pp, &ping);
	return 0;
}

ELEMENT_DECIDE(icmppingencap, icmppingencap, encap_packet)

static int
icmppingencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	atomic_store(&((struct icmppingencap *)base)->next_id, 1);
	return 0;
}

static int
icmppingencap_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(&((struct icmppingencap *)base)->next_id,
		atomic_load(&((struct icmppingencap *)old)->next_id));
	return 0;
}

static const struct arg icmppingencap_args[] = {
	ARG(icmppingencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(icmppingencap, dst, "DST", ARG_MANDATORY, .help = "destination address"),
	ARG(icmppingencap, identifier, "IDENTIFIER", ARG_KEYWORD, .def = "0",
		.help = "ICMP identifier"),
	ARGS_END,
};

static const struct handler icmppingencap_handlers[] = {
	HANDLER_FIELD_R("src", icmppingencap, src, 0, .write = ping_write_address,
		.help = "source address"),
	HANDLER_FIELD_R("dst", icmppingencap, dst, 0, .write = ping_write_address,
		.help = "destination address"),
	HANDLERS_END,
};

static const char *const icmppingencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class icmppingencap_class = {
	.name = "ICMPPingEncap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct icmppingencap),
	.push = icmppingencap_push,
	.pull = icmppingencap_pull,
	.decide = icmppingencap_decide,
	.configure = icmppingencap_configure,
	.take_state = icmppingencap_take_state,
	.args = icmppingencap_args,
	.handlers = icmppingencap_handlers,
	.drops = icmppingencap_drops,
	.group = "icmp",
	.brief = "makes packets the data of echo requests",
	.manual =
		"Puts an IP and an ICMP header in front of each packet. IP id and sequence number\n"
		"count from 1 and leave out 0. The destination annotation is set.",
	.example = "RatedSource(\"ping\", RATE 1) -> ICMPPingEncap(10.0.0.1, 10.0.0.2) -> Discard;",
};
ELEMENT_CLASS(icmppingencap_class)
