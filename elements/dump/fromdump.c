// SPDX-License-Identifier: BSD-3-Clause
// FromDump: reads packets from a dump file.

#include "elements/dump/fromdump.h"

#include <errno.h>

#include "elements/dump/linktype.h"
#include "src/chatter.h"

enum { NOT_IP, HELD_AT_END };

// ---- data path

static struct packet *
make_packet(const struct dump_record *record)
{
	struct packet *p = dump_source_packet(
		PACKET_HEADROOM, record->bytes, record->captured, record->timestamp_ns);

	if (p == NULL)
		return NULL;
	packet_set_mac(p, 0);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, record->length - record->captured);
	return p;
}

static enum dump_reading
take_record(struct fromdump *e, const struct dump_record *record)
{
	enum dump_reading r = dump_window_check(&e->window, &e->source, record->timestamp_ns);
	struct packet *p;

	if (r != DUMP_READ_PACKET)
		return r;
	if (!dump_source_samples(&e->source))
		return DUMP_READ_SKIPPED;
	p = make_packet(record);
	if (p == NULL) {
		dump_reader_again(&e->reader, record);
		return DUMP_READ_LATER;
	}
	e->packet_position = record->position;
	if (e->force_ip && !link_type_mark_ip(&p, e->reader.link_type)) {
		element_push_checked(&e->source.element, 1, p, NOT_IP);
		return DUMP_READ_SKIPPED;
	}
	e->source.held = p;
	return DUMP_READ_PACKET;
}

static enum dump_reading
fromdump_read(struct dump_source *s)
{
	struct fromdump *e = (struct fromdump *)s;
	struct dump_record record;
	const char *error;

	switch (dump_reader_next(&e->reader, &record, &error)) {
	case DUMP_RECORD:
		return take_record(e, &record);
	case DUMP_ERROR:
		chatter("%s: %s", s->filename.text, error);
		break;
	case DUMP_END:
		break;
	}
	dump_window_end(&e->window, s);
	return DUMP_READ_END;
}

// ---- configuration

static int
fromdump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base;

	(void)args;
	if (dump_window_configure(&e->window, &e->source, errh) != 0)
		return -EINVAL;
	return dump_source_configure(&e->source, errh);
}

static int
fromdump_attach(struct element *base, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base;
	int err;

	e->source.read = fromdump_read;
	e->source.in = &e->reader.in;
	e->source.held_reason = HELD_AT_END;
	dump_source_attach(&e->source);
	if (dump_reader_open(&e->reader, e->source.filename.text, errh) != 0)
		return -EINVAL;
	if (e->mmap)
		dump_input_read_ahead(&e->reader.in);
	e->force_ip = e->want_force_ip || e->reader.link_type == LINK_IP;
	if (e->force_ip && !link_type_has_ip(e->reader.link_type))
		return errh_error(errh, "%s: unknown linktype %d; can't force IP packets",
			e->source.filename.text, e->reader.link_type);
	err = e->position != 0 ? dump_input_seek(&e->reader.in, e->position) : 0;
	return err == 0 ? 0 : errh_error(errh, "%s: %s", e->source.filename.text, strerror(-err));
}

static int
fromdump_initialize(struct element *base, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base;

	dump_source_initialize(&e->source);
	return dump_window_initialize(&e->window, &e->source, errh);
}

static void
fromdump_cleanup(struct element *base)
{
	struct fromdump *e = (struct fromdump *)base;

	dump_source_cleanup(&e->source);
	dump_reader_close(&e->reader);
}

static int
fromdump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base, *old = (struct fromdump *)old_base;

	(void)errh;
	if (old_base->class != base->class ||
		strcmp(e->source.filename.text, old->source.filename.text) != 0)
		return 0;
	dump_reader_close(&e->reader);
	e->reader = old->reader;
	e->reader.in.name = e->source.filename.text;
	old->reader = (struct dump_reader)DUMP_READER_CLOSED;
	dump_source_take(&e->source, &old->source);
	e->packet_position = old->packet_position;
	dump_window_take(&e->window, &old->window);
	return 0;
}

static const struct arg fromdump_args[] = {
	ARG(fromdump, source.filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; -: standard input. gzip and bzip2 are recognized"),
	ARG(fromdump, source.timing, "TIMING", ARG_OPTIONAL, .def = "false",
		.help = "true: packets come with the gaps that the file says"),
	DUMP_SOURCE_STOP_ARG(fromdump),
	DUMP_SOURCE_ACTIVE_ARG(fromdump),
	DUMP_SOURCE_SAMPLE_ARG(fromdump),
	ARG(fromdump, want_force_ip, "FORCE_IP", ARG_KEYWORD, .def = "false",
		.help = "true: gives only IP packets, with the IP header marked"),
	DUMP_WINDOW_ARGS(fromdump),
	ARG(fromdump, position, "FILEPOS", ARG_KEYWORD, .def = "0",
		.help = "where in the file to begin: the place of a packet, bytes"),
	ARG(fromdump, mmap, "MMAP", ARG_KEYWORD, .def = "true",
		.help = "whether the kernel reads the file ahead. It is never mapped into memory: "
			"cutting it would end the daemon"),
	ARGS_END,
};

static const char *const fromdump_drops[] = {
	[NOT_IP] = "no IP packet",
	[HELD_AT_END] = "read but not due at the end",
	NULL,
};

static const struct element_class fromdump_class = {
	.name = "FromDump",
	.ports = "0/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ONE,
	.size = sizeof(struct fromdump),
	.pull = dump_source_pull,
	.configure = fromdump_configure,
	.attach = fromdump_attach,
	.reserve = dump_source_reserve,
	.initialize = fromdump_initialize,
	.cleanup = fromdump_cleanup,
	.take_state = fromdump_take_state,
	.notifier = dump_source_notifier,
	.held = dump_source_held,
	.args = fromdump_args,
	.handlers = fromdump_handlers,
	.add_handlers = dump_source_add_handlers,
	.drops = fromdump_drops,
	.writes = "DST_IP EXTRA_LENGTH",
	.group = "dump",
	.brief = "reads packets from a dump file",
	.manual =
		"Gives the packets of a file that tcpdump, Wireshark or ToDump wrote, one in each run\n"
		"of its task or for each pull, with their timestamps. EXTRA_LENGTH holds the bytes that\n"
		"the capture cut off. Both byte orders, microseconds and nanoseconds are read.\n"
		"Files of raw IP, and all files with FORCE_IP, give IP packets with the header marked;\n"
		"other packets leave by output 1 if it is connected.\n"
		"When the end of the file or of the chosen time is reached, END_CALL is made, or the\n"
		"driver stopped (STOP). A Queue that is full downstream makes it wait.\n"
		"A file that is damaged ends at the damage, with a message.",
	.example = "FromDump(trace.pcap, STOP true, FORCE_IP true) -> Discard;",
};
ELEMENT_CLASS(fromdump_class)
