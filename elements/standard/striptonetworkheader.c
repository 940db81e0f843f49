// SPDX-License-Identifier: BSD-3-Clause
// StripToNetworkHeader: lets packets begin with their network header.

#include "src/element.h"

struct striptonetworkheader {
	struct element element;
};

enum { NO_MEMORY };

static inline int
striptonetworkheader_packet(const struct striptonetworkheader *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);

	(void)e;
	if (off == PACKET_NO_HEADER || off == 0)
		return 0;
	if (off < 0)
		return packet_push(pp, (uint32_t)-off) ? 0 : DROP(NO_MEMORY);
	// In one segment, so that the header places stay true. A packet that was cut off in front
	// of its network header becomes empty.
	if (likely(packet_pullup(pp, (uint32_t)off)))
		packet_pull(*pp, (uint32_t)off);
	else
		packet_pull(*pp, packet_length(*pp));
	return 0;
}

ELEMENT_DECIDE(striptonetworkheader, striptonetworkheader, striptonetworkheader_packet)

static const char *const striptonetworkheader_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class striptonetworkheader_class = {
	.name = "StripToNetworkHeader",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct striptonetworkheader),
	.push = striptonetworkheader_push,
	.pull = striptonetworkheader_pull,
	.decide = striptonetworkheader_decide,
	.drops = striptonetworkheader_drops,
	.group = "standard",
	.brief = "lets packets begin with their network header",
	.manual =
		"Removes what stands in front of the network header, or brings the header back if it\n"
		"was stripped. Packets without one pass unchanged.",
	.example = "Idle -> MarkIPHeader(14) -> StripToNetworkHeader -> Discard;",
};
ELEMENT_CLASS(striptonetworkheader_class)
