// SPDX-License-Identifier: BSD-3-Clause
// MSQueue: an old name of ThreadSafeQueue.

#include "elements/queue/queue.h"

static int
msqueue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	if (!e->info->initialized)
		errh_warning(errh, "MSQueue is deprecated, use ThreadSafeQueue instead");
	return queue_configure((struct queue *)e, true, true, 10, errh);
}

QUEUE_CLASS(msqueue, "MSQueue", "an old name of ThreadSafeQueue"),
	.manual = "Every queue can be used by any number of lcores on both sides.",
	.example = "InfiniteSource(LIMIT 5) -> MSQueue(10) -> Discard;",
}
;
ELEMENT_CLASS(msqueue_class)
