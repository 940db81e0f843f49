// SPDX-License-Identifier: BSD-3-Clause
// Paint, SetAnnoByte, Paint2: mark packets with a color, or other annotation bytes.

#include "src/element.h"

struct paint {
	struct element element;
	uint8_t color;
	struct anno1 anno;
};

static inline void
paint_packet(const struct paint *e, struct packet *p)
{
	packet_set_anno_u8(p, e->anno.offset, e->color);
}

ELEMENT_CHANGE(paint, paint, paint_packet)

static const struct arg paint_args[] = {
	ARG(paint, color, "COLOR", ARG_MANDATORY | ARG_READ | ARG_WRITE, .help = "0 to 255"),
	ARG(paint, anno, "ANNO", ARG_OPTIONAL, .def = "PAINT",
		.help = "annotation byte that holds the color"),
	ARGS_END,
};

static const struct element_class paint_class = {
	.name = "Paint",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct paint),
	.push = paint_push,
	.pull = paint_pull,
	.decide = paint_decide,
	.args = paint_args,
	.writes = "ANNO",
	.group = "standard",
	.brief = "marks packets with a color",
	.manual = "Sets each packet's paint annotation, or another annotation byte, to COLOR.\n"
		  "CheckPaint, PaintTee, PaintSwitch and others look at it.",
	.example = "Idle -> Paint(5) -> Paint(2, ANNO 17) -> Discard;",
};
ELEMENT_CLASS(paint_class)

// ---- the old way

static int
setannobyte_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	if (!e->info->initialized)
		errh_warning(errh, "SetAnnoByte is obsolete, use Paint instead");
	return 0;
}

static const struct arg setannobyte_args[] = {
	ARG(paint, anno, "ANNO", ARG_MANDATORY | ARG_READ, .help = "annotation byte to set"),
	ARG(paint, color, "VALUE", ARG_MANDATORY | ARG_READ | ARG_WRITE, .help = "0 to 255"),
	ARGS_END,
};

static const struct element_class setannobyte_class = {
	.name = "SetAnnoByte",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct paint),
	.push = paint_push,
	.pull = paint_pull,
	.decide = paint_decide,
	.configure = setannobyte_configure,
	.args = setannobyte_args,
	.writes = "ANNO",
	.group = "standard",
	.brief = "sets an annotation byte",
	.manual = "Obsolete: Paint(VALUE, ANNO) does the same.",
	.example = "Idle -> SetAnnoByte(PAINT, 5) -> Discard;",
};
ELEMENT_CLASS(setannobyte_class)

// ---- Paint2

struct paint2 {
	struct element element;
	uint16_t color;
	struct anno2 anno;
};

static inline void
paint2_packet(const struct paint2 *e, struct packet *p)
{
	packet_set_anno_u16(p, e->anno.offset, e->color);
}

ELEMENT_CHANGE(paint2, paint2, paint2_packet)

static const struct arg paint2_args[] = {
	ARG(paint2, color, "COLOR", ARG_MANDATORY | ARG_READ | ARG_WRITE, .help = "0 to 65535"),
	ARG(paint2, anno, "ANNO", ARG_OPTIONAL, .def = "16",
		.help = "annotation of two bytes that holds the color"),
	ARGS_END,
};

static const struct element_class paint2_class = {
	.name = "Paint2",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct paint2),
	.push = paint2_push,
	.pull = paint2_pull,
	.decide = paint2_decide,
	.args = paint2_args,
	.writes = "ANNO",
	.group = "standard",
	.brief = "marks packets with a color of 16 bits",
	.manual =
		"Sets two annotation bytes of each packet, in this machine's byte order. Without\n"
		"ANNO these are the paint annotation and the byte behind it.",
	.example = "Idle -> Paint2(1000) -> Paint2(2, ANNO 20) -> Discard;",
};
ELEMENT_CLASS(paint2_class)
