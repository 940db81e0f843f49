// SPDX-License-Identifier: BSD-3-Clause
// AggregateCounter: counts packets or bytes of each aggregate.

#include "elements/analysis/aggregatecounter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

// ---- data path

static uint64_t
amount(const struct aggregatecounter *e, const struct packet *p)
{
	uint64_t n = packet_length(p);
	int32_t network;

	if (!e->bytes)
		return UINT64_C(1) + (e->multipacket ? packet_anno_u32(p, ANNO_EXTRA_PACKETS) : 0);
	network = packet_network_offset(p);
	if (e->ip_bytes && network != PACKET_NO_HEADER)
		n = packet_length_from(p, network);
	return n + (e->extra_length ? packet_anno_u32(p, ANNO_EXTRA_LENGTH) : 0);
}

// The call may arm another one in its place.
static void
fire(struct aggregatecounter *e, struct aggregatecounter_call *c)
{
	struct handler_call call = c->call;

	*c = (struct aggregatecounter_call){0};
	if (call.name != NULL)
		handler_call_run(&call, &e->element);
	arg_handler_call.fini(&call);
}

// The place of an aggregate that is not known; KEY_TABLE_NONE: it gets none.
static uint32_t
new_place(struct aggregatecounter *e, uint32_t aggregate)
{
	uint32_t place = KEY_TABLE_NONE;

	if (e->aggregate_call.armed && e->table.n >= e->aggregate_call.limit) {
		fire(e, &e->aggregate_call);
		// The call may have changed all this.
		if (!e->active)
			return KEY_TABLE_NONE;
		place = key_table_find(&e->table, &aggregate);
	}
	if (place != KEY_TABLE_NONE || e->frozen)
		return place;
	place = key_table_add(&e->table, &aggregate);
	if (place == KEY_TABLE_NONE)
		e->n_overflows++;
	else
		e->counts[place] = 0;
	return place;
}

// Whether it was counted.
static bool
count_packet(struct aggregatecounter *e, const struct packet *p, bool frozen)
{
	uint32_t aggregate = packet_anno_u32(p, ANNO_AGGREGATE), place;
	uint64_t n;

	if (!e->active)
		return false;
	place = key_table_find(&e->table, &aggregate);
	if (place == KEY_TABLE_NONE && !frozen && !e->frozen)
		place = new_place(e, aggregate);
	if (place == KEY_TABLE_NONE)
		return false;
	n = amount(e, p);
	e->counts[place] += n;
	e->n_counted += n;
	if (unlikely(e->count_call.armed && e->n_counted >= e->count_call.limit))
		fire(e, &e->count_call);
	return true;
}

static void
aggregatecounter_push(struct element *base, unsigned port, struct batch *b)
{
	struct aggregatecounter *e = (struct aggregatecounter *)base;
	int16_t decision[BATCH_MAX];

	for (unsigned i = 0; i < b->n; i++)
		decision[i] = !count_packet(e, b->pkt[i], port == 1);
	if (base->n_outputs == 1)
		element_push(base, 0, b);
	else
		element_split(base, b, decision);
}

static void
aggregatecounter_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct aggregatecounter *e = (struct aggregatecounter *)base;

	element_pull(base, base->n_inputs == 1 ? 0 : port, b, max);
	for (unsigned i = 0; i < b->n; i++)
		count_packet(e, b->pkt[i], port == 1);
}

// ---- configuration

// `N HANDLER [VALUE]`
static int
read_call(struct aggregatecounter_call *c, const char *text, const char *message, struct errh *errh)
{
	struct handler_call call = {0};
	const char *rest;
	char *first = confstr_first_word(text, &rest);
	uint64_t limit;
	int err = text_read_uint64(first, &limit);

	free(first);
	if (err != 0)
		return errh_error(errh, "%s", message);
	if (*rest != '\0')
		err = args_parse_value(&arg_handler_call, rest, &call, NULL, NULL, errh);
	if (err != 0)
		return err;
	arg_handler_call.fini(&c->call);
	*c = (struct aggregatecounter_call){.armed = true, .limit = limit, .call = call};
	return 0;
}

// What FREEZE and STOP stand for.
static int
set_own_call(struct aggregatecounter *e, struct aggregatecounter_call *c, uint64_t limit,
	const char *handler, struct errh *errh)
{
	char *text = mem_printf("%" PRIu64 " %s.%s", limit, element_name(&e->element), handler);
	int err = read_call(c, text, "", errh);

	free(text);
	return err;
}

static int
configure_calls(struct aggregatecounter *e, struct errh *errh)
{
	const char *aggregate = e->want_aggregate_call.text, *count = e->want_count_call.text;
	int err = 0;

	if (e->has_aggregate_freeze + e->has_aggregate_stop + (aggregate != NULL) > 1)
		return errh_error(errh, "'AGGREGATE_FREEZE', 'AGGREGATE_STOP', and "
					"'AGGREGATE_CALL' are mutually exclusive");
	if (e->has_count_freeze + e->has_count_stop + (count != NULL) > 1)
		return errh_error(errh, "'COUNT_FREEZE', 'COUNT_STOP', and 'COUNT_CALL' are "
					"mutually exclusive");
	if (e->has_aggregate_freeze)
		err = set_own_call(e, &e->aggregate_call, e->aggregate_freeze, "freeze true", errh);
	else if (e->has_aggregate_stop)
		err = set_own_call(e, &e->aggregate_call, e->aggregate_stop, "stop", errh);
	else if (aggregate != NULL)
		err = read_call(&e->aggregate_call, aggregate,
			"AGGREGATE_CALL first word should be unsigned (number of aggregates)",
			errh);
	if (err == 0 && e->has_count_freeze)
		err = set_own_call(e, &e->count_call, e->count_freeze, "freeze true", errh);
	else if (err == 0 && e->has_count_stop)
		err = set_own_call(e, &e->count_call, e->count_stop, "stop", errh);
	else if (err == 0 && count != NULL)
		err = read_call(&e->count_call, count,
			"COUNT_CALL first word should be unsigned (count)", errh);
	return err;
}

static int
aggregatecounter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct aggregatecounter *e = (struct aggregatecounter *)base;

	(void)args;
	e->active = true;
	return configure_calls(e, errh);
}

static int
aggregatecounter_initialize(struct element *base, struct errh *errh)
{
	struct aggregatecounter *e = (struct aggregatecounter *)base;
	struct aggregatecounter_call *calls[] = {&e->aggregate_call, &e->count_call};
	int err = 0;

	key_table_init(&e->table, sizeof(uint32_t), e->capacity);
	e->counts = mem_zalloc((size_t)e->capacity * sizeof(*e->counts));
	for (unsigned i = 0; i < RTE_DIM(calls); i++) {
		if (calls[i]->call.name != NULL &&
			handler_call_resolve(&calls[i]->call, base, HANDLER_WRITABLE, errh) != 0)
			err = -EINVAL;
	}
	return err;
}

static void
aggregatecounter_cleanup(struct element *base)
{
	struct aggregatecounter *e = (struct aggregatecounter *)base;

	arg_handler_call.fini(&e->aggregate_call.call);
	arg_handler_call.fini(&e->count_call.call);
	key_table_fini(&e->table);
	free(e->counts);
}

static int
aggregatecounter_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregatecounter *e = (struct aggregatecounter *)base;
	const struct aggregatecounter *old = (struct aggregatecounter *)old_base;

	(void)errh;
	e->frozen = old->frozen;
	e->active = old->active;
	e->n_counted = old->n_counted;
	e->n_overflows = old->n_overflows;
	// Calls that have been made are not made again.
	if (strcmp(base->info->config, old_base->info->config) == 0) {
		e->aggregate_call.armed &= old->aggregate_call.armed;
		e->count_call.armed &= old->count_call.armed;
	}
	for (uint32_t i = 0; i < old->table.n_used; i++) {
		uint32_t place = key_table_has(&old->table, i)
					 ? key_table_add(&e->table, key_table_key(&old->table, i))
					 : KEY_TABLE_NONE;

		if (place != KEY_TABLE_NONE)
			e->counts[place] = old->counts[i];
	}
	return 0;
}

// ---- handlers

static void
clear(struct aggregatecounter *e)
{
	key_table_clear(&e->table);
	e->n_counted = 0;
}

// Each count becomes an aggregate, counted once for each that had it.
static void
reaggregate(struct aggregatecounter *e)
{
	uint32_t n = 0;
	uint32_t *keys = mem_zalloc((size_t)e->table.n * sizeof(*keys));

	for (uint32_t i = 0; i < e->table.n_used; i++) {
		if (key_table_has(&e->table, i))
			keys[n++] = (uint32_t)RTE_MIN(e->counts[i], (uint64_t)UINT32_MAX);
	}
	clear(e);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t place = key_table_find(&e->table, &keys[i]);

		if (place == KEY_TABLE_NONE) {
			place = key_table_add(&e->table, &keys[i]);
			e->counts[place] = 0;
		}
		e->counts[place]++;
		e->n_counted++;
	}
	free(keys);
}

enum { COUNT, NAGG, OVERFLOWS, AGGREGATE_CALL, COUNT_CALL, ACTIVE, STOP, CLEAR, REAGGREGATE };

static void
add_call(const struct aggregatecounter_call *c, struct strbuf *out)
{
	if (!c->armed)
		return;
	strbuf_addf(out, "%" PRIu64, c->limit);
	if (c->call.name != NULL)
		strbuf_addf(out, " %s%s%s", c->call.name, *c->call.value ? " " : "", c->call.value);
}

static int
read_value(const struct handler_read *call)
{
	const struct aggregatecounter *e = (struct aggregatecounter *)call->element;

	switch (call->row->number) {
	case COUNT:
		strbuf_addf(call->out, "%" PRIu64, e->n_counted);
		break;
	case NAGG:
		strbuf_addf(call->out, "%u", e->table.n);
		break;
	case OVERFLOWS:
		strbuf_addf(call->out, "%" PRIu64, e->n_overflows);
		break;
	case AGGREGATE_CALL:
		add_call(&e->aggregate_call, call->out);
		break;
	case COUNT_CALL:
		add_call(&e->count_call, call->out);
		break;
	}
	return 0;
}

static int
write_call(const struct handler_write *call)
{
	struct aggregatecounter *e = (struct aggregatecounter *)call->element;
	bool aggregates = call->row->number == AGGREGATE_CALL;
	struct aggregatecounter_call *c = aggregates ? &e->aggregate_call : &e->count_call;
	struct aggregatecounter_call made = {0};
	char *text = confstr_uncomment(call->text), *message;
	int err = 0;

	message = mem_printf("argument to '%s' should be 'N HANDLER [VALUE]'", call->row->name);
	if (*text != '\0')
		err = read_call(&made, text, message, call->errh);
	free(message);
	free(text);
	if (err == 0 && made.call.name != NULL)
		err = handler_call_resolve(&made.call, &e->element, HANDLER_WRITABLE, call->errh);
	if (err != 0) {
		arg_handler_call.fini(&made.call);
		return err;
	}
	arg_handler_call.fini(&c->call);
	*c = made;
	return 0;
}

static int
write_value(const struct handler_write *call)
{
	struct aggregatecounter *e = (struct aggregatecounter *)call->element;

	switch (call->row->number) {
	case STOP:
		e->active = false;
		router_adjust_run_count(call->router, -1);
		break;
	case CLEAR:
		clear(e);
		break;
	case REAGGREGATE:
		reaggregate(e);
		break;
	}
	return 0;
}

static const struct arg aggregatecounter_args[] = {
	ARG(aggregatecounter, bytes, "BYTES", ARG_KEYWORD, .def = "false",
		.help = "true: counts bytes, not packets"),
	ARG(aggregatecounter, ip_bytes, "IP_BYTES", ARG_KEYWORD, .def = "false",
		.help = "true: with BYTES, only those from the IP header on"),
	ARG(aggregatecounter, multipacket, "MULTIPACKET", ARG_KEYWORD, .def = "true",
		.help = "whether a packet counts as those of its EXTRA_PACKETS annotation as well"),
	ARG(aggregatecounter, extra_length, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "whether the annotation of that name is part of a packet's bytes"),
	ARG(aggregatecounter, aggregate_freeze, "AGGREGATE_FREEZE", ARG_KEYWORD,
		.given = ARG_GIVEN(aggregatecounter, has_aggregate_freeze),
		.help = "freezes when there would be more than so many aggregates"),
	ARG(aggregatecounter, aggregate_stop, "AGGREGATE_STOP", ARG_KEYWORD,
		.given = ARG_GIVEN(aggregatecounter, has_aggregate_stop),
		.help = "stops the driver then"),
	ARG(aggregatecounter, want_aggregate_call, "AGGREGATE_CALL", ARG_KEYWORD,
		.help = "N HANDLER [VALUE]: calls a write handler then"),
	ARG(aggregatecounter, count_freeze, "COUNT_FREEZE", ARG_KEYWORD,
		.given = ARG_GIVEN(aggregatecounter, has_count_freeze),
		.help = "freezes when the total reaches this"),
	ARG(aggregatecounter, count_stop, "COUNT_STOP", ARG_KEYWORD,
		.given = ARG_GIVEN(aggregatecounter, has_count_stop),
		.help = "stops the driver then"),
	ARG(aggregatecounter, want_count_call, "COUNT_CALL", ARG_KEYWORD,
		.help = "N HANDLER [VALUE]: calls a write handler then"),
	ARG(aggregatecounter, banner, "BANNER", ARG_KEYWORD,
		.help = "text for the beginning of files"),
	ARG(aggregatecounter, capacity, "CAPACITY", ARG_KEYWORD, .def = "1048576", .min = 1,
		.max = 1 << 28, .help = "aggregates that there is room for"),
	ARGS_END,
};

static const struct handler aggregatecounter_handlers[] = {
	{.name = "write_text_file",
		.write = aggregatecounter_write_file,
		.number = AGGREGATE_TEXT,
		.help = "writes `AGGREGATE COUNT` lines to the file"},
	{.name = "write_ascii_file",
		.write = aggregatecounter_write_file,
		.number = AGGREGATE_TEXT,
		.help = "the same"},
	{.name = "write_file",
		.write = aggregatecounter_write_file,
		.number = AGGREGATE_BINARY,
		.help = "the same in binary"},
	{.name = "write_ip_file",
		.write = aggregatecounter_write_file,
		.number = AGGREGATE_IP,
		.help = "the same with aggregates as IP addresses"},
	{.name = "write_pdf_file",
		.write = aggregatecounter_write_file,
		.number = AGGREGATE_PDF,
		.help = "the same with shares of the total"},
	HANDLER_FIELD_RW("freeze", aggregatecounter, frozen, HANDLER_CHECKBOX,
		.help = "true: new aggregates are not counted"),
	HANDLER_FIELD_RW("active", aggregatecounter, active, HANDLER_CHECKBOX,
		.help = "false: nothing is counted"),
	{.name = "stop",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = STOP,
		.help = "counts nothing more, and stops the driver"},
	{.name = "reaggregate_counts",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = REAGGREGATE,
		.help = "counts become aggregates, counted by how many had them"},
	{.name = "counts_pdf",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = REAGGREGATE,
		.help = "the same"},
	HANDLER_FIELD_RW("banner", aggregatecounter, banner, HANDLER_CALM,
		.help = "text for the beginning of files"),
	{.name = "clear",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = CLEAR,
		.help = "forgets all"},
	{.name = "aggregate_call",
		.read = read_value,
		.write = write_call,
		.number = AGGREGATE_CALL,
		.help = "N HANDLER [VALUE], empty when it is done"},
	{.name = "count_call",
		.read = read_value,
		.write = write_call,
		.number = COUNT_CALL,
		.help = "N HANDLER [VALUE], empty when it is done"},
	{.name = "count", .read = read_value, .number = COUNT, .help = "packets or bytes counted"},
	{.name = "nagg", .read = read_value, .number = NAGG, .help = "aggregates"},
	{.name = "overflows",
		.read = read_value,
		.number = OVERFLOWS,
		.help = "packets not counted, since there was no room for their aggregate"},
	HANDLERS_END,
};

static const struct element_class aggregatecounter_class = {
	.name = "AggregateCounter",
	.ports = "1-2/1-2",
	.processing = "a/a",
	.flow = "#/#",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct aggregatecounter),
	.push = aggregatecounter_push,
	.pull = aggregatecounter_pull,
	.configure = aggregatecounter_configure,
	.initialize = aggregatecounter_initialize,
	.cleanup = aggregatecounter_cleanup,
	.take_state = aggregatecounter_take_state,
	.args = aggregatecounter_args,
	.handlers = aggregatecounter_handlers,
	.reads = "AGGREGATE EXTRA_PACKETS EXTRA_LENGTH",
	.group = "analysis",
	.brief = "counts packets or bytes of each aggregate",
	.manual =
		"Counts by the aggregate annotation. Packets of input 1 count only for aggregates that\n"
		"are known already, and so do all when it is frozen. With two outputs, packets that\n"
		"were not counted leave by output 1 (push).\n"
		"When CAPACITY aggregates are known, packets of others are not counted, but under the\n"
		"handler `overflows`.",
	.example = "Idle -> AggregateIP(ip dst/24) -> AggregateCounter(BYTES true) -> Discard;",
};
ELEMENT_CLASS(aggregatecounter_class)
