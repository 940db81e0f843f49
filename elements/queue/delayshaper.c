// SPDX-License-Identifier: BSD-3-Clause
// DelayShaper: lets packets be pulled only when a time has passed.

#include "elements/queue/delay.h"
#include "src/lcore.h"
#include "src/notifier.h"
#include "src/plan.h"
#include "src/timer.h"

struct delayshaper {
	struct element element;
	struct timespan delay;
	struct packet *held; // owned; the next one, its timestamp is when it leaves. NULL: none
	struct timer timer; // held may leave
	struct signal signal; // upstream empty
	struct notifier empty; // off while the timer runs or nothing is upstream
};

enum { END };

// ---- data path

static void
sleep_until(struct delayshaper *e, int64_t now)
{
	int64_t left = packet_timestamp(e->held) - now - delay_adjust_ns();

	if (left <= 0) {
		notifier_wake(&e->empty);
		return;
	}
	// On the lcore that pulls, whatever thread the element was put on.
	if (!timer_is_scheduled(&e->timer))
		e->timer.home = lcore_self;
	timer_schedule_after(&e->timer, left);
	notifier_sleep(&e->empty);
}

static void
sleep_while_empty(struct delayshaper *e)
{
	if (signal_is_active(&e->signal))
		return;
	notifier_sleep(&e->empty);
	// Somebody may have woken it before we went to sleep.
	if (signal_is_active(&e->signal))
		notifier_wake(&e->empty);
}

static inline struct packet *
delayshaper_packet(struct delayshaper *e, unsigned port, int64_t now)
{
	struct packet *p = e->held;

	(void)port;
	if (p == NULL) {
		p = e->held = element_pull_one(&e->element, 0);
		if (p == NULL) {
			sleep_while_empty(e);
			return NULL;
		}
		delay_stamp(p, e->delay.ns, now);
	}
	if (packet_timestamp(p) > now) {
		sleep_until(e, now);
		return NULL;
	}
	packet_set_timestamp(p, now);
	e->held = NULL;
	return p;
}

ELEMENT_PULL_EACH_NOW(delayshaper, delayshaper, delayshaper_packet)

static void
delayshaper_fire(struct timer *timer)
{
	notifier_wake(&((struct delayshaper *)timer->element)->empty);
}

// ---- configuration

static int
delayshaper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	notifier_init(&((struct delayshaper *)base)->empty, NOTIFIER_CONTINUE_WAKE, true);
	return 0;
}

static int
delayshaper_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, 1, "%s holds up to 1", element_name(e));
	return 0;
}

static int
delayshaper_initialize(struct element *base, struct errh *errh)
{
	struct delayshaper *e = (struct delayshaper *)base;

	(void)errh;
	timer_init(&e->timer, base, delayshaper_fire, element_home(base));
	signal_upstream_empty_follow(&e->signal, base, 0, &e->empty);
	return 0;
}

static void
delayshaper_cleanup(struct element *base)
{
	struct delayshaper *e = (struct delayshaper *)base;

	if (e->held != NULL)
		element_drop(base, END, e->held);
	e->held = NULL;
	timer_unschedule(&e->timer);
	signal_fini(&e->signal);
	notifier_fini(&e->empty);
}

static int
delayshaper_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct delayshaper *)base)->held = ((struct delayshaper *)old)->held;
	((struct delayshaper *)old)->held = NULL;
	return 0;
}

static struct notifier *
delayshaper_notifier(struct element *e, bool empty, unsigned port)
{
	(void)port;
	return empty ? &((struct delayshaper *)e)->empty : NULL;
}

static uint32_t
delayshaper_held(struct element *e)
{
	return ((struct delayshaper *)e)->held != NULL;
}

static int
write_delay(const struct handler_write *call)
{
	int64_t ns;

	if (text_read_timespan(call->text, &ns) != 0 || ns < 0)
		return errh_error(call->errh, "delay must be a timestamp");
	((struct delayshaper *)call->element)->delay.ns = ns;
	return 0;
}

static const struct arg delayshaper_args[] = {
	ARG(delayshaper, delay, "DELAY", ARG_MANDATORY,
		.help = "time between a packet's timestamp and its leaving"),
	ARGS_END,
};

static const struct handler delayshaper_handlers[] = {
	HANDLER_FIELD_R("delay", delayshaper, delay, HANDLER_CALM, .write = write_delay,
		.help = "for packets that are pulled from now on"),
	HANDLERS_END,
};

static const char *const delayshaper_drops[] = {[END] = "still held at the end", NULL};

static const struct element_class delayshaper_class = {
	.name = "DelayShaper",
	.ports = "1/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct delayshaper),
	.pull = delayshaper_pull,
	.configure = delayshaper_configure,
	.reserve = delayshaper_reserve,
	.initialize = delayshaper_initialize,
	.cleanup = delayshaper_cleanup,
	.take_state = delayshaper_take_state,
	.notifier = delayshaper_notifier,
	.held = delayshaper_held,
	.args = delayshaper_args,
	.handlers = delayshaper_handlers,
	.drops = delayshaper_drops,
	.group = "queue",
	.brief = "lets packets be pulled when a time has passed",
	.manual =
		"Each packet can be pulled DELAY after the moment of its timestamp, which\n"
		"SetTimestamp in front of the Queue puts there; one without is stamped when it is\n"
		"first looked at. The timestamp is then set to the time at which it leaves. One\n"
		"packet at a time is held, the others wait in the Queue; who pulls sleeps meanwhile.",
	.example = "InfiniteSource(LIMIT 5) -> SetTimestamp -> Queue -> DelayShaper(10ms)"
		   " -> Unqueue -> Discard;",
};
ELEMENT_CLASS(delayshaper_class)
