// SPDX-License-Identifier: BSD-3-Clause
#include "src/task.h"

#include <stdlib.h>
#include <string.h>

#include "src/lcore.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static struct strbuf log_text;
static unsigned log_left;

static bool
log_run(struct task *task)
{
	const char *name = task->private;

	if (log_left == 0)
		return false;
	log_left--;
	strbuf_addf(&log_text, "%s", name);
	task_reschedule(task);
	return true;
}

static void
start(struct task *task, const char *name, uint32_t tickets)
{
	task_init(task, NULL, log_run, lcores_control(), tickets);
	task->private = (void *)(uintptr_t)name;
	task_schedule(task);
}

static void
assert_log(struct rig *r, unsigned n, const char *want)
{
	strbuf_clear(&log_text);
	log_left = n;
	rig_run(r, 4);
	ASSERT_TEXT(strbuf_text(&log_text), want);
	strbuf_fini(&log_text);
}

static void
equal_tickets_take_turns(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct task a, b, c;

	start(&a, "a", 1024);
	start(&b, "b", 1024);
	start(&c, "c", 1024);
	assert_log(r, 9, "abcabcabc");
	task_fini(&a);
	task_fini(&b);
	task_fini(&c);
	rig_free(r);
}

// Twice the tickets, twice the turns: the order that Click documents for ScheduleInfo(b 0.5).
static void
tickets_weigh(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct task a, b;

	start(&a, "1", 1024);
	start(&b, "2", 512);
	assert_log(r, 9, "112112112");
	task_fini(&a);
	task_fini(&b);
	rig_free(r);
}

static bool
count_run(struct task *task)
{
	++*(unsigned *)task->private;
	return true;
}

static void
runs_once_unless_rescheduled(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	unsigned n = 0;
	struct task t;

	task_init(&t, NULL, count_run, lcores_control(), TASK_TICKETS);
	t.private = &n;
	task_schedule(&t);
	task_schedule(&t);
	CU_ASSERT_TRUE(task_is_scheduled(&t));
	rig_run(r, 3);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_FALSE(task_is_scheduled(&t));
	task_schedule(&t);
	task_unschedule(&t);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(n, 1);
	task_schedule(&t);
	task_fini(&t);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(n, 1);
	rig_free(r);
}

static void
thread_minus_one_never_runs(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	unsigned n = 0;
	struct task t;

	task_init(&t, NULL, count_run, NULL, TASK_TICKETS);
	t.private = &n;
	task_schedule(&t);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_TRUE(task_is_scheduled(&t));
	task_move(&t, lcores_control());
	rig_run(r, 3);
	CU_ASSERT_EQUAL(n, 1);
	task_fini(&t);
	rig_free(r);
}

static void
tickets_are_clamped(void)
{
	struct task t;

	task_init(&t, NULL, count_run, NULL, 0);
	CU_ASSERT_EQUAL(t.tickets, 1);
	CU_ASSERT_EQUAL(t.stride, TASK_STRIDE1);
	task_set_tickets(&t, 1000000);
	CU_ASSERT_EQUAL(t.tickets, TASK_TICKETS_MAX);
}

UNIT_SUITE(task, UNIT_CASE(equal_tickets_take_turns), UNIT_CASE(tickets_weigh),
	UNIT_CASE(runs_once_unless_rescheduled), UNIT_CASE(thread_minus_one_never_runs),
	UNIT_CASE(tickets_are_clamped))
