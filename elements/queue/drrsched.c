// SPDX-License-Identifier: BSD-3-Clause
// DRRSched: shares bytes fairly among its inputs by deficit round robin (Shreedhar and Varghese,
// SIGCOMM 1995).

#include <stdlib.h>

#include "elements/queue/sched.h"
#include "src/mem.h"
#include "src/plan.h"

struct drr_input {
	struct packet *head; // owned; pulled, but longer than the deficit. NULL: none
	int64_t deficit; // bytes that it may send
};

struct drrsched {
	struct sched sched;
	int32_t quantum; // bytes that an input gets in each round
	struct drr_input *inputs; // owned
	unsigned next; // input whose turn it is
	struct notifier empty; // active while anything is held or a signal is on
};

enum { END, NO_INPUT };

// ---- data path

// The packet whose turn it is at an input; it stays the input's. *busy: there may be more to come.
static struct packet *
head_of(struct drrsched *e, unsigned i, bool *busy)
{
	struct drr_input *in = &e->inputs[i];

	if (in->head == NULL && !sched_input_is_active(&e->sched, i))
		return NULL;
	*busy = true;
	if (in->head == NULL)
		in->head = element_pull_one(&e->sched.element, i);
	return in->head;
}

static void
sleep_unless_active(struct drrsched *e)
{
	notifier_sleep(&e->empty);
	// An input may have woken before we went to sleep.
	if (sched_is_active(&e->sched))
		notifier_wake(&e->empty);
}

// An input keeps the turn while its deficit lasts.
static inline struct packet *
drrsched_packet(struct drrsched *e, unsigned port)
{
	unsigned n = e->sched.element.n_inputs;
	bool busy = false;

	(void)port;
	for (unsigned i = 0; i < n; i++) {
		struct packet *p = head_of(e, e->next, &busy);
		struct drr_input *in = &e->inputs[e->next];

		if (p == NULL) {
			in->deficit = 0;
		} else if (packet_length(p) <= in->deficit) {
			in->deficit -= packet_length(p);
			in->head = NULL;
			notifier_wake(&e->empty);
			return p;
		}
		if (++e->next == n)
			e->next = 0;
		e->inputs[e->next].deficit += e->quantum;
	}
	if (!busy)
		sleep_unless_active(e);
	return NULL;
}

ELEMENT_PULL_EACH(drrsched, drrsched, drrsched_packet)

// ---- configuration

static int
drrsched_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct drrsched *e = (struct drrsched *)base;

	(void)args;
	(void)errh;
	notifier_init(&e->empty, NOTIFIER_CONTINUE_WAKE, true);
	e->inputs = mem_zalloc(base->n_inputs * sizeof(*e->inputs));
	return 0;
}

static int
drrsched_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, e->n_inputs, "%s holds up to %u", element_name(e), e->n_inputs);
	return 0;
}

static int
drrsched_initialize(struct element *base, struct errh *errh)
{
	struct drrsched *e = (struct drrsched *)base;

	(void)errh;
	sched_find_signals(&e->sched, &e->empty);
	return 0;
}

static void
drrsched_cleanup(struct element *base)
{
	struct drrsched *e = (struct drrsched *)base;

	for (unsigned i = 0; e->inputs != NULL && i < base->n_inputs; i++) {
		if (e->inputs[i].head != NULL)
			element_drop(base, END, e->inputs[i].head);
	}
	free(e->inputs);
	e->inputs = NULL;
	notifier_fini(&e->empty);
	sched_cleanup(base);
}

static int
drrsched_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct drrsched *e = (struct drrsched *)base, *old = (struct drrsched *)old_base;

	(void)errh;
	for (unsigned i = 0; i < old_base->n_inputs; i++) {
		if (i < base->n_inputs)
			e->inputs[i] = old->inputs[i];
		else if (old->inputs[i].head != NULL)
			element_drop(base, NO_INPUT, old->inputs[i].head);
		old->inputs[i].head = NULL;
	}
	e->next = old->next < base->n_inputs ? old->next : 0;
	return 0;
}

static struct notifier *
drrsched_notifier(struct element *e, bool empty, unsigned port)
{
	(void)port;
	return empty ? &((struct drrsched *)e)->empty : NULL;
}

static uint32_t
drrsched_held(struct element *base)
{
	const struct drrsched *e = (struct drrsched *)base;
	uint32_t n = 0;

	for (unsigned i = 0; i < base->n_inputs; i++)
		n += e->inputs[i].head != NULL;
	return n;
}

static const struct arg drrsched_args[] = {
	ARG(drrsched, quantum, "QUANTUM", ARG_OPTIONAL, .def = "500", .min = 1, .max = INT32_MAX,
		.range_error = "bad QUANTUM", .help = "bytes that an input may send in each round"),
	ARGS_END,
};

static const char *const drrsched_drops[] = {
	[END] = "still held at the end",
	[NO_INPUT] = "held for an input that is gone",
	NULL,
};

static const struct element_class drrsched_class = {
	.name = "DRRSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct drrsched),
	.pull = drrsched_pull,
	.configure = drrsched_configure,
	.reserve = drrsched_reserve,
	.initialize = drrsched_initialize,
	.cleanup = drrsched_cleanup,
	.take_state = drrsched_take_state,
	.notifier = drrsched_notifier,
	.held = drrsched_held,
	.args = drrsched_args,
	.drops = drrsched_drops,
	.group = "queue",
	.brief = "shares bytes fairly among its inputs",
	.manual =
		"Deficit round robin: in each round an input may send QUANTUM bytes more; what it\n"
		"could not use for a packet that is too long is kept for the next round, as long as\n"
		"it has packets. One packet of each input may be held. A pull looks at each input\n"
		"once, and so it may find nothing although packets are held, if they are longer than\n"
		"QUANTUM.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> d :: DRRSched(1500) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] d;",
};
ELEMENT_CLASS(drrsched_class)
