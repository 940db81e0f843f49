// SPDX-License-Identifier: BSD-3-Clause
// AggregatePacketCounter: counts the packet numbers of each aggregate, port by port.

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elements/analysis/aggregatenotifier.h"
#include "elements/analysis/keytable.h"
#include "src/chatter.h"
#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct key {
	uint32_t aggregate, number;
};

struct aggregatepacketcounter {
	struct element element;
	struct key_table table; // struct key
	uint32_t *counts; // owned; by place and port
	uint64_t n_packets, n_overflows;
	bool no_anno; // all packets have number 0
	uint8_t anno;

	// Arguments.
	struct any want_anno;
	struct element *notifier;
	uint32_t capacity;
};

// ---- data path

static void
count_packet(struct aggregatepacketcounter *e, unsigned port, const struct packet *p)
{
	struct key key = {.aggregate = packet_anno_u32(p, ANNO_AGGREGATE)};
	uint32_t place;

	if (key.aggregate == 0)
		return;
	key.number = e->no_anno ? 0 : packet_anno_u32(p, e->anno);
	place = key_table_find(&e->table, &key);
	if (place == KEY_TABLE_NONE)
		place = key_table_add(&e->table, &key);
	if (place == KEY_TABLE_NONE) {
		e->n_overflows++;
		return;
	}
	e->counts[(size_t)place * e->element.n_inputs + port]++;
	e->n_packets++;
}

static void
aggregatepacketcounter_push(struct element *base, unsigned port, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		count_packet((struct aggregatepacketcounter *)base, port, b->pkt[i]);
	element_push(base, port, b);
}

static void
aggregatepacketcounter_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	element_pull(base, port, b, max);
	for (unsigned i = 0; i < b->n; i++)
		count_packet((struct aggregatepacketcounter *)base, port, b->pkt[i]);
}

// ---- configuration

static int
aggregatepacketcounter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct aggregatepacketcounter *e = (struct aggregatepacketcounter *)base;
	struct anno4 anno;
	struct errh silent;

	(void)args;
	errh_init_silent(&silent);
	e->no_anno = strcmp(e->want_anno.text, "NONE") == 0;
	if (e->no_anno)
		return 0;
	if (args_parse_value(&arg_anno4, e->want_anno.text, &anno, NULL, base, &silent) != 0)
		return errh_error(errh, "bad ANNO");
	e->anno = anno.offset;
	return 0;
}

static int
aggregatepacketcounter_initialize(struct element *base, struct errh *errh)
{
	struct aggregatepacketcounter *e = (struct aggregatepacketcounter *)base;

	(void)errh;
	key_table_init(&e->table, sizeof(struct key), e->capacity);
	e->counts = mem_zalloc((size_t)e->capacity * base->n_inputs * sizeof(*e->counts));
	return 0;
}

static void
aggregatepacketcounter_cleanup(struct element *base)
{
	struct aggregatepacketcounter *e = (struct aggregatepacketcounter *)base;

	if (base->info->initialized && e->n_packets == 0 && e->n_overflows == 0)
		chatter(ELEMENT_FMT ": warning: saw no packets with aggregate annotations",
			element_name(base), base->class->name);
	key_table_fini(&e->table);
	free(e->counts);
}

static int
aggregatepacketcounter_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregatepacketcounter *e = (struct aggregatepacketcounter *)base;
	struct aggregatepacketcounter *old = (struct aggregatepacketcounter *)old_base;
	size_t n = base->n_inputs;

	(void)errh;
	if (n != old_base->n_inputs)
		return 0;
	for (uint32_t i = 0; i < old->table.n_used; i++) {
		uint32_t place = key_table_has(&old->table, i)
					 ? key_table_add(&e->table, key_table_key(&old->table, i))
					 : KEY_TABLE_NONE;

		if (place != KEY_TABLE_NONE)
			memcpy(e->counts + place * n, old->counts + i * n, n * sizeof(*e->counts));
	}
	e->n_packets = old->n_packets;
	e->n_overflows = old->n_overflows;
	return 0;
}

// ---- handlers

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int
read_aggregate(const struct handler_read *call, uint32_t *aggregate)
{
	char *text = confstr_uncomment(call->param);
	uint64_t n;
	int err = text_read_uint64(text, &n);

	free(text);
	if (err != 0 || n > UINT32_MAX)
		return errh_error(call->errh, "argument should be aggregate number");
	*aggregate = (uint32_t)n;
	return 0;
}

enum { RECEIVED, UNDELIVERED };

// Numbers of an aggregate: those seen, or those seen more often on port 0 than on port 1.
static int
read_numbers(const struct handler_read *call)
{
	const struct aggregatepacketcounter *e = (struct aggregatepacketcounter *)call->element;
	bool all = call->row->number == RECEIVED;
	uint32_t aggregate = 0, *numbers, n = 0;

	if (read_aggregate(call, &aggregate) != 0)
		return -EINVAL;
	if (!all && e->element.n_inputs < 2)
		return errh_error(call->errh, "needs two ports");
	numbers = mem_zalloc((size_t)e->table.n * sizeof(*numbers));
	for (uint32_t i = 0; i < e->table.n_used; i++) {
		const uint32_t *counts = e->counts + (size_t)i * e->element.n_inputs;
		const struct key *key = key_table_key(&e->table, i);

		if (key_table_has(&e->table, i) && key->aggregate == aggregate &&
			(all || counts[0] > counts[1]))
			numbers[n++] = key->number;
	}
	qsort(numbers, n, sizeof(*numbers), compare);
	for (uint32_t i = 0; i < n; i++)
		strbuf_addf(call->out, "%u\n", numbers[i]);
	free(numbers);
	return 0;
}

static int
write_clear(const struct handler_write *call)
{
	struct aggregatepacketcounter *e = (struct aggregatepacketcounter *)call->element;

	memset(e->counts, 0, (size_t)e->table.n_used * e->element.n_inputs * sizeof(*e->counts));
	key_table_clear(&e->table);
	e->n_packets = 0;
	return 0;
}

static const struct arg aggregatepacketcounter_args[] = {
	ARG(aggregatepacketcounter, want_anno, "ANNO", ARG_KEYWORD, .def = "PACKET_NUMBER",
		.help = "annotation of 4 bytes that holds a packet's number, or NONE"),
	ARG(aggregatepacketcounter, notifier, "NOTIFIER", ARG_KEYWORD,
		.help = "accepted, and not used"),
	ARG(aggregatepacketcounter, capacity, "CAPACITY", ARG_KEYWORD, .def = "1048576", .min = 1,
		.max = 1 << 26, .help = "pairs of aggregate and number that there is room for"),
	ARGS_END,
};

static const struct handler aggregatepacketcounter_handlers[] = {
	HANDLER_FIELD_R("count", aggregatepacketcounter, n_packets, 0, .help = "packets counted"),
	{.name = "received",
		.read = read_numbers,
		.flags = HANDLER_PARAM,
		.number = RECEIVED,
		.help = "numbers of the packets of an aggregate"},
	{.name = "undelivered",
		.read = read_numbers,
		.flags = HANDLER_PARAM,
		.number = UNDELIVERED,
		.help = "those that came by port 0 more often than by port 1"},
	{.name = "clear", .write = write_clear, .flags = HANDLER_BUTTON, .help = "forgets all"},
	HANDLER_FIELD_R("overflows", aggregatepacketcounter, n_overflows, 0,
		.help = "packets not counted for want of room"),
	HANDLERS_END,
};

static const struct element_class aggregatepacketcounter_class = {
	.name = "AggregatePacketCounter",
	.ports = "1-/1-",
	.processing = "a/a",
	.flow = "#/#",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregatepacketcounter),
	.push = aggregatepacketcounter_push,
	.pull = aggregatepacketcounter_pull,
	.configure = aggregatepacketcounter_configure,
	.initialize = aggregatepacketcounter_initialize,
	.cleanup = aggregatepacketcounter_cleanup,
	.take_state = aggregatepacketcounter_take_state,
	.args = aggregatepacketcounter_args,
	.handlers = aggregatepacketcounter_handlers,
	.reads = "AGGREGATE",
	.group = "analysis",
	.brief = "counts the packet numbers of each aggregate, port by port",
	.manual =
		"Packets of input i leave by output i. With two ports, one in front of a network and\n"
		"one behind it, the handler `undelivered` tells which packets were lost between them.\n"
		"Packets with aggregate 0 are not counted.",
	.example =
		"Idle -> apc :: AggregatePacketCounter -> Discard; Idle -> [1] apc [1] -> Discard;",
};
ELEMENT_CLASS(aggregatepacketcounter_class)
