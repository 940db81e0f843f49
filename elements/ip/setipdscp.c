// SPDX-License-Identifier: BSD-3-Clause
// SetIPDSCP: sets the differentiated services code point.

#include "elements/ip/tos.h"
#include "src/element.h"

struct setipdscp {
	struct element element;
	uint32_t dscp;
};

enum { NO_HEADER, NO_MEMORY };

static inline int
set_packet(const struct setipdscp *e, struct packet **pp)
{
	int old = tos_read(pp);
	uint8_t tos = (uint8_t)((old & TOS_ECN_MASK) | (int)(e->dscp << TOS_DSCP_SHIFT));

	if (unlikely(old < 0))
		return DROP(NO_HEADER);
	if (tos != old && unlikely(!tos_write(pp, tos)))
		return DROP(NO_MEMORY);
	return 0;
}

ELEMENT_DECIDE(setipdscp, setipdscp, set_packet)

static const struct arg setipdscp_args[] = {
	ARG(setipdscp, dscp, "DSCP", ARG_MANDATORY | ARG_READ | ARG_WRITE | ARG_RECONFIGURE,
		.max = 63, .range_error = "diffserv code point out of range",
		.help = "differentiated services code point, 0 to 63"),
	ARGS_END,
};

static const char *const setipdscp_drops[] = {
	[NO_HEADER] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class setipdscp_class = {
	.name = "SetIPDSCP",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setipdscp),
	.push = setipdscp_push,
	.pull = setipdscp_pull,
	.decide = setipdscp_decide,
	.args = setipdscp_args,
	.drops = setipdscp_drops,
	.group = "ip",
	.brief = "sets the differentiated services code point",
	.manual =
		"Sets the upper six bits of the type of service byte and updates the header checksum.\n"
		"Packets need an IP header place; others are dropped.",
	.example = "Idle -> CheckIPHeader -> SetIPDSCP(46) -> Discard;",
};
ELEMENT_CLASS(setipdscp_class)
