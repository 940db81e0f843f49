// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the generated loops over several elements share (compile_code.c). One packet is taken
// through all of them before the next one, as Click does; packets that leave on the way do so in
// runs, so that the order between all packets stays what it was.

#include <string.h>

#include "src/element.h"

struct compiled_aside { // packets that left the loop by the same output
	struct element *from;
	unsigned port;
	struct batch batch;
};

static inline void
compiled_push_aside(struct compiled_aside *a)
{
	if (a->batch.n > 0)
		element_push(a->from, a->port, &a->batch);
	a->batch.n = 0;
}

// A packet does not go on behind `from`. The first n_through packets of b are through and wait for
// `rest`; returns how many still do.
static __attribute__((noinline)) unsigned
compiled_leave(struct compiled_aside *a, struct element *from, int decision, struct packet *p,
	struct batch *b, unsigned n_through, void (*rest)(struct batch *b))
{
	struct batch through;

	if (decision == PACKET_TAKEN)
		return n_through;
	if (decision < 0 && decision != PACKET_PUSH) {
		element_drop(from, (unsigned)(-1 - decision), p);
		return n_through;
	}
	if (n_through > 0) {
		through.n = (uint16_t)n_through;
		memcpy(through.pkt, b->pkt, n_through * sizeof(b->pkt[0]));
		rest(&through);
	}
	if (decision == PACKET_PUSH || a->from != from || a->port != (unsigned)decision)
		compiled_push_aside(a);
	if (decision == PACKET_PUSH) {
		batch_one(&through, p);
		from->class->push(from, 0, &through);
		return 0;
	}
	a->from = from;
	a->port = (unsigned)decision;
	a->batch.pkt[a->batch.n++] = p;
	return 0;
}
