// SPDX-License-Identifier: BSD-3-Clause
// Pipeliner: hands packets over to the lcore of its task.

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <rte_pause.h>
#include <rte_ring.h>

#include "mbuf-bridge/packet_ring.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/task.h"

struct pipeliner_lcore {
	uint64_t n_packets; // handed over, or passed straight through
	uint64_t n_full; // dropped
	uint64_t highwater; // most packets in the lcore's ring
};

struct pipeliner {
	struct element element;
	uint32_t capacity; // packets of each ring
	int32_t burst; // packets per ring and run; 0 and less: no limit
	bool blocking, active, always_up, direct, no_useless, verbose, prefetch;
	struct task task;
	struct rte_ring **rings; // owned; by lcore, NULL where nobody pushes
	unsigned n_rings;
	unsigned home; // lcore of the task; changes while lcores are paused
	unsigned first; // ring that the task begins with; the task's
	uint32_t n_idle; // runs in a row without a packet; the task's
	_Atomic bool asleep; // set by the task, taken back by who wakes it
	_Atomic unsigned n_told; // remarks about drops
};

enum { FULL, INACTIVE, END };

enum { CAPACITY_LEAST = 4, TOLD_MAX = 10 };

// ---- those who push

static void
wake(struct pipeliner *e)
{
	// The task says that it sleeps, then looks at the rings once more: it sees the packet, or
	// is seen here.
	atomic_thread_fence(memory_order_seq_cst);
	if (unlikely(atomic_load_explicit(&e->asleep, memory_order_relaxed)) &&
		atomic_exchange(&e->asleep, false))
		task_schedule(&e->task);
}

static __attribute__((noinline, cold)) void
tell_drop(struct pipeliner *e, unsigned n)
{
	if (e->verbose && atomic_fetch_add(&e->n_told, 1) < TOLD_MAX)
		chatter("%s: Dropped %u packets : could not push packets fast enough !",
			element_name(&e->element), n);
}

// How many of b's packets the ring took, waiting for room if so told.
static unsigned
enqueue(struct pipeliner *e, struct rte_ring *ring, struct batch *b, unsigned *room)
{
	unsigned n = rte_ring_enqueue_burst(ring, (void **)b->pkt, b->n, room);

	if (likely(n == b->n || !e->blocking))
		return n;
	while (n < b->n && !lcores_must_yield()) {
		wake(e);
		rte_pause();
		n += rte_ring_enqueue_burst(ring, (void **)(b->pkt + n), b->n - n, room);
	}
	return n;
}

static void
pipeliner_push(struct element *base, unsigned port, struct batch *b)
{
	struct pipeliner *e = (struct pipeliner *)base;
	struct pipeliner_lcore *l = element_lcore(base);
	struct rte_ring *ring = e->rings[lcore_index];
	unsigned n = 0, room = 0, held;

	(void)port;
	if (unlikely(!e->active)) {
		element_drop_batch(base, INACTIVE, b);
		return;
	}
	if (lcore_index == e->home && e->direct) {
		l->n_packets += b->n;
		element_push(base, 0, b);
		return;
	}
	if (likely(ring != NULL)) {
		n = enqueue(e, ring, b, &room);
		held = e->capacity - room;
		if (held > l->highwater)
			l->highwater = held;
	}
	l->n_packets += n;
	if (n > 0)
		wake(e);
	if (unlikely(n < b->n)) {
		l->n_full += b->n - n;
		tell_drop(e, b->n - n);
		for (; n < b->n; n++)
			element_drop(base, FULL, b->pkt[n]);
	}
}

// ---- the task

static uint32_t
drain(struct pipeliner *e, struct rte_ring *ring)
{
	uint32_t most = e->burst > 0 ? (uint32_t)e->burst : TASK_PACKETS_MAX, n = 0;
	struct batch b;

	while (n < most) {
		b.n = (uint16_t)rte_ring_dequeue_burst(
			ring, (void **)b.pkt, RTE_MIN(most - n, (uint32_t)BATCH_MAX), NULL);
		if (b.n == 0)
			break;
		n += b.n;
		if (e->prefetch) {
			batch_prefetch(&b);
			batch_prefetch_data(&b);
		}
		element_push(&e->element, 0, &b);
	}
	return n;
}

static uint32_t
n_held(const struct pipeliner *e)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < e->n_rings; i++)
		n += e->rings[i] != NULL ? rte_ring_count(e->rings[i]) : 0;
	return n;
}

static void
go_to_sleep(struct pipeliner *e)
{
	atomic_store(&e->asleep, true);
	if (n_held(e) > 0 && atomic_exchange(&e->asleep, false))
		task_reschedule(&e->task);
}

static bool
pipeliner_run(struct task *task)
{
	struct pipeliner *e = (struct pipeliner *)task->element;
	unsigned i = e->first;
	uint32_t n = 0;

	if (++e->first >= e->n_rings)
		e->first = 0;
	for (unsigned k = 0; k < e->n_rings; k++) {
		if (e->rings[i] != NULL)
			n += drain(e, e->rings[i]);
		if (++i >= e->n_rings)
			i = 0;
	}
	e->n_idle = n > 0 ? 0 : e->n_idle + 1;
	if (e->n_idle < e->capacity / 2 || e->always_up) {
		task_reschedule(task);
	} else {
		e->n_idle = 0;
		go_to_sleep(e);
	}
	return n > 0;
}

// ---- life

static bool
pushes(const struct pipeliner *e, unsigned lcore)
{
	// Control pushes only while the others are held, or when it does all the work.
	return lcore == lcores_control()->index ||
	       (lcore < 64 && e->element.info->push_lcores >> lcore & 1);
}

static bool
needs_ring(const struct pipeliner *e, unsigned lcore)
{
	return pushes(e, lcore) && !(e->direct && lcore == e->home);
}

static unsigned
find_home(const struct pipeliner *e)
{
	return e->task.home != NULL ? e->task.home->index : UINT_MAX;
}

static int
pipeliner_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct pipeliner *e = (struct pipeliner *)base;

	(void)args;
	if (e->capacity < CAPACITY_LEAST)
		return errh_error(errh, "Pipeliner ring size must be at least %d", CAPACITY_LEAST);
	return 0;
}

static int
pipeliner_attach(struct element *base, struct errh *errh)
{
	struct pipeliner *e = (struct pipeliner *)base;

	(void)errh;
	element_task_init(base, &e->task, pipeliner_run);
	return 0;
}

static int
pipeliner_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	struct pipeliner *e = (struct pipeliner *)base;
	unsigned n = 0;

	(void)errh;
	e->home = find_home(e);
	for (unsigned i = 0; i < lcores_n(); i++)
		n += needs_ring(e, i);
	plan_add_packets(plan, 0, (uint64_t)n * e->capacity, "%s holds up to %u x %u",
		element_name(base), n, e->capacity);
	plan_add_heap(plan, n * packet_ring_bytes(e->capacity));
	return 0;
}

// Rings for those that push now; those that are there stay.
static int
make_rings(struct pipeliner *e)
{
	for (unsigned i = 0; i < e->n_rings; i++) {
		if (e->rings[i] != NULL || !needs_ring(e, i))
			continue;
		e->rings[i] = packet_ring_create(e->capacity, RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (e->rings[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int
check_lcores(struct pipeliner *e, struct errh *errh)
{
	uint64_t pushers = e->element.info->push_lcores;
	uint64_t home = e->home < 64 ? UINT64_C(1) << e->home : 0;

	if (e->blocking && !e->direct && (pushers & home) != 0)
		return errh_error(errh,
			"Possible deadlock ! Pipeliner is served by thread %u, and the same thread "
			"can push packets to it. Either unset BLOCKING mode, or fix "
			"the path.",
			e->home);
	if (pushers != 0 && (pushers & ~home) == 0 && !e->no_useless)
		errh_warning(errh,
			"Useless Pipeliner element ! Packets come from the thread %u "
			"that serves it.",
			e->home);
	return 0;
}

static int
pipeliner_initialize(struct element *base, struct errh *errh)
{
	struct pipeliner *e = (struct pipeliner *)base;

	e->home = find_home(e);
	e->n_rings = lcores_n();
	e->rings = mem_zalloc(e->n_rings * sizeof(struct rte_ring *));
	if (check_lcores(e, errh) != 0)
		return -EINVAL;
	if (make_rings(e) != 0)
		return errh_error(errh, "no memory for rings of %u packets", e->capacity);
	task_schedule(&e->task);
	return 0;
}

static void
pipeliner_lcores_changed(struct element *base)
{
	struct pipeliner *e = (struct pipeliner *)base;

	e->home = find_home(e);
	// A lcore without a ring drops what it pushes, counted.
	make_rings(e);
}

static void
pipeliner_cleanup(struct element *base)
{
	struct pipeliner *e = (struct pipeliner *)base;
	struct packet *p;

	task_fini(&e->task);
	for (unsigned i = 0; e->rings != NULL && i < e->n_rings; i++) {
		while (e->rings[i] != NULL && rte_ring_dequeue(e->rings[i], (void **)&p) == 0)
			element_drop(base, END, p);
		packet_ring_destroy(e->rings[i]);
	}
	free(e->rings);
}

static uint32_t
pipeliner_held(struct element *base)
{
	return n_held((struct pipeliner *)base);
}

// The task takes them from any ring. Lcores are paused, so that control may fill them all.
static void
take_packets(struct pipeliner *e, unsigned lcore, struct rte_ring *from)
{
	struct rte_ring *to = e->rings[lcore];
	struct packet *p;

	for (unsigned i = 0; to == NULL && i < e->n_rings; i++)
		to = e->rings[i];
	while (rte_ring_dequeue(from, (void **)&p) == 0) {
		if (to == NULL || rte_ring_enqueue(to, p) != 0)
			element_drop(&e->element, FULL, p);
	}
}

static int
pipeliner_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct pipeliner *e = (struct pipeliner *)base, *old = (struct pipeliner *)old_base;
	struct pipeliner_lcore *l = element_lcore(base);

	(void)errh;
	for (unsigned i = 0; i < old->n_rings; i++) {
		if (old->rings[i] != NULL)
			take_packets(e, i, old->rings[i]);
	}
	l->n_packets += ELEMENT_SUM(old_base, pipeliner_lcore, n_packets);
	l->n_full += ELEMENT_SUM(old_base, pipeliner_lcore, n_full);
	return 0;
}

// ---- handlers

static int
read_dropped(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ELEMENT_SUM(call->element, pipeliner_lcore, n_full));
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ELEMENT_SUM(call->element, pipeliner_lcore, n_packets));
	return 0;
}

static int
read_highwater(const struct handler_read *call)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct pipeliner_lcore *l = element_lcore_at(call->element, i);

		most = RTE_MAX(most, l->highwater);
	}
	strbuf_addf(call->out, "%" PRIu64, most);
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	if (text_read_bool(call->text, &((struct pipeliner *)call->element)->active) != 0)
		return errh_error(call->errh, "invalid argument");
	return 0;
}

static void
pipeliner_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct pipeliner *)base)->task, 0);
}

static const struct arg pipeliner_args[] = {
	ARG(pipeliner, capacity, "CAPACITY", ARG_OPTIONAL, .def = "1024", .min = 0, .max = 1 << 24,
		.help = "packets that a ring holds"),
	ARG(pipeliner, burst, "BURST", ARG_OPTIONAL, .def = "32",
		.help = "packets from each ring in one run of the task; 0 or less: no limit"),
	ARG(pipeliner, blocking, "BLOCKING", ARG_OPTIONAL, .def = "false",
		.help = "waits where a ring is full"),
	ARG(pipeliner, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: drops what it gets"),
	ARG(pipeliner, always_up, "ALWAYS_UP", ARG_KEYWORD, .def = "false",
		.help = "the task never sleeps"),
	ARG(pipeliner, direct, "DIRECT_TRAVERSAL", ARG_KEYWORD, .def = "true",
		.help = "packets that come from the task's own lcore do not wait"),
	ARG(pipeliner, no_useless, "NOUSELESS", ARG_KEYWORD, .def = "false",
		.help = "no warning where all packets come from the task's own lcore"),
	ARG(pipeliner, verbose, "VERBOSE", ARG_KEYWORD, .def = "true",
		.help = "says so when packets are dropped, the first 10 times"),
	ARG(pipeliner, prefetch, "PREFETCH", ARG_KEYWORD, .def = "true",
		.help = "fetches packets in advance"),
	ARGS_END,
};

static const struct handler pipeliner_handlers[] = {
	{.name = "dropped",
		.read = read_dropped,
		.flags = HANDLER_LIVE,
		.help = "packets that found no room"},
	{.name = "count", .read = read_count, .flags = HANDLER_LIVE, .help = "packets passed on"},
	{.name = "highwater", .read = read_highwater, .help = "most packets that a ring has held"},
	HANDLER_FIELD_R("active", pipeliner, active, HANDLER_CHECKBOX, .write = write_active,
		.help = "whether it takes packets"),
	HANDLERS_END,
};

static const char *const pipeliner_drops[] = {
	[FULL] = "ring full", [INACTIVE] = "not active", [END] = "still waiting at the end", NULL};

static const struct element_class pipeliner_class = {
	.name = "Pipeliner",
	.ports = "1-/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_HANDOVER,
	.size = sizeof(struct pipeliner),
	.lcore_size = sizeof(struct pipeliner_lcore),
	.push = pipeliner_push,
	.configure = pipeliner_configure,
	.attach = pipeliner_attach,
	.reserve = pipeliner_reserve,
	.initialize = pipeliner_initialize,
	.cleanup = pipeliner_cleanup,
	.lcores_changed = pipeliner_lcores_changed,
	.take_state = pipeliner_take_state,
	.held = pipeliner_held,
	.args = pipeliner_args,
	.handlers = pipeliner_handlers,
	.add_handlers = pipeliner_add_handlers,
	.drops = pipeliner_drops,
	.group = "queue",
	.brief = "hands packets over to the lcore of its task",
	.manual =
		"Each lcore that pushes has a lock-free ring of its own, which nobody else writes to.\n"
		"The task takes packets from one ring after the other, with another first one in each\n"
		"run, and pushes them on. StaticThreadSched chooses its lcore. Without packets the task\n"
		"falls asleep after CAPACITY / 2 runs; who brings the next packet wakes it.\n"
		"\n"
		"Packets that come from the task's own lcore go straight through and may overtake\n"
		"others, unless DIRECT_TRAVERSAL is false. With BLOCKING an lcore waits where its ring\n"
		"is full, until it has room or the lcore is wanted elsewhere; what does not fit then is\n"
		"dropped. CAPACITY counts packets, also where FastClick would count batches.",
	.example = "InfiniteSource(LIMIT 5) -> Pipeliner(NOUSELESS true) -> Discard;",
};
ELEMENT_CLASS(pipeliner_class)
