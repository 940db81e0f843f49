// SPDX-License-Identifier: BSD-3-Clause
#include "elements/aqm/red.h"

#include <inttypes.h>

#include <rte_random.h>

#include "src/clock.h"
#include "src/strbuf.h"

enum { TICK_MS = 20, TICKS_MAX = 100, STABILITY_MAX = 16 };

// ---- average

static void
average_step(struct red *e, uint32_t length)
{
	int64_t difference = ((int64_t)length << RED_QUEUE_BITS) - e->avg;

	e->avg += (difference + (1 << (e->stability - 1))) >> e->stability;
}

// While the queues are empty the average falls with the time.
static void
average_empty(struct red *e)
{
	int64_t now = clock_steady(), n = 1;

	if (e->empty_ns == 0) {
		e->empty_ns = now;
	} else {
		n = (now - e->empty_ns) / (TICK_MS * CLOCK_MS);
		e->empty_ns += n * TICK_MS * CLOCK_MS;
	}
	if (n >= TICKS_MAX)
		e->avg = 0;
	else
		for (; n > 0; n--)
			average_step(e, 0);
}

static void
update_average(struct red *e, uint32_t length)
{
	if (e->stability == 0) {
		e->avg = (int64_t)length << RED_QUEUE_BITS;
	} else if (length == 0) {
		average_empty(e);
	} else {
		average_step(e, length);
		e->empty_ns = 0;
	}
}

// ---- data path

static uint32_t
fresh_random(void)
{
	return (uint32_t)rte_rand() & (RED_P_ONE - 1);
}

// Whether the next packet is to be dropped, while the queues have that length.
static bool
drops_next(struct red *e, uint32_t length)
{
	int64_t average, p;

	update_average(e, length);
	average = e->avg >> RED_QUEUE_BITS;
	if (likely(average <= e->min_thresh) || average > e->kill_thresh) {
		e->count = -1;
		return average > e->min_thresh;
	}
	if (average <= e->max_thresh)
		p = (e->c1 * e->avg >> RED_QUEUE_BITS) - e->c2;
	else
		p = (e->g1 * e->avg >> RED_QUEUE_BITS) - e->g2;
	e->count += e->count < RED_P_ONE; // more is as good as that
	if (e->count > 0 && p > 0 && e->count > e->random / p) {
		e->count = 0;
		e->random = fresh_random();
		return true;
	}
	if (e->count == 0)
		e->random = fresh_random();
	return false;
}

// The packets of a batch that pass are in no queue yet, and count all the same.
void
red_push(struct element *base, unsigned port, struct batch *b)
{
	struct red *e = (struct red *)base;
	int16_t dropped = (int16_t)element_output_or_drop(base, 1, AQM_DROPPED);
	uint32_t length = storage_set_length(&e->aqm.queues);
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		if (drops_next(e, length)) {
			decision[i] = dropped;
			e->aqm.n_drops++;
		} else {
			decision[i] = 0;
			length++;
		}
	}
	element_split(base, b, decision);
}

// A packet that passes; NULL: there is none.
static inline struct packet *
passing_packet(struct red *e, unsigned port)
{
	struct packet *p;

	(void)port;
	while ((p = element_pull_one(&e->aqm.element, 0)) != NULL &&
		drops_next(e, storage_set_length(&e->aqm.queues)))
		aqm_drop(&e->aqm, p);
	return p;
}

ELEMENT_PULL_EACH(passing, red, passing_packet)

void
red_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	passing_pull(e, port, b, max);
}

// ---- configuration

void
red_set_p(struct red *e, uint32_t max_p)
{
	uint32_t range = e->max_thresh - e->min_thresh;

	e->max_p = max_p;
	e->kill_thresh = e->gentle && max_p != RED_P_ONE ? 2 * e->max_thresh : e->max_thresh;
	e->c1 = range > 0 ? max_p / range : 0;
	e->c2 = range > 0 ? (int64_t)((uint64_t)max_p * e->min_thresh / range) : 1;
	e->g1 = (RED_P_ONE - max_p) / e->max_thresh;
	e->g2 = RED_P_ONE - 2 * (int64_t)max_p;
}

int
red_configure(struct red *e, struct errh *errh)
{
	uint32_t p = e->wanted_p.fixed28 >> (28 - RED_P_BITS);

	if (e->max_thresh > RED_THRESH_MAX)
		return errh_error(errh, "MAX_THRESH must be <= %d", RED_THRESH_MAX);
	if (e->min_thresh > e->max_thresh)
		return errh_error(errh, "MIN_THRESH must be <= MAX_THRESH");
	if (e->max_thresh == 0)
		return errh_error(errh, "MAX_THRESH must be > 0");
	if (p > RED_P_ONE)
		return errh_error(errh, "MAX_P must be between 0 and 1");
	if (e->stability > STABILITY_MAX)
		return errh_error(errh, "STABILITY must be between 0 and %d", STABILITY_MAX);
	if (!e->aqm.element.info->initialized)
		e->count = -1;
	red_set_p(e, p);
	return 0;
}

int
red_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct red *e = (struct red *)base;
	const struct red *old = (struct red *)old_base;

	(void)errh;
	e->avg = old->avg;
	e->empty_ns = old->empty_ns;
	e->count = old->count;
	e->random = old->random;
	e->aqm.n_drops = old->aqm.n_drops;
	return 0;
}

// ---- texts

// What was given, as long as that is what is used.
static void
p_text(const struct red *e, struct strbuf *out)
{
	if (e->max_p == e->wanted_p.fixed28 >> (28 - RED_P_BITS))
		text_fixed2(out, e->wanted_p.fixed28, 28);
	else
		text_fixed2(out, e->max_p, RED_P_BITS);
}

void
red_config_text(const struct red *e, struct strbuf *out)
{
	p_text(e, out);
	strbuf_adds(out, ", ");
	aqm_queues_text(&e->aqm, out);
	strbuf_addf(out, ", STABILITY %u", e->stability);
}

int
red_read_average(const struct handler_read *call)
{
	text_fixed2(call->out, (uint64_t)((struct red *)call->element)->avg, RED_QUEUE_BITS);
	return 0;
}

int
red_read_stats(const struct handler_read *call)
{
	const struct red *e = (struct red *)call->element;

	strbuf_addf(call->out, "%u current queue\n", storage_set_length(&e->aqm.queues));
	text_fixed2(call->out, (uint64_t)e->avg, RED_QUEUE_BITS);
	strbuf_addf(call->out, " avg queue\n%" PRIu64 " drops\n", e->aqm.n_drops);
	return 0;
}

int
red_read_p(const struct handler_read *call)
{
	p_text((struct red *)call->element, call->out);
	return 0;
}
