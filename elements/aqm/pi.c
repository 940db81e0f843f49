// SPDX-License-Identifier: BSD-3-Clause
// PI: drops packets at random so that queues keep a given length, by a proportional-integral
// controller (Hollot, Misra, Towsley and Gong, 2001).

#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include <rte_random.h>

#include "elements/aqm/aqm.h"
#include "src/clock.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct pi {
	struct aqm aqm;
	double w; // seconds between two steps of the controller
	double a, b;
	uint32_t target; // length to keep, packets
	bool has_target, has_qref;
	uint32_t stability;
	double p; // probability of a drop
	uint64_t limit; // the same: a random 32-bit number below it is a drop
	double old_length, average;
	struct timer timer;
};

#define W_MAX 1e6
#define W_MIN_NS CLOCK_US
enum { STABILITY_MAX = 16 };

// ---- data path

static inline bool
drops_next(const struct pi *e)
{
	return (rte_rand() >> 32) < e->limit;
}

static void
pi_push(struct element *base, unsigned port, struct batch *b)
{
	struct pi *e = (struct pi *)base;
	int16_t dropped = (int16_t)element_output_or_drop(base, 1, AQM_DROPPED);
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		bool drop = drops_next(e);

		decision[i] = drop ? dropped : 0;
		e->aqm.n_drops += drop;
	}
	element_split(base, b, decision);
}

static inline struct packet *
pi_packet(struct pi *e, unsigned port)
{
	struct packet *p;

	(void)port;
	while ((p = element_pull_one(&e->aqm.element, 0)) != NULL && drops_next(e))
		aqm_drop(&e->aqm, p);
	return p;
}

ELEMENT_PULL_EACH(pi, pi, pi_packet)

// ---- the controller

static int64_t
period_ns(const struct pi *e)
{
	return RTE_MAX((int64_t)(e->w * (double)CLOCK_S), W_MIN_NS);
}

static void
pi_fire(struct timer *timer)
{
	struct pi *e = (struct pi *)timer->element;
	double length = storage_set_length(&e->aqm.queues);

	e->p += e->a * (length - e->target) - e->b * (e->old_length - e->target);
	e->p = e->p > 0 ? fmin(e->p, 1) : 0;
	e->limit = (uint64_t)(e->p * 0x1p32);
	e->old_length = length;
	e->average += (length - e->average) / (double)(1u << e->stability);
	timer_reschedule_after(timer, period_ns(e));
}

// ---- configuration

static int
check_positive(double v, double max, const char *name, struct errh *errh)
{
	return v > 0 && v <= max ? 0 : errh_error(errh, "%s must be positive", name);
}

static int
pi_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct pi *e = (struct pi *)base;

	(void)args;
	if (!e->has_target && !e->has_qref)
		return errh_error(errh, "TARGET: required argument missing");
	if (check_positive(e->w, W_MAX, "w", errh) != 0 ||
		check_positive(e->a, HUGE_VAL, "a", errh) != 0 ||
		check_positive(e->b, HUGE_VAL, "b", errh) != 0)
		return -EINVAL;
	if (e->stability < 1 || e->stability > STABILITY_MAX)
		return errh_error(
			errh, "STABILITY parameter must be between 1 and %d", STABILITY_MAX);
	return 0;
}

static int
pi_initialize(struct element *base, struct errh *errh)
{
	struct pi *e = (struct pi *)base;

	timer_init(&e->timer, base, pi_fire, aqm_lcore(base));
	timer_schedule_after(&e->timer, period_ns(e));
	return aqm_initialize(base, errh);
}

static void
pi_cleanup(struct element *base)
{
	timer_unschedule(&((struct pi *)base)->timer);
	aqm_cleanup(base);
}

static int
pi_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct pi *e = (struct pi *)base;
	const struct pi *old = (struct pi *)old_base;

	(void)errh;
	e->p = old->p;
	e->limit = old->limit;
	e->old_length = old->old_length;
	e->average = old->average;
	e->aqm.n_drops = old->aqm.n_drops;
	return 0;
}

// ---- handlers

static int
read_stats(const struct handler_read *call)
{
	const struct pi *e = (struct pi *)call->element;

	strbuf_addf(call->out, "%u current queue\n%.3f avg queue\n",
		storage_set_length(&e->aqm.queues), e->average);
	text_double(call->out, e->p);
	strbuf_addf(call->out, " drop probability\n%" PRIu64 " drops\n", e->aqm.n_drops);
	return 0;
}

static const struct arg pi_args[] = {
	ARG(pi, w, "W", ARG_MANDATORY, .help = "seconds between two steps of the controller"),
	ARG(pi, a, "A", ARG_MANDATORY,
		.help = "how strongly the probability follows the length's distance from TARGET"),
	ARG(pi, b, "B", ARG_MANDATORY, .help = "the same for the length one step before"),
	ARG(pi, target, "TARGET", ARG_OPTIONAL, .given = ARG_GIVEN(pi, has_target),
		.help = "length in packets to keep; must be given, here or as QREF"),
	AQM_ARG_QUEUES(pi, aqm.queue_names, ARG_OPTIONAL),
	ARG(pi, target, "QREF", ARG_KEYWORD, .given = ARG_GIVEN(pi, has_qref),
		.help = "another name of TARGET"),
	ARG(pi, stability, "STABILITY", ARG_KEYWORD, .def = "4",
		.help = "1 to 16: each step moves the average length that `stats` tells by "
			"1 / 2^STABILITY of the way; the controller itself needs none"),
	ARGS_END,
};

static const struct handler pi_handlers[] = {
	AQM_HANDLER_DROPS,
	{.name = "stats",
		.read = read_stats,
		.help = "length of the queues at present, its average, probability of a drop, and "
			"drops, a line each"},
	AQM_HANDLER_QUEUES,
	HANDLER_RECONFIGURE("w", pi, w, "W", 0, .help = "seconds between two steps"),
	HANDLER_RECONFIGURE("a", pi, a, "A", 0, .help = "weight of the length"),
	HANDLER_RECONFIGURE("b", pi, b, "B", 0, .help = "weight of the length one step before"),
	HANDLERS_END,
};

static const struct element_class pi_class = {
	.name = "PI",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct pi),
	.push = pi_push,
	.pull = pi_pull,
	.configure = pi_configure,
	.initialize = pi_initialize,
	.cleanup = pi_cleanup,
	.take_state = pi_take_state,
	.args = pi_args,
	.handlers = pi_handlers,
	.drops = aqm_drops,
	.group = "aqm",
	.brief = "drops packets at random so that queues keep a given length",
	.manual =
		"Every W seconds the probability grows by A times (length - TARGET) minus B times\n"
		"(length one step before - TARGET), within 0 and 1. Dropped packets go to output 1 if\n"
		"it is connected. Click's PI has never been built; this one does what it describes.",
	.example = "InfiniteSource(LIMIT 5) -> PI(0.01, 0.00002, 0.00001, 50) -> Queue(200)"
		   " -> Discard;",
};
ELEMENT_CLASS(pi_class)
