// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The IPSummaryDump file of one flow: its text as it is put together, and its way to the disk.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/flowpattern.h"
#include "elements/dump/summaryview.h"
#include "src/strbuf.h"

struct flow_dump_style {
	const char *pattern; // of file names; "-": standard output
	bool absolute_time, absolute_seq, all_options, options, window, ip_id;
	uint32_t min_count; // flows with fewer packets have no file
};

struct flow_dump { // starts zeroed
	struct flow_name name;
	int64_t first_ns;
	uint32_t first_seq[2]; // by direction
	bool has_seq[2], told_seq[2]; // known; in the file
	bool begun; // the file is there
	uint64_t n_packets;
	struct strbuf text; // what is not in the file yet
};

// Bytes of text from which on they should be written.
enum { FLOW_DUMP_TEXT = 32 << 10 };

// From the first packet, v, of an aggregate; paint says whether it goes the other way.
void flow_dump_init(struct flow_dump *f, const struct summary_view *v, uint32_t aggregate);
// Adds a packet of the flow.
void
flow_dump_add(struct flow_dump *f, const struct flow_dump_style *style, struct summary_view *v);
// Writes out what there is. 0 or -errno.
int flow_dump_flush(struct flow_dump *f, const struct flow_dump_style *style);
void flow_dump_fini(struct flow_dump *f); // without writing
