// SPDX-License-Identifier: BSD-3-Clause
// NotifierDebug: shows what signal a pusher or puller in its place would see.

#include "src/element.h"
#include "src/notifier.h"

struct notifierdebug {
	struct element element;
	struct signal signal;
};

static void
notifierdebug_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_push(e, 0, b);
}

static void
notifierdebug_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
}

static int
notifierdebug_initialize(struct element *base, struct errh *errh)
{
	struct notifierdebug *e = (struct notifierdebug *)base;

	(void)errh;
	if (element_output_is_push(base, 0))
		signal_downstream_full(&e->signal, base, 0, NULL);
	else
		signal_upstream_empty(&e->signal, base, 0, NULL);
	return 0;
}

static void
notifierdebug_cleanup(struct element *base)
{
	signal_fini(&((struct notifierdebug *)base)->signal);
}

static int
read_signal(const struct handler_read *call)
{
	signal_text(&((struct notifierdebug *)call->element)->signal,
		element_output_is_push(call->element, 0) ? "nonfull" : "empty", call->out);
	return 0;
}

static const struct handler notifierdebug_handlers[] = {
	{.name = "signal",
		.read = read_signal,
		.flags = HANDLER_LIVE,
		.help = "state of the upstream empty or downstream full signal"},
	HANDLERS_END,
};

static const struct element_class notifierdebug_class = {
	.name = "NotifierDebug",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct notifierdebug),
	.push = notifierdebug_push,
	.pull = notifierdebug_pull,
	.initialize = notifierdebug_initialize,
	.cleanup = notifierdebug_cleanup,
	.handlers = notifierdebug_handlers,
	.group = "queue",
	.brief = "shows what signal a pusher or puller would see",
	.manual =
		"Passes packets on. The handler `signal` ends in `*` while the signal is active,\n"
		"which is when a task above (pushing) or below (pulling) runs.",
	.example = "InfiniteSource(LIMIT 5) -> NotifierDebug -> Queue -> NotifierDebug -> Discard;",
};
ELEMENT_CLASS(notifierdebug_class)
