// SPDX-License-Identifier: BSD-3-Clause
// AggregateGroup: brings packets of one aggregate together.

#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/timer.h"

// The packets of an aggregate form a list, and so do the aggregates in the order of their first
// packet.
struct entry {
	struct packet *p; // owned
	uint32_t aggregate;
	uint32_t next_packet; // of the aggregate; NONE: the last one
	uint32_t last_packet; // of the aggregate; of its first one only
	uint32_t next_in_slot; // first packets whose aggregates share a slot; NONE
};

#define NONE UINT32_MAX

struct aggregategroup {
	struct element element;
	uint32_t timer_ms;
	uint32_t capacity;
	struct timer timer;
	struct entry *entries; // owned; n of them in use
	uint32_t n;
	uint32_t *firsts; // owned; entries that are their aggregate's first, in order
	uint32_t n_firsts;
	uint32_t *slots; // owned; by hash of the aggregate: an entry; NONE
	uint32_t n_slots;
	bool emits; // packets that come back to it meanwhile pass straight through
};

enum { END };

// ---- data path

static uint32_t *
slot_of(struct aggregategroup *e, uint32_t aggregate)
{
	return &e->slots[(aggregate * 0x9e3779b1u) & (e->n_slots - 1)];
}

static void
add_packet(struct aggregategroup *e, struct packet *p)
{
	uint32_t aggregate = packet_anno_u32(p, ANNO_AGGREGATE), at = e->n++;
	uint32_t *slot = slot_of(e, aggregate), first = *slot;

	while (first != NONE && e->entries[first].aggregate != aggregate)
		first = e->entries[first].next_in_slot;
	e->entries[at] = (struct entry){.p = p, .aggregate = aggregate, .next_packet = NONE};
	if (first != NONE) {
		e->entries[e->entries[first].last_packet].next_packet = at;
		e->entries[first].last_packet = at;
		return;
	}
	e->entries[at].last_packet = at;
	e->entries[at].next_in_slot = *slot;
	*slot = at;
	e->firsts[e->n_firsts++] = at;
}

// All go, an aggregate after the other.
static void
emit(struct aggregategroup *e)
{
	struct batch b;

	e->emits = true;
	for (uint32_t i = 0; i < e->n_firsts; i++) {
		uint32_t at = e->firsts[i];

		*slot_of(e, e->entries[at].aggregate) = NONE;
		b.n = 0;
		for (; at != NONE; at = e->entries[at].next_packet) {
			b.pkt[b.n++] = e->entries[at].p;
			if (b.n == BATCH_MAX) {
				element_push(&e->element, 0, &b);
				b.n = 0;
			}
		}
		element_push(&e->element, 0, &b);
	}
	e->n = e->n_firsts = 0;
	e->emits = false;
}

static void
aggregategroup_push(struct element *base, unsigned port, struct batch *b)
{
	struct aggregategroup *e = (struct aggregategroup *)base;
	unsigned n = b->n;

	(void)port;
	if (unlikely(e->emits)) {
		element_push(base, 0, b);
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		add_packet(e, b->pkt[i]);
		if (e->n == e->capacity)
			emit(e);
	}
	if (e->n > 0 && !timer_is_scheduled(&e->timer))
		timer_schedule_after(&e->timer, e->timer_ms * CLOCK_MS);
}

static void
aggregategroup_fire(struct timer *timer)
{
	emit((struct aggregategroup *)timer->element);
}

// ---- life

static int
aggregategroup_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_timer_carries(base, element_home(base));
	return 0;
}

static int
aggregategroup_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	uint32_t n = ((struct aggregategroup *)base)->capacity;

	(void)errh;
	plan_add_packets(plan, 0, n, "%s holds up to %u", element_name(base), n);
	return 0;
}

static int
aggregategroup_initialize(struct element *base, struct errh *errh)
{
	struct aggregategroup *e = (struct aggregategroup *)base;

	(void)errh;
	e->n_slots = rte_align32pow2(e->capacity);
	e->entries = mem_zalloc(e->capacity * sizeof(*e->entries));
	e->firsts = mem_zalloc(e->capacity * sizeof(*e->firsts));
	e->slots = mem_zalloc(e->n_slots * sizeof(*e->slots));
	for (uint32_t i = 0; i < e->n_slots; i++)
		e->slots[i] = NONE;
	timer_init(&e->timer, base, aggregategroup_fire, element_home(base));
	return 0;
}

static void
aggregategroup_cleanup(struct element *base)
{
	struct aggregategroup *e = (struct aggregategroup *)base;

	for (uint32_t i = 0; i < e->n; i++)
		element_drop(base, END, e->entries[i].p);
	timer_unschedule(&e->timer);
	free(e->entries);
	free(e->firsts);
	free(e->slots);
}

static int
aggregategroup_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregategroup *e = (struct aggregategroup *)base;
	struct aggregategroup *old = (struct aggregategroup *)old_base;
	uint32_t n = RTE_MIN(old->n, e->capacity - 1);

	(void)errh;
	for (uint32_t i = 0; i < n; i++)
		add_packet(e, old->entries[i].p);
	for (uint32_t i = n; i < old->n; i++)
		element_drop(old_base, END, old->entries[i].p);
	old->n = 0;
	if (n > 0)
		timer_schedule_after(&e->timer, e->timer_ms * CLOCK_MS);
	return 0;
}

static uint32_t
aggregategroup_held(struct element *base)
{
	return ((struct aggregategroup *)base)->n;
}

static const struct arg aggregategroup_args[] = {
	ARG(aggregategroup, timer_ms, "TIMER", ARG_OPTIONAL, .def = "1", .min = 1, .max = 60000,
		.help = "milliseconds that the first packet waits for others"),
	ARG(aggregategroup, capacity, "CAPACITY", ARG_KEYWORD, .def = "1024", .min = 2,
		.max = 1 << 20, .help = "packets that are held; with so many all go at once"),
	ARGS_END,
};

static const struct handler aggregategroup_handlers[] = {
	HANDLER_FIELD_R("length", aggregategroup, n, 0, .help = "packets held"),
	HANDLERS_END,
};

static const char *const aggregategroup_drops[] = {[END] = "still held at the end", NULL};

static const struct element_class aggregategroup_class = {
	.name = "AggregateGroup",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregategroup),
	.push = aggregategroup_push,
	.attach = aggregategroup_attach,
	.reserve = aggregategroup_reserve,
	.initialize = aggregategroup_initialize,
	.cleanup = aggregategroup_cleanup,
	.take_state = aggregategroup_take_state,
	.held = aggregategroup_held,
	.args = aggregategroup_args,
	.handlers = aggregategroup_handlers,
	.drops = aggregategroup_drops,
	.reads = "AGGREGATE",
	.group = "analysis",
	.brief = "brings packets of one aggregate together",
	.manual =
		"Holds packets until the first of them has waited for TIMER, then pushes them all,\n"
		"each aggregate's packets together and in their order, aggregates in the order of\n"
		"their first packets. If CAPACITY packets have come before that they go at once.",
	.example = "InfiniteSource(LIMIT 5) -> AggregateLength -> AggregateGroup(10) -> Discard;",
};
ELEMENT_CLASS(aggregategroup_class)
