// SPDX-License-Identifier: BSD-3-Clause
// Hub: sends packets to all ports but the one that they came from.

#include "src/element.h"

struct hub {
	struct element element;
};

enum { NO_OTHER_PORT };

// In the order of the outputs, the packets themselves to the last one.
static void
push_others(struct element *e, unsigned port, struct batch *b)
{
	unsigned last = e->n_outputs - 1u;

	if (last == port)
		last--;
	for (unsigned to = 0; to < last; to++) {
		struct batch clones;

		clones.n = 0;
		if (to == port)
			continue;
		for (unsigned i = 0; i < b->n; i++) {
			struct packet *clone = packet_clone(b->pkt[i]);

			// Without memory the copy is left out; the pool's counters tell.
			if (likely(clone != NULL))
				clones.pkt[clones.n++] = clone;
		}
		element_push(e, to, &clones);
	}
	element_push(e, last, b);
}

static void
hub_push(struct element *e, unsigned port, struct batch *b)
{
	if (unlikely(e->n_outputs == 1)) {
		element_drop_batch(e, NO_OTHER_PORT, b);
		return;
	}
	if (likely(!e->split_runs)) {
		push_others(e, port, b);
		return;
	}
	// Where the outputs meet again, all copies of a packet come before those of the next.
	for (unsigned i = 0; i < b->n; i++) {
		struct batch one;

		batch_one(&one, b->pkt[i]);
		push_others(e, port, &one);
	}
}

static const char *const hub_drops[] = {[NO_OTHER_PORT] = "no other port", NULL};

static const struct element_class hub_class = {
	.name = "Hub",
	.ports = "-/=",
	.processing = "h/h",
	.flow = "#/[^#]",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct hub),
	.push = hub_push,
	.drops = hub_drops,
	.group = "ethernet",
	.brief = "sends packets to all ports but the one that they came from",
	.manual =
		"Input and output of the same number belong to one port. Packets from an input go to\n"
		"all other outputs, as copies that share the bytes.",
	.example = "h :: Hub; Idle -> h -> Discard; Idle -> [1] h [1] -> Discard;",
};
ELEMENT_CLASS(hub_class)
