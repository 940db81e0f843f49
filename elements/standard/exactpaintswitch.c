// SPDX-License-Identifier: BSD-3-Clause
// ExactPaintSwitch, PaintRR: choose an output by a packet's color, each color in its own way.

#include "src/element.h"
#include "src/strvec.h"

struct exactpaintswitch {
	struct element element;
	struct anno1 anno;
	struct strvec map; // arguments: colors of the outputs, in order
	int32_t fallback; // output of other colors
	bool has_fallback;
	int16_t decision[UINT8_MAX + 1]; // by color
};

enum { NO_OUTPUT };

static void
exactpaintswitch_push(struct element *base, unsigned port, struct batch *b)
{
	const struct exactpaintswitch *e = (struct exactpaintswitch *)base;
	unsigned anno = e->anno.offset;
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		decision[i] = e->decision[packet_anno_u8(b->pkt[i], anno)];
	element_split(base, b, decision);
}

static int
read_map(struct exactpaintswitch *e, struct errh *errh)
{
	for (size_t i = 0; i < e->map.n; i++) {
		int64_t color;

		if (text_read_int64(e->map.v[i], &color) != 0 || color < 0 || color > UINT8_MAX)
			return errh_error(errh, "Invalid Paint offset %s", e->map.v[i]);
		if (i >= e->element.n_outputs)
			return errh_error(errh, "MAP %s: there is no output %zu", e->map.v[i], i);
		e->decision[color] = (int16_t)i;
	}
	return 0;
}

static int
exactpaintswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct exactpaintswitch *e = (struct exactpaintswitch *)base;
	int16_t other = DROP(NO_OUTPUT);

	(void)args;
	if (e->has_fallback && (e->fallback < 0 || e->fallback >= base->n_outputs))
		return errh_error(errh, "Default port cannot be higher than the number of ports!");
	if (e->has_fallback)
		other = (int16_t)e->fallback;
	for (unsigned i = 0; i <= UINT8_MAX; i++)
		e->decision[i] = other;
	return read_map(e, errh);
}

static const struct arg exactpaintswitch_args[] = {
	ARG(exactpaintswitch, anno, "ANNO", ARG_OPTIONAL, .def = "PAINT",
		.help = "annotation byte that holds the color"),
	ARG(exactpaintswitch, fallback, "DEFAULT", ARG_KEYWORD,
		.given = ARG_GIVEN(exactpaintswitch, has_fallback),
		.help = "output of colors that no MAP has; without it they are dropped"),
	ARG(exactpaintswitch, map, "MAP", ARG_KEYWORD | ARG_EACH,
		.help = "color of output 0, of output 1 and so on"),
	ARGS_END,
};

static const char *const exactpaintswitch_drops[] = {[NO_OUTPUT] = "no output for the color", NULL};

static const struct element_class exactpaintswitch_class = {
	.name = "ExactPaintSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct exactpaintswitch),
	.push = exactpaintswitch_push,
	.configure = exactpaintswitch_configure,
	.args = exactpaintswitch_args,
	.drops = exactpaintswitch_drops,
	.reads = "ANNO",
	.group = "standard",
	.brief = "sends packets of the colors that are listed to an output each",
	.manual = "A packet of the color that the first MAP says leaves by output 0, one of the\n"
		  "second MAP's by output 1, and so on.",
	.example = "Idle -> ps :: ExactPaintSwitch(MAP 10, MAP 20, DEFAULT 1);"
		   "ps [0] -> Discard; ps [1] -> Discard;",
};
ELEMENT_CLASS(exactpaintswitch_class)

// ---- PaintRR

static int
paintrr_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct exactpaintswitch *e = (struct exactpaintswitch *)base;
	unsigned n = base->n_outputs;

	(void)args;
	(void)errh;
	for (unsigned i = 0; i <= UINT8_MAX; i++)
		e->decision[i] = n > 0 ? (int16_t)(i % n) : (int16_t)DROP(NO_OUTPUT);
	return 0;
}

static const struct arg paintrr_args[] = {
	ARG(exactpaintswitch, anno, "ANNO", ARG_OPTIONAL, .def = "PAINT",
		.help = "annotation byte that holds the color"),
	ARGS_END,
};

static const struct element_class paintrr_class = {
	.name = "PaintRR",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct exactpaintswitch),
	.push = exactpaintswitch_push,
	.configure = paintrr_configure,
	.args = paintrr_args,
	.drops = exactpaintswitch_drops,
	.reads = "ANNO",
	.group = "standard",
	.brief = "gives out colors to its outputs in turn",
	.manual = "A packet of color N leaves by output N modulo the number of outputs.",
	.example = "Idle -> rr :: PaintRR; rr [0] -> Discard; rr [1] -> Discard;",
};
ELEMENT_CLASS(paintrr_class)
