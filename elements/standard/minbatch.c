// SPDX-License-Identifier: BSD-3-Clause
// MinBatch: holds packets back until there are enough of them for a batch.

#include "src/clock.h"
#include "src/element.h"
#include "src/plan.h"
#include "src/timer.h"

struct minbatch {
	struct element element;
	struct batch held; // owned packets
	struct timer timer; // since the first of them came
	// As configured.
	uint32_t burst;
	int32_t timer_ms;
};

enum { HELD_AT_END };

static void
push_held(struct minbatch *e)
{
	struct batch b = e->held;

	e->held.n = 0;
	if (timer_is_scheduled(&e->timer))
		timer_unschedule(&e->timer);
	element_push(&e->element, 0, &b);
}

static void
minbatch_push(struct element *base, unsigned port, struct batch *b)
{
	struct minbatch *e = (struct minbatch *)base;
	unsigned burst = e->burst;

	(void)port;
	// Nothing waits, and nothing has to: the usual case under load.
	if (likely(e->held.n == 0 && b->n >= burst)) {
		element_push(base, 0, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		e->held.pkt[e->held.n++] = b->pkt[i];
		if (e->held.n == BATCH_MAX)
			push_held(e);
	}
	if (e->held.n >= burst)
		push_held(e);
	else if (e->held.n > 0 && e->timer_ms >= 0 && !timer_is_scheduled(&e->timer))
		timer_schedule_after(&e->timer, e->timer_ms * CLOCK_MS);
}

static void
minbatch_fire(struct timer *timer)
{
	push_held((struct minbatch *)timer->element);
}

static int
minbatch_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	if (((struct minbatch *)base)->timer_ms >= 0)
		element_timer_carries(base, element_home(base));
	return 0;
}

static int
minbatch_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, BATCH_MAX, "%s holds %d", element_name(e), (int)BATCH_MAX);
	return 0;
}

static int
minbatch_initialize(struct element *base, struct errh *errh)
{
	(void)errh;
	timer_init(&((struct minbatch *)base)->timer, base, minbatch_fire, element_home(base));
	return 0;
}

static void
minbatch_cleanup(struct element *base)
{
	struct minbatch *e = (struct minbatch *)base;

	timer_unschedule(&e->timer);
	element_drop_batch(base, HELD_AT_END, &e->held);
}

static int
minbatch_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct minbatch *e = (struct minbatch *)base, *old = (struct minbatch *)old_base;

	(void)errh;
	e->held = old->held;
	old->held.n = 0;
	if (e->held.n > 0 && e->timer_ms >= 0)
		timer_schedule_after(&e->timer, e->timer_ms * CLOCK_MS);
	return 0;
}

static uint32_t
minbatch_held(struct element *base)
{
	return ((struct minbatch *)base)->held.n;
}

static const struct arg minbatch_args[] = {
	ARG(minbatch, burst, "BURST", ARG_OPTIONAL, .def = "32", .min = 1, .max = BATCH_MAX,
		.help = "packets to wait for"),
	ARG(minbatch, timer_ms, "TIMER", ARG_OPTIONAL, .def = "-1", .min = -1, .max = INT32_MAX,
		.help = "milliseconds that a packet waits at most; -1: no limit"),
	ARGS_END,
};

static const char *const minbatch_drops[] = {[HELD_AT_END] = "held at the end", NULL};

static const struct element_class minbatch_class = {
	.name = "MinBatch",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct minbatch),
	.push = minbatch_push,
	.attach = minbatch_attach,
	.reserve = minbatch_reserve,
	.initialize = minbatch_initialize,
	.cleanup = minbatch_cleanup,
	.take_state = minbatch_take_state,
	.held = minbatch_held,
	.args = minbatch_args,
	.drops = minbatch_drops,
	.group = "standard",
	.brief = "holds packets back until there are enough for a batch",
	.manual =
		"Packets leave in batches of at least BURST, or when the first of them has waited for\n"
		"TIMER. Behind a device that gives few packets at a time this makes the elements\n"
		"downstream cheaper, at the price of delay.",
	.example = "RatedSource(RATE 100, LIMIT 5) -> MinBatch(4, 10) -> Discard;",
};
ELEMENT_CLASS(minbatch_class)
