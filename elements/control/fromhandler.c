// SPDX-License-Identifier: BSD-3-Clause
// FromHandler: makes packets of the values of a read handler.

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/notifier.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct fromhandler {
	struct element element;
	struct handler_call call; // its value is the read's parameter
	struct timespan interval;
	int32_t limit; // packets with values in all; negative: no limit
	bool active, stop;
	uint32_t headroom;
	// Written by the lcore that pushes or pulls.
	int64_t due_ns; // clock_steady() of the next read; NEVER: the limit was reached
	uint64_t count; // packets with values; control reads
	uint64_t n_errors; // reads that failed; control reads
	struct timer timer; // of the next read
	struct notifier empty; // off until then, when pulled from
};

#define NEVER INT64_MAX

enum { HEADROOM_MAX = 2048 };

// ---- data path

static bool
pushes(const struct fromhandler *e)
{
	return element_output_is_push(&e->element, 0);
}

static bool
at_limit(const struct fromhandler *e)
{
	return e->limit >= 0 && e->count >= (uint64_t)e->limit;
}

// Whether it is time for a read. If so, the next one is an INTERVAL away; what was missed meanwhile
// would be the same value again.
static bool
take_turn(struct fromhandler *e)
{
	int64_t now = clock_steady();

	if (!e->active || now < e->due_ns || lcores_are_draining())
		return false;
	if (at_limit(e)) {
		e->due_ns = NEVER;
		if (e->stop)
			router_adjust_run_count(e->element.router, -1);
		return false;
	}
	e->due_ns = clock_add(now - (now - e->due_ns) % e->interval.ns, e->interval.ns);
	return true;
}

static struct packet *
make_packet(const struct fromhandler *e, const struct strbuf *text)
{
	struct packet *p = packet_make(e->headroom, strbuf_text(text), (uint32_t)text->len);

	if (likely(p != NULL))
		packet_set_timestamp(p, clock_now());
	return p;
}

static int
read_value(struct fromhandler *e, struct strbuf *value, struct errh *errh)
{
	int err = handler_call_read(e->element.router, &e->call.target, e->call.value, value, errh);

	// A Script may fail without a word.
	if (err != 0 && errh->n_errors == 0)
		err = errh_error(errh, "'%s' failed", e->call.name);
	if (err == 0 && value->len > UINT16_MAX)
		err = errh_error(errh, "value of '%s' is longer than a packet", e->call.name);
	return err;
}

static void
report(struct fromhandler *e, struct strbuf *message)
{
	struct packet *p;

	e->n_errors++;
	if (e->element.n_outputs < 2)
		return;
	if (message->len > 0 && message->data[message->len - 1] == '\n')
		strbuf_truncate(message, message->len - 1);
	strbuf_truncate(message, UINT16_MAX);
	p = make_packet(e, message);
	if (likely(p != NULL))
		element_push_one(&e->element, 1, p);
}

// NULL: the read failed, or there is no memory.
static struct packet *
next_packet(struct fromhandler *e)
{
	struct strbuf value = STRBUF_INIT, message = STRBUF_INIT;
	struct packet *p = NULL;
	struct errh errh;

	errh_init_strbuf(&errh, &message);
	if (read_value(e, &value, &errh) != 0)
		report(e, &message);
	else
		p = make_packet(e, &value);
	e->count += p != NULL;
	strbuf_fini(&value);
	strbuf_fini(&message);
	return p;
}

static void
wait_for_turn(struct fromhandler *e)
{
	if (e->active && e->due_ns != NEVER && !lcores_are_draining())
		timer_schedule_at(&e->timer, e->due_ns);
}

static void
fromhandler_fire(struct timer *timer)
{
	struct fromhandler *e = (struct fromhandler *)timer->element;
	struct packet *p = NULL;

	if (!pushes(e)) {
		notifier_wake(&e->empty);
		return;
	}
	if (take_turn(e))
		p = next_packet(e);
	wait_for_turn(e);
	if (p != NULL)
		element_push_one(&e->element, 0, p);
}

static void
fromhandler_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct fromhandler *e = (struct fromhandler *)base;
	struct packet *p = NULL;

	(void)port;
	(void)max;
	b->n = 0;
	if (take_turn(e))
		p = next_packet(e);
	if (p != NULL)
		batch_one(b, p);
	notifier_sleep(&e->empty);
	// On the lcore that pulls, whatever thread the element was put on.
	if (timer_is_scheduled(&e->timer))
		return;
	e->timer.home = lcore_self;
	wait_for_turn(e);
}

// ---- configuration

static int
fromhandler_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	notifier_init(&((struct fromhandler *)base)->empty, NOTIFIER_STOP, true);
	return 0;
}

static int
fromhandler_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	if (pushes((struct fromhandler *)base))
		element_timer_carries(base, element_home(base));
	return 0;
}

// Looks at everything again: pushes when it is time, or lets who pulls try.
static void
restart(struct fromhandler *e)
{
	timer_unschedule(&e->timer);
	if (pushes(e))
		wait_for_turn(e);
	else
		notifier_wake(&e->empty);
}

static int
fromhandler_initialize(struct element *base, struct errh *errh)
{
	struct fromhandler *e = (struct fromhandler *)base;

	timer_init(&e->timer, base, fromhandler_fire, element_home(base));
	e->due_ns = clock_add(clock_steady(), e->interval.ns);
	restart(e);
	return handler_call_resolve(&e->call, base, HANDLER_READABLE, errh);
}

static void
fromhandler_cleanup(struct element *base)
{
	struct fromhandler *e = (struct fromhandler *)base;

	timer_unschedule(&e->timer);
	notifier_fini(&e->empty);
}

// An interval that has begun goes on, if it is as long as before.
static int
fromhandler_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct fromhandler *e = (struct fromhandler *)base;
	const struct fromhandler *o = (struct fromhandler *)old;

	(void)errh;
	e->count = o->count;
	e->n_errors = o->n_errors;
	if (o->active && o->interval.ns == e->interval.ns && o->due_ns < e->due_ns)
		e->due_ns = o->due_ns;
	restart(e);
	return 0;
}

static struct notifier *
fromhandler_notifier(struct element *base, bool empty, unsigned port)
{
	struct fromhandler *e = (struct fromhandler *)base;

	return empty && port == 0 && !pushes(e) ? &e->empty : NULL;
}

// ---- handlers

enum { ACTIVE, INTERVAL, LIMIT, HEADROOM, RESET };

// After a limit or while it was not active no time was set.
static void
restart_now(struct fromhandler *e)
{
	e->due_ns = clock_steady();
	restart(e);
}

static int
write_active(struct fromhandler *e, const struct handler_write *call)
{
	bool was_active = e->active;

	if (text_read_bool(call->text, &e->active) != 0)
		return errh_error(call->errh, "bad active");
	if (!e->active)
		timer_unschedule(&e->timer);
	else if (!was_active)
		restart_now(e);
	return 0;
}

static int
write_interval(struct fromhandler *e, const struct handler_write *call)
{
	int64_t ns;

	if (text_read_timespan(call->text, &ns) != 0 || ns < CLOCK_US)
		return errh_error(call->errh, "bad interval");
	e->interval.ns = ns;
	if (!at_limit(e))
		e->due_ns = clock_add(clock_steady(), ns);
	restart(e);
	return 0;
}

static int
write_value(const struct handler_write *call)
{
	struct fromhandler *e = (struct fromhandler *)call->element;
	int64_t n = 0;

	if ((call->row->number == LIMIT || call->row->number == HEADROOM) &&
		text_read_int64(call->text, &n) != 0)
		return errh_error(call->errh, "bad %s", call->row->name);
	switch (call->row->number) {
	case ACTIVE:
		return write_active(e, call);
	case INTERVAL:
		return write_interval(e, call);
	case HEADROOM:
		if (n < 0 || n > HEADROOM_MAX)
			return errh_error(call->errh, "bad headroom");
		e->headroom = (uint32_t)n;
		return 0;
	case LIMIT:
		if (n < INT32_MIN || n > INT32_MAX)
			return errh_error(call->errh, "bad limit");
		e->limit = (int32_t)n;
		break;
	case RESET:
		e->count = e->n_errors = 0;
		break;
	}
	if (e->due_ns == NEVER)
		restart_now(e);
	return 0;
}

static const struct arg fromhandler_args[] = {
	ARG_AS(fromhandler, call, arg_handler_call, "HANDLER", ARG_MANDATORY | ARG_READ | ARG_CALM,
		.help = "read handler, with a parameter if it takes one"),
	ARG(fromhandler, interval, "INTERVAL", ARG_KEYWORD, .def = "1s", .min = CLOCK_US,
		.max = INT64_MAX, .help = "time between two reads"),
	ARG(fromhandler, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "packets in all, without those for errors; negative: no limit"),
	ARG(fromhandler, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "stops the driver one INTERVAL after the last packet"),
	ARG(fromhandler, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: reads nothing until the handler `active` is set"),
	ARG(fromhandler, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .max = HEADROOM_MAX,
		.help = "room in front of a packet's data, bytes"),
	ARGS_END,
};

static const struct handler fromhandler_handlers[] = {
	HANDLER_FIELD_R(
		"count", fromhandler, count, HANDLER_LIVE, .help = "packets made of values"),
	HANDLER_FIELD_R("errors", fromhandler, n_errors, HANDLER_LIVE, .help = "reads that failed"),
	HANDLER_FIELD_R("interval", fromhandler, interval, HANDLER_CALM, .write = write_value,
		.number = INTERVAL, .help = "time between two reads; a write begins a new one"),
	HANDLER_FIELD_R("limit", fromhandler, limit, HANDLER_CALM, .write = write_value,
		.number = LIMIT, .help = "packets in all, negative without limit"),
	HANDLER_FIELD_R("headroom", fromhandler, headroom, HANDLER_CALM, .write = write_value,
		.number = HEADROOM, .help = "room in front of a packet's data, bytes"),
	HANDLER_FIELD_R("active", fromhandler, active, HANDLER_CALM | HANDLER_CHECKBOX,
		.write = write_value, .number = ACTIVE,
		.help = "whether the handler is read; when set, at once"),
	{.name = "reset",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = RESET,
		.help = "sets count and errors to 0 and starts again if the limit was reached"},
	HANDLERS_END,
};

static const struct element_class fromhandler_class = {
	.name = "FromHandler",
	.ports = "0/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ONE,
	.size = sizeof(struct fromhandler),
	.pull = fromhandler_pull,
	.configure = fromhandler_configure,
	.attach = fromhandler_attach,
	.initialize = fromhandler_initialize,
	.cleanup = fromhandler_cleanup,
	.take_state = fromhandler_take_state,
	.notifier = fromhandler_notifier,
	.args = fromhandler_args,
	.handlers = fromhandler_handlers,
	.group = "control",
	.brief = "makes packets of the values of a read handler",
	.manual =
		"Every INTERVAL, for the first time one INTERVAL after the start, HANDLER is read, and\n"
		"a packet with what it says leaves by output 0: pushed at that time, or given to the\n"
		"next pull. Turns that were missed are not made up for. HANDLER is `element.handler`,\n"
		"found as seen from this element, or a global handler, as `version`.\n"
		"\n"
		"A read that fails, or whose value is longer than the 65535 bytes of a packet, is\n"
		"counted in `errors`; the text of the error leaves by output 1 if that is connected.\n"
		"\n"
		"Unless a handler is safe to be read while packets pass, all lcores are held for the\n"
		"moment of each read, so INTERVAL should not be short.",
	.example = "c :: Counter; InfiniteSource(LIMIT 100) -> c -> Discard;"
		   " FromHandler(c.count, INTERVAL 0.1s, LIMIT 5) -> Print -> Discard;",
};
ELEMENT_CLASS(fromhandler_class)
