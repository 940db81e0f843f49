// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/probe.h"

#include <sys/epoll.h>
#include <unistd.h>

static bool
probe_run(struct task *task)
{
	struct probe *p = (struct probe *)task;

	atomic_store(&p->seen, atomic_load(&p->value));
	atomic_store(&p->last_index, lcore_index);
	atomic_fetch_add(&p->n_runs, 1);
	if (atomic_load(&p->again))
		task_reschedule(task);
	return true;
}

void
probe_init(struct probe *p, struct lcore *home)
{
	*p = (struct probe){.last_index = 99};
	task_init(&p->task, NULL, probe_run, home, TASK_TICKETS);
}

void
probe_fini(struct probe *p)
{
	atomic_store(&p->again, false);
	lcores_pause();
	task_fini(&p->task);
	lcores_resume();
}

void
pipe_ready(struct fd_watch *watch, uint32_t events)
{
	struct pipe_watch *w = (struct pipe_watch *)watch;
	char byte;

	atomic_store(&w->events, events);
	atomic_store(&w->index, lcore_index);
	if ((events & EPOLLIN) && read(watch->fd, &byte, 1) < 0)
		atomic_store(&w->events, 0);
	if (w->unwatch)
		lcore_unwatch(watch);
	atomic_fetch_add(&w->n_ready, 1);
}
