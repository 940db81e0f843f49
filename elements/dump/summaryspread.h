// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A line that stands for several packets: their times and lengths are evenly spread.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpsource.h"
#include "elements/dump/summarybuild.h"

struct summary_spread {
	uint32_t n_left; // packets that the line still stands for
	bool shares; // the line's bytes are shared among them
	uint64_t bytes_left;
	int64_t ns, step_ns, last_ns;
};

// Another line. multipacket: it gives b->count packets, else one.
void summary_spread_start(struct summary_spread *s, struct summary_build *b, bool multipacket);
// The next packet of the line, for the source to hold, unless its sample leaves it out.
enum dump_reading summary_spread_next(struct summary_spread *s, struct summary_build *b,
	struct dump_source *source, bool checksum);
