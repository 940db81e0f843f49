// SPDX-License-Identifier: BSD-3-Clause
// NotifierQueue: a queue whose pullers sleep while it is empty.

#include "elements/queue/queue.h"

static int
notifierqueue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return queue_configure((struct queue *)e, true, false, 10, errh);
}

QUEUE_CLASS(notifierqueue, "NotifierQueue", "holds packets; pullers sleep while it is empty"),
	.manual = "The empty notifier goes to sleep at the tenth failed pull in a row.",
	.example = "InfiniteSource(LIMIT 5) -> NotifierQueue(10) -> Discard;",
}
;
ELEMENT_CLASS(notifierqueue_class)
