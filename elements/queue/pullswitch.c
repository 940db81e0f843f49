// SPDX-License-Identifier: BSD-3-Clause
// PullSwitch, SimplePullSwitch, StaticPullSwitch: pull from one chosen input.

#include "elements/queue/sched.h"
#include "src/strbuf.h"

struct pullswitch {
	struct sched sched; // signals: PullSwitch's
	int32_t wanted; // as configured
	int32_t input; // negative: none. Control writes (or a handler call), lcores read
	struct notifier empty; // PullSwitch's: follows the chosen input
};

static int32_t
chosen(const struct pullswitch *e)
{
	return __atomic_load_n(&e->input, __ATOMIC_RELAXED);
}

static void
simplepullswitch_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	int32_t input = chosen((struct pullswitch *)base);

	(void)port;
	b->n = 0;
	if (likely(input >= 0))
		element_pull(base, (unsigned)input, b, max);
}

static bool
input_is_active(const struct pullswitch *e)
{
	int32_t input = chosen(e);

	return input >= 0 && sched_input_is_active(&e->sched, (unsigned)input);
}

static void
pullswitch_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct pullswitch *e = (struct pullswitch *)base;

	simplepullswitch_pull(base, port, b, max);
	if (likely(b->n > 0) || input_is_active(e))
		return;
	notifier_sleep(&e->empty);
	// It may have woken before we went to sleep.
	if (input_is_active(e))
		notifier_wake(&e->empty);
}

// ---- configuration

static void
set_input(struct pullswitch *e, int64_t input)
{
	if (input < 0 || input >= e->sched.element.n_inputs)
		input = -1;
	__atomic_store_n(&e->input, (int32_t)input, __ATOMIC_RELAXED);
}

static void
update_notifier(struct pullswitch *e)
{
	if (e->sched.signals == NULL)
		return;
	if (input_is_active(e))
		notifier_wake(&e->empty);
	else
		notifier_sleep(&e->empty);
}

static int
simplepullswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct pullswitch *e = (struct pullswitch *)base;

	(void)args;
	(void)errh;
	set_input(e, e->wanted);
	update_notifier(e);
	return 0;
}

static int
pullswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	if (!base->info->initialized)
		notifier_init(&((struct pullswitch *)base)->empty, NOTIFIER_STOP, true);
	return simplepullswitch_configure(base, args, errh);
}

static int
pullswitch_initialize(struct element *base, struct errh *errh)
{
	struct pullswitch *e = (struct pullswitch *)base;

	(void)errh;
	sched_find_signals(&e->sched, &e->empty);
	update_notifier(e);
	return 0;
}

static void
pullswitch_cleanup(struct element *base)
{
	notifier_fini(&((struct pullswitch *)base)->empty);
	sched_cleanup(base);
}

static struct notifier *
pullswitch_notifier(struct element *e, bool empty, unsigned port)
{
	(void)port;
	return empty ? &((struct pullswitch *)e)->empty : NULL;
}

static int
pullswitch_config_text(struct element *e, struct strbuf *out)
{
	strbuf_addf(out, "%d", ((struct pullswitch *)e)->input);
	return 0;
}

static int
write_switch(const struct handler_write *call)
{
	struct pullswitch *e = (struct pullswitch *)call->element;
	int64_t n;

	if (text_read_int64(call->text, &n) != 0 || n < INT32_MIN || n > INT32_MAX)
		return errh_error(call->errh, "syntax error");
	set_input(e, n);
	update_notifier(e);
	return 0;
}

static const struct arg pullswitch_args[] = {
	ARG(pullswitch, wanted, "INPUT", ARG_OPTIONAL, .def = "0",
		.help = "where packets are pulled from; if there is no such input, from none"),
	ARGS_END,
};

static const struct arg staticpullswitch_args[] = {
	ARG(pullswitch, wanted, "INPUT", ARG_MANDATORY,
		.help = "where packets are pulled from; if there is no such input, from none"),
	ARGS_END,
};

static const struct handler pullswitch_handlers[] = {
	HANDLER_FIELD_R("switch", pullswitch, input, 0, .write = write_switch,
		.help = "where packets are pulled from, -1 if from none"),
	HANDLERS_END,
};

static const struct element_class pullswitch_class = {
	.name = "PullSwitch",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct pullswitch),
	.pull = pullswitch_pull,
	.configure = pullswitch_configure,
	.initialize = pullswitch_initialize,
	.cleanup = pullswitch_cleanup,
	.config_text = pullswitch_config_text,
	.notifier = pullswitch_notifier,
	.args = pullswitch_args,
	.handlers = pullswitch_handlers,
	.group = "queue",
	.brief = "pulls from one input, which can be changed",
	.manual =
		"The handler `switch` chooses another input while the router runs, -1 for none. Who\n"
		"pulls sleeps while the chosen input is empty, whatever waits at the others.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> ps :: PullSwitch(1) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] ps;",
};
ELEMENT_CLASS(pullswitch_class)

static const struct element_class simplepullswitch_class = {
	.name = "SimplePullSwitch",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct pullswitch),
	.pull = simplepullswitch_pull,
	.configure = simplepullswitch_configure,
	.config_text = pullswitch_config_text,
	.args = pullswitch_args,
	.handlers = pullswitch_handlers,
	.group = "queue",
	.brief = "the same as PullSwitch, but does not let who pulls sleep by itself",
	.manual = "Who pulls sleeps only while all inputs are empty.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> ps :: SimplePullSwitch(1) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] ps;",
};
ELEMENT_CLASS(simplepullswitch_class)

static const struct element_class staticpullswitch_class = {
	.name = "StaticPullSwitch",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct pullswitch),
	.pull = simplepullswitch_pull,
	.configure = simplepullswitch_configure,
	.args = staticpullswitch_args,
	.group = "queue",
	.brief = "pulls from one input",
	.manual = "The input is fixed by the configuration. It lets a parameter of a compound\n"
		  "element choose between paths.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> ps :: StaticPullSwitch(1) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] ps;",
};
ELEMENT_CLASS(staticpullswitch_class)
