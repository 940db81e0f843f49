// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads dump files of tcpdump and libpcap, all their dialects: both byte orders, microseconds and
// nanoseconds, the longer records of a once-patched libpcap, the swapped lengths of old ones.
// Compressed files are read through zcat and bzcat.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct errh;

struct dump_reader {
	const char *name; // borrowed; for messages
	int fd; // owned; -1: not open
	int file_fd; // owned; the compressed file; -1: none
	pid_t pid; // of the program that decompresses; 0: none
	uint8_t *buffer; // owned
	size_t at, end; // of what is in the buffer and not read yet
	uint64_t position; // of buffer[at] in the (decompressed) file
	bool swapped; // not this machine's byte order
	bool nanoseconds;
	bool patched; // 8 more bytes in each record's header
	uint16_t minor;
	int32_t link_type;
};

struct dump_record {
	int64_t timestamp_ns;
	uint32_t length; // of the packet as it was
	uint32_t captured; // bytes of it that are here
	const uint8_t *bytes; // in the buffer, until the next call
	uint64_t position; // of its header
};

// Opens name ("-": standard input) and reads the file's header. Errors, all behind `NAME: `:
//	not a tcpdump file (too short)		unknown major version N
//	not a tcpdump file (bad magic number)	empty file
// and those of the system. 0 or -EINVAL.
int dump_reader_open(struct dump_reader *r, const char *name, struct errh *errh);
void dump_reader_close(struct dump_reader *r);

enum dump_result { DUMP_RECORD, DUMP_END, DUMP_ERROR };

// The next record. DUMP_ERROR: nothing more can be read; *error says why.
enum dump_result
dump_reader_next(struct dump_reader *r, struct dump_record *record, const char **error);
// The record that was just read will be read again.
void dump_reader_again(struct dump_reader *r, const struct dump_record *record);

// Goes on at a position. 0 or -errno, among them -ESPIPE: it lies behind us in something that can
// be read only once.
int dump_reader_seek(struct dump_reader *r, uint64_t position);
// Asks the kernel to have the rest of the file at hand. (Mapping it would do the same, but a file
// that somebody cuts while it is mapped ends the reader with SIGBUS.)
void dump_reader_read_ahead(const struct dump_reader *r);
// Size of the file, -1: unknown.
int64_t dump_reader_size(const struct dump_reader *r);
