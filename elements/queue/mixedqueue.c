// SPDX-License-Identifier: BSD-3-Clause
// MixedQueue: a queue with two inputs, first in first out and last in first out.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_spinlock.h>

#include "elements/queue/queue.h"
#include "src/plan.h"

struct mixedqueue {
	struct queue queue; // its ring is not used: packets come and go at both ends
	struct packet **v; // owned; a ring of queue.ring_capacity places
	uint32_t first; // place of the packet that leaves next
	uint32_t n; // who has the lock writes, anybody reads
	rte_spinlock_t lock; // where several lcores come
};

// ---- the store; the lock is held

static void
lock(struct mixedqueue *e)
{
	if (e->queue.crosses)
		rte_spinlock_lock(&e->lock);
}

static void
unlock(struct mixedqueue *e)
{
	if (e->queue.crosses)
		rte_spinlock_unlock(&e->lock);
}

static void
set_n(struct mixedqueue *e, uint32_t n)
{
	__atomic_store_n(&e->n, n, __ATOMIC_RELAXED);
}

static uint32_t
place(const struct mixedqueue *e, uint32_t i)
{
	uint32_t at = e->first + i;

	return at < e->queue.ring_capacity ? at : at - e->queue.ring_capacity;
}

static void
add_last(struct mixedqueue *e, struct packet *p)
{
	e->v[place(e, e->n)] = p;
	set_n(e, e->n + 1);
}

static void
add_first(struct mixedqueue *e, struct packet *p)
{
	e->first = (e->first > 0 ? e->first : e->queue.ring_capacity) - 1;
	e->v[e->first] = p;
	set_n(e, e->n + 1);
}

static struct packet *
take_first(struct mixedqueue *e)
{
	struct packet *p = e->v[e->first];

	e->first = place(e, 1);
	set_n(e, e->n - 1);
	return p;
}

static struct packet *
take_last(struct mixedqueue *e)
{
	set_n(e, e->n - 1);
	return e->v[place(e, e->n)];
}

// ---- data path

// How many of the packets are left over, at the front of pkts.
static unsigned
push_last(struct mixedqueue *e, struct packet **pkts, unsigned n)
{
	unsigned n_in = RTE_MIN(n, e->queue.ring_capacity - e->n);

	for (unsigned i = 0; i < n_in; i++)
		add_last(e, pkts[i]);
	memmove(pkts, pkts + n_in, (n - n_in) * sizeof(*pkts));
	return n - n_in;
}

// The same; a full queue gives up the packet that would leave last.
static unsigned
push_first(struct mixedqueue *e, struct packet **pkts, unsigned n)
{
	unsigned n_out = 0;

	if (e->queue.ring_capacity == 0)
		return n;
	for (unsigned i = 0; i < n; i++) {
		struct packet *p = pkts[i];

		if (e->n == e->queue.ring_capacity)
			pkts[n_out++] = take_last(e);
		add_first(e, p);
	}
	return n_out;
}

static void
mixedqueue_push(struct element *base, unsigned port, struct batch *b)
{
	struct mixedqueue *e = (struct mixedqueue *)base;
	unsigned n_over;
	uint32_t length;

	lock(e);
	n_over = port == 0 ? push_last(e, b->pkt, b->n) : push_first(e, b->pkt, b->n);
	length = e->n;
	unlock(e);
	if (length > 0)
		queue_count_push(&e->queue, length);
	if (unlikely(n_over > 0))
		queue_overflow(&e->queue, b->pkt, n_over);
}

static void
mixedqueue_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct mixedqueue *e = (struct mixedqueue *)base;
	unsigned most = RTE_MIN(max, (unsigned)BATCH_MAX);
	uint32_t length;

	(void)port;
	lock(e);
	for (b->n = 0; b->n < most && e->n > 0;)
		b->pkt[b->n++] = take_first(e);
	length = e->n;
	unlock(e);
	queue_count_pull(&e->queue, b->n, length);
}

// ---- configuration

// Lcores are paused or do not run yet. The packets that would leave first stay.
static int
resize(struct mixedqueue *e, struct errh *errh)
{
	uint32_t capacity = e->queue.capacity;
	struct packet **v = calloc((size_t)capacity + 1, sizeof(*v));

	if (v == NULL) {
		errh_error(errh, "no memory for a queue of %u packets", capacity);
		e->queue.capacity = e->queue.ring_capacity;
		return -ENOMEM;
	}
	while (e->n > capacity)
		element_drop(&e->queue.element, QUEUE_SHRUNK, take_last(e));
	for (uint32_t i = 0; i < e->n; i++)
		v[i] = e->v[place(e, i)];
	free(e->v);
	e->v = v;
	e->first = 0;
	e->queue.ring_capacity = capacity;
	return 0;
}

static int
mixedqueue_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct mixedqueue *e = (struct mixedqueue *)base;

	(void)args;
	if (base->info->initialized)
		return resize(e, errh);
	rte_spinlock_init(&e->lock);
	return queue_configure(&e->queue, true, false, 10, errh);
}

static int
mixedqueue_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	uint32_t capacity = ((struct queue *)base)->capacity;

	(void)errh;
	plan_add_packets(plan, 0, capacity, "%s holds up to %u", element_name(base), capacity);
	return 0;
}

static int
mixedqueue_initialize(struct element *base, struct errh *errh)
{
	queue_lcores_changed(base);
	return resize((struct mixedqueue *)base, errh);
}

static void
mixedqueue_cleanup(struct element *base)
{
	struct mixedqueue *e = (struct mixedqueue *)base;

	while (e->n > 0)
		element_drop(base, QUEUE_END, take_first(e));
	free(e->v);
	e->v = NULL;
	queue_cleanup(base);
}

static uint32_t
storage_length(const struct element *e)
{
	return __atomic_load_n(&((const struct mixedqueue *)e)->n, __ATOMIC_RELAXED);
}

static uint32_t
mixedqueue_held(struct element *e)
{
	return storage_length(e);
}

static uint32_t
storage_capacity(const struct element *e)
{
	return ((const struct mixedqueue *)e)->queue.capacity;
}

static const struct storage mixedqueue_storage = {
	.length = storage_length, .capacity = storage_capacity};

static const struct element_class mixedqueue_class = {
	.name = "MixedQueue",
	.ports = "2/1-2",
	.processing = "h/lh",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_CROSSING,
	.size = sizeof(struct mixedqueue),
	.lcore_size = sizeof(struct queue_lcore),
	.push = mixedqueue_push,
	.pull = mixedqueue_pull,
	.configure = mixedqueue_configure,
	.reserve = mixedqueue_reserve,
	.initialize = mixedqueue_initialize,
	.lcores_changed = queue_lcores_changed,
	.cleanup = mixedqueue_cleanup,
	.take_state = queue_take_state,
	.notifier = queue_notifier,
	.held = mixedqueue_held,
	.storage = &mixedqueue_storage,
	.args = queue_args,
	.handlers = queue_handlers,
	.drops = queue_drops,
	.group = "queue",
	.brief = "a queue with a first-in-first-out and a last-in-first-out input",
	.manual =
		"Packets pushed into input 0 leave after all that are there, those pushed into input 1\n"
		"before them. When it is full a packet for input 0 goes to output 1, if there is one,\n"
		"else it is dropped; for one that comes into input 1 the packet that would leave last\n"
		"makes room. Both are counted. Pullers sleep while it is empty, and any lcores may\n"
		"push and pull.",
	.example = "InfiniteSource(LIMIT 5) -> q :: MixedQueue(10) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> [1] q;",
};
ELEMENT_CLASS(mixedqueue_class)
