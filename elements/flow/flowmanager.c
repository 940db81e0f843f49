// SPDX-License-Identifier: BSD-3-Clause
// FlowIPManager: finds out the flow of each packet.

#include "elements/flow/flowmanager.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elements/balance/balancer.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/flow.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct slot_owner {
	struct element *element; // borrowed
	flow_release_fn *release;
	uint32_t offset, size;
};

struct flowipmanager {
	struct element element;
	uint32_t capacity; // flows of an lcore
	uint32_t reserve;
	int32_t timeout_s; // 0 and less: never
	uint32_t interval_s; // between two sweeps
	bool cache, verbose;
	uint32_t block_size;
	struct slot_owner *owners; // owned
	size_t n_owners, owners_cap;
	_Atomic bool told; // of too many flows
};

enum { NOT_IP, TOO_MANY_FLOWS };

enum {
	CAPACITY_MAX = 1 << 24,
	SLOT_ALIGN = 8,
	LOOKS_MAX = 32, // flows that are looked at for one that can go
	SWEEP_MAX = 16384, // flows that are looked at at once; then other work has its turn
};

static uint32_t
clock_s(void)
{
	return (uint32_t)(clock_steady() / CLOCK_S);
}

static uint8_t *
block_at(const struct flowipmanager *e, const struct flow_manager_lcore *l, uint32_t place)
{
	return l->blocks + (size_t)place * e->block_size;
}

// ---- flows end

static void
end_flow(struct flowipmanager *e, struct flow_manager_lcore *l, uint32_t place)
{
	uint8_t *block = block_at(e, l, place);

	for (size_t i = 0; i < e->n_owners; i++) {
		if (e->owners[i].release != NULL)
			e->owners[i].release(e->owners[i].element, block + e->owners[i].offset);
	}
	memset(block, 0, e->block_size);
	key_table_remove(&l->table, place);
}

static bool
is_idle(const struct flowipmanager *e, const struct flow_manager_lcore *l, uint32_t place,
	uint32_t now_s)
{
	return key_table_has(&l->table, place) &&
	       now_s - l->seen_s[place] >= (uint32_t)e->timeout_s;
}

// Looks at n places. true: that was the last one.
static bool
sweep(struct flowipmanager *e, struct flow_manager_lcore *l, uint32_t n, uint32_t now_s)
{
	while (n-- > 0 && l->hand < l->table.n_used) {
		if (is_idle(e, l, l->hand, now_s))
			end_flow(e, l, l->hand);
		l->hand++;
	}
	if (l->hand < l->table.n_used)
		return false;
	l->hand = 0;
	return true;
}

static void
sweep_later(struct timer *timer)
{
	struct flowipmanager *e = (struct flowipmanager *)timer->element;
	struct flow_manager_lcore *l = element_lcore(timer->element);
	bool all = sweep(e, l, SWEEP_MAX, clock_s());

	if (l->table.n > 0)
		timer_schedule_after(timer, all ? e->interval_s * CLOCK_S : CLOCK_MS);
}

// ---- data path

static __attribute__((noinline, cold)) void
tell_full(struct flowipmanager *e)
{
	if (e->verbose && !atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter(ELEMENT_FMT ": Cannot add key: there are %u flows already", ELEMENT_ARG(e),
			e->capacity);
}

static __attribute__((noinline)) uint32_t
begin_flow(struct flowipmanager *e, struct flow_manager_lcore *l, const struct flow_pins_key *key,
	uint32_t now_s)
{
	uint32_t place;

	for (unsigned i = 0; l->table.n == e->capacity && e->timeout_s > 0 && i < LOOKS_MAX; i++)
		sweep(e, l, 1, now_s);
	place = key_table_add(&l->table, key);
	if (unlikely(place == KEY_TABLE_NONE))
		tell_full(e);
	else if (e->timeout_s > 0 && !timer_is_scheduled(&l->timer))
		timer_schedule_after(&l->timer, e->interval_s * CLOCK_S);
	return place;
}

// The elements behind may push packets to this one again, so visits nest.
static void
enter(const struct flowipmanager *e, struct flow_manager_lcore *l, uint32_t place,
	struct flow_visit *outer)
{
	*outer = (struct flow_visit){
		.current = l->current, .place = l->current_place, .closing = l->closing};
	l->current = block_at(e, l, place);
	l->current_place = place;
	l->closing = false;
}

static void
leave(struct flowipmanager *e, struct flow_manager_lcore *l, const struct flow_visit *outer)
{
	uint32_t place = l->current_place;
	bool closing = l->closing;

	l->current = outer->current;
	l->current_place = outer->place;
	l->closing = outer->closing;
	if (unlikely(closing) && key_table_has(&l->table, place))
		end_flow(e, l, place);
}

void
flow_enter(const struct flow_slot *slot, void *here, struct flow_visit *outer)
{
	const struct flowipmanager *e = (const struct flowipmanager *)slot->manager;
	struct flow_manager_lcore *l = element_lcore(slot->manager);
	size_t at = (size_t)((uint8_t *)here - slot->offset - l->blocks);

	enter(e, l, (uint32_t)(at / e->block_size), outer);
}

void
flow_leave(const struct flow_slot *slot, const struct flow_visit *outer)
{
	leave((struct flowipmanager *)slot->manager, element_lcore(slot->manager), outer);
}

static void
push_run(struct flowipmanager *e, struct flow_manager_lcore *l, uint32_t place, struct batch *run)
{
	struct flow_visit outer;

	enter(e, l, place, &outer);
	element_push(&e->element, 0, run);
	leave(e, l, &outer);
	run->n = 0;
}

// The packets with an IP header, and their keys. Others are dropped.
static void
read_keys(struct element *base, struct batch *b, struct flow_pins_key *keys)
{
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		struct balancer_packet bp;

		if (unlikely(!balancer_read(&bp, &p))) {
			element_drop(base, NOT_IP, p);
			continue;
		}
		keys[n] = flow_pins_key(&bp);
		b->pkt[n++] = p;
	}
	b->n = (uint16_t)n;
}

static void
fetch_flows(const struct flowipmanager *e, const struct flow_manager_lcore *l,
	const struct flow_pins_key *keys, uint32_t *hashes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		hashes[i] = key_table_hash(&l->table, &keys[i]);
		key_table_prefetch_slot(&l->table, hashes[i]);
	}
	for (unsigned i = 0; i < n; i++) {
		uint32_t place = key_table_prefetch_key(&l->table, hashes[i]);

		if (place == KEY_TABLE_NONE)
			continue;
		rte_prefetch0(&l->seen_s[place]);
		rte_prefetch0(block_at(e, l, place));
	}
}

static void
flowipmanager_push(struct element *base, unsigned port, struct batch *b)
{
	struct flowipmanager *e = (struct flowipmanager *)base;
	struct flow_manager_lcore *l = element_lcore(base);
	struct flow_pins_key keys[BATCH_MAX];
	uint32_t hashes[BATCH_MAX], now_s = clock_s(), place = KEY_TABLE_NONE;
	bool cache = e->cache;
	struct batch run;

	(void)port;
	batch_prefetch_data(b);
	read_keys(base, b, keys);
	fetch_flows(e, l, keys, hashes, b->n);
	run.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		uint32_t flow = place;

		if (!cache || place == KEY_TABLE_NONE ||
			memcmp(&keys[i], &keys[i - 1], sizeof(keys[i])) != 0)
			flow = key_table_find_hashed(&l->table, &keys[i], hashes[i]);
		if (run.n > 0 && flow != place) {
			push_run(e, l, place, &run);
			// What ran may have ended flows, or begun this one.
			flow = key_table_find_hashed(&l->table, &keys[i], hashes[i]);
		}
		if (unlikely(flow == KEY_TABLE_NONE))
			flow = begin_flow(e, l, &keys[i], now_s);
		place = flow;
		if (unlikely(flow == KEY_TABLE_NONE)) {
			element_drop(base, TOO_MANY_FLOWS, b->pkt[i]);
			continue;
		}
		l->seen_s[flow] = now_s;
		run.pkt[run.n++] = b->pkt[i];
	}
	if (run.n > 0)
		push_run(e, l, place, &run);
}

// ---- slots

static bool
is_manager(const struct element *e)
{
	return e->class->push == flowipmanager_push;
}

struct search {
	struct flow_walk walk;
	struct element *found;
	unsigned n_found;
};

static bool
visit(struct flow_walk *walk, struct element *e, unsigned port)
{
	struct search *s = walk->arg;

	(void)port;
	if (is_manager(e)) {
		if (s->found != e)
			s->n_found++;
		s->found = e;
		return false;
	}
	return e->class->storage == NULL && e->class->lcores != LCORES_CROSSING &&
	       e->class->lcores != LCORES_HANDOVER;
}

int
flow_slot_attach(struct flow_slot *slot, struct element *e, uint32_t size, flow_release_fn *release,
	struct errh *errh)
{
	struct search s = {.walk = {.visit = visit, .arg = &s}};
	struct flowipmanager *m;

	for (unsigned i = 0; i < e->n_inputs; i++)
		flow_upstream(&s.walk, e, i);
	if (s.n_found == 0)
		return errh_error(
			errh, "needs a FlowIPManager in front of it, without a Queue in between");
	if (s.n_found > 1)
		return errh_error(errh, "more than one FlowIPManager in front of it");
	m = (struct flowipmanager *)s.found;
	*slot = (struct flow_slot){.manager = s.found, .offset = m->block_size};
	m->owners = mem_grow(m->owners, m->n_owners, &m->owners_cap, sizeof(*m->owners));
	m->owners[m->n_owners++] = (struct slot_owner){
		.element = e, .release = release, .offset = m->block_size, .size = size};
	m->block_size += RTE_ALIGN_CEIL(size, (uint32_t)SLOT_ALIGN);
	return 0;
}

// The flows fit if all slots are where they were.
static bool
flows_move(const struct flowipmanager *e, const struct flowipmanager *old)
{
	if (e->element.class != old->element.class || e->capacity != old->capacity ||
		e->block_size != old->block_size || e->n_owners != old->n_owners ||
		strcmp(element_name(&e->element), element_name(&old->element)) != 0)
		return false;
	for (size_t i = 0; i < e->n_owners; i++) {
		const struct slot_owner *a = &e->owners[i], *b = &old->owners[i];

		if (a->offset != b->offset || a->size != b->size ||
			a->element->class != b->element->class ||
			strcmp(element_name(a->element), element_name(b->element)) != 0)
			return false;
	}
	return true;
}

bool
flow_slot_moves(const struct flow_slot *slot, const struct flow_slot *old)
{
	return flows_move((const struct flowipmanager *)slot->manager,
		(const struct flowipmanager *)old->manager);
}

static struct flow_manager_lcore *
lcore_state(const struct element *e, unsigned lcore)
{
	return (struct flow_manager_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

void
flow_slot_each(
	const struct flow_slot *slot, void (*fn)(void *slot, unsigned lcore, void *arg), void *arg)
{
	const struct flowipmanager *e = (const struct flowipmanager *)slot->manager;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct flow_manager_lcore *l = lcore_state(slot->manager, i);

		for (uint32_t place = 0; place < l->table.n_used; place++) {
			if (key_table_has(&l->table, place))
				fn(block_at(e, l, place) + slot->offset, i, arg);
		}
	}
}

// ---- life

static int
flowipmanager_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct flowipmanager *e = (struct flowipmanager *)base;

	(void)args;
	(void)errh;
	e->capacity = rte_align32pow2(e->capacity);
	e->block_size = RTE_ALIGN_CEIL(e->reserve, (uint32_t)SLOT_ALIGN);
	return 0;
}

static int
flowipmanager_initialize(struct element *base, struct errh *errh)
{
	struct flowipmanager *e = (struct flowipmanager *)base;

	(void)errh;
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct flow_manager_lcore *l = lcore_state(base, i);

		key_table_init(&l->table, FLOW_PINS_KEY, e->capacity);
		// Not touched until there are so many flows.
		l->blocks = mem_zalloc((size_t)e->capacity * e->block_size);
		l->seen_s = mem_zalloc((size_t)e->capacity * sizeof(*l->seen_s));
		timer_init(&l->timer, base, sweep_later, lcores_at(i));
		l->timer.fixed = true;
	}
	return 0;
}

static void
flowipmanager_cleanup(struct element *base)
{
	struct flowipmanager *e = (struct flowipmanager *)base;

	for (unsigned i = 0; base->lcore_data != NULL && i < lcores_n(); i++) {
		struct flow_manager_lcore *l = lcore_state(base, i);

		timer_unschedule(&l->timer);
		key_table_fini(&l->table);
		free(l->blocks);
		free(l->seen_s);
	}
	free(e->owners);
}

static int
flowipmanager_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct flowipmanager *e = (struct flowipmanager *)base;

	(void)errh;
	if (!flows_move(e, (struct flowipmanager *)old))
		return 0;
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct flow_manager_lcore *to = lcore_state(base, i), *from = lcore_state(old, i);
		struct flow_manager_lcore mine = *to;

		to->table = from->table;
		to->blocks = from->blocks;
		to->seen_s = from->seen_s;
		from->table = mine.table;
		from->blocks = mine.blocks;
		from->seen_s = mine.seen_s;
		if (to->table.n > 0 && e->timeout_s > 0)
			timer_schedule_after(&to->timer, e->interval_s * CLOCK_S);
	}
	return 0;
}

// ---- tables

enum { COUNT, CAPACITY, TOTAL_CAPACITY };

static int
read_value(const struct handler_read *call)
{
	const struct flowipmanager *e = (struct flowipmanager *)call->element;
	uint64_t n = 0;

	for (unsigned i = 0; call->row->number == COUNT && i < lcores_n(); i++)
		n += lcore_state(call->element, i)->table.n;
	if (call->row->number != COUNT)
		n = e->capacity;
	if (call->row->number == TOTAL_CAPACITY)
		n *= lcores_n_threads();
	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

static const struct arg flowipmanager_args[] = {
	ARG(flowipmanager, capacity, "CAPACITY", ARG_OPTIONAL, .def = "65536", .min = 1,
		.max = CAPACITY_MAX, .help = "flows of each lcore, rounded up to a power of two"),
	ARG(flowipmanager, reserve, "RESERVE", ARG_OPTIONAL, .def = "0", .min = 0, .max = 4096,
		.help = "bytes of each flow beside those that the elements behind ask for"),
	ARG(flowipmanager, timeout_s, "TIMEOUT", ARG_KEYWORD, .def = "60",
		.help = "seconds without a packet after which a flow ends; 0 and less: never"),
	ARG(flowipmanager, interval_s, "RECYCLE_INTERVAL", ARG_KEYWORD, .def = "1", .min = 1,
		.max = 3600, .help = "seconds between two searches for such flows"),
	ARG(flowipmanager, cache, "CACHE", ARG_KEYWORD, .def = "true",
		.help = "whether a packet is compared with the one in front of it first"),
	ARG(flowipmanager, verbose, "VERBOSE", ARG_KEYWORD, .def = "true",
		.help = "tells when there are too many flows for the first time"),
	ARGS_END,
};

static const struct handler flowipmanager_handlers[] = {
	{.name = "count", .read = read_value, .number = COUNT, .help = "flows"},
	{.name = "count_fids", .read = read_value, .number = COUNT, .help = "same as count"},
	{.name = "capacity",
		.read = read_value,
		.number = CAPACITY,
		.help = "flows that each lcore can have"},
	{.name = "total_capacity",
		.read = read_value,
		.number = TOTAL_CAPACITY,
		.help = "flows that all lcores can have together"},
	HANDLERS_END,
};

static const char *const flowipmanager_drops[] = {
	[NOT_IP] = "no IP header", [TOO_MANY_FLOWS] = "too many flows", NULL};

static const struct element_class flowipmanager_class = {
	.name = "FlowIPManager",
	.aliases = "FlowIPManagerMP FlowIPManagerIMP FlowIPManagerHMP FlowIPManagerBucket "
		   "FlowIPManager_CuckooPP FlowIPManager_CuckooPPIMP FlowIPManager_DPDK",
	.ports = "1/1",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowipmanager),
	.lcore_size = sizeof(struct flow_manager_lcore),
	.push = flowipmanager_push,
	.configure = flowipmanager_configure,
	.initialize = flowipmanager_initialize,
	.cleanup = flowipmanager_cleanup,
	.take_state = flowipmanager_take_state,
	.args = flowipmanager_args,
	.handlers = flowipmanager_handlers,
	.drops = flowipmanager_drops,
	.group = "flow",
	.brief = "finds out the flow of each packet, for the elements behind it",
	.manual =
		"A flow has the addresses, protocol, and TCP or UDP ports of IPv4 packets in one\n"
		"direction; fragments go by their addresses. Packets of a flow that follow each other\n"
		"leave as one batch, and flow elements behind, such as FlowCounter, keep what they\n"
		"know about the flow in its memory. They must be reached without a Queue in between.\n"
		"\n"
		"Each lcore has a table of its own, which needs no locks as long as the packets of a\n"
		"flow always come to the same lcore, as receive-side scaling has it. With CAPACITY\n"
		"flows, packets of further ones are dropped. FastClick's managers, which differ in\n"
		"their tables, are names of this one. Needs header places: put a CheckIPHeader in\n"
		"front.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager(1000000, TIMEOUT 30)"
		   " -> FlowCounter -> Discard;",
};
ELEMENT_CLASS(flowipmanager_class)
