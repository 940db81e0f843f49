// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Work that an lcore does again and again: polling a device, unqueueing. Stride scheduling with
// tickets, as in Click (Waldspurger and Weihl, 1995).

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct element;
struct lcore;
struct task;

enum {
	TASK_TICKETS = 1024, // default
	TASK_TICKETS_MAX = 32768,
	TASK_STRIDE1 = 65536,
	// Of one run, whatever BURST says: until it ends nobody else has the lcore, not even who
	// wants to stop it.
	TASK_PACKETS_MAX = 65536,
};

// Does a portion of work. The task is off the list while it runs and calls task_reschedule() if it
// wants to run again. Returns whether it did useful work.
typedef bool task_fn(struct task *task);

struct task {
	// Home lcore only.
	struct task *next, *prev; // in the lcore's list
	uint64_t n_runs; // read by others
	bool listed;
	uint32_t pass;
	uint32_t stride;
	uint32_t tickets;
	uint32_t cost; // cycles of a run, smoothed; also read while the home lcore is held
	task_fn *run;
	struct element *element; // borrowed; whose work it is
	void *private; // borrowed; for owners with several tasks
	struct lcore *home; // borrowed; changes only while lcores are paused
	bool is_input; // brings packets in: not run any more once the router drains
	bool carries; // pushes or pulls: brings its lcore into the graph
	bool waits; // its router is not started yet: scheduling is only noted
	struct task *sibling; // the element's next one; control thread
	// Any thread.
	_Atomic bool scheduled;
	_Atomic bool pending; // on the home lcore's list of requests
	struct task *next_pending; // written by who set pending
};

struct task_list {
	struct task *head, *tail; // by pass, lowest first
	struct task *running; // not in the list
};

// home NULL: the task never runs (thread -1).
void task_init(struct task *task, struct element *element, task_fn *run, struct lcore *home,
	uint32_t tickets);
void task_set_tickets(struct task *task, uint32_t tickets); // clamped to 1 ... 32768

// Makes the task run soon. From any lcore.
void task_schedule(struct task *task);
// The same from a thread that is none. false: lcores are paused, try again a little later.
bool task_schedule_from_outside(struct task *task);
// The same from within its own run().
void task_reschedule(struct task *task);
// Takes effect before the next run.
void task_unschedule(struct task *task);
// Takes it off its lcore for good. Lcores paused, or on the home lcore.
void task_fini(struct task *task);
// The same, but it stays the element's, which is about to be replaced. Lcores paused.
void task_halt(struct task *task);
// Its router starts: what was scheduled runs from now on. Lcores paused.
void task_release(struct task *task);
// Moves it to another lcore (NULL: never run). Lcores paused.
void task_move(struct task *task, struct lcore *home);

static inline bool
task_is_scheduled(const struct task *task)
{
	return atomic_load_explicit(&task->scheduled, memory_order_relaxed);
}

// For the lcore's loop.
// Runs at most max tasks; false if none was runnable.
bool task_list_run(struct task_list *list, unsigned max, bool draining);
// Puts a scheduled task on its home's list, unless it is there.
void task_list_add(struct task_list *list, struct task *task);
