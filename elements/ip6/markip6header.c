// SPDX-License-Identifier: BSD-3-Clause
// MarkIP6Header: marks the place of the IPv6 header without checking it.

#include "elements/ip6/address.h"
#include "src/element.h"

struct markip6header {
	struct element element;
	int32_t offset;
};

static inline int
mark_packet(const struct markip6header *e, struct packet **pp)
{
	// In one piece, so that the header can be stripped and brought back.
	packet_peek(pp, e->offset, IP6_HEADER_SIZE);
	packet_set_network(*pp, e->offset, IP6_HEADER_SIZE);
	return 0;
}

ELEMENT_DECIDE(markip6header, markip6header, mark_packet)

static const struct arg markip6header_args[] = {
	// Greater ones lie in no packet.
	ARG(markip6header, offset, "OFFSET", ARG_OPTIONAL, .def = "0", .min = -UINT16_MAX,
		.max = UINT16_MAX, .help = "bytes in front of the IPv6 header"),
	ARGS_END,
};

static const struct element_class markip6header_class = {
	.name = "MarkIP6Header",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct markip6header),
	.push = markip6header_push,
	.pull = markip6header_pull,
	.decide = markip6header_decide,
	.args = markip6header_args,
	.group = "ip6",
	.brief = "marks the place of the IPv6 header",
	.manual =
		"Sets the network header place, and the transport header place 40 bytes behind it.\n"
		"Nothing is checked and no annotation is set; where packets come from outside use\n"
		"CheckIP6Header.",
	.example = "Idle -> MarkIP6Header(14) -> Discard;",
};
ELEMENT_CLASS(markip6header_class)
