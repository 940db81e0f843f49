// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What schedulers share: the signals of their inputs, which tell where a pull is worth the while.

#include "src/element.h"
#include "src/notifier.h"

struct sched {
	struct element element;
	struct signal *signals; // owned, by input; from initialize on
};

// For the classes' tables.
int sched_initialize(struct element *e, struct errh *errh);
void sched_cleanup(struct element *e);

// For those with an empty notifier of their own, which wakes with each of the signals.
void sched_find_signals(struct sched *s, struct notifier *follower);

static inline bool
sched_input_is_active(const struct sched *s, unsigned input)
{
	return signal_is_active(&s->signals[input]);
}

// Whether any input may have packets.
static inline bool
sched_is_active(const struct sched *s)
{
	for (unsigned i = 0; i < s->element.n_inputs; i++) {
		if (sched_input_is_active(s, i))
			return true;
	}
	return false;
}
