// SPDX-License-Identifier: BSD-3-Clause
// CPUQueue: a queue for each lcore that pushes, all of which are pulled from in turn.

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <rte_ring.h>

#include "mbuf-bridge/packet_ring.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/storage.h"
#include "src/strbuf.h"

struct cpuqueue {
	struct element element;
	uint32_t capacity; // packets of each lcore
	struct rte_ring **rings; // owned; by lcore, NULL where nobody pushes
	unsigned n_rings;
	_Atomic unsigned last; // lcore whose ring gave the last packet
};

enum { FULL, END };

// ---- data path

static void
cpuqueue_push(struct element *base, unsigned port, struct batch *b)
{
	struct rte_ring *ring = ((struct cpuqueue *)base)->rings[lcore_index];
	unsigned n = 0;

	(void)port;
	if (likely(ring != NULL))
		n = rte_ring_enqueue_burst(ring, (void **)b->pkt, b->n, NULL);
	for (; n < b->n; n++)
		element_drop(base, FULL, b->pkt[n]);
}

// Several lcores that pull at once may disturb the turn, nothing else.
static inline struct packet *
cpuqueue_packet(struct cpuqueue *e, unsigned port)
{
	unsigned i = atomic_load_explicit(&e->last, memory_order_relaxed);
	struct packet *p;

	(void)port;
	for (unsigned n = e->n_rings; n > 0; n--) {
		if (++i >= e->n_rings)
			i = 0;
		if (e->rings[i] != NULL && rte_ring_dequeue(e->rings[i], (void **)&p) == 0) {
			atomic_store_explicit(&e->last, i, memory_order_relaxed);
			return p;
		}
	}
	return NULL;
}

ELEMENT_PULL_EACH(cpuqueue, cpuqueue, cpuqueue_packet)

// ---- configuration

// Control pushes only while the others are held, or when it does all the work.
static bool
pushes(const struct cpuqueue *e, unsigned lcore)
{
	return lcore == lcores_control()->index ||
	       (lcore < 64 && e->element.info->push_lcores >> lcore & 1);
}

static unsigned
n_pushers(const struct cpuqueue *e)
{
	unsigned n = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		n += pushes(e, i);
	return n;
}

static int
cpuqueue_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	const struct cpuqueue *e = (struct cpuqueue *)base;
	unsigned n = n_pushers(e);

	(void)errh;
	plan_add_packets(plan, 0, (uint64_t)n * e->capacity, "%s holds up to %u x %u",
		element_name(base), n, e->capacity);
	plan_add_heap(plan, n * packet_ring_bytes(e->capacity));
	return 0;
}

// Rings for those that push now; those that are there stay.
static int
make_rings(struct cpuqueue *e)
{
	bool one_puller = __builtin_popcountll(e->element.info->pull_lcores) <= 1;

	for (unsigned i = 0; i < e->n_rings; i++) {
		if (e->rings[i] == NULL && e->capacity > 0 && pushes(e, i)) {
			e->rings[i] = packet_ring_create(e->capacity, RING_F_SP_ENQ);
			if (e->rings[i] == NULL)
				return -ENOMEM;
		}
		if (e->rings[i] != NULL)
			e->rings[i]->cons.sync_type =
				one_puller ? RTE_RING_SYNC_ST : RTE_RING_SYNC_MT;
	}
	return 0;
}

static int
cpuqueue_initialize(struct element *base, struct errh *errh)
{
	struct cpuqueue *e = (struct cpuqueue *)base;

	e->n_rings = lcores_n();
	e->rings = mem_zalloc(e->n_rings * sizeof(struct rte_ring *));
	if (make_rings(e) != 0)
		return errh_error(errh, "no memory for a queue of %u packets", e->capacity);
	return 0;
}

// An lcore that finds no ring drops what it pushes.
static void
cpuqueue_lcores_changed(struct element *e)
{
	make_rings((struct cpuqueue *)e);
}

static void
cpuqueue_cleanup(struct element *base)
{
	struct cpuqueue *e = (struct cpuqueue *)base;
	struct packet *p;

	for (unsigned i = 0; i < e->n_rings; i++) {
		while (e->rings[i] != NULL && rte_ring_dequeue(e->rings[i], (void **)&p) == 0)
			element_drop(base, END, p);
		packet_ring_destroy(e->rings[i]);
	}
	free(e->rings);
	e->rings = NULL;
	e->n_rings = 0;
}

static uint32_t
storage_length(const struct element *base)
{
	const struct cpuqueue *e = (const struct cpuqueue *)base;
	uint32_t n = 0;

	for (unsigned i = 0; i < e->n_rings; i++)
		n += e->rings[i] != NULL ? rte_ring_count(e->rings[i]) : 0;
	return n;
}

// Without control's ring, unless control does the work.
static uint32_t
storage_capacity(const struct element *base)
{
	const struct cpuqueue *e = (const struct cpuqueue *)base;
	uint64_t n = (uint64_t)__builtin_popcountll(base->info->push_lcores);

	return (uint32_t)RTE_MIN(RTE_MAX(n, UINT64_C(1)) * e->capacity, (uint64_t)UINT32_MAX);
}

static const struct storage cpuqueue_storage = {
	.length = storage_length, .capacity = storage_capacity};

static uint32_t
cpuqueue_held(struct element *base)
{
	return storage_length(base);
}

// The ring of an lcore, or if it has none any more, control's.
static struct rte_ring *
ring_for(const struct cpuqueue *e, unsigned i)
{
	return e->rings[i] != NULL ? e->rings[i] : e->rings[lcores_control()->index];
}

static int
cpuqueue_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct cpuqueue *e = (struct cpuqueue *)base, *old = (struct cpuqueue *)old_base;
	uint32_t n_old = cpuqueue_held(old_base);
	struct packet *p;

	for (unsigned i = 0; i < old->n_rings; i++) {
		struct rte_ring *from = old->rings[i], *to = ring_for(e, i);

		while (from != NULL && to != NULL && !rte_ring_full(to) &&
			rte_ring_dequeue(from, (void **)&p) == 0)
			rte_ring_enqueue(to, p);
	}
	if (cpuqueue_held(old_base) > 0)
		errh_warning(errh, "some packets lost (old length %u, new capacity %u)", n_old,
			e->capacity);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, element_drops(call->element, FULL));
	return 0;
}

static const struct arg cpuqueue_args[] = {
	ARG(cpuqueue, capacity, "CAPACITY", ARG_OPTIONAL, .def = "128", .min = 0, .max = 1 << 26,
		.help = "packets that it can hold of each lcore; 0 drops all"),
	ARGS_END,
};

static const struct handler cpuqueue_handlers[] = {
	HANDLER_FIELD_R("capacity", cpuqueue, capacity, HANDLER_LIVE,
		.help = "packets that it can hold of each lcore"),
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that found their lcore's queue full"},
	HANDLERS_END,
};

static const char *const cpuqueue_drops[] = {
	[FULL] = "queue full",
	[END] = "still queued at the end",
	NULL,
};

static const struct element_class cpuqueue_class = {
	.name = "CPUQueue",
	.ports = "1/1-",
	.processing = "h/l",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_CROSSING,
	.size = sizeof(struct cpuqueue),
	.push = cpuqueue_push,
	.pull = cpuqueue_pull,
	.reserve = cpuqueue_reserve,
	.initialize = cpuqueue_initialize,
	.lcores_changed = cpuqueue_lcores_changed,
	.cleanup = cpuqueue_cleanup,
	.take_state = cpuqueue_take_state,
	.held = cpuqueue_held,
	.storage = &cpuqueue_storage,
	.args = cpuqueue_args,
	.handlers = cpuqueue_handlers,
	.drops = cpuqueue_drops,
	.group = "queue",
	.brief = "a queue for each lcore that pushes, pulled from in turn",
	.manual =
		"Lcores that push do not meet each other. Any output pulls from all of the queues, a\n"
		"packet from each in turn. Packets that find their queue full are dropped. It has no\n"
		"notifier: who pulls looks again and again while it is empty, as in Click.",
	.example = "InfiniteSource(LIMIT 5) -> CPUQueue(10) -> Discard;",
};
ELEMENT_CLASS(cpuqueue_class)
