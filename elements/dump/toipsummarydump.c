// SPDX-License-Identifier: BSD-3-Clause
// ToIPSummaryDump: writes a line of text, or a binary record, about each packet to a file.

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "elements/dump/dumpsink.h"
#include "elements/dump/summaryfield.h"
#include "elements/dump/summaryview.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "src/text.h"

struct toipsummarydump {
	struct dump_sink sink;
	struct dump_output out;
	struct summary_fields fields; // none unknown
	bool needs_ip; // a field is about a header
	struct summary_view view;
	struct strbuf line, meta; // being put together

	// Arguments.
	struct any want_fields, contents;
	char *banner;
	bool header, verbose, multipacket, bad_packets, careful_trunc, extra_length, binary;
};

enum { PACKETS_MAX = 65536 }; // lines of one packet: annotations can be anything
#define RECORD_TEXT UINT32_C(0x80000000) // in a record's length: a line of text

// ---- lines

static void
put_length(struct strbuf *line, uint32_t bits)
{
	uint32_t len = (uint32_t)line->len | bits;

	for (unsigned i = 0; i < 4; i++)
		line->data[i] = (char)(uint8_t)(len >> (24 - 8 * i));
}

// A line that is not about a packet.
static int
write_meta(struct toipsummarydump *e, const struct strbuf *text)
{
	struct strbuf *meta = &e->meta;

	strbuf_clear(meta);
	if (e->binary)
		strbuf_add(meta, "\0\0\0\0", 4);
	strbuf_add(meta, text->data, text->len);
	if (e->binary)
		put_length(meta, RECORD_TEXT);
	return dump_output_add(&e->out, meta->data, meta->len);
}

static void
add_value(struct toipsummarydump *e, const struct summary_field *f)
{
	struct summary_value value;
	bool there;

	value.number = 0;
	value.len = 0;
	there = f->extract(&e->view, f, &value);
	if (e->binary)
		summary_pack(f, there ? &value : NULL, &e->line);
	else if (there)
		f->form->print(&value, &e->line);
	else
		strbuf_addc(&e->line, '-');
}

static int
write_line(struct toipsummarydump *e, const struct packet *p)
{
	struct strbuf *line = &e->line;
	int err = 0;

	summary_view_set(&e->view, p, e->needs_ip);
	strbuf_clear(line);
	if (e->binary)
		strbuf_add(line, "\0\0\0\0", 4);
	for (size_t i = 0; i < e->fields.n; i++) {
		if (i > 0 && !e->binary)
			strbuf_addc(line, ' ');
		add_value(e, e->fields.v[i]);
	}
	if (e->binary)
		put_length(line, 0);
	else
		strbuf_addc(line, '\n');
	if (e->bad_packets && e->view.bad.len > 0)
		err = write_meta(e, &e->view.bad);
	return err != 0 ? err : dump_output_add(&e->out, line->data, line->len);
}

// ---- packets that stand for several

// A line for each of them, times and lengths evenly spread. p is ours for the time being.
static int
write_packets(struct toipsummarydump *e, struct packet *p)
{
	uint32_t extra_packets = packet_anno_u32(p, ANNO_EXTRA_PACKETS);
	uint32_t extra_length = packet_anno_u32(p, ANNO_EXTRA_LENGTH), len = packet_length(p);
	uint64_t count = RTE_MIN(UINT64_C(1) + extra_packets, (uint64_t)PACKETS_MAX),
		 total = (uint64_t)len + extra_length;
	int64_t last_ns = packet_timestamp(p), ns = last_ns, step = 0;
	int64_t first_ns = (int64_t)packet_anno_u64(p, ANNO_FIRST_TIMESTAMP);
	int err = 0;

	total = RTE_MAX(total, count * len);
	if (first_ns > 0 && first_ns <= last_ns) {
		step = (last_ns - first_ns) / (int64_t)(count - 1);
		ns = first_ns;
	}
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, 0);
	e->view.split = true;
	for (uint64_t left = count; left > 0 && err == 0; left--, ns += step) {
		uint64_t share = total / left;

		total -= share;
		packet_set_anno_u32(
			p, ANNO_EXTRA_LENGTH, (uint32_t)RTE_MIN(share - len, (uint64_t)UINT32_MAX));
		packet_set_timestamp(p, left == 1 ? last_ns : ns);
		err = write_line(e, p);
	}
	e->view.split = false;
	packet_set_timestamp(p, last_ns);
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, extra_packets);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, extra_length);
	return err;
}

// ---- the file's beginning

static void
add_run(struct strbuf *text)
{
	int64_t now = clock_now();
	time_t seconds = (time_t)(now / CLOCK_S);
	char host[256] = "", when[32];

	if (gethostname(host, sizeof(host) - 1) == 0)
		strbuf_addf(text, "!host %s\n", host);
	strbuf_adds(text, "!runtime ");
	text_timestamp(text, now);
	if (ctime_r(&seconds, when) != NULL)
		strbuf_addf(text, " (%.*s)", (int)strcspn(when, "\n"), when);
	strbuf_addc(text, '\n');
}

static void
add_header(const struct toipsummarydump *e, struct strbuf *text)
{
	strbuf_adds(text, "!IPSummaryDump 1.3\n");
	if (e->banner != NULL && *e->banner != '\0') {
		strbuf_adds(text, "!creator ");
		confstr_quote(e->banner, strlen(e->banner), text);
		strbuf_addc(text, '\n');
	}
	if (e->verbose)
		add_run(text);
	summary_fields_text(&e->fields, e->binary, text);
	if (e->binary)
		strbuf_adds(text, "!binary\n");
}

static int
toipsummarydump_begin(struct dump_sink *s)
{
	struct toipsummarydump *e = (struct toipsummarydump *)s;
	struct strbuf text = STRBUF_INIT;
	int err = 0;

	if (e->out.begun)
		return 0;
	err = dump_output_begin(&e->out);
	if (err == 0 && e->header) {
		add_header(e, &text);
		err = dump_output_add(&e->out, text.data, text.len);
		strbuf_fini(&text);
	}
	return err;
}

static int
toipsummarydump_write(struct dump_sink *s, struct packet *p)
{
	struct toipsummarydump *e = (struct toipsummarydump *)s;
	int err = toipsummarydump_begin(s);

	if (err != 0)
		return err;
	e->out.n_records++;
	if (!e->multipacket || packet_anno_u32(p, ANNO_EXTRA_PACKETS) == 0)
		return write_line(e, p);
	return write_packets(e, p);
}

// ---- configuration

static int
add_field(struct toipsummarydump *e, const char *name, struct errh *errh)
{
	const struct summary_field *f = summary_field_find(name);

	if (f == NULL)
		return errh_error(errh, "unknown content type '%s'", name);
	if (e->binary && f->form->size == 0)
		return errh_error(errh, "cannot use field %s with BINARY", f->name);
	if (e->fields.n == SUMMARY_FIELDS_MAX)
		return errh_error(errh, "too many fields");
	summary_fields_add(&e->fields, f);
	// Only a packet's own fields are of use without one.
	if (f->layer >= SUMMARY_IP)
		e->needs_ip = true;
	// Several lines have one packet each.
	if (strcmp(f->name, "count") == 0)
		e->multipacket = false;
	return 0;
}

static int
toipsummarydump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct toipsummarydump *e = (struct toipsummarydump *)base;
	const char *list = e->want_fields.text != NULL ? e->want_fields.text : e->contents.text;
	struct strvec words = {0};
	int err = 0;

	(void)args;
	e->sink.out = &e->out;
	e->sink.write = toipsummarydump_write;
	e->sink.begin = toipsummarydump_begin;
	e->view.careful_truncation = e->careful_trunc;
	e->view.extra_length = e->extra_length;
	confstr_split_words(list, &words);
	for (size_t i = 0; i < words.n; i++) {
		struct strbuf name = STRBUF_INIT;

		confstr_unquote(words.v[i], &name);
		if (add_field(e, strbuf_text(&name), errh) != 0)
			err = -EINVAL;
		strbuf_fini(&name);
	}
	if (words.n == 0)
		err = errh_error(errh, "no contents specified");
	strvec_fini(&words);
	return err;
}

static int
toipsummarydump_initialize(struct element *base, struct errh *errh)
{
	struct toipsummarydump *e = (struct toipsummarydump *)base;

	if (dump_output_open(&e->out, e->sink.filename.text, errh) != 0)
		return -EINVAL;
	dump_sink_initialize(&e->sink);
	return 0;
}

static void
toipsummarydump_cleanup(struct element *base)
{
	struct toipsummarydump *e = (struct toipsummarydump *)base;

	dump_sink_cleanup(&e->sink);
	summary_fields_fini(&e->fields);
	summary_view_fini(&e->view);
	strbuf_fini(&e->line);
	strbuf_fini(&e->meta);
}

static bool
is_same(const struct toipsummarydump *e, const struct toipsummarydump *old)
{
	return e->sink.element.class == old->sink.element.class && e->binary == old->binary &&
	       strcmp(e->sink.filename.text, old->sink.filename.text) == 0 &&
	       e->fields.n == old->fields.n &&
	       memcmp(e->fields.v, old->fields.v, e->fields.n * sizeof(*e->fields.v)) == 0;
}

static int
toipsummarydump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct toipsummarydump *e = (struct toipsummarydump *)base;
	struct toipsummarydump *old = (struct toipsummarydump *)old_base;

	(void)errh;
	if (is_same(e, old))
		dump_sink_take(&e->sink, &old->sink);
	return 0;
}

static int
write_flush(const struct handler_write *call)
{
	struct dump_sink *s = (struct dump_sink *)call->element;
	int err = dump_output_flush(s->out);

	if (err != 0)
		dump_sink_fail(s, err);
	return 0;
}

static const struct arg toipsummarydump_args[] = {
	ARG(toipsummarydump, sink.filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; -: standard output. .gz and .bz2 are compressed"),
	ARG(toipsummarydump, contents, "CONTENTS", ARG_KEYWORD, .def = "timestamp ip_src",
		.help = "the same as FIELDS"),
	ARG(toipsummarydump, want_fields, "FIELDS", ARG_KEYWORD,
		.help = "what to say about each packet: names separated by blanks"),
	ARG(toipsummarydump, header, "HEADER", ARG_KEYWORD, .def = "true",
		.help = "false: without the lines at the beginning that say what it is"),
	ARG(toipsummarydump, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "true: the beginning tells host and time as well"),
	ARG(toipsummarydump, banner, "BANNER", ARG_KEYWORD,
		.help = "text for a !creator line at the beginning"),
	ARG(toipsummarydump, multipacket, "MULTIPACKET", ARG_KEYWORD, .def = "false",
		.help = "true: a packet that stands for several gets a line for each, at most 65536"),
	ARG(toipsummarydump, bad_packets, "BAD_PACKETS", ARG_KEYWORD, .def = "false",
		.help = "true: a !bad line in front of packets with damaged headers says why"),
	ARG(toipsummarydump, careful_trunc, "CAREFUL_TRUNC", ARG_KEYWORD, .def = "true",
		.help = "false: IP packets shorter than their header says are not bad"),
	ARG(toipsummarydump, extra_length, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "whether the annotation of that name is part of a packet's length"),
	ARG(toipsummarydump, binary, "BINARY", ARG_KEYWORD, .def = "false",
		.help = "true: binary records, which are shorter and read faster"),
	ARGS_END,
};

static const struct handler toipsummarydump_handlers[] = {
	{.name = "flush",
		.write = write_flush,
		.flags = HANDLER_BUTTON,
		.help = "writes out what is buffered"},
	HANDLERS_END,
};

static const char *const toipsummarydump_drops[] = {DUMP_SINK_DROPS, NULL};

static const struct element_class toipsummarydump_class = {
	.name = "ToIPSummaryDump",
	.ports = "1/0-1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct toipsummarydump),
	.push = dump_sink_push,
	.pull = dump_sink_pull,
	.configure = toipsummarydump_configure,
	.attach = dump_sink_attach,
	.initialize = toipsummarydump_initialize,
	.cleanup = toipsummarydump_cleanup,
	.take_state = toipsummarydump_take_state,
	.args = toipsummarydump_args,
	.handlers = toipsummarydump_handlers,
	.add_handlers = dump_sink_add_handlers,
	.drops = toipsummarydump_drops,
	.reads = "EXTRA_PACKETS EXTRA_LENGTH",
	.group = "dump",
	.brief = "writes a line of text about each packet",
	.manual =
		"Writes a text file with a line for each packet, which FromIPSummaryDump reads again.\n"
		"FIELDS says what is in a line; a value that a packet does not have is a `-`.\n"
		"\n"
		"Annotations: timestamp ntimestamp ts_sec ts_usec ts_usec1 first_timestamp\n"
		"first_ntimestamp count link paint direction aggregate wire_len. Ethernet: eth_src\n"
		"eth_dst eth_type. IP: ip_src ip_dst ip_tos ip_dscp ip_ecn ip_ttl ip_hl ip_id ip_sum\n"
		"ip_proto ip_frag ip_fragoff ip_len ip_capture_len ip_opt. Ports: sport dport. TCP:\n"
		"tcp_seq tcp_ack tcp_off tcp_flags tcp_window tcp_urp tcp_opt tcp_ntopt tcp_sack.\n"
		"UDP: udp_len. ICMP: icmp_type icmp_code icmp_type_name icmp_code_name icmp_flowid\n"
		"icmp_seq icmp_nextmtu. Contents: payload payload_len payload_md5 payload_md5_hex.\n"
		"The `ip_` may be left out (`src`).\n"
		"\n"
		"ip_tos and the like need the network header marked (CheckIPHeader, MarkIPHeader,\n"
		"FromDump with FORCE_IP), eth_src the Ethernet header in front of it.\n"
		"In binary, ts_usec1 is one 64-bit number and options are written once, where Click\n"
		"swaps the halves of the former and doubles the latter; and with the field count\n"
		"MULTIPACKET is off, as Click's manual says and its code forgets.",
	.example = "Idle -> ToIPSummaryDump(trace.txt, FIELDS timestamp src dst len) -> Discard;",
};
ELEMENT_CLASS(toipsummarydump_class)
