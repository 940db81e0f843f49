// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Replay and its siblings, in parts: replay.c the elements, replay_run.c how packets come in and go
// out, replayset.c what is kept of them.

#include "elements/replay/replayset.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/timer.h"

enum { REPLAY_KEPT, REPLAY_LEFT_OVER, REPLAY_END }; // drop reasons

// Where in the set an output is. Only the pulled ones with many outputs have more than one.
struct replay_cursor {
	size_t at;
	int64_t n_loops; // done
};

struct replay {
	struct element element;
	struct replay_set set;
	struct packet **heads; // owned; by input: pulled, and not yet in the set
	struct replay_cursor *cursors; // owned
	unsigned n_cursors;
	bool is_multi; // packets leave by the output with the number of their input
	bool loaded, ended;
	int64_t started_ns, loop_ns; // clock_steady() at the first packet, and of this loop
	uint64_t n_sent;
	struct task task; // of those that push
	struct timer timer;
	struct signal *signals; // owned; upstream, by input
	struct notifier empty; // of those that are pulled

	// Arguments.
	int64_t stop; // loops; negative: no end
	uint32_t stop_time_s;
	int64_t limit;
	uint32_t burst, timing;
	bool quick_clone, verbose, free_on_terminate, active, use_signal;
};

static inline bool
replay_pushes(const struct replay *e)
{
	return element_output_is_push(&e->element, 0);
}

// The task of those that push, and its timer.
bool replay_run(struct task *task);
void replay_fire(struct timer *timer);
void replay_pull(struct element *base, unsigned port, struct batch *b, unsigned max);
// Lets it go on, if it is to.
void replay_wake(struct replay *e);
// Drops all packets, and begins anew.
void replay_forget(struct replay *e);
