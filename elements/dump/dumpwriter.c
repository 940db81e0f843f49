// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpwriter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elements/dump/dumpformat.h"
#include "elements/dump/filter.h"
#include "mbuf-bridge/packet.h"
#include "src/clock.h"
#include "src/errh.h"
#include "src/mem.h"

enum { BUFFER_SIZE = 256 << 10, FILE_MODE = 0666 };

static bool
has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), n_suffix = strlen(suffix);

	return n > n_suffix && strcmp(name + n - n_suffix, suffix) == 0;
}

static const char *
filter_program(const char *name)
{
	if (has_suffix(name, ".gz"))
		return "gzip";
	return has_suffix(name, ".bz2") ? "bzip2" : NULL;
}

static bool
is_regular(int fd, off_t *size)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	*size = st.st_size;
	return true;
}

int
dump_writer_open(struct dump_writer *w, struct errh *errh)
{
	off_t size;

	w->file_fd = -1;
	if (strcmp(w->name, "-") == 0)
		w->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		w->fd = open(w->name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, FILE_MODE);
	if (w->fd < 0)
		return errh_error(errh, "%s: %s", w->name, strerror(errno));
	w->buffer = mem_zalloc(BUFFER_SIZE);
	if (is_regular(w->fd, &size) && size == 0 &&
		(dump_writer_begin(w) != 0 || dump_writer_flush(w) != 0))
		return errh_error(errh, "%s: unable to write file header", w->name);
	return 0;
}

static void
add_bytes(struct dump_writer *w, const void *bytes, size_t n)
{
	memcpy(w->buffer + w->n, bytes, n);
	w->n += n;
}

int
dump_writer_begin(struct dump_writer *w)
{
	const char *program = filter_program(w->name);
	struct dump_file_header h = {
		.magic = w->nanoseconds ? DUMP_MAGIC_NS : DUMP_MAGIC,
		.major = DUMP_MAJOR,
		.minor = DUMP_MINOR,
		.snaplen = w->snaplen,
		.link_type = w->link_type,
	};
	off_t size;
	int fd, err;

	if (w->begun)
		return 0;
	// What standard output leads to may be one of several outputs of a shell script.
	if (strcmp(w->name, "-") != 0 && is_regular(w->fd, &size) && ftruncate(w->fd, 0) < 0)
		return -errno;
	if (program != NULL) {
		err = filter_open(program, -1, w->fd, &fd, &w->pid);
		if (err != 0)
			return err;
		w->file_fd = w->fd;
		w->fd = fd;
	}
	w->begun = true;
	add_bytes(w, &h, sizeof(h));
	return 0;
}

int
dump_writer_flush(struct dump_writer *w)
{
	size_t done = 0;
	int err = 0;

	while (done < w->n && err == 0) {
		ssize_t n = write(w->fd, w->buffer + done, w->n - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	w->n_lost = err == 0 ? 0 : w->n_records;
	w->n_records = 0;
	w->n = 0;
	return err;
}

int
dump_writer_add(struct dump_writer *w, const struct packet *p, int64_t timestamp_ns,
	uint32_t captured, uint32_t length)
{
	uint32_t fraction = (uint32_t)(timestamp_ns % CLOCK_S);
	struct dump_record_header h = {
		.seconds = (uint32_t)(timestamp_ns / CLOCK_S),
		.fraction = w->nanoseconds ? fraction : fraction / (uint32_t)CLOCK_US,
		.captured = captured,
		.length = length,
	};
	int err = dump_writer_begin(w);

	if (err == 0 && sizeof(h) + captured > BUFFER_SIZE - w->n)
		err = dump_writer_flush(w);
	if (err != 0)
		return err;
	add_bytes(w, &h, sizeof(h));
	if (!packet_read(p, 0, w->buffer + w->n, captured))
		return -EINVAL;
	w->n += captured;
	w->n_records++;
	return 0;
}

int
dump_writer_close(struct dump_writer *w)
{
	int err;

	if (w->buffer == NULL)
		return 0;
	err = dump_writer_flush(w);
	if (w->fd >= 0 && close(w->fd) < 0 && err == 0)
		err = -errno;
	if (w->file_fd >= 0)
		close(w->file_fd);
	if (w->pid != 0 && filter_wait(w->pid) != 0 && err == 0)
		err = -EIO;
	free(w->buffer);
	*w = (struct dump_writer){.fd = -1, .file_fd = -1};
	return err;
}
