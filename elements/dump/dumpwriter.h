// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Writes dump files as libpcap reads them.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpoutput.h"

struct errh;
struct packet;

struct dump_writer {
	struct dump_output out;
	uint32_t link_type;
	uint32_t snaplen; // as the file's header says
	bool nanoseconds;
};

// link_type to nanoseconds are filled in. 0 or -EINVAL with `NAME: ...` reported. The header is
// written at once if the file is new or empty; else w->out.begun is false.
int dump_writer_open(struct dump_writer *w, const char *name, struct errh *errh);
// Empties the file and writes its header, unless that is done. 0 or -errno.
int dump_writer_begin(struct dump_writer *w);
// Adds the first captured bytes (at most 65535) of a packet that had length bytes. 0 or -errno.
int dump_writer_add(struct dump_writer *w, const struct packet *p, int64_t timestamp_ns,
	uint32_t captured, uint32_t length);
