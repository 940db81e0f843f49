// SPDX-License-Identifier: BSD-3-Clause
// LinkUnqueue: pulls packets and pushes them on as a serial link would, with latency and bandwidth.

#include <stdlib.h>

#include "elements/queue/delay.h"
#include "src/mem.h"
#include "src/notifier.h"
#include "src/plan.h"
#include "src/storage.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "src/timer.h"

enum { BANDWIDTH_UNIT = 100, LEAST_PACKET = 64, CAPACITY_MIN = 64, CAPACITY_MAX = 65536 };

#define LATENCY_MAX (3600 * CLOCK_S)
#define BANDWIDTH_MAX (INT64_MAX / 1000) // bytes per second

struct linkunqueue {
	struct element element;
	struct timespan latency;
	struct bandwidth bandwidth; // as configured
	uint64_t rate; // bandwidth in units of BANDWIDTH_UNIT bytes per second
	// Packets in transit, each with the time of its arrival as its timestamp.
	struct packet **ring; // owned; capacity places
	uint32_t capacity, first;
	uint32_t n; // home lcore writes, others may read
	bool back_to_back; // the last packet followed the one before it at once
	struct task task;
	struct timer timer; // an arrival, or the link is free
	struct signal signal; // upstream empty
};

enum { END, RESET };

// ---- the link

static struct packet *
packet_at(const struct linkunqueue *e, uint32_t i)
{
	uint32_t place = e->first + i;

	return e->ring[place < e->capacity ? place : place - e->capacity];
}

static void
set_n(struct linkunqueue *e, uint32_t n)
{
	__atomic_store_n(&e->n, n, __ATOMIC_RELAXED);
}

static void
append(struct linkunqueue *e, struct packet *p)
{
	uint32_t place = e->first + e->n;

	e->ring[place < e->capacity ? place : place - e->capacity] = p;
	set_n(e, e->n + 1);
}

static struct packet *
take_first(struct linkunqueue *e)
{
	struct packet *p = packet_at(e, 0);

	if (++e->first == e->capacity)
		e->first = 0;
	set_n(e, e->n - 1);
	return p;
}

static int64_t
last_arrival(const struct linkunqueue *e)
{
	return packet_timestamp(packet_at(e, e->n - 1));
}

// What a packet takes to be sent, in whole microseconds.
static int64_t
send_ns(const struct linkunqueue *e, const struct packet *p)
{
	uint32_t len = packet_length(p) + packet_anno_u32(p, ANNO_EXTRA_LENGTH);

	return (int64_t)((uint64_t)len * (1000000 / BANDWIDTH_UNIT) / e->rate) * CLOCK_US;
}

// Sends packets until the link is busy. Whatever it sends now arrives at `reached` plus the time
// that it takes to send it.
static void
send_packets(struct linkunqueue *e, int64_t reached)
{
	while (e->n < e->capacity && (e->n == 0 || last_arrival(e) <= reached)) {
		struct packet *p = element_pull_one(&e->element, 0);
		int64_t from = reached;

		if (p == NULL) {
			e->back_to_back = false;
			return;
		}
		if (e->back_to_back && e->n > 0)
			from = last_arrival(e);
		packet_set_timestamp(p, from + send_ns(e, p));
		append(e, p);
		e->back_to_back = true;
	}
}

static bool
deliver(struct linkunqueue *e, int64_t now)
{
	bool worked = false;
	struct batch b;

	do {
		b.n = 0;
		while (b.n < BATCH_MAX && e->n > 0 && packet_timestamp(packet_at(e, 0)) <= now)
			b.pkt[b.n++] = take_first(e);
		worked |= b.n > 0;
		element_push(&e->element, 0, &b);
	} while (e->n > 0 && packet_timestamp(packet_at(e, 0)) <= now);
	return worked;
}

// The next arrival, or the time at which the link is free, if there may be something to send.
static void
wait_for_link(struct linkunqueue *e, int64_t now)
{
	bool active = signal_is_active(&e->signal);
	int64_t next;

	if (e->n == 0) {
		if (active)
			task_reschedule(&e->task);
		return;
	}
	next = packet_timestamp(packet_at(e, 0));
	if (active && e->n < e->capacity)
		next = RTE_MIN(next, last_arrival(e) - e->latency.ns);
	next -= delay_adjust_ns();
	if (next <= now) {
		task_reschedule(&e->task);
		return;
	}
	// The task may have moved since the timer was last used.
	timer_unschedule(&e->timer);
	e->timer.home = e->task.home;
	timer_schedule_after(&e->timer, next - now);
}

static bool
linkunqueue_run(struct task *task)
{
	struct linkunqueue *e = (struct linkunqueue *)task->element;
	int64_t now = clock_now();
	bool worked;

	send_packets(e, now + e->latency.ns);
	worked = deliver(e, now);
	wait_for_link(e, now);
	return worked;
}

static void
linkunqueue_fire(struct timer *timer)
{
	task_schedule(&((struct linkunqueue *)timer->element)->task);
}

// ---- configuration

// As many packets of the least length as the link takes while the first one travels.
static uint32_t
capacity_for(const struct linkunqueue *e)
{
	double n = (double)e->latency.ns / (double)CLOCK_S * (double)e->rate * BANDWIDTH_UNIT /
		   LEAST_PACKET;

	return n < CAPACITY_MIN ? CAPACITY_MIN : n > CAPACITY_MAX ? CAPACITY_MAX : (uint32_t)n;
}

static int
set_bandwidth(struct linkunqueue *e, uint64_t bytes_per_s, struct errh *errh)
{
	if (bytes_per_s < BANDWIDTH_UNIT)
		return errh_error(errh, "bandwidth too small, minimum %dBps", BANDWIDTH_UNIT);
	e->rate = bytes_per_s / BANDWIDTH_UNIT;
	e->bandwidth.bytes_per_s = e->rate * BANDWIDTH_UNIT;
	return 0;
}

// The link is empty.
static void
set_capacity(struct linkunqueue *e)
{
	free(e->ring);
	e->capacity = capacity_for(e);
	e->ring = mem_zalloc(e->capacity * sizeof(struct packet *));
	e->first = 0;
}

static int
linkunqueue_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct linkunqueue *e = (struct linkunqueue *)base;
	int err = set_bandwidth(e, e->bandwidth.bytes_per_s, errh);

	(void)args;
	if (err != 0)
		return err;
	set_capacity(e);
	return 0;
}

static int
linkunqueue_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct linkunqueue *)base)->task, linkunqueue_run);
	return 0;
}

static int
linkunqueue_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	const struct linkunqueue *e = (struct linkunqueue *)base;

	(void)errh;
	plan_add_packets(
		plan, 0, e->capacity, "%s holds up to %u", element_name(base), e->capacity);
	return 0;
}

static int
linkunqueue_initialize(struct element *base, struct errh *errh)
{
	struct linkunqueue *e = (struct linkunqueue *)base;

	(void)errh;
	timer_init(&e->timer, base, linkunqueue_fire, e->task.home);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
drop_all(struct linkunqueue *e, unsigned reason)
{
	while (e->n > 0)
		element_drop(&e->element, reason, take_first(e));
	e->back_to_back = false;
}

static void
linkunqueue_cleanup(struct element *base)
{
	struct linkunqueue *e = (struct linkunqueue *)base;

	drop_all(e, END);
	free(e->ring);
	e->ring = NULL;
	timer_unschedule(&e->timer);
	task_fini(&e->task);
	signal_fini(&e->signal);
}

// What is in transit arrives when it would have.
static int
linkunqueue_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct linkunqueue *e = (struct linkunqueue *)base;
	struct linkunqueue *old = (struct linkunqueue *)old_base;
	uint32_t n_old = old->n;

	while (old->n > 0 && e->n < e->capacity)
		append(e, take_first(old));
	if (old->n > 0)
		errh_warning(errh, "some packets lost (old length %u, new capacity %u)", n_old,
			e->capacity);
	e->back_to_back = old->back_to_back;
	return 0;
}

static uint32_t
linkunqueue_held(struct element *e)
{
	return ((struct linkunqueue *)e)->n;
}

static uint32_t
storage_length(const struct element *e)
{
	return __atomic_load_n(&((const struct linkunqueue *)e)->n, __ATOMIC_RELAXED);
}

static uint32_t
storage_capacity(const struct element *e)
{
	return ((const struct linkunqueue *)e)->capacity;
}

static const struct storage linkunqueue_storage = {
	.length = storage_length, .capacity = storage_capacity};

// ---- handlers

enum { LATENCY, BANDWIDTH, EMPTY };

static int
write_latency(struct linkunqueue *e, const struct handler_write *call)
{
	struct timespan latency;
	int err = handler_parse(call, &arg_timespan, &latency);

	if (err != 0)
		return err;
	if (latency.ns < 0 || latency.ns > LATENCY_MAX)
		return errh_error(call->errh, "latency must be 0 to 1 h");
	e->latency = latency;
	return 0;
}

static int
write_bandwidth(struct linkunqueue *e, const struct handler_write *call)
{
	struct bandwidth bandwidth;
	int err = handler_parse(call, &arg_bandwidth, &bandwidth);

	if (err != 0)
		return err;
	if (bandwidth.bytes_per_s > BANDWIDTH_MAX)
		return errh_error(call->errh, "bandwidth too large");
	return set_bandwidth(e, bandwidth.bytes_per_s, call->errh);
}

static int
write_value(const struct handler_write *call)
{
	struct linkunqueue *e = (struct linkunqueue *)call->element;
	int err = 0;

	if (call->row->number == LATENCY)
		err = write_latency(e, call);
	else if (call->row->number == BANDWIDTH)
		err = write_bandwidth(e, call);
	if (err != 0)
		return err;
	drop_all(e, RESET);
	set_capacity(e);
	timer_unschedule(&e->timer);
	task_schedule(&e->task);
	return 0;
}

static void
linkunqueue_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct linkunqueue *)base)->task, 0);
}

static const struct arg linkunqueue_args[] = {
	ARG(linkunqueue, latency, "LATENCY", ARG_MANDATORY, .min = 0, .max = LATENCY_MAX,
		.help = "time that each packet travels"),
	ARG(linkunqueue, bandwidth, "BANDWIDTH", ARG_MANDATORY, .min = 0, .max = BANDWIDTH_MAX,
		.help = "of the link, at least 100Bps"),
	ARGS_END,
};

static const struct handler linkunqueue_handlers[] = {
	HANDLER_FIELD_R("latency", linkunqueue, latency, HANDLER_CALM, .write = write_value,
		.number = LATENCY,
		.help = "time that each packet travels; a write empties the link"),
	HANDLER_FIELD_R("bandwidth", linkunqueue, bandwidth, HANDLER_CALM, .write = write_value,
		.number = BANDWIDTH, .help = "of the link; a write empties it"),
	HANDLER_FIELD_R("size", linkunqueue, n, 0, .help = "packets in transit"),
	{.name = "reset",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = EMPTY,
		.help = "drops the packets in transit"},
	HANDLERS_END,
};

static const char *const linkunqueue_drops[] = {
	[END] = "in transit at the end",
	[RESET] = "link reset",
	NULL,
};

static const struct element_class linkunqueue_class = {
	.name = "LinkUnqueue",
	.ports = "1/1",
	.processing = "l/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct linkunqueue),
	.configure = linkunqueue_configure,
	.attach = linkunqueue_attach,
	.reserve = linkunqueue_reserve,
	.initialize = linkunqueue_initialize,
	.cleanup = linkunqueue_cleanup,
	.take_state = linkunqueue_take_state,
	.held = linkunqueue_held,
	.storage = &linkunqueue_storage,
	.args = linkunqueue_args,
	.handlers = linkunqueue_handlers,
	.add_handlers = linkunqueue_add_handlers,
	.drops = linkunqueue_drops,
	.group = "queue",
	.brief = "pulls packets and pushes them on as a serial link would",
	.manual =
		"A packet is sent when the link is free, takes its length (with the EXTRA_LENGTH\n"
		"annotation) divided by BANDWIDTH to be sent, and arrives LATENCY later, the time of\n"
		"which is its timestamp then. BANDWIDTH is rounded down to a multiple of 100 bytes\n"
		"per second. The link has room for the packets of 64 bytes that fit on it, between 64\n"
		"and 65536; when it is full, packets wait upstream. Each write to a handler drops the\n"
		"packets in transit, as in Click.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> LinkUnqueue(10ms, 1Mbps) -> Discard;",
};
ELEMENT_CLASS(linkunqueue_class)
