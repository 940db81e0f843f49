// SPDX-License-Identifier: BSD-3-Clause
// CheckPaint: lets packets of one color pass.

#include "src/element.h"

struct checkpaint {
	struct element element;
	uint8_t color;
	struct anno1 anno;
};

enum { WRONG_COLOR };

static inline int
checkpaint_packet(const struct checkpaint *e, struct packet **pp)
{
	if (likely(packet_anno_u8(*pp, e->anno.offset) == e->color))
		return 0;
	return element_output_or_drop(&e->element, 1, WRONG_COLOR);
}

ELEMENT_DECIDE(checkpaint, checkpaint, checkpaint_packet)

static const struct arg checkpaint_args[] = {
	ARG(checkpaint, color, "COLOR", ARG_MANDATORY | ARG_READ | ARG_WRITE,
		.help = "color of the packets that pass"),
	ARG(checkpaint, anno, "ANNO", ARG_OPTIONAL, .def = "PAINT",
		.help = "annotation byte that holds the color"),
	ARGS_END,
};

static const char *const checkpaint_drops[] = {[WRONG_COLOR] = "wrong color", NULL};

static const struct element_class checkpaint_class = {
	.name = "CheckPaint",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkpaint),
	.push = checkpaint_push,
	.pull = checkpaint_pull,
	.decide = checkpaint_decide,
	.args = checkpaint_args,
	.drops = checkpaint_drops,
	.reads = "ANNO",
	.group = "standard",
	.brief = "lets packets of one color pass",
	.manual = "Packets of another color go to output 1 if it is connected and are dropped if\n"
		  "not.",
	.example = "Idle -> cp :: CheckPaint(1) -> Discard; cp [1] -> Discard;",
};
ELEMENT_CLASS(checkpaint_class)
