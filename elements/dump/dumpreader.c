// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpreader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "elements/dump/dumpformat.h"
#include "elements/dump/filter.h"
#include "elements/dump/linktype.h"
#include "src/clock.h"
#include "src/errh.h"
#include "src/mem.h"

enum { BUFFER_SIZE = 256 << 10, PATCH_SIZE = 8 };

static_assert(BUFFER_SIZE > sizeof(struct dump_record_header) + PATCH_SIZE + DUMP_LENGTH_MAX,
	"the buffer holds the longest record");

// ---- bytes

// How many of n bytes (at most BUFFER_SIZE) there are at buffer[at]; fewer only at the end of the
// file, or after an error of the system in *err.
static size_t
fill(struct dump_reader *r, size_t n, int *err)
{
	*err = 0;
	if (r->end - r->at >= n)
		return n;
	memmove(r->buffer, r->buffer + r->at, r->end - r->at);
	r->end -= r->at;
	r->at = 0;
	while (r->end < n) {
		ssize_t got = read(r->fd, r->buffer + r->end, BUFFER_SIZE - r->end);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			*err = -errno;
		if (got <= 0)
			break;
		r->end += (size_t)got;
	}
	return RTE_MIN(r->end, n);
}

static void
skip(struct dump_reader *r, size_t n)
{
	r->at += n;
	r->position += n;
}

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

static const char *
filter_program(const struct dump_reader *r)
{
	const uint8_t *bytes = r->buffer + r->at;

	if (r->end - r->at >= 3 && memcmp(bytes, "BZh", 3) == 0)
		return "bzcat";
	if (r->end - r->at >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
		return "zcat";
	return NULL;
}

// Puts a program between the file and us.
static int
decompress(struct dump_reader *r, const char *program)
{
	int fd, err;

	if (lseek(r->fd, 0, SEEK_SET) < 0)
		return -errno;
	err = filter_open(program, r->fd, -1, &fd, &r->pid);
	if (err != 0)
		return err;
	r->file_fd = r->fd;
	r->fd = fd;
	r->at = r->end = 0;
	return 0;
}

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

	n = fill(r, sizeof(h), &err);
	if (err != 0)
		return errh_error(errh, "%s: %s", r->name, strerror(-err));
	if (n == 0)
		return errh_error(errh, "%s: empty file", r->name);
	if (n < sizeof(h))
		return errh_error(errh, "%s: not a tcpdump file (too short)", r->name);
	memcpy(&h, r->buffer + r->at, sizeof(h));
	if (!read_magic(r, h.magic))
		return errh_error(errh, "%s: not a tcpdump file (bad magic number)", r->name);
	if (field16(r, h.major) != DUMP_MAJOR)
		return errh_error(
			errh, "%s: unknown major version %u", r->name, field16(r, h.major));
	r->minor = field16(r, h.minor);
	r->link_type = link_type_canonical(field32(r, h.link_type));
	skip(r, sizeof(h));
	return 0;
}

static int
open_file(struct dump_reader *r)
{
	const char *program;
	int err;

	if (strcmp(r->name, "-") == 0)
		r->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		r->fd = open(r->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (r->fd < 0)
		return -errno;
	// Enough to tell compressed files.
	fill(r, sizeof(struct dump_file_header), &err);
	program = err == 0 ? filter_program(r) : NULL;
	return program != NULL ? decompress(r, program) : err;
}

int
dump_reader_open(struct dump_reader *r, const char *name, struct errh *errh)
{
	int err;

	*r = (struct dump_reader){.name = name, .fd = -1, .file_fd = -1};
	r->buffer = mem_zalloc(BUFFER_SIZE);
	err = open_file(r);
	if (err != 0)
		err = errh_error(errh, "%s: %s", name, strerror(-err));
	else
		err = read_file_header(r, errh);
	if (err != 0)
		dump_reader_close(r);
	return err;
}

void
dump_reader_close(struct dump_reader *r)
{
	if (r->buffer == NULL)
		return;
	if (r->fd >= 0)
		close(r->fd);
	if (r->file_fd >= 0)
		close(r->file_fd);
	if (r->pid != 0)
		filter_wait(r->pid);
	free(r->buffer);
	*r = (struct dump_reader){.fd = -1, .file_fd = -1};
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
	if (r->pid != 0) {
		err = filter_wait(r->pid);
		r->pid = 0;
		if (err != 0) {
			*error = "cannot be decompressed to its end";
			return DUMP_ERROR;
		}
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

	if (r->buffer == NULL)
		return DUMP_END;
	n = fill(r, header_size, &err);
	if (n < header_size)
		return end_of_file(r, n, err, error);
	memcpy(&h, r->buffer + r->at, sizeof(h));
	h.captured = field32(r, h.captured);
	h.length = field32(r, h.length);
	order_lengths(r, &h);
	if (h.captured > DUMP_LENGTH_MAX) {
		*error = "bad packet header; giving up";
		return DUMP_ERROR;
	}
	n = fill(r, header_size + h.captured, &err);
	if (n < header_size + h.captured)
		return end_of_file(r, n, err, error);
	fraction = field32(r, h.fraction);
	*record = (struct dump_record){
		.timestamp_ns = field32(r, h.seconds) * CLOCK_S +
				(r->nanoseconds ? fraction : fraction * CLOCK_US),
		.length = h.length,
		.captured = RTE_MIN(h.captured, h.length),
		.bytes = r->buffer + r->at + header_size,
		.position = r->position,
	};
	skip(r, header_size + h.captured);
	return DUMP_RECORD;
}

void
dump_reader_again(struct dump_reader *r, const struct dump_record *record)
{
	r->at -= r->position - record->position;
	r->position = record->position;
}

// ---- places

int
dump_reader_seek(struct dump_reader *r, uint64_t position)
{
	size_t n;
	int err = 0;

	if (r->buffer == NULL || position > INT64_MAX)
		return -EINVAL;
	if (r->file_fd < 0 && lseek(r->fd, (off_t)position, SEEK_SET) >= 0) {
		r->at = r->end = 0;
		r->position = position;
		return 0;
	}
	if (position < r->position)
		return -ESPIPE;
	while (r->position < position) {
		n = fill(r, RTE_MIN(position - r->position, (uint64_t)BUFFER_SIZE), &err);
		if (n == 0)
			break;
		skip(r, n);
	}
	return err;
}

void
dump_reader_read_ahead(const struct dump_reader *r)
{
	// Pipes know nothing of it.
	if (r->buffer != NULL && r->file_fd < 0)
		(void)posix_fadvise(r->fd, 0, 0, POSIX_FADV_WILLNEED);
}

int64_t
dump_reader_size(const struct dump_reader *r)
{
	struct stat st;

	if (r->buffer == NULL || r->file_fd >= 0 || fstat(r->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return st.st_size;
}
