// SPDX-License-Identifier: BSD-3-Clause
#include "elements/analysis/aggregatenotifier.h"

static struct aggregate_notifier_class *classes;

void
aggregate_notifier_register(struct aggregate_notifier_class *c)
{
	c->next = classes;
	classes = c;
}

int
aggregate_notifier_check(const struct element *e, struct errh *errh)
{
	const struct aggregate_notifier_class *c = classes;

	if (e == NULL)
		return 0;
	while (c != NULL && c->class != e->class)
		c = c->next;
	if (c == NULL)
		return errh_error(errh, "%s is not an AggregateNotifier", element_name(e));
	return 0;
}

static uint64_t
lcores_of(const struct element *e)
{
	return e->info->push_lcores | e->info->pull_lcores | e->info->own_lcores;
}

int
aggregate_notifier_listen(struct element *e, struct aggregate_listener *listener, struct errh *errh)
{
	struct aggregate_notifier *n = (struct aggregate_notifier *)e;
	uint64_t lcores;

	if (e == NULL)
		return 0;
	lcores = lcores_of(e) | lcores_of(listener->element);
	if ((lcores & (lcores - 1)) != 0)
		return errh_error(errh,
			"NOTIFIER %s runs on another thread; put both on one with "
			"StaticThreadSched",
			element_name(e));
	listener->next = n->listeners;
	n->listeners = listener;
	return 0;
}
