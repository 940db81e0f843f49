// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads IPSummaryDump files, text and binary, a packet at a time.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpinput.h"
#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryfield.h"
#include "src/strbuf.h"

struct errh;

struct summary_reader {
	struct dump_input in;
	uint64_t n_read; // lines, in binary files records
	uint64_t n_bad; // lines about packets of which nothing could be read
	bool binary;
	bool ended; // nothing more can be read
	bool complained; // about a bad line
	uint32_t n_reports; // messages of the run-time
	bool octet_offsets; // an old file, see summarybuild.h
	// Defaults for packets.
	uint8_t proto;
	struct summary_flow flow;
	uint32_t aggregate;

	struct summary_fields fields;
	uint16_t *order; // owned; the fields in the order in which they are put into packets
	struct summary_value *values; // owned; of the last line, by field
	bool *given; // owned; which of them there are
	struct strbuf text; // room
};

// Before it is opened or later: what a !data line without `!data` says. Unknown fields are warned
// of; errh NULL: in a message of the run-time.
void summary_reader_set_fields(struct summary_reader *r, const char *list, struct errh *errh);
// SRC SPORT DST DPORT [PROTO]. false: it is not, nothing is changed.
bool summary_reader_set_flow(struct summary_reader *r, const char *text);

// With r->in open: looks at the first line. 0, or -EINVAL with the error reported.
int summary_reader_begin(struct summary_reader *r, struct errh *errh);
void summary_reader_close(struct summary_reader *r);

enum summary_line {
	SUMMARY_PACKET, // b is a packet; payload is valid until the next call
	SUMMARY_NOTHING, // a line about something else, or a bad one
	SUMMARY_END
};

enum summary_line summary_reader_next(struct summary_reader *r, struct summary_build *b);
