// SPDX-License-Identifier: BSD-3-Clause
// AdaptiveRED: RED that finds its probability for a given length of the queues (Floyd, Gummadi and
// Shenker, 2001).

#include "elements/aqm/red.h"
#include "src/clock.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct adaptivered {
	struct red red;
	uint32_t target; // average length to keep, packets
	struct timer timer;
};

enum {
	TARGET_MIN = 10,
	PERIOD_MS = 500,
	P_STEP = 655, // a hundredth
	P_FACTOR = 58982, // nine tenths
	P_MAX = RED_P_ONE / 2,
};

static void
adaptivered_fire(struct timer *timer)
{
	struct red *e = (struct red *)timer->element;
	uint32_t part = (e->max_thresh - e->min_thresh) / 2;
	int64_t average = e->avg >> RED_QUEUE_BITS;

	if (average < e->min_thresh + part && e->max_p > P_STEP)
		red_set_p(e, (uint32_t)((uint64_t)e->max_p * P_FACTOR >> RED_P_BITS));
	else if (average > e->max_thresh - part && e->max_p < P_MAX)
		red_set_p(e, e->max_p + RTE_MIN((uint32_t)P_STEP, e->max_p / 4));
	timer_reschedule_after(timer, PERIOD_MS * CLOCK_MS);
}

static int
adaptivered_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct adaptivered *e = (struct adaptivered *)base;

	(void)args;
	if (e->target < TARGET_MIN)
		e->target = TARGET_MIN;
	if (e->target > RED_THRESH_MAX)
		return errh_error(errh, "TARGET must be <= %d", RED_THRESH_MAX);
	e->red.min_thresh = e->target / 2;
	e->red.max_thresh = e->target + e->red.min_thresh;
	e->red.gentle = true;
	return red_configure(&e->red, errh);
}

static int
adaptivered_initialize(struct element *base, struct errh *errh)
{
	struct adaptivered *e = (struct adaptivered *)base;

	timer_init(&e->timer, base, adaptivered_fire, aqm_lcore(base));
	timer_schedule_after(&e->timer, PERIOD_MS * CLOCK_MS);
	return aqm_initialize(base, errh);
}

static void
adaptivered_cleanup(struct element *base)
{
	timer_unschedule(&((struct adaptivered *)base)->timer);
	aqm_cleanup(base);
}

static int
adaptivered_take_state(struct element *base, struct element *old, struct errh *errh)
{
	red_set_p((struct red *)base, ((struct red *)old)->max_p);
	return red_take_state(base, old, errh);
}

static int
adaptivered_config_text(struct element *base, struct strbuf *out)
{
	const struct adaptivered *e = (struct adaptivered *)base;

	strbuf_addf(out, "%u, ", e->target);
	red_config_text(&e->red, out);
	return 0;
}

static const struct arg adaptivered_args[] = {
	ARG(adaptivered, target, "TARGET", ARG_MANDATORY,
		.help = "average length in packets that it aims at, at least 10"),
	RED_ARG_P,
	AQM_ARG_QUEUES(red, aqm.queue_names, ARG_KEYWORD),
	RED_ARG_STABILITY,
	ARGS_END,
};

static const struct handler adaptivered_handlers[] = {
	RED_HANDLERS,
	HANDLER_FIELD_R("min_thresh", red, min_thresh, 0,
		.help = "average length up to which no packet is dropped"),
	HANDLER_FIELD_R("max_thresh", red, max_thresh, 0,
		.help = "average length at which the probability is that of max_p"),
	RED_HANDLER_P,
	HANDLERS_END,
};

static const struct element_class adaptivered_class = {
	.name = "AdaptiveRED",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct adaptivered),
	.push = red_push,
	.pull = red_pull,
	.configure = adaptivered_configure,
	.initialize = adaptivered_initialize,
	.cleanup = adaptivered_cleanup,
	.take_state = adaptivered_take_state,
	.config_text = adaptivered_config_text,
	.args = adaptivered_args,
	.handlers = adaptivered_handlers,
	.drops = aqm_drops,
	.group = "aqm",
	.brief = "RED that finds its probability for a given length of the queues",
	.manual =
		"It is a RED with thresholds of half and one and a half times TARGET. Every 500 ms the\n"
		"probability changes a little, so that the average length comes near TARGET; MAX_P is\n"
		"where it begins, and the handler `max_p` tells where it is. In a hot swap it goes on\n"
		"from there.",
	.example = "InfiniteSource(LIMIT 5) -> AdaptiveRED(50, 0.02) -> Queue(200) -> Discard;",
};
ELEMENT_CLASS(adaptivered_class)
