// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What elements that check a header have in common: bad packets are counted by reason, wherever
// they go, and the first one is reported. The reasons are the class's drops, in the same order.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/element.h"

enum { HEADERCHECK_REASONS_MAX = 8 };

struct headercheck {
	bool verbose; // report all
	bool details; // handler drop_details
	_Atomic bool told;
};

struct headercheck_lcore { // the class's per-lcore state
	uint64_t n_bad[HEADERCHECK_REASONS_MAX];
};

// Counts a bad packet. Returns whether to report it.
bool headercheck_count(const struct element *e, struct headercheck *c, unsigned reason);
// The drops handler's `drop_details` beside it, if DETAILS says so; for .add_handlers.
void headercheck_add_details(struct element *e, const struct headercheck *c);
int headercheck_take_state(struct element *e, struct element *old, struct errh *errh);

extern const struct handler headercheck_handlers[]; // drops

// Rows VERBOSE and DETAILS of a class whose struct has a field `check`.
#define HEADERCHECK_ARGS(struct_name)                                                   \
	ARG(struct_name, check.verbose, "VERBOSE", ARG_KEYWORD, .def = "false",         \
		.help = "prints a line for every bad packet, not only the first"),      \
		ARG(struct_name, check.details, "DETAILS", ARG_KEYWORD, .def = "false", \
			.help = "adds the handler `drop_details`")
