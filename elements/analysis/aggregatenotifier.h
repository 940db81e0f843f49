// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Elements that number packets (AggregateIPFlows ...) tell others when a number begins and when it
// is not used any more. Both run on one lcore.

#include "src/element.h"

struct packet;

enum aggregate_event { AGGREGATE_NEW, AGGREGATE_DELETE };

struct aggregate_listener {
	// p: the packet that has the new number; NULL for AGGREGATE_DELETE.
	void (*event)(struct aggregate_listener *listener, uint32_t aggregate,
		enum aggregate_event event, const struct packet *p);
	struct element *element; // borrowed; whose it is
	struct aggregate_listener *next;
};

// An element that tells begins with this struct.
struct aggregate_notifier {
	struct element element;
	struct aggregate_listener *listeners;
};

struct aggregate_notifier_class {
	const struct element_class *class;
	struct aggregate_notifier_class *next;
};

void aggregate_notifier_register(struct aggregate_notifier_class *c);
// Beside ELEMENT_CLASS().
#define AGGREGATE_NOTIFIER_CLASS(class_object)                                            \
	__attribute__((constructor)) static void class_object##_notifies(void)            \
	{                                                                                 \
		static struct aggregate_notifier_class link = {.class = &(class_object)}; \
		aggregate_notifier_register(&link);                                       \
	}

// At configure, for the argument NOTIFIER; e may be NULL. 0, or -EINVAL:
// `X is not an AggregateNotifier`.
int aggregate_notifier_check(const struct element *e, struct errh *errh);
// At initialize; e may be NULL. 0, or -EINVAL: they do not run on one lcore.
int aggregate_notifier_listen(
	struct element *e, struct aggregate_listener *listener, struct errh *errh);

static inline void
aggregate_notify(const struct aggregate_notifier *n, uint32_t aggregate, enum aggregate_event event,
	const struct packet *p)
{
	for (struct aggregate_listener *l = n->listeners; l != NULL; l = l->next)
		l->event(l, aggregate, event, p);
}
