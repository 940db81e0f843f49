// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What elements share that make packets of the lines of other programs' text files: an element says
// what a line means. An element begins with this struct.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpinput.h"
#include "elements/dump/dumpsource.h"
#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryspread.h"

enum line_meaning { LINE_PACKET, LINE_NOTHING, LINE_BAD };

struct line_source {
	struct dump_source source;
	struct dump_input in;
	struct summary_build build; // the line's packet
	struct summary_spread spread;
	// What a line means (it ends with a NUL and may be changed). A packet goes into s->build,
	// which is initialized for TCP.
	enum line_meaning (*parse)(struct line_source *s, char *line);
	const char *bad; // what is said of the first line that is bad
	uint64_t n_lines, n_bad;

	// Arguments.
	bool zero, checksum, multipacket;
};

enum { LINE_HELD_AT_END };
extern const char *const line_source_drops[];

// The rows that all have. An element's own struct begins with this one, so these fit it.
#define LINE_SOURCE_ARGS                                                                \
	ARG(line_source, source.filename, "FILENAME", ARG_MANDATORY,                    \
		.help = "the file; -: standard input. gzip and bzip2 are recognized"),  \
		DUMP_SOURCE_STOP_ARG(line_source), DUMP_SOURCE_ACTIVE_ARG(line_source), \
		ARG(line_source, zero, "ZERO", ARG_KEYWORD, .def = "true",              \
			.help = "accepted; what no line says is always zero"),          \
		DUMP_SOURCE_SAMPLE_ARG(line_source)
#define LINE_SOURCE_CHECKSUM_ARG                                            \
	ARG(line_source, checksum, "CHECKSUM", ARG_KEYWORD, .def = "false", \
		.help = "true: packets have their full length, and right checksums")

// Hooks, or for them. parse and bad are set before.
int line_source_configure(struct line_source *s, struct errh *errh);
int line_source_attach(struct element *e, struct errh *errh);
int line_source_initialize(struct element *e, struct errh *errh);
void line_source_cleanup(struct element *e);
int line_source_take_state(struct element *e, struct element *old, struct errh *errh);
void line_source_add_handlers(struct element *e);

// What the classes have alike.
#define LINE_SOURCE_FIELDS                                                                   \
	.ports = "0/1", .processing = "a/a", .lcores = LCORES_ONE, .pull = dump_source_pull, \
	.attach = line_source_attach, .reserve = dump_source_reserve,                        \
	.initialize = line_source_initialize, .notifier = dump_source_notifier,              \
	.held = dump_source_held, .handlers = dump_source_handlers,                          \
	.add_handlers = line_source_add_handlers, .drops = line_source_drops, .group = "dump"
