// SPDX-License-Identifier: BSD-3-Clause
// Lcores that are threads, started through EAL.
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "io/eal.h"
#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "test/unit/probe.h"
#include "test/unit/unit.h"

enum { WORKERS = 2, DEADLINE_S = 60 };

// ---- a machine with two real workers

static unsigned cpus[WORKERS];

static void
choose_cpus(void)
{
	unsigned n = 0, found = 0;
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	for (unsigned cpu = 0; found < WORKERS && cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set))
			cpus[found++] = cpu;
	}
	// One CPU only: both workers share it.
	for (n = found; n < WORKERS; n++)
		cpus[n] = cpus[0];
}

// false: another suite has started EAL without workers, see in_a_process_of_its_own().
static bool
has_workers(void)
{
	struct eal_options eal = {
		.no_huge = true, .bytes = 320 << 20, .n_workers = WORKERS, .cpus = cpus};
	struct errh errh;

	if (!eal_is_running()) {
		choose_cpus();
		errh_init_stderr(&errh);
		CU_ASSERT_EQUAL_FATAL(eal_start(&eal, &errh), 0);
		// That of the rigs, which other suites use after us.
		CU_ASSERT_EQUAL_FATAL(packet_pool_create(0, 8191, 64), 0);
	}
	return rte_lcore_count() > WORKERS;
}

static bool
start(void)
{
	if (!has_workers())
		return false;
	clock_real();
	lcores_init(WORKERS, cpus, false);
	CU_ASSERT_EQUAL_FATAL(lcores_start(), 0);
	return true;
}

static void
stop(void)
{
	lcores_stop();
	lcores_fini();
}

static bool
time_is_left(int64_t since)
{
	sched_yield();
	return clock_steady() - since < DEADLINE_S * CLOCK_S;
}

// Waits, with a deadline, until something has become true.
#define WAIT_FOR(condition)                                                                 \
	do {                                                                                \
		int64_t since_ = clock_steady();                                            \
		bool is_;                                                                   \
                                                                                            \
		while (!(is_ = (condition)) && time_is_left(since_))                        \
			;                                                                   \
		CU_assertImplementation(is_, __LINE__, #condition, __FILE__, "", CU_FALSE); \
	} while (0)

static void
in_a_process_of_its_own(void)
{
	int status = -1;
	pid_t pid;

	if (has_workers())
		return;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "unit-tests", "lcores", (char *)NULL);
		_exit(127);
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
}

// ---- tasks

static void
starts_and_stops(void)
{
	if (!start())
		return;
	for (unsigned i = 0; i < WORKERS; i++)
		CU_ASSERT_TRUE(atomic_load(&lcores_at(i)->running));
	CU_ASSERT_FALSE(lcores_are_paused());
	CU_ASSERT_PTR_EQUAL(lcore_self, lcores_control());
	lcores_stop();
	for (unsigned i = 0; i < WORKERS; i++)
		CU_ASSERT_FALSE(atomic_load(&lcores_at(i)->running));
	CU_ASSERT_TRUE(lcores_are_paused());
	lcores_stop();
	lcores_fini();
	// A second time in one process.
	start();
	stop();
}

static void
tasks_run_at_home(void)
{
	struct probe p[WORKERS];

	if (!start())
		return;
	for (unsigned i = 0; i < WORKERS; i++) {
		probe_init(&p[i], lcores_at(i));
		task_schedule(&p[i].task);
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		WAIT_FOR(atomic_load(&p[i].n_runs) == 1);
		CU_ASSERT_EQUAL(atomic_load(&p[i].last_index), i);
		CU_ASSERT_FALSE(task_is_scheduled(&p[i].task));
	}
	// To the other one, still to be run.
	lcores_pause();
	task_schedule(&p[0].task);
	task_move(&p[0].task, lcores_at(1));
	lcores_resume();
	WAIT_FOR(atomic_load(&p[0].n_runs) == 2);
	CU_ASSERT_EQUAL(atomic_load(&p[0].last_index), 1);
	for (unsigned i = 0; i < WORKERS; i++)
		probe_fini(&p[i]);
	stop();
}

// Each wish is heard, also when it comes just as the lcore falls asleep.
enum { WISHES = 3000 };

static void *
ask_again_and_again(void *arg)
{
	struct probe *p = arg;
	int64_t since = clock_steady();

	CU_ASSERT_PTR_NULL(lcore_self);
	for (unsigned i = 1; i <= WISHES; i++) {
		atomic_store(&p->value, i);
		task_schedule(&p->task);
		while (atomic_load(&p->seen) != i && time_is_left(since))
			;
	}
	return NULL;
}

static void
requests_of_another_thread(void)
{
	pthread_t threads[WORKERS];
	struct probe p[WORKERS];

	if (!start())
		return;
	for (unsigned i = 0; i < WORKERS; i++) {
		probe_init(&p[i], lcores_at(i));
		CU_ASSERT_EQUAL_FATAL(
			pthread_create(&threads[i], NULL, ask_again_and_again, &p[i]), 0);
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT_EQUAL(atomic_load(&p[i].seen), WISHES);
		CU_ASSERT_EQUAL(atomic_load(&p[i].last_index), i);
		probe_fini(&p[i]);
	}
	stop();
}

// Many wishes of many threads for one task make one run at least behind the last.
static void *
ask_without_waiting(void *arg)
{
	struct probe *p = arg;

	for (unsigned i = 0; i < WISHES; i++) {
		atomic_fetch_add(&p->value, 1);
		task_schedule(&p->task);
	}
	return NULL;
}

static void
wishes_pile_up(void)
{
	pthread_t threads[2];
	struct probe p;

	if (!start())
		return;
	probe_init(&p, lcores_at(0));
	for (unsigned i = 0; i < 2; i++)
		CU_ASSERT_EQUAL_FATAL(
			pthread_create(&threads[i], NULL, ask_without_waiting, &p), 0);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	WAIT_FOR(atomic_load(&p.seen) == 2 * WISHES);
	CU_ASSERT_TRUE(atomic_load(&p.n_runs) <= 2 * WISHES);
	probe_fini(&p);
	stop();
}

// ---- pause

static void
pauses_nest(void)
{
	struct probe p[WORKERS];
	unsigned n[WORKERS];

	if (!start())
		return;
	for (unsigned i = 0; i < WORKERS; i++) {
		probe_init(&p[i], lcores_at(i));
		atomic_store(&p[i].again, true);
		task_schedule(&p[i].task);
		WAIT_FOR(atomic_load(&p[i].n_runs) > 10);
	}
	for (unsigned round = 0; round < 20; round++) {
		lcores_pause();
		CU_ASSERT_TRUE(lcores_are_paused());
		for (unsigned i = 0; i < WORKERS; i++)
			n[i] = atomic_load(&p[i].n_runs);
		lcores_pause();
		lcores_resume();
		CU_ASSERT_TRUE(lcores_are_paused());
		usleep(500);
		for (unsigned i = 0; i < WORKERS; i++)
			CU_ASSERT_EQUAL(atomic_load(&p[i].n_runs), n[i]);
		lcores_resume();
		CU_ASSERT_FALSE(lcores_are_paused());
		for (unsigned i = 0; i < WORKERS; i++)
			WAIT_FOR(atomic_load(&p[i].n_runs) > n[i]);
	}
	for (unsigned i = 0; i < WORKERS; i++)
		probe_fini(&p[i]);
	stop();
}

// Also those that sleep in their event loop.
static void
pauses_sleepers(void)
{
	if (!start())
		return;
	for (unsigned round = 0; round < 50; round++) {
		if (round % 2 == 0)
			WAIT_FOR(atomic_load(&lcores_at(0)->sleeping));
		lcores_pause();
		for (unsigned i = 0; i < WORKERS; i++)
			CU_ASSERT_FALSE(atomic_load(&lcores_at(i)->sleeping));
		lcores_resume();
	}
	stop();
}

static _Atomic bool in_task;

static bool
wait_to_yield(struct task *task)
{
	atomic_store(&in_task, true);
	while (!lcores_must_yield())
		;
	atomic_store(&in_task, false);
	(void)task;
	return true;
}

// A task that waits within itself hears that it must end, for a pause and for the end.
static void
waiting_tasks_yield(void)
{
	struct task task;

	if (!start())
		return;
	CU_ASSERT_FALSE(lcores_must_yield());
	task_init(&task, NULL, wait_to_yield, lcores_at(1), TASK_TICKETS);
	task_schedule(&task);
	WAIT_FOR(atomic_load(&in_task));
	lcores_pause();
	CU_ASSERT_FALSE(atomic_load(&in_task));
	lcores_resume();
	task_schedule(&task);
	WAIT_FOR(atomic_load(&in_task));
	lcores_stop();
	CU_ASSERT_FALSE(atomic_load(&in_task));
	task_fini(&task);
	lcores_fini();
}

// ---- calls out of a worker

struct call {
	struct lcore_call call;
	struct probe *busy; // on the other worker
	unsigned index; // of the lcore that made it
	bool others_were_held;
	_Atomic unsigned n_made;
};

static void
make_call(struct lcore_call *base)
{
	struct call *c = (struct call *)base;
	unsigned n = atomic_load(&c->busy->n_runs);

	c->index = lcore_index;
	usleep(200);
	c->others_were_held = atomic_load(&c->busy->n_runs) == n;
	atomic_fetch_add(&c->n_made, 1);
}

struct caller {
	struct task task;
	struct call *call;
	_Atomic bool again;
	_Atomic unsigned n_returned;
};

static bool
call_control(struct task *task)
{
	struct caller *c = (struct caller *)task;

	lcores_call(&c->call->call);
	atomic_fetch_add(&c->n_returned, 1);
	if (atomic_load(&c->again))
		task_reschedule(task);
	return true;
}

static bool
until_returned(void *arg)
{
	struct caller *c = arg;

	return atomic_load(&c->n_returned) < 20;
}

static void
control_makes_calls(void)
{
	struct probe busy;
	struct call call = {.call = {.run = make_call}, .busy = &busy};
	struct caller caller = {.call = &call, .again = true};
	unsigned n;

	if (!start())
		return;
	probe_init(&busy, lcores_at(1));
	atomic_store(&busy.again, true);
	task_schedule(&busy.task);
	task_init(&caller.task, NULL, call_control, lcores_at(0), TASK_TICKETS);
	task_schedule(&caller.task);
	// From its loop, also out of its sleep ...
	lcore_run(lcores_control(), until_returned, &caller);
	CU_ASSERT_TRUE(atomic_load(&call.n_made) >= 20);
	CU_ASSERT_EQUAL(call.index, lcores_control()->index);
	CU_ASSERT_TRUE(call.others_were_held);
	// ... and where it waits for workers.
	WAIT_FOR(atomic_load(&lcores_at(0)->call) != NULL);
	atomic_store(&caller.again, false);
	n = atomic_load(&call.n_made);
	lcores_pause();
	CU_ASSERT_EQUAL(atomic_load(&call.n_made), n + 1);
	CU_ASSERT_EQUAL(atomic_load(&caller.n_returned), n + 1);
	lcores_resume();
	task_schedule(&caller.task);
	WAIT_FOR(atomic_load(&lcores_at(0)->call) != NULL);
	lcores_stop();
	CU_ASSERT_EQUAL(atomic_load(&call.n_made), n + 2);
	CU_ASSERT_EQUAL(atomic_load(&caller.n_returned), n + 2);
	task_fini(&caller.task);
	task_fini(&busy.task);
	lcores_fini();
}

// ---- sleepers

static void
watches_a_pipe(void)
{
	struct pipe_watch w = {.watch = {.events = EPOLLIN, .ready = pipe_ready}};
	struct lcore *worker;
	int fds[2];

	if (!start())
		return;
	worker = lcores_at(1);
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	w.watch.fd = fds[0];
	lcores_pause();
	CU_ASSERT_EQUAL(lcore_watch(worker, &w.watch), 0);
	CU_ASSERT_EQUAL(worker->n_fds, 1);
	CU_ASSERT_PTR_EQUAL(w.watch.home, worker);
	lcores_resume();
	for (unsigned i = 1; i <= 5; i++) {
		WAIT_FOR(atomic_load(&worker->sleeping));
		CU_ASSERT_EQUAL(write(fds[1], "x", 1), 1);
		WAIT_FOR(atomic_load(&w.n_ready) == i);
		CU_ASSERT_EQUAL(atomic_load(&w.events), EPOLLIN);
		CU_ASSERT_EQUAL(atomic_load(&w.index), 1);
	}
	// Nobody listens, then somebody again.
	lcores_pause();
	CU_ASSERT_EQUAL(lcore_watch_change(&w.watch, 0), 0);
	CU_ASSERT_EQUAL(lcore_watch_change(&w.watch, 0), 0);
	CU_ASSERT_EQUAL(write(fds[1], "x", 1), 1);
	lcores_resume();
	WAIT_FOR(atomic_load(&worker->sleeping));
	CU_ASSERT_EQUAL(atomic_load(&w.n_ready), 5);
	lcores_pause();
	CU_ASSERT_EQUAL(lcore_watch_change(&w.watch, EPOLLIN), 0);
	w.unwatch = true;
	lcores_resume();
	WAIT_FOR(atomic_load(&w.n_ready) == 6);
	// It unwatched itself.
	lcores_pause();
	CU_ASSERT_PTR_NULL(w.watch.home);
	CU_ASSERT_EQUAL(worker->n_fds, 0);
	lcore_unwatch(&w.watch);
	CU_ASSERT_EQUAL(worker->n_fds, 0);
	lcores_resume();
	stop();
	close(fds[0]);
	close(fds[1]);
}

static _Atomic unsigned n_fired;

static void
count_fire(struct timer *timer)
{
	(void)timer;
	atomic_fetch_add(&n_fired, 1);
}

// A sleeping lcore wakes for its timer, and one that was put in front of it.
static void
timers_wake_sleepers(void)
{
	struct timer late, soon;

	if (!start())
		return;
	lcores_pause();
	timer_init(&late, NULL, count_fire, lcores_at(0));
	timer_init(&soon, NULL, count_fire, lcores_at(0));
	timer_schedule_after(&late, 3600 * CLOCK_S);
	lcores_resume();
	WAIT_FOR(atomic_load(&lcores_at(0)->sleeping));
	lcores_pause();
	timer_schedule_after(&soon, CLOCK_MS);
	lcores_resume();
	WAIT_FOR(atomic_load(&n_fired) == 1);
	lcores_pause();
	CU_ASSERT_TRUE(timer_is_scheduled(&late));
	CU_ASSERT_FALSE(timer_is_scheduled(&soon));
	timer_unschedule(&late);
	lcores_resume();
	stop();
}

UNIT_SUITE(lcores, UNIT_CASE(in_a_process_of_its_own), UNIT_CASE(starts_and_stops),
	UNIT_CASE(tasks_run_at_home), UNIT_CASE(requests_of_another_thread),
	UNIT_CASE(wishes_pile_up), UNIT_CASE(pauses_nest), UNIT_CASE(pauses_sleepers),
	UNIT_CASE(waiting_tasks_yield), UNIT_CASE(control_makes_calls), UNIT_CASE(watches_a_pipe),
	UNIT_CASE(timers_wake_sleepers))
