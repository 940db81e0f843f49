// SPDX-License-Identifier: BSD-3-Clause
// QuitWatcher: stops the driver when a task of certain elements is not scheduled any more.

#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/timer.h"

#define QUITWATCHER_INTERVAL (10 * CLOCK_MS)

struct quitwatcher {
	struct element element;
	struct strvec names;
	struct handler_target *targets; // owned: their `scheduled`
	struct timer timer;
};

static bool
is_scheduled(const struct quitwatcher *e, const struct handler_target *target)
{
	struct strbuf out = STRBUF_INIT;
	struct errh errh;
	bool scheduled;
	int err;

	errh_init_silent(&errh);
	err = handler_call_read(e->element.router, target, "", &out, &errh);
	scheduled = err == 0 && out.len > 0 && strbuf_text(&out)[0] != 'f';
	strbuf_fini(&out);
	return scheduled;
}

static void
quitwatcher_fire(struct timer *timer)
{
	struct quitwatcher *e = (struct quitwatcher *)timer->element;

	for (size_t i = 0; i < e->names.n; i++) {
		if (!is_scheduled(e, &e->targets[i])) {
			router_adjust_run_count(e->element.router, -1);
			return;
		}
	}
	timer_reschedule_after(timer, QUITWATCHER_INTERVAL);
}

static int
quitwatcher_initialize(struct element *base, struct errh *errh)
{
	struct quitwatcher *e = (struct quitwatcher *)base;
	int err = 0;

	e->targets = mem_zalloc((e->names.n + 1) * sizeof(*e->targets));
	for (size_t i = 0; i < e->names.n; i++) {
		char *name = mem_printf("%s.scheduled", e->names.v[i]);

		if (handler_find(
			    base->router, base, name, HANDLER_READABLE, &e->targets[i], errh) != 0)
			err = -EINVAL;
		free(name);
	}
	if (err != 0)
		return err;
	// Handlers are called on the control lcore.
	timer_init(&e->timer, base, quitwatcher_fire, lcores_control());
	timer_schedule_after(&e->timer, QUITWATCHER_INTERVAL);
	return 0;
}

static void
quitwatcher_cleanup(struct element *base)
{
	struct quitwatcher *e = (struct quitwatcher *)base;

	timer_unschedule(&e->timer);
	free(e->targets);
}

static const struct arg quitwatcher_args[] = {
	ARG(quitwatcher, names, "ELEMENT", ARG_REST, .help = "elements with a task, to be watched"),
	ARGS_END,
};

static const struct element_class quitwatcher_class = {
	.name = "QuitWatcher",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct quitwatcher),
	.initialize = quitwatcher_initialize,
	.cleanup = quitwatcher_cleanup,
	.args = quitwatcher_args,
	.group = "control",
	.brief = "stops the driver when a task has come to its end",
	.manual =
		"Reads the handler `scheduled` of each ELEMENT every 10 ms, and stops the driver\n"
		"as soon as one is false.",
	.example = "s :: InfiniteSource(LIMIT 5) -> Discard; QuitWatcher(s);",
};
ELEMENT_CLASS(quitwatcher_class)
