// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Port codes of element classes, and walks through the graph along them.
//
// A flow code is "IN/OUT", a code for each port: a letter, [abc], [^abc], or # (its own port
// number); the last one repeats. An input and an output are linked if their codes share a letter:
// packets that come in there may leave here. "x/x": everything linked; "x/y": nothing.

#include <stdbool.h>

struct element;

// Whether the text is a flow code, perhaps for one side only (then it holds for both).
bool flow_code_is_valid(const char *code);
bool flow_linked(const char *code, unsigned input, unsigned output);

// Push or pull of a port by a processing code "a/ah": 'h', 'l' or 'a'; the last one repeats.
char flow_processing(const char *code, bool output, unsigned port);

// Whether n ports are allowed by a port count code ("1/1-2", "-/=", "2-/1", "1/=+1"), n_other being
// the number on the other side (for =). *min is the least number of ports that must be connected.
bool flow_port_count(
	const char *code, bool output, unsigned n, unsigned n_other, unsigned *min, unsigned *max);

// Visits the ports that packets can reach from an element's output (downstream) or have come from
// to an input (upstream), along connections. visit() gets each port of another element once and
// returns whether to go on through that element.
struct flow_walk {
	bool (*visit)(struct flow_walk *walk, struct element *e, unsigned port);
	bool ignore_codes; // go through an element by all its ports
	void *arg;
};
void flow_downstream(struct flow_walk *walk, struct element *e, unsigned output);
void flow_upstream(struct flow_walk *walk, struct element *e, unsigned input);
