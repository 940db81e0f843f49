// SPDX-License-Identifier: BSD-3-Clause
// EXPUnqueue: pulls packets at random times, on average at a given rate.

#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include <rte_random.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "src/timer.h"

struct expunqueue {
	struct element element;
	uint32_t rate; // packets per second
	uint32_t burst; // packets per run
	struct timespan burst_duration;
	bool has_burst_duration;
	uint32_t burst_size;
	bool has_burst_size;
	uint64_t seed;
	bool has_seed;
	bool active;
	uint64_t state; // of the generator of random numbers
	bool started;
	double next_ns; // clock_steady(), when one more packet may go
	uint32_t n_due; // packets that may go now
	struct task task;
	struct timer timer;
	struct signal signal; // upstream empty
	uint64_t n_runs, n_empty_runs, n_pushes, n_failed_pulls; // home lcore writes, control reads
};

// ---- data path

// Marsaglia's xorshift64*. Above 0, below or equal 1.
static double
draw(struct expunqueue *e)
{
	uint64_t x = e->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	e->state = x;
	return (double)((x * UINT64_C(0x2545f4914f6cdd1d) >> 11) + 1) / (double)(UINT64_C(1) << 53);
}

static double
draw_gap(struct expunqueue *e)
{
	return -log(draw(e)) * 1e9 / e->rate;
}

// Packets that may be late together.
static uint32_t
most_due(const struct expunqueue *e)
{
	double n = e->has_burst_size ? e->burst_size : (double)e->burst_duration.ns / 1e9 * e->rate;

	return n < 1 ? 1 : n > UINT16_MAX ? UINT16_MAX : (uint32_t)n;
}

// Adds what has become due, up to the burst; beyond that it is lost.
static void
count_due(struct expunqueue *e, int64_t now)
{
	uint32_t most = most_due(e);

	if (!e->started) {
		e->started = true;
		e->n_due = 0;
		e->next_ns = (double)now + draw_gap(e);
	}
	for (; e->n_due < most && e->next_ns <= (double)now; e->n_due++)
		e->next_ns += draw_gap(e);
	if (e->next_ns <= (double)now)
		e->next_ns = (double)now + draw_gap(e);
}

static bool
push_packets(struct expunqueue *e, uint32_t n)
{
	uint64_t before = e->n_pushes;
	struct batch b;

	while (n > 0) {
		element_pull(&e->element, 0, &b, RTE_MIN(n, (uint32_t)BATCH_MAX));
		if (b.n == 0) {
			e->n_failed_pulls++;
			break;
		}
		n -= b.n;
		e->n_due -= b.n;
		e->n_pushes += b.n;
		element_push(&e->element, 0, &b);
	}
	return e->n_pushes > before;
}

static bool
expunqueue_run(struct task *task)
{
	struct expunqueue *e = (struct expunqueue *)task->element;
	int64_t now = clock_steady();
	bool worked = false;

	e->n_runs++;
	if (!e->active || e->rate == 0)
		return false;
	count_due(e, now);
	if (e->n_due > 0)
		worked = push_packets(e, RTE_MIN(e->n_due, e->burst));
	else
		e->n_empty_runs++;
	if (e->n_due > 0 && !worked && !signal_is_active(&e->signal))
		return false; // woken with the next packet
	if (e->n_due > 0) {
		task_reschedule(task);
	} else {
		// The task may have moved since the timer was last used.
		e->timer.home = e->task.home;
		timer_schedule_at(&e->timer, (int64_t)e->next_ns + 1);
	}
	return worked;
}

static void
expunqueue_fire(struct timer *timer)
{
	task_schedule(&((struct expunqueue *)timer->element)->task);
}

// ---- life

static void
start(struct expunqueue *e)
{
	if (!e->element.info->initialized || !e->active)
		return;
	timer_unschedule(&e->timer);
	e->started = false;
	task_schedule(&e->task);
}

static int
expunqueue_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct expunqueue *e = (struct expunqueue *)base;

	(void)args;
	if (e->has_burst_duration && e->has_burst_size)
		return errh_error(errh, "cannot specify both BURST_DURATION and BURST_SIZE");
	// All zeros is the one state that the generator does not leave.
	e->state = (e->has_seed ? e->seed : rte_rand()) | UINT64_C(1) << 63;
	return 0;
}

static int
expunqueue_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct expunqueue *)base)->task, expunqueue_run);
	return 0;
}

static int
expunqueue_initialize(struct element *base, struct errh *errh)
{
	struct expunqueue *e = (struct expunqueue *)base;

	(void)errh;
	timer_init(&e->timer, base, expunqueue_fire, e->task.home);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
expunqueue_cleanup(struct element *base)
{
	struct expunqueue *e = (struct expunqueue *)base;

	timer_unschedule(&e->timer);
	task_fini(&e->task);
	signal_fini(&e->signal);
}

static int
expunqueue_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct expunqueue *e = (struct expunqueue *)base;
	const struct expunqueue *old = (struct expunqueue *)old_base;

	(void)errh;
	e->active = old->active;
	e->started = old->started;
	e->next_ns = old->next_ns;
	e->n_due = old->n_due;
	e->state = old->state;
	e->n_runs = old->n_runs;
	e->n_empty_runs = old->n_empty_runs;
	e->n_pushes = old->n_pushes;
	e->n_failed_pulls = old->n_failed_pulls;
	return 0;
}

// ---- handlers

static int
read_calls(const struct handler_read *call)
{
	const struct expunqueue *e = (struct expunqueue *)call->element;

	strbuf_addf(call->out,
		"%" PRIu64 " calls to run_task()\n%" PRIu64 " empty runs\n%" PRIu64
		" pushes\n%" PRIu64 " failed pulls\n",
		e->n_runs, e->n_empty_runs, e->n_pushes, e->n_failed_pulls);
	return 0;
}

static int
write_field(const struct handler_write *call)
{
	int err = handler_write_field(call);

	if (err == 0)
		start((struct expunqueue *)call->element);
	return err;
}

static void
expunqueue_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct expunqueue *)base)->task, 0);
}

static const struct arg expunqueue_args[] = {
	ARG(expunqueue, rate, "RATE", ARG_MANDATORY, .help = "packets per second on average"),
	ARG(expunqueue, burst, "BURST", ARG_KEYWORD, .def = "32", .min = 1, .max = UINT16_MAX,
		.help = "packets in one run of the task"),
	ARG(expunqueue, burst_duration, "BURST_DURATION", ARG_KEYWORD, .def = "20ms", .min = 0,
		.max = INT64_MAX, .given = ARG_GIVEN(expunqueue, has_burst_duration),
		.help = "time for which packets that were due, but late, are made up for"),
	ARG(expunqueue, burst_size, "BURST_SIZE", ARG_KEYWORD,
		.given = ARG_GIVEN(expunqueue, has_burst_size),
		.help = "the same as a number of packets"),
	ARG(expunqueue, seed, "SEED", ARG_KEYWORD, .given = ARG_GIVEN(expunqueue, has_seed),
		.help = "the same seed gives the same times in each run"),
	ARG(expunqueue, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: does not pull until the handler `active` is set"),
	ARGS_END,
};

static const struct handler expunqueue_handlers[] = {
	{.name = "calls",
		.read = read_calls,
		.help = "what its task has done so far, in four lines"},
	HANDLER_FIELD_R("rate", expunqueue, rate, 0, .write = write_field,
		.help = "packets per second on average"),
	HANDLER_FIELD_R("active", expunqueue, active, HANDLER_CHECKBOX, .write = write_field,
		.help = "whether it pulls"),
	HANDLERS_END,
};

static const struct element_class expunqueue_class = {
	.name = "EXPUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct expunqueue),
	.configure = expunqueue_configure,
	.attach = expunqueue_attach,
	.initialize = expunqueue_initialize,
	.cleanup = expunqueue_cleanup,
	.take_state = expunqueue_take_state,
	.args = expunqueue_args,
	.handlers = expunqueue_handlers,
	.add_handlers = expunqueue_add_handlers,
	.group = "queue",
	.brief = "pulls packets at random times, on average at a given rate",
	.manual =
		"The times between packets are independent and exponentially distributed: a Poisson\n"
		"process, if there are always packets. Packets that come too late, since the task did\n"
		"not run or there were none, are made up for within BURST_DURATION, or up to\n"
		"BURST_SIZE.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> EXPUnqueue(1000) -> Discard;",
};
ELEMENT_CLASS(expunqueue_class)
