// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How far something has come, and the line of text that shows it to people.

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

struct progress {
	double position; // negative: not known
	double size; // where it ends; not above 0: not known
	double first_position;
	int64_t start_ns; // of the first position
	int64_t now_ns; // of the last one
	int64_t moved_ns; // of the last one that differed
	int64_t stalled_ns; // how long nothing has moved, in all
	unsigned n_shown; // lines made: the bar without an end moves on with each
};

void progress_start(struct progress *p, double position, double size, int64_t now_ns);
void progress_move(struct progress *p, double position, int64_t now_ns);
// Appends the line for a terminal of that width, without an end. done: it tells the time that it
// took, not the one that is left.
void progress_text(
	struct progress *p, const char *banner, unsigned width, bool done, struct strbuf *out);
