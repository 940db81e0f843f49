// SPDX-License-Identifier: BSD-3-Clause
// RatedSource: makes packets at a given rate.

#include <inttypes.h>

#include "elements/standard/sourcedata.h"
#include "elements/standard/tokenbucket.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "src/timer.h"

struct ratedsource {
	struct element element;
	struct sourcedata load;
	uint32_t rate; // packets per second
	int32_t limit; // packets in all; -1: no limit
	bool active, stop;
	struct bandwidth bandwidth; // sets the rate
	bool has_bandwidth;
	struct tokenbucket bucket; // a token is a packet
	uint64_t count; // packets made; home lcore writes, control reads
	struct task task; // when pushing
	struct timer timer; // the next token
};

enum { HEADROOM = 60 };

// ---- data path

static bool
at_limit(const struct ratedsource *e)
{
	return e->limit >= 0 && e->count >= (uint64_t)e->limit;
}

static void
stop_at_limit(struct ratedsource *e)
{
	if (e->stop)
		router_adjust_run_count(e->element.router, -1);
}

static void
count_packet(struct ratedsource *e)
{
	e->count++;
}

static void
wait_for_token(struct ratedsource *e)
{
	uint32_t ms = tokenbucket_wait_ms(&e->bucket, 1);

	// The task may have moved since the timer was last used.
	e->timer.home = e->task.home;
	if (ms != TOKENBUCKET_NEVER)
		timer_schedule_after(&e->timer, ms * CLOCK_MS);
}

static bool
ratedsource_run(struct task *task)
{
	struct ratedsource *e = (struct ratedsource *)task->element;
	struct packet *p;

	if (!e->active)
		return false;
	if (at_limit(e)) {
		stop_at_limit(e);
		return false;
	}
	tokenbucket_refill(&e->bucket, clock_steady() / CLOCK_MS);
	if (!tokenbucket_contains(&e->bucket, 1)) {
		wait_for_token(e);
		return false;
	}
	tokenbucket_remove(&e->bucket, 1);
	task_reschedule(task);
	p = sourcedata_packet(&e->load, HEADROOM, clock_now());
	if (unlikely(p == NULL))
		return false;
	element_push_one(&e->element, 0, p);
	count_packet(e);
	return true;
}

static void
ratedsource_fire(struct timer *timer)
{
	task_schedule(&((struct ratedsource *)timer->element)->task);
}

static void
ratedsource_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct ratedsource *e = (struct ratedsource *)base;
	unsigned most = RTE_MIN(max, (unsigned)BATCH_MAX);
	int64_t now;

	(void)port;
	b->n = 0;
	if (!e->active)
		return;
	if (at_limit(e)) {
		stop_at_limit(e);
		return;
	}
	tokenbucket_refill(&e->bucket, clock_steady() / CLOCK_MS);
	now = clock_now();
	while (b->n < most && !at_limit(e) && tokenbucket_contains(&e->bucket, 1)) {
		struct packet *p = sourcedata_packet(&e->load, HEADROOM, now);

		if (unlikely(p == NULL))
			return;
		tokenbucket_remove(&e->bucket, 1);
		count_packet(e);
		b->pkt[b->n++] = p;
	}
}

// ---- configuration

static bool
pushes(const struct ratedsource *e)
{
	return element_output_is_push(&e->element, 0);
}

static uint32_t
burst(const struct ratedsource *e)
{
	uint32_t n = e->rate < 200 ? 2 : e->rate / 100;

	if (e->has_bandwidth && e->load.length > 0)
		n = RTE_MAX(n, 2 * (uint32_t)e->load.length);
	return n;
}

static int
ratedsource_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ratedsource *e = (struct ratedsource *)base;
	uint64_t rate;

	(void)args;
	if (e->limit < 0)
		e->limit = -1;
	sourcedata_build(&e->load);
	if (e->has_bandwidth) {
		if (e->load.n_bytes == 0)
			return errh_error(errh, "BANDWIDTH needs packets that are not empty");
		rate = e->bandwidth.bytes_per_s / e->load.n_bytes;
		e->rate = (uint32_t)RTE_MIN(rate, (uint64_t)UINT32_MAX);
	}
	tokenbucket_init(&e->bucket, e->rate, burst(e));
	tokenbucket_set(&e->bucket, 1);
	return 0;
}

static int
ratedsource_attach(struct element *base, struct errh *errh)
{
	struct ratedsource *e = (struct ratedsource *)base;

	(void)errh;
	if (pushes(e)) {
		element_task_init(base, &e->task, ratedsource_run);
		e->task.is_input = true;
	}
	return 0;
}

static int
ratedsource_initialize(struct element *base, struct errh *errh)
{
	struct ratedsource *e = (struct ratedsource *)base;

	(void)errh;
	timer_init(&e->timer, base, ratedsource_fire, e->task.home);
	if (pushes(e))
		task_schedule(&e->task);
	return 0;
}

static void
ratedsource_cleanup(struct element *base)
{
	struct ratedsource *e = (struct ratedsource *)base;

	timer_unschedule(&e->timer);
	task_fini(&e->task);
	sourcedata_fini(&e->load);
}

// ---- handlers

enum { DATA, RATE, LIMIT, ACTIVE, RESET, LENGTH };

static int
read_data(const struct handler_read *call)
{
	const struct ratedsource *e = (struct ratedsource *)call->element;

	strbuf_add(call->out, e->load.data.bytes, e->load.data.len);
	return 0;
}

// Looks at everything again; the bucket sees to it that no packet comes too early.
static void
wake(struct ratedsource *e)
{
	if (!pushes(e) || !e->active || at_limit(e))
		return;
	timer_unschedule(&e->timer);
	task_schedule(&e->task);
}

static int
write_number(struct ratedsource *e, const struct handler_write *call)
{
	bool is_rate = call->row->number == RATE;
	int64_t min = is_rate ? 0 : INT32_MIN, max = INT32_MAX, n;

	if (is_rate)
		max = UINT32_MAX;
	else if (call->row->number == LENGTH)
		max = UINT16_MAX;
	if (text_read_int64(call->text, &n) != 0 || n < min || n > max)
		return errh_error(call->errh, "syntax error");
	switch (call->row->number) {
	case RATE:
		e->rate = (uint32_t)n;
		tokenbucket_change(&e->bucket, e->rate, burst(e));
		break;
	case LIMIT:
		e->limit = n < 0 ? -1 : (int32_t)n;
		break;
	case LENGTH:
		e->load.length = (int32_t)n;
		sourcedata_build(&e->load);
		break;
	}
	return 0;
}

static int
write_active(struct ratedsource *e, const struct handler_write *call)
{
	bool was_active = e->active;

	if (text_read_bool(call->text, &e->active) != 0)
		return errh_error(call->errh, "syntax error");
	if (e->active && !was_active && !task_is_scheduled(&e->task))
		tokenbucket_set(&e->bucket, 1);
	return 0;
}

static int
write_value(const struct handler_write *call)
{
	struct ratedsource *e = (struct ratedsource *)call->element;
	int err = 0;

	switch (call->row->number) {
	case DATA:
		sourcedata_write(&e->load, call->text);
		break;
	case ACTIVE:
		err = write_active(e, call);
		break;
	case RESET:
		e->count = 0;
		tokenbucket_set(&e->bucket, 1);
		break;
	default:
		err = write_number(e, call);
		break;
	}
	if (err == 0)
		wake(e);
	return err;
}

static void
ratedsource_add_handlers(struct element *base)
{
	struct ratedsource *e = (struct ratedsource *)base;

	if (pushes(e))
		element_add_task_handlers(base, &e->task, 0);
}

static const struct arg ratedsource_args[] = {
	ARG(ratedsource, load.data, "DATA", ARG_OPTIONAL, .def = SOURCEDATA_DEFAULT,
		.help = "what packets hold"),
	ARG(ratedsource, rate, "RATE", ARG_OPTIONAL, .def = "10", .help = "packets per second"),
	ARG(ratedsource, limit, "LIMIT", ARG_OPTIONAL, .def = "-1",
		.help = "packets in all; negative: no limit"),
	ARG(ratedsource, active, "ACTIVE", ARG_OPTIONAL, .def = "true",
		.help = "false: makes no packets until the handler `active` is set"),
	ARG(ratedsource, load.length, "DATASIZE", ARG_KEYWORD, .def = "-1", .min = INT32_MIN,
		.max = UINT16_MAX, .help = "old name of LENGTH"),
	ARG(ratedsource, load.length, "LENGTH", ARG_KEYWORD, .min = INT32_MIN, .max = UINT16_MAX,
		.help = "bytes of a packet: DATA is repeated or cut; negative: that of DATA"),
	ARG(ratedsource, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "stops the driver when LIMIT is reached"),
	ARG(ratedsource, bandwidth, "BANDWIDTH", ARG_KEYWORD,
		.given = ARG_GIVEN(ratedsource, has_bandwidth),
		.help = "sets RATE to this divided by the length of a packet"),
	ARGS_END,
};

static const struct handler ratedsource_handlers[] = {
	{.name = "data",
		.read = read_data,
		.write = write_value,
		.flags = HANDLER_RAW | HANDLER_CALM,
		.number = DATA,
		.help = "what packets hold"},
	HANDLER_FIELD_R("rate", ratedsource, rate, 0, .write = write_value, .number = RATE,
		.help = "packets per second"),
	HANDLER_FIELD_R("limit", ratedsource, limit, HANDLER_CALM, .write = write_value,
		.number = LIMIT, .help = "packets in all, -1 without limit"),
	HANDLER_FIELD_R("active", ratedsource, active, HANDLER_CHECKBOX, .write = write_value,
		.number = ACTIVE, .help = "whether packets are made"),
	HANDLER_FIELD_R("count", ratedsource, count, HANDLER_LIVE, .help = "packets made"),
	{.name = "reset",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = RESET,
		.help = "sets count to 0"},
	HANDLER_FIELD_R("length", ratedsource, load.length, 0, .write = write_value,
		.number = LENGTH, .help = "bytes of a packet, negative: those of data"),
	HANDLER_FIELD_R("datasize", ratedsource, load.length, HANDLER_DEPRECATED,
		.write = write_value, .number = LENGTH, .help = "old name of length"),
	HANDLERS_END,
};

static const struct element_class ratedsource_class = {
	.name = "RatedSource",
	.ports = "0/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct ratedsource),
	.pull = ratedsource_pull,
	.configure = ratedsource_configure,
	.attach = ratedsource_attach,
	.initialize = ratedsource_initialize,
	.cleanup = ratedsource_cleanup,
	.args = ratedsource_args,
	.handlers = ratedsource_handlers,
	.add_handlers = ratedsource_add_handlers,
	.group = "standard",
	.brief = "makes packets at a given rate",
	.manual =
		"Pushes a packet in each run of its task, RATE times a second, or gives that many to\n"
		"who pulls. What was missed can be made up for: 2 packets, or a hundredth of a\n"
		"second's packets if RATE is 200 or more. As in Click the flow begins with such a\n"
		"burst, and with a single packet if RATE is 0.\n"
		"\n"
		"Packets that are made after a write to `data` have the LENGTH that was configured,\n"
		"which Click forgets.",
	.example = "RatedSource(\\<0800>, RATE 1000, LIMIT 100, STOP true) -> Discard;",
};
ELEMENT_CLASS(ratedsource_class)
