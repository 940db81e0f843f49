// SPDX-License-Identifier: BSD-3-Clause
// ThreadSafeQueue: Click's name for a Queue that any number of threads use. Ours all are.

#include "elements/queue/queue.h"

static int
threadsafequeue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return queue_configure((struct queue *)e, true, true, 10, errh);
}

QUEUE_CLASS(threadsafequeue, "ThreadSafeQueue", "the same as Queue"),
	.manual = "Every queue can be used by any number of lcores on both sides.",
	.example = "InfiniteSource(LIMIT 5) -> ThreadSafeQueue(10) -> Discard;",
}
;
ELEMENT_CLASS(threadsafequeue_class)
