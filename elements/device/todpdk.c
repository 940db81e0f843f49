// SPDX-License-Identifier: BSD-3-Clause
// ToDPDK: sends packets through a DPDK port.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_pause.h>
#include <rte_spinlock.h>

#include "elements/device/port.h"
#include "elements/device/ringed.h"
#include "src/clock.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/notifier.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/task.h"

struct todpdk;

// What one lcore sends through: a queue of the device, and packets that the device has not taken.
struct tx_lcore {
	struct io_queue queue;
	rte_spinlock_t *lock; // shared; NULL if the queue is this lcore's alone
	struct todpdk *owner; // borrowed
	struct packet **ring; // owned: iqueue entries
	uint32_t head, n; // oldest entry, number of entries. n is read by control
	struct lcore_flush flush; // at the end of the task that left packets here
	struct task retry; // while the device is full
	struct timer timer; // TIMEOUT > 0
	uint64_t n_sent;
} __rte_cache_aligned;

struct todpdk {
	struct element element;
	char *spec;
	int32_t queue; // first queue; negative: 0
	int32_t n_queues;
	uint32_t iqueue, burst, n_desc;
	int32_t timeout; // ms; 0: end of the task; negative: only full bursts are sent
	bool blocking, active, allow_nonexistent, prefetch;
	struct io_port *port; // shared
	unsigned n_granted; // queues
	struct tx_lcore *tx; // owned, by lcore index
	rte_spinlock_t *locks; // owned, by queue
	struct ringed_tx *ringed; // owned
	struct task task; // pull
	struct signal signal; // upstream empty, pull
	uint64_t n_forgotten, n_dropped_forgotten;
};

enum { DEVICE_FULL, NO_DEVICE, STILL_HELD };

// ---- data path

static inline unsigned
transmit(struct tx_lcore *t, struct packet **pkts, unsigned n)
{
	unsigned sent;

	if (unlikely(t->lock != NULL)) {
		rte_spinlock_lock(t->lock);
		sent = t->queue.tx(&t->queue, pkts, n);
		rte_spinlock_unlock(t->lock);
	} else {
		sent = t->queue.tx(&t->queue, pkts, n);
	}
	t->n_sent += sent;
	lcore_count_sent(sent);
	return sent;
}

// Gives what is held to the device, until it takes no more. Returns whether it took anything.
static bool
drain(struct tx_lcore *t)
{
	uint32_t size = t->owner->iqueue, n, sent, before = t->n;

	while (t->n > 0) {
		n = RTE_MIN(RTE_MIN(t->n, size - t->head), (uint32_t)BATCH_MAX);
		sent = transmit(t, t->ring + t->head, n);
		t->head = t->head + sent == size ? 0 : t->head + sent;
		t->n -= sent;
		if (sent < n)
			break;
	}
	return t->n < before;
}

static uint32_t
hold(struct tx_lcore *t, struct packet **pkts, uint32_t n)
{
	uint32_t size = t->owner->iqueue, fits = RTE_MIN(n, size - t->n), at = t->head + t->n;

	if (at >= size)
		at -= size;
	for (uint32_t i = 0; i < fits; i++) {
		t->ring[at] = pkts[i];
		at = at + 1 == size ? 0 : at + 1;
	}
	t->n += fits;
	return fits;
}

static void
flush_later(struct tx_lcore *t)
{
	int32_t timeout = t->owner->timeout;

	if (timeout == 0)
		lcore_flush_later(lcore_self, &t->flush);
	else if (timeout > 0 && !timer_is_scheduled(&t->timer))
		timer_schedule_after(&t->timer, timeout * CLOCK_MS);
}

static void
send_batch(struct todpdk *e, struct tx_lcore *t, struct batch *b)
{
	uint32_t done = 0;

	// A full burst with nothing in front of it goes straight to the device.
	if (likely(t->n == 0 && b->n >= e->burst))
		done = transmit(t, b->pkt, b->n);
	while (done < b->n) {
		done += hold(t, b->pkt + done, b->n - done);
		if (done == b->n)
			break;
		if (drain(t))
			continue;
		if (!e->blocking || lcores_must_yield()) {
			*element_drop_counter(&e->element, DEVICE_FULL) += b->n - done;
			packet_free_bulk(b->pkt + done, b->n - done);
			break;
		}
		rte_pause();
	}
	if (t->n >= e->burst)
		drain(t);
	if (t->n > 0)
		flush_later(t);
}

static void
todpdk_push(struct element *base, unsigned port, struct batch *b)
{
	struct todpdk *e = (struct todpdk *)base;

	(void)port;
	if (likely(e->tx != NULL))
		send_batch(e, &e->tx[lcore_index], b);
	else if (e->ringed != NULL)
		ringed_tx_push(e->ringed, b, e->blocking);
	else
		element_drop_batch(base, NO_DEVICE, b);
}

// What the device does not take now is tried again from a task, so that nothing waits for the next
// packet.
static void
tx_flush(struct lcore_flush *flush)
{
	struct tx_lcore *t = (struct tx_lcore *)((char *)flush - offsetof(struct tx_lcore, flush));

	drain(t);
	if (t->n > 0)
		task_schedule(&t->retry);
}

static bool
tx_retry(struct task *task)
{
	struct tx_lcore *t = task->private;
	bool worked = drain(t);

	if (t->n > 0)
		task_reschedule(task);
	return worked;
}

static void
tx_timeout(struct timer *timer)
{
	struct tx_lcore *t = (struct tx_lcore *)((char *)timer - offsetof(struct tx_lcore, timer));

	tx_flush(&t->flush);
}

// ---- pull

static bool
has_room(const struct todpdk *e)
{
	if (e->ringed != NULL)
		return ringed_tx_held(e->ringed) + e->burst <= RINGED_CAPACITY;
	return e->tx == NULL || e->tx[lcore_index].n == 0;
}

static bool
todpdk_run(struct task *task)
{
	struct todpdk *e = (struct todpdk *)task->element;
	struct batch b;

	if (!e->active)
		return false;
	// Packets stay in the Queue while the device is full: that is where they are dropped.
	if (!has_room(e)) {
		task_reschedule(task);
		return false;
	}
	element_pull(&e->element, 0, &b, e->burst);
	if (b.n == 0) {
		if (signal_is_active(&e->signal))
			task_reschedule(task);
		return false;
	}
	if (e->prefetch)
		batch_prefetch(&b);
	todpdk_push(&e->element, 0, &b);
	task_reschedule(task);
	return true;
}

static bool
pulls(const struct todpdk *e)
{
	return element_input_is_pull(&e->element, 0);
}

// ---- configuration

static int
todpdk_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct todpdk *e = (struct todpdk *)base;

	(void)args;
	io_announce(e->spec);
	e->prefetch = io_mode() == IO_FULL;
	if (e->iqueue < e->burst) {
		errh_warning(errh, "IQUEUE raised to BURST (%u)", e->burst);
		e->iqueue = e->burst;
	}
	return 0;
}

static unsigned
first_queue(const struct todpdk *e)
{
	return e->queue > 0 ? (unsigned)e->queue : 0;
}

static int
todpdk_attach(struct element *base, struct errh *errh)
{
	struct todpdk *e = (struct todpdk *)base;
	struct errh silent;

	errh_init_silent(&silent);
	e->port = io_open(e->spec, e->allow_nonexistent ? &silent : errh);
	if (e->port == NULL && !e->allow_nonexistent)
		return -EINVAL;
	if (e->port != NULL && io_is_ringed()) {
		e->ringed = ringed_tx_create(base, e->port, first_queue(e), e->burst, errh);
		if (e->ringed == NULL)
			return -EINVAL;
	}
	if (pulls(e)) {
		struct lcore *home = element_home_fixed(base);

		if (element_is_parked(base))
			home = NULL;
		else if (home == NULL)
			home = lcores_thread(io_is_ringed() ? 1 : 0);
		task_init(&e->task, base, todpdk_run, home, element_tickets(base));
		element_task_carries(&e->task);
	}
	return 0;
}

static uint64_t
lcores_of(const struct todpdk *e)
{
	const struct element_info *info = e->element.info;

	// Handlers may push from the control lcore, while workers are held.
	return info->push_lcores | info->own_lcores | UINT64_C(1) << lcores_control()->index;
}

static int
todpdk_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	struct todpdk *e = (struct todpdk *)base;
	struct io_wish wish = {.n_desc = e->n_desc, .promisc = -1};
	int n;

	if (e->port == NULL)
		return 0;
	wish.n_queues =
		(unsigned)__builtin_popcountll(base->info->push_lcores | base->info->own_lcores);
	wish.n_queues = RTE_MAX(wish.n_queues, 1u);
	if (e->n_queues > 0)
		wish.n_queues = (unsigned)e->n_queues;
	if (e->ringed != NULL)
		wish.n_queues = 1;
	wish.n_queues += first_queue(e);
	n = io_want_tx(e->port, &wish, errh);
	if (n < 0)
		return n;
	e->n_granted = (unsigned)n;
	io_reserve_tx(e->port, plan);
	if (e->ringed != NULL)
		ringed_tx_reserve(e->ringed, plan);
	else
		plan_add_packets(plan, 0,
			(uint64_t)e->iqueue *
				(unsigned)__builtin_popcountll(
					lcores_of(e) ^ UINT64_C(1) << lcores_control()->index),
			"%s, IQUEUE %u on each lcore", element_name(base), e->iqueue);
	return 0;
}

static void
init_lcore(struct todpdk *e, unsigned lcore, unsigned queue)
{
	struct tx_lcore *t = &e->tx[lcore];

	t->owner = e;
	t->ring = mem_zalloc(e->iqueue * sizeof(*t->ring));
	t->flush.flush = tx_flush;
	t->flush.element = &e->element;
	io_tx(e->port, queue, &t->queue);
	task_init(&t->retry, &e->element, tx_retry, lcores_at(lcore), TASK_TICKETS);
	t->retry.private = t;
	timer_init(&t->timer, &e->element, tx_timeout, lcores_at(lcore));
	t->timer.fixed = true;
}

// Lcores that share a queue take a lock. The control lcore sends only while the others are held, so
// it needs none.
static void
choose_locks(struct todpdk *e)
{
	unsigned *n_users = mem_zalloc(e->n_granted * sizeof(*n_users));
	unsigned control = lcores_control()->index;

	for (unsigned i = 0; i < lcores_n(); i++)
		n_users[e->tx[i].queue.queue] += e->tx[i].owner != NULL && i != control;
	for (unsigned i = 0; i < lcores_n(); i++) {
		unsigned queue = e->tx[i].queue.queue;

		e->tx[i].lock = i != control && n_users[queue] > 1 ? &e->locks[queue] : NULL;
	}
	free(n_users);
}

// Lcores that send get the queues in turn.
static void
todpdk_lcores_changed(struct element *base)
{
	struct todpdk *e = (struct todpdk *)base;
	unsigned control = lcores_control()->index, first = first_queue(e);
	uint64_t lcores = lcores_of(e);
	unsigned n_placed = 0;

	if (e->ringed != NULL)
		ringed_tx_lcores_changed(e->ringed);
	if (e->tx == NULL)
		return;
	for (unsigned i = 0; i < lcores_n(); i++)
		n_placed += e->tx[i].owner != NULL && i != control;
	for (unsigned i = 0; i < lcores_n(); i++) {
		if (!(lcores >> i & 1) || e->tx[i].owner != NULL)
			continue;
		init_lcore(e, i, first + n_placed % (e->n_granted - first));
		n_placed += i != control;
	}
	choose_locks(e);
}

static int
todpdk_initialize(struct element *base, struct errh *errh)
{
	struct todpdk *e = (struct todpdk *)base;

	if (e->port != NULL && first_queue(e) >= e->n_granted)
		return errh_error(errh, "port has no transmit queue %d", e->queue);
	if (e->ringed != NULL) {
		if (ringed_tx_initialize(e->ringed, errh) != 0)
			return -EINVAL;
	} else if (e->port != NULL) {
		e->tx = mem_zalloc_aligned(lcores_n() * sizeof(*e->tx), RTE_CACHE_LINE_SIZE);
		e->locks = mem_zalloc(e->n_granted * sizeof(*e->locks));
		todpdk_lcores_changed(base);
	}
	if (pulls(e)) {
		signal_upstream_empty(&e->signal, base, 0, &e->task);
		if (e->active)
			task_schedule(&e->task);
	}
	return 0;
}

static void
fini_lcore(struct todpdk *e, struct tx_lcore *t)
{
	if (t->owner == NULL)
		return;
	for (; t->n > 0; t->n--) {
		element_drop(&e->element, STILL_HELD, t->ring[t->head]);
		t->head = t->head + 1 == e->iqueue ? 0 : t->head + 1;
	}
	task_fini(&t->retry);
	timer_unschedule(&t->timer);
	free(t->ring);
}

static void
todpdk_cleanup(struct element *base)
{
	struct todpdk *e = (struct todpdk *)base;

	task_fini(&e->task);
	for (unsigned i = 0; e->tx != NULL && i < lcores_n(); i++)
		fini_lcore(e, &e->tx[i]);
	free(e->tx);
	free(e->locks);
	ringed_tx_destroy(e->ringed);
	signal_fini(&e->signal);
	io_close(e->port);
}

static uint32_t
todpdk_held(struct element *base)
{
	struct todpdk *e = (struct todpdk *)base;
	uint32_t n = e->ringed != NULL ? ringed_tx_held(e->ringed) : 0;

	for (unsigned i = 0; e->tx != NULL && i < lcores_n(); i++)
		n += e->tx[i].n;
	return n;
}

// ---- handlers

static uint64_t
n_sent(const struct todpdk *e)
{
	uint64_t n = e->ringed != NULL ? ringed_tx_sent(e->ringed) : 0;

	for (unsigned i = 0; e->tx != NULL && i < lcores_n(); i++)
		n += counter_read(&e->tx[i].n_sent);
	return n;
}

static uint64_t
n_dropped(const struct todpdk *e)
{
	return element_drops(&e->element, DEVICE_FULL) + element_drops(&e->element, NO_DEVICE);
}

// What a lcore holds for the device goes on being held, by the same lcore if it still sends.
static void
take_held(struct todpdk *e, struct tx_lcore *to, struct tx_lcore *from)
{
	for (unsigned i = 0; to->owner == NULL && i < lcores_n(); i++)
		to = &e->tx[i];
	if (to->owner == NULL || from->n == 0)
		return;
	while (from->n > 0 && hold(to, &from->ring[from->head], 1) == 1) {
		from->head = from->head + 1 == from->owner->iqueue ? 0 : from->head + 1;
		from->n--;
	}
	task_schedule(&to->retry);
}

static int
todpdk_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct todpdk *e = (struct todpdk *)base, *old = (struct todpdk *)old_base;

	(void)errh;
	if (e->ringed != NULL && old->ringed != NULL)
		ringed_tx_take(e->ringed, old->ringed);
	for (unsigned i = 0; e->tx != NULL && old->tx != NULL && i < lcores_n(); i++)
		take_held(e, &e->tx[i], &old->tx[i]);
	// Negative baselines: what the old one counted is counted on.
	e->n_forgotten -= n_sent(old) - old->n_forgotten;
	e->n_dropped_forgotten = old->n_dropped_forgotten;
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	const struct todpdk *e = (struct todpdk *)call->element;

	strbuf_addf(call->out, "%" PRIu64, n_sent(e) - e->n_forgotten);
	return 0;
}

static int
read_dropped(const struct handler_read *call)
{
	const struct todpdk *e = (struct todpdk *)call->element;

	strbuf_addf(call->out, "%" PRIu64, n_dropped(e) - e->n_dropped_forgotten);
	return 0;
}

static int
read_queues(const struct handler_read *call)
{
	strbuf_addf(call->out, "%u", ((struct todpdk *)call->element)->n_granted);
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct todpdk *e = (struct todpdk *)call->element;

	e->n_forgotten = n_sent(e);
	e->n_dropped_forgotten = n_dropped(e);
	return 0;
}

static void
todpdk_add_handlers(struct element *base)
{
	struct todpdk *e = (struct todpdk *)base;

	if (pulls(e))
		element_add_task_handlers(base, &e->task, 0);
}

static const struct arg todpdk_args[] = {
	ARG(todpdk, spec, "PORT", ARG_MANDATORY,
		.help = "port number, PCI address, port name, or device arguments that create it"),
	ARG(todpdk, queue, "QUEUE", ARG_OPTIONAL, .def = "-1", .min = -1, .max = 1023,
		.help = "first transmit queue; -1: queue 0"),
	ARG(todpdk, n_queues, "N_QUEUES", ARG_KEYWORD, .def = "-1", .min = -1, .max = 1024,
		.help = "transmit queues; -1: one for each lcore that sends"),
	ARG(todpdk, iqueue, "IQUEUE", ARG_KEYWORD, .def = "1024", .min = 1, .max = 65536,
		.help = "packets that each lcore keeps while the device is full"),
	ARG(todpdk, blocking, "BLOCKING", ARG_KEYWORD, .def = "false",
		.help = "true: waits for a full device; false: drops what IQUEUE cannot hold"),
	ARG(todpdk, burst, "BURST", ARG_KEYWORD, .def = "32", .min = 1, .max = BATCH_MAX,
		.help = "packets that are collected before the device is called"),
	ARG(todpdk, timeout, "TIMEOUT", ARG_KEYWORD, .def = "0", .min = -1, .max = 3600000,
		.help = "ms that a smaller burst may wait; 0: sent at the end of the task; -1: waits "
			"until BURST is reached"),
	ARG(todpdk, n_desc, "NDESC", ARG_KEYWORD, .def = "0", .min = 0, .max = 32768,
		.help = "transmit descriptors of each queue; 0: 1024"),
	ARG(todpdk, active, "ACTIVE", ARG_KEYWORD, .def = "true", .help = "false: does not pull"),
	ARG(todpdk, allow_nonexistent, "ALLOW_NONEXISTENT", ARG_KEYWORD, .def = "false",
		.help = "drop all packets if there is no such port"),
	ARGS_END,
};

static const struct handler todpdk_handlers[] = {
	PORT_HANDLERS(todpdk),
	{.name = "nb_tx_queues",
		.read = read_queues,
		.flags = HANDLER_CALM,
		.help = "transmit queues"},
	{.name = "count",
		.read = read_count,
		.flags = HANDLER_LIVE,
		.help = "packets that the device took"},
	{.name = "dropped",
		.read = read_dropped,
		.flags = HANDLER_LIVE,
		.help = "packets that neither the device nor IQUEUE had room for"},
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "sets count and dropped to 0"},
	HANDLERS_END,
};

static const char *const todpdk_drops[] = {
	[DEVICE_FULL] = "device full",
	[NO_DEVICE] = "no device",
	[STILL_HELD] = "not sent before the end",
	NULL,
};

static const struct element_class todpdk_class = {
	.name = "ToDPDK",
	.aliases = "ToDPDKDevice",
	.ports = "1/0",
	.processing = "a/a",
	.flags = ELEMENT_DEVICE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct todpdk),
	.push = todpdk_push,
	.configure = todpdk_configure,
	.attach = todpdk_attach,
	.reserve = todpdk_reserve,
	.initialize = todpdk_initialize,
	.cleanup = todpdk_cleanup,
	.lcores_changed = todpdk_lcores_changed,
	.take_state = todpdk_take_state,
	.join_args = port_join_args,
	.held = todpdk_held,
	.args = todpdk_args,
	.handlers = todpdk_handlers,
	.add_handlers = todpdk_add_handlers,
	.drops = todpdk_drops,
	.group = "device",
	.brief = "sends packets through a DPDK port",
	.manual =
		"Takes pushed packets and pulls from a Queue alike. Each lcore that sends has a\n"
		"transmit queue of the device to itself, as far as the device has so many. Full\n"
		"bursts go straight to the device; what is left at the end of a task is sent then,\n"
		"so that a lone packet is never held back. While the device is full, IQUEUE packets\n"
		"are kept and tried again; what does not fit is dropped and counted, or waited for\n"
		"with BLOCKING. With a pull input packets stay in the Queue meanwhile.",
	.example = "FromDPDK(net_null0) -> ToDPDK(net_null0);",
};
ELEMENT_CLASS(todpdk_class)
