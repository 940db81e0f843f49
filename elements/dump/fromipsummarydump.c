// SPDX-License-Identifier: BSD-3-Clause
// FromIPSummaryDump: makes packets of the lines of an IPSummaryDump file.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elements/dump/dumpsource.h"
#include "elements/dump/summaryreader.h"
#include "elements/dump/summaryspread.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strbuf.h"

struct fromipsummarydump {
	struct dump_source source;
	struct summary_reader reader;
	struct summary_build build; // the line's packet
	struct summary_spread spread;

	// Arguments.
	struct data data;
	bool has_data, checksum, zero, multipacket, allow_nonexistent;
	struct ip_proto proto;
	struct any fields, contents, default_contents, flow, default_flow;
};

enum { HELD_AT_END };

// ---- data path

static enum dump_reading
make_packet(struct fromipsummarydump *e)
{
	return summary_spread_next(&e->spread, &e->build, &e->source, e->checksum);
}

static enum dump_reading
fromipsummarydump_read(struct dump_source *s)
{
	struct fromipsummarydump *e = (struct fromipsummarydump *)s;

	if (e->spread.n_left > 0)
		return make_packet(e);
	switch (summary_reader_next(&e->reader, &e->build)) {
	case SUMMARY_PACKET:
		summary_spread_start(&e->spread, &e->build, e->multipacket);
		return make_packet(e);
	case SUMMARY_NOTHING:
		return DUMP_READ_SKIPPED;
	case SUMMARY_END:
		break;
	}
	dump_source_end(s);
	return DUMP_READ_END;
}

// ---- configuration

static const char *
first_given(const struct any *a, const struct any *b)
{
	return a->text != NULL ? a->text : b->text;
}

// Click wants a word in front of the flow, which means nothing.
static int
set_flow(struct fromipsummarydump *e, const char *text, struct errh *errh)
{
	const char *rest = text;
	char *word;

	if (summary_reader_set_flow(&e->reader, text))
		return 0;
	word = confstr_first_word(text, &rest);
	free(word);
	if (summary_reader_set_flow(&e->reader, rest))
		return 0;
	return errh_error(errh, "bad flow ID: should be 'SRC SPORT DST DPORT [PROTO]'");
}

static int
fromipsummarydump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromipsummarydump *e = (struct fromipsummarydump *)base;
	const char *fields = first_given(&e->fields, &e->contents);
	const char *flow = first_given(&e->flow, &e->default_flow);

	(void)args;
	e->reader.in = (struct dump_input)DUMP_INPUT_CLOSED;
	e->reader.proto = e->proto.number;
	e->source.read = fromipsummarydump_read;
	e->source.in = &e->reader.in;
	e->source.held_reason = HELD_AT_END;
	if (e->has_data && e->source.filename.text != NULL)
		return errh_error(errh, "FILENAME and DATA conflict");
	if (!e->has_data && e->source.filename.text == NULL)
		return errh_error(errh, "FILENAME: required argument missing");
	if (fields == NULL)
		fields = e->default_contents.text;
	if (fields != NULL)
		summary_reader_set_fields(&e->reader, fields, errh);
	if (flow != NULL && set_flow(e, flow, errh) != 0)
		return -EINVAL;
	return dump_source_configure(&e->source, errh);
}

static int
fromipsummarydump_attach(struct element *base, struct errh *errh)
{
	struct fromipsummarydump *e = (struct fromipsummarydump *)base;
	struct dump_input *in = &e->reader.in;
	const char *name = e->source.filename.text;

	dump_source_attach(&e->source);
	if (e->has_data) {
		dump_input_open_bytes(in, "<data>", e->data.bytes, e->data.len);
		return e->data.len > 0 ? summary_reader_begin(&e->reader, errh) : 0;
	}
	if (e->allow_nonexistent && access(name, F_OK) < 0 && errno == ENOENT) {
		dump_input_open_bytes(in, name, NULL, 0);
		return 0;
	}
	if (dump_input_open(in, name, errh) != 0)
		return -EINVAL;
	return summary_reader_begin(&e->reader, errh);
}

static int
fromipsummarydump_initialize(struct element *base, struct errh *errh)
{
	(void)errh;
	dump_source_initialize((struct dump_source *)base);
	return 0;
}

static void
fromipsummarydump_cleanup(struct element *base)
{
	struct fromipsummarydump *e = (struct fromipsummarydump *)base;

	dump_source_cleanup(&e->source);
	summary_reader_close(&e->reader);
}

static bool
is_same(const struct fromipsummarydump *e, const struct fromipsummarydump *old)
{
	if (e->source.element.class != old->source.element.class || e->has_data != old->has_data)
		return false;
	if (e->has_data)
		return e->data.len == old->data.len &&
		       (e->data.len == 0 ||
			       memcmp(e->data.bytes, old->data.bytes, e->data.len) == 0);
	return strcmp(e->source.filename.text, old->source.filename.text) == 0;
}

static int
fromipsummarydump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct fromipsummarydump *e = (struct fromipsummarydump *)base;
	struct fromipsummarydump *old = (struct fromipsummarydump *)old_base;

	(void)errh;
	if (!is_same(e, old))
		return 0;
	summary_reader_close(&e->reader);
	e->reader = old->reader;
	if (!e->has_data)
		e->reader.in.name = e->source.filename.text;
	old->reader = (struct summary_reader){.in = DUMP_INPUT_CLOSED};
	e->build = old->build;
	e->spread = old->spread;
	old->spread.n_left = 0;
	dump_source_take(&e->source, &old->source);
	return 0;
}

static int
read_bad_lines(const struct handler_read *call)
{
	const struct fromipsummarydump *e = (struct fromipsummarydump *)call->element;

	strbuf_addf(call->out, "%" PRIu64, e->reader.n_bad);
	return 0;
}

static void
fromipsummarydump_add_handlers(struct element *base)
{
	static const struct handler bad_lines = {
		.read = read_bad_lines, .help = "lines of which nothing could be read"};

	element_add_handler(base, "bad_lines", &bad_lines, 0);
	dump_source_add_handlers(base);
}

static const struct arg fromipsummarydump_args[] = {
	ARG(fromipsummarydump, source.filename, "FILENAME", ARG_OPTIONAL,
		.help = "the file; -: standard input. gzip and bzip2 are recognized"),
	ARG(fromipsummarydump, data, "DATA", ARG_KEYWORD,
		.given = ARG_GIVEN(fromipsummarydump, has_data),
		.help = "the lines themselves, instead of a file"),
	DUMP_SOURCE_STOP_ARG(fromipsummarydump),
	DUMP_SOURCE_ACTIVE_ARG(fromipsummarydump),
	ARG(fromipsummarydump, zero, "ZERO", ARG_KEYWORD, .def = "true",
		.help = "accepted; what no line says is always zero"),
	ARG(fromipsummarydump, source.timing, "TIMING", ARG_KEYWORD, .def = "false",
		.help = "true: packets come with the gaps that the file says"),
	ARG(fromipsummarydump, checksum, "CHECKSUM", ARG_KEYWORD, .def = "false",
		.help = "true: packets have their full length, and right checksums"),
	DUMP_SOURCE_SAMPLE_ARG(fromipsummarydump),
	ARG(fromipsummarydump, proto, "PROTO", ARG_KEYWORD, .def = "6",
		.help = "IP protocol of packets whose line does not say it"),
	ARG(fromipsummarydump, multipacket, "MULTIPACKET", ARG_KEYWORD, .def = "false",
		.help = "true: a line with `count` gives so many packets"),
	ARG(fromipsummarydump, fields, "FIELDS", ARG_KEYWORD,
		.help = "what lines mean until a !data line says so"),
	ARG(fromipsummarydump, contents, "CONTENTS", ARG_KEYWORD, .help = "the same as FIELDS"),
	ARG(fromipsummarydump, default_contents, "DEFAULT_CONTENTS", ARG_KEYWORD,
		.help = "the same as FIELDS"),
	ARG(fromipsummarydump, flow, "FLOWID", ARG_KEYWORD,
		.help = "SRC SPORT DST DPORT [PROTO] of packets whose line does not say it"),
	ARG(fromipsummarydump, default_flow, "DEFAULT_FLOWID", ARG_KEYWORD,
		.help = "the same as FLOWID"),
	ARG(fromipsummarydump, allow_nonexistent, "ALLOW_NONEXISTENT", ARG_KEYWORD, .def = "false",
		.help = "true: a file that does not exist is an empty one"),
	ARGS_END,
};

static const char *const fromipsummarydump_drops[] = {
	[HELD_AT_END] = "read but not due at the end", NULL};

static const struct element_class fromipsummarydump_class = {
	.name = "FromIPSummaryDump",
	.ports = "0/1",
	.processing = "a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct fromipsummarydump),
	.pull = dump_source_pull,
	.configure = fromipsummarydump_configure,
	.attach = fromipsummarydump_attach,
	.reserve = dump_source_reserve,
	.initialize = fromipsummarydump_initialize,
	.cleanup = fromipsummarydump_cleanup,
	.take_state = fromipsummarydump_take_state,
	.notifier = dump_source_notifier,
	.held = dump_source_held,
	.args = fromipsummarydump_args,
	.handlers = dump_source_handlers,
	.add_handlers = fromipsummarydump_add_handlers,
	.drops = fromipsummarydump_drops,
	.writes = "DST_IP AGGREGATE EXTRA_PACKETS EXTRA_LENGTH FIRST_TIMESTAMP PAINT",
	.group = "dump",
	.brief = "makes packets of the lines of a summary file",
	.manual =
		"Reads a file that ToIPSummaryDump wrote (see there for the fields), text or binary,\n"
		"or lines by hand, and makes an IP packet of each line about a packet. What no field\n"
		"says is zero but for the version, a TTL of 100, the lengths, and a transport header of\n"
		"the packet's protocol. Data that the file does not have is in EXTRA_LENGTH, or, with\n"
		"CHECKSUM, zeroes. An Ethernet header, if given, stands in front of the data.\n"
		"\n"
		"`!data FIELD...` says what the following lines hold, `!flowid SRC SPORT DST DPORT\n"
		"[PROTO]`, `!proto P` and `!aggregate N` what packets have whose line does not say it;\n"
		"packets with direction `<` go from DST to SRC. Click reads the last three and forgets\n"
		"them. Other lines with `!` or `#` are comments.\n"
		"\n"
		"A value that cannot be read is missing. Of lines without any value the first is\n"
		"reported; the handler `bad_lines` counts them.",
	.example = "FromIPSummaryDump(DATA \"!data src dst sport dport proto\n"
		   "1.0.0.1 2.0.0.2 80 1024 T\n\", STOP true) -> Discard;",
};
ELEMENT_CLASS(fromipsummarydump_class)
