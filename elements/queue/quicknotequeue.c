// SPDX-License-Identifier: BSD-3-Clause
// QuickNoteQueue: a Queue whose pullers sleep as soon as it is empty.

#include "elements/queue/queue.h"

static int
quicknotequeue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return queue_configure((struct queue *)e, true, true, 0, errh);
}

QUEUE_CLASS(quicknotequeue, "QuickNoteQueue", "a Queue whose pullers sleep as soon as it is empty"),
	.manual =
		"The empty notifier goes to sleep with the pull that takes the last packet, where a\n"
		"Queue waits for ten failed pulls. Good where packets are rare, or where a scheduler\n"
		"has many inputs.",
	.example = "InfiniteSource(LIMIT 5) -> QuickNoteQueue(10) -> Discard;",
}
;
ELEMENT_CLASS(quicknotequeue_class)
