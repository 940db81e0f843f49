// SPDX-License-Identifier: BSD-3-Clause
// SimpleQueue: holds packets between who pushes and who pulls; tells nobody.

#include "elements/queue/queue.h"

static int
simplequeue_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return queue_configure((struct queue *)e, false, false, 0, errh);
}

QUEUE_CLASS(simplequeue, "SimpleQueue", "holds packets; pullers are not told when it is empty"),
	.manual =
		"Packets that find it full go to output 1, if there is one, else they are\n"
		"dropped and counted. Pullers look again and again while it is empty; Queue lets\n"
		"them sleep.",
	.example = "InfiniteSource(LIMIT 5) -> SimpleQueue(10) -> Discard;",
}
;
ELEMENT_CLASS(simplequeue_class)
