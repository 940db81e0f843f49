// SPDX-License-Identifier: BSD-3-Clause
// Unqueue2: pulls packets and pushes them on, as many as there is room for downstream.

#include <inttypes.h>

#include "src/notifier.h"
#include "src/storage.h"
#include "src/strbuf.h"
#include "src/task.h"

struct unqueue2 {
	struct element element;
	uint32_t burst; // packets per run of the task; 0: no limit
	struct any queue_names; // as configured; NULL: those downstream
	bool quiet;
	struct storage_set queues;
	struct task task;
	struct signal signal; // upstream empty
	uint64_t count; // home lcore writes, control reads
};

// The room in the fullest queue, at most a burst.
static uint32_t
quota(const struct unqueue2 *e)
{
	uint32_t n = e->burst > 0 ? RTE_MIN(e->burst, (uint32_t)TASK_PACKETS_MAX)
				  : (uint32_t)TASK_PACKETS_MAX;

	for (size_t i = 0; i < e->queues.n; i++) {
		const struct element *q = e->queues.v[i];
		uint32_t length = q->class->storage->length(q);
		uint32_t capacity = q->class->storage->capacity(q);

		n = RTE_MIN(n, length < capacity ? capacity - length : 0);
	}
	return n;
}

static bool
unqueue2_run(struct task *task)
{
	struct unqueue2 *e = (struct unqueue2 *)task->element;
	uint32_t left = quota(e), n = 0;
	struct batch b;

	while (left > 0) {
		element_pull(&e->element, 0, &b, RTE_MIN(left, (uint32_t)BATCH_MAX));
		if (b.n == 0) {
			if (!signal_is_active(&e->signal))
				return n > 0;
			break;
		}
		left -= b.n;
		n += b.n;
		e->count += b.n;
		element_push(&e->element, 0, &b);
	}
	task_reschedule(task);
	return n > 0;
}

static int
unqueue2_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct unqueue2 *e = (struct unqueue2 *)base;
	struct errh silent;

	(void)args;
	errh_init_silent(&silent);
	if (e->queue_names.text == NULL)
		storage_set_downstream(&e->queues, base, 0);
	else if (storage_set_named(&e->queues, base, e->queue_names.text, &silent) != 0)
		return errh_error(errh, "bad QUEUES");
	if (!e->quiet)
		errh_error(errh, "Unqueue2 is deprecated; use Unqueue");
	return 0;
}

static int
unqueue2_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct unqueue2 *)base)->task, unqueue2_run);
	return 0;
}

static int
unqueue2_initialize(struct element *base, struct errh *errh)
{
	struct unqueue2 *e = (struct unqueue2 *)base;

	(void)errh;
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
unqueue2_cleanup(struct element *base)
{
	struct unqueue2 *e = (struct unqueue2 *)base;

	storage_set_fini(&e->queues);
	task_fini(&e->task);
	signal_fini(&e->signal);
}

static int
unqueue2_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct unqueue2 *)base)->count = ((struct unqueue2 *)old)->count;
	return 0;
}

static int
read_packets(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64 " packets\n", ((struct unqueue2 *)call->element)->count);
	return 0;
}

static void
unqueue2_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct unqueue2 *)base)->task, 0);
}

static const struct arg unqueue2_args[] = {
	ARG(unqueue2, burst, "BURST", ARG_OPTIONAL, .def = "1",
		.help = "packets to pull in one run of the task; 0: no limit"),
	ARG(unqueue2, queue_names, "QUEUES", ARG_KEYWORD,
		.help = "queues in which there must be room, else the nearest ones downstream"),
	ARG(unqueue2, quiet, "QUIET", ARG_KEYWORD, .def = "false",
		.help = "true: does not say that it is deprecated"),
	ARGS_END,
};

static const struct handler unqueue2_handlers[] = {
	{.name = "packets", .read = read_packets, .help = "how many have passed"},
	HANDLERS_END,
};

static const struct element_class unqueue2_class = {
	.name = "Unqueue2",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct unqueue2),
	.configure = unqueue2_configure,
	.attach = unqueue2_attach,
	.initialize = unqueue2_initialize,
	.cleanup = unqueue2_cleanup,
	.take_state = unqueue2_take_state,
	.args = unqueue2_args,
	.handlers = unqueue2_handlers,
	.add_handlers = unqueue2_add_handlers,
	.group = "queue",
	.brief = "pulls packets and pushes them on, as many as queues downstream have room for",
	.manual =
		"Deprecated: Unqueue does the same, and a Queue behind a source lets it sleep while\n"
		"it is full. Unless QUIET says otherwise it reports so, and runs all the same. While a\n"
		"queue is full it pulls nothing.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> Unqueue2(QUIET true) -> Queue -> Discard;",
};
ELEMENT_CLASS(unqueue2_class)
