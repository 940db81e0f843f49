// SPDX-License-Identifier: BSD-3-Clause
// ToDump: writes packets to a dump file.

#include <errno.h>
#include <stdlib.h>

#include "elements/dump/dumpformat.h"
#include "elements/dump/dumpsink.h"
#include "elements/dump/dumpwriter.h"
#include "elements/dump/linktype.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

struct todump {
	struct dump_sink sink;
	struct dump_writer writer;
	uint32_t snaplen; // of each packet
	bool extra_length;

	// Arguments.
	struct word encap;
	struct any encap_from;
	bool has_encap, nano;
	uint32_t want_snaplen;
};

// ---- data path

static int
todump_write(struct dump_sink *s, struct packet *p)
{
	struct todump *e = (struct todump *)s;
	uint64_t length = packet_length(p);
	uint32_t captured = (uint32_t)RTE_MIN(length, (uint64_t)e->snaplen);
	int64_t ns = packet_timestamp(p);

	if (e->extra_length)
		length += packet_anno_u32(p, ANNO_EXTRA_LENGTH);
	return dump_writer_add(&e->writer, p, ns != 0 ? ns : clock_now(), captured,
		(uint32_t)RTE_MIN(length, (uint64_t)UINT32_MAX));
}

static int
todump_begin(struct dump_sink *s)
{
	return dump_writer_begin(&((struct todump *)s)->writer);
}

// ---- configuration

static int
todump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct todump *e = (struct todump *)base;
	int32_t type;

	(void)args;
	if (e->has_encap && e->encap_from.text != NULL)
		return errh_error(errh, "specify at most one of 'ENCAP' and 'USE_ENCAP_FROM'");
	if (!link_type_find(e->encap.text, &type))
		return errh_error(errh, "bad encapsulation type");
	e->writer.link_type = (uint32_t)type;
	e->writer.snaplen = e->want_snaplen != 0 ? e->want_snaplen : UINT32_MAX;
	e->writer.nanoseconds = e->nano;
	e->sink.out = &e->writer.out;
	e->sink.write = todump_write;
	e->sink.begin = todump_begin;
	e->snaplen = RTE_MIN(e->writer.snaplen, (uint32_t)DUMP_LENGTH_MAX);
	return 0;
}

// The link type that an element says its packets have.
static int
read_encap(struct todump *e, const char *name, int32_t *type, struct errh *errh)
{
	struct element *base = &e->sink.element, *from = element_find(base, name);
	struct handler_target target;
	struct strbuf text = STRBUF_INIT;
	struct errh silent;
	char *encap;
	int err;

	errh_init_silent(&silent);
	if (from == NULL)
		return errh_error(errh, "no element named '%s'", name);
	strbuf_addf(&text, "%s.encap", element_name(from));
	err = handler_find(
		base->router, NULL, strbuf_text(&text), HANDLER_READABLE, &target, &silent);
	strbuf_clear(&text);
	if (err != 0) {
		err = errh_error(errh, "'%s' has no 'encap' read handler", name);
	} else {
		err = handler_call_read(base->router, &target, NULL, &text, &silent);
		encap = confstr_uncomment(strbuf_text(&text));
		if (err < 0 || !link_type_find(encap, type))
			err = errh_error(
				errh, "'%s.encap' did not return a valid encapsulation type", name);
		free(encap);
	}
	strbuf_fini(&text);
	return err;
}

static int
compare_encaps(const struct strvec *names, const int32_t *types, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	bool differ = false;

	for (size_t i = 1; i < names->n; i++)
		differ |= types[i] != types[0];
	if (!differ)
		return 0;
	errh_error(errh, "source encapsulation types disagree:");
	for (size_t i = 0; i < names->n; i++) {
		strbuf_clear(&text);
		link_type_text(types[i], &text);
		errh_message(errh, "  %s: %s", names->v[i], strbuf_text(&text));
	}
	strbuf_fini(&text);
	return -EINVAL;
}

static int
use_encap_from(struct todump *e, struct errh *errh)
{
	struct strvec names = {0};
	int32_t *types;
	int err = 0;

	confstr_split_words(e->encap_from.text, &names);
	types = mem_zalloc(names.n * sizeof(*types));
	for (size_t i = 0; i < names.n; i++) {
		if (read_encap(e, names.v[i], &types[i], errh) != 0)
			err = -EINVAL;
	}
	if (names.n == 0)
		err = errh_error(errh, "element names missing after 'USE_ENCAP_FROM'");
	if (err == 0)
		err = compare_encaps(&names, types, errh);
	if (err == 0)
		e->writer.link_type = (uint32_t)types[0];
	free(types);
	strvec_fini(&names);
	return err;
}

static int
todump_initialize(struct element *base, struct errh *errh)
{
	struct todump *e = (struct todump *)base;

	if (e->encap_from.text != NULL && use_encap_from(e, errh) != 0)
		return -EINVAL;
	if (dump_writer_open(&e->writer, e->sink.filename.text, errh) != 0)
		return -EINVAL;
	dump_sink_initialize(&e->sink);
	return 0;
}

static void
todump_cleanup(struct element *base)
{
	dump_sink_cleanup(&((struct todump *)base)->sink);
}

static int
todump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct todump *e = (struct todump *)base, *old = (struct todump *)old_base;

	(void)errh;
	if (old_base->class != base->class ||
		strcmp(e->sink.filename.text, old->sink.filename.text) != 0 ||
		e->writer.link_type != old->writer.link_type)
		return 0;
	dump_sink_take(&e->sink, &old->sink);
	// The file goes on as its header says.
	if (e->writer.out.begun) {
		e->writer.nanoseconds = old->writer.nanoseconds;
		e->writer.snaplen = old->writer.snaplen;
		e->snaplen = RTE_MIN(e->snaplen, e->writer.snaplen);
	}
	return 0;
}

// ---- handlers

static int
read_filename(const struct handler_read *call)
{
	strbuf_adds(call->out, dump_sink_file((struct dump_sink *)call->element));
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	((struct dump_sink *)call->element)->n_packets = 0;
	return 0;
}

static const struct arg todump_args[] = {
	ARG(todump, sink.filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; -: standard output. .gz and .bz2 are compressed"),
	ARG(todump, want_snaplen, "SNAPLEN", ARG_OPTIONAL, .def = "2000",
		.help = "bytes to keep of each packet; 0: all"),
	ARG(todump, encap, "ENCAP", ARG_OPTIONAL, .def = "ETHER",
		.given = ARG_GIVEN(todump, has_encap),
		.help = "link type of the packets: ETHER, IP, ... or #N"),
	ARG(todump, encap_from, "USE_ENCAP_FROM", ARG_KEYWORD,
		.help = "elements whose handler `encap` says the link type"),
	ARG(todump, extra_length, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "true: the annotation of that name is part of a packet's true length"),
	ARG(todump, sink.unbuffered, "UNBUFFERED", ARG_KEYWORD, .def = "false",
		.help = "true: packets are in the file at once"),
	ARG(todump, nano, "NANO", ARG_KEYWORD, .def = "true",
		.help = "false: timestamps in microseconds"),
	ARGS_END,
};

static const struct handler todump_handlers[] = {
	{.name = "filename",
		.read = read_filename,
		.flags = HANDLER_CALM,
		.help = "the file being written"},
	HANDLER_FIELD_R("count", todump, sink.n_packets, HANDLER_LIVE, .help = "packets written"),
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "sets count to 0"},
	HANDLERS_END,
};

static const char *const todump_drops[] = {DUMP_SINK_DROPS, NULL};

static const struct element_class todump_class = {
	.name = "ToDump",
	.ports = "1/0-1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct todump),
	.push = dump_sink_push,
	.pull = dump_sink_pull,
	.configure = todump_configure,
	.attach = dump_sink_attach,
	.initialize = todump_initialize,
	.cleanup = todump_cleanup,
	.take_state = todump_take_state,
	.args = todump_args,
	.handlers = todump_handlers,
	.add_handlers = dump_sink_add_handlers,
	.drops = todump_drops,
	.reads = "EXTRA_LENGTH",
	.group = "dump",
	.brief = "writes packets to a dump file",
	.manual =
		"Writes a file that tcpdump, Wireshark and FromDump can read, with each packet's\n"
		"timestamp (the present time if it has none). Packets go on to the output if there is\n"
		"one. With a pull input and no output a task pulls, one packet a run.\n"
		"What the file held before is gone as soon as the router runs. Packets are collected\n"
		"and written 256 KiB at a time unless UNBUFFERED is set.\n"
		"An error of the file is reported once; nothing is written after it, and packets that\n"
		"cannot go on are dropped.",
	.example = "Idle -> ToDump(trace.pcap, SNAPLEN 96) -> Discard;",
};
ELEMENT_CLASS(todump_class)
