// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The bytes of a file that is written, buffered; names that end with .gz or .bz2 go through gzip
// and bzip2. What is there already stays until dump_output_begin(), so that a router that does not
// come to run, or that takes over an open file, harms nothing.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct errh;

enum { DUMP_OUTPUT_SIZE = 256 << 10 };

struct dump_output {
	const char *name; // borrowed; "-": standard output
	bool begun;
	bool fresh; // the file is new or empty
	int fd; // owned; what we write to; -1: not open
	int file_fd; // owned; the file behind a program that compresses; -1: none
	pid_t pid; // of that program; 0: none
	uint8_t *buffer; // owned
	size_t n; // bytes in it
	uint32_t n_records; // that began in it, as the owner counts
	uint32_t n_lost; // of these, not written: the last flush failed
};

#define DUMP_OUTPUT_CLOSED              \
	{                               \
		.fd = -1, .file_fd = -1 \
	}

// 0 or -EINVAL with `NAME: ...` reported.
int dump_output_open(struct dump_output *o, const char *name, struct errh *errh);
// Empties the file, unless that is done. 0 or -errno.
int dump_output_begin(struct dump_output *o);
// Makes room for n bytes, at most DUMP_OUTPUT_SIZE. 0 or -errno.
int dump_output_reserve(struct dump_output *o, size_t n);
// Adds bytes, any number of them. 0 or -errno.
int dump_output_add(struct dump_output *o, const void *bytes, size_t n);
// Writes out what is buffered. 0 or -errno.
int dump_output_flush(struct dump_output *o);
// 0, or -errno if the rest could not be written; it is closed in any case.
int dump_output_close(struct dump_output *o);
