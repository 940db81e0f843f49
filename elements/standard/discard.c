// SPDX-License-Identifier: BSD-3-Clause
// Discard: drops all packets, pushed or pulled.

#include <inttypes.h>

#include "src/element.h"
#include "src/notifier.h"
#include "src/strbuf.h"
#include "src/task.h"

struct discard {
	struct element element;
	bool active;
	uint32_t burst; // packets per run of the task; 0: no limit
	struct task task;
	struct signal signal; // upstream empty
	uint64_t n_forgotten; // by reset_counts
};

enum { DISCARDED };

static void
discard_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_drop_batch(e, DISCARDED, b);
}

static bool
discard_run(struct task *task)
{
	struct discard *e = (struct discard *)task->element;
	uint32_t most = TASK_PACKETS_MAX, n = 0;
	uint32_t left = e->burst > 0 && e->burst < most ? e->burst : most;
	struct batch b;

	while (left > 0) {
		element_pull(&e->element, 0, &b, RTE_MIN(left, (uint32_t)BATCH_MAX));
		if (b.n == 0)
			break;
		left -= b.n;
		n += b.n;
		element_drop_batch(&e->element, DISCARDED, &b);
	}
	if (e->active && (n > 0 || signal_is_active(&e->signal)))
		task_reschedule(task);
	return n > 0;
}

static bool
discard_pulls(const struct discard *e)
{
	return element_input_is_pull(&e->element, 0);
}

static int
discard_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct discard *e = (struct discard *)base;

	(void)args;
	if (!e->active && !discard_pulls(e))
		return errh_error(errh, "ACTIVE is meaningless in push context");
	return 0;
}

static int
discard_attach(struct element *base, struct errh *errh)
{
	struct discard *e = (struct discard *)base;

	(void)errh;
	if (discard_pulls(e))
		element_task_init(base, &e->task, discard_run);
	return 0;
}

static int
discard_initialize(struct element *base, struct errh *errh)
{
	struct discard *e = (struct discard *)base;

	(void)errh;
	if (!discard_pulls(e))
		return 0;
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	if (e->active)
		task_schedule(&e->task);
	return 0;
}

static void
discard_cleanup(struct element *base)
{
	struct discard *e = (struct discard *)base;

	task_fini(&e->task);
	signal_fini(&e->signal);
}

static uint64_t
n_discarded(const struct discard *e)
{
	return element_drops(&e->element, DISCARDED) - e->n_forgotten;
}

static int
discard_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct discard *)base)->n_forgotten = ((struct discard *)old)->n_forgotten;
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, n_discarded((struct discard *)call->element));
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct discard *e = (struct discard *)call->element;

	e->n_forgotten = element_drops(&e->element, DISCARDED);
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	struct discard *e = (struct discard *)call->element;

	if (text_read_bool(call->text, &e->active) != 0)
		return errh_error(call->errh, "syntax error");
	if (e->active)
		task_schedule(&e->task);
	else
		task_unschedule(&e->task);
	return 0;
}

static void
discard_add_handlers(struct element *base)
{
	static const struct handler active = {.read = handler_read_field,
		.write = write_active,
		.flags = HANDLER_CHECKBOX,
		.type = &arg_bool,
		.offset = offsetof(struct discard, active)};
	struct discard *e = (struct discard *)base;

	if (!discard_pulls(e))
		return;
	element_add_handler(base, "active", &active, 0);
	element_add_task_handlers(base, &e->task, 0);
}

static const struct arg discard_args[] = {
	ARG(discard, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: does not pull until the handler `active` is set"),
	ARG(discard, burst, "BURST", ARG_KEYWORD, .def = "1",
		.help = "packets to pull in one run of the task; 0: as many as there are"),
	ARGS_END,
};

static const struct handler discard_handlers[] = {
	{.name = "count", .read = read_count, .flags = HANDLER_LIVE, .help = "packets discarded"},
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "sets `count` to 0"},
	HANDLERS_END,
};

static const char *const discard_drops[] = {[DISCARDED] = "discarded", NULL};

static const struct element_class discard_class = {
	.name = "Discard",
	.aliases = "DiscardNoFreeBuffer",
	.ports = "1/0",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct discard),
	.push = discard_push,
	.configure = discard_configure,
	.attach = discard_attach,
	.initialize = discard_initialize,
	.cleanup = discard_cleanup,
	.take_state = discard_take_state,
	.args = discard_args,
	.handlers = discard_handlers,
	.add_handlers = discard_add_handlers,
	.drops = discard_drops,
	.group = "standard",
	.brief = "drops all packets",
	.manual =
		"Pushed packets are dropped at once. With a pull input a task pulls as fast as it\n"
		"may and sleeps while there is nothing to pull. There is no Discard that does not free\n"
		"packets: DiscardNoFreeBuffer is another name of this one.",
	.example = "InfiniteSource(LIMIT 10) -> Discard;",
};
ELEMENT_CLASS(discard_class)
