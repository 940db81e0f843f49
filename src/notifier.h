// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a puller learns that there is nothing to pull, and a pusher that there is no room, so that
// their tasks can sleep. A notifier belongs to an element (a Queue); a signal is what a puller or
// pusher found when it searched the graph: active if any of its notifiers is.

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct element;
struct strbuf;
struct task;

enum notifier_op {
	NOTIFIER_STOP, // the search ends here
	NOTIFIER_CONTINUE, // and goes on behind it
	NOTIFIER_CONTINUE_WAKE, // ends, but tasks are woken by what lies behind as well
};

struct notifier {
	_Atomic bool active;
	enum notifier_op op;
	struct task **listeners; // owned array of borrowed tasks; fixed while lcores run
	size_t n_listeners, cap;
	struct notifier **followers; // owned array of borrowed notifiers; the same
	size_t n_followers, followers_cap;
};

struct signal {
	const struct notifier **v; // owned array of borrowed notifiers
	size_t n, cap;
	bool busy; // something upstream cannot tell: always active
};

void notifier_init(struct notifier *notifier, enum notifier_op op, bool active);
void notifier_fini(struct notifier *notifier);
void notifier_wake_listeners(struct notifier *notifier);

static inline bool
notifier_is_active(const struct notifier *notifier)
{
	return atomic_load_explicit(&notifier->active, memory_order_relaxed);
}

// Active: listeners' tasks are scheduled if it was not, and followers become active.
static inline void
notifier_wake(struct notifier *notifier)
{
	if (!notifier_is_active(notifier) &&
		!atomic_exchange_explicit(&notifier->active, true, memory_order_seq_cst))
		notifier_wake_listeners(notifier);
}

// Sleeping. Whoever calls this looks again at what it stands for, and wakes it if the other side
// was faster (a packet came in between).
static inline void
notifier_sleep(struct notifier *notifier)
{
	atomic_store_explicit(&notifier->active, false, memory_order_seq_cst);
}

// The signal of what lies upstream of an input (empty) or downstream of an output (full). task is
// scheduled when one of the notifiers becomes active; may be NULL. At initialize.
void
signal_upstream_empty(struct signal *signal, struct element *e, unsigned input, struct task *task);
void signal_downstream_full(
	struct signal *signal, struct element *e, unsigned output, struct task *task);
// The same for an element that has an empty notifier of its own, which derives from what lies
// upstream: it becomes active whenever one of those does. The element itself lets it sleep.
void signal_upstream_empty_follow(
	struct signal *signal, struct element *e, unsigned input, struct notifier *follower);
void signal_fini(struct signal *signal);

static inline bool
signal_is_active(const struct signal *signal)
{
	if (signal->busy)
		return true;
	for (size_t i = 0; i < signal->n; i++) {
		if (notifier_is_active(signal->v[i]))
			return true;
	}
	return false;
}

// For people: "empty*", "busy*", "idle".
void signal_text(const struct signal *signal, const char *kind, struct strbuf *out);
