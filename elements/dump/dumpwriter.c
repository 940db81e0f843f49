// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpwriter.h"

#include <errno.h>

#include "elements/dump/dumpformat.h"
#include "mbuf-bridge/packet.h"
#include "src/clock.h"
#include "src/errh.h"

int
dump_writer_open(struct dump_writer *w, const char *name, struct errh *errh)
{
	if (dump_output_open(&w->out, name, errh) != 0)
		return -EINVAL;
	if (w->out.fresh && (dump_writer_begin(w) != 0 || dump_output_flush(&w->out) != 0))
		return errh_error(errh, "%s: unable to write file header", name);
	return 0;
}

int
dump_writer_begin(struct dump_writer *w)
{
	struct dump_file_header h = {
		.magic = w->nanoseconds ? DUMP_MAGIC_NS : DUMP_MAGIC,
		.major = DUMP_MAJOR,
		.minor = DUMP_MINOR,
		.snaplen = w->snaplen,
		.link_type = w->link_type,
	};
	int err;

	if (w->out.begun)
		return 0;
	err = dump_output_begin(&w->out);
	return err != 0 ? err : dump_output_add(&w->out, &h, sizeof(h));
}

int
dump_writer_add(struct dump_writer *w, const struct packet *p, int64_t timestamp_ns,
	uint32_t captured, uint32_t length)
{
	int64_t before = timestamp_ns % CLOCK_S < 0; // of 1970: fractions count forwards there too
	uint32_t fraction = (uint32_t)(timestamp_ns % CLOCK_S + before * CLOCK_S);
	struct dump_record_header h = {
		.seconds = (uint32_t)(timestamp_ns / CLOCK_S - before),
		.fraction = w->nanoseconds ? fraction : fraction / (uint32_t)CLOCK_US,
		.captured = captured,
		.length = length,
	};
	struct dump_output *o = &w->out;
	int err = dump_writer_begin(w);

	if (err == 0)
		err = dump_output_reserve(o, sizeof(h) + captured);
	if (err != 0)
		return err;
	dump_output_add(o, &h, sizeof(h));
	if (!packet_read(p, 0, o->buffer + o->n, captured))
		return -EINVAL;
	o->n += captured;
	o->n_records++;
	return 0;
}
