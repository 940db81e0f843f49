// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The threads. The control lcore sleeps in an event loop: sockets, signals, control timers. Worker
// lcores run tasks, timers and file descriptors of the packet path; one whose tasks are always
// runnable polls, one that has none runnable sleeps until a timer, a descriptor or a request.
//
// Without a device there is no worker: the control lcore does the work as well, in the order that
// Click's single-threaded driver has.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "src/gaps.h"
#include "src/task.h"
#include "src/timer.h"

struct element;
struct packet_thread;

enum { LCORES_MAX = 64 }; // worker lcores

// A file descriptor that an lcore watches.
struct fd_watch {
	int fd;
	uint32_t events; // EPOLLIN, EPOLLOUT
	void (*ready)(struct fd_watch *watch, uint32_t events);
	struct lcore *home; // borrowed; set by lcore_watch()
};

// Something to do at the end of every task run in which it was asked for: a device that holds a
// partial burst flushes it there.
struct lcore_flush {
	void (*flush)(struct lcore_flush *flush);
	struct element *element; // borrowed; whose work it is, for profiles; may be NULL
	struct lcore_flush *next; // in the lcore's list while queued
	bool queued;
};

// Work that a worker has control do, see lcores_call().
struct lcore_call {
	void (*run)(struct lcore_call *call);
};

struct lcore {
	// This lcore only.
	struct task_list tasks;
	struct timer_heap timers;
	struct lcore_flush *flushes;
	unsigned index; // place in per-lcore data: workers from 0, control last
	unsigned n_fds; // watched
	int epoll_fd; // owned; -1 until lcore_watch() or the first sleep
	int wake_fd; // owned; eventfd
	bool is_control; // runs the control loop
	bool idle_sleep; // --idle: sleeps shortly when tasks find no work
	bool worked; // a task of this round did useful work
	bool stay_awake; // woken by itself: one more round before it sleeps
	unsigned n_idle; // rounds in a row without work
	unsigned cpu; // where it is pinned
	unsigned node; // NUMA node of that CPU
	// Counted by this lcore, read by control.
	uint64_t n_received; // packets that devices gave to the graph
	uint64_t n_sent; // packets that devices (and files) took from it
	struct packet_thread *packets; // counters of the thread; for others to read
	struct gaps stalls; // times in which it did not run although it had work
	// Written by this lcore, read by control.
	_Atomic uint64_t n_loops;
	_Atomic unsigned ack; // number of the last pause seen
	_Atomic bool running;
	_Atomic(struct lcore_call *) call; // that it waits for; emptied by control
	// Written by others.
	_Atomic(struct task *) requests __rte_cache_aligned; // tasks to schedule, a stack
	_Atomic bool sleeping; // in epoll_wait: must be woken
	_Atomic bool stop;
} __rte_cache_aligned;

extern __thread struct lcore *lcore_self; // NULL in threads that are no lcore
extern __thread unsigned lcore_index; // of lcore_self; place in per-lcore data

// ---- the set, control thread only

// n_workers 0: control works. cpus: where to pin each worker. Creates no thread yet.
void lcores_init(unsigned n_workers, const unsigned *cpus, bool idle_sleep);
// Starts the workers through EAL (each on EAL lcore 1 + index). 0 or -errno.
int lcores_start(void);
// Ends and joins the workers.
void lcores_stop(void);
void lcores_fini(void);
unsigned lcores_n(void); // workers and control: size of per-lcore data
unsigned lcores_n_workers(void);
struct lcore *lcores_control(void);
// The lcore that does the packet work of thread number i: worker i, or control if there is none.
struct lcore *lcores_thread(unsigned i);
unsigned lcores_n_threads(void); // thread numbers that configurations can use
struct lcore *lcores_at(unsigned index);

// Brings all workers to a halt between tasks and holds them until lcores_resume(). Calls nest.
// Everything that workers own may be read and changed in between.
void lcores_pause(void);
void lcores_resume(void);
bool lcores_are_paused(void);
// For threads that are no lcores: between the two no pause begins, so that tasks stay on their
// lcores and may be scheduled. false: there is a pause, try again a little later.
bool lcores_enter(void);
void lcores_leave(void);
// From a worker: runs the call on the control thread while all other workers are held between two
// tasks, and returns when it has been made. Slow (some 10 us); for what packets cause rarely.
void lcores_call(struct lcore_call *call);
// On control, wherever it waits for workers: makes the calls that they wait for.
void lcores_serve(void);
// Drops counted by elements that are gone, so that the balance survives them.
void lcores_add_past_drops(uint64_t n);
uint64_t lcores_past_drops(void);
// From now on tasks that bring packets in are not run any more.
void lcores_drain(bool draining);
bool lcores_are_draining(void);
// For loops that wait inside a task: somebody wants this lcore to pause or to stop.
bool lcores_must_yield(void);

// ---- one lcore

// The loop. Returns when lcore_stop() was called (or, on the control lcore, when each() returns
// false; it is called once per round, before tasks).
void lcore_run(struct lcore *lcore, bool (*each)(void *arg), void *arg);
void lcore_stop(struct lcore *lcore);
void lcore_wake(struct lcore *lcore);

// 0 or -errno. On the lcore itself, or while it is paused or not started.
int lcore_watch(struct lcore *lcore, struct fd_watch *watch);
int lcore_watch_change(struct fd_watch *watch, uint32_t events);
void lcore_unwatch(struct fd_watch *watch);

// For task.c and timer.c.
void lcore_request(struct lcore *lcore, struct task *task);
void lcore_forget(struct lcore *lcore, struct task *task);
void lcore_timer_changed(struct lcore *lcore);

// For task.c, now and then: the lcore has been at work since the last look (unless it rested), and
// the last task run lasted from begin to end (TSC).
void lcore_look_for_stall(struct lcore *lcore, uint64_t begin, uint64_t end);

void lcore_flush_all(struct lcore *lcore);

static inline void
lcore_flush_later(struct lcore *lcore, struct lcore_flush *flush)
{
	if (flush->queued)
		return;
	flush->queued = true;
	flush->next = lcore->flushes;
	lcore->flushes = flush;
}

static inline void
lcore_task_done(struct lcore *lcore)
{
	if (lcore != NULL && lcore->flushes != NULL)
		lcore_flush_all(lcore);
}

// Packets that came from or went to the world outside, for the balance.
static inline void
lcore_count_received(uint64_t n)
{
	lcore_self->n_received += n;
}

static inline void
lcore_count_sent(uint64_t n)
{
	lcore_self->n_sent += n;
}
