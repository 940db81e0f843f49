// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpinput.h"

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

enum { MAGIC_SIZE = 3 };

size_t
dump_input_fill(struct dump_input *in, size_t n, int *err)
{
	*err = 0;
	if (in->end - in->at >= n)
		return n;
	if (in->fd < 0)
		return in->end - in->at;
	memmove(in->buffer, in->buffer + in->at, in->end - in->at);
	in->end -= in->at;
	in->at = 0;
	while (in->end < n) {
		ssize_t got = read(in->fd, in->buffer + in->end, DUMP_INPUT_MAX - in->end);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			*err = -errno;
		if (got <= 0)
			break;
		in->end += (size_t)got;
	}
	return RTE_MIN(in->end, n);
}

// ---- opening

static const char *
filter_program(const struct dump_input *in)
{
	const uint8_t *bytes = in->buffer + in->at;

	if (in->end - in->at >= 3 && memcmp(bytes, "BZh", 3) == 0)
		return "bzcat";
	if (in->end - in->at >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
		return "zcat";
	return NULL;
}

// Puts a program between the file and us.
static int
decompress(struct dump_input *in, const char *program)
{
	int fd, err;

	if (lseek(in->fd, 0, SEEK_SET) < 0)
		return -errno;
	err = filter_open(program, in->fd, -1, &fd, &in->pid);
	if (err != 0)
		return err;
	in->file_fd = in->fd;
	in->fd = fd;
	in->at = in->end = 0;
	return 0;
}

static int
open_file(struct dump_input *in)
{
	const char *program;
	int err;

	if (strcmp(in->name, "-") == 0)
		in->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		in->fd = open(in->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd < 0)
		return -errno;
	dump_input_fill(in, MAGIC_SIZE, &err);
	program = err == 0 ? filter_program(in) : NULL;
	return program != NULL ? decompress(in, program) : err;
}

// The byte behind the buffer is for the NUL of a last line without an end.
static void
make_buffer(struct dump_input *in, const char *name, size_t size)
{
	*in = (struct dump_input){.name = name, .fd = -1, .file_fd = -1};
	in->buffer = mem_zalloc(size + 1);
}

int
dump_input_open(struct dump_input *in, const char *name, struct errh *errh)
{
	int err;

	make_buffer(in, name, DUMP_INPUT_MAX);
	err = open_file(in);
	if (err == 0)
		return 0;
	dump_input_close(in);
	return errh_error(errh, "%s: %s", name, strerror(-err));
}

void
dump_input_open_bytes(struct dump_input *in, const char *name, const uint8_t *bytes, size_t n)
{
	make_buffer(in, name, n);
	if (n > 0)
		memcpy(in->buffer, bytes, n);
	in->end = n;
}

void
dump_input_close(struct dump_input *in)
{
	if (in->buffer == NULL)
		return;
	if (in->fd >= 0)
		close(in->fd);
	if (in->file_fd >= 0)
		close(in->file_fd);
	if (in->pid != 0)
		filter_wait(in->pid);
	free(in->buffer);
	*in = (struct dump_input){
		.name = in->name, .fd = -1, .file_fd = -1, .position = in->position};
}

int
dump_input_end(struct dump_input *in)
{
	pid_t pid = in->pid;

	in->pid = 0;
	return pid != 0 ? filter_wait(pid) : 0;
}

// ---- lines

static size_t
line_end(const uint8_t *bytes, size_t from, size_t n)
{
	while (from < n && bytes[from] != '\n' && bytes[from] != '\r')
		from++;
	return from;
}

// Looks for the end of the line in ever more bytes. *n: of the line, *have: that are there.
static void
find_line(struct dump_input *in, size_t *n, size_t *have, int *err)
{
	size_t want = in->end - in->at;

	*n = 0;
	for (;;) {
		dump_input_fill(in, want, err);
		*have = in->end - in->at;
		*n = line_end(dump_input_bytes(in), *n, *have);
		// One more byte tells \r from \r\n.
		if (*n + 1 < *have || (*n < *have && dump_input_bytes(in)[*n] == '\n') ||
			*have < want || *err != 0 || *have >= DUMP_INPUT_MAX)
			return;
		want = *have + 1;
	}
}

static void
skip_line_end(struct dump_input *in, size_t n, size_t have)
{
	const uint8_t *end = dump_input_bytes(in) + n;
	size_t len = n < have;

	if (n + 1 < have && end[0] == '\r' && end[1] == '\n')
		len = 2;
	dump_input_skip(in, n + len);
}

char *
dump_input_line(struct dump_input *in, size_t *len, bool *cut, int *err)
{
	size_t n, have;
	char *line;

	*cut = false;
	*err = 0;
	if (in->buffer == NULL)
		return NULL;
	find_line(in, &n, &have, err);
	if (*err != 0 || have == 0)
		return NULL;
	while (n == have && have >= DUMP_INPUT_MAX) {
		*cut = true;
		dump_input_skip(in, have);
		find_line(in, &n, &have, err);
	}
	line = (char *)dump_input_bytes(in);
	*len = n;
	skip_line_end(in, n, have);
	line[n] = '\0';
	return line;
}

// ---- places

int
dump_input_seek(struct dump_input *in, uint64_t position)
{
	size_t n;
	int err = 0;

	if (in->buffer == NULL || position > INT64_MAX)
		return -EINVAL;
	if (in->fd >= 0 && in->file_fd < 0 && lseek(in->fd, (off_t)position, SEEK_SET) >= 0) {
		in->at = in->end = 0;
		in->position = position;
		return 0;
	}
	if (position < in->position)
		return -ESPIPE;
	while (in->position < position) {
		n = dump_input_fill(
			in, RTE_MIN(position - in->position, (uint64_t)DUMP_INPUT_MAX), &err);
		if (n == 0)
			break;
		dump_input_skip(in, n);
	}
	return err;
}

void
dump_input_read_ahead(const struct dump_input *in)
{
	// Pipes know nothing of it.
	if (in->fd >= 0 && in->file_fd < 0)
		(void)posix_fadvise(in->fd, 0, 0, POSIX_FADV_WILLNEED);
}

int64_t
dump_input_size(const struct dump_input *in)
{
	struct stat st;

	if (in->fd < 0 || in->file_fd >= 0 || fstat(in->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return st.st_size;
}
