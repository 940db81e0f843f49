// SPDX-License-Identifier: BSD-3-Clause
// FromDPDK: packets that a DPDK port receives.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elements/device/port.h"
#include "elements/device/ringed.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/reach.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "src/task.h"

struct fromdpdk;

// What one lcore polls: one or several of the device's queues.
struct rx_task {
	struct task task;
	struct fromdpdk *owner; // borrowed
	struct io_queue *queues; // owned
	unsigned n_queues, first_queue;
	unsigned next; // queue that has its turn
	bool began; // io_rx_begin()
};

struct fromdpdk {
	struct element element;
	char *spec;
	int32_t queue; // first queue; negative: the next free one
	int32_t n_queues; // negative: as many as lcores poll it
	int32_t max_threads;
	bool promisc, promisc_given, active, allow_nonexistent, numa;
	uint32_t burst, n_desc, mtu;
	struct rss_types rss;
	struct mac_addr mac;
	bool mac_given;
	bool prefetch_data; // an element of the graph looks at it
	struct io_port *port; // shared; NULL if it may be missing and is
	struct rx_task *tasks; // owned
	unsigned n_tasks;
	struct ringed_rx *ringed; // owned; NULL in the direct form
	uint64_t n_forgotten; // by reset_count
};

enum { RING_FULL };

// Of one lcore.
struct fromdpdk_lcore {
	uint64_t n_packets;
};

// ---- data path

static inline unsigned
receive(struct fromdpdk *e, struct io_queue *q, uint32_t burst)
{
	struct fromdpdk_lcore *l = element_lcore(&e->element);
	struct batch b;

	b.n = (uint16_t)q->rx(q, b.pkt, RTE_MIN(burst, (uint32_t)BATCH_MAX));
	if (b.n == 0)
		return 0;
	l->n_packets += b.n;
	lcore_count_received(b.n);
	burst = b.n;
	if (e->prefetch_data)
		batch_prefetch_data(&b);
	element_push(&e->element, 0, &b);
	return burst;
}

static bool
rx_run(struct task *task)
{
	struct rx_task *t = (struct rx_task *)task;
	struct fromdpdk *e = t->owner;
	unsigned n = 0;

	if (unlikely(!e->active))
		return false;
	for (unsigned i = 0; i < t->n_queues; i++)
		n += receive(e, &t->queues[i], e->burst);
	task_reschedule(task);
	return n > 0;
}

// A port that is waited for: again while packets come, then not before rx_ready().
static bool
rx_run_blocking(struct task *task)
{
	struct rx_task *t = (struct rx_task *)task;
	unsigned n;

	if (!t->owner->active)
		return false;
	n = receive(t->owner, &t->queues[0], t->owner->burst);
	if (n > 0)
		task_reschedule(task);
	return n > 0;
}

// On the thread that waits.
static bool
rx_ready(void *arg)
{
	return task_schedule_from_outside(&((struct rx_task *)arg)->task);
}

// ---- placing queues on lcores

// The worker lcores that may poll the port: those on its NUMA node, if there are any.
static unsigned
usable_threads(const struct fromdpdk *e, unsigned *threads)
{
	struct io_info info;
	unsigned n = 0;

	io_port_info(e->port, &info);
	for (unsigned i = 0; i < lcores_n_threads(); i++) {
		if (e->numa && lcores_thread(i)->node == info.node)
			threads[n++] = i;
	}
	for (unsigned i = 0; n == 0 && i < lcores_n_threads(); i++)
		threads[i] = i;
	return n > 0 ? n : lcores_n_threads();
}

// The inputs of the router share the worker lcores: each gets its portion, one behind the other.
// Returns how many, with their thread numbers.
static unsigned
share(const struct fromdpdk *e, unsigned *threads)
{
	const struct router *r = e->element.router;
	unsigned usable[LCORES_MAX], n_usable = usable_threads(e, usable), n_inputs = 0, mine = 0,
				     n;

	for (size_t i = 0; i < r->n_elements; i++) {
		if (r->elements[i] == &e->element)
			mine = n_inputs;
		n_inputs += r->elements[i]->class == e->element.class;
	}
	n = RTE_MAX(n_usable / n_inputs, 1u);
	if (e->max_threads > 0)
		n = RTE_MIN(n, (unsigned)e->max_threads);
	for (unsigned i = 0; i < n; i++)
		threads[i] = usable[(mine * n + i) % n_usable];
	return n;
}

static void
place(struct fromdpdk *e, unsigned n_queues, unsigned first_queue)
{
	struct lcore *fixed = element_home_fixed(&e->element);
	unsigned threads[LCORES_MAX], n_threads = share(e, threads);
	unsigned n_tasks = fixed != NULL ? 1 : RTE_MIN(n_threads, n_queues), queue = first_queue;
	task_fn *run = io_is_blocking(e->port) ? rx_run_blocking : rx_run;

	e->tasks = mem_zalloc(n_tasks * sizeof(*e->tasks));
	e->n_tasks = n_tasks;
	for (unsigned i = 0; i < n_tasks; i++) {
		struct rx_task *t = &e->tasks[i];
		struct lcore *home = element_is_parked(&e->element) ? NULL
				     : fixed != NULL                ? fixed
								    : lcores_thread(threads[i]);

		t->owner = e;
		t->first_queue = queue;
		t->n_queues = n_queues / n_tasks + (i < n_queues % n_tasks);
		queue += t->n_queues;
		t->queues = mem_zalloc(t->n_queues * sizeof(*t->queues));
		task_init(&t->task, &e->element, run, home, element_tickets(&e->element));
		t->task.is_input = true;
		element_task_carries(&t->task);
	}
}

// ---- configuration

static int
fromdpdk_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromdpdk *e = (struct fromdpdk *)base;

	(void)args;
	(void)errh;
	io_announce(e->spec);
	return 0;
}

static int
fromdpdk_attach(struct element *base, struct errh *errh)
{
	struct fromdpdk *e = (struct fromdpdk *)base;
	struct io_wish wish = {.n_desc = e->n_desc,
		.promisc = e->promisc_given ? e->promisc : 1,
		.mtu = e->mtu,
		.rss_types = e->rss.bits,
		.mac = e->mac_given ? e->mac.bytes : NULL};
	unsigned threads[LCORES_MAX];
	struct errh silent;
	int n, first;

	errh_init_silent(&silent);
	e->port = io_open(e->spec, e->allow_nonexistent ? &silent : errh);
	if (e->port == NULL)
		return e->allow_nonexistent ? 0 : -EINVAL;
	wish.n_queues = e->n_queues > 0                                     ? (unsigned)e->n_queues
			: e->queue >= 0 || element_home_fixed(base) != NULL ? 1
									    : share(e, threads);
	// Nobody has asked: as many as the device has, without a remark.
	if (e->n_queues <= 0)
		wish.n_queues = RTE_MIN(wish.n_queues, io_max_rx_queues(e->port));
	n = io_want_rx(e->port, &wish, errh);
	if (n < 0)
		return n;
	first = io_take_rx_queues(e->port, base->router, e->queue, (unsigned)n, errh);
	if (first < 0)
		return first;
	if (io_is_ringed()) {
		e->ringed = ringed_rx_create(
			base, e->port, (unsigned)first, (unsigned)n, &e->active, &e->burst, errh);
		return e->ringed == NULL ? -EINVAL : 0;
	}
	place(e, (unsigned)n, (unsigned)first);
	return 0;
}

static int
fromdpdk_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	struct fromdpdk *e = (struct fromdpdk *)base;

	(void)errh;
	if (e->port != NULL)
		io_reserve_rx(e->port, plan);
	if (e->ringed != NULL)
		ringed_rx_reserve(e->ringed, plan);
	return 0;
}

static int
fromdpdk_initialize(struct element *base, struct errh *errh)
{
	struct fromdpdk *e = (struct fromdpdk *)base;
	struct io_info info = {0};

	if (e->port != NULL)
		io_port_info(e->port, &info);
	e->prefetch_data = io_mode() == IO_FULL && !info.data_is_hot && reach_reads_data(base);
	if (e->ringed != NULL)
		return ringed_rx_initialize(e->ringed, io_mode() == IO_FULL, errh);
	for (unsigned i = 0; i < e->n_tasks; i++) {
		struct rx_task *t = &e->tasks[i];

		for (unsigned q = 0; q < t->n_queues; q++)
			io_rx(e->port, t->first_queue + q, &t->queues[q]);
		if (e->active)
			task_schedule(&t->task);
	}
	return 0;
}

static void
fromdpdk_start(struct element *base)
{
	struct fromdpdk *e = (struct fromdpdk *)base;
	int err;

	for (unsigned i = 0; i < e->n_tasks; i++) {
		struct rx_task *t = &e->tasks[i];

		if (!io_is_blocking(e->port) || t->task.home == NULL)
			continue;
		err = io_rx_begin(e->port, rx_ready, t);
		t->began = err == 0;
		if (err != 0)
			chatter("%s: no thread to read with: %s", element_name(base),
				strerror(-err));
	}
}

static void
fromdpdk_retire(struct element *base)
{
	struct fromdpdk *e = (struct fromdpdk *)base;

	for (unsigned i = 0; i < e->n_tasks; i++) {
		if (e->tasks[i].began)
			io_rx_end(e->port);
		e->tasks[i].began = false;
	}
}

static void
fromdpdk_cleanup(struct element *base)
{
	struct fromdpdk *e = (struct fromdpdk *)base;

	fromdpdk_retire(base);
	for (unsigned i = 0; i < e->n_tasks; i++) {
		task_fini(&e->tasks[i].task);
		free(e->tasks[i].queues);
	}
	free(e->tasks);
	ringed_rx_destroy(e->ringed);
	if (e->port != NULL)
		io_give_rx_queues(e->port, base->router);
	io_close(e->port);
}

static uint32_t
fromdpdk_held(struct element *base)
{
	struct fromdpdk *e = (struct fromdpdk *)base;

	return e->ringed != NULL ? ringed_rx_held(e->ringed) : 0;
}

static uint64_t
n_received(struct element *base)
{
	const struct fromdpdk *e = (struct fromdpdk *)base;
	uint64_t n = e->ringed != NULL ? ringed_rx_received(e->ringed) : 0;

	return n + ELEMENT_SUM(base, fromdpdk_lcore, n_packets);
}

static int
fromdpdk_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct fromdpdk *e = (struct fromdpdk *)base, *before = (struct fromdpdk *)old;
	struct fromdpdk_lcore *l = element_lcore(base);

	(void)errh;
	l->n_packets += n_received(old) - before->n_forgotten;
	if (e->ringed != NULL && before->ringed != NULL)
		ringed_rx_take(e->ringed, before->ringed);
	return 0;
}

static void
fromdpdk_describe(struct element *base, unsigned lcore, struct strbuf *out)
{
	struct fromdpdk *e = (struct fromdpdk *)base;
	struct io_info info = {.name = "no device"};

	if (e->port != NULL)
		io_port_info(e->port, &info);
	strbuf_adds(out, info.name);
	if (e->ringed != NULL)
		strbuf_adds(out, ringed_is_io_lcore(lcore) ? ", into rings" : " rings");
	for (unsigned i = 0; i < e->n_tasks; i++) {
		const struct rx_task *t = &e->tasks[i];

		if (t->task.home == NULL || t->task.home->index != lcore)
			continue;
		strbuf_addf(out, " queue %u", t->first_queue);
		if (t->n_queues > 1)
			strbuf_addf(out, "-%u", t->first_queue + t->n_queues - 1);
	}
}

// ---- handlers

static int
read_count(const struct handler_read *call)
{
	const struct fromdpdk *e = (struct fromdpdk *)call->element;

	strbuf_addf(call->out, "%" PRIu64, n_received(call->element) - e->n_forgotten);
	return 0;
}

static int
write_reset_count(const struct handler_write *call)
{
	((struct fromdpdk *)call->element)->n_forgotten = n_received(call->element);
	return 0;
}

static int
read_queues(const struct handler_read *call)
{
	const struct fromdpdk *e = (struct fromdpdk *)call->element;
	unsigned n = 0;

	for (unsigned i = 0; i < e->n_tasks; i++)
		n += e->tasks[i].n_queues;
	strbuf_addf(call->out, "%u", e->ringed != NULL ? ringed_rx_queues(e->ringed) : n);
	return 0;
}

static int
read_hw_dropped(const struct handler_read *call)
{
	const struct fromdpdk *e = (struct fromdpdk *)call->element;
	struct io_stats s;

	if (e->port == NULL || !io_stats(e->port, &s) || s.rx_missed_unknown)
		strbuf_adds(call->out, "??");
	else
		strbuf_addf(call->out, "%" PRIu64, s.rx_missed + s.rx_nombuf);
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	struct fromdpdk *e = (struct fromdpdk *)call->element;
	bool active;

	if (text_read_bool(call->text, &active) != 0)
		return errh_error(call->errh, "Not a valid boolean");
	e->active = active;
	for (unsigned i = 0; active && i < e->n_tasks; i++)
		task_schedule(&e->tasks[i].task);
	if (active && e->ringed != NULL)
		ringed_rx_wake(e->ringed);
	return 0;
}

static int
write_mac(const struct handler_write *call)
{
	struct fromdpdk *e = (struct fromdpdk *)call->element;
	bool add = call->row->number != 0;
	uint8_t mac[6];
	int err;

	if (text_read_mac(call->text, mac) != 0)
		return errh_error(call->errh, "Invalid MAC address %s", call->text);
	err = e->port == NULL ? -ENODEV
	      : add           ? io_add_mac(e->port, mac)
			      : io_remove_mac(e->port, mac);
	if (err != 0)
		return errh_error(call->errh, "Could not %s mac address !", add ? "add" : "remove");
	return 0;
}

static void
fromdpdk_add_handlers(struct element *base)
{
	struct fromdpdk *e = (struct fromdpdk *)base;

	if (e->n_tasks > 0)
		element_add_task_handlers(base, &e->tasks[0].task, 0);
}

static const struct arg fromdpdk_args[] = {
	ARG(fromdpdk, spec, "PORT", ARG_MANDATORY,
		.help = "port number, PCI address, port name, or device arguments that create it"),
	ARG(fromdpdk, queue, "QUEUE", ARG_OPTIONAL, .def = "-1", .min = -1, .max = 1023,
		.help = "first receive queue; -1: the next one that nobody has"),
	ARG(fromdpdk, n_queues, "N_QUEUES", ARG_KEYWORD, .def = "-1", .min = -1, .max = 1024,
		.help = "receive queues; -1: one for each lcore that polls, with RSS"),
	ARG(fromdpdk, max_threads, "MAXTHREADS", ARG_KEYWORD, .def = "-1", .min = -1, .max = 64,
		.help = "most worker lcores that poll it; -1: its share of them"),
	ARG(fromdpdk, promisc, "PROMISC", ARG_KEYWORD, .def = "true",
		.given = ARG_GIVEN(fromdpdk, promisc_given),
		.help = "receive frames for any address"),
	ARG(fromdpdk, burst, "BURST", ARG_KEYWORD, .def = "32", .min = 1, .max = BATCH_MAX,
		.help = "most packets taken from the device at once"),
	ARG(fromdpdk, n_desc, "NDESC", ARG_KEYWORD, .def = "0", .max = 32768, .min = 0,
		.help = "receive descriptors of each queue; 0: 1024"),
	ARG(fromdpdk, mac, "MAC", ARG_KEYWORD, .given = ARG_GIVEN(fromdpdk, mac_given),
		.help = "hardware address to give to the port"),
	ARG(fromdpdk, mtu, "MTU", ARG_KEYWORD, .def = "0", .max = 65535, .min = 0,
		.help = "largest frame payload, bytes; 0: the device's default"),
	ARG_AS(fromdpdk, rss, arg_rss_types, "RSS", ARG_KEYWORD,
		.help = "fields that RSS spreads by, out of ip, tcp, udp, sctp (default: ip tcp udp)"),
	ARG(fromdpdk, numa, "NUMA", ARG_KEYWORD, .def = "true",
		.help = "prefer worker lcores on the device's NUMA node"),
	ARG(fromdpdk, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: does not receive until the handler `active` is set"),
	ARG(fromdpdk, allow_nonexistent, "ALLOW_NONEXISTENT", ARG_KEYWORD, .def = "false",
		.help = "go on without packets if there is no such port"),
	ARGS_END,
};

static const struct handler fromdpdk_handlers[] = {
	PORT_HANDLERS(fromdpdk),
	{.name = "hw_dropped",
		.read = read_hw_dropped,
		.help = "packets that the device had no room for; ?? if it does not tell"},
	{.name = "nb_rx_queues",
		.read = read_queues,
		.flags = HANDLER_CALM,
		.help = "receive queues"},
	{.name = "count", .read = read_count, .flags = HANDLER_LIVE, .help = "packets received"},
	{.name = "reset_count",
		.write = write_reset_count,
		.flags = HANDLER_BUTTON,
		.help = "sets count to 0"},
	HANDLER_FIELD_RW("burst", fromdpdk, burst, HANDLER_CALM, .help = "packets taken at once"),
	HANDLER_FIELD_R("active", fromdpdk, active, HANDLER_CHECKBOX, .write = write_active,
		.help = "whether it receives"),
	{.name = "add_mac", .write = write_mac, .number = 1, .help = "adds a hardware address"},
	{.name = "remove_mac", .write = write_mac, .help = "removes a hardware address"},
	HANDLERS_END,
};

static const char *const fromdpdk_drops[] = {[RING_FULL] = "ring full", NULL};

static const struct element_class fromdpdk_class = {
	.name = "FromDPDK",
	.aliases = "FromDPDKDevice",
	.ports = "0/1",
	.processing = "h/h",
	.flags = ELEMENT_DEVICE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct fromdpdk),
	.lcore_size = sizeof(struct fromdpdk_lcore),
	.configure = fromdpdk_configure,
	.attach = fromdpdk_attach,
	.reserve = fromdpdk_reserve,
	.initialize = fromdpdk_initialize,
	.start = fromdpdk_start,
	.retire = fromdpdk_retire,
	.cleanup = fromdpdk_cleanup,
	.take_state = fromdpdk_take_state,
	.join_args = port_join_args,
	.held = fromdpdk_held,
	.describe = fromdpdk_describe,
	.args = fromdpdk_args,
	.handlers = fromdpdk_handlers,
	.add_handlers = fromdpdk_add_handlers,
	.drops = fromdpdk_drops,
	.group = "device",
	.brief = "packets that a DPDK port receives",
	.manual =
		"A task on each lcore that the port's queues were placed on polls the device and\n"
		"carries each burst through the graph to its end. The packet is the mbuf that the\n"
		"device filled; nothing is copied. Its MAC header is set, its type is HOST, it has\n"
		"no timestamp.\n"
		"With several worker lcores the device is opened with several queues and RSS.\n"
		"`--io` chooses another way of receiving, to measure what each technique brings;\n"
		"`--ringed` lets one lcore poll the devices and others run the elements.",
	.example = "FromDPDK(net_null0) -> Discard;",
};
ELEMENT_CLASS(fromdpdk_class)
