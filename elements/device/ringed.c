// SPDX-License-Identifier: BSD-3-Clause
#include "elements/device/ringed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_pause.h>
#include <rte_ring.h>

#include "mbuf-bridge/packet_ring.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/reach.h"
#include "src/router.h"

enum { RING_FULL = 0, IO_THREAD = 0 };

struct ringed_queue {
	struct io_queue queue;
	struct rte_ring *ring; // owned
};

struct ringed_rx {
	struct element *e; // borrowed
	struct io_port *port;
	struct ringed_queue *queues; // owned
	unsigned n_queues, first_queue;
	const bool *active; // borrowed, the element's
	const uint32_t *burst; // the same: packets taken from the device at once
	bool prefetch, prefetch_data;
	struct task io_task; // I/O lcore: device to ring
	struct task *tasks; // owned; element lcores: ring to graph
	unsigned n_tasks;
	uint64_t n_received; // I/O lcore writes
};

struct ringed_tx {
	struct element *e; // borrowed
	struct io_port *port;
	struct io_queue queue;
	struct rte_ring *ring; // owned
	unsigned queue_number, burst;
	struct task task; // I/O lcore: ring to device
	// I/O lcore only: taken from the ring, not taken by the device yet.
	struct batch pending;
	uint64_t n_sent; // I/O lcore writes
};

static int
check_lcores(struct errh *errh)
{
	if (lcores_n_workers() >= 2)
		return 0;
	return errh_error(errh,
		"--ringed needs two worker lcores at least, one for the devices and one for the "
		"elements\nuse -j 2 or more");
}

bool
ringed_is_io_lcore(unsigned lcore)
{
	return lcore == IO_THREAD;
}

// ---- receive

static bool
rx_io_run(struct task *task)
{
	struct ringed_rx *r =
		(struct ringed_rx *)((char *)task - offsetof(struct ringed_rx, io_task));
	unsigned burst = RTE_MIN(*r->burst, (uint32_t)BATCH_MAX), n_all = 0;

	if (unlikely(!*r->active))
		return false;
	for (unsigned i = 0; i < r->n_queues; i++) {
		struct ringed_queue *q = &r->queues[i];
		struct packet *pkts[BATCH_MAX];
		unsigned n = q->queue.rx(&q->queue, pkts, burst), stored;

		if (n == 0)
			continue;
		lcore_count_received(n);
		r->n_received += n;
		stored = rte_ring_enqueue_burst(q->ring, (void **)pkts, n, NULL);
		for (unsigned k = stored; k < n; k++)
			element_drop(r->e, RING_FULL, pkts[k]);
		n_all += n;
	}
	task_reschedule(task);
	return n_all > 0;
}

// Task number i takes every n-th queue.
static bool
rx_run(struct task *task)
{
	struct ringed_rx *r = task->private;
	unsigned mine = (unsigned)(task - r->tasks), n_all = 0;
	struct batch b;

	for (unsigned i = mine; i < r->n_queues; i += r->n_tasks) {
		b.n = (uint16_t)rte_ring_dequeue_burst(r->queues[i].ring, (void **)b.pkt, 32, NULL);
		if (b.n == 0)
			continue;
		n_all += b.n;
		if (r->prefetch)
			batch_prefetch(&b);
		if (r->prefetch_data)
			batch_prefetch_data(&b);
		element_push(r->e, 0, &b);
	}
	task_reschedule(task);
	return n_all > 0;
}

struct ringed_rx *
ringed_rx_create(struct element *e, struct io_port *port, unsigned first_queue, unsigned n_queues,
	const bool *active, const uint32_t *burst, struct errh *errh)
{
	struct ringed_rx *r;
	unsigned n_lcores = lcores_n_workers() - 1;

	if (check_lcores(errh) != 0)
		return NULL;
	r = mem_zalloc(sizeof(*r));
	r->e = e;
	r->port = port;
	r->n_queues = n_queues;
	r->first_queue = first_queue;
	r->active = active;
	r->burst = burst;
	r->queues = mem_zalloc(n_queues * sizeof(*r->queues));
	task_init(&r->io_task, e, rx_io_run, lcores_thread(IO_THREAD), TASK_TICKETS);
	r->io_task.is_input = true;
	r->n_tasks = RTE_MIN(n_queues, n_lcores);
	r->tasks = mem_zalloc(r->n_tasks * sizeof(*r->tasks));
	for (unsigned i = 0; i < r->n_tasks; i++) {
		struct lcore *home = lcores_thread(1 + i);

		task_init(&r->tasks[i], e, rx_run, home, TASK_TICKETS);
		r->tasks[i].private = r;
		element_task_carries(&r->tasks[i]);
	}
	return r;
}

void
ringed_rx_reserve(const struct ringed_rx *r, struct plan *plan)
{
	plan_add_packets(plan, 0, (uint64_t)r->n_queues * RINGED_CAPACITY, "%s, %u ring%s of %u",
		element_name(r->e), r->n_queues, r->n_queues == 1 ? "" : "s", RINGED_CAPACITY);
	plan_add_heap(plan, r->n_queues * packet_ring_bytes(RINGED_CAPACITY));
}

int
ringed_rx_initialize(struct ringed_rx *r, bool prefetch, struct errh *errh)
{
	r->prefetch = prefetch;
	r->prefetch_data = prefetch && reach_reads_data(r->e);
	for (unsigned i = 0; i < r->n_queues; i++) {
		struct ringed_queue *q = &r->queues[i];

		io_rx(r->port, r->first_queue + i, &q->queue);
		q->ring = packet_ring_create(RINGED_CAPACITY, RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (q->ring == NULL)
			return errh_error(errh, "no memory for rings");
	}
	task_schedule(&r->io_task);
	for (unsigned i = 0; i < r->n_tasks; i++)
		task_schedule(&r->tasks[i]);
	return 0;
}

void
ringed_rx_wake(struct ringed_rx *r)
{
	task_schedule(&r->io_task);
}

static void
drop_ring(const struct element *e, struct rte_ring *ring)
{
	struct packet *p;

	while (ring != NULL && rte_ring_dequeue(ring, (void **)&p) == 0)
		element_drop(e, RING_FULL, p);
	packet_ring_destroy(ring);
}

// As much as there is room for; the rest is the old one's to drop.
static void
move_ring(struct rte_ring *to, struct rte_ring *from)
{
	struct packet *p;

	while (to != NULL && from != NULL && !rte_ring_full(to) &&
		rte_ring_dequeue(from, (void **)&p) == 0)
		rte_ring_enqueue(to, p);
}

void
ringed_rx_take(struct ringed_rx *r, struct ringed_rx *old)
{
	for (unsigned i = 0; i < old->n_queues; i++)
		move_ring(r->queues[i % r->n_queues].ring, old->queues[i].ring);
}

void
ringed_rx_destroy(struct ringed_rx *r)
{
	if (r == NULL)
		return;
	task_fini(&r->io_task);
	for (unsigned i = 0; i < r->n_tasks; i++)
		task_fini(&r->tasks[i]);
	for (unsigned i = 0; i < r->n_queues; i++)
		drop_ring(r->e, r->queues[i].ring);
	free(r->tasks);
	free(r->queues);
	free(r);
}

uint32_t
ringed_rx_held(const struct ringed_rx *r)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < r->n_queues; i++)
		n += r->queues[i].ring ? rte_ring_count(r->queues[i].ring) : 0;
	return n;
}

uint64_t
ringed_rx_received(const struct ringed_rx *r)
{
	return counter_read(&r->n_received);
}

unsigned
ringed_rx_queues(const struct ringed_rx *r)
{
	return r->n_queues;
}

// ---- send

static bool
tx_run(struct task *task)
{
	struct ringed_tx *t = task->private;
	struct batch *b = &t->pending;
	unsigned sent;

	if (b->n == 0)
		b->n = (uint16_t)rte_ring_dequeue_burst(t->ring, (void **)b->pkt, t->burst, NULL);
	sent = b->n > 0 ? t->queue.tx(&t->queue, b->pkt, b->n) : 0;
	lcore_count_sent(sent);
	t->n_sent += sent;
	b->n = (uint16_t)(b->n - sent);
	memmove(b->pkt, b->pkt + sent, b->n * sizeof(b->pkt[0]));
	task_reschedule(task);
	return sent > 0;
}

struct ringed_tx *
ringed_tx_create(
	struct element *e, struct io_port *port, unsigned queue, unsigned burst, struct errh *errh)
{
	struct ringed_tx *t;

	if (check_lcores(errh) != 0)
		return NULL;
	t = mem_zalloc(sizeof(*t));
	t->e = e;
	t->port = port;
	t->queue_number = queue;
	t->burst = RTE_MIN(burst, (unsigned)BATCH_MAX);
	task_init(&t->task, e, tx_run, lcores_thread(IO_THREAD), TASK_TICKETS);
	t->task.private = t;
	return t;
}

void
ringed_tx_reserve(const struct ringed_tx *t, struct plan *plan)
{
	plan_add_packets(
		plan, 0, RINGED_CAPACITY, "%s, a ring of %u", element_name(t->e), RINGED_CAPACITY);
	plan_add_heap(plan, packet_ring_bytes(RINGED_CAPACITY));
}

void
ringed_tx_lcores_changed(struct ringed_tx *t)
{
	const struct element_info *info = t->e->info;
	bool alone = __builtin_popcountll(info->push_lcores | info->own_lcores) <= 1;

	if (t->ring != NULL)
		t->ring->prod.sync_type = alone ? RTE_RING_SYNC_ST : RTE_RING_SYNC_MT;
}

int
ringed_tx_initialize(struct ringed_tx *t, struct errh *errh)
{
	io_tx(t->port, t->queue_number, &t->queue);
	t->ring = packet_ring_create(RINGED_CAPACITY, RING_F_SC_DEQ);
	if (t->ring == NULL)
		return errh_error(errh, "no memory for rings");
	ringed_tx_lcores_changed(t);
	task_schedule(&t->task);
	return 0;
}

void
ringed_tx_take(struct ringed_tx *t, struct ringed_tx *old)
{
	t->pending = old->pending;
	old->pending.n = 0;
	move_ring(t->ring, old->ring);
}

void
ringed_tx_destroy(struct ringed_tx *t)
{
	if (t == NULL)
		return;
	task_fini(&t->task);
	if (t->pending.n > 0)
		element_drop_batch(t->e, RING_FULL, &t->pending);
	drop_ring(t->e, t->ring);
	free(t);
}

void
ringed_tx_push(struct ringed_tx *t, struct batch *b, bool blocking)
{
	unsigned done = rte_ring_enqueue_burst(t->ring, (void **)b->pkt, b->n, NULL);

	while (unlikely(done < b->n) && blocking && !lcores_must_yield()) {
		rte_pause();
		done += rte_ring_enqueue_burst(
			t->ring, (void **)(b->pkt + done), b->n - done, NULL);
	}
	for (; done < b->n; done++)
		element_drop(t->e, RING_FULL, b->pkt[done]);
	b->n = 0;
}

uint32_t
ringed_tx_held(const struct ringed_tx *t)
{
	return (t->ring ? rte_ring_count(t->ring) : 0) + t->pending.n;
}

uint64_t
ringed_tx_sent(const struct ringed_tx *t)
{
	return counter_read(&t->n_sent);
}
