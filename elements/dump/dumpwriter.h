// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Writes dump files as libpcap reads them. What is there already stays until dump_writer_begin(),
// so that a router that does not come to run, or that takes over an open file, harms nothing.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct errh;
struct packet;

struct dump_writer {
	const char *name; // borrowed; "-": standard output
	uint32_t link_type;
	uint32_t snaplen; // as the file's header says
	bool nanoseconds;
	bool begun;
	int fd; // owned; what we write to; -1: not open
	int file_fd; // owned; the file behind a program that compresses; -1: none
	pid_t pid; // of that program; 0: none
	uint8_t *buffer; // owned
	size_t n; // bytes in it
	uint32_t n_records; // that began in it
	uint32_t n_lost; // of these, not written: the last flush failed
};

// name to nanoseconds are filled in. 0 or -EINVAL with `NAME: ...` reported. The header is written
// at once if the file is new or empty; else w->begun is false.
int dump_writer_open(struct dump_writer *w, struct errh *errh);
// Empties the file and writes its header, unless that is done. 0 or -errno.
int dump_writer_begin(struct dump_writer *w);
// Adds the first captured bytes (at most 65535) of a packet that had length bytes. 0 or -errno.
int dump_writer_add(struct dump_writer *w, const struct packet *p, int64_t timestamp_ns,
	uint32_t captured, uint32_t length);
// Writes out what is buffered. 0 or -errno.
int dump_writer_flush(struct dump_writer *w);
// 0, or -errno if the rest could not be written; it is closed in any case.
int dump_writer_close(struct dump_writer *w);
