// SPDX-License-Identifier: BSD-3-Clause
// Queue: pullers sleep while it is empty, sources while it is full.

#include "elements/queue/queue.h"

static int
fullnotequeue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return queue_configure((struct queue *)e, true, true, 10, errh);
}

QUEUE_CLASS(fullnotequeue, "Queue", "holds packets between who pushes and who pulls"),
	.aliases = "FullNoteQueue",
	.manual =
		"Packets change lcores here: the ring is lock-free and any lcores may push and pull.\n"
		"A source that looks (InfiniteSource, FromDump) stops while the queue is full; a\n"
		"puller sleeps while it is empty. Packets that find it full go to output 1, if there\n"
		"is one, else they are dropped and counted.",
	.example = "InfiniteSource(LIMIT 5) -> Queue(10) -> Discard;",
}
;
ELEMENT_CLASS(fullnotequeue_class)
