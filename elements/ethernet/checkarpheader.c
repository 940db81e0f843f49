// SPDX-License-Identifier: BSD-3-Clause
// CheckARPHeader: checks ARP headers and marks their place.

#include <rte_arp.h>
#include <rte_ether.h>

#include "elements/ip/headercheck.h"
#include "src/chatter.h"

struct checkarpheader {
	struct element element;
	uint32_t offset; // at most UINT16_MAX
	struct headercheck check;
};

enum { TINY_PACKET, TOO_SMALL, BAD_HARDWARE, BAD_PROTOCOL };

enum { FIXED_SIZE = 8, IP_LEN = 4, IP6_LEN = 16 };

static const char *const reason_texts[] = {
	[TINY_PACKET] = "tiny packet",
	[TOO_SMALL] = "too small for addresses",
	[BAD_HARDWARE] = "bad hardware type/length",
	[BAD_PROTOCOL] = "bad protocol type/length",
	NULL,
};

static __attribute__((noinline, cold)) int
bad_packet(struct checkarpheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter("ARP header check failed: %s", reason_texts[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

static inline bool
protocol_is_right(const struct rte_arp_hdr *arp)
{
	switch (rte_be_to_cpu_16(arp->arp_protocol)) {
	case RTE_ETHER_TYPE_IPV4:
		return arp->arp_plen == IP_LEN;
	case RTE_ETHER_TYPE_IPV6:
		return arp->arp_plen == IP6_LEN;
	default:
		return true;
	}
}

static inline int
check_packet(struct checkarpheader *e, struct packet **pp)
{
	struct rte_arp_hdr arp; // a copy of its fixed part, which need not be aligned
	uint32_t len;

	if (unlikely(!packet_read(*pp, e->offset, &arp, FIXED_SIZE)))
		return bad_packet(e, TINY_PACKET);
	len = FIXED_SIZE + 2u * arp.arp_hlen + 2u * arp.arp_plen;
	if (unlikely(len > packet_length(*pp) - e->offset))
		return bad_packet(e, TOO_SMALL);
	if (unlikely(arp.arp_hardware == RTE_BE16(RTE_ARP_HRD_ETHER) &&
		     arp.arp_hlen != RTE_ETHER_ADDR_LEN))
		return bad_packet(e, BAD_HARDWARE);
	if (unlikely(!protocol_is_right(&arp)))
		return bad_packet(e, BAD_PROTOCOL);
	packet_set_network(*pp, (int32_t)e->offset, len);
	return 0;
}

ELEMENT_DECIDE(checkarpheader, checkarpheader, check_packet)

static int
checkarpheader_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct checkarpheader *e = (struct checkarpheader *)base;

	(void)args;
	(void)errh;
	// No packet is longer, so that all are too short for any greater offset.
	e->offset = RTE_MIN(e->offset, (uint32_t)UINT16_MAX);
	return 0;
}

static void
checkarpheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checkarpheader *)base)->check);
}

static const struct arg checkarpheader_args[] = {
	ARG(checkarpheader, offset, "OFFSET", ARG_OPTIONAL, .def = "0",
		.help = "bytes in front of the ARP header"),
	HEADERCHECK_ARGS(checkarpheader),
	ARGS_END,
};

static const struct element_class checkarpheader_class = {
	.name = "CheckARPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkarpheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkarpheader_push,
	.pull = checkarpheader_pull,
	.decide = checkarpheader_decide,
	.configure = checkarpheader_configure,
	.take_state = headercheck_take_state,
	.args = checkarpheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkarpheader_add_handlers,
	.drops = reason_texts,
	.group = "ethernet",
	.brief = "checks ARP headers",
	.manual =
		"Packets that are long enough for their addresses, and whose lengths of addresses fit\n"
		"their kinds, get a network header place. Others leave by output 1, or are dropped if\n"
		"it is not there. With DETAILS the handler `drop_details` counts them by reason.",
	.example = "Idle -> CheckARPHeader(14) -> ARPPrint -> Discard;",
};
ELEMENT_CLASS(checkarpheader_class)
