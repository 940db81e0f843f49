// SPDX-License-Identifier: BSD-3-Clause
// TimeSortedSched: merges its inputs in the order of the packets' timestamps.

#include <stdlib.h>

#include "elements/queue/sched.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"

struct timed {
	struct packet *p; // owned
	int64_t ns;
	uint64_t number; // in the order in which they were pulled
	unsigned input;
};

struct timesortedsched {
	struct sched sched;
	bool stop;
	uint32_t buffer; // packets to hold of each input
	struct timed *heap; // owned; binary, earliest first
	uint32_t n, n_places; // n_inputs * buffer places
	uint32_t *n_of_input; // owned; packets held by input
	uint64_t n_pulled;
	int64_t last_ns; // timestamp of the last packet
	bool well_ordered;
	struct notifier empty; // active while packets are held or a signal is on
};

enum { END };
enum { HELD_MAX = 1 << 20 };

// ---- the heap

static bool
is_earlier(const struct timed *a, const struct timed *b)
{
	return a->ns != b->ns ? a->ns < b->ns : a->number < b->number;
}

static void
heap_add(struct timesortedsched *e, struct timed t)
{
	uint32_t at = e->n++;

	while (at > 0 && is_earlier(&t, &e->heap[(at - 1) / 2])) {
		e->heap[at] = e->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	e->heap[at] = t;
}

static struct timed
heap_take(struct timesortedsched *e)
{
	struct timed first = e->heap[0], last = e->heap[--e->n];
	uint32_t at = 0;

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < e->n && is_earlier(&e->heap[child + 1], &e->heap[child]))
			child++;
		if (child >= e->n || !is_earlier(&e->heap[child], &last))
			break;
		e->heap[at] = e->heap[child];
		at = child;
	}
	if (e->n > 0)
		e->heap[at] = last;
	return first;
}

// ---- data path

// Pulls what is missing of each input's share, as far as there are places: a predecessor with other
// inputs may have left its packets in them. Returns whether any may have more.
static bool
fill(struct timesortedsched *e)
{
	struct element *base = &e->sched.element;
	bool active = false;

	for (unsigned i = 0; i < base->n_inputs; i++) {
		bool on = sched_input_is_active(&e->sched, i);

		active |= on;
		while (on && e->n_of_input[i] < e->buffer && e->n < e->n_places) {
			struct packet *p = element_pull_one(base, i);

			if (p == NULL)
				break;
			heap_add(e, (struct timed){p, packet_timestamp(p), e->n_pulled++, i});
			e->n_of_input[i]++;
		}
	}
	return active;
}

static void
run_dry(struct timesortedsched *e)
{
	notifier_sleep(&e->empty);
	// An input may have woken before we went to sleep.
	if (sched_is_active(&e->sched))
		notifier_wake(&e->empty);
	else if (e->stop)
		router_adjust_run_count(e->sched.element.router, -1);
}

static inline struct packet *
timesortedsched_packet(struct timesortedsched *e, unsigned port)
{
	bool active = fill(e);
	struct timed t;

	(void)port;
	if (e->n == 0) {
		if (!active)
			run_dry(e);
		return NULL;
	}
	t = heap_take(e);
	if (t.input < e->sched.element.n_inputs)
		e->n_of_input[t.input]--;
	if (t.ns != 0 && t.ns < e->last_ns)
		e->well_ordered = false;
	if (t.ns != 0)
		e->last_ns = t.ns;
	notifier_wake(&e->empty);
	return t.p;
}

ELEMENT_PULL_EACH(timesortedsched, timesortedsched, timesortedsched_packet)

// ---- configuration

static int
timesortedsched_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct timesortedsched *e = (struct timesortedsched *)base;

	(void)args;
	notifier_init(&e->empty, NOTIFIER_CONTINUE_WAKE, true);
	e->well_ordered = true;
	if ((uint64_t)e->buffer * base->n_inputs > HELD_MAX)
		return errh_error(
			errh, "BUFFER is too large: all inputs together hold up to %d", HELD_MAX);
	e->n_places = e->buffer * base->n_inputs;
	e->heap = mem_zalloc(e->n_places * sizeof(*e->heap));
	e->n_of_input = mem_zalloc(base->n_inputs * sizeof(*e->n_of_input));
	return 0;
}

static int
timesortedsched_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	uint32_t n = ((struct timesortedsched *)base)->n_places;

	(void)errh;
	plan_add_packets(plan, 0, n, "%s holds up to %u", element_name(base), n);
	return 0;
}

static int
timesortedsched_initialize(struct element *base, struct errh *errh)
{
	struct timesortedsched *e = (struct timesortedsched *)base;

	(void)errh;
	sched_find_signals(&e->sched, &e->empty);
	return 0;
}

static void
timesortedsched_cleanup(struct element *base)
{
	struct timesortedsched *e = (struct timesortedsched *)base;

	while (e->n > 0)
		element_drop(base, END, e->heap[--e->n].p);
	free(e->heap);
	free(e->n_of_input);
	e->heap = NULL;
	e->n_of_input = NULL;
	notifier_fini(&e->empty);
	sched_cleanup(base);
}

// What does not fit stays behind and is dropped there.
static int
timesortedsched_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct timesortedsched *e = (struct timesortedsched *)base;
	struct timesortedsched *old = (struct timesortedsched *)old_base;
	uint32_t n_old = old->n;

	e->well_ordered = old->well_ordered;
	e->last_ns = old->last_ns;
	e->n_pulled = old->n_pulled;
	while (old->n > 0 && e->n < e->n_places) {
		struct timed t = heap_take(old);

		heap_add(e, t);
		if (t.input < base->n_inputs)
			e->n_of_input[t.input]++;
	}
	if (old->n > 0)
		errh_warning(errh, "some packets lost (old length %u, new capacity %u)", n_old,
			e->n_places);
	return 0;
}

static struct notifier *
timesortedsched_notifier(struct element *e, bool empty, unsigned port)
{
	(void)port;
	return empty ? &((struct timesortedsched *)e)->empty : NULL;
}

static uint32_t
timesortedsched_held(struct element *e)
{
	return ((struct timesortedsched *)e)->n;
}

static const struct arg timesortedsched_args[] = {
	ARG(timesortedsched, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "stops the driver when all inputs are empty and sleep"),
	ARG(timesortedsched, buffer, "BUFFER", ARG_KEYWORD, .def = "1", .min = 1, .max = HELD_MAX,
		.range_error = "BUFFER must be at least 1",
		.help = "packets of each input to look at before one is chosen"),
	ARGS_END,
};

static const struct handler timesortedsched_handlers[] = {
	HANDLER_FIELD_R("well_ordered", timesortedsched, well_ordered, 0,
		.help = "whether no packet has left after a later one"),
	HANDLERS_END,
};

static const char *const timesortedsched_drops[] = {[END] = "still held at the end", NULL};

static const struct element_class timesortedsched_class = {
	.name = "TimeSortedSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct timesortedsched),
	.pull = timesortedsched_pull,
	.configure = timesortedsched_configure,
	.reserve = timesortedsched_reserve,
	.initialize = timesortedsched_initialize,
	.cleanup = timesortedsched_cleanup,
	.take_state = timesortedsched_take_state,
	.notifier = timesortedsched_notifier,
	.held = timesortedsched_held,
	.args = timesortedsched_args,
	.handlers = timesortedsched_handlers,
	.drops = timesortedsched_drops,
	.group = "queue",
	.brief = "merges its inputs in the order of the packets' timestamps",
	.manual =
		"Before each choice up to BUFFER packets of each input are pulled, and the one with\n"
		"the earliest timestamp leaves; of equal ones the one that was pulled first. Inputs\n"
		"that are in order need no more than one. An input that has nothing at the moment is\n"
		"not waited for.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> t :: TimeSortedSched -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] t;",
};
ELEMENT_CLASS(timesortedsched_class)
