// SPDX-License-Identifier: BSD-3-Clause
// TimedSink: pulls and drops a packet at regular intervals.

#include "src/clock.h"
#include "src/element.h"
#include "src/timer.h"

struct timedsink {
	struct element element;
	struct timespan interval;
	struct timer timer;
};

enum { DISCARDED };

static void
timedsink_fire(struct timer *timer)
{
	struct timedsink *e = (struct timedsink *)timer->element;
	struct packet *p = element_pull_one(&e->element, 0);

	if (p != NULL)
		element_drop(&e->element, DISCARDED, p);
	timer_reschedule_after(timer, e->interval.ns);
}

static int
timedsink_attach(struct element *e, struct errh *errh)
{
	(void)errh;
	element_timer_carries(e, element_home(e));
	return 0;
}

static int
timedsink_initialize(struct element *base, struct errh *errh)
{
	struct timedsink *e = (struct timedsink *)base;

	(void)errh;
	timer_init(&e->timer, base, timedsink_fire, element_home(base));
	timer_schedule_after(&e->timer, e->interval.ns);
	return 0;
}

static void
timedsink_cleanup(struct element *base)
{
	timer_unschedule(&((struct timedsink *)base)->timer);
}

// The interval that has begun goes on.
static int
timedsink_take_state(struct element *base, struct element *old, struct errh *errh)
{
	int64_t expiry_ns = ((struct timedsink *)old)->timer.expiry_ns;

	(void)errh;
	if (expiry_ns > clock_steady())
		timer_schedule_at(&((struct timedsink *)base)->timer, expiry_ns);
	return 0;
}

static int
write_interval(const struct handler_write *call)
{
	int64_t ns;

	if (text_read_timespan(call->text, &ns) != 0 || ns <= 0)
		return errh_error(call->errh, "bad interval");
	((struct timedsink *)call->element)->interval.ns = ns;
	return 0;
}

static const struct arg timedsink_args[] = {
	ARG(timedsink, interval, "INTERVAL", ARG_OPTIONAL, .def = "0.5s", .min = 0,
		.max = INT64_MAX, .help = "time between two packets"),
	ARGS_END,
};

static const struct handler timedsink_handlers[] = {
	HANDLER_FIELD_R("interval", timedsink, interval, HANDLER_CALM, .write = write_interval,
		.help = "time between two packets"),
	HANDLERS_END,
};

static const char *const timedsink_drops[] = {[DISCARDED] = "discarded", NULL};

static const struct element_class timedsink_class = {
	.name = "TimedSink",
	.ports = "1/0",
	.processing = "l/l",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct timedsink),
	.attach = timedsink_attach,
	.initialize = timedsink_initialize,
	.cleanup = timedsink_cleanup,
	.take_state = timedsink_take_state,
	.args = timedsink_args,
	.handlers = timedsink_handlers,
	.drops = timedsink_drops,
	.group = "standard",
	.brief = "pulls and drops a packet at regular intervals",
	.manual = "The first one after an INTERVAL. A late one does not shift those that follow.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> TimedSink(0.1s);",
};
ELEMENT_CLASS(timedsink_class)
