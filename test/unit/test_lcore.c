// SPDX-License-Identifier: BSD-3-Clause
// One lcore at a time, on the test's own thread; real workers are in test_lcores.c.
#include "src/lcore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/strbuf.h"
#include "test/unit/probe.h"
#include "test/unit/unit.h"

// ---- the set

static void
places(void)
{
	unsigned some[2] = {0, 0};

	lcores_init(2, some, true);
	CU_ASSERT_EQUAL(lcores_n(), 3);
	CU_ASSERT_EQUAL(lcores_n_workers(), 2);
	CU_ASSERT_EQUAL(lcores_n_threads(), 2);
	for (unsigned i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(lcores_at(i)->index, i);
		CU_ASSERT_EQUAL(lcores_at(i)->is_control, i == 2);
		CU_ASSERT_TRUE(lcores_at(i)->idle_sleep);
	}
	CU_ASSERT_PTR_EQUAL(lcores_thread(1), lcores_at(1));
	CU_ASSERT_PTR_NULL(lcores_thread(2));
	CU_ASSERT_PTR_EQUAL(lcores_control(), lcores_at(2));
	// Who makes them is control.
	CU_ASSERT_PTR_EQUAL(lcore_self, lcores_control());
	CU_ASSERT_EQUAL(lcore_index, 2);
	CU_ASSERT_TRUE(lcores_are_paused());
	lcores_fini();
	CU_ASSERT_PTR_NULL(lcore_self);
	CU_ASSERT_EQUAL(lcore_index, 0);
	lcores_fini();
}

static void
control_works_alone(void)
{
	lcores_init(0, NULL, false);
	CU_ASSERT_EQUAL(lcores_n(), 1);
	CU_ASSERT_EQUAL(lcores_n_workers(), 0);
	CU_ASSERT_EQUAL(lcores_n_threads(), 1);
	CU_ASSERT_PTR_EQUAL(lcores_thread(0), lcores_control());
	CU_ASSERT_PTR_NULL(lcores_thread(1));
	CU_ASSERT_EQUAL(lcore_index, 0);
	// Nothing to hold, nothing to end.
	lcores_pause();
	lcores_resume();
	lcores_stop();
	lcores_add_past_drops(5);
	lcores_add_past_drops(7);
	CU_ASSERT_EQUAL(lcores_past_drops(), 12);
	lcores_fini();
	lcores_init(0, NULL, false);
	CU_ASSERT_EQUAL(lcores_past_drops(), 0);
	lcores_fini();
}

// ---- one lcore, on the test's thread

static bool
some_rounds(void *arg)
{
	unsigned *left = arg;

	lcore_wake(lcore_self); // no sleep
	return (*left)-- > 0;
}

static void
run_rounds(unsigned n)
{
	lcore_run(lcores_control(), some_rounds, &n);
}

static struct strbuf flushed;

struct flusher {
	struct lcore_flush flush;
	const char *name;
	struct flusher *other; // asked for by this one's flush, once
};

static void
flush_one(struct lcore_flush *flush)
{
	struct flusher *f = (struct flusher *)flush;
	struct flusher *other = f->other;

	strbuf_adds(&flushed, f->name);
	f->other = NULL;
	if (other != NULL)
		lcore_flush_later(lcore_self, &other->flush);
}

static struct flusher first = {.flush = {.flush = flush_one}, .name = "1"};
static struct flusher second = {.flush = {.flush = flush_one}, .name = "2"};

static bool
ask_for_flush(struct task *task)
{
	(void)task;
	lcore_flush_later(lcore_self, &first.flush);
	lcore_flush_later(lcore_self, &second.flush);
	lcore_flush_later(lcore_self, &first.flush);
	strbuf_adds(&flushed, "t");
	return true;
}

static void
flushes_at_the_end_of_a_task(void)
{
	struct task task;

	lcores_init(0, NULL, false);
	lcore_task_done(lcores_control());
	lcore_task_done(NULL);
	task_init(&task, NULL, ask_for_flush, lcores_control(), TASK_TICKETS);
	task_schedule(&task);
	run_rounds(3);
	ASSERT_TEXT(strbuf_text(&flushed), "t21");
	CU_ASSERT_FALSE(first.flush.queued);
	CU_ASSERT_FALSE(second.flush.queued);
	CU_ASSERT_PTR_NULL(lcores_control()->flushes);
	// What a flush asks for happens then too.
	strbuf_clear(&flushed);
	first.other = &second;
	task_schedule(&task);
	run_rounds(3);
	ASSERT_TEXT(strbuf_text(&flushed), "t212");
	strbuf_fini(&flushed);
	task_fini(&task);
	lcores_fini();
}

// A task that never rests leaves room for descriptors.
static void
watches_while_tasks_run(void)
{
	struct pipe_watch w = {.watch = {.events = EPOLLIN, .ready = pipe_ready}};
	struct probe busy;
	int fds[2];

	lcores_init(0, NULL, false);
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	w.watch.fd = fds[0];
	CU_ASSERT_EQUAL(lcore_watch(lcores_control(), &w.watch), 0);
	probe_init(&busy, lcores_control());
	atomic_store(&busy.again, true);
	task_schedule(&busy.task);
	CU_ASSERT_EQUAL(write(fds[1], "x", 1), 1);
	run_rounds(200);
	CU_ASSERT_EQUAL(atomic_load(&w.n_ready), 1);
	probe_fini(&busy);
	lcore_unwatch(&w.watch);
	lcores_fini();
	close(fds[0]);
	close(fds[1]);
}

static void
watch_errors(void)
{
	struct fd_watch w = {.fd = -1, .events = EPOLLIN, .ready = pipe_ready};
	int fds[2];

	lcores_init(0, NULL, false);
	CU_ASSERT_EQUAL(lcore_watch(lcores_control(), &w), -EBADF);
	CU_ASSERT_PTR_NULL(w.home);
	CU_ASSERT_EQUAL(lcores_control()->n_fds, 0);
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	w.fd = fds[0];
	CU_ASSERT_EQUAL(lcore_watch(lcores_control(), &w), 0);
	CU_ASSERT_EQUAL(lcore_watch(lcores_control(), &w), -EEXIST);
	CU_ASSERT_EQUAL(lcores_control()->n_fds, 1);
	lcore_unwatch(&w);
	CU_ASSERT_EQUAL(lcores_control()->n_fds, 0);
	// A file is always ready, so epoll will not have it.
	w.fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	CU_ASSERT_EQUAL(lcore_watch(lcores_control(), &w), -EPERM);
	close(w.fd);
	lcores_fini();
	close(fds[0]);
	close(fds[1]);
}

static void
draining_stops_input(void)
{
	struct probe input, other;

	lcores_init(0, NULL, false);
	probe_init(&input, lcores_control());
	probe_init(&other, lcores_control());
	input.task.is_input = true;
	atomic_store(&input.again, true);
	atomic_store(&other.again, true);
	task_schedule(&input.task);
	task_schedule(&other.task);
	run_rounds(1);
	CU_ASSERT_TRUE(atomic_load(&input.n_runs) > 0);
	CU_ASSERT_FALSE(lcores_are_draining());
	lcores_drain(true);
	CU_ASSERT_TRUE(lcores_are_draining());
	atomic_store(&input.n_runs, 0);
	atomic_store(&other.n_runs, 0);
	run_rounds(3);
	CU_ASSERT_EQUAL(atomic_load(&input.n_runs), 0);
	CU_ASSERT_TRUE(atomic_load(&other.n_runs) > 0);
	probe_fini(&input);
	probe_fini(&other);
	lcores_fini();
	lcores_init(0, NULL, false);
	CU_ASSERT_FALSE(lcores_are_draining());
	lcores_fini();
}

// Of the requests that wait, only the task's own is taken back.
static void
forgets_one_task(void)
{
	struct lcore *control;
	struct probe p[3];

	lcores_init(0, NULL, false);
	control = lcores_control();
	for (unsigned i = 0; i < 3; i++) {
		probe_init(&p[i], control);
		atomic_store(&p[i].task.scheduled, true);
		lcore_request(control, &p[i].task);
		// Asked for twice, it waits once.
		lcore_request(control, &p[i].task);
	}
	task_fini(&p[1].task);
	CU_ASSERT_FALSE(atomic_load(&p[1].task.pending));
	lcore_forget(control, &p[1].task);
	run_rounds(2);
	CU_ASSERT_EQUAL(atomic_load(&p[0].n_runs), 1);
	CU_ASSERT_EQUAL(atomic_load(&p[1].n_runs), 0);
	CU_ASSERT_EQUAL(atomic_load(&p[2].n_runs), 1);
	probe_fini(&p[0]);
	probe_fini(&p[2]);
	lcores_fini();
}

static bool
never_again(void *arg)
{
	++*(unsigned *)arg;
	return false;
}

static bool
stop_it(void *arg)
{
	++*(unsigned *)arg;
	lcore_stop(lcore_self);
	return true;
}

static void
ends_of_the_loop(void)
{
	unsigned n = 0;

	lcores_init(0, NULL, false);
	lcore_run(lcores_control(), never_again, &n);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_EQUAL(atomic_load(&lcores_control()->n_loops), 0);
	lcore_run(lcores_control(), stop_it, &n);
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_TRUE(lcores_must_yield());
	// Stopped for good.
	lcore_run(lcores_control(), stop_it, &n);
	CU_ASSERT_EQUAL(n, 2);
	lcores_fini();
}

static bool
idle_run(struct task *task)
{
	task_reschedule(task);
	return task->private != NULL;
}

// --idle counts the rounds without work.
static void
backs_off_without_work(void)
{
	struct task task;

	lcores_init(0, NULL, true);
	task_init(&task, NULL, idle_run, lcores_control(), TASK_TICKETS);
	task_schedule(&task);
	run_rounds(20);
	CU_ASSERT_EQUAL(lcores_control()->n_idle, 20);
	task.private = &task;
	run_rounds(1);
	CU_ASSERT_EQUAL(lcores_control()->n_idle, 0);
	task_fini(&task);
	lcores_fini();
}

static void
counts_for_the_balance(void)
{
	lcores_init(0, NULL, false);
	lcore_count_received(3);
	lcore_count_received(4);
	lcore_count_sent(5);
	CU_ASSERT_EQUAL(lcores_control()->n_received, 7);
	CU_ASSERT_EQUAL(lcores_control()->n_sent, 5);
	CU_ASSERT_PTR_EQUAL(lcores_control()->packets, &packet_thread);
	lcores_fini();
}

// ---- stalls

static void
tells_stalls_from_slow_tasks(void)
{
	const uint64_t m = 1000000;
	struct lcore *l;

	lcores_init(0, NULL, false);
	l = lcores_control();
	lcore_look_for_stall(l, 500 * m, 500 * m + 1000); // nothing to compare it with
	lcore_look_for_stall(l, 501 * m, 501 * m + 1000);
	CU_ASSERT_EQUAL(l->stalls.n, 0);
	lcore_look_for_stall(l, 521 * m + 1000, 521 * m + 2000); // short runs do not take so long
	CU_ASSERT_EQUAL(l->stalls.n, 1);
	CU_ASSERT_EQUAL(l->stalls.longest, 20 * m);
	lcore_look_for_stall(l, 550 * m, 551 * m); // runs of 1 M cycles do
	CU_ASSERT_EQUAL(l->stalls.n, 1);
	lcore_look_for_stall(l, 551 * m + 500, 566 * m); // a single one does not
	CU_ASSERT_EQUAL(l->stalls.n, 2);
	CU_ASSERT_EQUAL(l->stalls.total, 35 * m - 500);
	lcores_fini();
}

static bool
sleep_once(struct task *task)
{
	unsigned *n = task->private;

	if (++*n == 40)
		usleep(30000);
	task_reschedule(task);
	return true;
}

static void
sees_a_stall(void)
{
	unsigned n_runs = 0;
	struct task task;

	lcores_init(0, NULL, false);
	task_init(&task, NULL, sleep_once, lcores_control(), TASK_TICKETS);
	task.private = &n_runs;
	task_schedule(&task);
	run_rounds(1);
	CU_ASSERT_TRUE(n_runs >= 64);
	CU_ASSERT_TRUE(lcores_control()->stalls.n >= 1);
	CU_ASSERT_TRUE(lcores_control()->stalls.longest >= 10000000);
	task_fini(&task);
	lcores_fini();
}

static bool
work_once(struct task *task)
{
	(void)task;
	return true;
}

// What lies between two times of work is no stall.
static void
rests(void)
{
	struct task task;

	lcores_init(0, NULL, false);
	task_init(&task, NULL, work_once, lcores_control(), TASK_TICKETS);
	for (unsigned i = 0; i < 64; i++) {
		task_schedule(&task);
		run_rounds(1);
		CU_ASSERT_EQUAL(lcores_control()->stalls.last, 0);
	}
	task_fini(&task);
	lcores_fini();
}

UNIT_SUITE(lcore, UNIT_CASE(places), UNIT_CASE(control_works_alone),
	UNIT_CASE(flushes_at_the_end_of_a_task), UNIT_CASE(watches_while_tasks_run),
	UNIT_CASE(watch_errors), UNIT_CASE(draining_stops_input), UNIT_CASE(forgets_one_task),
	UNIT_CASE(ends_of_the_loop), UNIT_CASE(backs_off_without_work),
	UNIT_CASE(counts_for_the_balance), UNIT_CASE(tells_stalls_from_slow_tasks),
	UNIT_CASE(sees_a_stall), UNIT_CASE(rests))
