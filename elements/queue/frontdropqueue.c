// SPDX-License-Identifier: BSD-3-Clause
// FrontDropQueue: a queue that drops its oldest packets to make room for new ones.

#include "elements/queue/queue.h"

#include <string.h>

#include <rte_ring.h>

static void
frontdropqueue_push(struct element *e, unsigned port, struct batch *b)
{
	struct queue *q = (struct queue *)e;
	uint32_t length = queue_length(q), excess, n_new;
	struct packet *dropped[BATCH_MAX];
	struct batch kept;
	unsigned n = 0;

	if (likely(length + b->n <= q->capacity)) {
		queue_push(e, port, b);
		return;
	}
	// What was there goes first, then the first of the new ones.
	excess = RTE_MIN(length + b->n - q->capacity, (uint32_t)b->n);
	n_new = excess > length ? excess - length : 0;
	if (excess > n_new)
		n = rte_ring_dequeue_burst(q->ring, (void **)dropped, excess - n_new, NULL);
	memcpy(dropped + n, b->pkt, n_new * sizeof(dropped[0]));
	kept.n = (uint16_t)(b->n - n_new);
	memcpy(kept.pkt, b->pkt + n_new, kept.n * sizeof(kept.pkt[0]));
	if (n + n_new > 0)
		queue_overflow(q, dropped, n + n_new);
	if (kept.n > 0)
		queue_push(e, port, &kept);
}

static int
frontdropqueue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	struct queue *q = (struct queue *)e;

	(void)args;
	q->drops_front = true;
	return queue_configure(q, true, false, 10, errh);
}

QUEUE_CLASS_PUSH(frontdropqueue, "FrontDropQueue", frontdropqueue_push,
	"a queue that drops its oldest packets to make room for new ones"),
	.manual =
		"A packet that finds the queue full is stored, and the one that would have left next\n"
		"goes to output 1, if there is one, else it is dropped; either is counted. So who\n"
		"waits for packets learns early that some were lost. A queue that is made smaller\n"
		"keeps the newest packets. Pullers sleep while it is empty. With CAPACITY 0 all\n"
		"packets are dropped, where Click's reads memory that is not its own.",
	.example = "InfiniteSource(LIMIT 5) -> FrontDropQueue(3) -> Discard;",
}
;
ELEMENT_CLASS(frontdropqueue_class)
