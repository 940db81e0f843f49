// SPDX-License-Identifier: BSD-3-Clause
// RatedUnqueue, BandwidthRatedUnqueue: pull packets at a given rate and push them on.

#include <inttypes.h>

#include "elements/queue/ratelimit.h"
#include "src/notifier.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "src/timer.h"

struct ratedunqueue {
	struct element element;
	struct ratelimit limit;
	bool active;
	struct task task;
	struct timer timer; // the next token
	struct signal signal; // upstream empty
	// Home lcore writes, control reads.
	uint64_t n_runs, n_empty_runs, n_pushes, n_failed_pulls;
};

// ---- data path

static void
wait_for_tokens(struct ratedunqueue *e)
{
	uint32_t ms = tokenbucket_wait_ms(&e->limit.bucket, ratelimit_needed(&e->limit));

	// The task may have moved since the timer was last used.
	e->timer.home = e->task.home;
	if (ms != TOKENBUCKET_NEVER)
		timer_schedule_after(&e->timer, ms * CLOCK_MS);
}

static bool
ratedunqueue_run(struct task *task)
{
	struct ratedunqueue *e = (struct ratedunqueue *)task->element;
	struct packet *p;

	e->n_runs++;
	if (!e->active)
		return false;
	ratelimit_refill(&e->limit);
	if (!ratelimit_allows(&e->limit)) {
		wait_for_tokens(e);
		e->n_empty_runs++;
		return false;
	}
	p = element_pull_one(&e->element, 0);
	if (p == NULL) {
		e->n_failed_pulls++;
		if (!signal_is_active(&e->signal))
			return false;
		e->n_empty_runs++;
	} else {
		ratelimit_spend(&e->limit, p);
		e->n_pushes++;
		element_push_one(&e->element, 0, p);
	}
	task_reschedule(task);
	return p != NULL;
}

static void
ratedunqueue_fire(struct timer *timer)
{
	task_schedule(&((struct ratedunqueue *)timer->element)->task);
}

// ---- configuration

// A wait that began under the old rate is over.
static void
start(struct ratedunqueue *e)
{
	if (!e->element.info->initialized || !e->active)
		return;
	timer_unschedule(&e->timer);
	task_schedule(&e->task);
}

static int
ratedunqueue_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ratedunqueue *e = (struct ratedunqueue *)base;
	int err = ratelimit_configure(&e->limit, false, errh);

	(void)args;
	start(e);
	return err;
}

static int
bandwidthratedunqueue_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ratedunqueue *e = (struct ratedunqueue *)base;
	int err = ratelimit_configure(&e->limit, true, errh);

	(void)args;
	start(e);
	return err;
}

static int
ratedunqueue_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct ratedunqueue *)base)->task, ratedunqueue_run);
	return 0;
}

static int
ratedunqueue_initialize(struct element *base, struct errh *errh)
{
	struct ratedunqueue *e = (struct ratedunqueue *)base;

	(void)errh;
	e->active = true;
	timer_init(&e->timer, base, ratedunqueue_fire, e->task.home);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
ratedunqueue_cleanup(struct element *base)
{
	struct ratedunqueue *e = (struct ratedunqueue *)base;

	timer_unschedule(&e->timer);
	task_fini(&e->task);
	signal_fini(&e->signal);
}

static int
ratedunqueue_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct ratedunqueue *e = (struct ratedunqueue *)base;
	const struct ratedunqueue *old = (struct ratedunqueue *)old_base;

	(void)errh;
	if (base->class == old_base->class)
		ratelimit_take(&e->limit, &old->limit);
	e->active = old->active;
	e->n_runs = old->n_runs;
	e->n_empty_runs = old->n_empty_runs;
	e->n_pushes = old->n_pushes;
	e->n_failed_pulls = old->n_failed_pulls;
	return 0;
}

static int
ratedunqueue_config_text(struct element *e, struct strbuf *out)
{
	ratelimit_text(&((struct ratedunqueue *)e)->limit, out);
	return 0;
}

// ---- handlers

static int
read_calls(const struct handler_read *call)
{
	const struct ratedunqueue *e = (struct ratedunqueue *)call->element;

	strbuf_addf(call->out,
		"%" PRIu64 " calls to run_task()\n%" PRIu64 " empty runs\n%" PRIu64
		" pushes\n%" PRIu64 " failed pulls\n",
		e->n_runs, e->n_empty_runs, e->n_pushes, e->n_failed_pulls);
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	struct ratedunqueue *e = (struct ratedunqueue *)call->element;
	int err = handler_write_field(call);

	if (err == 0)
		start(e);
	return err;
}

static void
ratedunqueue_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct ratedunqueue *)base)->task, 0);
}

static const struct arg ratedunqueue_args[] = {RATELIMIT_ARGS_PACKETS(ratedunqueue), ARGS_END};
static const struct arg bandwidthratedunqueue_args[] = {
	RATELIMIT_ARGS_BYTES(ratedunqueue), ARGS_END};

#define CALLS_ROW                                                      \
	{                                                              \
		.name = "calls", .read = read_calls,                   \
		.help = "what its task has done so far, in four lines" \
	}
#define ACTIVE_ROW                                                                               \
	HANDLER_FIELD_R("active", ratedunqueue, active, HANDLER_CHECKBOX, .write = write_active, \
		.help = "whether it pulls")

static const struct handler ratedunqueue_handlers[] = {
	CALLS_ROW,
	HANDLER_RECONFIGURE(
		"rate", ratedunqueue, limit.rate, "RATE", 0, .help = "packets per second"),
	ACTIVE_ROW,
	HANDLERS_END,
};

static const struct handler bandwidthratedunqueue_handlers[] = {
	CALLS_ROW,
	HANDLER_RECONFIGURE(
		"rate", ratedunqueue, limit.bandwidth, "RATE", 0, .help = "bytes per second"),
	ACTIVE_ROW,
	HANDLERS_END,
};

static const struct element_class ratedunqueue_class = {
	.name = "RatedUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct ratedunqueue),
	.configure = ratedunqueue_configure,
	.attach = ratedunqueue_attach,
	.initialize = ratedunqueue_initialize,
	.cleanup = ratedunqueue_cleanup,
	.take_state = ratedunqueue_take_state,
	.config_text = ratedunqueue_config_text,
	.args = ratedunqueue_args,
	.handlers = ratedunqueue_handlers,
	.add_handlers = ratedunqueue_add_handlers,
	.group = "queue",
	.brief = "pulls packets at a given rate and pushes them on",
	.manual =
		"A token bucket, filled each millisecond, says when a packet may go; each run of the\n"
		"task pulls one. After a pause as many follow each other at once as come in\n"
		"BURST_DURATION, or BURST_SIZE, and so does the flow begin. Writing true to `active`\n"
		"starts it again, which in Click takes another event.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> RatedUnqueue(1000) -> Discard;",
};
ELEMENT_CLASS(ratedunqueue_class)

static const struct element_class bandwidthratedunqueue_class = {
	.name = "BandwidthRatedUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct ratedunqueue),
	.configure = bandwidthratedunqueue_configure,
	.attach = ratedunqueue_attach,
	.initialize = ratedunqueue_initialize,
	.cleanup = ratedunqueue_cleanup,
	.take_state = ratedunqueue_take_state,
	.config_text = ratedunqueue_config_text,
	.args = bandwidthratedunqueue_args,
	.handlers = bandwidthratedunqueue_handlers,
	.add_handlers = ratedunqueue_add_handlers,
	.group = "queue",
	.brief = "pulls packets at a given bandwidth and pushes them on",
	.manual =
		"As RatedUnqueue, but RATE and the burst are counted in bytes. So that packets of any\n"
		"length can pass, the bucket holds 131072 bytes more, and a packet goes as long as\n"
		"that many are left.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> BandwidthRatedUnqueue(10Mbps) -> Discard;",
};
ELEMENT_CLASS(bandwidthratedunqueue_class)
