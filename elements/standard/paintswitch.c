// SPDX-License-Identifier: BSD-3-Clause
// PaintSwitch: sends each packet to the output that its color names.

#include "src/element.h"

struct paintswitch {
	struct element element;
	struct anno1 anno;
};

enum { ALL_OUTPUTS = 255 }; // the color

enum { NO_OUTPUT };

static void
push_to_all(struct element *e, struct packet *p)
{
	if (e->n_outputs == 0) {
		element_drop(e, NO_OUTPUT, p);
		return;
	}
	for (unsigned port = 0; port + 1 < e->n_outputs; port++) {
		// Without memory the copy is left out; the pool's counters tell.
		struct packet *clone = packet_clone(p);

		if (likely(clone != NULL))
			element_push_one(e, port, clone);
	}
	element_push_one(e, e->n_outputs - 1u, p);
}

static void
paintswitch_push(struct element *base, unsigned port, struct batch *b)
{
	unsigned anno = ((struct paintswitch *)base)->anno.offset;
	int16_t decision[BATCH_MAX];
	struct batch part; // packets for one output each, since the last one for all

	(void)port;
	part.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		unsigned color = packet_anno_u8(b->pkt[i], anno);

		if (unlikely(color == ALL_OUTPUTS)) {
			element_split(base, &part, decision);
			part.n = 0;
			push_to_all(base, b->pkt[i]);
		} else {
			decision[part.n] = (int16_t)element_output_or_drop(base, color, NO_OUTPUT);
			part.pkt[part.n++] = b->pkt[i];
		}
	}
	element_split(base, &part, decision);
}

static const struct arg paintswitch_args[] = {
	ARG(paintswitch, anno, "ANNO", ARG_OPTIONAL, .def = "PAINT",
		.help = "annotation byte that holds the color"),
	ARGS_END,
};

static const char *const paintswitch_drops[] = {[NO_OUTPUT] = "no output for the color", NULL};

static const struct element_class paintswitch_class = {
	.name = "PaintSwitch",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct paintswitch),
	.push = paintswitch_push,
	.args = paintswitch_args,
	.drops = paintswitch_drops,
	.reads = "ANNO",
	.group = "standard",
	.brief = "sends each packet to the output that its color names",
	.manual =
		"A packet of color N goes to output N and is dropped if there is no such output.\n"
		"Color 255 means all: every output gets a copy.",
	.example = "Idle -> ps :: PaintSwitch; ps [0] -> Discard; ps [1] -> Discard;",
};
ELEMENT_CLASS(paintswitch_class)
