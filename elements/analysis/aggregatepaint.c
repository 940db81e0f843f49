// SPDX-License-Identifier: BSD-3-Clause
// AggregatePaint: sets the aggregate annotation to the packet's color.

#include "src/element.h"

struct aggregatepaint {
	struct element element;
	uint32_t bits;
	bool incremental;
};

static inline void
aggregatepaint_packet(const struct aggregatepaint *e, struct packet *p)
{
	uint32_t color = packet_anno_u8(p, ANNO_PAINT) & ((1u << e->bits) - 1);

	if (e->incremental)
		color += packet_anno_u32(p, ANNO_AGGREGATE) << e->bits;
	packet_set_anno_u32(p, ANNO_AGGREGATE, color);
}

ELEMENT_CHANGE(aggregatepaint, aggregatepaint, aggregatepaint_packet)

static const struct arg aggregatepaint_args[] = {
	ARG(aggregatepaint, bits, "BITS", ARG_OPTIONAL, .def = "8", .min = 1, .max = 8,
		.range_error = "bad number of bits", .help = "bits of the color to use, 1 to 8"),
	ARG(aggregatepaint, incremental, "INCREMENTAL", ARG_KEYWORD, .def = "false",
		.help = "true: they go behind the bits of the annotation that are there"),
	ARGS_END,
};

static const struct element_class aggregatepaint_class = {
	.name = "AggregatePaint",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct aggregatepaint),
	.push = aggregatepaint_push,
	.pull = aggregatepaint_pull,
	.decide = aggregatepaint_decide,
	.args = aggregatepaint_args,
	.reads = "PAINT",
	.writes = "AGGREGATE",
	.group = "analysis",
	.brief = "sets the aggregate annotation to the packet's color",
	.manual = "Takes the low-order BITS of the paint annotation.",
	.example = "Idle -> Paint(3) -> AggregatePaint(2) -> Discard;",
};
ELEMENT_CLASS(aggregatepaint_class)
