// SPDX-License-Identifier: BSD-3-Clause
// SimpleQueue: holds packets between who pushes and who pulls; tells nobody.

#include "elements/queue/queue.h"

static int
simplequeue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	return queue_configure((struct queue *)e, false, false, 0);
}

QUEUE_CLASS(simplequeue, "SimpleQueue", "holds packets; pullers are not told when it is empty"),
	.example = "InfiniteSource(LIMIT 5) -> SimpleQueue(10) -> Discard;",
}
;
ELEMENT_CLASS(simplequeue_class)
