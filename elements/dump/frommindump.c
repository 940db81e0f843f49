// SPDX-License-Identifier: BSD-3-Clause
// FromMinDump: makes packets of a file of headers.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "elements/dump/dumpsource.h"
#include "elements/dump/mindump.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct frommindump {
	struct dump_source source;
	struct dump_input in;
	uint64_t n_read; // packets, in all loops
	uint64_t n_in_loop;
	int64_t n_loops; // done

	// Arguments.
	int64_t limit, times;
	struct handler_call loop_call;
	bool has_loop_call;
};

enum { HELD_AT_END };

// ---- data path

static enum dump_reading
end(struct frommindump *e, const char *error)
{
	if (error != NULL)
		chatter("%s: %s", e->source.filename.text, error);
	dump_source_end(&e->source);
	return DUMP_READ_END;
}

// The file is read once more, if it is to be and gives anything.
static enum dump_reading
end_loop(struct frommindump *e)
{
	int err;

	e->n_loops++;
	if (e->has_loop_call)
		handler_call_run(&e->loop_call, &e->source.element);
	if (e->n_in_loop == 0 || (e->times >= 0 && e->n_loops >= e->times))
		return end(e, NULL);
	e->n_in_loop = 0;
	e->source.timing_fixed = false;
	err = dump_input_seek(&e->in, MINDUMP_MAGIC_SIZE);
	return err != 0 ? end(e, strerror(-err)) : DUMP_READ_SKIPPED;
}

// A packet with these headers and zeroes behind them. NULL: no memory.
static struct packet *
make_packet(const uint8_t *headers, uint32_t n, uint32_t length, int64_t ns)
{
	static const uint8_t zeros[256];
	struct packet *p = dump_source_packet(PACKET_HEADROOM, NULL, length, ns);
	uint32_t dst;

	if (p == NULL)
		return NULL;
	packet_write(&p, 0, headers, n);
	for (uint32_t off = n; off < length; off += sizeof(zeros))
		packet_write(&p, off, zeros, RTE_MIN((uint32_t)sizeof(zeros), length - off));
	packet_set_network(p, 0, (headers[0] & 15u) * 4);
	memcpy(&dst, headers + offsetof(struct rte_ipv4_hdr, dst_addr), sizeof(dst));
	packet_set_anno_u32(p, ANNO_DST_IP, dst);
	return p;
}

static enum dump_reading
frommindump_read(struct dump_source *s)
{
	struct frommindump *e = (struct frommindump *)s;
	struct mindump_record record;
	uint32_t n, length;
	size_t have;
	int err = 0;

	if (e->limit >= 0 && e->n_read >= (uint64_t)e->limit)
		return end(e, NULL);
	have = dump_input_fill(&e->in, sizeof(record), &err);
	if (err != 0)
		return end(e, strerror(-err));
	if (have == 0)
		return end_loop(e);
	if (have < sizeof(record))
		return end(e, "cut off in a record");
	memcpy(&record, dump_input_bytes(&e->in), sizeof(record));
	n = rte_be_to_cpu_16(record.n_headers);
	length = rte_be_to_cpu_16(record.length);
	if (n < sizeof(struct rte_ipv4_hdr) || n > MINDUMP_HEADERS_MAX || n > length)
		return end(e, "bad record");
	if (dump_input_fill(&e->in, sizeof(record) + n, &err) < sizeof(record) + n)
		return end(e, err != 0 ? strerror(-err) : "cut off in a record");
	if (dump_source_samples(s)) {
		s->held = make_packet(dump_input_bytes(&e->in) + sizeof(record), n, length,
			(int64_t)rte_be_to_cpu_64(record.timestamp_ns));
		if (s->held == NULL)
			return DUMP_READ_LATER;
		e->n_read++;
	}
	dump_input_skip(&e->in, sizeof(record) + n);
	e->n_in_loop++;
	return s->held != NULL ? DUMP_READ_PACKET : DUMP_READ_SKIPPED;
}

// ---- life

static int
frommindump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct frommindump *e = (struct frommindump *)base;

	(void)args;
	e->in = (struct dump_input)DUMP_INPUT_CLOSED;
	e->source.in = &e->in;
	e->source.read = frommindump_read;
	e->source.held_reason = HELD_AT_END;
	return dump_source_configure(&e->source, errh);
}

static int
frommindump_attach(struct element *base, struct errh *errh)
{
	struct frommindump *e = (struct frommindump *)base;
	const char *name = e->source.filename.text;
	int err = 0;

	dump_source_attach(&e->source);
	if (dump_input_open(&e->in, name, errh) != 0)
		return -EINVAL;
	if (dump_input_fill(&e->in, MINDUMP_MAGIC_SIZE, &err) < MINDUMP_MAGIC_SIZE ||
		memcmp(dump_input_bytes(&e->in), MINDUMP_MAGIC, MINDUMP_MAGIC_SIZE) != 0)
		return errh_error(errh, "%s: %s", name,
			err != 0 ? strerror(-err) : "not a file of ToMinDump");
	dump_input_skip(&e->in, MINDUMP_MAGIC_SIZE);
	return 0;
}

static int
frommindump_initialize(struct element *base, struct errh *errh)
{
	struct frommindump *e = (struct frommindump *)base;

	dump_source_initialize(&e->source);
	if (e->has_loop_call)
		return handler_call_resolve(&e->loop_call, base, HANDLER_WRITABLE, errh);
	return 0;
}

static void
frommindump_cleanup(struct element *base)
{
	struct frommindump *e = (struct frommindump *)base;

	dump_source_cleanup(&e->source);
	dump_input_close(&e->in);
}

static int
frommindump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct frommindump *e = (struct frommindump *)base;
	struct frommindump *old = (struct frommindump *)old_base;

	(void)errh;
	if (strcmp(e->source.filename.text, old->source.filename.text) != 0)
		return 0;
	dump_input_close(&e->in);
	e->in = old->in;
	e->in.name = e->source.filename.text;
	old->in = (struct dump_input)DUMP_INPUT_CLOSED;
	e->n_read = old->n_read;
	e->n_in_loop = old->n_in_loop;
	e->n_loops = old->n_loops;
	dump_source_take(&e->source, &old->source);
	return 0;
}

static const struct arg frommindump_args[] = {
	ARG(frommindump, source.filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; -: standard input. gzip and bzip2 are recognized"),
	ARG(frommindump, source.stop, "STOP", ARG_KEYWORD, .def = "true",
		.help = "whether the driver is stopped at the end"),
	DUMP_SOURCE_ACTIVE_ARG(frommindump),
	DUMP_SOURCE_SAMPLE_ARG(frommindump),
	ARG(frommindump, source.timing, "TIMING", ARG_KEYWORD, .def = "false",
		.help = "true: packets come with the gaps that the file says"),
	ARG(frommindump, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "packets in all; negative: no limit"),
	ARG(frommindump, times, "TIMES", ARG_KEYWORD, .def = "1",
		.help = "how often the file is read; negative: without end"),
	ARG_AS(frommindump, loop_call, arg_handler_call, "LOOP_CALL", ARG_KEYWORD,
		.given = ARG_GIVEN(frommindump, has_loop_call),
		.help = "handler to write each time when the file ends"),
	ARGS_END,
};

static const char *const frommindump_drops[] = {
	[HELD_AT_END] = "read but not due at the end", NULL};

static const struct element_class frommindump_class = {
	.name = "FromMinDump",
	.ports = "0/1",
	.processing = "a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct frommindump),
	.pull = dump_source_pull,
	.configure = frommindump_configure,
	.attach = frommindump_attach,
	.reserve = dump_source_reserve,
	.initialize = frommindump_initialize,
	.cleanup = frommindump_cleanup,
	.take_state = frommindump_take_state,
	.notifier = dump_source_notifier,
	.held = dump_source_held,
	.args = frommindump_args,
	.handlers = dump_source_handlers,
	.add_handlers = dump_source_add_handlers,
	.drops = frommindump_drops,
	.writes = "DST_IP",
	.group = "dump",
	.brief = "makes packets of a file of headers",
	.manual =
		"Reads what ToMinDump wrote: IP packets with the headers, lengths and timestamps that\n"
		"they had. Data is zero, so the checksums of TCP and UDP are those of other data.\n"
		"With TIMES the file is read again and again, which standard input and compressed\n"
		"files cannot be.",
	.example = "FromMinDump(trace.min) -> Discard;",
};
ELEMENT_CLASS(frommindump_class)
