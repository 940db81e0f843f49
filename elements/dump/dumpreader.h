// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads dump files of tcpdump and libpcap, all their dialects: both byte orders, microseconds and
// nanoseconds, the longer records of a once-patched libpcap, the swapped lengths of old ones.
// Compressed files are read through zcat and bzcat.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpinput.h"

struct errh;

struct dump_reader {
	struct dump_input in;
	bool swapped; // not this machine's byte order
	bool nanoseconds;
	bool patched; // 8 more bytes in each record's header
	uint16_t minor;
	int32_t link_type;
};

#define DUMP_READER_CLOSED              \
	{                               \
		.in = DUMP_INPUT_CLOSED \
	}

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
