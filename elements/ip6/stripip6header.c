// SPDX-License-Identifier: BSD-3-Clause
// StripIP6Header: removes the IPv6 header and what stands in front of it.

#include "elements/ip6/address.h"
#include "src/element.h"

struct stripip6header {
	struct element element;
};

enum { NO_HEADER };

static inline int
strip_packet(const struct stripip6header *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);

	(void)e;
	// In one piece, so that it can be brought back.
	if (unlikely(packet_peek(pp, off, IP6_HEADER_SIZE) == NULL ||
		     off < -(int32_t)IP6_HEADER_SIZE))
		return DROP(NO_HEADER);
	packet_pull(*pp, (uint32_t)(off + (int32_t)IP6_HEADER_SIZE));
	return 0;
}

ELEMENT_DECIDE(stripip6header, stripip6header, strip_packet)

static const char *const stripip6header_drops[] = {[NO_HEADER] = "no IPv6 header", NULL};

static const struct element_class stripip6header_class = {
	.name = "StripIP6Header",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct stripip6header),
	.push = stripip6header_push,
	.pull = stripip6header_pull,
	.decide = stripip6header_decide,
	.drops = stripip6header_drops,
	.group = "ip6",
	.brief = "removes the IPv6 header",
	.manual =
		"The data begins with what followed the 40 bytes of the IPv6 header afterwards; header\n"
		"places stay where they are in the packet. Packets need an IPv6 header place; others\n"
		"are dropped. Not in Click.",
	.example = "Idle -> CheckIP6Header -> StripIP6Header -> Discard;",
};
ELEMENT_CLASS(stripip6header_class)
