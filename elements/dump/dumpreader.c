// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpreader.h"

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "elements/dump/dumpformat.h"
#include "elements/dump/linktype.h"
#include "src/clock.h"
#include "src/errh.h"

enum { PATCH_SIZE = 8 };

static_assert(DUMP_INPUT_MAX > sizeof(struct dump_record_header) + PATCH_SIZE + DUMP_LENGTH_MAX,
	"the buffer holds the longest record");

static uint16_t
field16(const struct dump_reader *r, uint16_t v)
{
	return r->swapped ? rte_bswap16(v) : v;
}

static uint32_t
field32(const struct dump_reader *r, uint32_t v)
{
	return r->swapped ? rte_bswap32(v) : v;
}

// ---- opening

static bool
read_magic(struct dump_reader *r, uint32_t magic)
{
	static const uint32_t known[] = {DUMP_MAGIC, DUMP_MAGIC_NS, DUMP_MAGIC_PATCHED};

	for (size_t i = 0; i < RTE_DIM(known); i++) {
		if (magic != known[i] && magic != rte_bswap32(known[i]))
			continue;
		r->swapped = magic != known[i];
		r->nanoseconds = known[i] == DUMP_MAGIC_NS;
		r->patched = known[i] == DUMP_MAGIC_PATCHED;
		return true;
	}
	return false;
}

static int
read_file_header(struct dump_reader *r, struct errh *errh)
{
	struct dump_file_header h;
	size_t n;
	int err;

	n = dump_input_fill(&r->in, sizeof(h), &err);
	if (err != 0)
		return errh_error(errh, "%s: %s", r->in.name, strerror(-err));
	if (n == 0)
		return errh_error(errh, "%s: empty file", r->in.name);
	if (n < sizeof(h))
		return errh_error(errh, "%s: not a tcpdump file (too short)", r->in.name);
	memcpy(&h, dump_input_bytes(&r->in), sizeof(h));
	if (!read_magic(r, h.magic))
		return errh_error(errh, "%s: not a tcpdump file (bad magic number)%s", r->in.name,
			h.magic == DUMP_MAGIC_PCAPNG
				? ": it is pcapng, which `editcap -F pcap` converts"
				: "");
	if (field16(r, h.major) != DUMP_MAJOR)
		return errh_error(
			errh, "%s: unknown major version %u", r->in.name, field16(r, h.major));
	r->minor = field16(r, h.minor);
	r->link_type = link_type_canonical(field32(r, h.link_type));
	dump_input_skip(&r->in, sizeof(h));
	return 0;
}

int
dump_reader_open(struct dump_reader *r, const char *name, struct errh *errh)
{
	int err;

	*r = (struct dump_reader)DUMP_READER_CLOSED;
	err = dump_input_open(&r->in, name, errh);
	if (err == 0)
		err = read_file_header(r, errh);
	if (err != 0)
		dump_reader_close(r);
	return err;
}

void
dump_reader_close(struct dump_reader *r)
{
	dump_input_close(&r->in);
}

// ---- records

// Old libpcaps had the two lengths the other way around, and some of that time both ways.
static void
order_lengths(const struct dump_reader *r, struct dump_record_header *h)
{
	uint32_t captured = h->captured;

	if (r->minor < 3 || (r->minor == 3 && h->captured > h->length)) {
		h->captured = h->length;
		h->length = captured;
	}
}

static enum dump_result
end_of_file(struct dump_reader *r, size_t n_left, int err, const char **error)
{
	if (err != 0) {
		*error = strerror(-err);
		return DUMP_ERROR;
	}
	if (n_left > 0) {
		*error = "the last packet is cut off";
		return DUMP_ERROR;
	}
	if (dump_input_end(&r->in) != 0) {
		*error = "cannot be decompressed to its end";
		return DUMP_ERROR;
	}
	return DUMP_END;
}

enum dump_result
dump_reader_next(struct dump_reader *r, struct dump_record *record, const char **error)
{
	struct dump_record_header h;
	size_t header_size = sizeof(h) + (r->patched ? PATCH_SIZE : 0), n;
	int64_t fraction;
	int err;

	if (r->in.buffer == NULL)
		return DUMP_END;
	n = dump_input_fill(&r->in, header_size, &err);
	if (n < header_size)
		return end_of_file(r, n, err, error);
	memcpy(&h, dump_input_bytes(&r->in), sizeof(h));
	h.captured = field32(r, h.captured);
	h.length = field32(r, h.length);
	order_lengths(r, &h);
	if (h.captured > DUMP_LENGTH_MAX) {
		*error = "bad packet header; giving up";
		return DUMP_ERROR;
	}
	n = dump_input_fill(&r->in, header_size + h.captured, &err);
	if (n < header_size + h.captured)
		return end_of_file(r, n, err, error);
	fraction = field32(r, h.fraction);
	*record = (struct dump_record){
		.timestamp_ns = field32(r, h.seconds) * CLOCK_S +
				(r->nanoseconds ? fraction : fraction * CLOCK_US),
		.length = h.length,
		.captured = RTE_MIN(h.captured, h.length),
		.bytes = dump_input_bytes(&r->in) + header_size,
		.position = r->in.position,
	};
	dump_input_skip(&r->in, header_size + h.captured);
	return DUMP_RECORD;
}

void
dump_reader_again(struct dump_reader *r, const struct dump_record *record)
{
	r->in.at -= r->in.position - record->position;
	r->in.position = record->position;
}
