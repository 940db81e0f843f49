// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What all elements share that write each packet to a file: pushed or pulled, passed on or ended
// here, errors, and a hot swap to an element that writes to the same file. An element begins with
// this struct, whose functions are hooks of its class or called by them.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpoutput.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/timer.h"

struct dump_sink {
	struct element element;
	// Adds a packet to the file; it may change annotations meanwhile. 0 or -errno. Counts
	// out->n_records.
	int (*write)(struct dump_sink *s, struct packet *p);
	// Empties the file and adds what stands at its beginning, unless that is done. 0 or -errno.
	int (*begin)(struct dump_sink *s);
	struct dump_output *out; // borrowed; the element's own
	bool failed; // nothing is written any more
	bool unbuffered;
	uint64_t n_packets; // written
	struct task task; // as a pull sink
	struct signal signal;
	struct timer begin_timer; // empties the file once the router runs

	// Arguments.
	struct filename filename;
};

enum { DUMP_SINK_WRITE_ERROR }; // drop reason of all these classes, the first
#define DUMP_SINK_DROPS [DUMP_SINK_WRITE_ERROR] = "write error"

void dump_sink_push(struct element *e, unsigned port, struct batch *b);
void dump_sink_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
int dump_sink_attach(struct element *e, struct errh *errh);
// With out open: begins the file when the router runs, starts to pull.
void dump_sink_initialize(struct dump_sink *s);
void dump_sink_cleanup(struct dump_sink *s);
// Goes on with old's open file, whose name must be the same.
void dump_sink_take(struct dump_sink *s, struct dump_sink *old);
void dump_sink_add_handlers(struct element *e);

// Reports the error, once; nothing is written after it.
void dump_sink_fail(struct dump_sink *s, int err);
// The file's name for people.
const char *dump_sink_file(const struct dump_sink *s);
