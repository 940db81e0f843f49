// SPDX-License-Identifier: BSD-3-Clause
// AggregateLast: lets the last packet of each aggregate pass.

#include <stdlib.h>

#include "elements/analysis/aggregatenotifier.h"
#include "elements/analysis/keytable.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"

struct aggregatelast {
	struct element element;
	struct key_table table; // aggregates
	struct packet **held; // owned, as are the packets; by place in the table
	struct packet **done; // owned; packets whose aggregates have ended
	uint32_t n_done, n_emitted; // of those: how many are out already
	bool clearing; // by the handler
	struct task task; // emits what is done
	struct aggregate_listener listener;

	// Arguments.
	struct element *notifier; // borrowed
	bool stop_after_clear;
	uint32_t capacity;
};

enum { NOT_LAST, FULL, HELD_AT_END };

// ---- data path

// Handlers and packets that what goes out brings back here find the rest as it is, and may add to
// it.
static void
emit_done(struct aggregatelast *e)
{
	struct batch b;

	while (e->n_emitted < e->n_done) {
		b.n = (uint16_t)RTE_MIN(e->n_done - e->n_emitted, (uint32_t)BATCH_MAX);
		memcpy(b.pkt, e->done + e->n_emitted, b.n * sizeof(*b.pkt));
		e->n_emitted += b.n;
		element_push(&e->element, 0, &b);
	}
	e->n_done = e->n_emitted = 0;
	if (!e->clearing)
		return;
	e->clearing = false;
	if (e->stop_after_clear)
		router_adjust_run_count(e->element.router, -1);
}

// The packet takes the place of the one that was the last until now.
static void
displace(struct packet *old, struct packet *p)
{
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS,
		packet_anno_u32(p, ANNO_EXTRA_PACKETS) + 1 +
			packet_anno_u32(old, ANNO_EXTRA_PACKETS));
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH,
		packet_anno_u32(p, ANNO_EXTRA_LENGTH) + packet_length(old) +
			packet_anno_u32(old, ANNO_EXTRA_LENGTH));
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, packet_anno_u64(old, ANNO_FIRST_TIMESTAMP));
}

static void
hold_packet(struct aggregatelast *e, struct packet *p)
{
	uint32_t aggregate = packet_anno_u32(p, ANNO_AGGREGATE);
	uint32_t place = key_table_find(&e->table, &aggregate);
	struct packet *old;

	if (place != KEY_TABLE_NONE) {
		old = e->held[place];
		displace(old, p);
		e->held[place] = p;
		element_push_checked(&e->element, 1, old, NOT_LAST);
		return;
	}
	// Those that are done have a place until they are gone.
	if (e->table.n + e->n_done < e->capacity)
		place = key_table_add(&e->table, &aggregate);
	if (place == KEY_TABLE_NONE) {
		element_push_checked(&e->element, 1, p, FULL);
		return;
	}
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)packet_timestamp(p));
	e->held[place] = p;
}

static void
aggregatelast_push(struct element *base, unsigned port, struct batch *b)
{
	struct aggregatelast *e = (struct aggregatelast *)base;

	(void)port;
	if (e->n_done > 0 || e->clearing)
		emit_done(e);
	for (unsigned i = 0; i < b->n; i++)
		hold_packet(e, b->pkt[i]);
	b->n = 0;
}

static bool
aggregatelast_run(struct task *task)
{
	emit_done((struct aggregatelast *)task->element);
	return true;
}

static void
end_aggregate(struct aggregatelast *e, uint32_t place)
{
	e->done[e->n_done++] = e->held[place];
	e->held[place] = NULL;
	key_table_remove(&e->table, place);
	task_schedule(&e->task);
}

static void
aggregatelast_event(struct aggregate_listener *listener, uint32_t aggregate,
	enum aggregate_event event, const struct packet *p)
{
	struct aggregatelast *e = (struct aggregatelast *)listener->element;
	uint32_t place = key_table_find(&e->table, &aggregate);

	(void)p;
	if (event == AGGREGATE_DELETE && place != KEY_TABLE_NONE)
		end_aggregate(e, place);
}

// ---- configuration

static int
aggregatelast_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return aggregate_notifier_check(((struct aggregatelast *)base)->notifier, errh);
}

static int
aggregatelast_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct aggregatelast *)base)->task, aggregatelast_run);
	return 0;
}

static int
aggregatelast_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	uint32_t n = ((struct aggregatelast *)base)->capacity;

	(void)errh;
	plan_add_packets(plan, 0, n, "%s holds up to %u", element_name(base), n);
	return 0;
}

static int
aggregatelast_initialize(struct element *base, struct errh *errh)
{
	struct aggregatelast *e = (struct aggregatelast *)base;

	key_table_init(&e->table, sizeof(uint32_t), e->capacity);
	e->held = mem_zalloc((size_t)e->capacity * sizeof(struct packet *));
	e->done = mem_zalloc((size_t)e->capacity * sizeof(struct packet *));
	e->listener = (struct aggregate_listener){.event = aggregatelast_event, .element = base};
	return aggregate_notifier_listen(e->notifier, &e->listener, errh);
}

static void
aggregatelast_cleanup(struct element *base)
{
	struct aggregatelast *e = (struct aggregatelast *)base;

	for (uint32_t i = 0; i < e->table.n_used; i++) {
		if (key_table_has(&e->table, i))
			element_drop(base, HELD_AT_END, e->held[i]);
	}
	for (uint32_t i = e->n_emitted; i < e->n_done; i++)
		element_drop(base, HELD_AT_END, e->done[i]);
	task_fini(&e->task);
	key_table_fini(&e->table);
	free(e->held);
	free(e->done);
}

static uint32_t
aggregatelast_held(struct element *base)
{
	const struct aggregatelast *e = (struct aggregatelast *)base;

	return e->table.n + e->n_done - e->n_emitted;
}

// What there is no room for any more stays, and is dropped with the old router.
static int
aggregatelast_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregatelast *e = (struct aggregatelast *)base;
	struct aggregatelast *old = (struct aggregatelast *)old_base;

	(void)errh;
	while (old->n_done > 0 && e->n_done < e->capacity)
		e->done[e->n_done++] = old->done[--old->n_done];
	for (uint32_t i = 0; i < old->table.n_used; i++) {
		uint32_t place;

		if (!key_table_has(&old->table, i) || e->table.n + e->n_done >= e->capacity)
			continue;
		place = key_table_add(&e->table, key_table_key(&old->table, i));
		e->held[place] = old->held[i];
		key_table_remove(&old->table, i);
	}
	if (e->n_done > 0)
		task_schedule(&e->task);
	return 0;
}

static int
write_clear(const struct handler_write *call)
{
	struct aggregatelast *e = (struct aggregatelast *)call->element;

	for (uint32_t i = 0; i < e->table.n_used; i++) {
		if (key_table_has(&e->table, i))
			end_aggregate(e, i);
	}
	e->clearing = true;
	task_schedule(&e->task);
	return 0;
}

static const struct arg aggregatelast_args[] = {
	ARG(aggregatelast, notifier, "NOTIFIER", ARG_KEYWORD,
		.help = "element that tells when aggregates end"),
	ARG(aggregatelast, stop_after_clear, "STOP_AFTER_CLEAR", ARG_KEYWORD, .def = "false",
		.help = "true: the handler `clear` stops the driver when all packets are out"),
	ARG(aggregatelast, capacity, "CAPACITY", ARG_KEYWORD, .def = "4096", .min = 1,
		.max = 1 << 24, .help = "packets to hold, one for each aggregate"),
	ARGS_END,
};

static const struct handler aggregatelast_handlers[] = {
	{.name = "clear",
		.write = write_clear,
		.flags = HANDLER_BUTTON,
		.help = "emits all packets that are held"},
	HANDLERS_END,
};

static const char *const aggregatelast_drops[] = {
	[NOT_LAST] = "not the last of its aggregate",
	[FULL] = "table full",
	[HELD_AT_END] = "held at the end",
	NULL,
};

static const struct element_class aggregatelast_class = {
	.name = "AggregateLast",
	.ports = "1/1-2",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregatelast),
	.push = aggregatelast_push,
	.configure = aggregatelast_configure,
	.attach = aggregatelast_attach,
	.reserve = aggregatelast_reserve,
	.initialize = aggregatelast_initialize,
	.cleanup = aggregatelast_cleanup,
	.take_state = aggregatelast_take_state,
	.held = aggregatelast_held,
	.args = aggregatelast_args,
	.handlers = aggregatelast_handlers,
	.drops = aggregatelast_drops,
	.reads = "AGGREGATE EXTRA_PACKETS EXTRA_LENGTH",
	.writes = "EXTRA_PACKETS EXTRA_LENGTH FIRST_TIMESTAMP",
	.group = "analysis",
	.brief = "lets the last packet of each aggregate pass",
	.manual =
		"Holds the newest packet of each aggregate until NOTIFIER says that the aggregate has\n"
		"ended, or the handler `clear` is written. A packet that a newer one takes the place\n"
		"of leaves by output 1 if it is connected. The one that is held counts them in its\n"
		"annotations: EXTRA_PACKETS, EXTRA_LENGTH, and FIRST_TIMESTAMP.\n"
		"When CAPACITY packets are held, those of other aggregates leave by output 1 as well.",
	.example = "Idle -> af :: AggregateIPFlows -> AggregateLast(NOTIFIER af) -> Discard;",
};
ELEMENT_CLASS(aggregatelast_class)
