// SPDX-License-Identifier: BSD-3-Clause
// DelayUnqueue: pulls packets, keeps each back for a time, and pushes them on.

#include "elements/queue/delay.h"
#include "src/notifier.h"
#include "src/plan.h"
#include "src/task.h"
#include "src/timer.h"

struct delayunqueue {
	struct element element;
	struct timespan delay;
	struct packet *held; // owned; the next one, its timestamp is when it leaves. NULL: none
	struct task task;
	struct timer timer; // held may leave
	struct signal signal; // upstream empty
};

enum { END };

// Waits for the time of the packet that is held.
static void
wait_for_held(struct delayunqueue *e, int64_t now)
{
	int64_t left = packet_timestamp(e->held) - now - delay_adjust_ns();

	if (left <= 0) {
		task_reschedule(&e->task);
		return;
	}
	// The task may have moved since the timer was last used.
	e->timer.home = e->task.home;
	timer_schedule_after(&e->timer, left);
}

// The next packet, pulled if need be. NULL: none.
static struct packet *
next_packet(struct delayunqueue *e, int64_t now)
{
	if (e->held == NULL) {
		e->held = element_pull_one(&e->element, 0);
		if (e->held != NULL)
			delay_stamp(e->held, e->delay.ns, now);
	}
	return e->held;
}

static bool
delayunqueue_run(struct task *task)
{
	struct delayunqueue *e = (struct delayunqueue *)task->element;
	int64_t now = clock_now();
	struct batch b;
	bool worked;

	b.n = 0;
	while (b.n < BATCH_MAX && next_packet(e, now) != NULL) {
		if (packet_timestamp(e->held) > now)
			break;
		b.pkt[b.n++] = e->held;
		e->held = NULL;
	}
	worked = b.n > 0;
	if (b.n == BATCH_MAX)
		task_reschedule(task);
	else if (e->held != NULL)
		wait_for_held(e, now);
	else if (signal_is_active(&e->signal))
		task_reschedule(task);
	element_push(&e->element, 0, &b);
	return worked;
}

static void
delayunqueue_fire(struct timer *timer)
{
	task_schedule(&((struct delayunqueue *)timer->element)->task);
}

static int
delayunqueue_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct delayunqueue *)base)->task, delayunqueue_run);
	return 0;
}

static int
delayunqueue_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, 1, "%s holds up to 1", element_name(e));
	return 0;
}

static int
delayunqueue_initialize(struct element *base, struct errh *errh)
{
	struct delayunqueue *e = (struct delayunqueue *)base;

	(void)errh;
	timer_init(&e->timer, base, delayunqueue_fire, e->task.home);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
delayunqueue_cleanup(struct element *base)
{
	struct delayunqueue *e = (struct delayunqueue *)base;

	if (e->held != NULL)
		element_drop(base, END, e->held);
	e->held = NULL;
	timer_unschedule(&e->timer);
	task_fini(&e->task);
	signal_fini(&e->signal);
}

static int
delayunqueue_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct delayunqueue *)base)->held = ((struct delayunqueue *)old)->held;
	((struct delayunqueue *)old)->held = NULL;
	return 0;
}

static uint32_t
delayunqueue_held(struct element *e)
{
	return ((struct delayunqueue *)e)->held != NULL;
}

static void
delayunqueue_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct delayunqueue *)base)->task, 0);
}

static const struct arg delayunqueue_args[] = {
	ARG(delayunqueue, delay, "DELAY", ARG_MANDATORY,
		.help = "time between a packet's timestamp and its leaving"),
	ARGS_END,
};

static const struct handler delayunqueue_handlers[] = {
	HANDLER_FIELD_RW(
		"delay", delayunqueue, delay, 0, .help = "for packets that are pulled from now on"),
	HANDLERS_END,
};

static const char *const delayunqueue_drops[] = {[END] = "still held at the end", NULL};

static const struct element_class delayunqueue_class = {
	.name = "DelayUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct delayunqueue),
	.attach = delayunqueue_attach,
	.reserve = delayunqueue_reserve,
	.initialize = delayunqueue_initialize,
	.cleanup = delayunqueue_cleanup,
	.take_state = delayunqueue_take_state,
	.held = delayunqueue_held,
	.args = delayunqueue_args,
	.handlers = delayunqueue_handlers,
	.add_handlers = delayunqueue_add_handlers,
	.drops = delayunqueue_drops,
	.group = "queue",
	.brief = "pulls packets and pushes them on when a time has passed",
	.manual =
		"Each packet leaves DELAY after the moment of its timestamp, which SetTimestamp in\n"
		"front of the Queue puts there; one without is stamped when it is pulled. The packet\n"
		"keeps as its timestamp the time at which it was to leave. One packet at a time is\n"
		"held, the others wait in the Queue, so their order stays.",
	.example = "InfiniteSource(LIMIT 5) -> SetTimestamp -> Queue -> DelayUnqueue(10ms)"
		   " -> Discard;",
};
ELEMENT_CLASS(delayunqueue_class)
