// SPDX-License-Identifier: BSD-3-Clause
// ToDump: writes packets to a dump file.

#include <errno.h>
#include <stdlib.h>

#include "elements/dump/dumpformat.h"
#include "elements/dump/dumpwriter.h"
#include "elements/dump/linktype.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/notifier.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "src/timer.h"

struct todump {
	struct element element;
	struct dump_writer writer;
	bool failed; // nothing is written any more
	uint32_t snaplen; // of each packet
	bool extra_length, unbuffered;
	uint64_t n_packets;
	struct task task; // as a pull sink
	struct signal signal;
	struct timer begin; // empties the file once the router runs

	// Arguments.
	struct filename filename;
	struct word encap;
	struct any encap_from;
	bool has_encap, nano;
	uint32_t want_snaplen;
};

enum { WRITE_ERROR };

static const char *
file_text(const struct todump *e)
{
	return strcmp(e->filename.text, "-") == 0 ? "<stdout>" : e->filename.text;
}

static void
fail(struct todump *e, int err)
{
	if (!e->failed)
		chatter("ToDump(%s): %s", file_text(e), strerror(-err));
	e->failed = true;
	// What was added and never got to the file.
	e->n_packets -= e->writer.out.n_lost;
	e->writer.out.n_lost = 0;
}

static bool
is_pull_sink(const struct todump *e)
{
	return element_input_is_pull(&e->element, 0) && e->element.n_outputs == 0;
}

// ---- data path

static int
write_packet(struct todump *e, const struct packet *p)
{
	uint64_t length = packet_length(p);
	uint32_t captured = (uint32_t)RTE_MIN(length, (uint64_t)e->snaplen);
	int64_t ns = packet_timestamp(p);

	if (e->extra_length)
		length += packet_anno_u32(p, ANNO_EXTRA_LENGTH);
	return dump_writer_add(&e->writer, p, ns != 0 ? ns : clock_now(), captured,
		(uint32_t)RTE_MIN(length, (uint64_t)UINT32_MAX));
}

// Returns how many, from the first on, are in the file or on their way.
static unsigned
write_batch(struct todump *e, const struct batch *b)
{
	unsigned n = 0;
	int err = 0;

	for (; n < b->n && !e->failed; n++) {
		err = write_packet(e, b->pkt[n]);
		if (err != 0)
			break;
	}
	e->n_packets += n;
	if (err == 0 && n > 0 && e->unbuffered) {
		err = dump_output_flush(&e->writer.out);
		n = err == 0 ? n : 0;
	}
	if (err != 0)
		fail(e, err);
	return n;
}

static void
end_batch(struct todump *e, struct batch *b)
{
	unsigned n = write_batch(e, b);

	lcore_count_sent(n);
	packet_free_bulk(b->pkt, n);
	for (unsigned i = n; i < b->n; i++)
		element_drop(&e->element, WRITE_ERROR, b->pkt[i]);
	b->n = 0;
}

static void
todump_push(struct element *base, unsigned port, struct batch *b)
{
	struct todump *e = (struct todump *)base;

	(void)port;
	if (base->n_outputs == 0) {
		end_batch(e, b);
		return;
	}
	write_batch(e, b);
	element_push(base, 0, b);
}

static void
todump_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	write_batch((struct todump *)base, b);
}

static bool
todump_run(struct task *task)
{
	struct todump *e = (struct todump *)task->element;
	struct batch b;
	bool worked;

	element_pull(&e->element, 0, &b, 1);
	worked = b.n > 0;
	end_batch(e, &b);
	if (worked || signal_is_active(&e->signal))
		task_reschedule(task);
	return worked;
}

static void
todump_begin(struct timer *timer)
{
	struct todump *e = (struct todump *)timer->element;
	int err = dump_writer_begin(&e->writer);

	if (err == 0)
		err = dump_output_flush(&e->writer.out);
	if (err != 0)
		fail(e, err);
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
	e->snaplen = RTE_MIN(e->writer.snaplen, (uint32_t)DUMP_LENGTH_MAX);
	return 0;
}

static int
todump_attach(struct element *base, struct errh *errh)
{
	struct todump *e = (struct todump *)base;

	(void)errh;
	if (is_pull_sink(e))
		element_task_init(base, &e->task, todump_run);
	return 0;
}

// The link type that an element says its packets have.
static int
read_encap(struct todump *e, const char *name, int32_t *type, struct errh *errh)
{
	struct element *base = &e->element, *from = element_find(base, name);
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
	if (dump_writer_open(&e->writer, e->filename.text, errh) != 0)
		return -EINVAL;
	timer_init(&e->begin, base, todump_begin, element_home(base));
	if (!e->writer.out.begun)
		timer_schedule_after(&e->begin, 0);
	if (is_pull_sink(e)) {
		signal_upstream_empty(&e->signal, base, 0, &e->task);
		task_schedule(&e->task);
	}
	return 0;
}

static void
todump_cleanup(struct element *base)
{
	struct todump *e = (struct todump *)base;
	int err;

	timer_unschedule(&e->begin);
	task_fini(&e->task);
	signal_fini(&e->signal);
	err = dump_output_close(&e->writer.out);
	if (err != 0)
		fail(e, err);
}

static int
todump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct todump *e = (struct todump *)base, *old = (struct todump *)old_base;

	(void)errh;
	if (old_base->class != base->class || strcmp(e->filename.text, old->filename.text) != 0 ||
		e->writer.link_type != old->writer.link_type)
		return 0;
	timer_unschedule(&e->begin);
	dump_output_close(&e->writer.out);
	e->writer = old->writer;
	e->writer.out.name = e->filename.text;
	old->writer.out = (struct dump_output)DUMP_OUTPUT_CLOSED;
	e->failed = old->failed;
	e->n_packets = old->n_packets;
	if (!e->writer.out.begun)
		timer_schedule_after(&e->begin, 0);
	return 0;
}

// ---- handlers

static int
read_filename(const struct handler_read *call)
{
	strbuf_adds(call->out, file_text((struct todump *)call->element));
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	((struct todump *)call->element)->n_packets = 0;
	return 0;
}

static void
todump_add_handlers(struct element *base)
{
	struct todump *e = (struct todump *)base;

	if (is_pull_sink(e))
		element_add_task_handlers(base, &e->task, 0);
}

static const struct arg todump_args[] = {
	ARG(todump, filename, "FILENAME", ARG_MANDATORY,
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
	ARG(todump, unbuffered, "UNBUFFERED", ARG_KEYWORD, .def = "false",
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
	HANDLER_FIELD_R("count", todump, n_packets, HANDLER_LIVE, .help = "packets written"),
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "sets count to 0"},
	HANDLERS_END,
};

static const char *const todump_drops[] = {[WRITE_ERROR] = "write error", NULL};

static const struct element_class todump_class = {
	.name = "ToDump",
	.ports = "1/0-1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct todump),
	.push = todump_push,
	.pull = todump_pull,
	.configure = todump_configure,
	.attach = todump_attach,
	.initialize = todump_initialize,
	.cleanup = todump_cleanup,
	.take_state = todump_take_state,
	.args = todump_args,
	.handlers = todump_handlers,
	.add_handlers = todump_add_handlers,
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
