// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which packets of a file are wanted, by their time: START and END in their forms, and what happens
// at the end (END_CALL, STOP, or nothing more is given).

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpsource.h"

struct dump_window {
	// While fixed is false, relative times wait for the first packet.
	bool fixed, check_start, check_end;
	int64_t start_ns, end_ns;
	int64_t first_ns; // the first packet's time
	int64_t extended_ns; // what dump_window_extend() added to the end

	// Arguments.
	struct moment start, end;
	struct timespan start_after, end_after, interval;
	bool has_start, has_start_after, has_end, has_end_after, has_interval;
	struct handler_call end_call;
};

// The rows of arguments, of a class whose struct has the field `window`.
#define DUMP_WINDOW_ARGS(name)                                                                    \
	ARG(name, window.start, "START", ARG_KEYWORD, .given = ARG_GIVEN(name, window.has_start), \
		.help = "skips packets with earlier timestamps"),                                 \
		ARG(name, window.start_after, "START_AFTER", ARG_KEYWORD,                         \
			.given = ARG_GIVEN(name, window.has_start_after),                         \
			.help = "skips so much time behind the first packet"),                    \
		ARG(name, window.end, "END", ARG_KEYWORD,                                         \
			.given = ARG_GIVEN(name, window.has_end),                                 \
			.help = "ends in front of a packet with this timestamp or a later one"),  \
		ARG(name, window.end_after, "END_AFTER", ARG_KEYWORD,                             \
			.given = ARG_GIVEN(name, window.has_end_after),                           \
			.help = "ends so much time behind the first packet of the file"),         \
		ARG(name, window.interval, "INTERVAL", ARG_KEYWORD,                               \
			.given = ARG_GIVEN(name, window.has_interval),                            \
			.help = "ends so much time behind START or START_AFTER"),                 \
		ARG_AS(name, window.end_call, arg_handler_call, "END_CALL", ARG_KEYWORD,          \
			.help = "write handler to call at the end")

// At configure. 0 or -EINVAL.
int dump_window_configure(struct dump_window *w, const struct dump_source *s, struct errh *errh);
// At initialize.
int dump_window_initialize(struct dump_window *w, struct dump_source *s, struct errh *errh);
// At take_state, of the same file: relative times count from the same first packet, and what the
// end was moved by stays.
void dump_window_take(struct dump_window *w, const struct dump_window *old);

// Whether a packet of this time is wanted. The end call may move the end.
enum dump_reading dump_window_check(struct dump_window *w, struct dump_source *s, int64_t ns);
// The end of the file: what END_CALL, STOP or an end time ask for.
void dump_window_end(struct dump_window *w, struct dump_source *s);
// Moves the end, and gives packets again.
void dump_window_extend(struct dump_window *w, struct dump_source *s, int64_t ns);
