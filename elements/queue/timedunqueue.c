// SPDX-License-Identifier: BSD-3-Clause
// TimedUnqueue, Burster: pull packets at regular intervals and push them on.

#include "src/clock.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/task.h"
#include "src/timer.h"

struct timedunqueue {
	struct element element;
	struct timespan interval;
	int32_t burst; // packets in each interval
	bool in_period; // the timer has fired: the next interval follows this one
	struct task task;
	struct timer timer;
	struct signal signal; // upstream empty
};

static uint32_t
move_burst(struct timedunqueue *e)
{
	uint32_t most = RTE_MIN((uint32_t)e->burst, (uint32_t)TASK_PACKETS_MAX), n = 0;
	struct batch b;

	while (n < most) {
		element_pull(&e->element, 0, &b, RTE_MIN(most - n, (uint32_t)BATCH_MAX));
		if (b.n == 0)
			break;
		n += b.n;
		element_push(&e->element, 0, &b);
	}
	return n;
}

static bool
timedunqueue_run(struct task *task)
{
	struct timedunqueue *e = (struct timedunqueue *)task->element;
	bool in_period = e->in_period;
	uint32_t n;

	if (timer_is_scheduled(&e->timer))
		return false;
	e->in_period = false;
	n = move_burst(e);
	if (n == 0 && !signal_is_active(&e->signal))
		return false;
	// The task may have moved since the timer was last used.
	e->timer.home = e->task.home;
	if (in_period)
		timer_reschedule_after(&e->timer, e->interval.ns);
	else
		timer_schedule_after(&e->timer, e->interval.ns);
	return n > 0;
}

static void
timedunqueue_fire(struct timer *timer)
{
	struct timedunqueue *e = (struct timedunqueue *)timer->element;

	e->in_period = true;
	task_schedule(&e->task);
}

static int
timedunqueue_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct timedunqueue *)base)->task, timedunqueue_run);
	return 0;
}

static int
timedunqueue_initialize(struct element *base, struct errh *errh)
{
	struct timedunqueue *e = (struct timedunqueue *)base;

	(void)errh;
	timer_init(&e->timer, base, timedunqueue_fire, e->task.home);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
timedunqueue_cleanup(struct element *base)
{
	struct timedunqueue *e = (struct timedunqueue *)base;

	timer_unschedule(&e->timer);
	task_fini(&e->task);
	signal_fini(&e->signal);
}

// The interval that has begun goes on.
static int
timedunqueue_take_state(struct element *base, struct element *old, struct errh *errh)
{
	int64_t expiry_ns = ((struct timedunqueue *)old)->timer.expiry_ns;

	(void)errh;
	if (expiry_ns > clock_steady())
		timer_schedule_at(&((struct timedunqueue *)base)->timer, expiry_ns);
	return 0;
}

#define INTERVAL_ROW                                                                       \
	ARG(timedunqueue, interval, "INTERVAL", ARG_MANDATORY, .min = 0, .max = INT64_MAX, \
		.help = "time between two bursts")
#define BURST_ROW(default_burst)                                                        \
	ARG(timedunqueue, burst, "BURST", ARG_OPTIONAL, .def = default_burst, .min = 1, \
		.max = INT32_MAX, .range_error = "bad BURST", .help = "packets in each burst")

static const struct arg timedunqueue_args[] = {INTERVAL_ROW, BURST_ROW("1"), ARGS_END};
static const struct arg burster_args[] = {INTERVAL_ROW, BURST_ROW("8"), ARGS_END};

static const struct element_class timedunqueue_class = {
	.name = "TimedUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct timedunqueue),
	.attach = timedunqueue_attach,
	.initialize = timedunqueue_initialize,
	.cleanup = timedunqueue_cleanup,
	.take_state = timedunqueue_take_state,
	.args = timedunqueue_args,
	.group = "queue",
	.brief = "pulls packets at regular intervals and pushes them on",
	.manual =
		"Every INTERVAL up to BURST packets pass, the first ones at the start. When there is\n"
		"nothing it sleeps until there is, and the intervals are counted from then on.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> TimedUnqueue(0.1s, 2) -> Discard;",
};
ELEMENT_CLASS(timedunqueue_class)

static const struct element_class burster_class = {
	.name = "Burster",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct timedunqueue),
	.attach = timedunqueue_attach,
	.initialize = timedunqueue_initialize,
	.cleanup = timedunqueue_cleanup,
	.take_state = timedunqueue_take_state,
	.args = burster_args,
	.group = "queue",
	.brief = "the same as TimedUnqueue, with bursts of 8 packets unless told otherwise",
	.manual = "See TimedUnqueue.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> Burster(0.1s) -> Discard;",
};
ELEMENT_CLASS(burster_class)
