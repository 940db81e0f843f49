// SPDX-License-Identifier: BSD-3-Clause
#include "src/lcore.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_branch_prediction.h>
#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_pause.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/mem.h"
#include "src/profile.h"

enum {
	TASKS_PER_ROUND = 128,
	TIMERS_PER_ROUND = 64,
	EVENTS_PER_ROUND = 64,
	// Between two looks at descriptors while tasks run, whichever is over first: rounds, and
	// cycles (a millisecond or two), since tasks with large bursts have long rounds.
	POLL_ROUNDS = 64,
	POLL_CYCLES = 4000000,
	IDLE_ROUNDS = 16, // --idle: rounds without work before sleeping
	IDLE_SLEEP_US = 50,
	FIRST_WORKER_EAL = 1, // EAL lcore id of worker 0; main is 0
	// A stall: several milliseconds, in which tasks that take so much less can not have been.
	STALL_CYCLES = 10000000,
	STALL_RUNS = 64, // that many of them would not last so long
};

__thread struct lcore *lcore_self;
__thread unsigned lcore_index;

// Written by control only. The array is fixed while workers run.
static struct {
	struct lcore *v; // owned; workers, then control
	unsigned n_workers;
	unsigned pause_depth;
	bool started;
	_Atomic unsigned pause_wanted; // odd: workers halt; even: they go on
	_Atomic unsigned n_calls; // of workers that wait; written by them and by control
	_Atomic unsigned n_visitors; // threads between lcores_enter() and lcores_leave()
	_Atomic bool draining;
	uint64_t n_past_drops;
} set;

static void
lcore_init(struct lcore *lcore, unsigned index)
{
	*lcore = (struct lcore){.index = index, .epoll_fd = -1, .wake_fd = -1};
	lcore->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static void
lcore_fini(struct lcore *lcore)
{
	timer_heap_fini(&lcore->timers);
	if (lcore->epoll_fd >= 0)
		close(lcore->epoll_fd);
	if (lcore->wake_fd >= 0)
		close(lcore->wake_fd);
}

static void
lcore_become(struct lcore *lcore)
{
	lcore_self = lcore;
	lcore_index = lcore->index;
	lcore->packets = &packet_thread;
	packet_thread_attach(lcore->node);
}

// The NUMA node of a CPU; EAL, which knows it too, does not run yet when work is placed.
static unsigned
cpu_node(unsigned cpu)
{
	char path[80];

	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpu%u", node, cpu);
		if (access(path, F_OK) == 0)
			return node;
	}
	return 0;
}

void
lcores_init(unsigned n_workers, const unsigned *cpus, bool idle_sleep)
{
	set.v = mem_zalloc_aligned((n_workers + 1) * sizeof(*set.v), RTE_CACHE_LINE_SIZE);
	set.n_workers = n_workers;
	set.n_past_drops = 0;
	atomic_store(&set.draining, false);
	for (unsigned i = 0; i <= n_workers; i++) {
		lcore_init(&set.v[i], i);
		set.v[i].idle_sleep = idle_sleep;
		if (i < n_workers) {
			set.v[i].cpu = cpus[i];
			set.v[i].node = cpu_node(cpus[i]);
		}
	}
	set.v[n_workers].is_control = true;
	lcore_become(&set.v[n_workers]);
}

static int
worker_main(void *arg)
{
	struct lcore *lcore = arg;

	lcore_become(lcore);
	atomic_store(&lcore->running, true);
	lcore_run(lcore, NULL, NULL);
	atomic_store(&lcore->running, false);
	return 0;
}

int
lcores_start(void)
{
	int err = 0;

	lcore_become(lcores_control());
	set.started = true;
	for (unsigned i = 0; err == 0 && i < set.n_workers; i++) {
		err = rte_eal_remote_launch(worker_main, &set.v[i], FIRST_WORKER_EAL + i);
		while (err == 0 && !atomic_load(&set.v[i].running))
			rte_pause();
	}
	return err;
}

void
lcores_fini(void)
{
	if (set.v == NULL)
		return;
	for (unsigned i = 0; i <= set.n_workers; i++)
		lcore_fini(&set.v[i]);
	free(set.v);
	set.v = NULL;
	set.n_workers = 0;
	lcore_self = NULL;
	lcore_index = 0;
}

unsigned
lcores_n(void)
{
	return set.n_workers + 1;
}

unsigned
lcores_n_workers(void)
{
	return set.n_workers;
}

unsigned
lcores_n_threads(void)
{
	return set.n_workers > 0 ? set.n_workers : 1;
}

struct lcore *
lcores_control(void)
{
	return &set.v[set.n_workers];
}

struct lcore *
lcores_thread(unsigned i)
{
	return i < lcores_n_threads() ? &set.v[i] : NULL;
}

struct lcore *
lcores_at(unsigned index)
{
	return &set.v[index];
}

// ---- stalls

void
lcore_look_for_stall(struct lcore *lcore, uint64_t begin, uint64_t end)
{
	uint64_t longest = RTE_MAX((end - begin) * STALL_RUNS, (uint64_t)STALL_CYCLES);

	gaps_look(&lcore->stalls, begin, longest);
	gaps_look(&lcore->stalls, end, STALL_CYCLES);
}

// What comes until the next look is rest, not a stall.
static void
forget_look(struct lcore *lcore)
{
	lcore->stalls.last = 0;
}

// ---- pausing

// Waits without burning a core that the others may need: on machines with more lcores than CPUs
// the one we wait for might not be running.
static void
relax(unsigned *n_spins)
{
	if (++*n_spins % 1024 == 0)
		sched_yield();
	else
		rte_pause();
}

// Whether the worker does nothing until control lets it.
static bool
is_held(struct lcore *lcore, unsigned pause)
{
	return atomic_load_explicit(&lcore->ack, memory_order_acquire) == pause ||
	       !atomic_load(&lcore->running) || atomic_load(&lcore->call) != NULL;
}

// All workers are held: makes the call that one of them waits for, and lets it go on to the end of
// its task. False: nobody waits, so that all are between two tasks.
static bool
make_call(void)
{
	for (unsigned i = 0; i < set.n_workers; i++) {
		struct lcore_call *call = atomic_load(&set.v[i].call);

		if (call == NULL)
			continue;
		call->run(call);
		atomic_fetch_sub(&set.n_calls, 1);
		atomic_store(&set.v[i].call, NULL);
		return true;
	}
	return false;
}

void
lcores_pause(void)
{
	unsigned want, n_spins = 0;

	if (set.pause_depth++ > 0)
		return;
	want = atomic_fetch_add(&set.pause_wanted, 1) + 1;
	while (atomic_load(&set.n_visitors) != 0)
		relax(&n_spins);
	do {
		for (unsigned i = 0; set.started && i < set.n_workers; i++) {
			lcore_wake(&set.v[i]);
			while (!is_held(&set.v[i], want))
				relax(&n_spins);
		}
	} while (make_call());
}

void
lcores_resume(void)
{
	if (--set.pause_depth == 0)
		atomic_fetch_add(&set.pause_wanted, 1);
}

bool
lcores_enter(void)
{
	atomic_fetch_add(&set.n_visitors, 1);
	if (atomic_load(&set.pause_wanted) % 2 == 0)
		return true;
	lcores_leave();
	return false;
}

void
lcores_leave(void)
{
	atomic_fetch_sub(&set.n_visitors, 1);
}

// For control, wherever it waits for workers, which may themselves wait for it.
void
lcores_serve(void)
{
	if (likely(atomic_load_explicit(&set.n_calls, memory_order_relaxed) == 0))
		return;
	lcores_pause();
	lcores_resume();
}

void
lcores_call(struct lcore_call *call)
{
	unsigned n_spins = 0;

	atomic_store(&lcore_self->call, call);
	atomic_fetch_add(&set.n_calls, 1);
	lcore_wake(lcores_control());
	while (atomic_load(&lcore_self->call) != NULL)
		relax(&n_spins);
}

void
lcores_stop(void)
{
	if (!set.started)
		return;
	for (unsigned i = 0; i < set.n_workers; i++)
		lcore_stop(&set.v[i]);
	for (unsigned i = 0; i < set.n_workers; i++) {
		while (atomic_load(&set.v[i].running)) {
			lcores_serve();
			sched_yield();
		}
		rte_eal_wait_lcore(FIRST_WORKER_EAL + i);
	}
	set.started = false;
}

bool
lcores_are_paused(void)
{
	return set.pause_depth > 0 || !set.started;
}

void
lcores_drain(bool draining)
{
	atomic_store(&set.draining, draining);
}

bool
lcores_are_draining(void)
{
	return atomic_load_explicit(&set.draining, memory_order_relaxed);
}

bool
lcores_must_yield(void)
{
	return atomic_load_explicit(&set.pause_wanted, memory_order_relaxed) % 2 != 0 ||
	       atomic_load_explicit(&lcore_self->stop, memory_order_relaxed);
}

void
lcores_add_past_drops(uint64_t n)
{
	set.n_past_drops += n;
}

uint64_t
lcores_past_drops(void)
{
	return set.n_past_drops;
}

static void
obey_pause(struct lcore *lcore)
{
	unsigned wanted = atomic_load_explicit(&set.pause_wanted, memory_order_acquire);
	unsigned n_spins = 0;

	if (likely(wanted % 2 == 0))
		return;
	atomic_store_explicit(&lcore->ack, wanted, memory_order_release);
	while (atomic_load_explicit(&set.pause_wanted, memory_order_acquire) == wanted)
		relax(&n_spins);
	forget_look(lcore);
}

// ---- requests from other threads

void
lcore_wake(struct lcore *lcore)
{
	uint64_t one = 1;

	if (lcore == lcore_self) {
		lcore->stay_awake = true;
		return;
	}
	if (!atomic_load(&lcore->sleeping))
		return;
	if (write(lcore->wake_fd, &one, sizeof(one)) < 0)
		return; // full counter: it is awake anyway
}

void
lcore_request(struct lcore *lcore, struct task *task)
{
	struct task *head;

	if (atomic_exchange(&task->pending, true))
		return;
	head = atomic_load_explicit(&lcore->requests, memory_order_relaxed);
	do {
		task->next_pending = head;
	} while (!atomic_compare_exchange_weak(&lcore->requests, &head, task));
	lcore_wake(lcore);
}

// Puts requested tasks on the list, the oldest request first.
static void
take_requests(struct lcore *lcore)
{
	struct task *task, *next, *oldest = NULL;

	if (atomic_load_explicit(&lcore->requests, memory_order_relaxed) == NULL)
		return;
	for (task = atomic_exchange(&lcore->requests, NULL); task != NULL; task = next) {
		next = task->next_pending;
		task->next_pending = oldest;
		oldest = task;
	}
	for (task = oldest; task != NULL; task = next) {
		next = task->next_pending;
		atomic_store(&task->pending, false);
		task_list_add(&lcore->tasks, task);
	}
}

// Lcores are paused, so nobody else takes; others may still add in front.
void
lcore_forget(struct lcore *lcore, struct task *task)
{
	struct task *keep = NULL, *next;

	if (!atomic_load(&task->pending))
		return;
	for (struct task *t = atomic_exchange(&lcore->requests, NULL); t != NULL; t = next) {
		next = t->next_pending;
		if (t != task) {
			t->next_pending = keep;
			keep = t;
		}
	}
	atomic_store(&task->pending, false);
	for (; keep != NULL; keep = next) {
		next = keep->next_pending;
		atomic_store(&keep->pending, false);
		lcore_request(lcore, keep);
	}
}

void
lcore_timer_changed(struct lcore *lcore)
{
	lcore_wake(lcore);
}

static void
run_flush(struct lcore_flush *flush)
{
	uint64_t *slot, *before;

	slot = likely(profile_clock.slot == NULL) ? NULL
						  : profile_slot(flush->element, PROFILE_CALL);
	if (likely(slot == NULL)) {
		flush->flush(flush);
		return;
	}
	before = profile_enter(slot);
	flush->flush(flush);
	profile_leave(before);
}

void
lcore_flush_all(struct lcore *lcore)
{
	struct lcore_flush *flush;

	while ((flush = lcore->flushes) != NULL) {
		lcore->flushes = flush->next;
		flush->queued = false;
		run_flush(flush);
	}
}

// ---- descriptors

static int
open_epoll(struct lcore *lcore)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

	if (lcore->epoll_fd >= 0)
		return 0;
	lcore->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (lcore->epoll_fd < 0 ||
		epoll_ctl(lcore->epoll_fd, EPOLL_CTL_ADD, lcore->wake_fd, &event) < 0)
		return -errno;
	return 0;
}

int
lcore_watch(struct lcore *lcore, struct fd_watch *watch)
{
	struct epoll_event event = {.events = watch->events, .data.ptr = watch};
	int err = open_epoll(lcore);

	if (err != 0)
		return err;
	if (epoll_ctl(lcore->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
		return -errno;
	watch->home = lcore;
	lcore->n_fds++;
	return 0;
}

int
lcore_watch_change(struct fd_watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	if (watch->events == events)
		return 0;
	watch->events = events;
	return epoll_ctl(watch->home->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0 ? -errno : 0;
}

void
lcore_unwatch(struct fd_watch *watch)
{
	if (watch->home == NULL)
		return;
	epoll_ctl(watch->home->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	watch->home->n_fds--;
	watch->home = NULL;
}

// One event at a time: what ready() does may close descriptors whose events would follow.
static void
poll_fds(struct lcore *lcore, int64_t timeout_ns)
{
	struct timespec timeout = {timeout_ns / CLOCK_S, timeout_ns % CLOCK_S};
	struct timespec *wait = timeout_ns < 0 ? NULL : &timeout;
	struct epoll_event event;
	struct fd_watch *watch;
	uint64_t count;

	for (unsigned i = 0; i < EVENTS_PER_ROUND; i++) {
		if (epoll_pwait2(lcore->epoll_fd, &event, 1, wait, NULL) <= 0)
			return;
		timeout = (struct timespec){0};
		wait = &timeout;
		watch = event.data.ptr;
		if (watch != NULL) {
			watch->ready(watch, event.events);
			lcore_task_done(lcore);
		} else if (read(lcore->wake_fd, &count, sizeof(count)) < 0) {
			continue;
		}
	}
}

// ---- the loop

// How long nothing will happen, as far as we know; -1 for ever.
static int64_t
sleep_ns(const struct lcore *lcore)
{
	int64_t next = timer_heap_next(&lcore->timers);

	if (next == INT64_MAX)
		return -1;
	return clock_real_delay(RTE_MAX(next - clock_steady(), INT64_C(0)));
}

// Nothing can run: sleep until something can.
static void
rest(struct lcore *lcore)
{
	int64_t next = timer_heap_next(&lcore->timers);

	if (lcore->stay_awake) {
		lcore->stay_awake = false;
		return;
	}
	if (clock_jumps() && next != INT64_MAX) {
		if (lcore->n_fds > 0)
			poll_fds(lcore, 0);
		clock_jump(next);
		return;
	}
	if (open_epoll(lcore) != 0)
		return;
	atomic_store(&lcore->sleeping, true);
	if (atomic_load(&lcore->requests) == NULL && !atomic_load(&lcore->stop) &&
		atomic_load(&set.pause_wanted) % 2 == 0 &&
		(!lcore->is_control || atomic_load(&set.n_calls) == 0))
		poll_fds(lcore, sleep_ns(lcore));
	atomic_store(&lcore->sleeping, false);
}

static void
back_off(struct lcore *lcore, bool worked)
{
	if (!lcore->idle_sleep || worked) {
		lcore->n_idle = 0;
		return;
	}
	if (++lcore->n_idle > IDLE_ROUNDS) {
		usleep(IDLE_SLEEP_US);
		forget_look(lcore);
	}
}

static void
run_timers(struct lcore *lcore)
{
	int64_t now;

	if (lcore->timers.n == 0)
		return;
	now = clock_steady();
	if (timer_heap_next(&lcore->timers) <= now)
		timer_heap_run(&lcore->timers, now, TIMERS_PER_ROUND);
}

static bool
is_time_to_poll(uint64_t *polled, uint64_t round)
{
	uint64_t now = rte_rdtsc();

	if (round % POLL_ROUNDS != 0 && now - *polled < POLL_CYCLES)
		return false;
	*polled = now;
	return true;
}

void
lcore_run(struct lcore *lcore, bool (*each)(void *arg), void *arg)
{
	uint64_t round = 0, polled = 0;
	bool draining;

	while (!atomic_load_explicit(&lcore->stop, memory_order_relaxed)) {
		if (each != NULL && !each(arg))
			return;
		if (lcore->is_control)
			lcores_serve();
		else
			obey_pause(lcore);
		take_requests(lcore);
		draining = atomic_load_explicit(&set.draining, memory_order_relaxed);
		lcore->worked = false;
		task_list_run(&lcore->tasks, TASKS_PER_ROUND, draining);
		back_off(lcore, lcore->worked);
		run_timers(lcore);
		atomic_store_explicit(&lcore->n_loops, ++round, memory_order_relaxed);
		if (lcore->tasks.head == NULL) {
			rest(lcore);
			forget_look(lcore);
		} else if (lcore->n_fds > 0 && is_time_to_poll(&polled, round)) {
			poll_fds(lcore, 0);
		}
	}
}

void
lcore_stop(struct lcore *lcore)
{
	atomic_store(&lcore->stop, true);
	lcore_wake(lcore);
}
