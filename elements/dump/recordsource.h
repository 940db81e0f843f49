// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What FromDAGDump and FromNLANRDump share: files of binary records, of which each element knows
// its own. An element begins with this struct.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpinput.h"
#include "elements/dump/dumpsource.h"
#include "elements/dump/dumpwindow.h"

struct record {
	uint32_t size; // in the file
	bool has_packet;
	// Of the packet.
	int64_t timestamp_ns;
	const uint8_t *bytes; // in the buffer
	uint32_t captured; // bytes of it that are here
	uint32_t length; // of the packet as it was
	int32_t link_type;
	uint8_t paint;
};

enum record_result { RECORD_FOUND, RECORD_END, RECORD_BAD };

struct record_source {
	struct dump_source source;
	struct dump_input in;
	struct dump_window window;
	// Looks at the next record without taking it. RECORD_BAD: nothing more can be read, *error
	// says why.
	enum record_result (*next)(struct record_source *s, struct record *r, const char **error);

	// Arguments.
	bool force_ip;
	uint64_t position;
};

enum { RECORD_NOT_IP, RECORD_HELD_AT_END };
extern const char *const record_source_drops[];

// The rows that both have. An element's own struct begins with this one, so these fit it.
#define RECORD_SOURCE_ARGS                                                                  \
	ARG(record_source, source.filename, "FILENAME", ARG_MANDATORY,                      \
		.help = "the file; -: standard input. gzip and bzip2 are recognized"),      \
		DUMP_SOURCE_STOP_ARG(record_source), DUMP_SOURCE_ACTIVE_ARG(record_source), \
		DUMP_SOURCE_SAMPLE_ARG(record_source), DUMP_WINDOW_ARGS(record_source),     \
		ARG(record_source, position, "FILEPOS", ARG_KEYWORD, .def = "0",            \
			.help = "where in the file to begin: the place of a record, bytes")

// For next(): whether n bytes are there. RECORD_FOUND: they are.
enum record_result record_source_need(struct record_source *s, size_t n, const char **error);

// Hooks, or for them.
int record_source_configure(struct record_source *s, struct errh *errh);
int record_source_attach(struct element *e, struct errh *errh);
int record_source_initialize(struct element *e, struct errh *errh);
void record_source_cleanup(struct element *e);
int record_source_take_state(struct element *e, struct element *old, struct errh *errh);

// What both classes have alike.
#define RECORD_SOURCE_FIELDS                                                                    \
	.ports = "0/1-2", .processing = "a/ah", .lcores = LCORES_ONE, .pull = dump_source_pull, \
	.reserve = dump_source_reserve, .initialize = record_source_initialize,                 \
	.cleanup = record_source_cleanup, .notifier = dump_source_notifier,                     \
	.held = dump_source_held, .handlers = dump_source_handlers,                             \
	.add_handlers = dump_source_add_handlers, .drops = record_source_drops, .group = "dump"
