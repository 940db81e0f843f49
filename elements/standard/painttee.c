// SPDX-License-Identifier: BSD-3-Clause
// PaintTee: passes packets on, and a copy of those with a certain color to output 1.

#include "src/element.h"

struct painttee {
	struct element element;
	uint8_t color;
	struct anno1 anno;
};

static void
push_clones(struct painttee *e, const struct batch *b)
{
	unsigned anno = e->anno.offset;
	struct batch clones;

	clones.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *clone;

		if (packet_anno_u8(b->pkt[i], anno) != e->color)
			continue;
		// Without memory the copy is left out; the pool's counters tell.
		clone = packet_clone(b->pkt[i]);
		if (likely(clone != NULL))
			clones.pkt[clones.n++] = clone;
	}
	element_push(&e->element, 1, &clones);
}

static void
painttee_push(struct element *base, unsigned port, struct batch *b)
{
	struct painttee *e = (struct painttee *)base;

	(void)port;
	if (likely(!base->split_runs)) {
		push_clones(e, b);
		element_push(base, 0, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		struct batch one;

		batch_one(&one, b->pkt[i]);
		push_clones(e, &one);
		element_push(base, 0, &one);
	}
}

static int
painttee_decide(struct element *base, struct packet **pp)
{
	const struct painttee *e = (struct painttee *)base;

	return unlikely(packet_anno_u8(*pp, e->anno.offset) == e->color) ? PACKET_PUSH : 0;
}

static void
painttee_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	push_clones((struct painttee *)base, b);
}

static const struct arg painttee_args[] = {
	ARG(painttee, color, "COLOR", ARG_MANDATORY | ARG_READ | ARG_WRITE,
		.help = "color of the packets to copy"),
	ARG(painttee, anno, "ANNO", ARG_OPTIONAL, .def = "PAINT",
		.help = "annotation byte that holds the color"),
	ARGS_END,
};

static const struct element_class painttee_class = {
	.name = "PaintTee",
	.ports = "1/2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct painttee),
	.push = painttee_push,
	.pull = painttee_pull,
	.decide = painttee_decide,
	.args = painttee_args,
	.reads = "ANNO",
	.group = "standard",
	.brief = "copies packets of a color to a second output",
	.manual =
		"All packets leave by output 0. A copy of those that have the color is pushed to\n"
		"output 1 before them, for instance to ICMPError, which sends redirects.",
	.example = "Idle -> pt :: PaintTee(1) -> Discard; pt [1] -> Discard;",
};
ELEMENT_CLASS(painttee_class)
