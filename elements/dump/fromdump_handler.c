// SPDX-License-Identifier: BSD-3-Clause
// The handlers of FromDump.

#include "elements/dump/fromdump.h"

#include <inttypes.h>
#include <stdlib.h>

#include "elements/dump/linktype.h"
#include "src/confstr.h"
#include "src/router.h"
#include "src/strbuf.h"

enum {
	FILESIZE,
	FILEPOS,
	PACKET_FILEPOS,
	SAMPLING_PROB,
	ENCAP,
	ACTIVE,
	STOP,
	EXTEND,
	RESET_COUNTS,
	RESET_TIMING
};

static int
read_value(const struct handler_read *call)
{
	const struct fromdump *e = (struct fromdump *)call->element;
	struct strbuf *out = call->out;

	switch (call->row->number) {
	case FILESIZE:
		dump_source_size_text(&e->source, out);
		break;
	case FILEPOS:
		strbuf_addf(out, "%" PRIu64, e->reader.in.position);
		break;
	case PACKET_FILEPOS:
		strbuf_addf(out, "%" PRIu64, e->packet_position);
		break;
	case SAMPLING_PROB:
		dump_source_sample_text(&e->source, out);
		break;
	default:
		link_type_text(e->reader.link_type, out);
		break;
	}
	return 0;
}

static int
write_position(struct fromdump *e, const char *text, struct errh *errh)
{
	uint64_t position;
	int err;

	if (text_read_uint64(text, &position) != 0)
		return errh_error(errh, "type mismatch");
	err = dump_input_seek(&e->reader.in, position);
	if (err != 0)
		return errh_error(errh, "%s: %s", e->source.filename.text, strerror(-err));
	return 0;
}

static int
extend(struct fromdump *e, const char *text, struct errh *errh)
{
	int64_t ns;

	if (text_read_timespan(text, &ns) != 0)
		return errh_error(errh, "'extend_interval' takes a time interval");
	dump_window_extend(&e->window, &e->source, ns);
	return 0;
}

static int
write_value(const struct handler_write *call)
{
	struct fromdump *e = (struct fromdump *)call->element;
	char *text = confstr_uncomment(call->text);
	int err = 0;

	switch (call->row->number) {
	case FILEPOS:
		err = write_position(e, text, call->errh);
		break;
	case ACTIVE:
		err = dump_source_write_active(&e->source, text, call->errh);
		break;
	case STOP:
		dump_source_set_active(&e->source, false);
		router_adjust_run_count(call->router, -1);
		break;
	case EXTEND:
		err = extend(e, text, call->errh);
		break;
	case RESET_COUNTS:
		e->source.n_packets = 0;
		break;
	case RESET_TIMING:
		e->source.timing_fixed = false;
		break;
	}
	free(text);
	return err;
}

const struct handler fromdump_handlers[] = {
	HANDLER_FIELD_R(
		"filename", fromdump, source.filename, HANDLER_CALM, .help = "the file being read"),
	{.name = "filesize",
		.read = read_value,
		.number = FILESIZE,
		.help = "bytes of the file; - if unknown"},
	{.name = "filepos",
		.read = read_value,
		.write = write_value,
		.number = FILEPOS,
		.help = "where in the file the next packet is"},
	{.name = "packet_filepos",
		.read = read_value,
		.number = PACKET_FILEPOS,
		.help = "where in the file the last packet was"},
	{.name = "sampling_prob",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = SAMPLING_PROB,
		.help = "probability with which a packet is given"},
	HANDLER_FIELD_R("active", fromdump, source.active, HANDLER_CHECKBOX, .write = write_value,
		.number = ACTIVE, .help = "whether packets are given"),
	{.name = "encap",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = ENCAP,
		.help = "link type of the file"},
	HANDLER_FIELD_R("count", fromdump, source.n_packets, HANDLER_LIVE, .help = "packets given"),
	{.name = "stop",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = STOP,
		.help = "ends, and stops the driver"},
	{.name = "extend_interval",
		.write = write_value,
		.number = EXTEND,
		.help = "moves the end by so much time, and is active again"},
	{.name = "reset_counts",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = RESET_COUNTS,
		.help = "sets count to 0"},
	{.name = "reset_timing",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = RESET_TIMING,
		.help = "with TIMING: the next packet is due at once"},
	HANDLERS_END,
};
