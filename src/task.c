// SPDX-License-Identifier: BSD-3-Clause
#include "src/task.h"

#include <stddef.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_cycles.h>

#include "src/element.h"
#include "src/lcore.h"
#include "src/profile.h"
#include "src/router.h"

void
task_set_tickets(struct task *task, uint32_t tickets)
{
	if (tickets < 1)
		tickets = 1;
	if (tickets > TASK_TICKETS_MAX)
		tickets = TASK_TICKETS_MAX;
	task->tickets = tickets;
	task->stride = TASK_STRIDE1 / tickets;
}

static void
leave_element(struct task *task, struct element *element)
{
	struct task **at = &element->info->tasks;

	while (*at != NULL && *at != task)
		at = &(*at)->sibling;
	if (*at != NULL)
		*at = task->sibling;
}

void
task_init(struct task *task, struct element *element, task_fn *run, struct lcore *home,
	uint32_t tickets)
{
	if (element != NULL)
		leave_element(task, element); // it may be initialized again
	*task = (struct task){.run = run, .element = element, .home = home};
	task_set_tickets(task, tickets);
	if (element == NULL)
		return;
	task->sibling = element->info->tasks;
	element->info->tasks = task;
	task->waits = element->router->beside;
}

static void
list_unlink(struct task_list *list, struct task *task)
{
	*(task->prev ? &task->prev->next : &list->head) = task->next;
	*(task->next ? &task->next->prev : &list->tail) = task->prev;
	task->next = task->prev = NULL;
	task->listed = false;
}

// Behind all tasks with the same or a lower pass; passes wrap.
static void
list_insert(struct task_list *list, struct task *task)
{
	struct task *before = list->tail;

	while (before != NULL && (int32_t)(before->pass - task->pass) > 0)
		before = before->prev;
	task->prev = before;
	task->next = before ? before->next : list->head;
	*(before ? &before->next : &list->head) = task;
	*(task->next ? &task->next->prev : &list->tail) = task;
	task->listed = true;
}

void
task_list_add(struct task_list *list, struct task *task)
{
	if (task->listed || list->running == task || !task_is_scheduled(task))
		return;
	task->pass = (list->head ? list->head->pass : 0) + task->stride;
	list_insert(list, task);
}

void
task_schedule(struct task *task)
{
	if (task->home == NULL || task->waits) {
		atomic_store_explicit(&task->scheduled, true, memory_order_relaxed);
		return;
	}
	if (atomic_exchange(&task->scheduled, true) && task->home != lcore_self)
		return;
	if (task->home == lcore_self)
		task_list_add(&task->home->tasks, task);
	else
		lcore_request(task->home, task);
}

bool
task_schedule_from_outside(struct task *task)
{
	if (!lcores_enter())
		return false;
	task_schedule(task);
	lcores_leave();
	return true;
}

void
task_reschedule(struct task *task)
{
	if (lcore_self != NULL && lcore_self->tasks.running == task)
		atomic_store_explicit(&task->scheduled, true, memory_order_relaxed);
	else
		task_schedule(task);
}

void
task_unschedule(struct task *task)
{
	atomic_store_explicit(&task->scheduled, false, memory_order_relaxed);
}

void
task_halt(struct task *task)
{
	task_unschedule(task);
	if (task->home == NULL)
		return;
	lcore_forget(task->home, task);
	if (task->listed)
		list_unlink(&task->home->tasks, task);
	if (task->home->tasks.running == task)
		task->home->tasks.running = NULL;
	task->home = NULL;
}

void
task_fini(struct task *task)
{
	task_halt(task);
	if (task->element != NULL)
		leave_element(task, task->element);
}

void
task_release(struct task *task)
{
	bool scheduled = task_is_scheduled(task);

	task->waits = false;
	task_unschedule(task);
	if (scheduled)
		task_schedule(task);
}

void
task_move(struct task *task, struct lcore *home)
{
	bool scheduled = task_is_scheduled(task);

	task_halt(task);
	task->home = home;
	if (scheduled)
		task_schedule(task);
}

// After a run that wants another one.
static void
list_requeue(struct task_list *list, struct task *task, bool worked)
{
	task->pass += task->stride;
	if (!worked && list->head != NULL && (int32_t)(list->head->pass - task->pass) > 0)
		task->pass = list->head->pass;
	list_insert(list, task);
}

enum { TIMED_RUNS = PROFILE_EVERY, COST_SHIFT = 4 };

// Now and then with the clock at hand: what runs cost, for those who place tasks, and for profiles.
static bool
run_timed(struct task *task)
{
	uint64_t begin = rte_rdtsc(), end, cycles;
	bool worked;

	profile_begin(profile_slot(task->element, PROFILE_TASK));
	worked = task->run(task);
	lcore_task_done(lcore_self);
	profile_end();
	end = rte_rdtsc();
	lcore_look_for_stall(lcore_self, begin, end);
	cycles = RTE_MIN(end - begin, (uint64_t)UINT32_MAX / 2);
	// The task may be gone by now, if a handler call replaced its router.
	if (lcore_self->tasks.running == task)
		task->cost += (uint32_t)(((int64_t)cycles - task->cost) / (1 << COST_SHIFT));
	return worked;
}

static bool
run_task(struct task *task)
{
	bool worked;

	if (unlikely(++task->n_runs % TIMED_RUNS == 0))
		return run_timed(task);
	worked = task->run(task);
	lcore_task_done(lcore_self);
	return worked;
}

bool
task_list_run(struct task_list *list, unsigned max, bool draining)
{
	struct task *task;
	bool worked, ran = false;

	while (max-- > 0 && (task = list->head) != NULL) {
		list_unlink(list, task);
		if (!task_is_scheduled(task) || (draining && task->is_input))
			continue;
		list->running = task;
		atomic_store_explicit(&task->scheduled, false, memory_order_relaxed);
		worked = run_task(task);
		ran = true;
		lcore_self->worked |= worked;
		// NULL: the task is gone (a handler call replaced its router).
		if (list->running == NULL)
			continue;
		list->running = NULL;
		if (task_is_scheduled(task) && !task->listed)
			list_requeue(list, task, worked);
		if (!worked && list->head == task && task->next == NULL)
			break;
	}
	return ran;
}
