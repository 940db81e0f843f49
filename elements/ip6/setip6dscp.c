// SPDX-License-Identifier: BSD-3-Clause
// SetIP6DSCP: sets the differentiated services code point.

#include "elements/ip6/address.h"
#include "src/element.h"

struct setip6dscp {
	struct element element;
	uint32_t dscp;
};

enum { NO_HEADER, NO_MEMORY };

enum { DSCP_SHIFT = 22 }; // in the first word
#define DSCP_MASK RTE_BE32(UINT32_C(0x3f) << DSCP_SHIFT)

static inline int
set_packet(const struct setip6dscp *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	struct rte_ipv6_hdr *ip = (void *)packet_edit(pp, off, sizeof(*ip));

	if (unlikely(ip == NULL))
		return DROP(packet_is_shared(*pp) ? NO_MEMORY : NO_HEADER);
	ip->vtc_flow = (ip->vtc_flow & ~DSCP_MASK) | rte_cpu_to_be_32(e->dscp << DSCP_SHIFT);
	return 0;
}

ELEMENT_DECIDE(setip6dscp, setip6dscp, set_packet)

static const struct arg setip6dscp_args[] = {
	ARG(setip6dscp, dscp, "DSCP", ARG_MANDATORY | ARG_READ | ARG_WRITE | ARG_RECONFIGURE,
		.max = 63, .range_error = "diffserv code point out of range",
		.help = "differentiated services code point, 0 to 63"),
	ARGS_END,
};

static const char *const setip6dscp_drops[] = {
	[NO_HEADER] = "no IPv6 header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class setip6dscp_class = {
	.name = "SetIP6DSCP",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setip6dscp),
	.push = setip6dscp_push,
	.pull = setip6dscp_pull,
	.decide = setip6dscp_decide,
	.args = setip6dscp_args,
	.drops = setip6dscp_drops,
	.group = "ip6",
	.brief = "sets the differentiated services code point of IPv6 packets",
	.manual =
		"Sets the upper six bits of the traffic class; ECN and flow label stay. Packets need\n"
		"an IPv6 header place; others are dropped.",
	.example = "Idle -> CheckIP6Header -> SetIP6DSCP(46) -> Discard;",
};
ELEMENT_CLASS(setip6dscp_class)
