// SPDX-License-Identifier: BSD-3-Clause
// TimedSource: makes a packet at regular intervals.

#include "elements/standard/sourcedata.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct timedsource {
	struct element element;
	struct timespan interval;
	struct sourcedata load;
	int32_t limit; // packets in all; negative: no limit
	bool active, stop;
	uint32_t headroom;
	uint64_t count; // packets made; home lcore writes, control reads
	struct timer timer;
};

enum { HEADROOM_MAX = 2048 };

static bool
at_limit(const struct timedsource *e)
{
	return e->limit >= 0 && e->count >= (uint64_t)e->limit;
}

static void
timedsource_fire(struct timer *timer)
{
	struct timedsource *e = (struct timedsource *)timer->element;
	struct packet *p;

	if (!e->active || lcores_are_draining())
		return;
	if (at_limit(e)) {
		if (e->stop)
			router_adjust_run_count(e->element.router, -1);
		return;
	}
	p = sourcedata_packet(&e->load, e->headroom, clock_now());
	if (likely(p != NULL)) {
		element_push_one(&e->element, 0, p);
		e->count++;
	}
	timer_reschedule_after(timer, e->interval.ns);
}

// ---- configuration

static int
timedsource_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct timedsource *e = (struct timedsource *)base;

	(void)args;
	(void)errh;
	e->load.length = -1;
	sourcedata_build(&e->load);
	return 0;
}

static int
timedsource_attach(struct element *e, struct errh *errh)
{
	(void)errh;
	element_timer_carries(e, element_home(e));
	return 0;
}

static int
timedsource_initialize(struct element *base, struct errh *errh)
{
	struct timedsource *e = (struct timedsource *)base;

	(void)errh;
	timer_init(&e->timer, base, timedsource_fire, element_home(base));
	if (e->active)
		timer_schedule_after(&e->timer, e->interval.ns);
	return 0;
}

static void
timedsource_cleanup(struct element *base)
{
	struct timedsource *e = (struct timedsource *)base;

	timer_unschedule(&e->timer);
	sourcedata_fini(&e->load);
}

// An interval that has begun goes on, if it is as long as before; the packets are counted anew.
static int
timedsource_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct timedsource *e = (struct timedsource *)base;
	const struct timedsource *o = (struct timedsource *)old;

	(void)errh;
	if (e->active && e->interval.ns == o->interval.ns && o->timer.expiry_ns > clock_steady())
		timer_schedule_at(&e->timer, o->timer.expiry_ns);
	return 0;
}

// ---- handlers

static int
read_data(const struct handler_read *call)
{
	const struct timedsource *e = (struct timedsource *)call->element;

	strbuf_add(call->out, e->load.data.bytes, e->load.data.len);
	return 0;
}

static int
write_data(const struct handler_write *call)
{
	sourcedata_write(&((struct timedsource *)call->element)->load, call->text);
	return 0;
}

static int
write_interval(const struct handler_write *call)
{
	struct timedsource *e = (struct timedsource *)call->element;
	int64_t ns;

	if (text_read_timespan(call->text, &ns) != 0 || ns <= 0)
		return errh_error(call->errh, "bad interval");
	e->interval.ns = ns;
	return 0;
}

static void
fire_now(struct timedsource *e)
{
	if (e->active && !timer_is_scheduled(&e->timer))
		timer_schedule_after(&e->timer, 0);
}

static int
write_active(const struct handler_write *call)
{
	struct timedsource *e = (struct timedsource *)call->element;

	if (text_read_bool(call->text, &e->active) != 0)
		return errh_error(call->errh, "bad active");
	if (!e->active)
		timer_unschedule(&e->timer);
	fire_now(e);
	return 0;
}

static int
write_headroom(const struct handler_write *call)
{
	struct timedsource *e = (struct timedsource *)call->element;
	uint64_t n;

	if (text_read_uint64(call->text, &n) != 0 || n > HEADROOM_MAX)
		return errh_error(call->errh, "bad headroom");
	e->headroom = (uint32_t)n;
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct timedsource *e = (struct timedsource *)call->element;

	e->count = 0;
	fire_now(e);
	return 0;
}

static const struct arg timedsource_args[] = {
	ARG(timedsource, interval, "INTERVAL", ARG_OPTIONAL, .def = "0.5s",
		.help = "time between two packets"),
	ARG(timedsource, load.data, "DATA", ARG_OPTIONAL, .def = SOURCEDATA_DEFAULT,
		.help = "what packets hold"),
	ARG(timedsource, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "packets in all; negative: no limit"),
	ARG(timedsource, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: makes no packets until the handler `active` is set"),
	ARG(timedsource, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "stops the driver one interval after the last packet"),
	ARG(timedsource, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .max = HEADROOM_MAX,
		.help = "room in front of a packet's data"),
	ARGS_END,
};

static const struct handler timedsource_handlers[] = {
	{.name = "data",
		.read = read_data,
		.write = write_data,
		.flags = HANDLER_RAW | HANDLER_CALM,
		.help = "what packets hold"},
	HANDLER_FIELD_RW("limit", timedsource, limit, HANDLER_CALM, .help = "packets in all"),
	HANDLER_FIELD_R("interval", timedsource, interval, HANDLER_CALM, .write = write_interval,
		.help = "time between two packets"),
	HANDLER_FIELD_R("active", timedsource, active, HANDLER_CALM | HANDLER_CHECKBOX,
		.write = write_active, .help = "whether packets are made"),
	HANDLER_FIELD_R("count", timedsource, count, HANDLER_LIVE, .help = "packets made"),
	HANDLER_FIELD_R("headroom", timedsource, headroom, HANDLER_CALM, .write = write_headroom,
		.help = "room in front of a packet's data"),
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "sets count to 0 and starts again if the limit was reached"},
	HANDLERS_END,
};

static const struct element_class timedsource_class = {
	.name = "TimedSource",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct timedsource),
	.configure = timedsource_configure,
	.attach = timedsource_attach,
	.initialize = timedsource_initialize,
	.cleanup = timedsource_cleanup,
	.take_state = timedsource_take_state,
	.args = timedsource_args,
	.handlers = timedsource_handlers,
	.group = "standard",
	.brief = "makes a packet at regular intervals",
	.manual = "The first packet comes one INTERVAL after the start. Late packets do not shift\n"
		  "those that follow.",
	.example = "TimedSource(0.1s, \\<0800>, LIMIT 5, STOP true) -> Discard;",
};
ELEMENT_CLASS(timedsource_class)
