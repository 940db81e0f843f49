// SPDX-License-Identifier: BSD-3-Clause
// MarkIPHeader: marks the place of the IP header without checking it.

#include "src/element.h"

struct markipheader {
	struct element element;
	int32_t offset;
};

static inline int
mark_packet(const struct markipheader *e, struct packet **pp)
{
	const uint8_t *first = packet_peek(pp, e->offset, 1);
	uint32_t header_len = 0;

	if (likely(first != NULL)) {
		header_len = (*first & 15u) * 4;
		// In one piece, so that the header can be stripped and brought back.
		packet_peek(pp, e->offset, header_len);
	}
	packet_set_network(*pp, e->offset, header_len);
	return 0;
}

ELEMENT_DECIDE(markipheader, markipheader, mark_packet)

static const struct arg markipheader_args[] = {
	ARG(markipheader, offset, "OFFSET", ARG_OPTIONAL, .def = "0",
		.help = "bytes in front of the IP header"),
	ARGS_END,
};

static const struct element_class markipheader_class = {
	.name = "MarkIPHeader",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct markipheader),
	.push = markipheader_push,
	.pull = markipheader_pull,
	.decide = markipheader_decide,
	.args = markipheader_args,
	.group = "ip",
	.brief = "marks the place of the IP header",
	.manual =
		"Sets the network header place, and the transport header place behind it as the IP\n"
		"header's length field says. Nothing is checked and no annotation is set; where\n"
		"packets come from outside use CheckIPHeader.",
	.example = "Idle -> MarkIPHeader(14) -> Discard;",
};
ELEMENT_CLASS(markipheader_class)
