// SPDX-License-Identifier: BSD-3-Clause
// AggregateFirst: lets the first packet of each aggregate pass.

#include "elements/analysis/aggregatenotifier.h"
#include "elements/analysis/keytable.h"

struct aggregatefirst {
	struct element element;
	struct key_table seen; // aggregates
	struct aggregate_listener listener;
	struct element *notifier; // borrowed
	uint32_t capacity;
};

enum { NOT_FIRST, FULL };

static inline int
aggregatefirst_packet(struct aggregatefirst *e, struct packet **pp)
{
	uint32_t aggregate = packet_anno_u32(*pp, ANNO_AGGREGATE);

	if (key_table_find(&e->seen, &aggregate) != KEY_TABLE_NONE)
		return element_output_or_drop(&e->element, 1, NOT_FIRST);
	if (unlikely(key_table_add(&e->seen, &aggregate) == KEY_TABLE_NONE))
		return element_output_or_drop(&e->element, 1, FULL);
	return 0;
}

ELEMENT_DECIDE(aggregatefirst, aggregatefirst, aggregatefirst_packet)

static void
aggregatefirst_event(struct aggregate_listener *listener, uint32_t aggregate,
	enum aggregate_event event, const struct packet *p)
{
	struct aggregatefirst *e = (struct aggregatefirst *)listener->element;
	uint32_t place = key_table_find(&e->seen, &aggregate);

	(void)p;
	if (event == AGGREGATE_DELETE && place != KEY_TABLE_NONE)
		key_table_remove(&e->seen, place);
}

static int
aggregatefirst_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return aggregate_notifier_check(((struct aggregatefirst *)base)->notifier, errh);
}

static int
aggregatefirst_initialize(struct element *base, struct errh *errh)
{
	struct aggregatefirst *e = (struct aggregatefirst *)base;

	key_table_init(&e->seen, sizeof(uint32_t), e->capacity);
	e->listener = (struct aggregate_listener){.event = aggregatefirst_event, .element = base};
	return aggregate_notifier_listen(e->notifier, &e->listener, errh);
}

static void
aggregatefirst_cleanup(struct element *base)
{
	key_table_fini(&((struct aggregatefirst *)base)->seen);
}

static int
aggregatefirst_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregatefirst *e = (struct aggregatefirst *)base;
	const struct key_table *old = &((struct aggregatefirst *)old_base)->seen;

	(void)errh;
	for (uint32_t i = 0; i < old->n_used; i++) {
		if (key_table_has(old, i))
			key_table_add(&e->seen, key_table_key(old, i));
	}
	return 0;
}

static const struct arg aggregatefirst_args[] = {
	ARG(aggregatefirst, notifier, "NOTIFIER", ARG_KEYWORD,
		.help = "element that tells when aggregates end, so that they are forgotten"),
	ARG(aggregatefirst, capacity, "CAPACITY", ARG_KEYWORD, .def = "1048576", .min = 1,
		.max = 1 << 28, .help = "aggregates to remember"),
	ARGS_END,
};

static const char *const aggregatefirst_drops[] = {
	[NOT_FIRST] = "not the first of its aggregate",
	[FULL] = "table full",
	NULL,
};

static const struct element_class aggregatefirst_class = {
	.name = "AggregateFirst",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregatefirst),
	.push = aggregatefirst_push,
	.pull = aggregatefirst_pull,
	.decide = aggregatefirst_decide,
	.configure = aggregatefirst_configure,
	.initialize = aggregatefirst_initialize,
	.cleanup = aggregatefirst_cleanup,
	.take_state = aggregatefirst_take_state,
	.args = aggregatefirst_args,
	.drops = aggregatefirst_drops,
	.reads = "AGGREGATE",
	.group = "analysis",
	.brief = "lets the first packet of each aggregate pass",
	.manual =
		"Later packets of an aggregate leave by output 1 if it is connected, as do those of\n"
		"new aggregates when CAPACITY are remembered.",
	.example = "Idle -> af :: AggregateIPFlows -> AggregateFirst(NOTIFIER af) -> Discard;",
};
ELEMENT_CLASS(aggregatefirst_class)
