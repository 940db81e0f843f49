// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The bytes of a file that is read from front to back: buffered, whole lines or records at a time.
// Compressed files (gzip, bzip2) are recognized by their contents and read through zcat and bzcat.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct errh;

enum { DUMP_INPUT_MAX = 512 << 10 }; // bytes that can be looked at together

struct dump_input {
	const char *name; // borrowed; for messages
	int fd; // owned; -1: not open
	int file_fd; // owned; the compressed file; -1: none
	pid_t pid; // of the program that decompresses; 0: none
	uint8_t *buffer; // owned; NULL: not open
	size_t at, end; // of what is in the buffer and not read yet
	uint64_t position; // of buffer[at] in the (decompressed) file
};

#define DUMP_INPUT_CLOSED               \
	{                               \
		.fd = -1, .file_fd = -1 \
	}

// Opens name ("-": standard input). 0, or -EINVAL with `NAME: ...` reported.
int dump_input_open(struct dump_input *in, const char *name, struct errh *errh);
// Reads from memory, which is copied.
void dump_input_open_bytes(struct dump_input *in, const char *name, const uint8_t *bytes, size_t n);
// Name and position stay, for handlers that tell them.
void dump_input_close(struct dump_input *in);

// How many of n bytes (at most DUMP_INPUT_MAX) there are at dump_input_bytes(); fewer only at the
// end of the file, or after an error of the system in *err.
size_t dump_input_fill(struct dump_input *in, size_t n, int *err);
// At the end of the file: whether all of it came. 0, or -errno of the program that decompresses.
int dump_input_end(struct dump_input *in);

// What is there. Valid until the next call; the reader may write to it.
static inline uint8_t *
dump_input_bytes(struct dump_input *in)
{
	return in->buffer + in->at;
}

static inline void
dump_input_skip(struct dump_input *in, size_t n)
{
	in->at += n;
	in->position += n;
}

// The next line, which ends with \n, \r or \r\n, without its end and with a NUL there instead.
// NULL: the end, or an error of the system in *err. *cut: it was longer than DUMP_INPUT_MAX, and
// only its end is left.
char *dump_input_line(struct dump_input *in, size_t *len, bool *cut, int *err);

// Goes on at a position. 0 or -errno, among them -ESPIPE: it lies behind us in something that can
// be read only once.
int dump_input_seek(struct dump_input *in, uint64_t position);
// Asks the kernel to have the rest of the file at hand. (Mapping it would do the same, but a file
// that somebody cuts while it is mapped ends the reader with SIGBUS.)
void dump_input_read_ahead(const struct dump_input *in);
// Size of the file, -1: unknown.
int64_t dump_input_size(const struct dump_input *in);
