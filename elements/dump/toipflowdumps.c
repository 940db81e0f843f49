// SPDX-License-Identifier: BSD-3-Clause
// ToIPFlowDumps: writes a file of text lines for each flow.

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "elements/analysis/aggregatenotifier.h"
#include "elements/analysis/keytable.h"
#include "elements/dump/dumpsink.h"
#include "elements/dump/flowdump.h"
#include "elements/dump/summaryview.h"
#include "src/clock.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct toipflowdumps {
	struct dump_sink sink;
	struct dump_output out; // of no use: each flow has a file of its own
	struct flow_dump_style style;
	struct summary_view view;
	struct key_table table; // aggregate
	struct flow_dump *flows; // owned; by place in the table
	struct aggregate_listener listener;
	uint64_t n_files, n_without; // flows written; packets that belong to none
	// Flows that have ended wait a little for packets that are still on their way.
	uint32_t *ended; // owned; aggregates
	uint32_t n_ended;
	int64_t end_at_ns; // when these are finished, by the next packet

	// Arguments.
	struct filename output_pattern;
	struct element *notifier;
	bool absolute_time, absolute_seq, binary, gzip, all_options, options, window, ip_id;
	uint32_t min_count, capacity;
};

static const int64_t end_delay_ns = 250 * CLOCK_MS;

// ---- flows

static int
end_flow(struct toipflowdumps *e, uint32_t place)
{
	struct flow_dump *f = &e->flows[place];
	int err = e->sink.failed ? 0 : flow_dump_flush(f, &e->style);

	e->n_files += f->begun;
	flow_dump_fini(f);
	key_table_remove(&e->table, place);
	return err;
}

static void
end_all(struct toipflowdumps *e)
{
	for (uint32_t i = 0; i < e->table.n_used; i++) {
		int err = key_table_has(&e->table, i) ? end_flow(e, i) : 0;

		if (err != 0)
			dump_sink_fail(&e->sink, err);
	}
	e->n_ended = 0;
}

static int
end_some(struct toipflowdumps *e)
{
	int err = 0;

	while (e->n_ended > 0 && err == 0) {
		uint32_t place = key_table_find(&e->table, &e->ended[--e->n_ended]);

		err = place != KEY_TABLE_NONE ? end_flow(e, place) : 0;
	}
	return err;
}

static void
heard(struct aggregate_listener *listener, uint32_t aggregate, enum aggregate_event event,
	const struct packet *p)
{
	struct toipflowdumps *e = (struct toipflowdumps *)listener->element;

	(void)p;
	if (event != AGGREGATE_DELETE || e->n_ended == e->capacity ||
		key_table_find(&e->table, &aggregate) == KEY_TABLE_NONE)
		return;
	if (e->n_ended == 0)
		e->end_at_ns = clock_steady() + end_delay_ns;
	e->ended[e->n_ended++] = aggregate;
}

// The flow of the packet in view; NULL: it has none, or there is no room for one more.
static struct flow_dump *
find_flow(struct toipflowdumps *e, uint32_t aggregate)
{
	const struct summary_view *v = &e->view;
	uint32_t place;

	if (aggregate == 0 || !v->has_ip)
		return NULL;
	place = key_table_find(&e->table, &aggregate);
	if (place != KEY_TABLE_NONE)
		return &e->flows[place];
	if (!v->is_first || (v->proto != IPPROTO_TCP && v->proto != IPPROTO_UDP) ||
		v->n_transport < 4)
		return NULL;
	place = key_table_add(&e->table, &aggregate);
	if (place == KEY_TABLE_NONE)
		return NULL;
	flow_dump_init(&e->flows[place], v, aggregate);
	return &e->flows[place];
}

static int
toipflowdumps_write(struct dump_sink *s, struct packet *p)
{
	struct toipflowdumps *e = (struct toipflowdumps *)s;
	struct flow_dump *f;
	int err;

	if (unlikely(e->n_ended > 0) && clock_steady() >= e->end_at_ns) {
		err = end_some(e);
		if (err != 0)
			return err;
	}
	summary_view_set(&e->view, p, true);
	f = find_flow(e, packet_anno_u32(p, ANNO_AGGREGATE));
	if (f == NULL) {
		e->n_without++;
		return 0;
	}
	flow_dump_add(f, &e->style, &e->view);
	return f->text.len >= FLOW_DUMP_TEXT ? flow_dump_flush(f, &e->style) : 0;
}

static int
toipflowdumps_begin(struct dump_sink *s)
{
	(void)s;
	return 0;
}

// ---- configuration

static int
check_pattern(struct toipflowdumps *e, struct errh *errh)
{
	const char *pattern =
		e->output_pattern.text != NULL ? e->output_pattern.text : e->sink.filename.text;

	e->style.pattern = pattern;
	if (*pattern == '\0' || !flow_pattern_is_valid(pattern))
		return errh_error(errh, "bad filename pattern");
	if (strcmp(pattern, "-") != 0 && flow_pattern_is_fixed(pattern))
		errh_warning(errh,
			"OUTPUT_PATTERN has no %% escapes, so output files will get overwritten");
	return 0;
}

static int
toipflowdumps_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct toipflowdumps *e = (struct toipflowdumps *)base;
	int err = check_pattern(e, errh);

	(void)args;
	e->out = (struct dump_output)DUMP_OUTPUT_CLOSED;
	e->out.begun = true;
	e->sink.out = &e->out;
	e->sink.write = toipflowdumps_write;
	e->sink.begin = toipflowdumps_begin;
	e->view.extra_length = true;
	e->style.absolute_time = e->absolute_time;
	e->style.absolute_seq = e->absolute_seq;
	e->style.all_options = e->all_options;
	e->style.options = e->options;
	e->style.window = e->window;
	e->style.ip_id = e->ip_id;
	e->style.min_count = e->min_count;
	if (e->binary)
		err = errh_error(errh, "BINARY: not supported, files are text");
	if (e->gzip)
		err = errh_error(errh, "GZIP: not supported, compress the files afterwards");
	if (aggregate_notifier_check(e->notifier, errh) != 0)
		err = -EINVAL;
	return err;
}

static int
toipflowdumps_initialize(struct element *base, struct errh *errh)
{
	struct toipflowdumps *e = (struct toipflowdumps *)base;

	key_table_init(&e->table, sizeof(uint32_t), e->capacity);
	e->flows = mem_zalloc((size_t)e->capacity * sizeof(*e->flows));
	e->ended = mem_zalloc((size_t)e->capacity * sizeof(*e->ended));
	dump_sink_initialize(&e->sink);
	e->listener = (struct aggregate_listener){.event = heard, .element = base};
	return aggregate_notifier_listen(e->notifier, &e->listener, errh);
}

static void
toipflowdumps_cleanup(struct element *base)
{
	struct toipflowdumps *e = (struct toipflowdumps *)base;

	if (e->flows != NULL)
		end_all(e);
	dump_sink_cleanup(&e->sink);
	key_table_fini(&e->table);
	summary_view_fini(&e->view);
	free(e->flows);
	free(e->ended);
}

// Flows go on in their files.
static int
toipflowdumps_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct toipflowdumps *e = (struct toipflowdumps *)base;
	struct toipflowdumps *old = (struct toipflowdumps *)old_base;
	int err = 0;

	if (strcmp(e->style.pattern, old->style.pattern) != 0)
		return 0;
	if (e->capacity < old->table.n)
		err = errh_error(errh, "CAPACITY is too small for the old flows: some end here");
	for (uint32_t i = 0; i < old->table.n_used; i++) {
		uint32_t place = KEY_TABLE_NONE;

		if (key_table_has(&old->table, i))
			place = key_table_add(&e->table, key_table_key(&old->table, i));
		if (place == KEY_TABLE_NONE)
			continue;
		e->flows[place] = old->flows[i];
		old->flows[i].text = (struct strbuf)STRBUF_INIT;
		key_table_remove(&old->table, i);
	}
	for (uint32_t i = 0; i < old->n_ended && e->n_ended < e->capacity; i++)
		e->ended[e->n_ended++] = old->ended[i];
	e->end_at_ns = old->end_at_ns;
	e->n_files = old->n_files;
	e->n_without = old->n_without;
	return err;
}

static int
write_clear(const struct handler_write *call)
{
	end_all((struct toipflowdumps *)call->element);
	return 0;
}

static const struct arg toipflowdumps_args[] = {
	ARG(toipflowdumps, sink.filename, "FILEPATTERN", ARG_OPTIONAL, .def = "-",
		.help = "names of the files, see below; -: standard output"),
	ARG(toipflowdumps, output_pattern, "OUTPUT_PATTERN", ARG_KEYWORD,
		.help = "the same as FILEPATTERN"),
	ARG(toipflowdumps, notifier, "NOTIFIER", ARG_KEYWORD,
		.help = "element that tells when aggregates end; their files are finished then"),
	ARG(toipflowdumps, absolute_time, "ABSOLUTE_TIME", ARG_KEYWORD, .def = "false",
		.help = "true: timestamps since 1970, not since the flow's beginning"),
	ARG(toipflowdumps, absolute_seq, "ABSOLUTE_SEQ", ARG_KEYWORD, .def = "false",
		.help = "true: sequence numbers as they are, not from the direction's first one"),
	ARG(toipflowdumps, binary, "BINARY", ARG_KEYWORD, .def = "false", .help = "only false"),
	ARG(toipflowdumps, gzip, "GZIP", ARG_KEYWORD, .def = "false", .help = "only false"),
	ARG(toipflowdumps, all_options, "ALL_TCP_OPT", ARG_KEYWORD, .def = "false",
		.help = "true: with TCP options"),
	ARG(toipflowdumps, options, "TCP_OPT", ARG_KEYWORD, .def = "false",
		.help = "true: with TCP options except timestamps"),
	ARG(toipflowdumps, window, "TCP_WINDOW", ARG_KEYWORD, .def = "false",
		.help = "true: with TCP windows"),
	ARG(toipflowdumps, ip_id, "IP_ID", ARG_KEYWORD, .def = "false",
		.help = "true: with IP identifiers"),
	ARG(toipflowdumps, min_count, "MINCOUNT", ARG_KEYWORD, .def = "0",
		.help = "packets that a flow must have to get a file"),
	ARG(toipflowdumps, capacity, "CAPACITY", ARG_KEYWORD, .def = "65536", .min = 1,
		.max = 1 << 24, .help = "flows at a time"),
	ARGS_END,
};

static const struct handler toipflowdumps_handlers[] = {
	{.name = "clear",
		.write = write_clear,
		.flags = HANDLER_BUTTON,
		.help = "finishes the files of all flows"},
	HANDLER_FIELD_R("files", toipflowdumps, n_files, 0, .help = "files finished"),
	HANDLER_FIELD_R("skipped", toipflowdumps, n_without, 0,
		.help = "packets that are in no file: not of a flow, or there are too many flows"),
	HANDLERS_END,
};

static const char *const toipflowdumps_drops[] = {DUMP_SINK_DROPS, NULL};

static const struct element_class toipflowdumps_class = {
	.name = "ToIPFlowDumps",
	.ports = "1/0-1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct toipflowdumps),
	.push = dump_sink_push,
	.pull = dump_sink_pull,
	.configure = toipflowdumps_configure,
	.attach = dump_sink_attach,
	.initialize = toipflowdumps_initialize,
	.cleanup = toipflowdumps_cleanup,
	.take_state = toipflowdumps_take_state,
	.args = toipflowdumps_args,
	.handlers = toipflowdumps_handlers,
	.add_handlers = dump_sink_add_handlers,
	.drops = toipflowdumps_drops,
	.reads = "AGGREGATE PAINT EXTRA_LENGTH",
	.group = "dump",
	.brief = "writes a file of text lines for each flow",
	.manual =
		"Each TCP or UDP flow that an AggregateIPFlows in front has numbered gets an\n"
		"IPSummaryDump file, which FromIPSummaryDump reads. Times count from the flow's first\n"
		"packet, sequence numbers from the first one in each direction; lines with ! say what\n"
		"these were. ICMP errors are comments.\n"
		"\n"
		"In FILEPATTERN %n stands for the flow's number, %x and %X for the same in\n"
		"hexadecimal, %s and %d for its addresses, %S and %D for its ports, %p for T or U, %%\n"
		"for %. %06n pads with zeroes, %6n with _. %.0s to %.3s is a byte of an address, as\n"
		"%.0n to %.3n of the number, whose halves are %.4n and %.5n. Directories are made.\n"
		"\n"
		"All columns are announced, and a value that is missing is a `-`; in Click the window\n"
		"is not announced and a missing option leaves its column out. A file is written when\n"
		"its flow has ended (NOTIFIER), 32 KB have come together, at `clear`, and at the end.",
	.example = "FromDump(trace.pcap, FORCE_IP true) -> af :: AggregateIPFlows\n"
		   "-> ToIPFlowDumps(flows/%04n, NOTIFIER af);",
};
ELEMENT_CLASS(toipflowdumps_class)
