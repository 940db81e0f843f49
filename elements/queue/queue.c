// SPDX-License-Identifier: BSD-3-Clause
// The ring that all queues share.

#include "elements/queue/queue.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "mbuf-bridge/packet_ring.h"
#include "src/chatter.h"
#include "src/counter.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/strbuf.h"

// ---- data path

static uint32_t
ring_length(const struct queue *q)
{
	return q->ring != NULL ? rte_ring_count(q->ring) : 0;
}

void
queue_overflow(struct queue *q, struct packet **pkts, unsigned n)
{
	struct queue_lcore *l = element_lcore(&q->element);
	struct batch b;

	if (q->capacity > 0 && !atomic_load_explicit(&q->overflow_told, memory_order_relaxed) &&
		!atomic_exchange(&q->overflow_told, true))
		chatter(ELEMENT_FMT ": overflow", ELEMENT_ARG(q));
	l->n_overflows += n;
	b.n = (uint16_t)n;
	memcpy(b.pkt, pkts, n * sizeof(*pkts));
	if (q->element.n_outputs > 1)
		element_push(&q->element, 1, &b);
	else
		element_drop_batch(&q->element, QUEUE_OVERFLOW, &b);
}

// Between what this side did to the ring and its look at the other side's notifier. The other side
// changes the notifier and then looks at the ring: one of the two must see the other.
static void
fence(const struct queue *q)
{
	if (q->crosses)
		atomic_thread_fence(memory_order_seq_cst);
}

void
queue_count_push(struct queue *q, uint32_t length)
{
	struct queue_lcore *l = element_lcore(&q->element);

	if (length > l->highwater)
		l->highwater = length;
	if (q->has_empty) {
		fence(q);
		notifier_wake(&q->empty);
	}
	if (q->has_full && length >= q->capacity) {
		notifier_sleep(&q->full);
		// The puller may have made room before we went to sleep.
		if (queue_length(q) < q->capacity)
			notifier_wake(&q->full);
	}
}

void
queue_push(struct element *e, unsigned port, struct batch *b)
{
	struct queue *q = (struct queue *)e;
	unsigned n = 0, room = 0;

	(void)port;
	if (likely(q->ring != NULL))
		n = rte_ring_enqueue_burst(q->ring, (void **)b->pkt, b->n, &room);
	if (n > 0)
		queue_count_push(q, q->ring_capacity - room);
	if (unlikely(n < b->n))
		queue_overflow(q, b->pkt + n, b->n - n);
}

static void
go_to_sleep(struct queue *q)
{
	notifier_sleep(&q->empty);
	// A pusher may have stored a packet before we went to sleep.
	if (queue_length(q) > 0)
		notifier_wake(&q->empty);
}

static void
pull_failed(struct queue *q)
{
	uint32_t n = atomic_load_explicit(&q->n_failed_pulls, memory_order_relaxed) + 1;

	atomic_store_explicit(&q->n_failed_pulls, n, memory_order_relaxed);
	if (n >= q->sleepiness)
		go_to_sleep(q);
}

void
queue_count_pull(struct queue *q, unsigned n, uint32_t length)
{
	if (n == 0) {
		if (q->has_empty)
			pull_failed(q);
		return;
	}
	if (atomic_load_explicit(&q->n_failed_pulls, memory_order_relaxed) != 0)
		atomic_store_explicit(&q->n_failed_pulls, 0, memory_order_relaxed);
	if (q->has_full) {
		fence(q);
		notifier_wake(&q->full);
	}
	if (unlikely(length == 0) && q->has_empty && q->sleepiness == 0)
		go_to_sleep(q);
}

void
queue_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct queue *q = (struct queue *)e;
	unsigned left = 0;

	(void)port;
	b->n = 0;
	if (likely(q->ring != NULL))
		b->n = (uint16_t)rte_ring_dequeue_burst(
			q->ring, (void **)b->pkt, RTE_MIN(max, (unsigned)BATCH_MAX), &left);
	queue_count_pull(q, b->n, left);
}

// ---- the ring

// Handlers and hot swap use the ring too, but only while lcores are paused.
static unsigned
ring_mode(const struct queue *q)
{
	const struct element_info *info = q->element.info;
	uint64_t takers = info->pull_lcores | (q->drops_front ? info->push_lcores : 0);
	unsigned flags = 0;

	if (__builtin_popcountll(info->push_lcores) <= 1)
		flags |= RING_F_SP_ENQ;
	if (__builtin_popcountll(takers) <= 1)
		flags |= RING_F_SC_DEQ;
	return flags;
}

static void
drop_all(struct queue *q, unsigned reason)
{
	struct packet *p;

	while (q->ring != NULL && rte_ring_dequeue(q->ring, (void **)&p) == 0)
		element_drop(&q->element, reason, p);
}

// Drops the first packets until no more than so many are left.
static void
drop_front(struct queue *q, uint32_t capacity)
{
	struct packet *p;

	while (q->ring != NULL && ring_length(q) > capacity &&
		rte_ring_dequeue(q->ring, (void **)&p) == 0)
		element_drop(&q->element, QUEUE_SHRUNK, p);
}

// Puts a ring of the new capacity in place; the oldest packets that fit move along (the newest, if
// the queue drops at its front). Lcores are paused or do not run yet.
static int
resize(struct queue *q, struct errh *errh)
{
	struct rte_ring *ring;
	struct packet *p;

	ring = q->capacity > 0 ? packet_ring_create(q->capacity, ring_mode(q)) : NULL;
	if (ring == NULL && q->capacity > 0) {
		errh_error(errh, "no memory for a queue of %u packets", q->capacity);
		q->capacity = q->ring_capacity;
		return -ENOMEM;
	}
	if (q->drops_front)
		drop_front(q, q->capacity);
	while (q->ring != NULL && ring != NULL && !rte_ring_full(ring) &&
		rte_ring_dequeue(q->ring, (void **)&p) == 0)
		rte_ring_enqueue(ring, p);
	drop_all(q, QUEUE_SHRUNK);
	packet_ring_destroy(q->ring);
	q->ring = ring;
	q->ring_capacity = q->capacity;
	// One that can hold nothing drops everything, and sources go on.
	if (ring_length(q) < q->capacity || q->capacity == 0)
		notifier_wake(&q->full);
	else
		notifier_sleep(&q->full);
	return 0;
}

// ---- configuration

int
queue_configure(
	struct queue *q, bool has_empty, bool has_full, uint8_t sleepiness, struct errh *errh)
{
	if (q->element.info->initialized)
		return q->capacity != q->ring_capacity ? resize(q, errh) : 0;
	q->has_empty = has_empty;
	q->has_full = has_full;
	q->sleepiness = sleepiness;
	notifier_init(&q->empty, NOTIFIER_STOP, true);
	notifier_init(&q->full, NOTIFIER_STOP, true);
	return 0;
}

int
queue_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	struct queue *q = (struct queue *)e;

	(void)errh;
	plan_add_packets(plan, 0, q->capacity, "%s holds up to %u", element_name(e), q->capacity);
	plan_add_heap(plan, packet_ring_bytes(q->capacity));
	return 0;
}

int
queue_initialize(struct element *e, struct errh *errh)
{
	struct queue *q = (struct queue *)e;

	q->crosses = __builtin_popcountll(e->info->push_lcores | e->info->pull_lcores) > 1;
	return resize(q, errh);
}

// Both ends of a ring work in either mode, which may change while nobody uses it.
void
queue_lcores_changed(struct element *e)
{
	struct queue *q = (struct queue *)e;
	unsigned mode = ring_mode(q);

	q->crosses = __builtin_popcountll(e->info->push_lcores | e->info->pull_lcores) > 1;
	if (q->ring == NULL)
		return;
	q->ring->prod.sync_type = mode & RING_F_SP_ENQ ? RTE_RING_SYNC_ST : RTE_RING_SYNC_MT;
	q->ring->cons.sync_type = mode & RING_F_SC_DEQ ? RTE_RING_SYNC_ST : RTE_RING_SYNC_MT;
}

void
queue_cleanup(struct element *e)
{
	struct queue *q = (struct queue *)e;

	drop_all(q, QUEUE_END);
	packet_ring_destroy(q->ring);
	q->ring = NULL;
	notifier_fini(&q->empty);
	notifier_fini(&q->full);
}

static uint64_t
n_overflows(const struct queue *q)
{
	return ELEMENT_SUM(&q->element, queue_lcore, n_overflows) - q->n_overflows_forgotten;
}

// Packets come out of one kind of queue and go into another.
int
queue_take_state(struct element *e, struct element *old, struct errh *errh)
{
	struct queue_lcore *l = element_lcore(e);
	struct queue *q = (struct queue *)e;
	uint32_t n_old, room;
	struct batch b;

	if (old->class->take_state != queue_take_state)
		return 0;
	l->n_overflows += n_overflows((struct queue *)old);
	atomic_store(&q->overflow_told, atomic_load(&((struct queue *)old)->overflow_told));
	n_old = queue_length((struct queue *)old);
	room = q->capacity - RTE_MIN(queue_length(q), q->capacity);
	for (uint32_t n = n_old; q->drops_front && n > room; n--) {
		old->class->pull(old, 0, &b, 1);
		element_drop_batch(e, QUEUE_SHRUNK, &b);
	}
	for (uint32_t left = room; left > 0; left -= RTE_MIN(left, (uint32_t)BATCH_MAX)) {
		old->class->pull(old, 0, &b, RTE_MIN(left, (uint32_t)BATCH_MAX));
		if (b.n == 0)
			break;
		e->class->push(e, 0, &b);
	}
	if (n_old > room)
		errh_warning(errh, "some packets lost (old length %u, new capacity %u)", n_old,
			q->capacity);
	return 0;
}

struct notifier *
queue_notifier(struct element *e, bool empty, unsigned port)
{
	struct queue *q = (struct queue *)e;

	if (port != 0)
		return NULL;
	if (empty)
		return q->has_empty ? &q->empty : NULL;
	return q->has_full ? &q->full : NULL;
}

uint32_t
queue_held(struct element *e)
{
	return ring_length((struct queue *)e);
}

static uint32_t
storage_length(const struct element *e)
{
	return ring_length((const struct queue *)e);
}

static uint32_t
storage_capacity(const struct element *e)
{
	return ((const struct queue *)e)->capacity;
}

const struct storage queue_storage = {.length = storage_length, .capacity = storage_capacity};

// ---- handlers

static int
read_length(const struct handler_read *call)
{
	strbuf_addf(call->out, "%u", call->element->class->held(call->element));
	return 0;
}

static int
read_highwater(const struct handler_read *call)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct queue_lcore *l = element_lcore_at(call->element, i);

		most = RTE_MAX(most, counter_read(&l->highwater));
	}
	strbuf_addf(call->out, "%" PRIu64, most);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, n_overflows((struct queue *)call->element));
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct queue *q = (struct queue *)call->element;

	q->n_overflows_forgotten = ELEMENT_SUM(&q->element, queue_lcore, n_overflows);
	atomic_store(&q->overflow_told, false);
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct queue_lcore *l =
			(struct queue_lcore *)(uintptr_t)element_lcore_at(&q->element, i);

		l->highwater = q->element.class->held(&q->element);
	}
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct element *e = call->element;
	struct batch b;

	for (;;) {
		e->class->pull(e, 0, &b, BATCH_MAX);
		if (b.n == 0)
			return 0;
		for (unsigned i = 0; i < b.n; i++)
			element_push_checked(e, 1, b.pkt[i], QUEUE_RESET);
	}
}

const struct arg queue_args[] = {
	ARG(queue, capacity, "CAPACITY", ARG_OPTIONAL, .def = "1000", .min = 0, .max = 1 << 26,
		.help = "packets that it can hold; 0 drops all"),
	ARGS_END,
};

const struct handler queue_handlers[] = {
	{.name = "length", .read = read_length, .flags = HANDLER_LIVE, .help = "packets held"},
	{.name = "highwater_length",
		.read = read_highwater,
		.flags = HANDLER_LIVE,
		.help = "most packets held at once"},
	HANDLER_RECONFIGURE("capacity", queue, capacity, "CAPACITY", HANDLER_CALM,
		.help = "packets that it can hold"),
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that found it full"},
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "sets drops to 0 and highwater_length to the present length"},
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "lets all packets go (to output 1 if there is one)"},
	HANDLERS_END,
};

const char *const queue_drops[] = {
	[QUEUE_OVERFLOW] = "queue full",
	[QUEUE_SHRUNK] = "capacity reduced",
	[QUEUE_RESET] = "queue reset",
	[QUEUE_END] = "still queued at the end",
	NULL,
};
