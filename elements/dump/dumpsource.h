// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What all elements that read packets from files share: one packet a run of the task or a pull, the
// gaps between packets (TIMING), samples, sleeping, and the handlers about it. An element begins
// with this struct, whose functions are hooks of its class or called by them.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpinput.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/timer.h"

enum { DUMP_SAMPLE_BITS = 28 };

enum dump_reading {
	DUMP_READ_PACKET, // it is in held
	DUMP_READ_SKIPPED, // there was something that is not wanted
	DUMP_READ_LATER, // no memory for it now
	DUMP_READ_END,
};

struct dump_source {
	struct element element;
	enum dump_reading (*read)(struct dump_source *s); // the next packet; called while active
	struct dump_input *in; // borrowed; the element's own
	struct packet *held; // owned; read, and not due yet
	uint64_t n_packets; // emitted, less those that reset_counts forgot
	unsigned held_reason; // drop reason for it at the end
	uint32_t sample; // fixed point
	int32_t link_type; // for the handler `encap`: IP, unless set behind dump_source_configure()
	// With timing: what to add to a packet's time to have that of the steady clock.
	bool timing_fixed;
	int64_t timing_offset_ns;

	struct task task; // pushing
	struct signal full; // pushing: downstream
	struct notifier empty; // pulled from
	struct timer timer; // when the packet held is due

	// Arguments.
	struct filename filename;
	bool active, stop, timing;
	struct probability want_sample;
};

// Rows that are the same in each. FromDump has more of them.
#define DUMP_SOURCE_STOP_ARG(name)                                  \
	ARG(name, source.stop, "STOP", ARG_KEYWORD, .def = "false", \
		.help = "true: stops the driver at the end")
#define DUMP_SOURCE_ACTIVE_ARG(name)                                   \
	ARG(name, source.active, "ACTIVE", ARG_KEYWORD, .def = "true", \
		.help = "false: gives no packets until the handler `active` is set")
#define DUMP_SOURCE_SAMPLE_ARG(name)                                     \
	ARG(name, source.want_sample, "SAMPLE", ARG_KEYWORD, .def = "1", \
		.help = "probability with which a packet of the file is given")

// filename, filesize, filepos, encap, sampling_prob, active, stop.
extern const struct handler dump_source_handlers[];

bool dump_source_pushes(const struct dump_source *s);
// Starts or stops giving packets, and wakes whoever waits for that.
void dump_source_set_active(struct dump_source *s, bool active);
// The end of the file: STOP.
void dump_source_end(struct dump_source *s);
// Whether the sample takes this one.
bool dump_source_samples(const struct dump_source *s);
// A packet of bytes of a file (NULL: undefined ones), counted as received. NULL: no memory.
struct packet *dump_source_packet(uint32_t headroom, const void *bytes, uint32_t len, int64_t ns);

// Hooks, or for them. read to in and held_reason are set before attach.
void dump_source_pull(struct element *e, unsigned port, struct batch *b, unsigned max);
int dump_source_configure(struct dump_source *s, struct errh *errh);
void dump_source_attach(struct dump_source *s);
int dump_source_reserve(struct element *e, struct plan *plan, struct errh *errh);
void dump_source_initialize(struct dump_source *s);
void dump_source_cleanup(struct dump_source *s);
uint32_t dump_source_held(struct element *e);
// Of the same file: goes on where old was. What old's `in` holds is moved by the caller.
void dump_source_take(struct dump_source *s, struct dump_source *old);
struct notifier *dump_source_notifier(struct element *e, bool empty, unsigned port);
void dump_source_add_handlers(struct element *e);

// For read handlers.
void dump_source_size_text(const struct dump_source *s, struct strbuf *out);
void dump_source_sample_text(const struct dump_source *s, struct strbuf *out);
int dump_source_write_active(struct dump_source *s, const char *text, struct errh *errh);
