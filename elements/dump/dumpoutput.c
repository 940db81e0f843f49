// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpoutput.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_common.h>

#include "elements/dump/filter.h"
#include "src/errh.h"
#include "src/mem.h"

enum { FILE_MODE = 0666 };

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
dump_output_open(struct dump_output *o, const char *name, struct errh *errh)
{
	off_t size;

	*o = (struct dump_output){.name = name, .fd = -1, .file_fd = -1};
	if (strcmp(name, "-") == 0)
		o->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		o->fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, FILE_MODE);
	if (o->fd < 0)
		return errh_error(errh, "%s: %s", name, strerror(errno));
	o->buffer = mem_zalloc(DUMP_OUTPUT_SIZE);
	o->fresh = is_regular(o->fd, &size) && size == 0;
	return 0;
}

int
dump_output_begin(struct dump_output *o)
{
	const char *program = filter_program(o->name);
	off_t size;
	int fd, err;

	if (o->begun)
		return 0;
	// What standard output leads to may be one of several outputs of a shell script.
	if (strcmp(o->name, "-") != 0 && is_regular(o->fd, &size) && ftruncate(o->fd, 0) < 0)
		return -errno;
	if (program != NULL) {
		err = filter_open(program, -1, o->fd, &fd, &o->pid);
		if (err != 0)
			return err;
		o->file_fd = o->fd;
		o->fd = fd;
	}
	o->begun = true;
	return 0;
}

int
dump_output_reserve(struct dump_output *o, size_t n)
{
	return n > DUMP_OUTPUT_SIZE - o->n ? dump_output_flush(o) : 0;
}

int
dump_output_add(struct dump_output *o, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;
	size_t part;
	int err = 0;

	for (; n > 0 && err == 0; at += part, n -= part) {
		if (o->n == DUMP_OUTPUT_SIZE)
			err = dump_output_flush(o);
		part = RTE_MIN(n, DUMP_OUTPUT_SIZE - o->n);
		memcpy(o->buffer + o->n, at, part);
		o->n += part;
	}
	return err;
}

int
dump_output_flush(struct dump_output *o)
{
	size_t done = 0;
	int err = 0;

	while (done < o->n && err == 0) {
		ssize_t n = write(o->fd, o->buffer + done, o->n - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	o->n_lost = err == 0 ? 0 : o->n_records;
	o->n_records = 0;
	o->n = 0;
	return err;
}

int
dump_output_close(struct dump_output *o)
{
	int err;

	if (o->buffer == NULL)
		return 0;
	err = dump_output_flush(o);
	if (o->fd >= 0 && close(o->fd) < 0 && err == 0)
		err = -errno;
	if (o->file_fd >= 0)
		close(o->file_fd);
	if (o->pid != 0 && filter_wait(o->pid) != 0 && err == 0)
		err = -EIO;
	free(o->buffer);
	*o = (struct dump_output)DUMP_OUTPUT_CLOSED;
	return err;
}
