// SPDX-License-Identifier: BSD-3-Clause
// Unqueue: pulls packets and pushes them on.

#include <inttypes.h>

#include "src/element.h"
#include "src/notifier.h"
#include "src/reach.h"
#include "src/strbuf.h"
#include "src/task.h"

struct unqueue {
	struct element element;
	int32_t burst; // packets per run of the task; negative: no limit
	int64_t limit; // packets in all; negative: no limit
	bool active;
	bool prefetch_data; // an element behind it looks at it
	struct task task;
	struct signal signal; // upstream empty
	uint64_t count; // home lcore writes, control reads
};

static uint32_t
quota(const struct unqueue *e)
{
	uint64_t burst = e->burst < 0 ? INT32_MAX : (uint64_t)e->burst;

	if (e->limit < 0)
		return (uint32_t)burst;
	if (e->count >= (uint64_t)e->limit)
		return 0;
	return (uint32_t)RTE_MIN(burst, (uint64_t)e->limit - e->count);
}

static bool
unqueue_run(struct task *task)
{
	struct unqueue *e = (struct unqueue *)task->element;
	uint32_t left = RTE_MIN(quota(e), (uint32_t)TASK_PACKETS_MAX), n = 0;
	struct batch b;

	if (!e->active || left == 0)
		return false;
	while (left > 0 && e->active) {
		element_pull(&e->element, 0, &b, RTE_MIN(left, (uint32_t)BATCH_MAX));
		if (b.n == 0) {
			if (!signal_is_active(&e->signal))
				return n > 0;
			break;
		}
		left -= b.n;
		n += b.n;
		// Before the push, so that a handler called downstream sees it.
		e->count += b.n;
		batch_prefetch(&b);
		if (e->prefetch_data)
			batch_prefetch_data(&b);
		element_push(&e->element, 0, &b);
	}
	task_reschedule(task);
	return n > 0;
}

static int
unqueue_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct unqueue *e = (struct unqueue *)base;

	(void)args;
	if (e->burst == 0)
		errh_warning(errh, "BURST size 0, no packets will be pulled");
	if (e->burst < 0)
		e->burst = INT32_MAX;
	return 0;
}

static int
unqueue_attach(struct element *base, struct errh *errh)
{
	struct unqueue *e = (struct unqueue *)base;

	(void)errh;
	element_task_init(base, &e->task, unqueue_run);
	return 0;
}

static int
unqueue_initialize(struct element *base, struct errh *errh)
{
	struct unqueue *e = (struct unqueue *)base;

	(void)errh;
	e->prefetch_data = reach_reads_data(base);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	if (e->active && e->limit != 0)
		task_schedule(&e->task);
	return 0;
}

static void
unqueue_cleanup(struct element *base)
{
	struct unqueue *e = (struct unqueue *)base;

	task_fini(&e->task);
	signal_fini(&e->signal);
}

static int
unqueue_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct unqueue *)base)->count = ((struct unqueue *)old)->count;
	return 0;
}

enum { ACTIVE, BURST, LIMIT, RESET };

static int
write_value(const struct handler_write *call)
{
	struct unqueue *e = (struct unqueue *)call->element;
	int64_t n = 0;
	int err = 0;

	switch (call->row->number) {
	case ACTIVE:
		err = text_read_bool(call->text, &e->active);
		break;
	case BURST:
		err = text_read_int64(call->text, &n);
		if (err == 0)
			e->burst = n < 0 || n > INT32_MAX ? INT32_MAX : (int32_t)n;
		break;
	case LIMIT:
		err = text_read_int64(call->text, &n);
		if (err == 0)
			e->limit = n;
		break;
	case RESET:
		e->count = 0;
		break;
	}
	if (err != 0)
		return errh_error(call->errh, "syntax error");
	if (e->active && !task_is_scheduled(&e->task) && quota(e) > 0)
		task_schedule(&e->task);
	return 0;
}

static void
unqueue_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct unqueue *)base)->task, 0);
}

static const struct arg unqueue_args[] = {
	ARG(unqueue, burst, "BURST", ARG_OPTIONAL, .def = "1",
		.help = "packets to pull in one run of the task; negative: no limit"),
	ARG(unqueue, active, "ACTIVE", ARG_KEYWORD, .def = "true", .help = "false: does not pull"),
	ARG(unqueue, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "packets to pull in all; negative: no limit"),
	ARGS_END,
};

static const struct handler unqueue_handlers[] = {
	HANDLER_FIELD_R("active", unqueue, active, HANDLER_CHECKBOX, .write = write_value,
		.number = ACTIVE, .help = "whether it pulls"),
	HANDLER_FIELD_R("count", unqueue, count, HANDLER_LIVE, .help = "packets pulled"),
	HANDLER_FIELD_R("burst", unqueue, burst, 0, .write = write_value, .number = BURST,
		.help = "packets in one run of the task"),
	HANDLER_FIELD_R("limit", unqueue, limit, 0, .write = write_value, .number = LIMIT,
		.help = "packets in all, negative without limit"),
	{.name = "reset",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = RESET,
		.help = "sets count to 0"},
	{.name = "reset_counts",
		.write = write_value,
		.flags = HANDLER_BUTTON | HANDLER_UNCOMMON,
		.number = RESET,
		.help = "same as reset"},
	HANDLERS_END,
};

static const struct element_class unqueue_class = {
	.name = "Unqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct unqueue),
	.configure = unqueue_configure,
	.attach = unqueue_attach,
	.initialize = unqueue_initialize,
	.cleanup = unqueue_cleanup,
	.take_state = unqueue_take_state,
	.args = unqueue_args,
	.handlers = unqueue_handlers,
	.add_handlers = unqueue_add_handlers,
	.group = "queue",
	.brief = "pulls packets and pushes them on",
	.manual =
		"Its task runs on one lcore. Behind a Queue it takes over the packets that other\n"
		"lcores have pushed, up to BURST at a time. They move in batches of up to 64: a handler\n"
		"that is called downstream and writes `active` or `limit` stops it in front of the\n"
		"next batch, and sees all of this one in `count`. With a BURST of 1 that is a packet.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> Unqueue(BURST 4) -> Discard;",
};
ELEMENT_CLASS(unqueue_class)
