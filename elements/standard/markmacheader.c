// SPDX-License-Identifier: BSD-3-Clause
// MarkMACHeader: says where a packet's MAC header is.

#include "src/element.h"

struct markmacheader {
	struct element element;
	uint32_t offset; // from the start of the data
	uint32_t length; // of the header; 0: not known
};

static inline void
markmacheader_packet(const struct markmacheader *e, struct packet *p)
{
	packet_set_mac(p, (int32_t)e->offset);
	if (e->length != 0)
		p->network = packet_place_at(p, (int32_t)(e->offset + e->length));
}

ELEMENT_CHANGE(markmacheader, markmacheader, markmacheader_packet)

static const struct arg markmacheader_args[] = {
	ARG(markmacheader, offset, "OFFSET", ARG_OPTIONAL, .def = "0", .max = UINT16_MAX,
		.help = "where the header begins in the packet"),
	ARG(markmacheader, length, "LENGTH", ARG_OPTIONAL, .def = "0", .max = UINT16_MAX,
		.help = "its length; if not 0, the network header is marked behind it"),
	ARGS_END,
};

static const struct element_class markmacheader_class = {
	.name = "MarkMACHeader",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct markmacheader),
	.push = markmacheader_push,
	.pull = markmacheader_pull,
	.decide = markmacheader_decide,
	.args = markmacheader_args,
	.group = "standard",
	.brief = "says where the MAC header is",
	.manual = "For elements that look at the MAC header. Does not look at the packet.",
	.example = "Idle -> MarkMACHeader(0, 14) -> Strip(14) -> Discard;",
};
ELEMENT_CLASS(markmacheader_class)
